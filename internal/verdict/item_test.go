package verdict_test

import (
	"testing"

	"etalon/internal/verdict"
)

// An item takes the worst of its requirements, and is no part of the level by itself.
func TestItemsRollUp(t *testing.T) {
	for name, x := range map[string]struct {
		rows []string
		want verdict.Verdict
	}{
		"all pass":         {[]string{"V10", "G03"}, verdict.Pass},
		"one fails":        {[]string{"V10", "X01"}, verdict.Fail},
		"one waits":        {[]string{"V10", "T05"}, verdict.Review},
		"fail comes first": {[]string{"T05", "X01"}, verdict.Fail},
		"nothing judged":   {[]string{"Z99"}, verdict.Inconclusive},
	} {
		r := passing()
		with("X01-N1", "S", verdict.Fail)(r)
		with("T05-D", "N", verdict.Review)(r)
		before := []verdict.Item{{ID: "EXI FI 01", Requirements: x.rows}}
		r.Items = before
		r.Conclude(catalogue)
		r.Conclude(catalogue)
		if got := r.Items[0].Verdict; got != x.want {
			t.Errorf("%s: %s, want %s", name, got, x.want)
		}
		if before[0].Verdict != verdict.Inconclusive {
			t.Errorf("%s: the caller's list was written on", name)
		}
	}
}
