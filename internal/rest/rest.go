// Package rest makes and judges the token of mode R, by which a VI travels in a header of a REST call: the signed
// assertion itself, or a JWT that claims the same; and the refusals in JSON that answer such calls. The mode is
// experimental: the text that defines it is not public, and every choice here is our profile's.
//
// It sends nothing, reads no clock and remembers nothing. It knows no deliberate fault: mutations come in through Hooks.
package rest

import (
	"io"
	"net/http"
	"net/url"
	"time"

	"github.com/beevik/etree"

	"etalon/internal/interops"
	"etalon/internal/pki"
	"etalon/internal/saml"
	"etalon/internal/verdict"
)

// The forms of the token, as profiles write them (r.token).
const (
	TokenSAML = "saml-header" // the signed assertion, base64
	TokenJWT  = "jwt-bearer"  // a JWS in compact form, RS256
)

// Header carries the token unless the convention names another.
const Header = "Authorization"

// Schemes of the Authorization header; another header holds the token alone.
const (
	SchemeSAML = "SAML"
	SchemeJWT  = "Bearer"
)

// ParameterToken is where a token stands that is put into an address or a form (RFC 6750 §2.2, §2.3): never by agreement.
const ParameterToken = "access_token"

// Limits of what a partner may send.
const (
	MaxToken = 64 << 10 // bytes, as the header carries it
	MaxBody  = 1 << 20
)

// Draft is a token to be made.
type Draft struct {
	// Token is its form; TokenSAML when empty.
	Token  string
	VI     interops.VI
	Signer pki.Credential
	// Profile is the one in force.
	Profile *interops.Profile
	// Credential serves the hooks; may be nil when they need none.
	Credential func(name string) (pki.Credential, error)
	// Rand serves ECDSA; nil makes the same bytes each time.
	Rand  io.Reader
	Now   time.Time
	Hooks Hooks
}

// Hooks are the moments at which a token may be altered. Content serves both forms; Form, Signed and Wire the assertion
// alone, whose XML Wire alters; JWT the JWT alone, before it is signed.
type Hooks struct {
	saml.Hooks
	JWT func(*JWT) error
}

// Incoming is a call as HTTP brought it.
type Incoming struct {
	Method string
	URL    *url.URL
	Header http.Header
	// Raw is the body, at most MaxBody and one byte.
	Raw []byte
}

// Expectation is what the judge of a call knows before it reads it.
type Expectation struct {
	saml.Expectation
	// Token is the form agreed, TokenSAML when empty; Name the header that carries it, Header when empty.
	Token, Name string
}

// Judged is what a call turned out to be.
type Judged struct {
	saml.Judged
	// Token is the token as the header carried it; empty when none stood there.
	Token string
	// Raw is the XML of an assertion, or the claims of a JWT; nil when the form could not be undone. Document is that of
	// an assertion, nil when it could not be read.
	Raw      []byte
	Document *etree.Document
	// Findings are all departures: of the place, of the form and of the VI.
	Findings []verdict.Finding
}

// Value is what a header of that name holds for a token of that form.
func Value(form, name, token string) string {
	if http.CanonicalHeaderKey(name) != Header {
		return token
	}
	return scheme(form) + " " + token
}

func scheme(form string) string {
	if form == TokenJWT {
		return SchemeJWT
	}
	return SchemeSAML
}
