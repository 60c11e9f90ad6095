package mta

import (
	"crypto/sha256"
	"crypto/tls"
	"crypto/x509"
	"fmt"
	"net"
	"slices"
	"strconv"

	"etalon/internal/bench"
	"etalon/internal/mssante"
	"etalon/internal/pki"
)

// offers implements office.
func (o *Operator) offers() []string {
	return []string{"8BITMIME", "DSN", "ENHANCEDSTATUSCODES", "SIZE " + strconv.Itoa(o.policy.size)}
}

// security implements office.
func (o *Operator) security() *tls.Config {
	if o.policy.in.noTLS {
		return nil
	}
	return o.inside
}

// bare implements office.
func (o *Operator) bare() bool { return o.policy.in.bare }

// noted implements office.
func (o *Operator) noted(*session) {}

// denied is a refusal by policy.
func denied(text string, args ...any) *reply {
	return &reply{550, "5.7.1", fmt.Sprintf(text, args...)}
}

// mail implements office: who is there, for which domain it speaks, and how great the message is (MTA-02 to MTA-09, MTA-27).
func (o *Operator) mail(s *session) *reply {
	p := o.policy.in
	if s.state == nil {
		if p.clearMail {
			return nil
		}
		return &reply{530, "5.7.0", "Must issue a STARTTLS command first"}
	}
	cert, refused := o.peer(s)
	if refused != nil {
		return refused
	}
	if cert != nil {
		if refused := o.speaks(cert, *s.from); refused != nil {
			return refused
		}
	}
	if s.announced() > o.policy.size && !p.anySize {
		return &reply{552, "5.3.4", "Message size exceeds the limit"}
	}
	return nil
}

// peer judges the certificate of who is there; nil where none is needed.
func (o *Operator) peer(s *session) (*x509.Certificate, *reply) {
	p := o.policy.in
	chain := s.state.PeerCertificates
	if len(chain) == 0 {
		if p.noCertificate {
			return nil, nil
		}
		return nil, denied("A client certificate is required")
	}
	if troubles := overlooked(o.trust.Verify(chain, pki.UsageClient, bench.Wall()), p.overlooks); len(troubles) > 0 {
		return nil, denied("The client certificate is refused: %s", troubles[0].Kind)
	}
	return chain[0], nil
}

// speaks wants a certificate to be the listed one of the sender's domain; of any domain for the null sender.
func (o *Operator) speaks(cert *x509.Certificate, from string) *reply {
	p, list := o.policy.in, o.listed()
	if from == "" && p.noNull {
		return denied("The null sender is refused")
	}
	entries := list.Domains
	if domain := mssante.DomainOf(from); from != "" {
		entries = o.entries(domain)
		if len(entries) == 0 && !p.unlisted {
			return denied("Domain %s is not in the white list", domain)
		}
		if !o.pinned(domain, cert) {
			return denied("The certificate of %s is not the known one", domain)
		}
		if p.anyDomain || len(entries) == 0 {
			entries = list.Domains
		}
	}
	if p.anyName || from == "" && p.anyNull || slices.ContainsFunc(entries, func(e mssante.ListedDomain) bool { return pki.Bears(cert, e.Operator) }) {
		return nil
	}
	return denied("Certificate %s is not the listed one", pki.Subject(cert))
}

// pinned tells whether a domain shows the certificate that it showed first; always, but for who pins.
func (o *Operator) pinned(domain string, cert *x509.Certificate) bool {
	if !o.policy.in.pinned {
		return true
	}
	o.mu.Lock()
	defer o.mu.Unlock()
	digest := fmt.Sprintf("%x", sha256.Sum256(cert.Raw))
	if o.pins[domain] == "" {
		o.pins[domain] = digest
	}
	return o.pins[domain] == digest
}

// rcpt implements office (MTA-10, MTA-11).
func (o *Operator) rcpt(s *session, to recipient) *reply {
	p := o.policy.in
	switch {
	case o.deferred(*s.from, to.address):
		return &reply{451, "4.7.1", "Come again later"}
	case !o.local(mssante.DomainOf(to.address)):
		if !p.relays {
			return denied("Relay access denied")
		}
	case !o.has(to.address) && !p.swallows:
		return &reply{550, "5.1.1", "No such mailbox here"}
	}
	return nil
}

// oldSize is the limit of an operator that never raised it.
const oldSize = 1 << 20

// data implements office (MTA-26 to MTA-36).
func (o *Operator) data(s *session, raw []byte, whole bool) reply {
	p := o.policy.in
	switch {
	case !p.anySize && (!whole || len(raw) > o.policy.size), p.smallSize && len(raw) > oldSize:
		return reply{552, "5.3.4", "Message size exceeds the limit"}
	case hops(raw) >= maxHops && !p.loops:
		return reply{554, "5.4.6", "Too many hops"}
	case infected(raw) && !p.malware:
		return *denied("The message carries malware")
	}
	if p.rewrite != nil {
		raw = p.rewrite(raw)
	}
	if !p.noTrace {
		raw = append([]byte(o.trace(s)), raw...)
	}
	for _, to := range s.to {
		if refused := o.take(s, to, raw); refused != nil {
			return *refused
		}
	}
	return reply{250, "2.0.0", "Ok: taken"}
}

// take delivers a message to one recipient, or sends it on, and reports to the sender what it asked for.
func (o *Operator) take(s *session, to recipient, raw []byte) *reply {
	full := &reply{452, "4.3.1", "Insufficient system storage"}
	if !o.local(mssante.DomainOf(to.address)) {
		if o.enqueue(Message{From: *s.from, To: to.address, Raw: raw}) != nil {
			return full
		}
		return nil
	}
	if o.has(to.address) && !o.deliver(to.address, raw) {
		return full
	}
	if *s.from != "" && to.notify("SUCCESS") && !o.policy.in.noReport {
		_ = o.enqueue(Message{To: *s.from, Raw: o.notice(notice{to: *s.from, about: to.address, action: "delivered", status: "2.0.0", original: raw})})
	}
	return nil
}

// trace is the Received field of the operator (RFC 5321 §4.4, RFC 8314 §4.3).
func (o *Operator) trace(s *session) string {
	host, _, _ := net.SplitHostPort(s.conn.RemoteAddr().String())
	with, under := "ESMTP", ""
	if s.state != nil {
		with, under = "ESMTPS", fmt.Sprintf("\r\n (using %s with cipher %s)", tls.VersionName(s.state.Version), tls.CipherSuiteName(s.state.CipherSuite))
	}
	return fmt.Sprintf("Received: from %s ([%s])%s\r\n by %s with %s id %d; %s\r\n", s.hello, host, under, o.config.Host, with, o.next(),
		o.config.Bench.Clock.Now().Format("Mon, 02 Jan 2006 15:04:05 -0700"))
}
