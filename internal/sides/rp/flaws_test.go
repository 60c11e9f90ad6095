package rp_test

import (
	"slices"
	"strings"
	"testing"

	"etalon/internal/sides/sidetest"
	"etalon/stubs/rp"
)

// Some neglects of each kind are caught in the requirements that they breach, and in no other of those that they may touch.
// The self-test plays them all.
func TestFlawsAreCaught(t *testing.T) {
	names := strings.Fields("skips-state sends-no-nonce sends-other-redirect skips-browser skips-signature shows-no-certificate trusts-any-server " +
		"keeps-old-refresh-token logs-out-alone crashes-on-denial asks-again-on-denial skips-userinfo-subject skips-person polls-in-haste")
	if testing.Short() {
		names = names[:3]
	}
	for _, f := range rp.Flaws() {
		if !slices.Contains(names, f.Name) {
			continue
		}
		t.Run(f.Name, func(t *testing.T) {
			t.Parallel()
			run := rig{flaws: []string{f.Name}, selector: append(slices.Concat(f.Must, f.May), "PSC-07", "PSC-20")}.judge(t)
			got, unclear := failed(run)
			if len(unclear) > 0 {
				t.Errorf("without verdict: %v", unclear)
			}
			sidetest.Caught(t, run, got, f.Must, f.May)
		})
	}
}
