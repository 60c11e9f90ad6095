package mss

import (
	"context"
	"errors"
	"slices"
	"strings"

	"etalon/internal/candidate"
	"etalon/internal/mail"
	"etalon/internal/verdict"
	"etalon/stubs/psc"
)

// logsInClear presents a good token without TLS (TLS-03, TLS-05).
func logsInClear(ctx context.Context, p *part) error {
	c, err := p.clearly(ctx)
	if err != nil {
		return err
	}
	s := p.side
	token, err := p.mint(s.honest(s.habit.person))
	if err != nil {
		return err
	}
	box := s.habit.box.Address
	a := p.logsIn(ctx, c.talk, box, token, saying(s.login(box, token.Token)))
	p.attempts = append(p.attempts, a)
	_ = p.probes(ctx, a, s.habit.blind)
	return nil
}

// tokenUnseen wants Pro Santé Connect not to have been asked about the token of the last login, nor about what stood in
// its place.
func tokenUnseen(_ context.Context, p *part) error {
	a, err := p.last()
	if err != nil {
		return err
	}
	p.Checked()
	for _, said := range []string{a.token.Token, p.line.encoded} {
		if said != "" && len(p.side.provider.Asked(psc.EndpointIntrospection, said)) > 0 {
			p.Sees(p.Own("token-examined", "—", "introspection", append(p.proof(a), p.asked(said))...))
		}
	}
	return nil
}

// secretMechanisms send a password that whoever listens can use.
var secretMechanisms = []string{"PLAIN", "LOGIN"}

// noLoginOffered looks at what is announced before TLS (TLS-04, TLS-05). An announcement of XOAUTH2 over IMAP is a
// remark only.
func noLoginOffered(_ context.Context, p *part) error {
	c := p.line.clear
	p.Checked()
	got := strings.Join(c.offers, " ")
	if p.side.Role == candidate.RoleMSSSMTP {
		if c.offered("AUTH") {
			p.Sees(p.Own("login-offered-in-clear", "—", got, p.conversation(c.talk)))
		}
		return nil
	}
	if !c.offered("LOGINDISABLED") {
		p.Sees(p.Own("logindisabled-missing", "LOGINDISABLED", got, p.conversation(c.talk)))
	}
	for _, name := range c.mechanisms() {
		if slices.Contains(secretMechanisms, name) {
			p.Sees(p.Own("login-offered-in-clear", "LOGINDISABLED", got, p.conversation(c.talk)))
			continue
		}
		p.Remark("announced-in-clear", "AUTH="+name)
	}
	return nil
}

// sendsInClear tries to send without TLS, as far as the recipient (TLS-06).
func sendsInClear(ctx context.Context, p *part) error {
	c, err := p.clearly(ctx)
	if err != nil {
		return err
	}
	p.line.granted, p.line.said, p.line.dead = c.talk.Opens(ctx, p.side.habit.box.Address)
	return nil
}

// mailRefused wants no recipient to have been accepted in clear.
func mailRefused(_ context.Context, p *part) error {
	if errors.Is(p.line.dead, mail.ErrSilent) {
		return p.Cannot(verdict.ReasonTimeout, "MAIL FROM / RCPT TO", p.side.run.Patience.String())
	}
	p.Checked()
	if p.line.granted {
		p.Sees(p.Own("mail-in-clear", "530", p.line.said, p.conversation(p.line.clear.talk)))
	}
	return nil
}

// injects slips a command in behind STARTTLS. Who then refuses TLS obeys nothing.
func injects(ctx context.Context, p *part) error {
	c, err := p.clearly(ctx)
	if err != nil {
		return err
	}
	switch _, err = c.talk.StartTLS(ctx, p.side.tlsConfig(noCredential), c.talk.Injected()); {
	case errors.Is(err, mail.ErrSilent):
		return p.Cannot(verdict.ReasonTimeout, "STARTTLS", p.side.run.Patience.String())
	case err != nil:
		p.Remark("not-secured", err.Error())
		return nil
	}
	p.line.tls.injected, err = c.talk.Executed(ctx)
	if err != nil && !p.line.tls.injected && !errors.Is(err, mail.ErrClosed) {
		return p.Cannot(verdict.ReasonNoMessage, "NOOP / QUIT : "+err.Error())
	}
	return nil
}

// notInjected wants no answer to the command that was slipped in (TLS-23, TLS-24).
func notInjected(_ context.Context, p *part) error {
	p.Checked()
	if p.line.tls.injected {
		p.Sees(p.Own("injection-obeyed", "—", "NOOP", p.conversation(p.line.clear.talk)))
	}
	return nil
}

// presumes says EHLO in clear and AUTH under TLS, without EHLO in between, and then EHLO (TLS-22).
func presumes(ctx context.Context, p *part) error {
	c, err := p.clearly(ctx)
	if err != nil {
		return err
	}
	if _, err := c.talk.StartTLS(ctx, p.side.tlsConfig(noCredential)); err != nil {
		return p.Cannot(verdict.ReasonNoHandshake, p.side.address, err.Error())
	}
	d := c.talk.(smtpTalk) // the requirement is of submission
	r, err := d.Command(ctx, "AUTH XOAUTH2")
	if p.line.said, p.line.dead = r.String(), err; err != nil {
		return nil
	}
	if p.line.granted = r.Code == "334" || r.OK(); r.Code == "334" {
		_, _ = d.Command(ctx, "*")
	}
	if p.line.granted && p.unpresented(ctx) {
		p.line.granted = false // and so nothing tells that the greeting is remembered
	}
	if err := c.read(ctx); err != nil {
		p.line.dead = err
		return nil
	}
	p.line.tls.second = c.offers
	return nil
}

// unpresented tells whether AUTH may be let through under TLS to a client that never said EHLO, not in clear either: then
// it was not the EHLO said in clear that counted. Dovecot and Postfix do so, and no RFC forbids it. Who refuses STARTTLS to
// such a client cannot be asked.
func (p *part) unpresented(ctx context.Context) bool {
	s := p.side
	c, err := mail.DialSMTP(ctx, s.target(s.dialing()))
	if err != nil {
		return false
	}
	p.talks = append(p.talks, talk{label: labelUnpresented, talk: smtpTalk{SMTP: c}, transcript: c.Transcript()})
	if _, err := c.StartTLS(ctx, s.tlsConfig(noCredential)); err != nil {
		p.Remark("starttls-wants-ehlo")
		return true
	}
	r, err := c.Command(ctx, "AUTH XOAUTH2")
	if err != nil || r.Code != "334" && !r.OK() {
		return false
	}
	p.Remark("auth-wants-no-ehlo")
	return true
}

// stateForgotten wants AUTH refused before EHLO, and the new list to offer AUTH and no STARTTLS. Any refusal will do: a
// server may also say that it wants a login first.
func stateForgotten(_ context.Context, p *part) error {
	if errors.Is(p.line.dead, mail.ErrSilent) {
		return p.Cannot(verdict.ReasonTimeout, "AUTH", p.side.run.Patience.String())
	}
	p.Checked()
	c := p.line.clear
	if p.line.granted {
		p.Sees(p.Own("state-kept", "503", p.line.said, p.conversation(c.talk)))
	}
	if p.line.dead != nil {
		p.Remark("dropped", p.line.dead.Error())
		return nil
	}
	got := strings.Join(p.line.tls.second, " ")
	if slices.Contains(p.line.tls.second, "STARTTLS") {
		p.Sees(p.Own("starttls-offered-again", "EHLO", got, p.conversation(c.talk)))
	}
	if !slices.Contains(p.line.tls.second, "AUTH") {
		p.Sees(p.Own("auth-missing", "AUTH", got, p.conversation(c.talk)))
	}
	return nil
}

// securesAgain asks for TLS under TLS (TLS-27).
func securesAgain(ctx context.Context, p *part) error {
	if err := securesLink(ctx, p, ""); err != nil {
		return err
	}
	c := p.line.clear
	p.line.granted, p.line.said, p.line.dead = c.talk.Ask(ctx, "STARTTLS")
	return nil
}

// secondRefused wants any refusal, or the end of the connection, which linkAlive judges.
func secondRefused(_ context.Context, p *part) error {
	if errors.Is(p.line.dead, mail.ErrSilent) {
		return p.Cannot(verdict.ReasonTimeout, "STARTTLS", p.side.run.Patience.String())
	}
	p.Checked()
	if p.line.granted {
		p.Sees(p.Own("second-starttls-accepted", "IMAP BAD, SMTP 503", p.line.said, p.conversation(p.line.clear.talk)))
	}
	return nil
}

// linkAlive wants an answer to NOOP on the connection of the trial.
func linkAlive(ctx context.Context, p *part) error {
	p.Checked()
	var d dialogue
	if len(p.attempts) > 0 {
		d = p.attempts[len(p.attempts)-1].talk
	} else {
		d = p.line.clear.talk
	}
	if p.line.granted {
		return nil // the connection waits for a handshake
	}
	granted, said, err := d.Ask(ctx, "NOOP")
	switch {
	case errors.Is(err, mail.ErrSilent):
		return p.Cannot(verdict.ReasonTimeout, "NOOP", p.side.run.Patience.String())
	case err != nil:
		p.Sees(p.Own("link-dead", "NOOP OK", err.Error(), p.conversation(d)))
	case !granted:
		p.Sees(p.Own("link-dead", "NOOP OK", said, p.conversation(d)))
	}
	return nil
}
