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
	switch xmlsec.QualifiedValue(block, namespaceOf[version], name) {
	case "", "http://schemas.xmlsoap.org/soap/actor/next", Namespace12 + "/role/next", Namespace12 + "/role/ultimateReceiver":
		return true
	}
	return false
}

// mandatory tells whether a header block carries mustUnderstand.
func mandatory(block *etree.Element, version string) bool {
	v := xmlsec.QualifiedValue(block, namespaceOf[version], "mustUnderstand")
	return v == "1" || v == "true"
}
