package mss_test

import (
	"testing"

	"etalon/internal/mssante"
	"etalon/internal/verdict"
)

// What an operator learnt of the keys while one interface was judged holds while the other is: it need not fetch them
// again at once.
func TestKeysLastFromOneInterfaceToTheOther(t *testing.T) {
	t.Parallel()
	run := rig{check: mssante.ByKey, selector: only("TOK-01", "TOK-16", "TOK-17"), hasty: true}.judge(t)
	if len(run.Trouble) > 0 {
		t.Errorf("troubles %+v", run.Trouble)
	}
	played := map[string]int{}
	for _, c := range run.Cases {
		played[c.Address[:len("mss-imap")]]++
		if c.Verdict != verdict.Pass {
			t.Errorf("%s: %s %s", c.Address, c.Verdict, c.Reason)
		}
	}
	if played["mss-imap"] < 3 || played["mss-smtp"] != played["mss-imap"] {
		t.Errorf("played %v", played)
	}
}
