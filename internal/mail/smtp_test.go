package mail_test

import (
	"crypto/tls"
	"errors"
	"io"
	"log"
	"net"
	"slices"
	"strings"
	"testing"

	"github.com/emersion/go-sasl"
	"github.com/emersion/go-smtp"

	"etalon/internal/bench/benchtest"
	"etalon/internal/mail"
	"etalon/internal/pki"
)

// submission is a go-smtp session that logs in by XOAUTH2 and keeps what it is sent.
type submission struct {
	in   bool
	kept *benchtest.Told[string]
}

func (s *submission) AuthMechanisms() []string { return []string{"XOAUTH2"} }

func (s *submission) Auth(string) (sasl.Server, error) {
	return &oauth{right: mail.XOAUTH2(mailbox, token).Response, refuse: smtp.ErrAuthFailed, in: func() { s.in = true }}, nil
}

func (s *submission) Mail(string, *smtp.MailOptions) error {
	if !s.in {
		return smtp.ErrAuthRequired
	}
	return nil
}

func (s *submission) Rcpt(string, *smtp.RcptOptions) error { return nil }
func (s *submission) Reset()                               {}
func (s *submission) Logout() error                        { return nil }

func (s *submission) Data(r io.Reader) error {
	raw, err := io.ReadAll(r)
	s.kept.Tell(string(raw))
	return err
}

// librarySMTP starts a go-smtp server, which an open one lets everybody send by.
func librarySMTP(t *testing.T, open bool) (string, *benchtest.Told[string]) {
	t.Helper()
	l, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	kept := &benchtest.Told[string]{}
	server := smtp.NewServer(smtp.BackendFunc(func(*smtp.Conn) (smtp.Session, error) { return &submission{in: open, kept: kept}, nil }))
	server.Domain, server.TLSConfig, server.EnableDSN, server.ErrorLog = "operateur.test", serverTLS(t), true, log.New(io.Discard, "", 0)
	server.MaxMessageBytes = 1 << 20
	ended := make(chan error, 1)
	go func() { ended <- server.Serve(l) }()
	t.Cleanup(func() {
		_ = server.Close()
		<-ended
	})
	return l.Addr().String(), kept
}

func securedSMTP(t *testing.T, address string) *mail.SMTP {
	t.Helper()
	c := dialSMTP(t, address)
	if _, _, err := c.Hello(t.Context()); err != nil {
		t.Fatal(err)
	}
	if _, err := c.StartTLS(t.Context(), clientTLS(t, "")); err != nil {
		t.Fatal(err)
	}
	if _, _, err := c.Hello(t.Context()); err != nil {
		t.Fatal(err)
	}
	return c
}

func TestSMTPAgainstALibrary(t *testing.T) {
	address, kept := librarySMTP(t, false)
	c := dialSMTP(t, address)
	offers, r, err := c.Hello(t.Context())
	if err != nil || !r.OK() || !offers.Has("STARTTLS") || offers.Has("AUTH") || offers["SIZE"] != "1048576" {
		t.Errorf("%v, %s, %v", offers, r, err)
	}
	if _, err := c.StartTLS(t.Context(), clientTLS(t, "")); err != nil {
		t.Fatal(err)
	}
	if offers, _, err = c.Hello(t.Context()); err != nil || offers.Has("STARTTLS") || !slices.Contains(offers.Mechanisms(), "XOAUTH2") {
		t.Errorf("%v, %v", offers, err)
	}
	if r, err := c.MailFrom(t.Context(), mailbox); err != nil || !r.Permanent() {
		t.Errorf("mail before login: %s, %v", r, err)
	}
	if r := c.Login(t.Context(), mail.XOAUTH2(other, token)); r.Outcome != mail.RefusedByChallenge || r.Status != "535" || r.Code != "5.7.8" || r.Failure == nil {
		t.Errorf("%+v", r)
	}
	if r := c.Login(t.Context(), mail.XOAUTH2(mailbox, token).InTwoSteps()); r.Outcome != mail.Accepted || r.Code != "2.0.0" {
		t.Errorf("%+v", r)
	}
	message := ".\r\n..a\r\nb\r\n.c"
	for _, send := range []func() (mail.SMTPReply, error){
		func() (mail.SMTPReply, error) { return c.MailFrom(t.Context(), mailbox, "SIZE=12", "RET=HDRS") },
		func() (mail.SMTPReply, error) { return c.RcptTo(t.Context(), other, "NOTIFY=SUCCESS,FAILURE") },
		func() (mail.SMTPReply, error) { return c.Data(t.Context(), []byte(message)) },
	} {
		if r, err := send(); err != nil || r.Code != "250" {
			t.Fatalf("%s, %v", r, err)
		}
	}
	if got := kept.All(); len(got) != 1 || got[0] != message+"\r\n" {
		t.Errorf("%q", got)
	}
	if r, err := c.Data(t.Context(), []byte("x")); err != nil || r.Code != "502" {
		t.Errorf("data without recipient: %s, %v", r, err)
	}
	if r, err := c.Quit(t.Context()); err != nil || r.Code != "221" {
		t.Errorf("%s, %v", r, err)
	}
}

func TestSMTPSmugglingIsSentAsItIs(t *testing.T) {
	address, kept := librarySMTP(t, false)
	c := securedSMTP(t, address)
	if r := c.Login(t.Context(), mail.XOAUTH2(mailbox, token)); r.Outcome != mail.Accepted {
		t.Fatal(r)
	}
	_, _ = c.MailFrom(t.Context(), mailbox)
	_, _ = c.RcptTo(t.Context(), other)
	r, err := c.RawData(t.Context(), []byte("one\n.\nMAIL FROM:<x@y>\r\n.\nmore\r\n.\r\n"))
	if err != nil || r.Code != "250" {
		t.Fatalf("%s, %v", r, err)
	}
	if got := kept.All(); len(got) != 1 || !strings.Contains(got[0], "one\n.\nMAIL FROM") {
		t.Errorf("%q", got)
	}
}

func TestSMTPInjection(t *testing.T) {
	address, _ := librarySMTP(t, false)
	c := dialSMTP(t, address)
	if _, err := c.StartTLS(t.Context(), clientTLS(t, ""), mail.InjectedSMTP); err == nil {
		if executed, _ := c.Executed(t.Context()); executed {
			t.Error("the library obeys what was injected")
		}
	}
	for _, c := range []struct {
		lines []string
		want  bool
	}{
		{[]string{"S: 220 hello⏎250 done⏎", "C: QUIT", "S: 221 bye⏎"}, true},
		{[]string{"S: 220 hello⏎", "C: QUIT", "S: 221 bye⏎"}, false},
		{[]string{"S: 220 hello⏎", "C: QUIT", "S: 500 what?⏎"}, false},
	} {
		if executed, _ := dialSMTP(t, script(t, c.lines...)).Executed(t.Context()); executed != c.want {
			t.Errorf("%v: %v", c.lines, executed)
		}
	}
}

func TestSMTPHelloAfterStartTLS(t *testing.T) {
	address, _ := librarySMTP(t, false)
	got, err := dialSMTP(t, address).ClientHello(t.Context(), pki.Hello{Version: 0x0303, Suites: []uint16{tls.TLS_ECDHE_RSA_WITH_AES_128_GCM_SHA256}, Deflate: true})
	if err != nil || got.Answer != pki.AnswerHello || got.Compression != 0 || !got.Renegotiation {
		t.Errorf("%+v, %v", got, err)
	}
	refusing := script(t, "S: 220 hello⏎", "C: STARTTLS", "S: 454 4.7.0 not now⏎")
	if _, err := dialSMTP(t, refusing).ClientHello(t.Context(), pki.Hello{Version: 0x0303, Suites: pki.OldSuites}); !errors.Is(err, mail.ErrNoTLS) {
		t.Errorf("%v", err)
	}
}

func TestSMTPGreetingRefuses(t *testing.T) {
	if _, err := mail.DialSMTP(t.Context(), target(script(t, "S: 554 no service⏎"))); !errors.Is(err, mail.ErrClosed) || !strings.Contains(err.Error(), "no service") {
		t.Errorf("%v", err)
	}
	c := dialSMTP(t, script(t, "S: 220 hello⏎", "C: EHLO", "S: 502 no⏎"))
	if offers, r, err := c.Hello(t.Context()); err != nil || offers != nil || r.Code != "502" {
		t.Errorf("%v, %s, %v", offers, r, err)
	}
}

func TestClientCertificate(t *testing.T) {
	address := listen(t, func(conn net.Conn) {
		config := serverTLS(t)
		config.ClientAuth = tls.RequireAnyClientCert
		secured := tls.Server(conn, config)
		_, _ = secured.Write([]byte("220 hello\r\n"))
		held(secured)
	})
	with := target(address)
	with.TLS = clientTLS(t, "structure/tls")
	c, err := mail.DialSMTP(t.Context(), with)
	if err != nil {
		t.Fatal(err)
	}
	if _, ok := c.TLS(); !ok {
		t.Error("implicit TLS is not told")
	}
	_ = c.Close()
	without := target(address)
	without.TLS = clientTLS(t, "")
	if _, err := mail.DialSMTP(t.Context(), without); !errors.Is(err, mail.ErrClosed) || !strings.Contains(err.Error(), "certificate") {
		t.Errorf("a server that wants a certificate: %v", err)
	}
	wrong := target(address)
	wrong.TLS = pki.ClientConfig(pki.Credential{}, clock, (&pki.Trust{Roots: set.RootCertificates()}).DecideServer("elsewhere.test", clock))
	if _, err := mail.DialSMTP(t.Context(), wrong); !errors.Is(err, mail.ErrHandshake) || errors.Is(err, mail.ErrClosed) {
		t.Errorf("a certificate of another host: %v", err)
	}
}
