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
	"etalon/internal/xmlsec"
)

// Versions of SOAP, as conventions and profiles write them.
const (
	V11 = "1.1"
	V12 = "1.2"
)

// Form is a message after encoding and before signing: all elements are in place, the signatures are
// recipes. A hook may change every part of it.
type Form struct {
	SOAP                                 string
	Envelope, Header, Security, VI, Body *etree.Element
	// Recipe makes the signature of the VI, as child Index of VI; nil leaves it unsigned.
	Recipe *xmlsec.Recipe
	Index  int
	// Message makes the signature over Body and Timestamp, last in Security; nil when none is asked.
	Message *xmlsec.Recipe
	// Credential returns a test credential by name, for faults that sign with another key.
	Credential func(name string) (pki.Credential, error)
	Now        time.Time
}

// Hooks are the moments at which a message may be altered on its way; each may be nil.
type Hooks struct {
	// Content alters the VI before encoding; the message is then well signed.
	Content func(*interops.VI)
	// Form alters the elements and recipes before signing.
	Form func(*Form) error
	// Signed alters the tree after signing and before serialisation.
	Signed func(*Form) error
	// Wire alters the bytes.
	Wire func([]byte) ([]byte, error)
}

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
	Hooks      Hooks
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
