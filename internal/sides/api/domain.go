// Package api holds the side of an API Pro Santé Connectée: the harness plays Pro Santé Connect and the proxy that exchanges
// its tokens and calls the resource, under its own certificate, another's or none. A refusal is proved by its effect: no
// token is given, or the resource is not.
//
// It knows no token, which oidc does, and makes no certificate, which pki does. It verifies no server certificate when it
// connects.
package api

import (
	"context"
	"slices"

	"etalon/internal/candidate"
	"etalon/internal/scenario"
)

// Domain is that of APIs behind Pro Santé Connect.
func Domain() scenario.Domain {
	return scenario.Domain{Name: "psc-api", Steps: Steps(), Side: func(r *scenario.Run, scope string) (scenario.Side, error) {
		if role, _ := candidate.SplitScope(scope); role != candidate.RolePSCAPI || r.Candidate.PSCAPI == nil {
			return nil, nil
		}
		return &Side{run: r, declared: r.Candidate.PSCAPI}, nil
	}}
}

type partKey struct{}

// partOf returns the scenario's part of the side.
func partOf(ctx context.Context) *part { return ctx.Value(partKey{}).(*part) }

// Steps is the whole table of sentences.
func Steps() []scenario.Step { return slices.Concat(exchangeSteps(), tokenSteps(), resourceSteps()) }

// step makes a line of the table whose sentence holds no value.
func step(sentence string, do func(ctx context.Context, p *part) error) scenario.Step {
	return scenario.NewStep(sentence, func(ctx context.Context) error { return do(ctx, partOf(ctx)) })
}

// stepOf makes a line of the table whose sentence holds one value.
func stepOf[T string | int](sentence string, do func(ctx context.Context, p *part, value T) error) scenario.Step {
	return scenario.NewStep(sentence, func(ctx context.Context, value T) error { return do(ctx, partOf(ctx), value) })
}
