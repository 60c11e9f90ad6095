package saml

import (
	"slices"
	"strings"
	"time"

	"github.com/beevik/etree"

	"etalon/internal/interops"
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
	subject := child(el, space, "Subject")
	id := child(subject, space, "NameID")
	confirmation := child(subject, space, "SubjectConfirmation")
	data := child(confirmation, space, "SubjectConfirmationData")
	conditions := child(el, space, "Conditions")
	authn := child(el, space, "AuthnStatement")
	vi := interops.VI{
		Version:      value(el, "Version"),
		ID:           value(el, "ID"),
		IssueInstant: when(el, "IssueInstant"),
		Issuer:       text(child(el, space, "Issuer")),
		NameID:       interops.NameID{Format: value(id, "Format"), Value: text(id)},
		Confirmation: interops.Confirmation{
			Method:       value(confirmation, "Method"),
			Recipient:    value(data, "Recipient"),
			NotBefore:    when(data, "NotBefore"),
			NotOnOrAfter: when(data, "NotOnOrAfter"),
			InResponseTo: value(data, "InResponseTo"),
		},
		NotBefore:    when(conditions, "NotBefore"),
		NotOnOrAfter: when(conditions, "NotOnOrAfter"),
		Audiences:    audiences(children(conditions, space, "AudienceRestriction"), space),
		OneTimeUse:   child(conditions, space, "OneTimeUse") != nil,
		AuthnInstant: when(authn, "AuthnInstant"),
		SessionIndex: value(authn, "SessionIndex"),

		SessionNotOnOrAfter: when(authn, "SessionNotOnOrAfter"),
		AuthnContext:        strings.TrimSpace(text(child(child(authn, space, "AuthnContext"), space, "AuthnContextClassRef"))),
	}
	for _, s := range children(el, space, "AttributeStatement") {
		for _, a := range children(s, space, "Attribute") {
			gather(&vi, p, interops.Attribute{Name: value(a, "Name"), Values: values(a, space)})
		}
	}
	return vi
}

func decode11(el *etree.Element, p *interops.Profile) interops.VI {
	conditions := child(el, Namespace11, "Conditions")
	authn := child(el, Namespace11, "AuthenticationStatement")
	statements := children(el, Namespace11, "AttributeStatement")
	subject := child(authn, Namespace11, "Subject")
	if subject == nil && len(statements) > 0 {
		subject = child(statements[0], Namespace11, "Subject")
	}
	id := child(subject, Namespace11, "NameIdentifier")
	method := text(child(child(subject, Namespace11, "SubjectConfirmation"), Namespace11, "ConfirmationMethod"))
	vi := interops.VI{
		Version:      version11(el),
		ID:           value(el, "AssertionID"),
		IssueInstant: when(el, "IssueInstant"),
		Issuer:       value(el, "Issuer"),
		NameID:       interops.NameID{Format: value(id, "Format"), Value: text(id)},
		Confirmation: interops.Confirmation{Method: translated(methods20, strings.TrimSpace(method))},
		NotBefore:    when(conditions, "NotBefore"),
		NotOnOrAfter: when(conditions, "NotOnOrAfter"),
		Audiences:    audiences(children(conditions, Namespace11, "AudienceRestrictionCondition"), Namespace11),
		OneTimeUse:   child(conditions, Namespace11, "DoNotCacheCondition") != nil,
		AuthnInstant: when(authn, "AuthenticationInstant"),
		AuthnContext: translated(classes20, value(authn, "AuthenticationMethod")),
	}
	for _, s := range statements {
		for _, a := range children(s, Namespace11, "Attribute") {
			gather(&vi, p, interops.Attribute{
				Name: value(a, "AttributeName"), Namespace: value(a, "AttributeNamespace"), Values: values(a, Namespace11),
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
	return value(el, "MajorVersion") + "." + value(el, "MinorVersion")
}

// when reads an instant, zero when it is absent or not one.
func when(el *etree.Element, name string) time.Time {
	t, _ := ReadInstant(value(el, name))
	return t
}

func audiences(restrictions []*etree.Element, space string) [][]string {
	var all [][]string
	for _, r := range restrictions {
		all = append(all, texts(children(r, space, "Audience")))
	}
	return all
}

func values(attribute *etree.Element, space string) []string {
	return texts(children(attribute, space, "AttributeValue"))
}

func texts(els []*etree.Element) []string {
	all := make([]string, 0, len(els))
	for _, el := range els {
		all = append(all, text(el))
	}
	return slices.Clip(all)
}
