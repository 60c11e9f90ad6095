package interops

import "time"

// VI is a vecteur d'identification, free of its wire form. A zero field means that the element or
// attribute is absent; one that is present but empty can only be made on the wire.
type VI struct {
	// Version is the SAML version of the assertion that carries it: "2.0" or "1.1".
	Version string
	// ID is unique per VI (V02); an NCName in the current profile.
	ID           string
	IssueInstant time.Time // V03
	Issuer       string    // client organism (V04)
	NameID       NameID    // user at the client (V05)
	// Confirmation is how the presenter proves its right to the VI (V06, V07); SAML 1.1 knows the method alone.
	Confirmation Confirmation
	// NotBefore and NotOnOrAfter are those of Conditions: start inclusive, end exclusive (V08).
	NotBefore, NotOnOrAfter time.Time
	// Audiences holds one list per AudienceRestriction; all must be met (V10).
	Audiences [][]string
	// OneTimeUse asks that the VI be used once (V16-N2, L05-N2).
	OneTimeUse   bool
	AuthnInstant time.Time // V12
	SessionIndex string
	// SessionNotOnOrAfter ends the session that the VI opens at the receiver (P08).
	SessionNotOnOrAfter time.Time
	// AuthnContext is the authentication class (V11).
	AuthnContext string
	// PAGM are the values of the PAGM attribute, in order (V13, V14).
	PAGM []string
	// Attributes are all others, which no convention asks for (V19).
	Attributes []Attribute
}

// NameID is the user identifier with its format.
type NameID struct{ Format, Value string }

// Confirmation is the SubjectConfirmation of a VI.
type Confirmation struct {
	Method                  string // a URI: bearer unless agreed otherwise
	Recipient               string // provider organism (V07)
	NotBefore, NotOnOrAfter time.Time
	// InResponseTo is the request that the VI answers, in mode S (S11).
	InResponseTo string
}

// Attribute is a SAML attribute; Namespace is the AttributeNamespace of SAML 1.1.
type Attribute struct {
	Name, Namespace string
	Values          []string
}

// URIs of SAML that a VI uses.
const (
	MethodBearer        = "urn:oasis:names:tc:SAML:2.0:cm:bearer"
	MethodSenderVouches = "urn:oasis:names:tc:SAML:2.0:cm:sender-vouches"
	MethodHolderOfKey   = "urn:oasis:names:tc:SAML:2.0:cm:holder-of-key"
	MethodBearer11      = "urn:oasis:names:tc:SAML:1.0:cm:bearer"

	FormatUnspecified = "urn:oasis:names:tc:SAML:1.1:nameid-format:unspecified"
	FormatPersistent  = "urn:oasis:names:tc:SAML:2.0:nameid-format:persistent"

	ClassUnspecified = "urn:oasis:names:tc:SAML:2.0:ac:classes:unspecified"
	ClassPassword    = "urn:oasis:names:tc:SAML:2.0:ac:classes:Password"
	ClassPPT         = "urn:oasis:names:tc:SAML:2.0:ac:classes:PasswordProtectedTransport"
	ClassSmartcard   = "urn:oasis:names:tc:SAML:2.0:ac:classes:SmartcardPKI"
)
