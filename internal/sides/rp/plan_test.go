package rp_test

import (
	"testing"

	"etalon/internal/verdict"
)

// The honest service passes everything.
func TestHonestService(t *testing.T) {
	t.Parallel()
	run := rig{selector: []string{"service-psc/-/*"}}.judge(t)
	for _, trouble := range run.Trouble {
		t.Errorf("trouble %+v", trouble)
	}
	for _, c := range run.Cases {
		if c.MS > 1000 {
			t.Logf("%s took %d ms", c.Address, c.MS)
		}
		if c.Verdict != verdict.Pass {
			t.Errorf("%s: %s, %s %+v", c.Address, c.Verdict, c.Reason, c.Findings)
		}
	}
	if n := len(run.Cases); n < 43 {
		t.Errorf("%d cases were played: %+v", n, run.NotRun)
	}
}
