package mss

import (
	"context"
	"crypto/tls"
	"errors"
	"slices"
	"strings"

	"etalon/internal/candidate"
	"etalon/internal/mail"
	"etalon/internal/pki"
)

// clearTalk is a connection that begins in clear, whichever its protocol.
type clearTalk struct {
	imap *mail.IMAP
	smtp *mail.SMTP
	talk dialogue
	// offers are the capabilities, or the keywords of EHLO, in capitals, as read last.
	offers []string
	// failed is why the connection was not secured, when it was to be.
	failed error
}

// The labels of conversations on a link, and in a session.
const (
	labelClear       = "clear"
	labelUnpresented = "unpresented"
	labelSession     = "session"
	labelOther       = "other"
	labelWaiting     = "waiting"
	labelRereading   = "rereading"
	labelTidying     = "tidying"
)

// clearly connects in clear and reads what is offered there; the conversation is kept.
func (p *part) clearly(ctx context.Context) (*clearTalk, error) {
	s := p.side
	t := s.target(dialing{role: s.role, address: s.address, limits: mail.Limits{Wait: s.run.Patience}, from: s.places.next(s.address)})
	c := &clearTalk{}
	var err error
	if s.role == candidate.RoleMSSSMTP {
		if c.smtp, err = mail.DialSMTP(ctx, t); err == nil {
			c.talk = smtpTalk{SMTP: c.smtp, recipient: s.declared.Recipient}
		}
	} else if c.imap, err = mail.DialIMAP(ctx, t); err == nil {
		c.talk = imapTalk{c.imap}
	}
	if err == nil {
		err = c.read(ctx)
	}
	kept := talk{label: labelClear, talk: c.talk, err: err}
	if c.talk != nil {
		kept.transcript = c.talk.Transcript()
	}
	p.talks = append(p.talks, kept)
	if err != nil {
		return nil, p.unconnected(err)
	}
	p.line.clear = c
	return c, nil
}

// read reads what is offered now.
func (c *clearTalk) read(ctx context.Context) error {
	if c.imap != nil {
		all, err := c.imap.Capabilities(ctx)
		c.offers = all
		return err
	}
	all, _, err := c.smtp.Hello(ctx)
	c.offers = nil
	for keyword := range all {
		c.offers = append(c.offers, keyword)
	}
	slices.Sort(c.offers)
	return err
}

func (c *clearTalk) offered(name string) bool {
	return slices.Contains(c.offers, strings.ToUpper(name))
}

// mechanisms are the SASL mechanisms that an IMAP server announces.
func (c *clearTalk) mechanisms() []string {
	var all []string
	for _, capability := range c.offers {
		if name, ok := strings.CutPrefix(capability, "AUTH="); ok {
			all = append(all, name)
		}
	}
	return all
}

// secure asks for TLS, injects a command behind the demand where there is one, and makes the handshake.
func (c *clearTalk) secure(ctx context.Context, config *tls.Config, injected ...string) error {
	var err error
	if c.imap != nil {
		_, err = c.imap.StartTLS(ctx, config, injected...)
	} else {
		_, err = c.smtp.StartTLS(ctx, config, injected...)
	}
	return err
}

// hello asks for TLS and sends one ClientHello made by hand.
func (c *clearTalk) hello(ctx context.Context, h pki.Hello) (pki.HelloResult, error) {
	if c.imap != nil {
		return c.imap.Hello(ctx, h)
	}
	return c.smtp.ClientHello(ctx, h)
}

// asks sends a command and tells whether it was granted, and what was answered.
func asks(ctx context.Context, d dialogue, command string) (granted bool, said string, err error) {
	switch c := d.(type) {
	case imapTalk:
		r, err := c.Command(ctx, command)
		return r.OK(), r.String(), err
	case smtpTalk:
		r, err := c.Command(ctx, command)
		return r.OK(), r.String(), err
	}
	return false, "", errors.ErrUnsupported
}

// conversation keeps what was said so far on a connection.
func (p *part) conversation(d dialogue) string {
	return p.Evidence(d.Transcript().Bytes(), transcriptMedia)
}

// line is what the scenarios of TLS, IMAP and SESS remember.
type line struct {
	clear   *clearTalk
	hello   *pki.HelloResult
	encoded string // what was sent in the place of base64
	// said is what was answered to the command on trial, granted whether it was let through; dead why no answer came.
	said    string
	granted bool
	dead    error
	tls     tlsLine
	box     boxLine
	guard   guardLine
	session sessionLine
}
