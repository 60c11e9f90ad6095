package ops_test

import (
	"encoding/json"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"

	"etalon/internal/candidate"
	"etalon/internal/interops"
	"etalon/internal/rest"
	"etalon/internal/scenario"
	"etalon/internal/sides/ops"
	"etalon/internal/stand"
	"etalon/internal/verdict"
)

// ofR is a trial of the mock client of mode R.
func ofR(token string, selector ...string) trial {
	return trial{role: candidate.RoleClient, mode: interops.ModeR, carried: token, selector: selector, short: true}
}

// The honest client of mode R passes everything that it declares, whatever the form of its token, and is at no level.
func TestHonestRESTClient(t *testing.T) {
	for _, token := range []string{rest.TokenSAML, rest.TokenJWT} {
		t.Run(token, func(t *testing.T) {
			t.Parallel()
			x := ofR(token)
			if testing.Short() {
				x.selector = []string{"client/R/R07", "client/R/V18", "client/R/T07", "client/R/L08", "client/R/G10", "client/R/X06"}
			}
			run := x.judge(t)
			same(t, "accusations", accusations(run), nil)
			for _, c := range run.Cases {
				if c.Verdict != verdict.Pass {
					t.Errorf("%s: %s: %s", c.Address, c.Verdict, c.Reason)
				}
			}
			if len(run.Trouble) > 0 || len(run.Cases) < 20 || run.Level != (verdict.Levels{}) {
				t.Errorf("trouble %v, %d cases, level %v", run.Trouble, len(run.Cases), run.Level)
			}
			left := slices.ContainsFunc(run.NotRun, func(n verdict.NotRun) bool { return n.Address == "client/R/V18-N1~recipient" && n.Declared })
			if left != (token == rest.TokenJWT) {
				t.Errorf("a Recipient is left out: %t", left)
			}
		})
	}
}

// What a client of mode R does badly is told of the requirement that it is.
func TestRESTClientsThatNeglect(t *testing.T) {
	for flaw, c := range map[string]struct{ token, must string }{
		"mixes-parallel-users": {rest.TokenJWT, "R07"}, "logs-token": {rest.TokenJWT, "R07 L08"},
		"copies-token-to-address": {rest.TokenJWT, "L08"}, "echoes-token-in-error": {rest.TokenJWT, "L08"},
		"follows-temporary-redirect": {rest.TokenSAML, "T07"}, "posts-token-in-form": {rest.TokenSAML, "R07"},
	} {
		t.Run(flaw, func(t *testing.T) {
			t.Parallel()
			x := ofR(c.token)
			x.flaws = []string{flaw}
			for _, id := range strings.Fields("R07 L08 T07") {
				x.selector = append(x.selector, "client/R/"+id)
			}
			failed := map[string]bool{}
			for _, q := range x.judge(t).Requirements {
				failed[q.ID] = q.Verdict == verdict.Fail
			}
			for _, id := range strings.Fields("R07 L08 T07") {
				if must := strings.Contains(c.must, id); failed[id] != must && !(id == "R07" && flaw == "copies-token-to-address") {
					t.Errorf("%s: failed %t, want %t", id, failed[id], must)
				}
			}
		})
	}
}

// A client that sends nothing, or nothing with a token, is told once, or accused of that alone.
func TestRESTClientsThatSendNothing(t *testing.T) {
	for _, name := range []string{"refuses-everything", "answers-500", "sends-nothing"} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			x := ofR("", "client/R/R07", "client/R/V18")
			x.flaws = []string{name}
			judgedOnce(t, x.judge(t), verdict.ReasonRoleHonestRefused, false)
		})
	}
	x := ofR("", "client/R/R07-P", "client/R/V18")
	x.flaws = []string{"sends-without-token"}
	for _, c := range x.judge(t).Cases {
		for _, f := range c.Findings {
			if f.Requirement != "R07" || f.Rule != "call-without-vi" {
				t.Errorf("%s: %+v", c.Address, f)
			}
		}
		if want := map[bool]verdict.Verdict{true: verdict.Fail, false: verdict.Inconclusive}[c.Address == "client/R/R07-P"]; c.Verdict != want {
			t.Errorf("%s: %s, want %s", c.Address, c.Verdict, want)
		}
	}
}

// TestTokenOnRecord keeps what a token says, and not the signature with which a JWT would serve again.
func TestTokenOnRecord(t *testing.T) {
	for _, token := range []string{rest.TokenSAML, rest.TokenJWT} {
		x := ofR(token, "client/R/R07-P")
		x.dir = t.TempDir()
		x.judge(t)
		found := 0
		err := filepath.WalkDir(x.dir, func(path string, d os.DirEntry, err error) error {
			if err != nil || d.IsDir() {
				return err
			}
			raw, err := os.ReadFile(path)
			for _, line := range strings.Split(string(raw), "\r\n") {
				value, ours := strings.CutPrefix(line, "Authorization: ")
				if !ours {
					continue
				}
				found++
				scheme, bare, _ := strings.Cut(value, " ")
				parts := strings.Split(bare, ".")
				switch {
				case scheme == "SAML" && len(bare) < 1000, scheme == "Bearer" && (len(parts) != 3 || !strings.HasPrefix(parts[2], "redacted:")):
					t.Errorf("%s: %.200s", token, value)
				}
			}
			return err
		})
		if err != nil || found == 0 {
			t.Errorf("%s: %v, %d calls on record", token, err, found)
		}
	}
}

// TestRESTClientByCommand drives a client by a program, which gets the marker in a JSON body.
func TestRESTClientByCommand(t *testing.T) {
	body := ops.CalledBody(candidate.Driver{Command: []string{"appel"}}, "m-1")
	var told map[string]string
	if err := json.Unmarshal(body, &told); err != nil || told["marqueur"] != "m-1" {
		t.Errorf("%s, %v", body, err)
	}
	for method, want := range map[string]bool{"GET": false, "HEAD": false, "POST": true} {
		if got := ops.CalledBody(candidate.Driver{HTTP: &candidate.HTTPCall{Method: method}}, "m-1"); (len(got) > 0) != want {
			t.Errorf("%s: %s", method, got)
		}
	}
	x := ofR("", "client/R/R07-P")
	x.change = func(c *scenario.Config, _ *stand.Stub) {
		c.Candidate.Client.R.Drive = candidate.Driver{Command: []string{"false"}}
	}
	judgedOnce(t, x.judge(t), verdict.ReasonRoleHonestRefused, false)
}

func TestTokenPrint(t *testing.T) {
	long := func(letter string) string { return strings.Repeat(letter, 100) }
	for token, want := range map[string]string{
		long("a") + "." + long("b") + "." + long("c"): strings.Repeat("c", 40), long("a") + "." + long("b") + ".": strings.Repeat("b", 40),
		"a.b.c": "", "court": "", strings.Repeat("x", 50) + long("y"): strings.Repeat("y", 40), "": "",
	} {
		if got := ops.TokenPrint(token); got != want {
			t.Errorf("%.30s: %q, want %q", token, got, want)
		}
	}
}
