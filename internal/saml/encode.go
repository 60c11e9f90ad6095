package saml

import (
	"fmt"
	"time"

	"github.com/beevik/etree"
	schema "github.com/crewjam/saml"

	"etalon/internal/interops"
	"etalon/internal/xmlsec"
)

// Encode returns the unsigned assertion that says what the VI says. A zero field leaves its element or
// attribute out, so that deliberate omissions are told by the VI alone. The signature belongs after
// Issuer in SAML 2.0, last in SAML 1.1: see SignatureIndex. It fails on a version that is neither.
func Encode(vi interops.VI, p *interops.Profile) (*etree.Element, error) {
	switch vi.Version {
	case Version20:
		return encode20(vi, p), nil
	case Version11:
		return encode11(vi, p), nil
	}
	return nil, fmt.Errorf("encode VI: version %q is neither %q nor %q", vi.Version, Version20, Version11)
}

// SignatureIndex returns the place of the signature among the children of an assertion, as the schema
// of its version wants it.
func SignatureIndex(assertion *etree.Element) int {
	if assertion.NamespaceURI() == Namespace11 {
		return len(assertion.Child)
	}
	if issuer := xmlsec.Child(assertion, Namespace20, "Issuer"); issuer != nil {
		return issuer.Index() + 1
	}
	return 0
}

func encode20(vi interops.VI, p *interops.Profile) *etree.Element {
	a := etree.NewElement("saml2:Assertion")
	a.CreateAttr("xmlns:saml2", Namespace20)
	set(a, "ID", vi.ID)
	set(a, "Version", Version20)
	set(a, "IssueInstant", stamp(vi.IssueInstant))
	if vi.Issuer != "" {
		a.AddChild(prefixed((&schema.Issuer{Value: vi.Issuer}).Element()))
	}
	add(a, subject20(vi))
	add(a, conditions20(vi))
	add(a, authentication20(vi))
	add(a, attributes20(vi, p))
	return a
}

func subject20(vi interops.VI) *etree.Element {
	if vi.NameID == (interops.NameID{}) && vi.Confirmation == (interops.Confirmation{}) {
		return nil
	}
	subject := &schema.Subject{}
	if vi.NameID != (interops.NameID{}) {
		subject.NameID = &schema.NameID{Format: vi.NameID.Format, Value: vi.NameID.Value}
	}
	el := prefixed(subject.Element())
	c := vi.Confirmation
	if c == (interops.Confirmation{}) {
		return el
	}
	confirmation := el.CreateElement("saml2:SubjectConfirmation")
	set(confirmation, "Method", c.Method)
	data := etree.NewElement("saml2:SubjectConfirmationData")
	set(data, "Recipient", c.Recipient)
	set(data, "NotBefore", stamp(c.NotBefore))
	set(data, "NotOnOrAfter", stamp(c.NotOnOrAfter))
	set(data, "InResponseTo", c.InResponseTo)
	if len(data.Attr) > 0 {
		confirmation.AddChild(data)
	}
	return el
}

func conditions20(vi interops.VI) *etree.Element {
	c := etree.NewElement("saml2:Conditions")
	set(c, "NotBefore", stamp(vi.NotBefore))
	set(c, "NotOnOrAfter", stamp(vi.NotOnOrAfter))
	for _, audiences := range vi.Audiences {
		restriction := c.CreateElement("saml2:AudienceRestriction")
		for _, a := range audiences {
			restriction.AddChild(prefixed((&schema.Audience{Value: a}).Element()))
		}
	}
	if vi.OneTimeUse {
		c.AddChild(prefixed((&schema.OneTimeUse{}).Element()))
	}
	return unlessEmpty(c)
}

func authentication20(vi interops.VI) *etree.Element {
	if vi.AuthnInstant.IsZero() && vi.AuthnContext == "" && vi.SessionIndex == "" && vi.SessionNotOnOrAfter.IsZero() {
		return nil
	}
	s := etree.NewElement("saml2:AuthnStatement")
	set(s, "AuthnInstant", stamp(vi.AuthnInstant))
	set(s, "SessionIndex", vi.SessionIndex)
	set(s, "SessionNotOnOrAfter", stamp(vi.SessionNotOnOrAfter))
	var class *schema.AuthnContextClassRef
	if vi.AuthnContext != "" {
		class = &schema.AuthnContextClassRef{Value: vi.AuthnContext}
	}
	s.AddChild(prefixed((&schema.AuthnContext{AuthnContextClassRef: class}).Element()))
	return s
}

func attributes20(vi interops.VI, p *interops.Profile) *etree.Element {
	s := etree.NewElement("saml2:AttributeStatement")
	for _, a := range attributes(vi, p) {
		el := s.CreateElement("saml2:Attribute")
		set(el, "Name", a.Name)
		for _, v := range a.Values {
			el.CreateElement("saml2:AttributeValue").SetText(v)
		}
	}
	return unlessEmpty(s)
}

// attributes lists the PAGM attribute, when there is any PAGM, and all others.
func attributes(vi interops.VI, p *interops.Profile) []interops.Attribute {
	var all []interops.Attribute
	if len(vi.PAGM) > 0 {
		all = append(all, interops.Attribute{
			Name: p.PAGM.AttributeName, Namespace: p.PAGM.SAML11Namespace, Values: vi.PAGM,
		})
	}
	return append(all, vi.Attributes...)
}

// prefixed renames an element of crewjam's, and all below, from its prefix to the canonical saml2.
func prefixed(el *etree.Element) *etree.Element {
	el.Space = "saml2"
	for c := range el.ChildElementsSeq() {
		prefixed(c)
	}
	return el
}

// set adds an attribute unless its value is empty.
func set(el *etree.Element, name, v string) {
	if v != "" {
		el.CreateAttr(name, v)
	}
}

// add appends a child unless it is nil.
func add(parent, el *etree.Element) {
	if el != nil {
		parent.AddChild(el)
	}
}

// unlessEmpty returns el, or nil when it holds nothing.
func unlessEmpty(el *etree.Element) *etree.Element {
	if len(el.Attr) == 0 && len(el.Child) == 0 {
		return nil
	}
	return el
}

// stamp writes an instant as messages carry it, nothing for the zero one.
func stamp(t time.Time) string {
	if t.IsZero() {
		return ""
	}
	return t.UTC().Format(interops.InstantLayout)
}
