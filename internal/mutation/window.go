package mutation

import (
	"time"

	"etalon/internal/interops"
	"etalon/internal/saml"
)

// justOver is how far past a limit a fault goes when the exact limit is on trial (spec §14.2).
const justOver = 5 * time.Second

// windowFaults hurt the validity window (V08) and its length (V09). Those that end the window leave
// the confirmation's own end alone, so that Conditions alone are wrong.
func windowFaults() []Mutation {
	return []Mutation{
		{
			Name: "vi-window-expired", Violates: "V08",
			Title: says("le VI est expiré", "the VI has expired"),
			Content: func(h Honest, vi *interops.VI) {
				endConditions(vi, h.late())
			},
		},
		{
			Name: "vi-window-not-yet-valid", Violates: "V08",
			Title: says("le VI n'est pas encore valide", "the VI is not yet valid"),
			Content: func(h Honest, vi *interops.VI) {
				vi.NotBefore = h.early()
				vi.NotOnOrAfter = vi.NotBefore.Add(beyond)
			},
		},
		{
			Name: "vi-window-just-over", Violates: "V08", Needs: []Need{ClockOffset},
			Title: says("le VI est expiré depuis cinq secondes de plus que la tolérance", "the VI expired five seconds longer ago than the tolerance"),
			Content: func(h Honest, vi *interops.VI) {
				endConditions(vi, h.Now.Add(-h.Profile.Skew()-justOver))
			},
		},
		{
			Name: "vi-window-inverted", Violates: "V08",
			Title: says("le VI commence après sa fin", "the VI begins after its end"),
			Content: func(h Honest, vi *interops.VI) {
				half := max(h.Profile.Skew()/2, time.Second)
				vi.NotBefore, vi.NotOnOrAfter = h.Now.Add(half), h.Now.Add(-half)
			},
		},
		{
			Name: "vi-conditions-absent", Violates: "V08",
			Title: says("le VI ne porte aucune condition : ni fenêtre de validité ni audience", "the VI bears no conditions: neither validity window nor audience"),
			Form:  func(_ Honest, f *saml.Form) error { return remove(f.VI, "Conditions") },
		},
		{
			Name: "vi-window-24h", Violates: "V09",
			Title:   says("le VI est valable vingt-quatre heures", "the VI is valid for twenty-four hours"),
			Content: func(_ Honest, vi *interops.VI) { vi.NotOnOrAfter = vi.NotBefore.Add(24 * time.Hour) },
		},
		{
			Name: "vi-window-200years", Violates: "V09",
			Title:   says("le VI est valable deux cents ans", "the VI is valid for two hundred years"),
			Content: func(_ Honest, vi *interops.VI) { vi.NotOnOrAfter = vi.NotBefore.AddDate(200, 0, 0) },
		},
	}
}

// driftFaults come from a client whose clock is wrong by just more than the tolerance (L07).
func driftFaults() []Mutation {
	return []Mutation{
		{
			Name: "vi-drift-future", Violates: "L07", Needs: []Need{ClockOffset},
			Title:   says("l'horloge du client avance de cinq secondes de plus que la tolérance", "the client's clock is five seconds further ahead than the tolerance"),
			Content: func(h Honest, vi *interops.VI) { shift(vi, h.Now.Add(h.Profile.Skew()+justOver).Sub(vi.NotBefore)) },
		},
		{
			Name: "vi-drift-past", Violates: "L07", Needs: []Need{ClockOffset},
			Title:   says("l'horloge du client retarde de cinq secondes de plus que la tolérance", "the client's clock is five seconds further behind than the tolerance"),
			Content: func(h Honest, vi *interops.VI) { shift(vi, h.Now.Add(-h.Profile.Skew()-justOver).Sub(vi.NotOnOrAfter)) },
		},
	}
}

// endConditions moves the whole VI into the past so that its conditions end at that instant; the
// confirmation of the subject stays alive.
func endConditions(vi *interops.VI, end time.Time) {
	alive := vi.Confirmation
	shift(vi, end.Sub(vi.NotOnOrAfter))
	vi.Confirmation = alive
}
