package mss

import (
	"context"
	"crypto/sha256"
	"fmt"
	"maps"
	"strconv"
	"strings"
	"time"

	"etalon/internal/candidate"
	"etalon/internal/jws"
	"etalon/internal/mail"
	"etalon/internal/oidc"
	"etalon/internal/scenario"
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
		stepOf(`Pro Santé Connect a retiré une clé depuis (\d+) secondes`, retiredSince),
		step(`Pro Santé Connect révoque le jeton`, revokes),
		stepOf(`(\d+) secondes passent après la fin du jeton`, passesAfterEnd),
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
	if other := otherRole(p.side.role); p.Run.Candidate.Interface(other) != nil {
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
	token, err := p.mint(p.side.honest(stranger))
	if err != nil {
		return err
	}
	if err := p.side.provider.Force(token.Token, oidc.Answer{Kind: oidc.AnswerConflict, IdNat: opener(box)}); err != nil {
		return fmt.Errorf("force introspection: %w", err)
	}
	_, err = p.open(ctx, opening{label: labelTrial, box: box.Address, token: token})
	return err
}

// oneSource wants the last two logins not to have both gone through: one was good by the name of the user alone, the
// other by the SubjectNameID alone.
func oneSource(_ context.Context, p *part) error {
	if len(p.attempts) < 2 {
		return p.Cannot(verdict.ReasonNoMessage, "deux connexions")
	}
	p.Checked()
	named, introspected := p.attempts[len(p.attempts)-2], p.attempts[len(p.attempts)-1]
	if named.entered() && introspected.entered() {
		p.Sees(p.Own("identities-united", "preferred_username | SubjectNameID", "preferred_username + SubjectNameID", append(p.proof(named), p.proof(introspected)...)...))
	}
	return nil
}

// refusedOrAsked wants the last login refused, or the operator to have asked introspection about its token (TOK-26).
func refusedOrAsked(ctx context.Context, p *part) error {
	a, err := p.last()
	if err != nil {
		return err
	}
	if len(p.side.provider.Asked(psc.EndpointIntrospection, a.token.Token)) > 0 {
		p.Checked()
		return nil
	}
	return refused(ctx, p)
}

// answered wants an answer to the last login, or its connection closed.
func answered(_ context.Context, p *part) error {
	a, err := p.last()
	if err != nil {
		return err
	}
	p.Checked()
	if a.result.Outcome == mail.Unanswered || a.result.Outcome == mail.Unknown {
		p.Sees(p.Own("login-unanswered", wantAccepted+", "+wantRefused, a.told(), p.proof(a)...))
	}
	return nil
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

// trapAvoided wants nobody to have followed the address that the token bears.
func trapAvoided(_ context.Context, p *part) error {
	a, err := p.last()
	if err != nil {
		return err
	}
	p.Checked()
	entries := p.side.provider.Journal(func(e psc.Entry) bool {
		return e.Endpoint == psc.EndpointTrap && strings.HasSuffix(e.Path, "/"+p.mark())
	})
	if len(entries) > 0 {
		p.Sees(p.Own("address-followed", "0", strconv.Itoa(len(entries)), append(p.proof(a), p.entries(entries))...))
	}
	return nil
}

// keysReadOnce wants the keys fetched no more than once, beyond what a good login takes, since the last login began. The
// scenario is played alone.
func keysReadOnce(ctx context.Context, p *part) error {
	a, err := p.last()
	if err != nil {
		return err
	}
	p.Checked()
	during := p.fetches(a.taken)
	from := p.side.lastEntry()
	if ok, told := p.control(ctx, labelAfter); !ok {
		return p.Cannot(verdict.ReasonControlRefusedAfter, told)
	}
	if usual := p.fetches(from); len(during) > len(usual)+1 {
		p.Finds(p.Own("keys-fetched-again", "≤ "+strconv.Itoa(len(usual)+1), strconv.Itoa(len(during)), append(p.proof(a), p.entries(during))...))
	}
	return nil
}

// fetches are the readings of the keys after an entry of the journal.
func (p *part) fetches(after int) []psc.Entry {
	return p.side.provider.Journal(func(e psc.Entry) bool { return e.Endpoint == psc.EndpointKeys && e.Number > after })
}

// rotate publishes a new key, which signs from now on, and withdraws the older one.
// Who did not follow the last rotation is not taken the only key that it knows.
func (s *Side) rotate() error {
	if s.signing() == psc.KeySecond {
		s.mu.Lock()
		defer s.mu.Unlock()
		s.rotated, s.key = s.run.Bench.Clock.Now(), ""
		return nil
	}
	if _, err := s.provider.Rotate(""); err != nil {
		return fmt.Errorf("rotate keys: %w", err)
	}
	s.mu.Lock()
	defer s.mu.Unlock()
	s.rotated, s.key = s.run.Bench.Clock.Now(), ""
	return nil
}

// Following a rotation (TOK-16): how long an operator may take, and how long it is left alone between two logins.
const (
	followed    = 5 * time.Minute
	betweenKeys = 5 * time.Second
)

// newKeyAccepted wants a token of the new key to be accepted before five minutes have passed since the rotation.
func newKeyAccepted(ctx context.Context, p *part) error {
	p.Checked()
	clock := p.side.run.Bench.Clock
	for {
		last := clock.Now().Sub(p.side.rotated) >= followed
		o := p.side.honest(p.side.habit.person)
		o.Key = psc.KeyLive
		token, err := p.mint(o)
		if err != nil {
			return err
		}
		a, err := p.open(ctx, opening{label: labelTrial, box: p.side.habit.box.Address, token: token})
		if err != nil || a.accepted() {
			return err
		}
		if last {
			p.Finds(p.Own("rotation-not-followed", "≤ "+followed.String(), a.told(), p.proof(a)...))
			return nil
		}
		if err := pause(ctx, betweenKeys); err != nil {
			return err
		}
	}
}

// retiredSince makes a key retired for so long: the one that was in this run, or one that is now.
func retiredSince(ctx context.Context, p *part, seconds int) error {
	if p.side.rotated.IsZero() {
		if err := p.side.rotate(); err != nil {
			return err
		}
	}
	clock := p.side.run.Bench.Clock
	return p.pass(ctx, p.side.rotated.Add(time.Duration(seconds)*time.Second).Sub(clock.Now()))
}

// revokes revokes the token of the last login.
func revokes(_ context.Context, p *part) error {
	a, err := p.last()
	if err == nil {
		p.side.provider.Revoke(a.token.Token)
	}
	return err
}

// passesAfterEnd lets time pass until so long after the end of life of the last login's token.
func passesAfterEnd(ctx context.Context, p *part, seconds int) error {
	a, err := p.last()
	if err != nil {
		return err
	}
	t, err := jws.Parse(a.token.Token)
	if err != nil {
		return fmt.Errorf("read our token: %w", err)
	}
	said, _ := oidc.ReadAccess(t.Claims)
	end := said.Expires.Add(time.Duration(seconds) * time.Second)
	return p.pass(ctx, end.Sub(p.side.run.Bench.Clock.Now()))
}
