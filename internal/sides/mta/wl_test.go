package mta_test

import (
	"io"
	"net/http"
	"net/http/httptest"
	"slices"
	"strings"
	"testing"

	"etalon/internal/bench/benchtest"
	"etalon/internal/candidate"
	"etalon/internal/sides/sidetest"
	"etalon/internal/verdict"
	stub "etalon/stubs/mta"
)

// ofLists are the requirements on the white list, selected.
var ofLists = []string{
	"WL-01", "WL-02", "WL-03", "WL-04", "WL-05", "WL-06", "WL-07", "WL-08", "WL-09", "WL-10",
	"WL-11", "WL-12", "WL-13", "WL-14",
}

// The honest operator passes all that is about the white list.
func TestHonestOperatorReadsTheList(t *testing.T) {
	run := rig{selector: ofLists}.judge(t)
	for _, c := range run.Cases {
		if c.MS > 700 {
			t.Logf("%s took %d ms", c.Address, c.MS)
		}
		if c.Verdict != verdict.Pass {
			t.Errorf("%s: %s, %s %+v", c.Address, c.Verdict, c.Reason, c.Findings)
		}
	}
	if len(run.Trouble) > 0 || len(run.Cases) != 33 {
		t.Errorf("%d cases, trouble %+v, not run %+v", len(run.Cases), run.Trouble, run.NotRun)
	}
}

// Some neglects of the white list are caught in the requirements that they breach, and in no other. The self-test plays
// them all.
func TestNeglectedListsAreCaught(t *testing.T) {
	names := strings.Fields("keeps-removed-domains forgets-list-on-error skips-list-certificate takes-unsigned-list follows-list-entities lists-subdomains")
	if testing.Short() {
		names = names[:2]
	}
	for _, f := range stub.Flaws() {
		if !slices.ContainsFunc(f.Must, func(id string) bool { return strings.HasPrefix(id, "WL-") }) || !slices.Contains(names, f.Name) && !everyFlaw {
			continue
		}
		t.Run(f.Name, func(t *testing.T) {
			t.Parallel()
			asked := []string{"MTA-08", "MTA-25"} // and two that it does not touch
			asked = append(asked, slices.Concat(f.Must, f.May)...)
			run := rig{flaws: []string{f.Name}, selector: asked}.judge(t)
			sidetest.Caught(t, run, failed(run), f.Must, f.May)
		})
	}
}

// A clock that cannot be given back is told: what comes after it would be judged at another time than the harness's.
func TestClockThatIsNotGivenBack(t *testing.T) {
	var orders benchtest.Told[string]
	clock := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		raw, err := io.ReadAll(r.Body)
		if orders.Tell(string(raw)); err != nil || len(raw) == 0 {
			w.WriteHeader(http.StatusInternalServerError)
		}
	}))
	defer clock.Close()
	run := rig{selector: []string{"WL-02"}, declare: func(c *candidate.Candidate) {
		delete(c.MSSante.Verbs, candidate.RefreshWhiteList)
		c.MSSante.Clock = &candidate.Clock{HTTP: clock.URL}
	}}.judge(t)
	told := orders.All()
	if len(told) < 2 || told[len(told)-1] != "" || len(run.Cases) == 0 {
		t.Fatalf("the clock was told %q, %d cases, trouble %+v", told, len(run.Cases), run.Trouble)
	}
	for _, c := range run.Cases {
		if c.Verdict != verdict.Inconclusive || c.Why.Key != verdict.ReasonDriverFailed {
			t.Errorf("%s: %s, %s", c.Address, c.Verdict, c.Reason)
		}
	}
}
