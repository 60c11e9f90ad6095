package mta

import (
	"crypto/tls"
	"fmt"
	"strings"
	"sync"

	"etalon/internal/bench"
	"etalon/internal/mssante"
	"etalon/internal/pki"
)

// Conduct is how a neighbour takes mail; the zero one is honest.
type Conduct struct {
	// NoTLS offers no STARTTLS; OldTLS speaks TLS 1.1 at most.
	NoTLS, OldTLS bool
}

// NeighbourConfig is what a neighbour is started with.
type NeighbourConfig struct {
	// Domain is that whose mail it takes, Listen where, host:port.
	Domain, Listen string
	Credential     pki.Credential
	Conduct        Conduct
}

// Neighbour is an operator that the harness plays: it takes all mail for its domain, whoever sends it, and remembers all
// that was said.
type Neighbour struct {
	config NeighbourConfig
	server *server
	inside *tls.Config

	mu       sync.Mutex
	sessions map[int]*Visit
	changed  chan struct{} // closed at each change, and made anew
	orders   map[string]*Order
}

// Order has a neighbour answer RCPT for one recipient so, the next times.
type Order struct {
	Code           int
	Enhanced, Text string
	Times          int // how often; always when zero
}

// StartNeighbour starts a neighbour. It refuses an address that is taken.
func StartNeighbour(c NeighbourConfig) (*Neighbour, error) {
	n := &Neighbour{config: c, sessions: map[int]*Visit{}, changed: make(chan struct{}), orders: map[string]*Order{}}
	n.inside = pki.ServerConfig(c.Credential, bench.Wall, nil)
	n.inside.ClientAuth = tls.RequestClientCert
	if c.Conduct.OldTLS {
		pki.SpeakOld(n.inside, tls.VersionTLS10)
		n.inside.MaxVersion = tls.VersionTLS11
	}
	var err error
	if n.server, err = serve(c.Listen, "mx."+c.Domain, n); err != nil {
		return nil, fmt.Errorf("start neighbour %s: %w", c.Domain, err)
	}
	return n, nil
}

// Address is where it takes mail, host:port.
func (n *Neighbour) Address() string { return n.server.port.Addr().String() }

// Close ends it.
func (n *Neighbour) Close() error { return n.server.Close() }

// Answer has it answer for a recipient as it is told.
func (n *Neighbour) Answer(recipient string, o Order) {
	n.mu.Lock()
	defer n.mu.Unlock()
	n.orders[strings.ToLower(recipient)] = &o
}

// offers implements office.
func (n *Neighbour) offers() []string {
	return []string{"8BITMIME", "DSN", "ENHANCEDSTATUSCODES", fmt.Sprintf("SIZE %d", maxMessage)}
}

// security implements office.
func (n *Neighbour) security() *tls.Config {
	if n.config.Conduct.NoTLS {
		return nil
	}
	return n.inside
}

// bare implements office.
func (n *Neighbour) bare() bool { return false }

// mail implements office: whoever sends is let in, and judged by what the journal holds.
func (n *Neighbour) mail(s *session) *reply {
	n.note(s, func(v *Visit) { v.Mails = append(v.Mails, Mail{From: *s.from, With: s.with}) })
	return nil
}

// rcpt implements office.
func (n *Neighbour) rcpt(s *session, to recipient) *reply {
	answer := n.ordered(to.address)
	if answer == nil && !mssante.SameDomain(mssante.DomainOf(to.address), n.config.Domain) {
		answer = &reply{550, "5.7.1", "Relay access denied"}
	}
	n.note(s, func(v *Visit) {
		m := v.last()
		m.To = append(m.To, Recipient{to.address, to.with, answer.ok()})
	})
	return answer
}

// ordered is the answer for a recipient that was ordered, if one is left.
func (n *Neighbour) ordered(recipient string) *reply {
	n.mu.Lock()
	defer n.mu.Unlock()
	o := n.orders[strings.ToLower(recipient)]
	if o == nil {
		return nil
	}
	answer := &reply{o.Code, o.Enhanced, o.Text}
	if o.Times--; o.Times == 0 {
		delete(n.orders, strings.ToLower(recipient))
	}
	return answer
}

// data implements office.
func (n *Neighbour) data(s *session, raw []byte, whole bool) reply {
	n.note(s, func(v *Visit) {
		m := v.last()
		m.Data, m.Whole = raw, whole
	})
	return reply{250, "2.0.0", "Ok: taken"}
}

// noted implements office.
func (n *Neighbour) noted(s *session) { n.note(s, nil) }
