package lps

import (
	"context"
	"crypto/tls"
	"encoding/base64"
	"errors"
	"fmt"
	"io"

	"etalon/internal/bench"
	"etalon/internal/mail"
	"etalon/internal/pki"
)

// connect opens the mailbox.
func (p *Program) connect(ctx context.Context, g Gesture) (Answer, error) {
	if p.policy.keepsLink && p.imap != nil {
		if _, err := p.imap.Command(ctx, "NOOP"); err == nil {
			return Answer{}, nil
		}
	}
	p.hangUp() // the person opens it anew
	return told(p.open(ctx, g))
}

// told is the answer to a failure or to none.
func told(err error) (Answer, error) { return Answer{SignIn: errors.Is(err, errSignIn)}, err }

// open connects to the mailbox and logs in; a token that is refused is changed for another, once (ECO.1.2.7).
func (p *Program) open(ctx context.Context, g Gesture) error {
	at, err := p.locate(ctx, g, kindIMAP)
	if err != nil {
		return err
	}
	return p.tries(ctx, g, func(token string) (mail.Result, error) {
		c, r, err := p.dialIMAP(ctx, g, at, token)
		if err == nil && r.Outcome == mail.Accepted {
			p.imap = c
			_, err = c.SelectInbox(ctx)
		} else if c != nil {
			p.gives(c)
		}
		return r, err
	})
}

// gives up a link whose login failed.
func (p *Program) gives(c io.Closer) {
	if p.policy.hangs {
		p.hung = append(p.hung, c)
		return
	}
	_ = c.Close()
}

// errRefused tells that a server refuses the login.
var errRefused = errors.New("le serveur de messagerie refuse la connexion")

// tries logs in with the token, and with another when it is refused.
func (p *Program) tries(ctx context.Context, g Gesture, login func(token string) (mail.Result, error)) error {
	most := 2
	if p.policy.insists || p.policy.repeats {
		most = 6
	}
	for n := range most {
		token, err := p.token(ctx, g)
		if err != nil {
			return err
		}
		r, err := login(token)
		switch {
		case err != nil:
			return err
		case r.Outcome == mail.Accepted:
			return nil
		case p.policy.repeats && n+2 < most:
		case n+1 < most && !p.policy.neverRenews:
			if err := p.renew(ctx, g); err != nil {
				return err
			}
		}
	}
	if p.policy.fallsBack {
		_, _ = login("") // refused as well
	}
	return errRefused
}

// settings are those of TLS.
func (p *Program) settings(at place) *tls.Config {
	c := pki.ClientConfig(pki.Credential{}, bench.Wall, p.decide(at))
	c.ServerName = at.host
	if p.policy.oldTLS {
		pki.SpeakOld(c, tls.VersionTLS10)
	}
	if p.policy.weakSuites {
		c.CipherSuites = append(c.CipherSuites, tls.TLS_RSA_WITH_3DES_EDE_CBC_SHA, tls.TLS_RSA_WITH_RC4_128_SHA)
	}
	return c
}

// login is how a token is presented.
func (p *Program) login(g Gesture, token string, oneStep bool) mail.Login {
	user := g.Mailbox
	if p.policy.namesPerson {
		user = "899700000017"
	}
	l := mail.XOAUTH2(user, token)
	if p.policy.endsShort {
		l.Response = l.Response[:len(l.Response)-1]
	}
	if p.policy.basicScheme {
		l.Response = mail.Fields("user="+user, "auth=bearer: "+token)
	}
	if token == "" {
		l = mail.Plain(user, "mot de passe")
	}
	l.Then = p.policy.challenged
	if p.policy.logsResponse {
		p.log("AUTHENTICATE XOAUTH2 " + base64.StdEncoding.EncodeToString(l.Response))
	}
	if !oneStep {
		return l.InTwoSteps()
	}
	return l
}

// dialIMAP connects, secures the link, reads what the server can do and logs in.
func (p *Program) dialIMAP(ctx context.Context, g Gesture, at place, token string) (*mail.IMAP, mail.Result, error) {
	c, err := mail.DialIMAP(ctx, p.target(at))
	if err != nil {
		return c, mail.Result{}, fmt.Errorf("joindre la messagerie : %w", err)
	}
	offered, err := c.Capabilities(ctx)
	if err == nil && (has(offered, "STARTTLS") || !p.policy.goesOnInClear) {
		err = p.secured(has(offered, "STARTTLS"), func() error {
			_, err := c.StartTLS(ctx, p.settings(at))
			return err
		})
	}
	if err == nil && !p.policy.skipsCapabilities {
		offered, err = c.Capabilities(ctx)
	}
	if err != nil {
		return c, mail.Result{}, err
	}
	oneStep := has(offered, "SASL-IR") && !p.policy.twoSteps || p.policy.oneStepAlways
	return c, c.Login(ctx, p.login(g, token, oneStep)), nil
}

// secured secures a link, or refuses to go on.
func (p *Program) secured(offered bool, start func() error) error {
	if !offered {
		return errors.New("la messagerie n'offre pas de liaison chiffrée")
	}
	err := start()
	if errors.Is(err, mail.ErrNoTLS) && p.policy.goesOnAfterRefusal {
		return nil
	}
	return err
}

func has(words []string, word string) bool {
	for _, w := range words {
		if w == word {
			return true
		}
	}
	return false
}

// dialSMTP does the same with the submission server.
func (p *Program) dialSMTP(ctx context.Context, g Gesture, at place, token string) (*mail.SMTP, mail.Result, error) {
	c, err := mail.DialSMTP(ctx, p.target(at))
	if err != nil {
		return c, mail.Result{}, fmt.Errorf("joindre la soumission : %w", err)
	}
	offered, _, err := c.Hello(ctx)
	if err == nil && (offered.Has("STARTTLS") || !p.policy.goesOnInClear) {
		err = p.secured(offered.Has("STARTTLS"), func() error {
			_, err := c.StartTLS(ctx, p.settings(at))
			return err
		})
	}
	if err == nil && !p.policy.skipsCapabilities {
		_, _, err = c.Hello(ctx)
	}
	if err != nil {
		return c, mail.Result{}, err
	}
	r := c.Login(ctx, p.login(g, token, p.policy.longLine))
	return c, r, nil
}
