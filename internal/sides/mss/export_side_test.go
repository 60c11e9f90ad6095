package mss

import (
	"context"
	"errors"
	"time"

	"etalon/internal/bench"
	"etalon/internal/candidate"
	"etalon/internal/mail"
	"etalon/internal/scenario"
	"etalon/internal/sides/provided"
	"etalon/internal/sides/side"
	"etalon/internal/verdict"
	"etalon/stubs/psc"
)

// Unknown lists the needs that no table of the side knows.
func Unknown(names []string) []string {
	var unknown []string
	for _, n := range names {
		if _, ok := needs[n]; !ok {
			unknown = append(unknown, n)
		}
	}
	return unknown
}

// Needs lists the needs that are known.
func Needs() []string {
	var all []string
	for n := range needs {
		all = append(all, n)
	}
	return all
}

// Variants lists the shapes of good tokens that are the side's own.
func Variants() []string {
	var all []string
	for n := range variants {
		all = append(all, n)
	}
	return all
}

// Place is the nth local address for a target.
func Place(target string, n int) string {
	var p mail.Places
	var at string
	for range n {
		at = p.Next(target)
	}
	return at
}

// Redacted is what stands for a secret in a transcript.
func Redacted(r *scenario.Run, secret string) string { return (&Side{run: r}).redacted(secret) }

// FirstWay is the login by EXTERNAL that a scenario begins with, where own went through in it, -1 for none, and shared in
// another scenario since.
func FirstWay(address string, own, shared int) mail.Login {
	p := &part{side: &Side{way: shared, declared: &candidate.MSSante{SecondMeans: candidate.MeansExternal}}}
	if own >= 0 {
		p.cli.way = &own
	}
	return *p.ways(address, p.way())[0]
}

// Unreached tells what becomes of a case where nobody answers at an address: whether the removal of a message leaves it
// without verdict, whether a token that cannot be made blames the address, and whether a session that is needed leaves the
// case without verdict.
func Unreached(ctx context.Context, b *bench.Bench, provider *psc.Stub, address string) (removal, minting, session bool) {
	run := &scenario.Run{Config: scenario.Config{Bench: b, Patience: time.Second}}
	s := &Side{Base: side.Base{Role: candidate.RoleMSSIMAP}, run: run, address: address, declared: &candidate.MSSante{}, provider: &provided.Provider{Stub: provider}, keys: &signing{}}
	s.habit.person, s.habit.box.Address = psc.Persons()[0].IdNat, "a@dom.test"
	w := run.NewWorld(scenario.Trial{}, nil, nil)
	p := s.part(w)
	p.removes(ctx, "tf00")
	removal = w.Troubled()
	o := p.usual()
	o.Fault = "no such fault"
	_, err := p.enters(ctx, verdict.ReasonControlRefusedBefore, o, opening{})
	minting = w.Troubled() || !errors.Is(err, errMint)
	_, _ = p.enters(ctx, verdict.ReasonControlRefusedBefore, p.usual(), opening{})
	return removal, minting, w.Troubled()
}
