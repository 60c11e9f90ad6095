package mss

import (
	"context"
	"errors"

	"etalon/internal/mail"
	"etalon/internal/verdict"
)

// logsInSession authenticates in the open session, for the same mailbox or for another's (IMAP-23, SESS-05). Over IMAP, a
// message is stored first by which the mailbox of the session is known again.
func logsInSession(ctx context.Context, p *part, whose string) error {
	d, err := p.session()
	if err != nil {
		return err
	}
	if talk, ok := d.(imapTalk); ok {
		if err := p.plants(ctx, talk); err != nil {
			return err
		}
	}
	s := p.side
	box, person := s.habit.box.Address, s.habit.person
	if whose == "la boîte d'autrui" {
		box, person = s.another().Address, s.another().Opener()
	}
	token, err := p.mint(s.honest(person))
	if err != nil {
		return err
	}
	p.line.box.again = p.logsIn(ctx, d, box, token, saying(s.login(box, token.Token)))
	return nil
}

// againRefused wants any refusal. A server that ends the connection lets nobody in.
func againRefused(_ context.Context, p *part) error {
	a := p.line.box.again
	switch a.result.Outcome {
	case mail.Unanswered:
		return p.silent(a)
	case mail.Unknown:
		return p.Cannot(verdict.ReasonNoMessage, a.told())
	case mail.Disconnected:
		p.Remark("dropped", a.told())
	}
	p.Checked()
	if a.result.Outcome == mail.Accepted {
		p.Finds(p.Own("second-login-accepted", "IMAP BAD, SMTP 503", a.told(), p.proof(a)...))
	}
	return nil
}

// identityKept wants the session to serve the mailbox that it was opened for. One that was ended serves nobody else.
func identityKept(ctx context.Context, p *part) error {
	a := p.line.box.again
	p.Checked()
	if a.result.Outcome == mail.Disconnected {
		return nil
	}
	s := p.side
	opens, said, err := a.talk.Opens(ctx, s.habit.box.Address)
	switch {
	case errors.Is(err, mail.ErrSilent):
		return p.Cannot(verdict.ReasonTimeout, "SELECT / RCPT TO", s.run.Patience.String())
	case err != nil:
		p.Finds(p.Own("identity-changed", s.habit.box.Address, err.Error(), p.proof(a)...))
		return nil
	case !opens:
		p.Finds(p.Own("identity-changed", s.habit.box.Address, said, p.proof(a)...))
		return nil
	}
	talk, ok := a.talk.(imapTalk)
	if !ok {
		return nil
	}
	numbers, err := talk.numbers(ctx, p.line.box.marker)
	if err != nil {
		return p.Cannot(verdict.ReasonNoMessage, "SEARCH : "+err.Error())
	}
	if len(numbers) == 0 {
		p.Sees(p.Own("identity-changed", s.habit.box.Address, a.box, p.proof(a)...))
	}
	return nil
}
