package mta

import (
	"context"
	"errors"
	"fmt"

	"etalon/internal/candidate"
	"etalon/internal/mail"
	"etalon/internal/scenario"
	"etalon/internal/verdict"
)

// submissionSteps are the sentences about what goes from a mail program to another operator (SMTP-20).
func submissionSteps() []scenario.Step {
	return []scenario.Step{
		stepOf(`la personne soumet au candidat un message pour l'opérateur §`, submits),
		step(`la soumission le prend, et il parvient à cet opérateur`, submissionArrives),
	}
}

// submit hands a message over to the candidate's submission, as the person whose mailbox it is. The error tells that nobody
// could log in.
func (p *part) submit(ctx context.Context, o *sent) (mail.Posted, *mail.SMTP, error) {
	var c *mail.SMTP
	var offers mail.Extensions
	err := p.side.account.enters(ctx, func() (func(context.Context, mail.Login) mail.Result, func() error, error) {
		var err error
		c, err = mail.DialSMTP(ctx, p.side.target(candidate.RoleMSSSMTP))
		if c == nil {
			return nil, nil, err
		}
		p.talks = append(p.talks, talk{labelTrial, c, err})
		if err == nil {
			_, _, err = c.Hello(ctx)
		}
		if err == nil {
			offers, err = p.secures(ctx, c, p.side.anyServer())
		}
		return c.Login, c.Close, err
	})
	if err != nil {
		return mail.Posted{}, c, err
	}
	posting := mail.Posting{Sender: o.letter.From, Recipient: o.letter.To, Message: o.raw}
	if o.letter.Encoding == "8bit" && offers.Has("8BITMIME") {
		posting.MailWith = []string{"BODY=8BITMIME"}
	}
	return c.Post(ctx, posting), c, nil
}

// submitted has a message sent over submission, where that is the way to have the candidate send.
func (p *part) submitted(ctx context.Context, o *sent) error {
	posted, _, err := p.submit(ctx, o)
	if err == nil && !posted.Taken() {
		err = errors.New(posted.Told())
	}
	if err != nil {
		return p.Cannot(verdict.ReasonDriverFailed, "roles.mss-smtp", err.Error())
	}
	return nil
}

// submits submits a message as the trial.
func submits(ctx context.Context, p *part, name string) error {
	o, err := p.letterTo(name, known, nil)
	if err != nil {
		return err
	}
	posted, c, err := p.submit(ctx, o)
	if err != nil {
		return p.Cannot(verdict.ReasonDriverFailed, "roles.mss-smtp", err.Error())
	}
	p.out, p.in = o, &handed{Posted: posted, letter: o.letter, talk: c, label: labelTrial}
	return nil
}

// submissionArrives wants the message to be taken, and to come to its recipient's operator. One that does not come is a
// departure where it was returned, or where another message of the candidate comes through to the same operator.
func submissionArrives(ctx context.Context, p *part) error {
	p.Checked()
	h := p.in
	if err := p.undecided(h, "250"); err != nil {
		return err
	}
	if !h.Taken() {
		p.Finds(p.Own("message-refused", "250", h.Told(), p.spoken(h)...))
		return nil
	}
	if _, came := p.came(ctx, p.out, p.side.run.Patience); came {
		return nil
	}
	if p.side.readable() {
		got, returned, err := p.find(ctx, "", p.returns)
		if err != nil {
			return err
		}
		if returned {
			p.Finds(p.Own("message-lost", "message chez "+p.out.name, fmt.Sprintf("rendu à %s", p.out.letter.From), append(p.spoken(h), p.Evidence(got.Raw, messageMedia))...))
			return nil
		}
	}
	if p.side.declared.Send == nil {
		return p.Cannot(verdict.ReasonTimeout, "message "+p.out.letter.Marker, p.side.run.Patience.String())
	}
	if err := p.outgoing(ctx, verdict.ReasonControlRefusedAfter); err != nil {
		return err
	}
	if _, came := p.came(ctx, p.out, settling); !came {
		p.Finds(p.Own("message-lost", "message chez "+p.out.name, h.Told()+", "+p.side.run.Patience.String(), p.spoken(h)...))
	}
	return nil
}
