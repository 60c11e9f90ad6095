package api_test

import (
	"slices"
	"strings"
	"testing"
	"time"

	"etalon/internal/candidate"
	"etalon/internal/scenario"
	"etalon/internal/sides/api"
	"etalon/internal/sides/sidetest"
	"etalon/internal/stand"
	"etalon/internal/verdict"
)

// TestMain makes sure that whatever runs and mocks start is ended with them.
func TestMain(m *testing.M) { sidetest.Main(m) }

// rig is an API to be judged: the mock one, and what is changed in what is declared of it.
type rig struct {
	flaws    []string
	selector []string
	long     bool
	out      string // folder of the run; one of the test when empty
	// edit changes the candidate file of the mock.
	edit func(string) string
}

// judge starts the API, judges it and ends it.
func (x rig) judge(t testing.TB) *verdict.Run { return x.run(t, "") }

// run judges the candidate of a file.
func (x rig) run(t testing.TB, file string) *verdict.Run {
	t.Helper()
	return sidetest.Rig{
		Role: candidate.RolePSCAPI, Flaws: x.flaws, File: file, Edit: x.edit, Only: x.selector, Long: x.long, Patience: 5 * time.Second,
		Domains: []scenario.Domain{api.Domain()}, Out: x.out,
	}.Judge(t)
}

// failed lists the requirements that findings name.
func failed(run *verdict.Run) []string { return sidetest.Accused(run) }

func TestHonestAPI(t *testing.T) {
	run := rig{}.judge(t)
	if len(run.Trouble) > 0 || len(run.Cases) != 26 {
		t.Errorf("%d cases played, not run %+v", len(run.Cases), run.NotRun)
	}
	for _, c := range run.Cases {
		if c.Verdict != verdict.Pass {
			t.Errorf("%s: %s, %s %+v", c.Address, c.Verdict, c.Reason, c.Findings)
		}
	}
	sidetest.Told(t, run)
}

// Each flaw fails the requirements that it must, and no other.
func TestFlawsAreCaught(t *testing.T) {
	for _, f := range stand.Flaws("api-psc/-") {
		t.Run(f.Name, func(t *testing.T) {
			t.Parallel()
			run := rig{flaws: []string{f.Name}}.judge(t)
			if len(run.Trouble) > 0 {
				t.Error("trouble")
			}
			sidetest.Caught(t, run, failed(run), f.Must, f.May)
		})
	}
}

// Each neglect of the certificate of who asks is seen under the certificate that shows it, and under no other.
func TestCertificateOfWhoAsks(t *testing.T) {
	for flaw, want := range map[string][]string{
		"skips-client-map": {"API-03-N1"}, "takes-any-authority": {"API-03-N2", "API-03-N3"}, "takes-expired-certificate": {"API-03-N4"},
	} {
		run := rig{flaws: []string{flaw}, selector: []string{"API-03"}}.judge(t)
		var got []string
		for _, c := range run.Cases {
			if c.Verdict == verdict.Fail {
				got = append(got, c.Address[strings.LastIndex(c.Address, "/")+1:])
			}
		}
		slices.Sort(got)
		if !slices.Equal(got, want) || len(run.Cases) != 4 {
			t.Errorf("%s: failed %v of %d", flaw, got, len(run.Cases))
			sidetest.Told(t, run)
		}
	}
}
