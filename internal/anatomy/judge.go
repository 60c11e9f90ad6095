package anatomy

import (
	"bytes"
	"crypto/sha256"
	"crypto/x509"
	"encoding/hex"
	"encoding/json"
	"net/http"
	"net/textproto"
	"net/url"
	"slices"
	"strings"
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
		stands(d.Parts, m.Mode)
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
	opened := slices.DeleteFunc(k.Convention.Opened(), func(p interops.Project) bool { return p.Mode != m.Mode || p.Client != m.Sender })
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
	if len(opened) > 0 {
		return opened[0].Provider
	}
	return ""
}

// judged files findings, and tells of each part of which the judge knew enough that it was judged.
func (d *Document) judged(findings []verdict.Finding, known func(Part) bool) {
	for i := range d.Parts {
		if known(d.Parts[i]) {
			d.Parts[i].State = Fine
		}
	}
	for _, f := range findings {
		p := d.part(f.Rule)
		if p == nil || p.State == Unjudged && p.Name == "inresponseto" { // who asked knows what was asked
			continue
		}
		p.add(f)
	}
}

// envelopeKnown tells whether the judge of mode A could judge a part.
func (k Knowledge) envelopeKnown(d *Document, p Part, judged soap.Judged, m Message) bool {
	switch {
	case judged.Document == nil || judged.SOAP == "": // nothing more was read
		return p.Name == "xml" || p.Name == "http" || d.Trouble == "" && p.Name == "envelope"
	case p.Of == ofVI:
		return viKnown(p, judged.Findings, m)
	case p.Of != ofEnvelope:
		return false
	case p.Name == "message-signature": // judged where it is agreed
		return len(p.Values) == 0 || judged.Project.MessageSignature
	}
	return true
}

// response judges a Response as its receiver does, with what may be known of it.
func (k Knowledge) response(d *Document, m Message, x saml.Expectation) sso.Judged {
	e := sso.Expectation{Expectation: x, ACS: m.Address}
	if e.ACS == "" && d.doc != nil {
		e.ACS = d.doc.Root().SelectAttrValue("Destination", "")
	}
	if d.Place == PlaceHeader {
		e.Transport, e.Header = sso.TransportHeader, d.Name
	}
	in := sso.Incoming{Method: m.Method, Query: query(m.Target), Header: headers(m.Head), Raw: m.Raw}
	return sso.Verify(in, e)
}

// responseKnown tells whether the judge of a Response could judge a part.
func responseKnown(d *Document, p Part, judged sso.Judged, m Message) bool {
	switch {
	case !bytes.Equal(judged.Response, d.place.xml): // another was read, or none
		return p.Of == ofResponse && p.Name == "transport"
	case p.Of == ofVI:
		return viKnown(p, judged.Findings, m)
	case p.Of != ofResponse:
		return false
	case d.doc == nil:
		return p.Name == "transport" || p.Name == "xml"
	case d.Root != "Response": // nothing more was read
		return p.Name == "response" || p.Name == "transport"
	case p.Name == "destination":
		return m.Address != ""
	case p.Name == "inresponseto":
		return m.Mode == interops.ModeP
	case p.Name == "relaystate": // which addresses are its own is known to the receiver alone
		return len(p.Values) == 0
	}
	return true
}

// viKnown tells whether the judge of a VI could judge a part of it.
func viKnown(p Part, findings []verdict.Finding, m Message) bool {
	if p.Name == "form" || p.Name == "wrapping" {
		return true
	}
	for _, f := range findings {
		if f.Rule == "assertion-namespace-other" { // nothing more was read
			return false
		}
	}
	return p.Name != "link" || m.Client != nil
}

// part is the one that a rule is about; nil when it is about none.
func (d *Document) part(rule string) *Part {
	var best *Part
	length := 0
	for i := range d.Parts {
		p := &d.Parts[i]
		for _, k := range kindsOf[p.Of] {
			if n := k.about(rule); k.name == p.Name && n > length {
				best, length = p, n
			}
		}
	}
	return best
}

// add notes a finding of a part, once.
func (p *Part) add(f verdict.Finding) {
	p.State = Departed
	for _, there := range p.Findings {
		if there.Rule == f.Rule && there.Got == f.Got {
			return
		}
	}
	p.Findings = append(p.Findings, f)
}

// file puts a finding where it belongs: to the first document that has such a part, or to the token.
func (l *Layers) file(f verdict.Finding) {
	for _, prefix := range []string{"jwt-", "psctoken-", "idtoken-", "token-"} {
		if strings.HasPrefix(f.Rule, prefix) && !strings.HasPrefix(f.Rule, "token-reference-") && len(l.Tokens) > 0 {
			l.Tokens[0].Findings = append(l.Tokens[0].Findings, f)
			return
		}
	}
	for i := range l.Documents {
		if p := l.Documents[i].part(f.Rule); p != nil {
			p.add(f)
			return
		}
	}
}

// query is that of an address.
func query(target string) url.Values {
	_, written, _ := strings.Cut(target, "?")
	values, err := url.ParseQuery(written)
	if err != nil {
		return nil
	}
	return values
}

// headers are those of a head, of the first that may be read.
func headers(head string) http.Header {
	h := http.Header{}
	for i, line := range strings.Split(head, "\n") {
		if name, value, ok := strings.Cut(line, ":"); ok && i <= maxFields {
			h.Add(textproto.CanonicalMIMEHeaderKey(strings.TrimSpace(name)), strings.TrimSpace(value))
		}
	}
	return h
}
