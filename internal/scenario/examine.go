package scenario

import (
	"context"
	"errors"
	"fmt"

	"etalon/internal/verdict"
)

// Examination is what a run would meet before its first case.
type Examination struct {
	// Troubles are the reasons for which roles cannot be judged, NotRun the selected trials that a run would not play.
	Troubles []verdict.Trouble
	NotRun   []verdict.NotRun
}

// Examine plays the honest exchange of each role of the candidate, and no case. Its errors are ours.
func Examine(ctx context.Context, c Config, plan []Trial) (all Examination, err error) {
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
func (r *Run) examine(ctx context.Context, scope string, plan []Trial, all *Examination) (err error) {
	s, err := r.side(scope)
	if err != nil {
		return err
	}
	defer func() { err = errors.Join(err, s.Close()) }()
	trouble, err := s.Open(ctx)
	if err != nil {
		return fmt.Errorf("open role %s: %w", scope, err)
	}
	if trouble != nil {
		trouble.Reason.Args = briefly(trouble.Reason.Args)
		all.Troubles = append(all.Troubles, *trouble)
		return nil
	}
	for _, t := range plan {
		if t.Scope() != scope || !r.Selection.Chooses(t) {
			continue
		}
		if a := r.meets(s, t); !a.Met {
			all.NotRun = append(all.NotRun, verdict.NotRun{Address: t.Address.String(), Declared: a.Declared, Reason: r.Texts.Reason("fr", a.Why), Why: a.Why})
		}
	}
	return nil
}
