package ops

import (
	"context"
	"errors"
	"fmt"

	"etalon/internal/browser"
	"etalon/internal/candidate"
	"etalon/internal/scenario"
	"etalon/internal/sso"
	"etalon/internal/verdict"
)

// identificationSteps are the sentences about persons at an identification operator.
func identificationSteps() []scenario.Step {
	leaves := func(identify func(context.Context, *World, *guest) error) func(context.Context, string, string) error {
		return func(ctx context.Context, who, operator string) error {
			return worldOf(ctx).leavesFor(ctx, who, operator, identify)
		}
	}
	return []scenario.Step{
		scenario.NewStep(`la personne § s'identifie et part vers l'opérateur §`, leaves(func(ctx context.Context, w *World, g *guest) error { return w.logsIn(ctx, g) })),
		scenario.NewStep(`la personne § part vers l'opérateur § sans s'être identifiée`, leaves(func(context.Context, *World, *guest) error { return nil })),
		scenario.NewStep(`la personne § donne un secret faux et part vers l'opérateur §`, leaves(misidentified)),
		scenario.NewStep(`la personne § prétend à un moyen plus fort que le sien et part vers l'opérateur §`, leaves(overreaching)),
		scenario.NewStep(`la personne § repart vers l'opérateur §`, leavesAgainFor),

		scenario.NewStep(`le jeton de contexte parvient à l'opérateur, conforme`, conformingVI),
		scenario.NewStep(`le jeton de contexte émis dit ce qui fut établi`, tokenTrue),
		scenario.NewStep(`le jeton de contexte émis respecte §`, tokenRespects),
		scenario.NewStep(`aucun jeton de contexte émis ne dit plus que le moyen de la personne`, tokenNotAbove),
		scenario.NewStep(`chaque jeton de contexte émis est nouveau`, tokensNew),
		scenario.NewStep(`aucun jeton de contexte ne part`, noTokenLeaves),
	}
}

// misidentified tries to be identified with a secret that is not the person's.
func misidentified(ctx context.Context, w *World, g *guest) error {
	who := g.who
	who.Secret = "faux-" + who.Secret
	err := g.connect(ctx, who)
	var trouble *browser.Trouble
	if errors.As(err, &trouble) && (trouble.Kind == browser.ErrLoginRefused || trouble.Kind == browser.ErrCookiesRefused) {
		return nil // as it should be
	}
	if err != nil {
		return w.stopped(err)
	}
	return nil
}

// overreaching tries to be identified by the strongest means that any person declares, which this one has not (C02-N3).
func overreaching(ctx context.Context, w *World, g *guest) error {
	strong, ok := w.client.side.strong()
	if !ok {
		return w.Cannot(verdict.ReasonNotDeclared, "users[].class")
	}
	who := g.who
	who.Class = strong.Class
	w.logged(g)
	var trouble *browser.Trouble
	if err := g.connect(ctx, who); err != nil && !errors.As(err, &trouble) {
		return err
	}
	return nil // refused, or identified by what the person has: both are sound
}

// tokenNotAbove makes sure that no token states a level above that of the person's own means; none at all is sound.
func tokenNotAbove(ctx context.Context) error {
	w := worldOf(ctx)
	w.Checked()
	profile := w.profile()
	for _, e := range w.allEmitted() {
		own := profile.RankOfClass(e.call.user.Class)
		if t := e.exchange.contextToken; t != nil && own >= 0 && profile.Rank(t.Level) > own {
			w.Sees(w.Own("context-identification-other", profile.Levels[own].Name, t.Level, e.call.evidence()...))
		}
	}
	return nil
}

// leavesFor sends a person to an authentication operator, in a new browser.
func (w *World) leavesFor(ctx context.Context, alias, operator string, identify func(context.Context, *World, *guest) error) error {
	g, err := w.newGuest(ctx, alias)
	if err != nil {
		return err
	}
	if err := identify(ctx, w, g); err != nil {
		return err
	}
	return w.sentTo(ctx, g, operator)
}

// leavesAgainFor sends a person who is identified already to an operator.
func leavesAgainFor(ctx context.Context, alias, operator string) error {
	w := worldOf(ctx)
	g, err := w.guestOf(alias)
	if err != nil {
		return err
	}
	return w.sentTo(ctx, g, operator)
}

func (w *World) sentTo(ctx context.Context, g *guest, operator string) error {
	to, ok := w.client.side.operatorPlace(operator)
	if !ok {
		return w.Cannot(verdict.ReasonNotInConvention, "opérateur "+operator)
	}
	link, ok := w.client.side.declared.P.At(to.Name)
	if !ok {
		return w.Cannot(verdict.ReasonNotInConvention, "opérateur "+operator)
	}
	return w.goes(ctx, g, to, func(marker string) (browser.Page, error) {
		return g.browser.Get(ctx, candidate.Marked(link, marker))
	})
}

// tokenTrue compares each token with what was established (C02).
func tokenTrue(ctx context.Context) error {
	w := worldOf(ctx)
	all, err := w.needEmitted()
	if err != nil {
		return err
	}
	for _, e := range all {
		for _, f := range w.tokenTells(e) {
			w.Sees(f)
		}
	}
	return nil
}

// tokenRespects records what is wrong with one part of the tokens.
func tokenRespects(ctx context.Context, part string) error {
	rules, ok := contextRules[part]
	if !ok {
		return fmt.Errorf("part %q of a context token: not in the table", part)
	}
	return worldOf(ctx).emittedBreaks(oneOf(rules))
}

// tokensNew makes sure that no token leaves twice, nor two under one identifier.
func tokensNew(ctx context.Context) error {
	w := worldOf(ctx)
	all, err := w.needEmitted()
	if err != nil {
		return err
	}
	seen := map[string]bool{}
	for _, e := range all {
		if id := e.judged.VI.ID; seen[id] {
			w.Sees(w.Own("context-reissued", "", id, e.call.evidence()...))
		} else {
			seen[id] = true
		}
	}
	return nil
}

// noTokenLeaves makes sure that the last passage gave the browser no token to carry, wherever to.
func noTokenLeaves(ctx context.Context) error {
	w := worldOf(ctx)
	c, err := w.lastCall()
	if err != nil {
		return err
	}
	w.Checked()
	left := c.getsVI()
	for _, h := range w.lastHops(c) {
		field, _ := h.SAML()
		left = left || field == sso.ParameterContext
	}
	if left {
		w.Sees(w.Own("context-left", "0", c.told(), c.evidence()...))
	}
	return nil
}
