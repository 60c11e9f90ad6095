package anatomy

import (
	"cmp"
	"slices"
	"strings"

	"github.com/beevik/etree"

	"etalon/internal/interops"
	"etalon/internal/saml"
	"etalon/internal/sso"
	"etalon/internal/xmlsec"
)

// spread lays out the parts of the document's message and of its VI; profile may be nil.
func (d *Document) spread(profile *interops.Profile) {
	if d.doc == nil { // how it is written is all that can be told
		if d.Place == PlaceBody {
			d.Parts = only("xml", layout(ofEnvelope, nil))
		} else {
			d.Parts = only("transport xml", layout(ofResponse, map[string][]Value{"transport": {{"", d.carrier()}}}))
		}
		return
	}
	root := d.doc.Root()
	message := root
	switch {
	case d.Envelope != nil:
		d.Parts = layout(ofEnvelope, d.envelopeValues())
		if body := xmlsec.Child(root, root.NamespaceURI(), "Body"); body != nil && len(body.ChildElements()) == 1 {
			message = body.ChildElements()[0] // the SOAP binding (SAML bindings §3.2)
		}
		d.vi = d.inHeader()
	case root.Tag == "Assertion":
		d.vi = root
	}
	switch {
	case d.Name == sso.ParameterResponse && message.Tag == "Assertion": // bare, where a Response is wanted
		d.Parts = append(d.Parts, layout(ofResponse, nil)...)
	case !strings.HasPrefix(message.NamespaceURI(), "urn:oasis:names:tc:SAML:"):
	case message.Tag == "Response":
		d.vi = assertion(message)
		d.Parts = append(d.Parts, layout(ofResponse, d.responseValues(message))...)
	case message != d.vi && message.NamespaceURI() == sso.NamespaceProtocol:
		d.protocol = message.Tag
		d.Parts = append(d.Parts, layout(ofProtocol, d.protocolValues(message))...)
	}
	if d.vi != nil {
		d.Parts = append(d.Parts, layout(ofVI, d.viValues(profile))...)
	}
}

// only keeps the parts of some names.
func only(names string, parts []Part) []Part {
	return slices.DeleteFunc(parts, func(p Part) bool { return !slices.Contains(strings.Fields(names), p.Name) })
}

// inHeader is the first assertion in the WS-Security header; nil when there is none.
func (d *Document) inHeader() *etree.Element {
	root := d.doc.Root()
	return assertion(xmlsec.Child(xmlsec.Child(root, root.NamespaceURI(), "Header"), xmlsec.NamespaceWSSE, "Security"))
}

// assertion is the first child of that name, whatever its namespace; nil when there is none.
func assertion(parent *etree.Element) *etree.Element {
	if parent != nil {
		for el := range parent.ChildElementsSeq() {
			if el.Tag == "Assertion" {
				return el
			}
		}
	}
	return nil
}

func (d *Document) envelopeValues() map[string][]Value {
	e := d.Envelope
	values := map[string][]Value{
		"http":              {{"Content-Type", d.place.media}},
		"envelope":          {{"SOAP", e.Version}},
		"timestamp":         {{"Created", e.Created}, {"Expires", e.Expires}},
		"message-signature": d.signed(func(el *etree.Element) bool { return el != nil && el.Tag == "Security" }),
	}
	for _, b := range e.Header {
		values["header"] = append(values["header"], Value{"", b.Name})
	}
	for _, b := range e.Security {
		values["security"] = append(values["security"], Value{"", b.Name})
		if b.Name == "SecurityTokenReference" {
			values["token-reference"] = append(values["token-reference"], Value{"", b.Name})
		}
	}
	return values
}

// attributes are those of an element, by name and in that order.
func attributes(el *etree.Element, names ...string) []Value {
	var all []Value
	for _, name := range names {
		all = append(all, Value{name, xmlsec.Value(el, name)})
	}
	return all
}

func (d *Document) responseValues(r *etree.Element) map[string][]Value {
	code := xmlsec.Child(xmlsec.Child(r, sso.NamespaceProtocol, "Status"), sso.NamespaceProtocol, "StatusCode")
	return map[string][]Value{
		"transport":         {{"", d.carrier()}},
		"response":          attributes(r, "ID", "Version", "IssueInstant"),
		"status":            {{"StatusCode", xmlsec.Value(code, "Value")}, {"StatusCode", xmlsec.Value(xmlsec.Child(code, sso.NamespaceProtocol, "StatusCode"), "Value")}},
		"destination":       {{"", xmlsec.Value(r, "Destination")}},
		"issuer":            {{"", xmlsec.TrimmedText(xmlsec.Child(r, saml.Namespace20, "Issuer"))}},
		"inresponseto":      {{"", xmlsec.Value(r, "InResponseTo")}},
		"relaystate":        {{"", d.relay}},
		"message-signature": d.signed(func(el *etree.Element) bool { return el == r }),
	}
}

func (d *Document) protocolValues(r *etree.Element) map[string][]Value {
	code := xmlsec.Child(xmlsec.Child(r, sso.NamespaceProtocol, "Status"), sso.NamespaceProtocol, "StatusCode")
	values := map[string][]Value{
		"transport":         {{"", d.carrier()}},
		"protocol":          append([]Value{{"", r.Tag}}, attributes(r, "ID", "Version", "IssueInstant", "InResponseTo")...),
		"issuer":            {{"", xmlsec.TrimmedText(xmlsec.Child(r, saml.Namespace20, "Issuer"))}},
		"destination":       {{"", xmlsec.Value(r, "Destination")}},
		"acs":               attributes(r, "AssertionConsumerServiceURL", "ForceAuthn", "IsPassive", "ProviderName"),
		"subject":           {{"NameID", xmlsec.TrimmedText(xmlsec.Child(r, saml.Namespace20, "NameID"))}},
		"status":            {{"StatusCode", xmlsec.Value(code, "Value")}},
		"validity":          attributes(r, "NotOnOrAfter"),
		"relaystate":        {{"", d.relay}},
		"message-signature": append(d.signed(func(el *etree.Element) bool { return el == r }), Value{"SigAlg", d.sigAlg}),
	}
	for _, session := range xmlsec.TrimmedTexts(xmlsec.Children(r, sso.NamespaceProtocol, "SessionIndex")) {
		values["subject"] = append(values["subject"], Value{"SessionIndex", session})
	}
	for _, class := range xmlsec.TrimmedTexts(xmlsec.Children(xmlsec.Child(r, sso.NamespaceProtocol, "RequestedAuthnContext"), saml.Namespace20, "AuthnContextClassRef")) {
		values["acs"] = append(values["acs"], Value{"AuthnContextClassRef", class})
	}
	return values
}

// carrier says how the message was carried.
func (d *Document) carrier() string {
	carrier := strings.TrimSpace(d.Place + " " + d.Name)
	if d.Deflated {
		carrier += ", DEFLATE"
	}
	return carrier
}

// signed are the signatures that stand in an element.
func (d *Document) signed(in func(parent *etree.Element) bool) []Value {
	var all []Value
	for _, s := range d.Signatures {
		if !in(s.el.Parent()) {
			continue
		}
		all = append(all, Value{"SignatureMethod", s.Method})
		for _, c := range s.Covers {
			all = append(all, Value{"Reference", strings.TrimSpace(c.URI + " " + c.Element)})
		}
	}
	return all
}

// viValues are what the VI says, as it is written.
func (d *Document) viValues(profile *interops.Profile) map[string][]Value {
	if profile == nil {
		profile = &interops.Profile{}
	}
	el := d.vi
	space := el.NamespaceURI()
	vi := saml.Decode(el, profile)
	conditions := xmlsec.Child(el, space, "Conditions")
	authn := cmp.Or(xmlsec.Child(el, space, "AuthnStatement"), xmlsec.Child(el, space, "AuthenticationStatement"))
	data := xmlsec.Child(xmlsec.Child(xmlsec.Child(el, space, "Subject"), space, "SubjectConfirmation"), space, "SubjectConfirmationData")
	values := map[string][]Value{
		"form":         {{"Version", vi.Version}, {"", space}},
		"id":           {{"", vi.ID}},
		"issueinstant": {{"", xmlsec.Value(el, "IssueInstant")}},
		"issuer":       {{"", vi.Issuer}},
		"subject":      {{"NameID", vi.NameID.Value}, {"Format", vi.NameID.Format}},
		"confirmation": append([]Value{{"Method", vi.Confirmation.Method}}, attributes(data, "Recipient", "NotBefore", "NotOnOrAfter", "InResponseTo")...),
		"conditions":   attributes(conditions, "NotBefore", "NotOnOrAfter"),
		"authn": append([]Value{{"AuthnContextClassRef", vi.AuthnContext}},
			attributes(authn, "AuthnInstant", "AuthenticationInstant", "SessionIndex", "SessionNotOnOrAfter")...),
		"signature": d.signed(func(parent *etree.Element) bool { return parent == el }),
	}
	for _, restriction := range vi.Audiences {
		values["audience"] = append(values["audience"], Value{"", strings.Join(restriction, " | ")})
	}
	for _, pagm := range vi.PAGM {
		values["pagm"] = append(values["pagm"], Value{"", pagm})
	}
	for _, a := range vi.Attributes {
		values["attributes"] = append(values["attributes"], Value{a.Name, strings.Join(a.Values, " | ")})
	}
	for _, s := range d.Signatures {
		if s.el.Parent() == el && len(s.chain) > 0 {
			leaf := s.chain[0]
			values["signer"] = []Value{{"", s.Signer}, {"Issuer", leaf.Issuer.String()}, {"NotAfter", leaf.NotAfter.UTC().Format(interops.InstantLayout)}}
		}
	}
	return values
}
