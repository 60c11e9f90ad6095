package mss

import (
	"context"
	"encoding/json"
	"fmt"
	"net/http"
	"strings"

	"etalon/internal/access"
	"etalon/internal/candidate"
	"etalon/internal/letter"
	"etalon/internal/mssante"
	"etalon/internal/scenario"
	"etalon/internal/verdict"
)

// mailboxSteps are the sentences of mailboxes and of who opens them.
func mailboxSteps() []scenario.Step {
	return []scenario.Step{
		stepOfTwo(`un client ouvre la boîte § avec le jeton de §`, opensAs),
		stepOfTwo(`la boîte § s'ouvre au jeton de §`, personControl(verdict.ReasonControlRefusedBefore, labelBefore)),
		stepOfTwo(`la boîte § s'ouvre de nouveau au jeton de §`, personControl(verdict.ReasonControlRefusedAfter, labelAfter)),
		step(`l'opérateur retire la délégation`, func(ctx context.Context, p *part) error { return p.delegation(ctx, candidate.WithdrawDelegate) }),
		step(`l'opérateur rend la délégation`, func(ctx context.Context, p *part) error { return p.delegation(ctx, candidate.GrantDelegate) }),
		step(`un confrère demande tour à tour une boîte inconnue et une boîte qui existe`, asksInTurn),
		step(`les deux refus ne se distinguent pas`, refusalsAlike),
		step(`c'est la même boîte`, sameMailbox),
		step(`la connexion est refusée, ou ouvre la même boîte`, refusedOrSame),
		step(`le professionnel demande la boîte d'un autre avec son propre jeton`, asksForAnothers),
		step(`la sienne ne s'est pas ouverte à la place`, ownNotOpened),
		step(`le professionnel ouvre tour à tour ses deux boîtes avec le même jeton`, opensTwo),
		step(`l'une et l'autre s'ouvrent, et ce ne sont pas les mêmes`, twoOpened),
	}
}

// mailboxes is what a scenario knows of the mailboxes that it tried.
type mailboxes struct {
	// unknown and known are the refusals that must not differ.
	unknown, known []*attempt
	// owed is the mailbox that was taken from a delegate and not yet given back.
	owed *candidate.Mailbox
}

// opensAs opens a mailbox with a good token of somebody, as the trial.
func opensAs(ctx context.Context, p *part, box, person string) error {
	at, id, err := p.asking(box, person)
	if err != nil {
		return err
	}
	token, err := p.mint(p.side.honest(id))
	if err != nil {
		return err
	}
	_, err = p.open(ctx, opening{label: labelTrial, box: at.address, token: token})
	return err
}

func (p *part) asking(box, person string) (place, mssante.IdNat, error) {
	at, err := p.place(box)
	if err != nil {
		return at, "", err
	}
	id, err := p.person(person, at)
	return at, id, err
}

// personControl is the honest opening of a mailbox that is not that of the usual controls.
func personControl(key, label string) func(context.Context, *part, string, string) error {
	return func(ctx context.Context, p *part, box, person string) error {
		at, id, err := p.asking(box, person)
		if err != nil {
			return err
		}
		_, err = p.enters(ctx, key, p.side.honest(id), opening{label: label, box: at.address})
		return err
	}
}

// delegation takes the organisational mailbox from its first delegate, or gives it back.
func (p *part) delegation(ctx context.Context, verb candidate.Verb) error {
	box, err := p.box("organisationnelle")
	if err != nil {
		return err
	}
	sentence := map[candidate.Verb]string{
		candidate.WithdrawDelegate: "Retirez au professionnel %s la boîte %s.", candidate.GrantDelegate: "Rendez au professionnel %s la boîte %s.",
	}[verb]
	declared, ok := p.side.declared.Verbs[verb]
	if !ok {
		return p.Cannot(verdict.ReasonNotDeclared, "mssante.verbs."+string(verb))
	}
	id := box.Opener()
	p.bal.owed = nil
	if verb == candidate.WithdrawDelegate {
		p.bal.owed = &box
	}
	body, err := json.Marshal(map[string]string{"idnat": string(id), "mailbox": box.Address})
	if err != nil {
		return fmt.Errorf("write delegation: %w", err)
	}
	return p.Gesture(ctx, declared, "mssante.verbs."+string(verb), access.Action{
		Verb: string(verb), Body: body, Header: http.Header{"Content-Type": {"application/json"}}, Sentence: fmt.Sprintf(sentence, id, box.Address),
	})
}

// giveBack gives back a mailbox that the scenario took from a delegate and left so.
func (p *part) giveBack(ctx context.Context) {
	if p.bal.owed != nil {
		_ = p.delegation(ctx, candidate.GrantDelegate)
	}
}

// roundsOfRefusals is how many times each of two refusals is asked for: their times are told by the median.
const roundsOfRefusals = 3

// asksInTurn asks with one token for a mailbox that nobody has, and for one that the token does not open.
func asksInTurn(ctx context.Context, p *part) error {
	box, err := p.box("personnelle")
	if err != nil {
		return err
	}
	marker, err := letter.Marker(p.Source)
	if err != nil {
		return err
	}
	_, domain, _ := strings.Cut(box.Address, "@")
	for range roundsOfRefusals {
		token, err := p.mint(p.side.honest(p.side.colleague(box)))
		if err != nil {
			return err
		}
		for _, asked := range []struct {
			address string
			into    *[]*attempt
		}{{"inconnu-" + marker + "@" + domain, &p.bal.unknown}, {box.Address, &p.bal.known}} {
			a, err := p.open(ctx, opening{label: labelTrial, box: asked.address, token: token})
			if err != nil {
				return err
			}
			*asked.into = append(*asked.into, a)
		}
	}
	return nil
}

// asksForAnothers asks for a mailbox that the person of the controls has no right on, with that person's own token.
func asksForAnothers(ctx context.Context, p *part) error {
	token, err := p.mint(p.side.honest(p.side.habit.person))
	if err != nil {
		return err
	}
	box := p.side.foreign(p.side.habit.person)
	if box.Address == "" {
		return p.noBox("d'un autre")
	}
	_, err = p.open(ctx, opening{label: labelTrial, box: box.Address, token: token})
	return err
}

// opensTwo opens two mailboxes of one professional with one token.
func opensTwo(ctx context.Context, p *part) error {
	one, two, person, _ := p.side.pair()
	token, err := p.mint(p.side.honest(person))
	if err != nil {
		return err
	}
	for _, box := range []candidate.Mailbox{one, two} {
		if _, err := p.open(ctx, opening{label: labelTrial, box: box.Address, token: token}); err != nil {
			return err
		}
	}
	return nil
}
