package idp

import (
	"context"
	"slices"

	"etalon/internal/scenario"
	"etalon/internal/sides/side"
	"etalon/internal/verdict"
)

// Steps is the whole table of sentences about an identity provider.
func Steps() []scenario.Step {
	return slices.Concat(controlSteps(), documentSteps(), flowSteps(), clientSteps(), loginSteps(), identitySteps(), sessionSteps(), otherSteps(), privacySteps())
}

// step makes a line of the table whose sentence holds no value, stepOf one whose sentence holds a word.
var step, stepOf = side.Step[*part], side.StepOf[*part, string]

// controlSteps are the honest logins around a trial.
func controlSteps() []scenario.Step {
	return []scenario.Step{
		step(`une connexion honnête aboutit chez le fournisseur d'identité`, func(ctx context.Context, p *part) error {
			p.control(ctx, labelBefore, verdict.ReasonControlRefusedBefore)
			return nil
		}),
		step(`une connexion honnête aboutit de nouveau chez le fournisseur d'identité`, func(ctx context.Context, p *part) error {
			p.control(ctx, labelAfter, verdict.ReasonControlRefusedAfter)
			return nil
		}),
	}
}

// latest is the login that outcomes are about. It fails when there was none.
func (p *part) latest() (*signIn, error) {
	if p.last == nil {
		return nil, p.Cannot(verdict.ReasonNoMessage, "connexion")
	}
	return p.last, nil
}

// wentThrough is the login that outcomes are about, when it gave an ID token; else the reason is told.
func (p *part) wentThrough() (*signIn, bool) {
	l, err := p.latest()
	if err != nil {
		return nil, false
	}
	if why := l.why(); why != nil {
		_ = p.Cannot(why.Key, why.Args...)
		return nil, false
	}
	return l, true
}
