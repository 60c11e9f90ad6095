package mss

import (
	"context"
	"slices"
	"strings"

	"etalon/internal/candidate"
	"etalon/internal/mail"
	"etalon/internal/pki"
)

// clearTalk is a connection that begins in clear, whichever its protocol.
type clearTalk struct {
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
	c := &clearTalk{}
	var err error
	kept := talk{label: labelClear}
	if c.talk, err = s.unsecured(ctx); err == nil {
		kept.talk, kept.transcript = c.talk, c.talk.Transcript()
		err = c.read(ctx)
	}
	kept.err = err
	p.talks = append(p.talks, kept)
	if err != nil {
		return nil, p.unconnected(err)
	}
	p.line.clear = c
	return c, nil
}

// unsecured connects in clear.
func (s *Side) unsecured(ctx context.Context) (dialogue, error) {
	t := s.target(s.dialing())
	if s.Role == candidate.RoleMSSSMTP {
		c, err := mail.DialSMTP(ctx, t)
		return smtpTalk{SMTP: c, recipient: s.declared.Recipient}, err
	}
	c, err := mail.DialIMAP(ctx, t)
	return imapTalk{c}, err
}

// read reads what is offered now.
func (c *clearTalk) read(ctx context.Context) (err error) {
	c.offers, err = c.talk.Offers(ctx)
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
