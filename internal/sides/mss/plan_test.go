package mss_test

import (
	"testing"

	"etalon/internal/mssante"
	"etalon/internal/verdict"
)

// The honest operator passes everything, however it checks tokens; what it declares not to do is not applicable.
func TestHonestOperator(t *testing.T) {
	for _, check := range []mssante.TokenCheck{mssante.ByBoth, mssante.ByIntrospection, mssante.ByKey} {
		t.Run(string(check), func(t *testing.T) {
			t.Parallel()
			run := rig{check: check, selector: only(rows(t, "TOK", "INTR")...)}.judge(t)
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
			if tok, intr := len(group(run, "TOK")), len(group(run, "INTR")); tok < 100 || intr < 4 {
				t.Errorf("%d cases of TOK and %d of INTR were played: %+v", tok, intr, run.NotRun)
			}
		})
	}
}
