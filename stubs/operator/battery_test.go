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

// TestEachFlawShows plays, on every flaw, the groups of requirements that it names: TLS, IMAP, TOK and so on.
func TestEachFlawShows(t *testing.T) {
	if testing.Short() {
		t.Skip("plays the battery on every flaw")
	}
	for _, flaw := range operator.Flaws() {
		if shownByProvider(flaw) {
			continue
		}
		t.Run(flaw.Name, func(t *testing.T) {
			t.Parallel()
			named := func(row string) bool {
				return slices.ContainsFunc(append(slices.Clone(flaw.Must), flaw.May...), func(r string) bool { return group(r) == group(row) })
			}
			benchtest.SingleNeglect(t, battery(start(t, flaw.Name), named), flaw.Must, flaw.May)
		})
	}
}

// group is that of a requirement: "TLS" of "TLS-01".
func group(row string) string {
	name, _, _ := strings.Cut(row, "-")
	return name
}

// TestFlawsAreNamedOnce holds the names, and wants each flaw to name a requirement that a trial tries.
func TestFlawsAreNamedOnce(t *testing.T) {
	tried := map[string]bool{}
	for _, a := range attempts() {
		tried[a.row] = true
	}
	for _, row := range checkingRows {
		tried[row] = true
	}
	for _, x := range trials() {
		for _, row := range strings.Fields(x.rows) {
			tried[row] = true
		}
	}
	names := map[string]bool{}
	for _, flaw := range operator.Flaws() {
		if names[flaw.Name] || len(flaw.Must) == 0 || flaw.Title.FR == "" || flaw.Title.EN == "" {
			t.Errorf("%s: named twice, or without requirement or title", flaw.Name)
		}
		names[flaw.Name] = true
		for _, row := range flaw.Must {
			if !tried[row] {
				t.Errorf("%s: no trial tries %s", flaw.Name, row)
			}
		}
	}
	if len(names) < 60 {
		t.Errorf("%d flaws", len(names))
	}
}
