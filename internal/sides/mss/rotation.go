package mss

import (
	"context"
	"fmt"
	"strconv"
	"time"

	"etalon/internal/bench"
	"etalon/internal/jws"
	"etalon/internal/oidc"
	"etalon/internal/verdict"
	"etalon/stubs/psc"
)

// keysReadOnce wants the keys fetched no more than once, beyond what a good login takes, since the last login began. The
// scenario is played alone.
func keysReadOnce(ctx context.Context, p *part) error {
	a, err := p.last()
	if err != nil {
		return err
	}
	p.Checked()
	during := p.fetches(a.taken)
	from := p.side.provider.Last()
	if ok, told := p.control(ctx, labelAfter); !ok {
		return p.Cannot(verdict.ReasonControlRefusedAfter, told)
	}
	if usual := p.fetches(from); len(during) > len(usual)+1 {
		p.Finds(p.Own("keys-fetched-again", "≤ "+strconv.Itoa(len(usual)+1), strconv.Itoa(len(during)), append(p.proof(a), p.entries(during))...))
	}
	return nil
}

// fetches are the readings of the keys after an entry of the journal.
func (p *part) fetches(after int) []psc.Entry {
	return p.side.provider.Journal(func(e psc.Entry) bool { return e.Endpoint == psc.EndpointKeys && e.Number > after })
}

// rotate publishes a new key, which signs from now on, and withdraws the older one.
// Who did not follow the last rotation is not taken the only key that it knows.
func (s *Side) rotate() error {
	if s.keys.named() != psc.KeySecond {
		if _, err := s.provider.Rotate(""); err != nil {
			return fmt.Errorf("rotate keys: %w", err)
		}
	}
	s.keys.retire(s.run.Bench.Clock.Now())
	return nil
}

// Following a rotation (TOK-16): how long an operator may take, and how long it is left alone between two logins.
const (
	followed    = 5 * time.Minute
	betweenKeys = 5 * time.Second
)

// newKeyAccepted wants a token of the new key to be accepted before five minutes have passed since the rotation.
func newKeyAccepted(ctx context.Context, p *part) error {
	p.Checked()
	clock := p.side.run.Bench.Clock
	for {
		last := clock.Now().Sub(p.side.keys.retiredAt()) >= followed
		o := p.side.honest(p.side.habit.person)
		o.Key = psc.KeyLive
		token, err := p.mint(o)
		if err != nil {
			return err
		}
		a, err := p.open(ctx, opening{label: labelTrial, box: p.side.habit.box.Address, token: token})
		if err != nil || a.accepted() {
			return err
		}
		if last {
			p.Finds(p.Own("rotation-not-followed", "≤ "+followed.String(), a.told(), p.proof(a)...))
			return nil
		}
		if err := bench.Sleep(ctx, betweenKeys); err != nil {
			return err
		}
	}
}

// retiredSince makes a key retired for so long: the one that was in this run, or one that is now.
func retiredSince(ctx context.Context, p *part, seconds int) error {
	if p.side.keys.retiredAt().IsZero() {
		if err := p.side.rotate(); err != nil {
			return err
		}
	}
	clock := p.side.run.Bench.Clock
	return p.pass(ctx, p.side.keys.retiredAt().Add(time.Duration(seconds)*time.Second).Sub(clock.Now()))
}

// revokes revokes the token of the last login.
func revokes(_ context.Context, p *part) error {
	a, err := p.last()
	if err == nil {
		p.side.provider.Revoke(a.token.Token)
	}
	return err
}

// passesAfterEnd lets time pass until so long after the end of life of the last login's token.
func passesAfterEnd(ctx context.Context, p *part, seconds int) error {
	a, err := p.last()
	if err != nil {
		return err
	}
	t, err := jws.Parse(a.token.Token)
	if err != nil {
		return fmt.Errorf("read our token: %w", err)
	}
	said, _ := oidc.ReadAccess(t.Claims)
	end := said.Expires.Add(time.Duration(seconds) * time.Second)
	return p.pass(ctx, end.Sub(p.side.run.Bench.Clock.Now()))
}
