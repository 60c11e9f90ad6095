package mss

import (
	"etalon/internal/candidate"
	"etalon/internal/mail"
	"etalon/internal/scenario"
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
	var p places
	var at string
	for range n {
		at = p.next(target)
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
