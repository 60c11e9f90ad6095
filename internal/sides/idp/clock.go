package idp

import (
	"context"
	"net/http"
	"time"

	"etalon/internal/access"
	"etalon/internal/verdict"
)

// hears notes the time that the token endpoint says in an answer that was read at an instant of ours (rule 8: what depends on
// seconds is judged by the clock of who writes the tokens).
func (s *Side) hears(answer http.Header, read time.Time) { s.dates(answer, read, true) }

// guesses notes the time that a document tells, which another server may keep: it serves for the codes that persons type until
// the token endpoint has told its own, and nothing is judged by it.
func (s *Side) guesses(answer http.Header, read time.Time) { s.dates(answer, read, false) }

func (s *Side) dates(answer http.Header, read time.Time, sure bool) {
	said, err := http.ParseTime(answer.Get("Date"))
	if err != nil || answer.Get("Age") != "" { // a stored answer has the date of its making (RFC 9111 §5.1)
		return
	}
	s.mu.Lock()
	defer s.mu.Unlock()
	if s.clockAt.set || s.known && !sure {
		return // both follow the clock that we set
	}
	if s.run.Bench.Clock.Stopped() {
		s.ahead, s.known = 0, sure // the date of a server that runs tells nothing of a clock that was stopped with ours
		return
	}
	s.ahead, s.known = said.Add(500*time.Millisecond).Sub(read), sure
}

// theirs is the time by the provider's clock, and whether it has said it.
func (s *Side) theirs(ours time.Time) (time.Time, bool) {
	s.mu.Lock()
	defer s.mu.Unlock()
	if s.clockAt.set {
		return ours, true
	}
	return ours.Add(s.ahead), s.known
}

// theirNow is the time by the provider's clock, as far as it is known.
func (p *part) theirNow() time.Time {
	at, _ := p.side.theirs(p.Run.Bench.Clock.Now())
	return at
}

// tolerance is how far two clocks that agree may be apart, as far as we can tell: a header says whole seconds.
const tolerance = 5 * time.Second

// pass lets a time pass: by the candidate's clock where it declares one, and otherwise by waiting.
func (p *part) pass(ctx context.Context, d time.Duration) error {
	if d <= 0 {
		return nil
	}
	if p.side.declared.Clock == nil {
		return p.side.waits(ctx, d)
	}
	p.clockOwed = true
	p.side.mu.Lock()
	p.side.clockAt.set = true
	p.side.mu.Unlock()
	p.Run.Bench.Clock.Advance(d)
	return p.setClock(ctx, p.Run.Bench.Clock.Now().UTC().Format(time.RFC3339Nano))
}

// setClock tells the candidate's clock an instant, or nothing to give the wall clock back.
func (p *part) setClock(ctx context.Context, instant string) error {
	if err := access.SetClock(ctx, *p.side.declared.Clock, p.Run.Candidate.Path, instant); err != nil {
		return p.Cannot(verdict.ReasonDriverFailed, "clock", err.Error())
	}
	return nil
}

// clockBack gives both clocks back to the time of day.
func (p *part) clockBack(ctx context.Context) {
	p.clockOwed = false
	p.Run.Bench.Clock.Follow()
	_ = p.setClock(ctx, "")
	p.side.mu.Lock()
	p.side.clockAt.set = false
	p.side.mu.Unlock()
}
