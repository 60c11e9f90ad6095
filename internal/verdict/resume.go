package verdict

import (
	"slices"
	"time"
)

// Resume goes on with a run at an instant of the wall clock: cases that were stopped in the middle are played again, and do
// not count.
func (r *Run) Resume(at time.Time) {
	r.Resumed = append(r.Resumed, at)
	r.Cases = slices.DeleteFunc(r.Cases, func(c Case) bool { return c.Why.Key == ReasonAborted })
}
