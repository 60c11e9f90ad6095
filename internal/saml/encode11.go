package saml

import (
	"github.com/beevik/etree"

	"etalon/internal/interops"
)

// Confirmation methods of SAML 1.1 that have a counterpart in 2.0.
const methodSenderVouches11 = "urn:oasis:names:tc:SAML:1.0:cm:sender-vouches"

// methods20 gives the 2.0 counterpart of the 1.1 confirmation methods.
var methods20 = map[string]string{
	interops.MethodBearer11:                        interops.MethodBearer,
	methodSenderVouches11:                          interops.MethodSenderVouches,
	"urn:oasis:names:tc:SAML:1.0:cm:holder-of-key": interops.MethodHolderOfKey,
}

// classes20 gives the 2.0 counterpart of the 1.1 authentication methods, where it is exact. Every other
// class is written in 1.1 by its own URI, which the schema allows.
var classes20 = map[string]string{
	"urn:oasis:names:tc:SAML:1.0:am:password":    interops.ClassPassword,
	"urn:oasis:names:tc:SAML:1.0:am:unspecified": interops.ClassUnspecified,
	"urn:oasis:names:tc:SAML:1.0:am:X509-PKI":    "urn:oasis:names:tc:SAML:2.0:ac:classes:X509",
}

// translated returns the counterpart of a URI, the URI itself when there is none.
func translated(table map[string]string, uri string) string {
	if t, ok := table[uri]; ok {
		return t
	}
	return uri
}

// back returns the key of a counterpart, the counterpart itself when there is none.
func back(table map[string]string, uri string) string {
	for k, v := range table {
		if v == uri {
			return k
		}
	}
	return uri
}

// encode11 writes the SAML 1.1 form: Recipient and the data of the confirmation do not exist there, and
// each statement repeats the subject.
func encode11(vi interops.VI, p *interops.Profile) *etree.Element {
	a := etree.NewElement("saml:Assertion")
	a.CreateAttr("xmlns:saml", Namespace11)
	a.CreateAttr("MajorVersion", "1")
	a.CreateAttr("MinorVersion", "1")
	set(a, "AssertionID", vi.ID)
	set(a, "Issuer", vi.Issuer)
	set(a, "IssueInstant", stamp(vi.IssueInstant))
	add(a, conditions11(vi))
	add(a, authentication11(vi))
	add(a, attributes11(vi, p))
	return a
}

func subject11(vi interops.VI) *etree.Element {
	s := etree.NewElement("saml:Subject")
	if vi.NameID != (interops.NameID{}) {
		id := s.CreateElement("saml:NameIdentifier")
		set(id, "Format", vi.NameID.Format)
		if vi.NameID.Value != "" {
			id.SetText(vi.NameID.Value)
		}
	}
	if vi.Confirmation.Method != "" {
		s.CreateElement("saml:SubjectConfirmation").CreateElement("saml:ConfirmationMethod").
			SetText(back(methods20, vi.Confirmation.Method))
	}
	return unlessEmpty(s)
}

func conditions11(vi interops.VI) *etree.Element {
	c := etree.NewElement("saml:Conditions")
	set(c, "NotBefore", stamp(vi.NotBefore))
	set(c, "NotOnOrAfter", stamp(vi.NotOnOrAfter))
	for _, audiences := range vi.Audiences {
		restriction := c.CreateElement("saml:AudienceRestrictionCondition")
		for _, a := range audiences {
			restriction.CreateElement("saml:Audience").SetText(a)
		}
	}
	if vi.OneTimeUse {
		c.CreateElement("saml:DoNotCacheCondition")
	}
	return unlessEmpty(c)
}

func authentication11(vi interops.VI) *etree.Element {
	s := etree.NewElement("saml:AuthenticationStatement")
	set(s, "AuthenticationMethod", back(classes20, vi.AuthnContext))
	set(s, "AuthenticationInstant", stamp(vi.AuthnInstant))
	if len(s.Attr) == 0 {
		return nil
	}
	add(s, subject11(vi))
	return s
}

func attributes11(vi interops.VI, p *interops.Profile) *etree.Element {
	all := attributes(vi, p)
	if len(all) == 0 {
		return nil
	}
	s := etree.NewElement("saml:AttributeStatement")
	add(s, subject11(vi))
	for _, a := range all {
		el := s.CreateElement("saml:Attribute")
		set(el, "AttributeName", a.Name)
		set(el, "AttributeNamespace", a.Namespace)
		for _, v := range a.Values {
			el.CreateElement("saml:AttributeValue").SetText(v)
		}
	}
	return s
}
