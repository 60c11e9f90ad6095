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
	from   string // the address that they came from
	banned string // why no more could be made, when the operator kept them out
	times  guardTimes
}

// guardTimes are how long the refusals took, each from the connection to the answer, and the controls, two before each of
// them and two behind the last: what the same machines, as busy as they were then, did meanwhile for somebody who is not
// guarded against.
type guardTimes struct{ refusals, controls []time.Duration }

// What shows a guard: refusals that grow longer by so much more than the controls, and twice as much for their length. There
// are twenty, or fewer where the latest few show it by more than a second. Of the latest, each counts: ordinary slowness would
// have to meet every one of them, and none of the controls between them, to be taken for a guard.
const (
	manyAttempts = 20
	fewAttempts  = 6
	latest       = 8
	latestFew    = 5
	// controls is how many are made between two refusals.
	controls      = 2
	slower        = 100 * time.Millisecond
	oneSecondMore = time.Second
	// undelayed is how many of the latest refusals must come without delay to show that there is no guard: a machine that is
	// busy only ever adds to them.
	undelayed = 3
	// bans is how many attempts in a row must be kept out: one may be lost by accident.
	bans = 3
)

// slows tells whether each of the last refusals took longer than the fastest of all, by so much more than the controls over
// theirs, and twice as much for its length as they for theirs. Of many controls, one that met an accident does not count.
func (g guardTimes) slows(last int, more time.Duration) bool {
	n := len(g.refusals)
	if n < max(last, fewAttempts) {
		return false
	}
	fastest, least := slices.Min(g.refusals), slices.Min(g.refusals[n-last:])
	calm, busy := slices.Min(g.controls), slices.Max(g.controls)
	meanwhile := slices.Sorted(slices.Values(g.controls[len(g.controls)-controls*last:]))
	if last >= latest {
		busy = meanwhile[len(meanwhile)-2]
	}
	scale := float64(meanwhile[len(meanwhile)/2]) / float64(calm)
	return least-fastest >= busy-calm+more && float64(least) >= 2*scale*float64(fastest)
}

// shows tells that there is a guard.
func (g guardTimes) shows() bool { return g.slows(latest, slower) || g.slows(latestFew, oneSecondMore) }

// refutes tells that there is none: some of the latest refusals took no longer than the fastest of all, even if that one met
// as much slowness as two controls in three did.
func (g guardTimes) refutes() bool {
	n := len(g.refusals)
	if n < manyAttempts {
		return false
	}
	late, meanwhile := slices.Sorted(slices.Values(g.refusals[n-latest:])), slices.Sorted(slices.Values(g.controls))
	doubt := meanwhile[2*len(meanwhile)/3] - meanwhile[0]
	return late[undelayed-1]-slices.Min(g.refusals)+doubt < slower
}

// String tells how the refusals went, and the controls meanwhile.
func (g guardTimes) String() string {
	span := func(all []time.Duration) string {
		late := all[max(0, len(all)-latest):]
		return fmt.Sprintf("%s … %s", slices.Min(all).Round(time.Millisecond), slices.Sorted(slices.Values(late))[len(late)/2].Round(time.Millisecond))
	}
	if len(g.refusals) == 0 || len(g.controls) == 0 {
		return "0"
	}
	return fmt.Sprintf("%d : %s (%s)", len(g.refusals), span(g.refusals), span(g.controls))
}

// insists presents false tokens in a row from one address, until the guard shows (IMAP-25).
func insists(ctx context.Context, p *part) error {
	g := &p.line.guard
	g.from = p.side.places.Next(p.side.address)
	if err := p.meanwhile(ctx); err != nil {
		return err
	}
	for out := 0; len(g.times.refusals) < manyAttempts && !g.times.shows(); {
		begun := bench.Wall()
		a, err := p.tryFrom(ctx, g.from, faultExpired)
		took := bench.Wall().Sub(begun)
		switch {
		case ctx.Err() != nil:
			return ctx.Err()
		case err != nil && len(g.times.refusals) == 0, errors.Is(err, errMint):
			return p.unconnected(err)
		case err == nil && a.entered():
			return p.Cannot(verdict.ReasonNotRefused)
		case err == nil && (a.result.Outcome != mail.Disconnected || a.result.Challenge != nil):
			_ = a.talk.Close()
			out, g.times.refusals = 0, append(g.times.refusals, took)
			if err := p.meanwhile(ctx); err != nil {
				return err
			}
			continue
		}
		if out++; out < bans {
			continue
		}
		g.banned = a.told()
		if err != nil {
			g.banned = err.Error()
		}
		return p.meanwhile(ctx) // an operator that is down keeps everybody out
	}
	return nil
}

// meanwhile makes the controls between two refusals.
func (p *part) meanwhile(ctx context.Context) error {
	for range controls {
		begun := bench.Wall()
		if err := p.unguarded(ctx); err != nil {
			return err
		}
		p.line.guard.times.controls = append(p.line.guard.times.controls, bench.Wall().Sub(begun))
	}
	return nil
}

// unguarded logs in to another mailbox from another address. Where either is wanting the operator might forget the refusals,
// and no more than a connection is secured; there, nothing tells a ban from an operator that is down but that a good token
// enters later.
func (p *part) unguarded(ctx context.Context) error {
	other := p.side.another()
	o := opening{label: labelNewcomer, box: other.Address, from: p.side.places.Next(p.side.address), wait: p.wait()}
	if o.box == "" || o.from == "" {
		d, err := p.reach(ctx, o, mail.Limits{Wait: o.wait})
		if err == nil {
			_ = d.Close()
			return nil
		}
		if p.line.guard.banned != "" && o.from == "" {
			return nil
		}
		return p.unconnected(err)
	}
	a, err := p.tries(ctx, p.side.honest(other.Opener()), o)
	if err != nil {
		return p.unconnected(err)
	}
	_ = a.talk.Close()
	if !a.accepted() {
		return p.Cannot(verdict.ReasonControlRefusedBefore, a.told())
	}
	return nil
}

// tryFrom logs in from that address with an honest token, or with one that has a fault.
func (p *part) tryFrom(ctx context.Context, from, fault string) (*attempt, error) {
	o := p.usual()
	o.Fault = fault
	return p.tries(ctx, o, opening{label: labelTrial, wait: p.wait(), from: from})
}

// guardPatience is how long one refusal may be delayed.
const guardPatience = 30 * time.Second

// wait bounds an answer that a guard may delay.
func (p *part) wait() time.Duration { return max(p.side.run.Patience, guardPatience) }

// slowedDown wants refusals that take longer and longer, or a ban (IMAP-25). Between what shows a guard and what shows that
// there is none, the measure says nothing.
func slowedDown(_ context.Context, p *part) error {
	g := p.line.guard
	if g.banned != "" {
		p.Checked()
		p.Remark("address-kept-out", g.banned)
		return nil
	}
	got := g.times.String()
	p.Remark("refusals-in-a-row", got)
	switch {
	case g.times.shows():
		p.Checked()
	case g.times.refutes():
		p.Checked()
		p.Finds(p.Own("guard-missing", "×2, +"+slower.String(), got))
	default:
		return p.Cannot(verdict.ReasonTooClose, got, "×2, +"+slower.String())
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
