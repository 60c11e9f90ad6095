package candidate

import (
	"fmt"
	"net"
	"net/netip"
	"slices"
	"strings"
	"time"

	"etalon/internal/interops"
	"etalon/internal/mssante"
)

// MSSOperator is the interface of an MSSanté operator with the others: SMTP on mutual TLS, under the white list.
type MSSOperator struct {
	// Address is host:port; TLS begins there by STARTTLS.
	Address string `json:"address"`
	// Domains are those that the white list has for the operator; those of its mailboxes unless told otherwise.
	Domains []string `json:"domains,omitzero"`
	// Subject is that of its certificate, as the white list has it; the sample operator's unless told otherwise.
	Subject string `json:"subject,omitzero"`
	// Mailbox is that to which the neighbours write, and that writes to them; mssante.recipient unless told otherwise.
	Mailbox string `json:"mailbox,omitzero"`
	// Read returns what arrived in a mailbox, Send sends a message from it; nil when that cannot be done.
	Read *Driver `json:"read,omitzero"`
	Send *Driver `json:"send,omitzero"`
	// Retry is after how long at most a message that was refused for now is tried again, Lifetime after how long one that
	// cannot be handed over is returned. Retry is set after Load; Lifetime is zero when it is not declared.
	Retry      interops.Duration `json:"retry,omitzero"`
	Lifetime   interops.Duration `json:"lifetime,omitzero"`
	Neighbours NeighboursAt      `json:"neighbours,omitzero"`
	WhiteList  PublishedList     `json:"white_list,omitzero"`
}

// NeighboursAt is where the harness plays the other operators.
type NeighboursAt struct {
	// Listen is the address and port of the first; on loopback the others have the next addresses and the same port, else
	// the next ports. Port 0 is any free one.
	Listen string `json:"listen,omitzero"`
	// DNS is where their records are served.
	DNS string `json:"dns,omitzero"`
}

// Behind is where the next neighbour is: on loopback at the next address and the same port, else at the next port.
func (NeighboursAt) Behind(at netip.AddrPort) netip.AddrPort {
	if at.Addr().Is4() && at.Addr().IsLoopback() {
		return netip.AddrPortFrom(at.Addr().Next(), at.Port())
	}
	return netip.AddrPortFrom(at.Addr(), at.Port()+1)
}

// PublishedList is where the harness publishes the white list.
type PublishedList struct {
	Listen string `json:"listen,omitzero"`
	// Period is how often the operator reads it; a day unless told otherwise.
	Period interops.Duration `json:"period,omitzero"`
}

// The addresses of the harness around an operator, unless told otherwise: an operator is configured once.
const (
	FixedNeighbours = "127.0.0.1:8525"
	FixedWhiteList  = "127.0.0.1:8526"
	FixedDNS        = "127.0.0.1:8553"
)

// MailboxPlace is where a driver that reads wants the address of the mailbox.
const MailboxPlace = "${boite}"

// The waits of an operator that declares none: RFC 5321 §4.5.4.1 has half an hour.
const (
	defaultRetry  = 30 * time.Minute
	defaultPeriod = 24 * time.Hour
)

// Neighbour is an operator that the harness plays around a candidate.
type Neighbour struct {
	// Name is the first word of its domain.
	Name string
	// Listed is the organism whose subject the white list has for its domain; "" when the list does not have it.
	Listed string
	// Shows is the credential that it shows.
	Shows string
	// NoTLS offers no STARTTLS; OldTLS speaks TLS 1.1 at most.
	NoTLS, OldTLS bool
}

// neighbourSpace is under what all neighbours have their domains.
const neighbourSpace = ".test.invalid"

// Domain is the domain of its mailboxes, and Host the name of its server.
func (n Neighbour) Domain() string { return n.Name + neighbourSpace }

// Host is the name of its server.
func (n Neighbour) Host() string { return "mx." + n.Domain() }

// Neighbours are all of them, the honest one first.
func Neighbours() []Neighbour {
	const tls = "/tls"
	return []Neighbour{
		{Name: "voisin", Listed: NeighbourOrganism, Shows: NeighbourOrganism + tls},
		{Name: "second", Listed: SecondOrganism, Shows: SecondOrganism + tls},
		{Name: "inconnu", Shows: UnlistedOrganism + tls},
		{Name: "sans-tls", Listed: NeighbourOrganism, NoTLS: true, Shows: NeighbourOrganism + tls},
		{Name: "expire", Listed: NeighbourOrganism, Shows: NeighbourOrganism + tls + "~expired"},
		{Name: "etranger", Listed: NeighbourOrganism, Shows: NeighbourOrganism + tls + "~unknown-ca"},
		{Name: "tls11", Listed: NeighbourOrganism, OldTLS: true, Shows: NeighbourOrganism + tls},
		{Name: "autre-sujet", Listed: NeighbourOrganism, Shows: UnlistedOrganism + tls},
		{Name: "detourne", Listed: SecondOrganism, Shows: NeighbourOrganism + tls},
	}
}

// mssOperator checks and completes it.
func (l *loading) mssOperator(m *MSSOperator) {
	at := func(keys ...string) []string { return append([]string{"roles", string(RoleMSSOperator)}, keys...) }
	l.notOurs("tcp://"+m.Address, at("address")...)
	m.complete(l.out.MSSante)
	for _, where := range []struct {
		address string
		key     []string
	}{
		{m.Neighbours.Listen, at("neighbours", "listen")}, {m.Neighbours.DNS, at("neighbours", "dns")}, {m.WhiteList.Listen, at("white_list", "listen")},
	} {
		l.notOurs("tcp://"+where.address, where.key...)
		if _, port, _ := net.SplitHostPort(where.address); port != "0" && where.address == m.Address {
			l.report(trouble{say("une adresse qui ne soit pas celle du candidat", "an address that is not the candidate's"),
				say("address la prend déjà : changez l'une des deux.", "address already takes it: change one of the two.")}, where.key...)
		}
	}
	if domain := mssante.DomainOf(m.Mailbox); !slices.ContainsFunc(m.Domains, func(d string) bool { return mssante.SameDomain(d, domain) }) {
		l.report(trouble{say("une boîte d'un des domaines de l'opérateur (%s)", "a mailbox of one of the operator's domains (%s)", strings.Join(m.Domains, ", ")),
			say("Corrigez mailbox, ou ajoutez %s à domains.", "Correct mailbox, or add %s to domains.", domain)}, at("mailbox")...)
	}
	for i, d := range m.Domains {
		if slices.ContainsFunc(Neighbours(), func(n Neighbour) bool { return mssante.SameDomain(n.Domain(), d) }) {
			l.report(trouble{say("un domaine qui ne soit pas d'un voisin que joue l'étalon", "a domain that is not of a neighbour that the harness plays"),
				say("Choisissez-en un autre que %s.", "Choose another than %s.", d)}, at("domains", fmt.Sprint(i))...)
		}
	}
	for name, d := range map[string]*Driver{"read": m.Read, "send": m.Send} {
		if d != nil && d.HTTP != nil {
			l.notOurs(d.HTTP.URL, at(name, "http", "url")...)
		}
	}
}

// complete sets what the file leaves out.
func (m *MSSOperator) complete(shared *MSSante) {
	if len(m.Domains) == 0 {
		for _, b := range shared.Mailboxes {
			if d := strings.ToLower(mssante.DomainOf(b.Address)); !slices.Contains(m.Domains, d) {
				m.Domains = append(m.Domains, d)
			}
		}
	}
	if m.Subject == "" {
		m.Subject = OperatorSubject
	}
	if m.Mailbox == "" {
		m.Mailbox = shared.Recipient
	}
	for _, d := range []struct {
		driver *Driver
		method string
	}{{m.Read, "GET"}, {m.Send, "POST"}} {
		if d.driver != nil {
			*d.driver = d.driver.complete(d.method, IdentityNone)
		}
	}
	if m.Retry.Duration == 0 {
		m.Retry.Duration = defaultRetry
	}
	if m.WhiteList.Period.Duration == 0 {
		m.WhiteList.Period.Duration = defaultPeriod
	}
	for _, a := range []struct {
		address  *string
		standing string
	}{{&m.Neighbours.Listen, FixedNeighbours}, {&m.Neighbours.DNS, FixedDNS}, {&m.WhiteList.Listen, FixedWhiteList}} {
		switch *a.address {
		case "":
			*a.address = a.standing
		case "auto":
			*a.address = "127.0.0.1:0"
		}
	}
}
