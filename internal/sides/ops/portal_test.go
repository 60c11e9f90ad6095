package ops_test

import (
	"os"
	"strings"
	"testing"

	"etalon/internal/bench/benchtest"
	"etalon/internal/candidate"
	"etalon/internal/interops"
	"etalon/internal/scenario"
	"etalon/internal/stand"
	"etalon/internal/verdict"
)

// The honest portal passes everything that it declares, whatever carries its Responses.
func TestHonestPortal(t *testing.T) {
	for _, transport := range []candidate.Transport{candidate.ProxyPost, candidate.BrowserPost, candidate.HeaderTransport} {
		t.Run(string(transport), func(t *testing.T) {
			t.Parallel()
			x := trial{role: candidate.RoleClient, mode: interops.ModeP, carried: string(transport), short: true}
			if testing.Short() {
				x.selector = []string{"client/P/V18-P", "client/P/P12", "client/P/P13", "client/P/P14", "client/P/P15", "client/P/L04"}
			}
			run := x.judge(t)
			same(t, "accusations", accusations(run), nil)
			for _, c := range run.Cases {
				if c.Verdict != verdict.Pass {
					t.Errorf("%s: %s: %s", c.Address, c.Verdict, c.Reason)
				}
			}
			if len(run.Trouble) > 0 || len(run.Cases) < 10 {
				t.Errorf("trouble %v, %d cases", run.Trouble, len(run.Cases))
			}
		})
	}
}

// What stops a person's browser is told by name, once, and accuses nobody: it is the user's to mend.
func TestPersonStoppedAtThePortal(t *testing.T) {
	for name, c := range map[string]struct{ from, to, reason string }{
		"login page changed":   {`"user":"identifiant"`, `"user":"utilisateur"`, verdict.ReasonLoginPageChanged},
		"other sign":           {`"cookie":"portail"`, `"text":"Bienvenue à toutes"`, verdict.ReasonLoginSignMissing},
		"unknown secret":       {`"id":"agent-%04d",`, `"id":"agent-%04d","secret":"autre",`, verdict.ReasonLoginSignMissing},
		"login page elsewhere": {`/login"`, `/connexion"`, verdict.ReasonLoginPageChanged},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			x := trial{role: candidate.RoleClient, mode: interops.ModeP, selector: []string{"client/P/P12"}}
			x.change = redeclared(t, c.from, c.to)
			run := x.judge(t)
			judgedOnce(t, run, c.reason, true)
			if got := run.Exit(verdict.Majeure); got != 2 {
				t.Errorf("exit %d, want 2", got)
			}
		})
	}
}

// redeclared changes the file of a candidate that runs.
func redeclared(t *testing.T, from, to string) func(*scenario.Config, *stand.Stub) {
	return func(config *scenario.Config, stub *stand.Stub) {
		raw, err := os.ReadFile(stub.Candidate)
		if err != nil || !strings.Contains(string(raw), from) {
			t.Fatalf("%v: no %s in\n%s", err, from, raw)
		}
		if err := os.WriteFile(stub.Candidate, []byte(strings.Replace(string(raw), from, to, 1)), 0o600); err != nil {
			t.Fatal(err)
		}
		if config.Candidate, err = candidate.Load(stub.Candidate); err != nil {
			t.Fatal(err)
		}
	}
}

// A person may sit before a real browser.
func TestPersonInChromium(t *testing.T) {
	benchtest.Needs(t, "chromium")
	x := trial{role: candidate.RoleClient, mode: interops.ModeP, selector: []string{"client/P/P13-P", "client/P/P12-N3", "client/P/P15-N1"}}
	x.change = redeclared(t, `"session":"30m0s"`, `"session":"30m0s","browser":"chromium"`)
	run := x.judge(t)
	same(t, "accusations", accusations(run), nil)
	if run.Counts.Pass != 3 {
		t.Errorf("counts %+v, trouble %+v", run.Counts, run.Trouble)
	}
}
