package mutation

import (
	"time"

	"etalon/internal/interops"
)

// authenticationFaults hurt the authentication class (V11) and its instant (V12).
func authenticationFaults() []Mutation {
	return []Mutation{
		{
			Name: "vi-authncontext-absent", Violates: "V11",
			Title:   says("le VI ne dit pas comment l'utilisateur s'est authentifié", "the VI does not tell how the user authenticated"),
			Content: func(_ Honest, vi *interops.VI) { vi.AuthnContext = "" },
		},
		{
			Name: "vi-authncontext-unknown", Violates: "V11",
			Title:   says("la classe d'authentification du VI est inconnue", "the authentication class of the VI is unknown"),
			Content: func(_ Honest, vi *interops.VI) { vi.AuthnContext = "urn:etalon:test:ac:classes:inconnue" },
		},
		{
			Name: "vi-authncontext-below-minimum", Violates: "V11", Needs: []Need{MinimumLevel},
			Title: says("la classe d'authentification est plus faible que le minimum du service", "the authentication class is weaker than the service's minimum"),
			Content: func(h Honest, vi *interops.VI) {
				if class, ok := h.weakerClass(); ok {
					vi.AuthnContext = class
				}
			},
		},
		{
			Name: "vi-authninstant-future", Violates: "V12",
			Title:   says("l'utilisateur s'est authentifié dans l'avenir", "the user authenticated in the future"),
			Content: func(h Honest, vi *interops.VI) { vi.AuthnInstant = h.early() },
		},
		{
			Name: "vi-authninstant-too-old", Violates: "V12",
			Title:   says("l'authentification de l'utilisateur est plus ancienne qu'il n'est admis", "the user's authentication is older than is allowed"),
			Content: func(h Honest, vi *interops.VI) { vi.AuthnInstant = h.late().Add(-h.Profile.Time.MaxAuthnAge.Duration) },
		},
		{
			Name: "vi-authninstant-after-issue", Violates: "V12",
			Title: says("l'utilisateur s'est authentifié après l'émission du VI", "the user authenticated after the VI was issued"),
			Content: func(h Honest, vi *interops.VI) {
				vi.AuthnInstant = h.Now.Add(-time.Minute)
				vi.IssueInstant = vi.AuthnInstant.Add(-h.Profile.Skew() - beyond)
			},
		},
	}
}
