// Package mailtest puts up, for tests, a mail operator of software that nobody here wrote: Dovecot for IMAP, submission and
// authentication, Postfix for submission and delivery, set as an MSSanté operator sets them that takes the tokens of Pro
// Santé Connect, honest or with one wrong setting at a time.
//
// It judges nothing, and no program imports it.
package mailtest

import (
	"embed"
	"slices"
	"testing"

	"etalon/internal/bench/peertest"
	"etalon/internal/candidate"
	"etalon/internal/mssante"
	"etalon/internal/oidc"
	"etalon/internal/pki"
)

//go:embed files
var files embed.FS

// Site is what an operator is told.
type Site struct {
	Host string // published name
	// Domain is that of the mailboxes, the only one to which mail may be sent.
	Domain    string
	Mailboxes []candidate.Mailbox
	Size      int // of a message; candidate.DefaultMessageSize when zero
	// Credential is the TLS certificate with its key; Roots are the authorities of Pro Santé Connect, in PEM.
	Credential pki.Credential
	Roots      []byte
	// Clients are the authorities of client certificates and their revocation lists, in PEM; without any, no certificate
	// opens a mailbox.
	Clients []byte
	// Check is how tokens are checked, at PSC, by the name and secret of Client; Vendors are the programs (azp) of which
	// tokens are taken where their signature is read.
	Check   mssante.TokenCheck
	PSC     oidc.Discovery
	Client  candidate.PSCClient
	Vendors []string
	// Wrong are the settings that are not as they should be, of Settings.
	Wrong []string
}

// settings are the wrong ones, with what they open.
var settings = map[string]string{
	"any-domain":          "mail leaves for any domain",
	"any-kind":            "an ID token opens a mailbox, whatever its scope",
	"any-level":           "a token of any level opens a mailbox",
	"cached":              "what was found once is believed for an hour",
	"certificate-unbound": "any certificate of the authority opens the application's mailbox",
	"clear-text":          "login without TLS",
	"crl-unchecked":       "revoked certificates",
	"delegation-unread":   "whoever has a token opens a mailbox of an organisation",
	"domain-unread":       "the domain of the user is not read",
	"down-is-good":        "introspection that fails counts as success",
	"dsn-unannounced":     "delivery reports are not offered",
	"issuer-unchecked":    "the issuer of a token is not read",
	"one-session":         "one session at a time",
	"open-relay":          "mail without login, to anywhere, from every address that is trusted",
	"password":            "passwords",
	"person-unbound":      "any token opens any mailbox",
	"psc-unchecked":       "the certificate of Pro Santé Connect is not read",
	"scope-unchecked":     "the scope of a token is not read",
	"sender-unbound":      "any address as sender",
	"small":               "messages of one mebibyte at most",
	"smuggling":           "lines that end with LF alone",
	"suspended-open":      "a suspended mailbox opens",
	"tls-1.0":             "TLS 1.0 and 1.1",
	"token-in-address":    "introspection by GET",
	"weak-suites":         "cipher suites without forward secrecy, or without encryption",
}

// Operator is a Dovecot and a Postfix that run until the test ends.
type Operator struct {
	t    testing.TB
	site Site
	Dir  string
	// IMAP and Submission are Dovecot's addresses, Postfix is that of its own submission, over Dovecot's authentication.
	IMAP, Submission, Postfix string
	// IMAPS, Submissions and SMTPS are where TLS begins at once, in the same order.
	IMAPS, Submissions, SMTPS string
	dovecot, postfix          *peertest.Process
}

// Start starts an operator. It leaves the test out where Dovecot or Postfix is missing, except on continuous integration.
func Start(t testing.TB, site Site) *Operator {
	t.Helper()
	need(t, "dovecot", "/usr/lib/dovecot/imap", "/usr/lib/dovecot/submission", "postfix")
	for _, name := range site.Wrong {
		if settings[name] == "" {
			t.Fatalf("no setting %q", name)
		}
	}
	if site.Size == 0 {
		site.Size = candidate.DefaultMessageSize
	}
	if slices.Contains(site.Wrong, "small") {
		site.Size = 1 << 20
	}
	o := &Operator{t: t, site: site, Dir: folder(t)}
	f := o.facts()
	o.IMAP, o.Submission, o.Postfix = at(f.IMAP), at(f.Submission), at(f.Postfix)
	o.IMAPS, o.Submissions, o.SMTPS = at(f.IMAPS), at(f.Submissions), at(f.SMTPS)
	o.write(f)
	o.startDovecot()
	o.postfix = startPostfix(t, o.Dir) // and ended first: Dovecot waits for those who ask it about logins
	for _, address := range []string{o.IMAP, o.Submission} {
		o.dovecot.Listening(t, address)
	}
	for _, address := range []string{o.Postfix, at(f.Relay)} {
		o.postfix.Listening(t, address)
	}
	if site.Check.Reads() {
		o.followKeys()
	}
	return o
}
