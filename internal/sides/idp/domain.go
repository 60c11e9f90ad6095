// Package idp holds the side of an identity provider to which Pro Santé Connect delegates: what the harness plays around it.
// It is Pro Santé Connect, a client of OpenID Connect that reads what the provider publishes, asks for logins and exchanges
// codes, well and badly; and it is the persons, each before a browser of its own, who log in by the declared recipe.
//
// It makes and checks no token by itself, which oidc does, knows no page, which browser does, and writes no report.
package idp

import (
	"etalon/internal/candidate"
	"etalon/internal/scenario"
)

// Domain is that of identity providers.
func Domain() scenario.Domain {
	return scenario.Domain{Name: "fournisseur-identite", Steps: Steps(), Side: func(r *scenario.Run, scope string) (scenario.Side, error) {
		role, _ := candidate.SplitScope(scope)
		if role != candidate.RoleIdentityProvider || r.Candidate.IdentityProvider == nil {
			return nil, nil
		}
		return newSide(r), nil
	}}
}
