package mail_test

import (
	"bytes"
	"crypto/tls"
	"errors"
	"io"
	"log"
	"net"
	"slices"
	"strings"
	"testing"

	"github.com/emersion/go-imap/v2/imapserver"
	"github.com/emersion/go-imap/v2/imapserver/imapmemserver"
	"github.com/emersion/go-sasl"

	"etalon/internal/mail"
	"etalon/internal/pki"
)

// oauth is a server's side of XOAUTH2 that takes one response.
type oauth struct {
	right  []byte
	failed bool
	in     func()
	refuse error
}

func (o *oauth) Next(response []byte) ([]byte, bool, error) {
	switch {
	case o.failed:
		return nil, false, o.refuse
	case response == nil:
		return nil, false, nil
	case bytes.Equal(response, o.right):
		o.in()
		return nil, true, nil
	}
	o.failed = true
	return []byte(`{"status":"401","schemes":"bearer","scope":"mail"}`), false, nil
}

// memorySession is a go-imap session that logs in by XOAUTH2.
type memorySession struct {
	imapserver.Session
	user *imapmemserver.User
}

func (s *memorySession) AuthenticateMechanisms() []string { return []string{"XOAUTH2"} }

func (s *memorySession) Authenticate(mechanism string) (sasl.Server, error) {
	return &oauth{
		right: mail.XOAUTH2(mailbox, token).Response, refuse: imapserver.ErrAuthFailed,
		in: func() { s.Session = imapmemserver.NewUserSession(s.user) },
	}, nil
}

// libraryIMAP starts a go-imap server.
func libraryIMAP(t *testing.T) string {
	t.Helper()
	l, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	user := imapmemserver.NewUser(mailbox, "")
	if err := user.Create("INBOX", nil); err != nil {
		t.Fatal(err)
	}
	memory := imapmemserver.New()
	server := imapserver.New(&imapserver.Options{
		NewSession: func(*imapserver.Conn) (imapserver.Session, *imapserver.GreetingData, error) {
			return &memorySession{memory.NewSession(), user}, nil, nil
		},
		TLSConfig: serverTLS(t), Logger: log.New(io.Discard, "", 0),
	})
	ended := make(chan error, 1)
	go func() { ended <- server.Serve(l) }()
	t.Cleanup(func() {
		_ = server.Close()
		<-ended
	})
	return l.Addr().String()
}

func securedIMAP(t *testing.T, address string) *mail.IMAP {
	t.Helper()
	c := dialIMAP(t, address)
	u, err := c.StartTLS(t.Context(), clientTLS(t, ""))
	if err != nil || len(u.Before) > 0 || u.State.Version != tls.VersionTLS13 {
		t.Fatalf("%+v, %v", u, err)
	}
	return c
}

func TestIMAPAgainstALibrary(t *testing.T) {
	address := libraryIMAP(t)
	c := dialIMAP(t, address)
	all, err := c.Capabilities(t.Context())
	if err != nil || !slices.Contains(all, "STARTTLS") || !slices.Contains(all, "LOGINDISABLED") {
		t.Errorf("in clear: %v, %v", all, err)
	}
	if r := c.Login(t.Context(), mail.XOAUTH2(mailbox, token)); r.Outcome != mail.RefusedDirectly || r.Code != "PRIVACYREQUIRED" {
		t.Errorf("in clear: %+v", r)
	}

	c = securedIMAP(t, address)
	if all, err = c.Capabilities(t.Context()); err != nil || !slices.Contains(all, "SASL-IR") || !slices.Contains(all, "AUTH=XOAUTH2") {
		t.Errorf("secured: %v, %v", all, err)
	}
	if r := c.Login(t.Context(), mail.XOAUTH2(other, token)); r.Outcome != mail.RefusedByChallenge || r.Failure.Status != "401" || r.Code != "AUTHENTICATIONFAILED" {
		t.Errorf("%+v", r)
	}
	if r, err := c.SelectInbox(t.Context()); err != nil || r.OK() {
		t.Errorf("select before login: %s, %v", r, err)
	}
	if r := c.Login(t.Context(), mail.XOAUTH2(mailbox, token)); r.Outcome != mail.Accepted {
		t.Errorf("%+v", r)
	}
	if r, err := c.SelectInbox(t.Context()); err != nil || !r.OK() {
		t.Errorf("select: %s, %v", r, err)
	}
	message := []byte("Subject: un\r\n\r\n{3}\r\nabc\r\n")
	if r, err := c.Append(t.Context(), "INBOX", message); err != nil || !r.OK() {
		t.Fatalf("append: %s, %v", r, err)
	}
	r, err := c.Command(t.Context(), "FETCH 1 (UID BODY.PEEK[])")
	if err != nil || len(r.Untagged) == 0 || len(r.Untagged[0].Literals) != 1 || !bytes.Equal(r.Untagged[0].Literals[0], message) {
		t.Errorf("fetch: %+v, %v", r, err)
	}
	if r, err := c.Append(t.Context(), "absent", message); err != nil || r.Status != "NO" {
		t.Errorf("append to nowhere: %s, %v", r, err)
	}
	if r, err := c.Logout(t.Context()); err != nil || !r.OK() || !slices.ContainsFunc(r.Untagged, func(l mail.IMAPLine) bool { return strings.HasPrefix(l.Text, "BYE") }) {
		t.Errorf("logout: %+v, %v", r, err)
	}
	if state, ok := c.TLS(); !ok || len(state.PeerCertificates) == 0 {
		t.Error("the connection does not tell its TLS")
	}
	if said := string(c.Transcript().Bytes()); !strings.Contains(said, "C: A1 STARTTLS") || !strings.Contains(said, "C*: A2 CAPABILITY") || strings.Contains(said, token) {
		t.Errorf("the transcript reads\n%s", said)
	}
}

func TestIMAPTwoStepsAgainstALibrary(t *testing.T) {
	c := securedIMAP(t, libraryIMAP(t))
	if r := c.Login(t.Context(), mail.XOAUTH2(mailbox, token).InTwoSteps()); r.Outcome != mail.Accepted || *r.Prompt != "" {
		t.Errorf("%+v", r)
	}
}

func TestIMAPInjectionIsNotObeyedByALibrary(t *testing.T) {
	c := dialIMAP(t, libraryIMAP(t))
	if _, err := c.StartTLS(t.Context(), clientTLS(t, ""), mail.Injected); err == nil {
		if executed, err := c.Executed(t.Context()); executed || err == nil {
			t.Errorf("executed: %v, %v", executed, err)
		}
	} else if !errors.Is(err, mail.ErrHandshake) {
		t.Errorf("%v", err)
	}
}

func TestIMAPHelloAfterStartTLS(t *testing.T) {
	address := libraryIMAP(t)
	for version, want := range map[uint16]pki.Answer{0x0300: pki.AnswerAlert, 0x0301: pki.AnswerAlert, 0x0302: pki.AnswerAlert, 0x0303: pki.AnswerHello} {
		suites := pki.OldSuites
		if version == 0x0303 {
			suites = []uint16{tls.TLS_ECDHE_RSA_WITH_AES_128_GCM_SHA256}
		}
		got, err := dialIMAP(t, address).ClientHello(t.Context(), pki.Hello{Version: version, Suites: suites})
		if err != nil || got.Answer != want {
			t.Errorf("%s: %s, %v", pki.VersionName(version), got, err)
		}
	}
}

func TestIMAPStartTLSRefusedStrippedAndInjected(t *testing.T) {
	c := dialIMAP(t, script(t, "S: * OK hello⏎", "C: A1 STARTTLS", "S: A1 BAD unknown⏎", "H"))
	if _, err := c.StartTLS(t.Context(), clientTLS(t, "")); !errors.Is(err, mail.ErrNoTLS) {
		t.Errorf("%v", err)
	}
	if _, err := c.ClientHello(t.Context(), pki.Hello{Version: 0x0303, Suites: pki.OldSuites}); err == nil {
		t.Error("a hello was sent to a server that refuses TLS")
	}
	// What whoever stands between puts behind the answer must not be taken for what comes under TLS.
	c = dialIMAP(t, script(t, "S: * OK hello⏎", "C: A1 STARTTLS", "S: A1 OK go⏎A2 OK injected⏎"))
	u, err := c.StartTLS(t.Context(), clientTLS(t, ""))
	if string(u.Before) != "A2 OK injected\r\n" || !errors.Is(err, mail.ErrHandshake) || !errors.Is(err, mail.ErrClosed) {
		t.Errorf("%q, %v", u.Before, err)
	}
}

func TestIMAPStraysAndGreetings(t *testing.T) {
	c := dialIMAP(t, script(t, "S: * PREAUTH [CAPABILITY IMAP4rev1] in⏎", "C: A1 NOOP", "S: * 1 EXISTS⏎injected OK done⏎A1 OK done⏎"))
	if c.Greeting.Status != "PREAUTH" || c.Greeting.Code != "CAPABILITY IMAP4rev1" {
		t.Errorf("%+v", c.Greeting)
	}
	if executed, err := c.Executed(t.Context()); !executed || err != nil {
		t.Errorf("executed: %v, %v", executed, err)
	}
	if _, err := mail.DialIMAP(t.Context(), target(script(t, "S: * BYE busy⏎"))); !errors.Is(err, mail.ErrClosed) {
		t.Errorf("%v", err)
	}
}

func TestIMAPUnsolicited(t *testing.T) {
	c := dialIMAP(t, script(t, "S: * OK hello⏎", "C: A1 IDLE", "S: + idling⏎", "S: * 3 EXISTS⏎* 1 FETCH (A {1}⏎x)⏎", "C: DONE", "S: A1 OK done⏎"))
	if r, err := c.Command(t.Context(), "IDLE"); err != nil || r.Status != "+" {
		t.Fatalf("%+v, %v", r, err)
	}
	if l, err := c.Unsolicited(t.Context()); err != nil || l.Text != "3 EXISTS" {
		t.Errorf("%+v, %v", l, err)
	}
	if l, err := c.Unsolicited(t.Context()); err != nil || l.Text != "1 FETCH (A {1})" || string(l.Literals[0]) != "x" {
		t.Errorf("%+v, %v", l, err)
	}
	if r, err := c.Continue(t.Context(), "DONE"); err != nil || !r.OK() {
		t.Errorf("%+v, %v", r, err)
	}
	c = dialIMAP(t, script(t, "S: * OK hello⏎A1 OK of what?⏎", "H"))
	if _, err := c.Unsolicited(t.Context()); !errors.Is(err, mail.ErrMalformed) {
		t.Errorf("a tagged response: %v", err)
	}
	c = dialIMAP(t, script(t, "S: * OK hello⏎", "H"))
	if _, err := c.Unsolicited(t.Context()); !errors.Is(err, mail.ErrSilent) {
		t.Errorf("silence: %v", err)
	}
}

func TestIMAPLiterals(t *testing.T) {
	c := dialIMAP(t, script(t, "S: * OK hello⏎", "C: A1 X",
		"S: * 1 FETCH (A {3}⏎a⏎ B {0}⏎ C)⏎* OK not a literal {9}⏎A1 OK {5}⏎",
		"C: A2 X", "S: * 1 FETCH (A {99999999999}⏎", "H"))
	r, err := c.Command(t.Context(), "X")
	if err != nil || len(r.Untagged) != 2 || r.Untagged[0].Text != "1 FETCH (A {3} B {0} C)" || string(r.Untagged[0].Literals[0]) != "a\r\n" || len(r.Untagged[0].Literals) != 2 || r.Text != "{5}" {
		t.Errorf("%+v, %v", r, err)
	}
	if _, err := c.Command(t.Context(), "X"); !errors.Is(err, mail.ErrTooMuch) {
		t.Errorf("%v", err)
	}
}
