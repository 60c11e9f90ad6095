package sso

import (
	"slices"
	"strings"

	"github.com/beevik/etree"

	"etalon/internal/saml"
	"etalon/internal/xmlsec"
)

// place is one place in the content of a message: any of these elements, once unless it says otherwise.
type place struct {
	names    []string
	required bool
	several  bool
}

// responseContent is the content of a Response (saml-schema-protocol-2.0.xsd). How many assertions there are is
// another matter (P01).
var responseContent = []place{
	{names: []string{"saml:Issuer"}}, {names: []string{"ds:Signature"}}, {names: []string{"samlp:Extensions"}},
	{names: []string{"samlp:Status"}}, {names: []string{"saml:Assertion", "saml:EncryptedAssertion"}, several: true},
}

// messageHead begins every protocol message.
var messageHead = []place{
	{names: []string{"saml:Issuer"}}, {names: []string{"ds:Signature"}}, {names: []string{"samlp:Extensions"}},
}

// The content of the messages between members (saml-schema-protocol-2.0.xsd). What a judge of its own looks at is
// not required here: one defect, one finding.
var (
	requestContent = slices.Concat(messageHead, []place{
		{names: []string{"saml:Subject"}}, {names: []string{"samlp:NameIDPolicy"}}, {names: []string{"saml:Conditions"}},
		{names: []string{"samlp:RequestedAuthnContext"}}, {names: []string{"samlp:Scoping"}},
	})
	logoutContent = slices.Concat(messageHead, []place{
		{names: []string{"saml:NameID", "saml:BaseID", "saml:EncryptedID"}}, {names: []string{"samlp:SessionIndex"}, several: true},
	})
	answerContent = slices.Concat(messageHead, []place{{names: []string{"samlp:Status"}}})
)

var namespaces = map[string]string{
	NamespaceProtocol: "samlp:", saml.Namespace20: "saml:", saml.Namespace11: "saml:", xmlsec.NamespaceDS: "ds:",
	NamespaceMetadata: "md:",
}

// named writes an element as the schemas do.
func named(el *etree.Element) string {
	if prefix, ok := namespaces[el.NamespaceURI()]; ok {
		return prefix + el.Tag
	}
	return "{" + el.NamespaceURI() + "}" + el.Tag
}

// order returns the children of a message when they are not those of its content, in that order; empty when all is well.
func order(root *etree.Element, content []place) string {
	var names []string
	for _, c := range root.ChildElements() {
		names = append(names, named(c))
	}
	rest := names
	for _, p := range content {
		n := 0
		for len(rest) > 0 && slices.Contains(p.names, rest[0]) && (n == 0 || p.several) {
			rest, n = rest[1:], n+1
		}
		if n == 0 && p.required {
			return strings.Join(names, " ")
		}
	}
	if len(rest) > 0 {
		return strings.Join(names, " ")
	}
	return ""
}
