package ops

import (
	"context"
	"time"

	"etalon/internal/bench"
	"etalon/internal/browser"
	"etalon/internal/interops"
	"etalon/internal/mutation"
	"etalon/internal/scenario"
	"etalon/internal/sso"
	"etalon/internal/verdict"
)

// operatorContextSteps are the sentences about a person whom another operator of the sphere identified.
func operatorContextSteps() []scenario.Step {
	return []scenario.Step{
		scenario.NewStep(`la personne § arrive chez l'opérateur avec un jeton de contexte`, func(ctx context.Context, who string) error {
			return worldOf(ctx).arrivesIdentified(ctx, who, "", strongest)
		}),
		scenario.NewStep(`la personne § arrive chez l'opérateur avec un jeton de contexte de faible niveau`, func(ctx context.Context, who string) error {
			return worldOf(ctx).arrivesIdentified(ctx, who, "", weakest)
		}),
		scenario.NewStep(`la personne § arrive chez l'opérateur avec un jeton de contexte et la faute §`, func(ctx context.Context, who, fault string) error {
			return worldOf(ctx).arrivesIdentified(ctx, who, fault, strongest)
		}),
		scenario.NewStep(`la personne § présente une seconde fois le même jeton de contexte`, presentsAgain),
	}
}

// The means by which a person was identified, of those of the identification operator.
const (
	strongest = 1
	weakest   = -1
)

// identifier is an identification operator of the sphere in force, another organism than the candidate, with the
// strongest or the weakest of its means.
func (s *clientSide) identifier(which int) (interops.Organism, interops.Means, bool) {
	sphere, profile := s.run.Bench.Convention.Settled().Sphere, s.run.profileInForce()
	for _, m := range sphere.Members {
		organism, known := s.run.Bench.Convention.Organism(m.Organism)
		if !known || m.Organism == s.declared.Organism || len(m.Identification) == 0 || !sphere.InForce(m.Organism, bench.Wall()) {
			continue
		}
		best := m.Identification[0]
		for _, means := range m.Identification {
			if which*profile.Rank(means.Level) > which*profile.Rank(best.Level) {
				best = means
			}
		}
		return organism, best, true
	}
	return interops.Organism{}, interops.Means{}, false
}

// contextLife is how long our context tokens live (C04).
const contextLife = 3 * time.Minute

// arrivesIdentified brings a person to the operator with a context token, in a browser that nobody used.
func (w *World) arrivesIdentified(ctx context.Context, alias, fault string, which int) error {
	s := w.client.side
	operator, means, ok := s.identifier(which)
	if !ok {
		return w.Cannot(verdict.ReasonNotInConvention, "opérateur d'identification")
	}
	g, err := w.newGuest(ctx, alias)
	if err != nil {
		return err
	}
	signer, err := w.run.Bench.PKI.Credential(operator.Name + "/signature")
	if err != nil {
		return err
	}
	id, err := bench.NewID(w.Source)
	if err != nil {
		return err
	}
	us, _ := w.run.Bench.Convention.Organism(s.declared.Organism)
	now := w.run.Bench.Clock.Now()
	draft := sso.ContextDraft{Signer: &signer, Credential: w.run.Bench.PKI.Credential, Rand: bench.Entropy(), Token: interops.ContextToken{
		ID: id, IssueInstant: now, Issuer: operator.Issuer, NameID: interops.NameID{Format: interops.FormatUnspecified, Value: g.who.ID},
		Recipient: us.Recipient, Audience: us.Issuer, NotBefore: now.Add(-time.Minute), NotOnOrAfter: now.Add(contextLife),
		Method: means.Name, Level: means.Level, Instant: now,
	}}
	if fault != "" {
		m, known := mutation.ByName(fault)
		if !known {
			return errNothingSent
		}
		h := w.honestIn(place{s.project, s.home})
		if unmet := m.Unmet(h); len(unmet) > 0 {
			return w.Cannot(verdict.ReasonNotInConvention, string(unmet[0]))
		}
		draft.Hooks = m.Hooks(h)
	}
	if g.token, err = draft.Build(); err != nil {
		return err
	}
	g.tokenID, g.identified = id, w.profile().Rank(means.Level)
	return w.brought(ctx, g)
}

// brought takes the person's context token to the operator.
func (w *World) brought(ctx context.Context, g *guest) error {
	s := w.client.side
	return w.goes(ctx, g, s.home, func(string) (browser.Page, error) {
		return g.browser.Post(ctx, s.declared.S.Context, sso.ContextForm(g.token, ""))
	})
}

// presentsAgain brings the same token once more, in another browser (C04-N2).
func presentsAgain(ctx context.Context, alias string) error {
	w := worldOf(ctx)
	old, err := w.guestOf(alias)
	if err != nil {
		return err
	}
	g, err := w.newGuest(ctx, alias)
	if err != nil {
		return err
	}
	g.token, g.tokenID, g.identified = old.token, old.tokenID, old.identified
	return w.brought(ctx, g)
}
