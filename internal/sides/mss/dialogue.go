package mss

import (
	"cmp"
	"context"
	"crypto/tls"
	"errors"
	"fmt"

	"etalon/internal/bench"
	"etalon/internal/candidate"
	"etalon/internal/mail"
	"etalon/internal/pki"
)

// dialogue is a connection to an interface under TLS, whichever its protocol.
type dialogue interface {
	Login(ctx context.Context, l mail.Login) mail.Result
	// Opens is the second probe: it tells whether the mailbox of that address can be used, and what the server said.
	Opens(ctx context.Context, address string) (bool, string, error)
	// Ask sends a command and tells whether it was granted, and what was answered.
	Ask(ctx context.Context, command string) (granted bool, said string, err error)
	// Offers reads what is offered now: the capabilities, or the keywords of EHLO, in capitals.
	Offers(ctx context.Context) ([]string, error)
	// StartTLS asks for TLS and makes the handshake; what is injected goes behind the demand, in the same segment.
	StartTLS(ctx context.Context, config *tls.Config, injected ...string) (mail.Upgrade, error)
	// Injected is the command to inject, Executed whether the server obeyed it.
	Injected() string
	Executed(ctx context.Context) (bool, error)
	// ClientHello asks for TLS and sends one ClientHello made by hand.
	ClientHello(ctx context.Context, h pki.Hello) (pki.HelloResult, error)
	// Leave takes leave in the words of the protocol.
	Leave(ctx context.Context)
	Transcript() *mail.Transcript
	TLS() (tls.ConnectionState, bool)
	Close() error
}

// imapTalk is a dialogue over IMAP.
type imapTalk struct{ *mail.IMAP }

// Opens implements dialogue.
func (d imapTalk) Opens(ctx context.Context, _ string) (bool, string, error) {
	r, err := d.SelectInbox(ctx)
	return r.OK(), r.String(), err
}

// Ask implements dialogue.
func (d imapTalk) Ask(ctx context.Context, command string) (bool, string, error) {
	r, err := d.Command(ctx, command)
	return r.OK(), r.String(), err
}

// Offers implements dialogue.
func (d imapTalk) Offers(ctx context.Context) ([]string, error) { return d.Capabilities(ctx) }

// Injected implements dialogue.
func (d imapTalk) Injected() string { return mail.Injected }

// Leave implements dialogue.
func (d imapTalk) Leave(ctx context.Context) { _, _ = d.Logout(ctx) }

// smtpTalk is a dialogue with a submission server.
type smtpTalk struct {
	*mail.SMTP
	recipient string
	// offers is the answer to EHLO under TLS.
	offers mail.Extensions
}

// Opens implements dialogue.
func (d smtpTalk) Opens(ctx context.Context, address string) (bool, string, error) {
	ok, r, err := d.MaySend(ctx, address, d.recipient)
	return ok, r.String(), err
}

// Ask implements dialogue.
func (d smtpTalk) Ask(ctx context.Context, command string) (bool, string, error) {
	r, err := d.Command(ctx, command)
	return r.OK(), r.String(), err
}

// Offers implements dialogue.
func (d smtpTalk) Offers(ctx context.Context) ([]string, error) {
	all, _, err := d.Hello(ctx)
	return keywords(all), err
}

// Injected implements dialogue.
func (d smtpTalk) Injected() string { return mail.InjectedSMTP }

// Leave implements dialogue.
func (d smtpTalk) Leave(ctx context.Context) { _, _ = d.Quit(ctx) }

// dialing is how to connect to an interface.
type dialing struct {
	role    candidate.Role
	address string
	limits  mail.Limits
	// credential is shown to the server; none when empty.
	credential pki.Credential
	// shown is told when the server asks for the credential; nil for nobody.
	shown *bool
	// config is for the handshake; that of the credential, which takes any server, when nil.
	config *tls.Config
	// from is the local address; any when empty.
	from string
}

// dialing is how to connect to the interface under test, from an address of its own.
func (s *Side) dialing() dialing {
	return dialing{role: s.Role, address: s.address, limits: mail.Limits{Wait: s.run.Patience}, from: s.places.Next(s.address)}
}

// tlsConfig is for a handshake that takes any server, as the cases about certificates judge them.
func (s *Side) tlsConfig(credential pki.Credential) *tls.Config {
	c := pki.ClientConfig(credential, bench.Wall, pki.AcceptAny)
	c.ServerName = s.declared.Host
	return c
}

// handshake is how a connection is secured.
func (s *Side) handshake(d dialing) *tls.Config {
	if d.config != nil {
		return d.config
	}
	c := s.tlsConfig(d.credential)
	if show := c.GetClientCertificate; d.shown != nil {
		c.GetClientCertificate = func(asked *tls.CertificateRequestInfo) (*tls.Certificate, error) {
			*d.shown = true
			return show(asked)
		}
	}
	return c
}

// target is what to dial, in clear.
func (s *Side) target(d dialing) mail.Target {
	return mail.Target{Address: d.address, Limits: d.limits, Redact: s.redacted, Dial: mail.DialFrom(d.from, candidate.Guarded)}
}

// connect opens a connection and secures it. With an error the dialogue is nil, and the transcript tells how far it
// came, if there was one.
func (s *Side) connect(ctx context.Context, d dialing) (dialogue, *mail.Transcript, error) {
	if d.role == candidate.RoleMSSSMTP {
		return s.connectSMTP(ctx, d)
	}
	c, err := mail.DialIMAP(ctx, s.target(d))
	if err != nil {
		if c == nil {
			return nil, nil, err
		}
		return nil, c.Transcript(), err
	}
	if _, err := c.StartTLS(ctx, s.handshake(d)); err != nil {
		return nil, c.Transcript(), errors.Join(err, c.Close())
	}
	return imapTalk{c}, c.Transcript(), nil
}

func (s *Side) connectSMTP(ctx context.Context, d dialing) (dialogue, *mail.Transcript, error) {
	c, err := mail.DialSMTP(ctx, s.target(d))
	if err != nil {
		if c == nil {
			return nil, nil, err
		}
		return nil, c.Transcript(), err
	}
	talk, err := s.greet(ctx, c, d)
	if err != nil {
		return nil, c.Transcript(), errors.Join(err, c.Close())
	}
	return talk, c.Transcript(), nil
}

// greet introduces the harness, secures the connection and introduces the harness again (RFC 3207 §4.2).
func (s *Side) greet(ctx context.Context, c *mail.SMTP, d dialing) (smtpTalk, error) {
	if _, r, err := c.Hello(ctx); err != nil || !r.OK() {
		return smtpTalk{}, cmp.Or(err, fmt.Errorf("%w: EHLO: %s", mail.ErrMalformed, r))
	}
	if _, err := c.StartTLS(ctx, s.handshake(d)); err != nil {
		return smtpTalk{}, err
	}
	offers, r, err := c.Hello(ctx)
	if err != nil || !r.OK() {
		return smtpTalk{}, cmp.Or(err, fmt.Errorf("%w: EHLO under TLS: %s", mail.ErrMalformed, r))
	}
	return smtpTalk{c, s.declared.Recipient, offers}, nil
}
