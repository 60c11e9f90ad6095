package anatomy

import (
	"crypto/sha256"
	"crypto/x509"
	"encoding/hex"
	"encoding/json"
	"slices"
	"time"

	"github.com/beevik/etree"

	"etalon/internal/interops"
	"etalon/internal/pki"
	"etalon/internal/saml"
	"etalon/internal/soap"
	"etalon/internal/sso"
	"etalon/internal/verdict"
)

// Knowledge is what is known of the world in which exchanges happen. What is not known is not judged: the zero value judges
// nothing but whether signatures are those of the keys that they bring along.
type Knowledge struct {
	Convention *interops.Convention
	Profile    *interops.Profile
	// Roots are the TEST authorities, Recognised the candidate's own that are recognised beside them.
	Roots, Recognised []*x509.Certificate
	// Keys are those by which tokens are signed.
	Keys []Key
}

// World names the convention, the profile and the authorities in force, these by their names and keys: a message of another
// world is not judged by them.
func (k Knowledge) World() string {
	h := sha256.New()
	_ = json.NewEncoder(h).Encode([]any{k.Convention, k.Profile})
	for _, c := range append(k.Roots[:len(k.Roots):len(k.Roots)], k.Recognised...) {
		h.Write(c.RawSubject)
		h.Write(c.RawSubjectPublicKeyInfo)
	}
	return hex.EncodeToString(h.Sum(nil)[:16])
}

// Circumstance is how a message came about.
type Circumstance struct {
	Mode interops.Mode
	// Sender and Receiver are the names of the organisms; empty when unknown: the receiver is then the one whom the message is
	// for, by its audience or else by the certificate of the server.
	Sender, Receiver string
	// Wall and Now are when it happened, by the clock of certificates and by that of the protocol.
	Wall, Now time.Time
	// Client is the certificate that opened the link, Server that which answered; nil when it is not known.
	Client, Server *x509.Certificate
	// Address is the whole address to which the message went; empty when it is not known.
	Address string
	// Violates is the requirement that the message breaks on purpose; empty when it is honest, or nobody knows.
	Violates string
	// Recorded are the findings of who took the message.
	Recorded []verdict.Finding
}

// judge has each document and token judged, and files what was found when the message came.
func (k Knowledge) judge(l *Layers, m Message) {
	for i := range l.Documents {
		d := &l.Documents[i]
		d.company(l.HTTP)
		d.spread(k.Profile)
		stands(d.Parts, m.Mode, d.protocol)
		if p := d.part("tls-identity-other"); p != nil && m.Client != nil {
			p.Values = []Value{{"", short(pki.Subject(m.Client))}}
		}
		if m.Method == "" { // nobody asks anything of the envelope of an answer
			d.Parts = slices.DeleteFunc(d.Parts, func(p Part) bool { return p.Of == ofEnvelope })
		} else if k.Convention != nil && k.Profile != nil {
			k.verify(d, m)
		}
	}
	for i := range l.Tokens {
		l.Tokens[i].verify(k.Keys)
	}
	for _, f := range m.Recorded {
		l.file(f)
	}
	if m.Violates != "" {
		l.doubt(m.Violates)
	}
}

// doubt takes back that a part is in order that stands for a requirement which is broken on purpose, where no departure from
// it was found: what is known here does not show the fault.
func (l *Layers) doubt(requirement string) {
	var fine []*Part
	for i := range l.Documents {
		for j := range l.Documents[i].Parts {
			p := &l.Documents[i].Parts[j]
			if slices.ContainsFunc(p.Findings, func(f verdict.Finding) bool { return f.Requirement == requirement }) {
				return
			}
			if p.State == Fine && slices.Contains(p.Requirements, requirement) {
				fine = append(fine, p)
			}
		}
	}
	for _, p := range fine {
		p.State = Unjudged
	}
}

// company notes what came beside a protocol message.
func (d *Document) company(h *HTTP) {
	if h == nil || d.Place != PlaceForm && d.Place != PlaceQuery {
		return
	}
	for _, p := range h.Parameters {
		switch {
		case p.Place != d.Place:
		case p.Name == sso.ParameterRelayState:
			d.relay = p.Value
		case p.Name == "SigAlg":
			d.sigAlg = p.Value
		}
	}
}

// verify has the judge of the mode look at a document, as whoever receives it would.
func (k Knowledge) verify(d *Document, m Message) {
	if m.Receiver == "" {
		m.Receiver = k.addressee(d, m)
	}
	x := saml.Expectation{
		Convention: k.Convention, Profile: k.Profile, Mode: m.Mode, Provider: m.Receiver, Now: m.Now, TLSPeer: m.Client,
		Trust: func(chain []*x509.Certificate, _ time.Time) []pki.PathError {
			trust := pki.Trust{Roots: append(k.Roots[:len(k.Roots):len(k.Roots)], k.Recognised...)}
			return trust.Verify(chain, pki.UsageSignature, m.Wall)
		},
	}
	switch {
	case m.Mode == interops.ModeA && d.Place == PlaceBody:
		judged := soap.Verify(soap.Incoming{Method: m.Method, ContentType: m.Media, Query: query(m.Target), Raw: m.Raw}, x)
		d.judged(judged.Findings, func(p Part) bool { return k.envelopeKnown(d, p, judged, m) })
	case (m.Mode == interops.ModeP || m.Mode == interops.ModeS) && (d.Root == "Response" || d.Name == sso.ParameterResponse):
		judged := k.response(d, m, x)
		d.judged(judged.Findings, func(p Part) bool { return responseKnown(d, p, judged, m) })
	case d.doc != nil && d.vi == d.doc.Root():
		judged := saml.Verify(d.doc.Root(), []*etree.Element{d.doc.Root()}, x)
		d.judged(judged.Findings, func(p Part) bool { return viKnown(p, judged.Findings, m) })
	}
}

// addressee is the organism that a message is for: that of the service whose audience it names, else that of the server, else
// that of the sender's first project in the mode.
func (k Knowledge) addressee(d *Document, m Message) string {
	opened := slices.DeleteFunc(k.Convention.Opened(), func(p interops.Project) bool { return p.Mode != m.Mode || m.Sender != "" && p.Client != m.Sender })
	for _, restriction := range saml.Decode(d.vi, k.Profile).Audiences {
		for _, p := range opened {
			if slices.ContainsFunc(p.Services, func(s interops.Service) bool { return slices.Contains(restriction, s.Audience) }) {
				return p.Provider
			}
		}
	}
	if m.Server != nil {
		for _, h := range k.Holders(m.Server, m.Now) {
			return h.Organism
		}
	}
	if len(opened) > 0 && m.Sender != "" {
		return opened[0].Provider
	}
	return ""
}
