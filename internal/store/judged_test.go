package store_test

import (
	"testing"
	"time"

	"etalon/internal/store"
)

// Who follows is told of the verdicts that came after those it knows, of what it chooses alone; a number of an earlier program
// stands for none.
func TestJudgedSince(t *testing.T) {
	s := opened(t, t.TempDir())
	add := func(owner, address string) {
		t.Helper()
		if _, err := s.Add(t.Context(), store.Exchange{At: time.Unix(1, 0), Owner: owner, Campaign: "c", Address: address}); err != nil {
			t.Fatal(err)
		}
	}
	add("a", "fournisseur/A/V10-P")
	add("b", "fournisseur/A/V10-P")
	add("", "fournisseur/A/V12-P")
	add("", "")
	judge := func(address, verdict string) {
		t.Helper()
		if err := s.Judged(t.Context(), "c", address, verdict); err != nil {
			t.Fatal(err)
		}
	}
	judge("fournisseur/A/V10-P", "pass")
	for range 2 { // the second time, all have theirs
		judge("", "inconclusive")
	}
	for name, c := range map[string]struct {
		f     store.Filter
		since int64
		want  []int64
	}{
		"all":     {want: []int64{1, 2, 3}},
		"after":   {since: 2, want: []int64{3}},
		"none":    {since: 3},
		"another": {since: 99, want: []int64{1, 2, 3}},
		"owner":   {f: store.Filter{Owner: "a"}, want: []int64{1, 3}},
		"verdict": {f: store.Filter{Verdict: "inconclusive"}, want: []int64{3}},
	} {
		all, now, err := s.JudgedSince(t.Context(), c.f, c.since)
		if err != nil || now != 3 || s.LastJudged() != 3 || len(all) != len(c.want) {
			t.Errorf("%s: %d of %d, %v", name, len(all), now, err)
			continue
		}
		for i, x := range all {
			if x.ID != c.want[i] || x.Verdict == "" {
				t.Errorf("%s: %+v", name, x)
			}
		}
	}
}
