package mta_test

import (
	"testing"
	"time"

	"etalon/internal/candidate"
	"etalon/internal/scenario"
	"etalon/internal/sides/mta"
	"etalon/internal/sides/sidetest"
	"etalon/internal/verdict"
)

// TestMain makes sure that whatever runs and mocks start is ended with them.
func TestMain(m *testing.M) { sidetest.Main(m) }

// rig is a mock operator to be judged, and how.
type rig struct {
	flaws    []string
	selector []string
	long     bool
	patience time.Duration
	// declare changes what is declared of it.
	declare func(*candidate.Candidate)
}

// judge starts the operator, judges it and ends it.
func (x rig) judge(t testing.TB) *verdict.Run {
	t.Helper()
	if x.patience == 0 {
		x.patience = 5 * time.Second
	}
	return sidetest.Rig{
		Role: candidate.RoleMSSOperator, Flaws: x.flaws, Declare: x.declare, Only: x.selector, Long: x.long, Patience: x.patience,
		Domains: []scenario.Domain{mta.Domain()},
	}.Judge(t)
}

// failed lists the requirements that findings name.
func failed(run *verdict.Run) []string { return sidetest.Accused(run) }
