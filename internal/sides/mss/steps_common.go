package mss

import (
	"context"
	"errors"
	"fmt"
	"time"

	"etalon/internal/access"
	"etalon/internal/candidate"
	"etalon/internal/mail"
	"etalon/internal/oidc"
	"etalon/internal/scenario"
	"etalon/internal/sides/side"
	"etalon/internal/verdict"
	"etalon/stubs/psc"
)

// The labels of conversations, as the catalogue of texts has them.
const (
	labelBefore   = "honest"
	labelAfter    = "closing"
	labelTrial    = "login"
	labelPrelude  = "prelude"
	labelNewcomer = "newcomer"
	labelCrowd    = "crowd"
	labelAsked    = "asked"
)

// commonSteps are the sentences of all groups.
func commonSteps() []scenario.Step {
	return []scenario.Step{
		step(`le professionnel ouvre sa boîte avec un jeton valable`, controlBefore),
		step(`le témoin passe`, controlAfter),
		stepOf(`un client ouvre la boîte § avec un jeton valable`, func(ctx context.Context, p *part, box string) error {
			return p.opens(ctx, box, p.side.ordinary)
		}),
		stepOfTwo(`un client ouvre la boîte § avec un jeton portant la faute §`, opensWithFault),
		step(`la connexion est acceptée`, accepted),
		step(`la connexion est refusée`, refused),
		step(`le service répond toujours`, stillServes),
		step(`l'opérateur redémarre`, func(ctx context.Context, p *part) error { return p.verb(ctx, candidate.Restart) }),
		side.StepOf(`(\d+) secondes passent`, func(ctx context.Context, p *part, n int) error { return p.pass(ctx, time.Duration(n)*time.Second) }),
	}
}

// controlBefore is the honest login without which what follows proves nothing (rule 2).
func controlBefore(ctx context.Context, p *part) error {
	if ok, told := p.control(ctx, labelBefore); !ok {
		return p.Cannot(verdict.ReasonControlRefusedBefore, told)
	}
	return nil
}

// controlAfter is the honest login that tells that the operator still lives.
func controlAfter(ctx context.Context, p *part) error {
	if ok, told := p.control(ctx, labelAfter); !ok {
		return p.Cannot(verdict.ReasonControlRefusedAfter, told)
	}
	return nil
}

// errUnknownBox tells that a feature names a mailbox that no table has.
func errUnknownBox(word string) error {
	return fmt.Errorf("mailbox %q: want one of personnelle, organisationnelle, applicative, suspendue", word)
}

// ordinary is the order of the token that somebody gets who may open a mailbox: of the shape that the norm wants, but for
// what the operator was found to want of every token.
func (s *Side) ordinary(box candidate.Mailbox) psc.Order { return s.honest(box.Opener()) }

// opens opens a mailbox, named by the word of the features, with the token of an order, as the trial.
func (p *part) opens(ctx context.Context, word string, order func(candidate.Mailbox) psc.Order) error {
	box, err := p.box(word)
	if err != nil {
		return err
	}
	token, err := p.mint(order(box))
	if err != nil {
		return err
	}
	_, err = p.open(ctx, opening{label: labelTrial, box: box.Address, token: token, wait: patienceOf(token)})
	return err
}

// box finds a mailbox by the word of the features.
func (p *part) box(word string) (candidate.Mailbox, error) {
	box, err := p.side.named(word)
	if err == nil && box.Address == "" {
		err = p.noBox(word)
	}
	return box, err
}

// lateAnswer is how long an answer to a login may take where introspection does not come to an end: what INTR-13 allows,
// and some more to see it come late.
const lateAnswer = 45 * time.Second

// patienceOf is how long the answer to a login with a token may take; zero for the usual time.
func patienceOf(token psc.Minted) time.Duration {
	if token.Answer == oidc.AnswerSilent || token.Answer == oidc.AnswerSlow {
		return lateAnswer
	}
	return 0
}

// opensWithFault opens a mailbox with a token that has one fault, or while Pro Santé Connect commits it.
func opensWithFault(ctx context.Context, p *part, word, fault string) error {
	return p.opens(ctx, word, func(box candidate.Mailbox) psc.Order {
		o := p.side.ordinary(box)
		o.Fault = fault
		return p.bait(o)
	})
}

// accepted wants the last login to have gone through, and the mailbox to be open.
func accepted(_ context.Context, p *part) error {
	a, err := p.last()
	if err != nil {
		return err
	}
	p.Checked()
	if a.accepted() {
		return nil
	}
	if a.result.Outcome == mail.Unanswered {
		return p.silent(a)
	}
	p.Finds(p.Own("login-refused", wantAccepted, a.told(), p.proof(a)...))
	return nil
}

// What outcomes want, in a finding.
const (
	wantAccepted = "IMAP OK, SMTP 235"
	wantRefused  = "IMAP NO, SMTP 535"
)

// refused wants the last login not to have gone through, by the reply and by the second probe.
func refused(_ context.Context, p *part) error {
	a, err := p.last()
	if err != nil {
		return err
	}
	p.Checked()
	switch {
	case a.entered():
		p.Sees(p.Own("login-accepted", wantRefused, a.told(), p.proof(a)...))
	case a.result.Outcome == mail.Unanswered:
		return p.silent(a)
	case a.result.Outcome == mail.Unknown:
		return p.Cannot(verdict.ReasonNoMessage, "IMAP OK/NO/BAD, SMTP 235/5xx : "+a.told())
	case a.result.Outcome == mail.Disconnected:
		p.Remark("dropped", a.told())
	}
	return nil
}

// silent tells that no answer came to a login.
func (p *part) silent(a *attempt) error {
	return p.Cannot(verdict.ReasonTimeout, "AUTHENTICATE / AUTH", a.took.Round(time.Second).String())
}

// stillServes wants a newcomer to be let in at once.
func stillServes(ctx context.Context, p *part) error {
	p.Checked()
	var trial []string
	if n := len(p.attempts); n > 0 {
		trial = p.proof(p.attempts[n-1])
	}
	b, err := p.tries(ctx, p.usual(), opening{label: labelNewcomer, wait: newcomer})
	switch {
	case errors.Is(err, errMint):
		return err
	case err != nil:
		p.Sees(p.Own("service-stalled", newcomer.String(), err.Error(), trial...))
	case !b.accepted():
		p.Sees(p.Own("service-stalled", wantAccepted+", "+newcomer.String(), b.told(), append(trial, p.proof(b)...)...))
	}
	return nil
}

// newcomer is how long a service may let a newcomer wait, as IMAP-20 has it.
const newcomer = 5 * time.Second

// verb asks the operator for a gesture that it declares.
func (p *part) verb(ctx context.Context, verb candidate.Verb) error {
	declared, ok := p.side.declared.Verbs[verb]
	if !ok {
		return p.Cannot(verdict.ReasonNotDeclared, "mssante.verbs."+string(verb))
	}
	return p.Gesture(ctx, declared, "mssante.verbs."+string(verb), access.Action{Verb: string(verb), Sentence: verbSentences[verb]})
}

// verbSentences ask a person for a gesture.
var verbSentences = map[candidate.Verb]string{candidate.Restart: "Redémarrez l'opérateur."}
