package idp_test

import (
	"context"
	"testing"
	"time"

	"etalon/internal/candidate"
	"etalon/internal/scenario"
	"etalon/internal/sides/declared"
	"etalon/internal/sides/idp"
	"etalon/internal/sides/sidetest"
	"etalon/internal/verdict"
)

// TestMain makes sure that whatever runs and mocks start is ended with them.
func TestMain(m *testing.M) { sidetest.Main(m) }

// rig is a provider to be judged: the mock one with its flaws, or that of a file.
type rig struct {
	flaws    []string
	selector []string // requirements; all when empty
	long     bool
	hasty    bool                                       // waits are cut short
	waits    func(context.Context, time.Duration) error // instead of waiting
	// declare changes what the file declares, before the run.
	declare func(*candidate.IdentityProvider)
	// file is a candidate file in the place of the mock provider's.
	file     string
	patience time.Duration
	out      string // folder of the run; one of the test when empty
}

// judge starts the mock provider, judges it and ends it.
func (x rig) judge(t testing.TB) *verdict.Run {
	t.Helper()
	played := idp.Domain()
	if x.hasty {
		played = idp.Hasty(50 * time.Millisecond)
	}
	if x.waits != nil {
		played = idp.Waiting(x.waits)
	}
	return sidetest.Rig{
		Role: candidate.RoleIdentityProvider, Flaws: x.flaws, File: x.file, Only: x.selector, Long: x.long, Patience: x.patience, Out: x.out,
		Declare: func(c *candidate.Candidate) {
			if x.declare != nil {
				x.declare(c.IdentityProvider)
			}
		},
		Domains: []scenario.Domain{played, declared.Domain()},
	}.Judge(t)
}
