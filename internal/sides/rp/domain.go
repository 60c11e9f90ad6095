// Package rp holds the side of a service that uses Pro Santé Connect: the harness plays Pro Santé Connect and the
// professionals before their browsers, makes flows go wrong by name, and looks whether a session opens, and at what the
// service asked of Pro Santé Connect meanwhile.
//
// It makes no token and knows no endpoint, which stubs/psc does, and it runs no script in its browsers.
package rp

import (
	"etalon/internal/candidate"
	"etalon/internal/scenario"
)

// Domain is that of the services.
func Domain() scenario.Domain {
	return scenario.Domain{Name: "psc/fs", Steps: Steps(), Side: func(r *scenario.Run, scope string) (scenario.Side, error) {
		if role, _ := candidate.SplitScope(scope); role != candidate.RolePSCService || r.Candidate.PSCService == nil {
			return nil, nil
		}
		return newSide(r), nil
	}}
}
