package operator

import (
	"crypto/tls"
	"net"
	"slices"

	"etalon/internal/pki"
)

// Conduct is how an operator behaves towards a mail program under test, for the connections to come. The zero value is
// honest.
type Conduct struct {
	// Credential is presented in the place of the operator's own, unless it is empty.
	Credential pki.Credential
	// Oldest and Newest bound the versions of TLS; those of an honest operator when zero. With one below TLS 1.2 the suites
	// that it knows are taken too.
	Oldest, Newest uint16
	// HidesTLS does not offer STARTTLS, and does not know it; RefusesTLS offers it, and refuses it all the same. Both offer
	// XOAUTH2 in clear, as who stands in between and wants the token would.
	HidesTLS, RefusesTLS bool
	// Refuses tells which tokens get the error challenge of XOAUTH2 and a refusal, however good; none when nil.
	Refuses func(token string) bool
	// NoInitial does not offer SASL-IR: the response comes after the prompt (IMAP, RFC 4959).
	NoInitial bool
	// ShortLines answers 500 5.5.6 to a command of more than 512 octets (submission; RFC 4954 §4, RFC 5321 §4.5.3.1.4).
	ShortLines bool
	// Down drops every connection as it comes.
	Down bool
}

// shortLine is the longest command of a server that keeps to RFC 5321 §4.5.3.1.4.
const shortLine = 512

// Behave makes the operator behave so, over some protocols (IMAP, SMTP) or over both where none is named, for the
// connections to come; those that are open stay as they are.
func (o *Operator) Behave(c Conduct, over ...string) {
	o.mu.Lock()
	defer o.mu.Unlock()
	for _, p := range []protocol{imapLink, smtpLink} {
		if len(over) == 0 || slices.Contains(over, p.String()) {
			o.conduct[p] = c
		}
	}
}

// Cut drops every open connection, as a network that fails does.
func (o *Operator) Cut() {
	o.mu.Lock()
	open := slices.Clone(o.open)
	o.mu.Unlock()
	for _, l := range open {
		drop(l.Conn)
	}
}

// drop ends a connection by a TCP reset.
func drop(c net.Conn) {
	if tcp, ok := c.(interface{ SetLinger(int) error }); ok {
		_ = tcp.SetLinger(0)
	}
	_ = c.Close()
}

// Deliver puts a message into the INBOX of a mailbox, as if it came from elsewhere; false when there is no such mailbox, or
// no room.
func (o *Operator) Deliver(address string, message []byte) bool {
	b := o.store.find(address)
	return b != nil && o.store.deliver(b, message)
}

// settings are those of TLS on a link, as its conduct has them.
func (l *link) settings() *tls.Config {
	c := l.conduct
	if len(c.Credential.Chain) == 0 && c.Oldest == 0 && c.Newest == 0 {
		return l.operator.tls
	}
	settings := l.operator.tls.Clone()
	if len(c.Credential.Chain) > 0 {
		settings.Certificates, settings.GetCertificate = []tls.Certificate{c.Credential.TLS()}, nil
	}
	settings.MaxVersion = c.Newest
	if c.Oldest != 0 {
		pki.SpeakOld(settings, c.Oldest)
	}
	return settings
}

// refuses tells that a login is refused by the conduct of its link.
func (l *link) refuses(token string) bool {
	return l.conduct.Refuses != nil && l.conduct.Refuses(token)
}
