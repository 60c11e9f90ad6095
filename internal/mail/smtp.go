package mail

import (
	"bytes"
	"context"
	"crypto/tls"
	"fmt"
	"strings"

	"etalon/internal/pki"
)

// SMTP is a dialogue with a submission server (RFC 6409, RFC 5321).
type SMTP struct {
	*Conn
	// Greeting is what the server said first.
	Greeting SMTPReply
}

// clientName is how the harness names itself: it has no name in the DNS.
const clientName = "[127.0.0.1]"

// DialSMTP connects and reads the greeting. The errors of this package tell what the server did wrong; others, that we
// could not connect.
func DialSMTP(ctx context.Context, t Target) (*SMTP, error) {
	conn, err := dial(ctx, t)
	if err != nil {
		return nil, err
	}
	c := &SMTP{Conn: conn}
	c.Greeting, err = c.exchange(ctx, "")
	if err == nil && !c.Greeting.OK() {
		err = fmt.Errorf("%w: the greeting says %s", ErrClosed, c.Greeting)
	}
	if err != nil {
		_ = conn.Close()
		return c, fmt.Errorf("read greeting of %s: %w", t.Address, err)
	}
	return c, nil
}

// Command sends a command and reads its reply. The command goes as it is, whatever it holds.
func (c *SMTP) Command(ctx context.Context, command string) (SMTPReply, error) {
	return c.exchange(ctx, command+"\r\n")
}

// Reply reads one more reply: to what Raw sent.
func (c *SMTP) Reply(ctx context.Context) (SMTPReply, error) { return c.exchange(ctx, "") }

func (c *SMTP) exchange(ctx context.Context, sent string) (SMTPReply, error) {
	var r SMTPReply
	err := c.within(ctx, func() error {
		if sent != "" {
			if err := c.send([]byte(sent)); err != nil {
				return err
			}
		}
		var err error
		r, err = c.smtpReply()
		return err
	})
	return r, err
}

// Extensions are what a server offers in its answer to EHLO: parameters by keyword, in capitals.
type Extensions map[string]string

// Has tells whether a keyword is offered.
func (e Extensions) Has(keyword string) bool {
	_, ok := e[keyword]
	return ok
}

// Mechanisms are the SASL mechanisms, in capitals.
func (e Extensions) Mechanisms() []string { return strings.Fields(strings.ToUpper(e["AUTH"])) }

// Hello introduces the harness, and returns what the server offers.
func (c *SMTP) Hello(ctx context.Context) (Extensions, SMTPReply, error) {
	r, err := c.Command(ctx, "EHLO "+clientName)
	if err != nil || !r.OK() {
		return nil, r, err
	}
	all := Extensions{}
	for _, line := range r.Lines[1:] {
		keyword, parameters, _ := strings.Cut(line, " ")
		all[strings.ToUpper(keyword)] = parameters
	}
	return all, r, nil
}

// StartTLS asks for TLS and makes the handshake. What is injected goes in the same segment, behind the command. It
// returns ErrNoTLS when the server refuses, and ErrHandshake.
func (c *SMTP) StartTLS(ctx context.Context, config *tls.Config, injected ...string) (Upgrade, error) {
	if err := c.askTLS(ctx, strings.Join(injected, "")); err != nil {
		return Upgrade{}, err
	}
	return c.upgrade(ctx, config)
}

func (c *SMTP) askTLS(ctx context.Context, injected string) error {
	r, err := c.exchange(ctx, "STARTTLS\r\n"+injected)
	if err == nil && r.Code != "220" {
		err = fmt.Errorf("%w: %s", ErrNoTLS, r)
	}
	return err
}

// ClientHello asks for TLS and sends one ClientHello made by hand. The connection is of no use after it.
func (c *SMTP) ClientHello(ctx context.Context, h pki.Hello) (pki.HelloResult, error) {
	if err := c.askTLS(ctx, ""); err != nil {
		return pki.HelloResult{}, err
	}
	return c.hello(ctx, h)
}

// InjectedSMTP is the command to inject behind STARTTLS: Executed tells whether the server obeyed it.
const InjectedSMTP = "NOOP\r\n"

// Executed takes leave, under TLS, and tells whether the server answers the injected command too (CVE-2011-0411).
func (c *SMTP) Executed(ctx context.Context) (bool, error) {
	first, err := c.Command(ctx, "QUIT")
	if err != nil || first.Code == "221" {
		return false, err
	}
	second, err := c.Reply(ctx)
	return err == nil && second.Code == "221", err
}

// Login authenticates.
func (c *SMTP) Login(ctx context.Context, l Login) Result {
	l.hide(c.transcript, c.redact)
	return l.play(ctx, (*smtpExchange)(c))
}

// MaySend is the second probe: it tells whether a transaction goes as far as a recipient, and gives the reply that says
// so; then it abandons the transaction. MAIL alone proves nothing, for a server may wait with its refusal until RCPT, as
// Postfix does. Nor does the probe where it goes through without login.
func (c *SMTP) MaySend(ctx context.Context, sender, recipient string) (bool, SMTPReply, error) {
	r, err := c.MailFrom(ctx, sender)
	if err != nil || !r.OK() {
		return false, r, err
	}
	if r, err = c.RcptTo(ctx, recipient); err != nil {
		return false, r, err
	}
	_, err = c.Command(ctx, "RSET")
	return r.OK(), r, err
}

// MailFrom begins a transaction.
func (c *SMTP) MailFrom(ctx context.Context, sender string, parameters ...string) (SMTPReply, error) {
	return c.Command(ctx, strings.Join(append([]string{"MAIL FROM:<" + sender + ">"}, parameters...), " "))
}

// RcptTo names a recipient.
func (c *SMTP) RcptTo(ctx context.Context, recipient string, parameters ...string) (SMTPReply, error) {
	return c.Command(ctx, strings.Join(append([]string{"RCPT TO:<" + recipient + ">"}, parameters...), " "))
}

// Data sends a message with its dots stuffed and its end (RFC 5321 §4.5.2). It returns the reply that refuses, where
// the server wants no data.
func (c *SMTP) Data(ctx context.Context, message []byte) (SMTPReply, error) {
	return c.RawData(ctx, stuffed(message))
}

// RawData sends octets as they are after DATA; they hold the end of the message, and whatever else.
func (c *SMTP) RawData(ctx context.Context, octets []byte) (SMTPReply, error) {
	r, err := c.Command(ctx, "DATA")
	if err != nil || r.Code != "354" {
		return r, err
	}
	return c.exchange(ctx, string(octets))
}

// stuffed doubles the dots that begin lines, and puts the end.
func stuffed(message []byte) []byte {
	var out bytes.Buffer
	for line := range bytes.Lines(message) {
		if line[0] == '.' {
			out.WriteByte('.')
		}
		out.Write(line)
	}
	if !bytes.HasSuffix(message, []byte("\r\n")) {
		out.WriteString("\r\n")
	}
	out.WriteString(".\r\n")
	return out.Bytes()
}

// Quit takes leave. 221 is right.
func (c *SMTP) Quit(ctx context.Context) (SMTPReply, error) { return c.Command(ctx, "QUIT") }

// smtpExchange carries SASL over SMTP (RFC 4954 §4).
type smtpExchange SMTP

func (x *smtpExchange) begin(ctx context.Context, mechanism string, initial *string) (step, error) {
	command := "AUTH " + mechanism
	if initial != nil {
		command += " " + *initial
	}
	return smtpStep((*SMTP)(x).Command(ctx, command))
}

func (x *smtpExchange) answer(ctx context.Context, line string) (step, error) {
	return smtpStep((*SMTP)(x).Command(ctx, line))
}

func (x *smtpExchange) listen(ctx context.Context) (step, error) {
	return smtpStep((*SMTP)(x).Reply(ctx))
}

func smtpStep(r SMTPReply, err error) (step, error) {
	if err != nil {
		return step{}, err
	}
	if r.Code == "334" {
		text := r.Text()
		return step{challenge: &text}, nil
	}
	return step{accepted: r.Code == "235", status: r.Code, code: r.Enhanced, text: r.Text()}, nil
}
