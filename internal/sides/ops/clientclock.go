package ops

import (
	"context"
	"fmt"
	"time"

	"etalon/internal/verdict"
)

// clockMoved sets the candidate's protocol clock, and ours with it.
func clockMoved(ctx context.Context, where string) error {
	w := worldOf(ctx)
	at, err := w.moment(where)
	if err != nil {
		return err
	}
	w.owed.clock = true
	w.run.Bench.Clock.Set(at)
	return w.setCandidateClock(ctx, at.UTC().Format(time.RFC3339Nano))
}

// moment is an instant named by its place in the life of the last VI, or of the candidate's keys.
func (w *World) moment(where string) (time.Time, error) {
	if where == "apres-la-bascule" {
		cut, ok := w.client.side.cutOff()
		if !ok {
			return cut, w.Cannot(verdict.ReasonNotInConvention, "rotation")
		}
		return cut.Add(time.Hour), nil
	}
	switch now := w.run.Bench.Clock.Now(); where {
	case "apres-la-session-d-origine":
		return now.Add(w.client.side.declared.P.Session.Duration + time.Minute), nil
	case "dix-minutes-apres":
		return now.Add(10 * time.Minute), nil
	case "apres-toute-session":
		return now.Add(w.sessionLength()), nil
	case "avant-une-accession":
		return w.beforeAccession()
	}
	all := w.allEmitted()
	if len(all) == 0 {
		return time.Time{}, w.Cannot(verdict.ReasonNoMessage, "VI")
	}
	end := all[len(all)-1].judged.VI.NotOnOrAfter
	if end.IsZero() {
		return end, w.Cannot(verdict.ReasonNoMessage, "NotOnOrAfter")
	}
	switch where {
	case "apres-la-fin-du-vi":
		return end.Add(w.profile().Skew() + time.Minute), nil
	case "juste-avant-la-fin-du-vi":
		return end.Add(-w.profile().Skew() / 2), nil
	}
	return end, fmt.Errorf("moment %q: not in the table", where)
}

func clockReturned(ctx context.Context) error {
	w := worldOf(ctx)
	w.owed.clock = false
	w.run.Bench.Clock.Follow()
	return w.setCandidateClock(ctx, "")
}

// beforeAccession is the day before the last member in force came into the sphere, by its second service (S15).
func (w *World) beforeAccession() (time.Time, error) {
	at, ok := w.client.side.place("entre")
	if !ok {
		return time.Time{}, w.Cannot(verdict.ReasonNotInConvention, "accession")
	}
	return at.project.Start.Add(-24 * time.Hour), nil
}
