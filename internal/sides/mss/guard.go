package mss

import (
	"context"
	"errors"
	"fmt"
	"slices"
	"time"

	"etalon/internal/bench"
	"etalon/internal/mail"
	"etalon/internal/verdict"
)

// guardLine is what repeated attempts met.
type guardLine struct {
	from   string          // the address that they came from
	took   []time.Duration // each refusal, from the connection to the answer
	banned string          // why no more could be made, when the operator kept them out
}

// What shows a guard: the latest refusals take twice as long as the fastest, and this much more. There are twenty, or
// fewer where it shows by more than a second.
const (
	manyAttempts  = 20
	fewAttempts   = 6
	latest        = 3
	slower        = 100 * time.Millisecond
	oneSecondMore = time.Second
)

// fastest is the quickest of all refusals, last the median of the latest.
func (g guardLine) fastest() time.Duration { return slices.Min(g.took) }

func (g guardLine) last() time.Duration {
	sorted := slices.Sorted(slices.Values(g.took[len(g.took)-latest:]))
	return sorted[latest/2]
}

// slows tells whether the latest refusals take twice as long as the fastest, and so much more.
func (g guardLine) slows(more time.Duration) bool {
	return len(g.took) >= fewAttempts && g.last() >= 2*g.fastest() && g.last() >= g.fastest()+more
}

// insists presents false tokens in a row from one address, until the guard shows (IMAP-25).
func insists(ctx context.Context, p *part) error {
	g := &p.line.guard
	g.from = p.side.places.Next(p.side.address)
	for range manyAttempts {
		begun := bench.Wall()
		a, err := p.tryFrom(ctx, g.from, faultExpired)
		switch {
		case err != nil && len(g.took) == 0, errors.Is(err, errMint):
			return p.unconnected(err)
		case err != nil:
			g.banned = err.Error()
		case a.entered():
			return p.Cannot(verdict.ReasonNotRefused)
		case a.result.Outcome == mail.Disconnected && a.result.Challenge == nil:
			g.banned = a.told()
		}
		g.took = append(g.took, bench.Wall().Sub(begun))
		if g.banned != "" || g.slows(oneSecondMore) {
			return nil
		}
	}
	return nil
}

// tryFrom logs in from that address with an honest token, or with one that has a fault.
func (p *part) tryFrom(ctx context.Context, from, fault string) (*attempt, error) {
	o := p.usual()
	o.Fault = fault
	return p.tries(ctx, o, opening{label: labelTrial, wait: max(p.side.run.Patience, guardPatience), from: from})
}

// guardPatience is how long one refusal may be delayed.
const guardPatience = 30 * time.Second

// slowedDown wants refusals that take longer and longer, or a ban (IMAP-25).
func slowedDown(_ context.Context, p *part) error {
	g := p.line.guard
	p.Checked()
	if g.banned != "" {
		p.Remark("address-kept-out", g.banned)
		return nil
	}
	got := fmt.Sprintf("%d : %s … %s", len(g.took), g.fastest().Round(time.Millisecond), g.last().Round(time.Millisecond))
	p.Remark("refusals-in-a-row", got)
	if !g.slows(slower) {
		p.Finds(p.Own("guard-missing", "×2, +"+slower.String(), got))
	}
	return nil
}

// longestLockout is how long the harness waits for the end of a declared lockout.
const longestLockout = 15 * time.Minute

// guardEnds wants a good token to open the mailbox from the same address, once the declared lockout is over (IMAP-25).
func guardEnds(ctx context.Context, p *part) error {
	lockout := p.side.declared.Lockout.Duration
	if lockout > longestLockout {
		return p.Cannot(verdict.ReasonTimeout, "mssante.lockout", lockout.String())
	}
	if err := bench.Sleep(ctx, lockout); err != nil {
		return err
	}
	a, err := p.tryFrom(ctx, p.line.guard.from, "")
	p.Checked()
	switch {
	case errors.Is(err, errMint):
		return err
	case err != nil:
		p.Sees(p.Own("guard-endless", lockout.String(), err.Error()))
	case !a.accepted():
		p.Sees(p.Own("guard-endless", wantAccepted+", "+lockout.String(), a.told(), p.proof(a)...))
	}
	return nil
}
