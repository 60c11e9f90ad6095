// Package saml turns an identification vector (VI) into a SAML 2.0 or 1.1 assertion and back, and
// judges an assertion against a convention and a profile: structure, signature, signer, content and time.
//
// It opens no envelope and no file, reads no clock, and remembers nothing: replay and uniqueness over
// time belong to those who keep a state. Trust in a certificate path comes in as a function.
package saml

import (
	"crypto/x509"
	"time"

	"github.com/beevik/etree"

	"etalon/internal/interops"
	"etalon/internal/pki"
	"etalon/internal/verdict"
)

// Namespaces of the two assertion forms.
const (
	Namespace20 = "urn:oasis:names:tc:SAML:2.0:assertion"
	Namespace11 = "urn:oasis:names:tc:SAML:1.0:assertion"
)

// Versions of the assertion, as conventions and profiles write them.
const (
	Version20 = "2.0"
	Version11 = "1.1"
)

// Expectation is what the judge knows before it reads a message.
type Expectation struct {
	Convention *interops.Convention
	Profile    *interops.Profile
	Mode       interops.Mode
	// Provider is the Organism.Name of the receiver.
	Provider string
	// Audience is that of the service behind the endpoint; empty for any of the provider's services.
	Audience string
	// Now is the protocol time.
	Now time.Time
	// TLSPeer is the certificate that opened the link; T06 is not judged when nil.
	TLSPeer *x509.Certificate
	// Trust returns what is wrong with a signer's chain, leaf first, at an instant. Nil trusts nobody.
	Trust func(chain []*x509.Certificate, at time.Time) []pki.PathError
	// Emitted judges the VI as the work of a client candidate: findings then name the client's
	// requirements (V02, V18, V19, G10, G11, L01 …) instead of the receiver's.
	Emitted bool
}

// Judged is what a message turned out to be. Unless Verified, VI holds claims only.
type Judged struct {
	VI interops.VI
	// Verified tells that one VI alone was found and that its own signature, made by a trusted and
	// listed certificate of its issuer, covers it whole. It says nothing of dates and content.
	Verified bool
	// Element is the validated assertion; nil when not verified.
	Element *etree.Element
	// Signer is the certificate with which the signature was checked; nil when none was carried.
	Signer *x509.Certificate
	// Chain is all that the signature carried, Signer first; trusted only if Verified.
	Chain []*x509.Certificate
	// Client, Project and Service are the parts of the convention that the VI calls upon; zero when unknown.
	Client  interops.Organism
	Project interops.Project
	Service interops.Service
	// Findings are all departures, in the order of the checks.
	Findings []verdict.Finding
}

// Opens tells whether one of the VI's agreed PAGM opens an operation of the project (V13, V14).
// A PAGM without operations opens all. It says nothing of a VI that has findings.
func (j Judged) Opens(operation string) bool {
	for _, name := range j.VI.PAGM {
		if g, ok := j.Project.Agreed(name); ok && opens(g, operation) {
			return true
		}
	}
	return false
}
