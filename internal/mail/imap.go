package mail

import (
	"context"
	"crypto/tls"
	"fmt"
	"strings"

	"etalon/internal/pki"
)

// IMAP is a dialogue with an IMAP server (RFC 9051, RFC 3501).
type IMAP struct {
	*Conn
	// Greeting is what the server said first.
	Greeting IMAPReply
	tags     int
}

// DialIMAP connects and reads the greeting. The errors of this package tell what the server did wrong; others, that we
// could not connect.
func DialIMAP(ctx context.Context, t Target) (*IMAP, error) {
	conn, err := dial(ctx, t)
	if err != nil {
		return nil, err
	}
	c := &IMAP{Conn: conn}
	err = conn.within(ctx, func() error {
		var err error
		c.Greeting, err = conn.imapReply("*")
		return err
	})
	if err == nil && c.Greeting.Status != "OK" && c.Greeting.Status != "PREAUTH" {
		err = fmt.Errorf("%w: the greeting says %s", ErrClosed, c.Greeting)
	}
	if err != nil {
		_ = conn.Close()
		return c, fmt.Errorf("read greeting of %s: %w", t.Address, err)
	}
	return c, nil
}

// tag draws the next tag.
func (c *IMAP) tag() string {
	c.tags++
	return fmt.Sprintf("A%d", c.tags)
}

// Command sends a command and reads its reply, which is a continuation request where the server wants more. The
// command goes as it is, whatever it holds.
func (c *IMAP) Command(ctx context.Context, command string) (IMAPReply, error) {
	tag := c.tag()
	return c.exchange(ctx, tag, tag+" "+command+"\r\n")
}

func (c *IMAP) exchange(ctx context.Context, tag, sent string) (IMAPReply, error) {
	var r IMAPReply
	err := c.within(ctx, func() error {
		if err := c.send([]byte(sent)); err != nil {
			return err
		}
		var err error
		r, err = c.imapReply(tag)
		return err
	})
	return r, err
}

// Continue sends a line after a continuation request, and reads what answers the last command.
func (c *IMAP) Continue(ctx context.Context, line string) (IMAPReply, error) {
	return c.exchange(ctx, fmt.Sprintf("A%d", c.tags), line+"\r\n")
}

// Unsolicited reads one untagged response that the server sends by itself, such as during IDLE (RFC 2177).
func (c *IMAP) Unsolicited(ctx context.Context) (IMAPLine, error) {
	var l IMAPLine
	err := c.within(ctx, func() error {
		raw, err := c.line()
		if err != nil {
			return err
		}
		rest, ok := strings.CutPrefix(string(raw), "* ")
		if !ok {
			return fmt.Errorf("%w: %q is no untagged response", ErrMalformed, excerpt(raw))
		}
		l, err = c.literals(rest)
		return err
	})
	return l, err
}

// Capabilities asks for the capabilities, in capitals. A server that answers without a list has none.
func (c *IMAP) Capabilities(ctx context.Context) ([]string, error) {
	r, err := c.Command(ctx, "CAPABILITY")
	if err != nil {
		return nil, err
	}
	list, _ := r.Find("CAPABILITY")
	return strings.Fields(strings.ToUpper(list)), nil
}

// StartTLS asks for TLS and makes the handshake. What is injected goes in the same segment, behind the command. It
// returns ErrNoTLS when the server refuses, and ErrHandshake.
func (c *IMAP) StartTLS(ctx context.Context, config *tls.Config, injected ...string) (Upgrade, error) {
	if err := c.askTLS(ctx, strings.Join(injected, "")); err != nil {
		return Upgrade{}, err
	}
	return c.upgrade(ctx, config)
}

func (c *IMAP) askTLS(ctx context.Context, injected string) error {
	tag := c.tag()
	r, err := c.exchange(ctx, tag, tag+" STARTTLS\r\n"+injected)
	if err == nil && !r.OK() {
		err = fmt.Errorf("%w: %s", ErrNoTLS, r)
	}
	return err
}

// ClientHello asks for TLS and sends one ClientHello made by hand. The connection is of no use after it.
func (c *IMAP) ClientHello(ctx context.Context, h pki.Hello) (pki.HelloResult, error) {
	if err := c.askTLS(ctx, ""); err != nil {
		return pki.HelloResult{}, err
	}
	return c.hello(ctx, h)
}

// Injected is the command to inject behind STARTTLS: Executed tells whether the server obeyed it.
const Injected = "injected NOOP\r\n"

// Executed asks, under TLS, for something harmless and tells whether the server answers the injected command too
// (CVE-2011-0411).
func (c *IMAP) Executed(ctx context.Context) (bool, error) {
	r, err := c.Command(ctx, "NOOP")
	for _, stray := range r.Strays {
		if strings.HasPrefix(stray, "injected ") {
			return true, nil
		}
	}
	return false, err
}

// Login authenticates.
func (c *IMAP) Login(ctx context.Context, l Login) Result {
	l.hide(c.transcript, c.redact)
	return l.play(ctx, (*imapExchange)(c))
}

// Password authenticates by the LOGIN command. User and password go as quoted strings.
func (c *IMAP) Password(ctx context.Context, user, password string) Result {
	c.transcript.Hide(password, c.redact(password))
	r, err := c.Command(ctx, "LOGIN "+quoted(user)+" "+quoted(password))
	s, err := imapStep(r, err)
	return Result{}.end(s, err)
}

// SelectInbox is the second probe: OK alone proves that the login let in, all else that it did not.
func (c *IMAP) SelectInbox(ctx context.Context) (IMAPReply, error) {
	return c.Command(ctx, "SELECT INBOX")
}

// Append stores a message in a folder.
func (c *IMAP) Append(ctx context.Context, folder string, message []byte) (IMAPReply, error) {
	r, err := c.Command(ctx, fmt.Sprintf("APPEND %s {%d}", quoted(folder), len(message)))
	if err != nil || r.Status != "+" {
		return r, err
	}
	return c.Continue(ctx, string(message))
}

// Logout takes leave. BYE and then OK is right.
func (c *IMAP) Logout(ctx context.Context) (IMAPReply, error) { return c.Command(ctx, "LOGOUT") }

// quoted writes a string between quotes; it must hold neither NUL nor line ends to be a quoted string (RFC 9051 §4.3).
func quoted(s string) string {
	return `"` + strings.NewReplacer(`\`, `\\`, `"`, `\"`).Replace(s) + `"`
}

// imapExchange carries SASL over IMAP (RFC 9051 §6.2.2).
type imapExchange IMAP

func (x *imapExchange) begin(ctx context.Context, mechanism string, initial *string) (step, error) {
	command := "AUTHENTICATE " + mechanism
	if initial != nil {
		command += " " + *initial
	}
	return imapStep((*IMAP)(x).Command(ctx, command))
}

func (x *imapExchange) answer(ctx context.Context, line string) (step, error) {
	return imapStep((*IMAP)(x).Continue(ctx, line))
}

func (x *imapExchange) listen(ctx context.Context) (step, error) {
	return imapStep((*IMAP)(x).exchange(ctx, fmt.Sprintf("A%d", x.tags), ""))
}

func imapStep(r IMAPReply, err error) (step, error) {
	if err != nil {
		return step{}, err
	}
	if r.Status == "+" {
		return step{challenge: &r.Text}, nil
	}
	return step{accepted: r.OK(), status: r.Status, code: r.Code, text: r.Text}, nil
}
