// Package soap builds and judges the messages of mode A: a SOAP envelope with the VI in its WS-Security
// header, an optional Timestamp, token reference and message signature, and the faults that refuse it.
//
// It sends nothing, keeps no replay cache and knows no deliberate fault: the mutations of the catalogue
// come in through Hooks.
package soap

import (
	"io"
	"net/url"
	"time"

	"github.com/beevik/etree"

	"etalon/internal/interops"
	"etalon/internal/pki"
	"etalon/internal/saml"
	"etalon/internal/verdict"
)

// Versions of SOAP, as conventions and profiles write them.
const (
	V11 = "1.1"
	V12 = "1.2"
)

// Draft is a message to be built.
type Draft struct {
	SOAP string // V11 when empty
	VI   interops.VI
	// Body is one XML element: the application's message, kept canonically unchanged (A05).
	Body []byte
	// Created and Expires make a Timestamp when not zero (A09).
	Created, Expires time.Time
	// TokenReference adds a SecurityTokenReference that names the VI (A11).
	TokenReference bool
	// Signer signs the VI.
	Signer pki.Credential
	// MessageSigner signs Body and Timestamp; nil when no message signature is agreed (A10).
	MessageSigner *pki.Credential
	Profile       *interops.Profile
	// Credential serves the hooks; may be nil when they need none.
	Credential func(name string) (pki.Credential, error)
	Rand       io.Reader
	Now        time.Time
	Hooks      saml.Hooks
}

// Incoming is a message as HTTP brought it.
type Incoming struct {
	Method, ContentType, SOAPAction string
	Query                           url.Values
	Raw                             []byte
}

// Judged is what an incoming message turned out to be.
type Judged struct {
	saml.Judged
	// SOAP is the version of the envelope; empty when there is none.
	SOAP string
	// Document and Body are nil when the message could not be read.
	Document *etree.Document
	Body     *etree.Element
	// Operation is the local name of the Body's first element.
	Operation string
	// Findings are all departures: of the exchange, of the envelope and of the VI.
	Findings []verdict.Finding
}
