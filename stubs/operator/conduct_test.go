package operator_test

import (
	"crypto/tls"
	"errors"
	"slices"
	"strings"
	"testing"

	"etalon/internal/bench"
	"etalon/internal/bench/benchtest"
	"etalon/internal/mail"
	"etalon/internal/pki"
	"etalon/stubs/operator"
)

// watched starts an operator that keeps what is said.
func watched(t *testing.T) *party {
	t.Helper()
	w := shared.World(t)
	p := &party{t: t, world: w, checker: &checker{now: w.Now, inactive: map[string]bool{}}, sent: &benchtest.Told[operator.Message]{}}
	p.clock = &bench.Clock{}
	p.clock.Freeze(w.Now)
	p.Operator = benchtest.Started(t, operator.Start, operator.Config{
		Bench: &bench.Bench{Clock: p.clock, PKI: w.Set}, Name: "operateur", Domain: domain, Mailboxes: mailboxes(), Checker: p.checker, Sent: p.sent.Tell,
		Trust: &pki.Trust{Roots: w.Set.RootCertificates()}, Watched: true, NullSender: true,
	})
	return p
}

// bare connects without TLS.
func (p *party) bare() (*mail.IMAP, *mail.SMTP) {
	p.t.Helper()
	i, err := mail.DialIMAP(p.t.Context(), mail.Target{Address: p.IMAPAddress(), Limits: patience})
	if err != nil {
		p.t.Fatal(err)
	}
	s, err := mail.DialSMTP(p.t.Context(), mail.Target{Address: p.SMTPAddress(), Limits: patience})
	if err != nil {
		p.t.Fatal(err)
	}
	p.t.Cleanup(func() { _, _ = i.Close(), s.Close() })
	return i, s
}

func modern() *tls.Config { return pki.ClientConfig(pki.Credential{}, bench.Wall, pki.AcceptAny) }

// STARTTLS is hidden or refused, and XOAUTH2 offered in clear, but never obeyed there.
func TestConductsOfTheClearPhase(t *testing.T) {
	p := watched(t)
	for name, c := range map[string]operator.Conduct{"hidden": {HidesTLS: true}, "refused": {RefusesTLS: true}} {
		p.Behave(c)
		i, s := p.bare()
		capabilities, err := i.Capabilities(t.Context())
		if err != nil || !slices.Contains(capabilities, "AUTH=XOAUTH2") || slices.Contains(capabilities, "STARTTLS") != c.RefusesTLS {
			t.Errorf("%s: %v, %v", name, capabilities, err)
		}
		offers, _, err := s.Hello(t.Context())
		if err != nil || !slices.Contains(offers.Mechanisms(), "XOAUTH2") {
			t.Errorf("%s: %v, %v", name, offers, err)
		}
		for protocol, start := range map[string]func() error{
			"IMAP": func() error { _, err := i.StartTLS(t.Context(), modern()); return err },
			"SMTP": func() error { _, err := s.StartTLS(t.Context(), modern()); return err },
		} {
			if err := start(); !errors.Is(err, mail.ErrNoTLS) {
				t.Errorf("%s, %s: %v", name, protocol, err)
			}
		}
		if r := i.Login(t.Context(), mail.XOAUTH2(alixBox, p.token(alix).String())); r.Outcome == mail.Accepted {
			t.Errorf("%s: a login in clear went through", name)
		}
	}
}

// Old TLS, another certificate, lines that are short, SASL-IR that is not offered, tokens refused, an outage.
func TestConductsUnderTLS(t *testing.T) {
	p := watched(t)
	p.Behave(operator.Conduct{Oldest: tls.VersionTLS10, Newest: tls.VersionTLS11})
	i, _ := p.bare()
	if _, err := i.StartTLS(t.Context(), modern()); !errors.Is(err, mail.ErrHandshake) {
		t.Errorf("TLS 1.1: %v", err)
	}
	p.Behave(operator.Conduct{Credential: p.world.Credential(t, "operateur/tls~expired"), NoInitial: true, ShortLines: true})
	d, err := p.dial("imap", "")
	if err != nil {
		t.Fatal(err)
	}
	state, _ := d.imap.TLS()
	if at := p.world.Now; !at.After(state.PeerCertificates[0].NotAfter) {
		t.Error("the certificate is not the expired one")
	}
	if capabilities, err := d.imap.Capabilities(t.Context()); err != nil || slices.Contains(capabilities, "SASL-IR") {
		t.Errorf("capabilities %v, %v", capabilities, err)
	}
	d, err = p.dial("smtp", "")
	if err != nil {
		t.Fatal(err)
	}
	if r, err := d.smtp.Command(t.Context(), "AUTH XOAUTH2 "+strings.Repeat("A", 600)); err != nil || r.Code != "500" {
		t.Errorf("a long line: %s, %v", r, err)
	}
	if r := d.smtp.Login(t.Context(), mail.XOAUTH2(alixBox, p.token(alix).String()).InTwoSteps()); r.Outcome != mail.Accepted {
		t.Errorf("in two steps: %+v", r)
	}
	if r, err := d.smtp.MailFrom(t.Context(), ""); err != nil || !r.OK() {
		t.Errorf("the empty sender: %s, %v", r, err)
	}
	p.Behave(operator.Conduct{Refuses: func(string) bool { return true }})
	if d, err = p.dial("imap", ""); err != nil {
		t.Fatal(err)
	}
	if r := d.imap.Login(t.Context(), mail.XOAUTH2(alixBox, p.token(alix).String())); r.Outcome != mail.RefusedByChallenge {
		t.Errorf("a token that is refused: %+v", r)
	}
	p.Behave(operator.Conduct{})
	p.Behave(operator.Conduct{Down: true}, operator.SMTP)
	if _, err := p.dial("imap", ""); err != nil {
		t.Errorf("IMAP, where submission alone is down: %v", err)
	}
	if _, err := p.dial("smtp", ""); err == nil {
		t.Error("submission that is down answers")
	}
	p.Behave(operator.Conduct{Down: true})
	if _, err := p.dial("imap", ""); err == nil {
		t.Error("an operator that is down answers")
	}
}

// What is said on a connection is kept, but the text of messages; connections are cut at once.
func TestVisits(t *testing.T) {
	p := watched(t)
	d, err := p.dial("smtp", "")
	if err != nil {
		t.Fatal(err)
	}
	if r := d.smtp.Login(t.Context(), mail.XOAUTH2(alixBox, p.token(alix).String()).InTwoSteps()); r.Outcome != mail.Accepted {
		t.Fatalf("%+v", r)
	}
	posted := d.smtp.Post(t.Context(), mail.Posting{Sender: alixBox, Recipient: sachaBox, RcptWith: []string{"NOTIFY=SUCCESS"}, Message: []byte("From: " + alixBox + "\r\n\r\nsecret médical\r\n")})
	if !posted.Taken() {
		t.Fatal(posted.Told())
	}
	if m := p.sent.Await(1)[0]; len(m.Notify) != 1 || !slices.Equal(m.Notify[0], []string{"SUCCESS"}) {
		t.Errorf("reports %v", m.Notify)
	}
	visits := p.Visits(0)
	if len(visits) != 1 || visits[0].Protocol != operator.SMTP || visits[0].TLS == nil || len(visits[0].Suites) == 0 || p.LastVisit() != 1 {
		t.Fatalf("visits %+v", visits)
	}
	if again := p.Visits(1); len(again) > 0 {
		t.Errorf("after the last connection: %+v", again)
	}
	said, order := "", 0
	for _, l := range visits[0].Lines {
		if l.Order <= order {
			t.Errorf("%q is told to come before what came before", l.Text)
		}
		order = l.Order
		said += l.Text + "\n"
	}
	if !strings.Contains(said, "AUTH XOAUTH2") || !strings.Contains(said, "STARTTLS") || strings.Contains(said, "médical") {
		t.Errorf("said:\n%s", said)
	}
	if p.OpenLinks(operator.SMTP) != 1 || p.OpenLinks(operator.IMAP) != 0 {
		t.Error("the open connections are not counted")
	}
	p.Cut()
	if _, err := d.smtp.Command(t.Context(), "NOOP"); err == nil {
		t.Error("a connection that was cut answers")
	}
	before := len(p.Inbox(alixBox)) // a report of delivery is there
	if !p.Deliver(alixBox, []byte("Subject: a\r\n\r\n")) || p.Deliver("nobody@"+domain, []byte("Subject: a\r\n\r\n")) || len(p.Inbox(alixBox)) != before+1 {
		t.Error("a message is not put into its mailbox alone")
	}
}
