package soap

import (
	"strings"

	"github.com/beevik/etree"

	"etalon/internal/saml"
	"etalon/internal/xmlsec"
)

// Namespaces of the messages.
const (
	Namespace11 = "http://schemas.xmlsoap.org/soap/envelope/"
	Namespace12 = "http://www.w3.org/2003/05/soap-envelope"
	// NamespaceVI is that of the fault codes of the standard.
	NamespaceVI = "urn:iops:vi:faultcodes"

	namespaceWSSE11 = "http://docs.oasis-open.org/wss/oasis-wss-wssecurity-secext-1.1.xsd"
)

// Media types of the two SOAP versions.
const (
	MediaType11 = "text/xml"
	MediaType12 = "application/soap+xml"
)

// Token types and key identifiers of the SAML Token Profile 1.1, by version of the assertion (A11).
const (
	tokenProfile11 = "http://docs.oasis-open.org/wss/oasis-wss-saml-token-profile-1.1#"
	tokenProfile10 = "http://docs.oasis-open.org/wss/oasis-wss-saml-token-profile-1.0#"
)

var tokenTypes = map[string]string{
	saml.Version20: tokenProfile11 + "SAMLV2.0",
	saml.Version11: tokenProfile11 + "SAMLV1.1",
}

var keyIdentifiers = map[string]string{
	saml.Version20: tokenProfile11 + "SAMLID",
	saml.Version11: tokenProfile10 + "SAMLAssertionID",
}

// namespaceOf gives the envelope namespace of a version.
var namespaceOf = map[string]string{V11: Namespace11, V12: Namespace12}

// mediaTypeOf gives the media type of a version (A08).
var mediaTypeOf = map[string]string{V11: MediaType11, V12: MediaType12}

// versionOf returns the SOAP version of an envelope's namespace, empty for another.
func versionOf(space string) string {
	switch space {
	case Namespace11:
		return V11
	case Namespace12:
		return V12
	}
	return ""
}

// understood tells the namespaces of the headers that a gateway may know: their mustUnderstand is no
// trial of A03 (WS-Security, WS-Addressing).
func understood(space string) bool {
	return space == xmlsec.NamespaceWSSE || strings.HasPrefix(space, "http://www.w3.org/2005/08/addressing") ||
		strings.HasPrefix(space, "http://schemas.xmlsoap.org/ws/2004/08/addressing")
}

// forUs tells whether a header block is addressed to the receiver: no actor or role, "next", or the last.
func forUs(block *etree.Element, version string) bool {
	name := "actor"
	if version == V12 {
		name = "role"
	}
	switch qualified(block, namespaceOf[version], name) {
	case "", "http://schemas.xmlsoap.org/soap/actor/next", Namespace12 + "/role/next", Namespace12 + "/role/ultimateReceiver":
		return true
	}
	return false
}

// mandatory tells whether a header block carries mustUnderstand.
func mandatory(block *etree.Element, version string) bool {
	v := qualified(block, namespaceOf[version], "mustUnderstand")
	return v == "1" || v == "true"
}

// qualified returns the value of an attribute of a namespace, empty when it is absent.
func qualified(el *etree.Element, space, local string) string {
	for i := range el.Attr {
		if a := &el.Attr[i]; a.Key == local && a.Space != "" && a.NamespaceURI() == space {
			return a.Value
		}
	}
	return ""
}

// unqualified returns the value of an attribute without namespace, empty when it is absent.
func unqualified(el *etree.Element, local string) string {
	for i := range el.Attr {
		if el.Attr[i].Key == local && el.Attr[i].Space == "" {
			return el.Attr[i].Value
		}
	}
	return ""
}

// children returns the child elements of a namespace and local name; none when el is nil.
func children(el *etree.Element, space, local string) []*etree.Element {
	if el == nil {
		return nil
	}
	var found []*etree.Element
	for _, c := range el.ChildElements() {
		if c.Tag == local && c.NamespaceURI() == space {
			found = append(found, c)
		}
	}
	return found
}

// child returns the first such element, nil when there is none.
func child(el *etree.Element, space, local string) *etree.Element {
	if found := children(el, space, local); len(found) > 0 {
		return found[0]
	}
	return nil
}

// text returns all character data directly in el, across comments.
func text(el *etree.Element) string {
	if el == nil {
		return ""
	}
	var b strings.Builder
	for _, t := range el.Child {
		if cd, ok := t.(*etree.CharData); ok {
			b.WriteString(cd.Data)
		}
	}
	return strings.TrimSpace(b.String())
}
