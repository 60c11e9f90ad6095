package sso

import (
	"time"

	"github.com/beevik/etree"

	"etalon/internal/saml"
	"etalon/internal/xmlsec"
)

// AuthnRequest is what a service operator asks of an authentication operator (S09). A zero field is left out.
type AuthnRequest struct {
	// ID is what the Response names in InResponseTo (S11).
	ID string
	// Issuer is the service operator: the Audience of the service asked for, or the organism's Recipient or Issuer.
	Issuer string
	// Destination is the operator's address, ACS where the Response is to go.
	Destination, ACS string
	ProviderName     string
	IssueInstant     time.Time
	// ForceAuthn asks for a new authentication, IsPassive for none that a person would see (S10).
	ForceAuthn, IsPassive bool
	// Classes are authentication classes: the weakest of them, at least, must be reached.
	Classes      []string
	NameIDFormat string
}

// Send makes the request ready to leave. It fails when a hook fails or the signature cannot be made.
func (r AuthnRequest) Send(s Sending) (Outgoing, error) {
	root := message("AuthnRequest", r.ID, r.Destination, r.Issuer, r.IssueInstant)
	attribute(root, "AssertionConsumerServiceURL", r.ACS)
	if r.ACS != "" {
		attribute(root, "ProtocolBinding", string(BindingPOST))
	}
	attribute(root, "ProviderName", r.ProviderName)
	if r.ForceAuthn {
		attribute(root, "ForceAuthn", "true")
	}
	if r.IsPassive {
		attribute(root, "IsPassive", "true")
	}
	if r.NameIDFormat != "" {
		root.CreateElement("saml2p:NameIDPolicy").CreateAttr("Format", r.NameIDFormat)
	}
	if len(r.Classes) > 0 {
		context := root.CreateElement("saml2p:RequestedAuthnContext")
		context.CreateAttr("Comparison", "minimum")
		for _, class := range r.Classes {
			assertionElement(context, "AuthnContextClassRef").SetText(class)
		}
	}
	return s.send(root, ParameterRequest)
}

// readRequest reads what a request says; what is absent or cannot be read stays zero.
func readRequest(root *etree.Element) AuthnRequest {
	context := xmlsec.Child(root, NamespaceProtocol, "RequestedAuthnContext")
	at, _ := saml.ReadInstant(xmlsec.Value(root, "IssueInstant"))
	return AuthnRequest{
		ID: xmlsec.Value(root, "ID"), Issuer: xmlsec.TrimmedText(xmlsec.Child(root, saml.Namespace20, "Issuer")),
		Destination: xmlsec.Value(root, "Destination"), ACS: xmlsec.Value(root, "AssertionConsumerServiceURL"),
		ProviderName: xmlsec.Value(root, "ProviderName"), IssueInstant: at,
		ForceAuthn: truth(xmlsec.Value(root, "ForceAuthn")), IsPassive: truth(xmlsec.Value(root, "IsPassive")),
		Classes:      xmlsec.TrimmedTexts(xmlsec.Children(context, saml.Namespace20, "AuthnContextClassRef")),
		NameIDFormat: xmlsec.Value(xmlsec.Child(root, NamespaceProtocol, "NameIDPolicy"), "Format"),
	}
}

// truth reads an xs:boolean; what is none is false.
func truth(s string) bool { return s == "1" || s == "true" }
