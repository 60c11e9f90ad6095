package saml

import (
	"strings"
	"time"

	"github.com/beevik/etree"

	"etalon/internal/interops"
	"etalon/internal/xmlsec"
)

// Decode reads what an assertion claims, for traces, evidence and judgement: what is absent or cannot
// be read stays zero, nothing is checked, and text is read whole across comments (V17). SAML 1.1
// methods and classes with an exact counterpart come out as their 2.0 URI.
func Decode(el *etree.Element, p *interops.Profile) interops.VI {
	if el == nil {
		return interops.VI{}
	}
	if el.NamespaceURI() == Namespace11 {
		return decode11(el, p)
	}
	return decode20(el, p)
}

func decode20(el *etree.Element, p *interops.Profile) interops.VI {
	// A wrong namespace is a finding of its own: the claims are read all the same.
	space := el.NamespaceURI()
	subject := xmlsec.Child(el, space, "Subject")
	id := xmlsec.Child(subject, space, "NameID")
	confirmation := xmlsec.Child(subject, space, "SubjectConfirmation")
	data := xmlsec.Child(confirmation, space, "SubjectConfirmationData")
	conditions := xmlsec.Child(el, space, "Conditions")
	authn := xmlsec.Child(el, space, "AuthnStatement")
	class := xmlsec.Child(xmlsec.Child(authn, space, "AuthnContext"), space, "AuthnContextClassRef")
	vi := interops.VI{
		Version:      xmlsec.Value(el, "Version"),
		ID:           xmlsec.Value(el, "ID"),
		IssueInstant: when(el, "IssueInstant"),
		Issuer:       xmlsec.Text(xmlsec.Child(el, space, "Issuer")),
		NameID:       interops.NameID{Format: xmlsec.Value(id, "Format"), Value: xmlsec.Text(id)},
		Confirmation: interops.Confirmation{
			Method:       xmlsec.Value(confirmation, "Method"),
			Recipient:    xmlsec.Value(data, "Recipient"),
			NotBefore:    when(data, "NotBefore"),
			NotOnOrAfter: when(data, "NotOnOrAfter"),
			InResponseTo: xmlsec.Value(data, "InResponseTo"),
		},
		NotBefore:    when(conditions, "NotBefore"),
		NotOnOrAfter: when(conditions, "NotOnOrAfter"),
		Audiences:    audiences(xmlsec.Children(conditions, space, "AudienceRestriction"), space),
		OneTimeUse:   xmlsec.Child(conditions, space, "OneTimeUse") != nil,
		AuthnInstant: when(authn, "AuthnInstant"),
		SessionIndex: xmlsec.Value(authn, "SessionIndex"),

		SessionNotOnOrAfter: when(authn, "SessionNotOnOrAfter"),
		AuthnContext:        xmlsec.TrimmedText(class),
	}
	for _, s := range xmlsec.Children(el, space, "AttributeStatement") {
		for _, a := range xmlsec.Children(s, space, "Attribute") {
			gather(&vi, p, interops.Attribute{Name: xmlsec.Value(a, "Name"), Values: values(a, space)})
		}
	}
	return vi
}

func decode11(el *etree.Element, p *interops.Profile) interops.VI {
	conditions := xmlsec.Child(el, Namespace11, "Conditions")
	authn := xmlsec.Child(el, Namespace11, "AuthenticationStatement")
	statements := xmlsec.Children(el, Namespace11, "AttributeStatement")
	subject := xmlsec.Child(authn, Namespace11, "Subject")
	if subject == nil && len(statements) > 0 {
		subject = xmlsec.Child(statements[0], Namespace11, "Subject")
	}
	id := xmlsec.Child(subject, Namespace11, "NameIdentifier")
	method := xmlsec.Text(xmlsec.Child(xmlsec.Child(subject, Namespace11, "SubjectConfirmation"), Namespace11, "ConfirmationMethod"))
	vi := interops.VI{
		Version:      version11(el),
		ID:           xmlsec.Value(el, "AssertionID"),
		IssueInstant: when(el, "IssueInstant"),
		Issuer:       xmlsec.Value(el, "Issuer"),
		NameID:       interops.NameID{Format: xmlsec.Value(id, "Format"), Value: xmlsec.Text(id)},
		Confirmation: interops.Confirmation{Method: translated(methods20, strings.TrimSpace(method))},
		NotBefore:    when(conditions, "NotBefore"),
		NotOnOrAfter: when(conditions, "NotOnOrAfter"),
		Audiences:    audiences(xmlsec.Children(conditions, Namespace11, "AudienceRestrictionCondition"), Namespace11),
		OneTimeUse:   xmlsec.Child(conditions, Namespace11, "DoNotCacheCondition") != nil,
		AuthnInstant: when(authn, "AuthenticationInstant"),
		AuthnContext: translated(classes20, xmlsec.Value(authn, "AuthenticationMethod")),
	}
	for _, s := range statements {
		for _, a := range xmlsec.Children(s, Namespace11, "Attribute") {
			gather(&vi, p, interops.Attribute{
				Name: xmlsec.Value(a, "AttributeName"), Namespace: xmlsec.Value(a, "AttributeNamespace"), Values: values(a, Namespace11),
			})
		}
	}
	return vi
}

// gather files an attribute of the assertion under PAGM or among the others.
func gather(vi *interops.VI, p *interops.Profile, a interops.Attribute) {
	if a.Name == p.PAGM.AttributeName && (vi.Version != Version11 || a.Namespace == p.PAGM.SAML11Namespace) {
		vi.PAGM = append(vi.PAGM, a.Values...)
		return
	}
	vi.Attributes = append(vi.Attributes, a)
}

func version11(el *etree.Element) string {
	return xmlsec.Value(el, "MajorVersion") + "." + xmlsec.Value(el, "MinorVersion")
}

// when reads an instant, zero when it is absent or not one.
func when(el *etree.Element, name string) time.Time {
	t, _ := ReadInstant(xmlsec.Value(el, name))
	return t
}

func audiences(restrictions []*etree.Element, space string) [][]string {
	var all [][]string
	for _, r := range restrictions {
		all = append(all, xmlsec.Texts(xmlsec.Children(r, space, "Audience")))
	}
	return all
}

func values(attribute *etree.Element, space string) []string {
	return xmlsec.Texts(xmlsec.Children(attribute, space, "AttributeValue"))
}
