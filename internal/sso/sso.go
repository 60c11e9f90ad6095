// Package sso builds and judges the messages of modes P and S: the SAML 2.0 Response that carries a VI, the signed
// AuthnRequest, the logout messages and the metadata of a sphere, and the HTTP bindings that carry them.
//
// It sends nothing, reads no clock and remembers nothing: replays, pending requests and sessions belong to those who
// keep a state, and come in as functions. It knows no deliberate fault: mutations come in through Hooks.
package sso

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

// NamespaceProtocol is that of SAML 2.0 protocol messages.
const NamespaceProtocol = "urn:oasis:names:tc:SAML:2.0:protocol"

// Parameters of the bindings (SAML bindings §3.4.4, §3.5.4).
const (
	ParameterRequest    = "SAMLRequest"
	ParameterResponse   = "SAMLResponse"
	ParameterRelayState = "RelayState"
	ParameterContext    = "ContextToken" // POST field of a context token, our profile
)

// HeaderResponse carries the Response in the transport "header" when the convention names no other.
const HeaderResponse = "X-Interops-Response"

// Transports of mode P (P04).
const (
	TransportProxyPost   = "proxy-post"
	TransportBrowserPost = "browser-post"
	TransportHeader      = "header"
)

// Status codes of a Response (SAML core §3.2.2.2).
const (
	StatusSuccess          = "urn:oasis:names:tc:SAML:2.0:status:Success"
	StatusRequester        = "urn:oasis:names:tc:SAML:2.0:status:Requester"
	StatusResponder        = "urn:oasis:names:tc:SAML:2.0:status:Responder"
	StatusAuthnFailed      = "urn:oasis:names:tc:SAML:2.0:status:AuthnFailed"
	StatusNoAuthnContext   = "urn:oasis:names:tc:SAML:2.0:status:NoAuthnContext"
	StatusNoPassive        = "urn:oasis:names:tc:SAML:2.0:status:NoPassive"
	StatusPartialLogout    = "urn:oasis:names:tc:SAML:2.0:status:PartialLogout"
	StatusRequestDenied    = "urn:oasis:names:tc:SAML:2.0:status:RequestDenied"
	StatusUnknownPrincipal = "urn:oasis:names:tc:SAML:2.0:status:UnknownPrincipal"
)

// Draft is a Response to be built.
type Draft struct {
	// VI is the one assertion; its Issuer is the Response's. With a Status other than Success there is no assertion,
	// and VI gives the Issuer alone.
	VI interops.VI
	// ID, Destination and InResponseTo are attributes of the Response, left out when empty.
	ID, Destination, InResponseTo string
	// Status is the first status code, Success when empty; SubStatus the one within, none when empty.
	Status, SubStatus string
	// Signer signs the VI.
	Signer pki.Credential
	// ResponseSigner signs the whole Response as well; nil when it is not asked.
	ResponseSigner *pki.Credential
	Profile        *interops.Profile
	// Credential serves the hooks; may be nil when they need none.
	Credential func(name string) (pki.Credential, error)
	// Rand serves ECDSA; nil makes the same bytes each time.
	Rand io.Reader
	// Now is the IssueInstant of the Response; the VI's when zero.
	Now   time.Time
	Hooks saml.Hooks
}

// Incoming is a message as HTTP brought it.
type Incoming struct {
	Method string
	// Query is the decoded query, RawQuery the same as it was written, over which a Redirect is signed.
	Query    url.Values
	RawQuery string
	// Form is the decoded body of a form; read from Raw when nil.
	Form   url.Values
	Header http.Header
	// Raw is the body as it came.
	Raw []byte
}

// RequestState is what the receiver of a Response knows of the request that the Response names (S11).
type RequestState int

// The states of a request; the zero one is that of a request never sent.
const (
	RequestUnknown RequestState = iota
	RequestPending
	RequestUsed    // answered before
	RequestExpired // sent too long ago
)

// Expectation is what the judge of a Response knows before it reads it.
type Expectation struct {
	saml.Expectation
	// ACS is the address that the Response must name (P02).
	ACS string
	// Transport is that agreed in mode P; a form by POST when empty. Header names the one of the transport "header",
	// HeaderResponse when empty.
	Transport, Header string
	// Request is the pending request that the Response must answer; nil when none must be answered.
	Request *AuthnRequest
	// Requests tells of any request whether it is pending: for a receiver that takes solicited Responses and others.
	// Nil knows no request but Request.
	Requests func(id string) RequestState
	// RelayState tells whether a return address is allowed (P05). Nil judges its length and scheme alone.
	RelayState func(target string) bool
}

// Judged is what an incoming Response turned out to be.
type Judged struct {
	saml.Judged
	// ID, InResponseTo, Destination, Status and SubStatus are those of the Response, as claims.
	ID, InResponseTo, Destination, Status, SubStatus string
	// RelayState is what came beside; one that has a finding must not be followed.
	RelayState string
	// Response is the decoded XML, nil when the transport could not be undone; Document nil when it could not be read.
	Response []byte
	Document *etree.Document
	// Findings are all departures: of the transport, of the Response and of the VI.
	Findings []verdict.Finding
}
