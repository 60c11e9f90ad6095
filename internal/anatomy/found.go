package anatomy

import (
	"bytes"
	"net/http"
	"net/textproto"
	"net/url"
	"strings"

	"etalon/internal/interops"
	"etalon/internal/saml"
	"etalon/internal/soap"
	"etalon/internal/sso"
	"etalon/internal/verdict"
)

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
