package sso

import "time"

// AuthnRequest is what a service operator asks of an authentication operator (S09). A zero field is left out.
type AuthnRequest struct {
	// ID is what the Response names in InResponseTo (S11).
	ID string
	// Issuer is the service operator: the Audience of one of its services, or its Organism.Recipient.
	Issuer string
	// Destination is the operator's address, ACS where the Response is to go.
	Destination, ACS string
	ProviderName     string
	IssueInstant     time.Time
	// ForceAuthn asks for a new authentication, IsPassive for none that a person would see (S10).
	ForceAuthn, IsPassive bool
	// Classes are the authentication classes of which one, at least, must be reached.
	Classes      []string
	NameIDFormat string
}
