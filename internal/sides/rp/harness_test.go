package rp_test

import (
	"slices"
	"strings"
	"testing"

	"etalon/internal/candidate"
	"etalon/internal/scenario"
	"etalon/internal/sides/rp"
	"etalon/internal/sides/sidetest"
	"etalon/internal/verdict"
)

// TestMain makes sure that whatever runs and mocks start is ended with them.
func TestMain(m *testing.M) { sidetest.Main(m) }

// rig is a service to be judged: the mock one, or that of a file.
type rig struct {
	flaws, selector []string
	// edit changes the lines of the candidate file.
	edit func(string) string
	file string
	out  string // folder of the run; one of the test when empty
}

// judge starts the mock service, judges it and ends it.
func (x rig) judge(t testing.TB) *verdict.Run {
	t.Helper()
	return sidetest.Rig{
		Role: candidate.RolePSCService, Flaws: x.flaws, File: x.file, Edit: x.edit, Only: x.selector, Domains: []scenario.Domain{rp.Domain()}, Out: x.out,
	}.Judge(t)
}

// failed lists the requirements of the role that a run found failed, and those without verdict.
func failed(run *verdict.Run) (failed, unclear []string) {
	for _, r := range run.Requirements {
		switch {
		case !strings.HasPrefix(r.ID, "PSC-"):
		case r.Verdict == verdict.Fail:
			failed = append(failed, r.ID)
		case r.Verdict == verdict.Inconclusive && slices.ContainsFunc(run.Cases, func(c verdict.Case) bool { return c.Requirement == r.ID }):
			unclear = append(unclear, r.ID)
		}
	}
	return failed, unclear
}
