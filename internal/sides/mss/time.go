package mss

import (
	"context"
	"time"

	"etalon/internal/access"
	"etalon/internal/bench"
	"etalon/internal/verdict"
)

// pass lets a time pass for the candidate and for Pro Santé Connect: by the candidate's clock where it declares one, and
// otherwise by waiting.
func (p *part) pass(ctx context.Context, d time.Duration) error {
	if d <= 0 {
		return nil
	}
	if p.side.clock() == nil {
		return bench.Sleep(ctx, d)
	}
	p.owed.clock = true
	p.side.run.Bench.Clock.Advance(d)
	return p.setClock(ctx, p.side.run.Bench.Clock.Now().UTC().Format(time.RFC3339Nano))
}

// setClock tells the candidate's clock an instant, or nothing to give the wall clock back.
func (p *part) setClock(ctx context.Context, instant string) error {
	if err := access.SetClock(ctx, *p.side.clock(), p.side.run.Candidate.Path, instant); err != nil {
		return p.Cannot(verdict.ReasonDriverFailed, "clock", err.Error())
	}
	return nil
}

// clockBack gives both clocks back to the time of day.
func (p *part) clockBack(ctx context.Context) {
	p.owed.clock = false
	p.side.run.Bench.Clock.Follow()
	_ = p.setClock(ctx, "")
}
