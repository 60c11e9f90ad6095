package operator_test

import (
	"slices"
	"strings"
	"testing"

	"etalon/internal/bench/benchtest"
	"etalon/stubs/operator"
)

// battery plays the trials of the requirements that are wanted, or all.
func battery(p *party, wanted func(row string) bool) map[string][]string {
	var f benchtest.Failures
	for _, a := range attempts() {
		if wanted(a.row) {
			a.play(p, &f)
		}
	}
	for _, t := range trials() {
		if slices.ContainsFunc(strings.Fields(t.rows), wanted) {
			t.play(p, &f)
		}
	}
	return f.Failed()
}

func all(string) bool { return true }

func TestHonestOperatorDoesRight(t *testing.T) {
	p := start(t)
	for row, how := range battery(p, all) {
		t.Errorf("%s: %s", row, strings.Join(how, "; "))
	}
}

func TestEachFlawShows(t *testing.T) {
	if testing.Short() {
		t.Skip("plays the battery on every flaw")
	}
	for _, flaw := range operator.Flaws() {
		t.Run(flaw.Name, func(t *testing.T) {
			t.Parallel()
			benchtest.SingleNeglect(t, battery(start(t, flaw.Name), all), flaw.Must, flaw.May)
		})
	}
}
