package rp_test

import (
	"testing"
	"time"

	"etalon/internal/sides/rp"
)

// A gap that is short by what two processes cannot measure accuses nobody, and shows nothing either (PSC-24).
func TestGapBetweenPolls(t *testing.T) {
	const want, late = 5 * time.Second, 100 * time.Millisecond
	for gap, seen := range map[time.Duration]struct{ early, dim bool }{
		-1:                     {},
		want + time.Second:     {},
		want:                   {},
		want - late:            {},
		want - late - 1:        {dim: true},
		want - 3*late:          {dim: true},
		want - 3*late - 1:      {early: true},
		300 * time.Millisecond: {early: true},
		0:                      {early: true},
	} {
		if early, dim := rp.Shortened(gap, want, late); early != seen.early || dim != seen.dim {
			t.Errorf("%s: early %t, dim %t", gap, early, dim)
		}
	}
}
