// Package api holds the side of an API Pro Santé Connectée: the harness plays Pro Santé Connect and the proxy that exchanges
// its tokens and calls the resource, under its own certificate, another's or none. A refusal is proved by its effect: no
// token is given, or the resource is not.
//
// It knows no token, which oidc does, and makes no certificate, which pki does. It verifies no server certificate when it
// connects.
package api

import (
	"slices"

	"etalon/internal/candidate"
	"etalon/internal/scenario"
	"etalon/internal/sides/side"
)

// Domain is that of APIs behind Pro Santé Connect.
func Domain() scenario.Domain {
	return scenario.Domain{Name: "psc-api", Steps: Steps(), Side: func(r *scenario.Run, scope string) (scenario.Side, error) {
		if role, _ := candidate.SplitScope(scope); role != candidate.RolePSCAPI || r.Candidate.PSCAPI == nil {
			return nil, nil
		}
		return &Side{Base: side.Base{Role: candidate.RolePSCAPI}, run: r, declared: r.Candidate.PSCAPI}, nil
	}}
}

// Steps is the whole table of sentences.
func Steps() []scenario.Step { return slices.Concat(exchangeSteps(), tokenSteps(), resourceSteps()) }

// step makes a line of the table whose sentence holds no value, stepOf one whose sentence holds a word.
var step, stepOf = side.Step[*part], side.StepOf[*part, string]
