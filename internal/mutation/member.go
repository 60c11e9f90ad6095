package mutation

import "etalon/internal/interops"

// memberFaults are VIs of organisms that may not authenticate for the sphere: each is well made and well signed by the
// organism that it names (S02, K04).
func memberFaults() []Mutation {
	played := func(by func(Honest) (interops.Organism, bool)) func(Honest) Conduct {
		return func(h Honest) Conduct {
			o, _ := by(h)
			return Conduct{Organism: o.Name}
		}
	}
	return []Mutation{
		{
			Name: "vi-issuer-member-without-role", Violates: "S02", Needs: []Need{OtherMember},
			Title:   says("le VI est émis par un membre de la sphère qui n'est pas opérateur d'authentification", "the VI is issued by a member of the sphere that is no authentication operator"),
			Conduct: played(Honest.otherMember),
		},
		{
			Name: "vi-issuer-former-member", Violates: "S02", SameAs: "S15", Needs: []Need{FormerMember},
			Title:   says("le VI est émis par un opérateur qui a quitté la sphère", "the VI is issued by an operator that has left the sphere"),
			Conduct: played(Honest.formerMember),
		},
		{
			Name: "vi-issuer-pending-member", Violates: "K04", Needs: []Need{PendingMember},
			Title:   says("le VI est émis par un opérateur que tous les membres n'ont pas accepté", "the VI is issued by an operator that not every member has accepted"),
			Conduct: played(Honest.pendingMember),
		},
	}
}

// member returns the organism of a member of the sphere, other than the two parties.
func (h Honest) member(is func(interops.Member) bool) (interops.Organism, bool) {
	if h.Convention.Sphere == nil {
		return interops.Organism{}, false
	}
	for _, m := range h.Convention.Sphere.Members {
		if m.Organism != h.Project.Client && m.Organism != h.Project.Provider && is(m) {
			return h.Convention.Organism(m.Organism)
		}
	}
	return interops.Organism{}, false
}

// otherMember is in the sphere now, and authenticates nobody.
func (h Honest) otherMember() (interops.Organism, bool) {
	return h.member(func(m interops.Member) bool {
		return h.Convention.Sphere.InForce(m.Organism, h.Now) && !m.Plays(interops.AuthenticationOperator)
	})
}

// formerMember authenticated for the sphere until it left.
func (h Honest) formerMember() (interops.Organism, bool) {
	return h.member(func(m interops.Member) bool {
		return m.Plays(interops.AuthenticationOperator) && !m.Left.IsZero() && !h.Now.Before(m.Left.Time)
	})
}

// pendingMember would authenticate for the sphere, if everyone had accepted it.
func (h Honest) pendingMember() (interops.Organism, bool) {
	return h.member(func(m interops.Member) bool {
		return m.Plays(interops.AuthenticationOperator) && len(h.Convention.Sphere.Unaccepting(m)) > 0 && m.Left.IsZero()
	})
}
