package mutation

import (
	"encoding/xml"
	"net/http"
	"time"
)

// Conduct is what a partner does on the wire. The zero value is honest; each field that is set is one
// departure. Either partner reads the first part; then come those of the mock client and of the mock provider.
type Conduct struct {
	// Fault is the Mutation.Name of the fault that behaves so; empty for an honest conduct.
	Fault string
	// MinTLS and MaxTLS bound the versions that the partner speaks; zero means the honest bounds.
	MinTLS, MaxTLS uint16
	// Suites are the only ones that the partner speaks in TLS 1.2; the honest ones when empty. Where a
	// Hello is set, the client sends that instead.
	Suites []uint16
	// Plain speaks http without TLS: the client to the same host, the provider on its own port (T07).
	Plain bool

	// Organism plays the client altogether: its Issuer, its signature, its link. Empty: the honest client.
	Organism string
	// LinkOrganism opens the link alone, with its own TLS certificate: the VI stays the client's (T06).
	LinkOrganism string
	// ClientCertificate is the credential that the client presents, as pki names it within its organism:
	// "tls~expired", "tls-2"; empty is the honest "tls", Absent is none at all.
	ClientCertificate string
	// Hello replaces the exchange by a raw TLS ClientHello: an answer other than an alert or a close
	// is the peer's agreement.
	Hello *Hello
	// Method and ContentType replace those of the request; Header is added to it.
	Method, ContentType string
	Header              http.Header
	// VIInQuery takes the Security header out of the message and puts the VI, in base64url without padding, in the
	// query parameter VI of the address; of a Response, the whole form goes into the address; the token of mode R, as it
	// is, into the parameter rest.ParameterToken (L08).
	VIInQuery bool
	// Place is where the token of mode R stands in place of the one header agreed; as agreed when empty.
	Place Place
	// SOAP makes the whole message in that version, "1.1" or "1.2".
	SOAP string
	// Replay sends the VI of an accepted exchange once more.
	Replay *Replay
	// Delivery is how a Response is taken to its receiver otherwise than agreed; nil is as agreed (P04, P05, P11).
	Delivery *Delivery

	// ServerCertificate is the credential that the provider presents, as ClientCertificate is the client's.
	ServerCertificate string
	// Answer replaces the provider's answer.
	Answer *Answer
	// Times is the number of exchanges that the conduct lasts; zero means as long as the trial does.
	Times int
}

// Place is a wrong place of the token of mode R (R01).
type Place string

// The wrong places, beside the address, which is VIInQuery.
const (
	Nowhere Place = "nowhere"
	Twice   Place = "twice" // in two header lines
	InBody  Place = "body"  // in a form, by POST
)

// Absent is the certificate of a client that presents none.
const Absent = "absent"

// Hello is a TLS ClientHello made by hand, for versions and suites that no library offers any more.
type Hello struct {
	Version uint16   // 0x0300 for SSL 3
	Suites  []uint16 // the only ones offered
}

// Replay sends a VI twice: first in an honest exchange, which must be accepted, then byte for byte in
// a second message with a Body of its own, which is the trial.
type Replay struct {
	// OneTimeUse puts that condition in the VI (V16).
	OneTimeUse bool
	// ClientCertificate is the credential of the second exchange; the same as before when empty (L05).
	ClientCertificate string
}

// Delivery is a departure of what brings a Response. At most one of its fields is set.
type Delivery struct {
	// RelayState takes the place of the honest return address; %s in it stands for the honest one, and %h for the
	// receiver's host.
	RelayState string
	// Garbled puts a character that is not base64 into the parameter, Twice repeats it.
	Garbled, Twice bool
	// Ballast adds a parameter of that many bytes.
	Ballast int
	// Origin is that of the page whose form the browser submits.
	Origin string
}

// Answer is what a provider answers instead of the application's response. At most one of Fault,
// Business, Body, Redirect and Close is set.
type Answer struct {
	// Fault is a SOAP fault of that code; FaultText is its sentence.
	Fault     xml.Name
	FaultText string
	// Business is a fault of the application, with a code of its own namespace and a detail: a client
	// passes it on untouched (A06).
	Business bool
	// Status replaces the HTTP status.
	Status int
	// Body is sent as it is, as ContentType.
	Body        []byte
	ContentType string
	// Redirect answers with Status and the same address over http (T07).
	Redirect bool
	// Header is added to the answer.
	Header http.Header
	// WithVI adds a Security header with a VI to the application's response (A06).
	WithVI bool
	// Close ends the connection without an answer.
	Close bool
	// Delay is waited before answering, on the wall clock.
	Delay time.Duration
}
