package idp_test

import (
	"strings"
	"testing"

	"etalon/internal/verdict"
)

// The honest provider passes everything that is played; its documents wait for a person.
func TestHonestProvider(t *testing.T) {
	run := rig{}.judge(t)
	for _, trouble := range run.Trouble {
		t.Errorf("trouble %+v", trouble)
	}
	played := 0
	for _, c := range run.Cases {
		if c.MS > 1500 {
			t.Logf("%s took %d ms", c.Address, c.MS)
		}
		want := verdict.Pass
		if strings.HasSuffix(c.Address, "-D") {
			want = verdict.Review // a document waits for a person
		}
		if c.Verdict != want {
			t.Errorf("%s: %s, %s %+v", c.Address, c.Verdict, c.Reason, c.Findings)
		}
		played++
	}
	if played < 80 {
		t.Errorf("%d cases were played; not run: %+v", played, run.NotRun)
	}
	for _, n := range run.NotRun {
		t.Logf("%s: %s", n.Address, n.Reason)
	}
}
