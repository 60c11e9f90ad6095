package sso

import (
	"time"

	"github.com/beevik/etree"

	"etalon/internal/interops"
	"etalon/internal/saml"
	"etalon/internal/xmlsec"
)

// Reasons of a logout (SAML core §3.7.3).
const (
	ReasonUser  = "urn:oasis:names:tc:SAML:2.0:logout:user"
	ReasonAdmin = "urn:oasis:names:tc:SAML:2.0:logout:admin"
)

// LogoutRequest asks a member to close sessions of a person (D02, D03). A zero field is left out.
type LogoutRequest struct {
	ID, Issuer, Destination string
	NameID                  interops.NameID
	SessionIndexes          []string
	// NotOnOrAfter ends the request's life.
	IssueInstant, NotOnOrAfter time.Time
	Reason                     string
}

// Send makes the request ready to leave. It fails when a hook fails or the signature cannot be made.
func (r LogoutRequest) Send(s Sending) (Outgoing, error) {
	root := message("LogoutRequest", r.ID, r.Destination, r.Issuer, r.IssueInstant)
	attribute(root, "NotOnOrAfter", stamp(r.NotOnOrAfter))
	attribute(root, "Reason", r.Reason)
	if r.NameID != (interops.NameID{}) {
		id := assertionElement(root, "NameID")
		attribute(id, "Format", r.NameID.Format)
		id.SetText(r.NameID.Value)
	}
	for _, index := range r.SessionIndexes {
		root.CreateElement("saml2p:SessionIndex").SetText(index)
	}
	return s.send(root, ParameterRequest)
}

func readLogoutRequest(root *etree.Element) LogoutRequest {
	at, _ := saml.ReadInstant(xmlsec.Value(root, "IssueInstant"))
	until, _ := saml.ReadInstant(xmlsec.Value(root, "NotOnOrAfter"))
	id := xmlsec.Child(root, saml.Namespace20, "NameID")
	return LogoutRequest{
		ID: xmlsec.Value(root, "ID"), Issuer: xmlsec.TrimmedText(xmlsec.Child(root, saml.Namespace20, "Issuer")),
		Destination:    xmlsec.Value(root, "Destination"),
		NameID:         interops.NameID{Format: xmlsec.Value(id, "Format"), Value: xmlsec.TrimmedText(id)},
		SessionIndexes: xmlsec.TrimmedTexts(xmlsec.Children(root, NamespaceProtocol, "SessionIndex")),
		IssueInstant:   at, NotOnOrAfter: until, Reason: xmlsec.Value(root, "Reason"),
	}
}

// LogoutResponse answers a LogoutRequest (D04, D06). Status is StatusSuccess when empty; a chain that could not close
// every session answers StatusSuccess with SubStatus StatusPartialLogout (SAML core §3.7.3.2).
type LogoutResponse struct {
	ID, InResponseTo, Issuer, Destination string
	IssueInstant                          time.Time
	Status, SubStatus                     string
}

// Partial tells that some session may have survived (D04).
func (r LogoutResponse) Partial() bool {
	return r.SubStatus == StatusPartialLogout || r.Status == StatusPartialLogout
}

// Send makes the answer ready to leave. It fails when a hook fails or the signature cannot be made.
func (r LogoutResponse) Send(s Sending) (Outgoing, error) {
	root := message("LogoutResponse", r.ID, r.Destination, r.Issuer, r.IssueInstant)
	attribute(root, "InResponseTo", r.InResponseTo)
	root.AddChild(status(r.Status, r.SubStatus))
	return s.send(root, ParameterResponse)
}

func readLogoutResponse(root *etree.Element) LogoutResponse {
	at, _ := saml.ReadInstant(xmlsec.Value(root, "IssueInstant"))
	code := xmlsec.Child(xmlsec.Child(root, NamespaceProtocol, "Status"), NamespaceProtocol, "StatusCode")
	return LogoutResponse{
		ID: xmlsec.Value(root, "ID"), InResponseTo: xmlsec.Value(root, "InResponseTo"),
		Issuer:      xmlsec.TrimmedText(xmlsec.Child(root, saml.Namespace20, "Issuer")),
		Destination: xmlsec.Value(root, "Destination"), IssueInstant: at,
		Status: xmlsec.Value(code, "Value"), SubStatus: xmlsec.Value(xmlsec.Child(code, NamespaceProtocol, "StatusCode"), "Value"),
	}
}
