package sso

import (
	"cmp"
	"crypto/x509"
	"strconv"

	"github.com/beevik/etree"

	"etalon/internal/interops"
	"etalon/internal/saml"
	"etalon/internal/verdict"
	"etalon/internal/xmlsec"
)

// Protocol is what the judgement of any protocol message between members tells.
type Protocol struct {
	Binding    Binding
	RelayState string
	// XML is the message as it was decoded; nil when the binding could not be undone.
	XML []byte
	// Organism is the one that Issuer names; zero when unknown.
	Organism interops.Organism
	// Verified tells that a trusted and listed key of Organism signed the whole message. It says nothing of dates,
	// addresses and content: those have findings.
	Verified bool
	// Signer is the certificate with which the signature was checked; nil when there was none.
	Signer   *x509.Certificate
	Findings []verdict.Finding
}

// member judges a protocol message between members.
type member struct {
	Circle
	requirement string
	opened      *opened
	root        *etree.Element
	service     interops.Service
	out         Protocol
}

// kind is one protocol message, as the judge knows it.
type kind struct {
	tag, parameter, requirement string
	content                     []place
	senders                     []interops.Quality
}

var (
	kindRequest = kind{"AuthnRequest", ParameterRequest, "S09", requestContent, []interops.Quality{interops.ServiceOperator}}
	kindLogout  = kind{"LogoutRequest", ParameterRequest, "D02", logoutContent, sessionHolders}
	kindAnswer  = kind{"LogoutResponse", ParameterResponse, "D06", answerContent, sessionHolders}
)

// sessionHolders are those who hold sessions that a logout closes.
var sessionHolders = []interops.Quality{interops.AuthenticationOperator, interops.ServiceOperator}

// begin opens a message and makes the checks that all kinds share; false when there is nothing more to judge.
func begin(in Incoming, c Circle, k kind, destination string) (*member, bool) {
	m := &member{Circle: c, requirement: k.requirement, opened: unbind(in, k.parameter)}
	m.out.Binding, m.out.RelayState, m.out.XML = m.opened.binding, m.opened.relayState, m.opened.raw
	m.reportAll(m.opened.departures)
	if n := len(m.opened.relayState); n > MaxRelayState {
		m.report("protocol-relaystate-too-long", "≤ "+strconv.Itoa(MaxRelayState), strconv.Itoa(n))
	}
	if m.root = m.opened.root; m.root == nil {
		return m, false
	}
	if !xmlsec.Is(m.root, NamespaceProtocol, k.tag) {
		m.report("protocol-other", k.tag, named(m.root))
		return m, false
	}
	m.reportAll(head(m.root, m.Now, m.Profile))
	if got := order(m.root, k.content); got != "" {
		m.report("protocol-malformed", k.tag, got)
	}
	switch got := xmlsec.Value(m.root, "Destination"); got {
	case destination:
	case "":
		m.report("protocol-destination-absent", destination, "")
	default:
		m.report("protocol-destination-other", destination, got) // S09-N4
	}
	m.issuer(k.senders)
	m.signature()
	return m, true
}

// issuer finds who speaks: a member in force that may send such a message.
func (m *member) issuer(senders []interops.Quality) {
	el := xmlsec.Child(m.root, saml.Namespace20, "Issuer")
	id := xmlsec.TrimmedText(el)
	o, service, known := m.Entity(id)
	switch {
	case el == nil || id == "":
		m.report("protocol-issuer-absent", "Issuer", "")
	case !known:
		m.report("protocol-issuer-unknown", "", id) // S09-N2, D02-N2
	default:
		m.out.Organism, m.service = o, service
		if !m.plays(o.Name, senders...) {
			m.report("protocol-issuer-outside", "", id) // D02-N2
		}
	}
}

// signature checks who signed, where the binding puts it (S09-N1, D02-N1).
func (m *member) signature() {
	before := len(m.out.Findings)
	l := &letter{root: m.root, profile: m.Profile}
	if m.opened.binding == BindingRedirect {
		m.reportAll(m.detached(l))
	} else {
		m.reportAll(l.sealed())
		l.complete(m.published())
	}
	m.reportAll(l.signer(m.out.Organism, m.Now, m.Trust))
	if len(l.chain) > 0 {
		m.out.Signer = l.chain[0]
	}
	m.out.Verified = len(m.out.Findings) == before && m.out.Organism.Name != ""
}

// published are the chains that the issuer published, none when it is unknown.
func (m *member) published() [][]*x509.Certificate {
	if m.Keys == nil || m.out.Organism.Name == "" {
		return nil
	}
	return m.Keys(m.out.Organism.Name)
}

// detached checks the signature of a Redirect with each key that its issuer published.
func (m *member) detached(l *letter) []departure {
	if len(m.opened.value) == 0 || m.opened.algorithm == "" {
		return []departure{{"signature-absent", "SigAlg Signature", ""}}
	}
	if m.out.Organism.Name == "" {
		return nil // nobody to check it against: that has its finding
	}
	faults := []departure{{"signer-other", m.out.Organism.Title(), ""}}
	for _, chain := range m.published() {
		if len(chain) == 0 {
			continue
		}
		found := xmlsec.VerifyDetached(m.opened.algorithm, policy(m.Profile), chain[0].PublicKey, []byte(m.opened.query), m.opened.value)
		if len(found) == 0 {
			l.chain = chain
			return nil
		}
		faults = faulty(found)
	}
	return faults
}

// reportAll adds departures that any kind of message can show.
func (m *member) reportAll(all []departure) {
	for _, d := range all {
		m.report("protocol-"+d.name, d.want, d.got)
	}
}

// report adds a finding under the requirement of its rule, or else that of the kind of message.
func (m *member) report(rule, want, got string) {
	requirement := cmp.Or(Rules[rule], m.requirement)
	if requirement == "S09" && m.Emitted {
		requirement = "S11" // the operator of a service asks, so as to be answered
	}
	m.out.Findings = append(m.out.Findings, verdict.Finding{
		Requirement: requirement, Rule: rule, Want: saml.Shorten(want), Got: saml.Shorten(got),
	})
}
