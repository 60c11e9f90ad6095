package scenario

import (
	"context"
	"errors"
	"slices"
	"time"

	"etalon/internal/verdict"
)

// Examination is what a run would meet before its first case.
type Examination struct {
	// Troubles are the reasons for which roles cannot be judged, NotRun the selected trials that a run would not play.
	Troubles []verdict.Trouble
	NotRun   []verdict.NotRun
	// Doubts are what opened roles have to say of how the honest exchange went, by role and mode.
	Doubts []verdict.Trouble
	// Offsets are by how much the clocks of candidates were seen to be ahead of ours, by role and mode.
	Offsets map[string]time.Duration
}

// Doubter is a Side that has something to say of an honest exchange which left the role to be judged: what keeps most of it
// from being played, or traces that cannot be read.
type Doubter interface{ Doubts() []verdict.Reason }

// Timed is a Side that has seen the candidate's clock; known is false when it has not.
type Timed interface {
	Ahead() (offset time.Duration, known bool)
}

// Examine plays the honest exchange of each role of the candidate of which the plan plays anything, and no case. Its errors
// are ours, but for exclusions that are none.
func Examine(ctx context.Context, c Config, catalogue Catalogue, plan []Trial) (all Examination, err error) {
	if _, err := exclusions(c.Candidate, catalogue); err != nil {
		return all, err
	}
	r := NewRun(c)
	defer func() { err = errors.Join(err, r.close()) }()
	for _, scope := range c.Candidate.Scope() {
		if err := r.examine(ctx, scope, plan, &all); err != nil {
			return all, err
		}
	}
	return all, ctx.Err()
}

// examine opens one role, and asks of each of its trials whether it would be played.
func (r *Run) examine(ctx context.Context, scope string, plan []Trial, all *Examination) error {
	chosen := slices.DeleteFunc(slices.Clone(plan), func(t Trial) bool { return t.Scope() != scope || !r.Selection.Chooses(t) })
	if len(chosen) == 0 {
		return nil
	}
	trouble, err := r.opened(ctx, scope, func(s Side) error {
		r.doubts(s, scope, all)
		for _, t := range chosen {
			if a := r.meets(s, t); !a.Met {
				all.NotRun = append(all.NotRun, r.notRun(t, a))
			}
		}
		return nil
	})
	if trouble != nil {
		all.Troubles = append(all.Troubles, *trouble)
	}
	return err
}

// doubts gathers what an opened side has to say.
func (r *Run) doubts(s Side, scope string, all *Examination) {
	if d, ok := s.(Doubter); ok {
		for _, why := range d.Doubts() {
			why.Args = briefly(r.gate, why.Args)
			all.Doubts = append(all.Doubts, verdict.Trouble{Scope: scope, Reason: why})
		}
	}
	if t, ok := s.(Timed); ok {
		if offset, known := t.Ahead(); known {
			if all.Offsets == nil {
				all.Offsets = map[string]time.Duration{}
			}
			all.Offsets[scope] = offset
		}
	}
}
