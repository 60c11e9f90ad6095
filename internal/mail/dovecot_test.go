package mail_test

import (
	"bytes"
	"slices"
	"testing"

	"etalon/internal/mail"
	"etalon/internal/pki"
)

func realIMAP(t *testing.T, address, peer string) *mail.IMAP {
	t.Helper()
	c, err := mail.DialIMAP(t.Context(), patient(address))
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { _ = c.Close() })
	if _, err := c.StartTLS(t.Context(), clientTLS(t, peer)); err != nil {
		t.Fatal(err)
	}
	return c
}

func realSMTP(t *testing.T, address string) *mail.SMTP {
	t.Helper()
	c, err := mail.DialSMTP(t.Context(), patient(address))
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { _ = c.Close() })
	if _, _, err := c.Hello(t.Context()); err != nil {
		t.Fatal(err)
	}
	if _, err := c.StartTLS(t.Context(), clientTLS(t, "")); err != nil {
		t.Fatal(err)
	}
	if offers, _, err := c.Hello(t.Context()); err != nil || !slices.Contains(offers.Mechanisms(), "XOAUTH2") {
		t.Fatalf("%v, %v", offers, err)
	}
	return c
}

func TestDovecot(t *testing.T) {
	t.Parallel()
	p := peers(t)

	c := realIMAP(t, p.IMAP, "")
	if r := c.Login(t.Context(), mail.XOAUTH2(mailbox, "expired."+token)); r.Outcome != mail.RefusedByChallenge || r.Failure == nil || r.Failure.Status != "401" || r.Status != "NO" {
		t.Errorf("expired: %+v", r)
	}
	if r := c.Login(t.Context(), mail.XOAUTH2(other, token)); !r.Outcome.Refused() {
		t.Errorf("another's: %+v", r)
	}
	if r, err := c.SelectInbox(t.Context()); err != nil || r.OK() {
		t.Errorf("select before login: %s, %v", r, err)
	}
	for _, l := range []mail.Login{mail.XOAUTH2(mailbox, token), mail.XOAUTH2(mailbox, token).InTwoSteps()} {
		c := realIMAP(t, p.IMAP, "")
		if r := c.Login(t.Context(), l); r.Outcome != mail.Accepted || r.Prompt != nil && *r.Prompt != "" {
			t.Errorf("%+v", r)
		}
		message := []byte("Subject: essai\r\n\r\nbonjour\r\n")
		if r, err := c.Append(t.Context(), "INBOX", message); err != nil || !r.OK() {
			t.Errorf("%s, %v", r, err)
		}
		if r, err := c.SelectInbox(t.Context()); err != nil || !r.OK() {
			t.Errorf("%s, %v", r, err)
		}
		if r, err := c.Command(t.Context(), "FETCH 1 BODY[]"); err != nil || len(r.Untagged) == 0 || len(r.Untagged[0].Literals) != 1 || !bytes.Equal(r.Untagged[0].Literals[0], message) {
			t.Errorf("%+v, %v", r, err)
		}
		_ = c.Close()
	}
}

// taken are the malformations that Dovecot takes for a login: it wants no end of the fields, skips spaces in base64,
// and lets the last of two users count.
var taken = map[string]bool{"no-end": true, "half-end": true, "inner-space": true, "two-users-reversed": true}

func TestDovecotAndMalformations(t *testing.T) {
	t.Parallel()
	p := peers(t)
	for _, m := range mail.Malformations() {
		c := realIMAP(t, p.IMAP, "")
		r := c.Login(t.Context(), m.Make(mailbox, token, other))
		probe, err := c.SelectInbox(t.Context())
		if in := r.Outcome == mail.Accepted; in != taken[m.Name] || probe.OK() != in || in && err != nil {
			t.Errorf("%s: %+v, then %s, %v", m.Name, r, probe, err)
		}
		_ = c.Close()
	}
}

func TestDovecotByCertificate(t *testing.T) {
	t.Parallel()
	p := peers(t)
	for peer, want := range map[string]mail.Outcome{"structure/tls": mail.Accepted, "": mail.RefusedDirectly} {
		c := realIMAP(t, p.IMAP, peer)
		if r := c.Login(t.Context(), mail.External("")); r.Outcome != want {
			t.Errorf("%q: %+v", peer, r)
		}
		_ = c.Close()
	}
}

func TestDovecotSecuresWhatItSays(t *testing.T) {
	t.Parallel()
	p := peers(t)
	c, err := mail.DialIMAP(t.Context(), patient(p.IMAP))
	if err != nil {
		t.Fatal(err)
	}
	if r := c.Login(t.Context(), mail.XOAUTH2(mailbox, token)); r.Outcome != mail.RefusedDirectly {
		t.Errorf("in clear: %+v", r)
	}
	_ = c.Close()
	if c, err = mail.DialIMAP(t.Context(), patient(p.IMAP)); err != nil {
		t.Fatal(err)
	}
	if _, err := c.StartTLS(t.Context(), clientTLS(t, ""), mail.Injected); err == nil {
		if executed, _ := c.Executed(t.Context()); executed {
			t.Error("Dovecot obeys what was injected")
		}
	}
	_ = c.Close()
	for version, accepted := range map[uint16]bool{0x0301: false, 0x0302: false, 0x0303: true} {
		c, err := mail.DialIMAP(t.Context(), patient(p.IMAP))
		if err != nil {
			t.Fatal(err)
		}
		got, err := c.ClientHello(t.Context(), pki.Hello{Version: version, Suites: append([]uint16{0xc02f}, pki.OldSuites...), Deflate: true})
		if err != nil || (got.Answer == pki.AnswerHello) != accepted || got.Compression != 0 || got.Renegotiation != accepted {
			t.Errorf("%s: %+v, %v", pki.VersionName(version), got, err)
		}
	}
}

func TestDovecotSubmission(t *testing.T) {
	t.Parallel()
	p := peers(t)
	c := realSMTP(t, p.Submission)
	if r := c.Login(t.Context(), mail.XOAUTH2(mailbox, "expired")); !r.Outcome.Refused() {
		t.Errorf("expired: %+v", r)
	}
	_ = c.Close()
	c = realSMTP(t, p.Submission)
	if r := c.Login(t.Context(), mail.XOAUTH2(mailbox, token).InTwoSteps()); r.Outcome != mail.Accepted || *r.Prompt != "" {
		t.Errorf("%+v", r)
	}
	if r, err := c.MailFrom(t.Context(), mailbox); err != nil || !r.OK() {
		t.Errorf("%s, %v", r, err)
	}
	_ = c.Close()
	// A command line of more than 512 octets is beyond RFC 4954 §4: two steps are the way.
	c = realSMTP(t, p.Submission)
	if r := c.Login(t.Context(), mail.XOAUTH2(mailbox, longToken)); r.Outcome != mail.RefusedDirectly || r.Status != "500" || r.Code != "5.5.2" {
		t.Errorf("long line: %+v", r)
	}
	_ = c.Close()
	c = realSMTP(t, p.Submission)
	if r := c.Login(t.Context(), mail.XOAUTH2(mailbox, longToken).InTwoSteps()); r.Outcome != mail.Accepted {
		t.Errorf("long response: %+v", r)
	}
	_ = c.Close()
}

func TestPostfix(t *testing.T) {
	t.Parallel()
	p := peers(t)
	c := realSMTP(t, p.Postfix)
	if r, err := c.MailFrom(t.Context(), mailbox); err != nil || !r.OK() {
		t.Errorf("Postfix refuses before RCPT: %s, %v", r, err) // what MaySend is for
	}
	_, _ = c.Command(t.Context(), "RSET")
	if may, r, err := c.MaySend(t.Context(), mailbox, other); may || err != nil || !r.Permanent() {
		t.Errorf("mail without login: %s, %v", r, err)
	}
	_ = c.Close()
	c = realSMTP(t, p.Postfix)
	if r := c.Login(t.Context(), mail.XOAUTH2(mailbox, "expired")); r.Outcome != mail.RefusedByChallenge || r.Status != "535" || r.Failure == nil {
		t.Errorf("expired: %+v", r)
	}
	if r := c.Login(t.Context(), mail.XOAUTH2(mailbox, token)); r.Outcome != mail.Accepted {
		t.Errorf("%+v", r)
	}
	if may, r, err := c.MaySend(t.Context(), mailbox, other); !may || err != nil {
		t.Errorf("mail with login: %s, %v", r, err)
	}
	for _, send := range []func() (mail.SMTPReply, error){
		func() (mail.SMTPReply, error) { return c.MailFrom(t.Context(), mailbox) },
		func() (mail.SMTPReply, error) { return c.RcptTo(t.Context(), other) },
		func() (mail.SMTPReply, error) {
			return c.Data(t.Context(), []byte("Subject: essai\r\n\r\nbonjour\r\n"))
		},
	} {
		if r, err := send(); err != nil || !r.OK() {
			t.Errorf("%s, %v", r, err)
		}
	}
	_, _ = c.Quit(t.Context())
	_ = c.Close()
}
