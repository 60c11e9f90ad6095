package mss

import (
	"context"
	"crypto/sha256"
	"fmt"
	"maps"

	"etalon/internal/candidate"
	"etalon/internal/mail"
	"etalon/internal/oidc"
	"etalon/internal/scenario"
	"etalon/internal/sides/provided"
	"etalon/internal/sides/side"
	"etalon/internal/verdict"
	"etalon/stubs/psc"
)

// tokenSteps are the sentences of the group TOK.
func tokenSteps() []scenario.Step {
	return []scenario.Step{
		stepOfTwo(`un client ouvre la boîte § avec un jeton, variante §`, opensWithVariant),
		stepOfTwo(`un client a ouvert la boîte § avec un jeton de (\d+) secondes`, openedFor),
		stepOf(`un client ouvre la boîte § avec un jeton valable, par l'autre interface si elle est déclarée`, opensElsewhere),
		stepOf(`un client ouvre la boîte § avec le même jeton`, opensAgain),
		stepOf(`un client ouvre la boîte § avec le jeton d'un autre, dont l'introspection nomme le titulaire`, opensByIntrospection),
		step(`l'opérateur s'en tient à une source d'identité`, oneSource),
		step(`la connexion est refusée, ou l'identité a été demandée à l'introspection`, refusedOrAsked),
		step(`la connexion reçoit une réponse`, answered),
		step(`l'adresse que porte le jeton n'a pas été suivie`, trapAvoided),
		step(`les clés n'ont pas été relues plus d'une fois`, keysReadOnce),
		step(`Pro Santé Connect publie une nouvelle clé et retire la plus ancienne`, func(_ context.Context, p *part) error { return p.side.rotate() }),
		step(`un jeton de la nouvelle clé est accepté dans les cinq minutes`, newKeyAccepted),
		side.StepOf(`Pro Santé Connect a retiré une clé depuis (\d+) secondes`, retiredSince),
		step(`Pro Santé Connect révoque le jeton`, revokes),
		side.StepOf(`(\d+) secondes passent après la fin du jeton`, passesAfterEnd),
	}
}

// variant is a good token of one shape.
type variant struct {
	// order makes it of the usual one.
	order func(o psc.Order) psc.Order
	// first opens the first mailbox that is declared, whatever that of the controls.
	first bool
}

// variants are those that oidc does not know: the norm's own token, as a whole or in one respect, whatever the operator
// was found to want of every token.
var variants = map[string]variant{
	"ordinaire": {first: true, order: func(o psc.Order) psc.Order {
		o.Claims, o.Header = nil, nil
		return o
	}},
	"sans-audience": {order: func(o psc.Order) psc.Order { return without(o, "aud", "") }},
	"type-jwt":      {order: func(o psc.Order) psc.Order { return without(o, "", "typ") }},
	"sujet-compose": {order: func(o psc.Order) psc.Order { return without(o, "sub", "") }},
}

// without leaves a claim and a parameter of the header as the norm has them.
func without(o psc.Order, claim, parameter string) psc.Order {
	o.Claims, o.Header = maps.Clone(o.Claims), maps.Clone(o.Header)
	delete(o.Claims, claim)
	delete(o.Header, parameter)
	return o
}

// opensWithVariant opens a mailbox with a good token of an unusual shape.
func opensWithVariant(ctx context.Context, p *part, word, name string) error {
	v, own := variants[name]
	if !own {
		return p.opens(ctx, word, func(box candidate.Mailbox) psc.Order {
			o := p.side.ordinary(box)
			o.Fault = name
			return o
		})
	}
	box, err := p.box(word)
	if err != nil {
		return err
	}
	if v.first {
		box = p.side.openable()[0]
	}
	token, err := p.mint(v.order(p.side.ordinary(box)))
	if err != nil {
		return err
	}
	_, err = p.open(ctx, opening{label: labelTrial, box: box.Address, token: token})
	return err
}

// openedFor opens a mailbox, as a thing that must go through before the trial, with a token that lives so long.
func openedFor(ctx context.Context, p *part, word string, seconds int) error {
	box, err := p.box(word)
	if err != nil {
		return err
	}
	o := p.side.ordinary(box)
	o.Lifetime = seconds
	token, err := p.mint(o)
	if err != nil {
		return err
	}
	a, err := p.open(ctx, opening{label: labelPrelude, box: box.Address, token: token})
	if err == nil && !a.accepted() {
		return p.Cannot(verdict.ReasonControlRefusedBefore, a.told())
	}
	return err
}

// opensElsewhere opens a mailbox by the interface that is not under test where there is one, and otherwise by this one.
func opensElsewhere(ctx context.Context, p *part, word string) error {
	box, err := p.box(word)
	if err != nil {
		return err
	}
	token, err := p.mint(p.side.ordinary(box))
	if err != nil {
		return err
	}
	if other := otherRole(p.side.Role); p.Run.Candidate.Interface(other) != nil {
		if a, err := p.try(ctx, opening{label: labelPrelude, role: other, box: box.Address, token: token, login: inTwoSteps(box.Address, token.Token, other)}); err == nil && a.accepted() {
			p.attempts = append(p.attempts, a)
			return nil
		}
	}
	a, err := p.open(ctx, opening{label: labelPrelude, box: box.Address, token: token})
	if err == nil && !a.accepted() {
		return p.Cannot(verdict.ReasonControlRefusedBefore, a.told())
	}
	return err
}

// otherRole is the other interface.
func otherRole(r candidate.Role) candidate.Role {
	if r == candidate.RoleMSSIMAP {
		return candidate.RoleMSSSMTP
	}
	return candidate.RoleMSSIMAP
}

// inTwoSteps presents a token as the interface of a role usually has it.
func inTwoSteps(address, token string, role candidate.Role) *mail.Login {
	l := mail.XOAUTH2(address, token)
	l.TwoStep = role == candidate.RoleMSSSMTP
	return &l
}

// opensAgain opens a mailbox with the token of the last login.
func opensAgain(ctx context.Context, p *part, word string) error {
	box, err := p.box(word)
	if err != nil {
		return err
	}
	before, err := p.last()
	if err != nil {
		return err
	}
	_, err = p.open(ctx, opening{label: labelTrial, box: box.Address, token: before.token})
	return err
}

// opensByIntrospection opens a mailbox with a token that names another person, while introspection gives the holder's as
// the SubjectNameID: the reverse of the fault psctoken-person-conflict (TOK-33).
func opensByIntrospection(ctx context.Context, p *part, word string) error {
	box, err := p.box(word)
	if err != nil {
		return err
	}
	token, err := p.mint(p.side.honest(provided.Stranger))
	if err != nil {
		return err
	}
	if err := p.side.provider.Force(token.Token, oidc.Answer{Kind: oidc.AnswerConflict, IdNat: box.Opener()}); err != nil {
		return fmt.Errorf("force introspection: %w", err)
	}
	_, err = p.open(ctx, opening{label: labelTrial, box: box.Address, token: token})
	return err
}

// traps are the parameters of the header by which a fault leads to the trap.
var traps = map[string]string{"psctoken-kid-address": "kid", "psctoken-jku-injected": "jku", "psctoken-x5u-injected": "x5u"}

// bait gives the trap of an order's fault an address of the scenario's own, by which who comes there is known.
func (p *part) bait(o psc.Order) psc.Order {
	if name, leads := traps[o.Fault]; leads {
		o.Header = maps.Clone(o.Header)
		if o.Header == nil {
			o.Header = map[string]any{}
		}
		o.Header[name] = p.side.provider.Trap() + "/" + p.mark()
	}
	return o
}

// mark is the scenario's own name in an address.
func (p *part) mark() string {
	return fmt.Sprintf("%x", sha256.Sum256([]byte(p.Address.String())))[:16]
}
