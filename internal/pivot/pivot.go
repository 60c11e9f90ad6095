// Package pivot is the file that two parties exchange about their traces: the demand, its answer, the declaration of
// suspect behaviour and its receipt, in XML of a published schema (docs/traces-pivot.xsd), signed.
//
// The format is our test profile's: that of the standard is known by its table of contents only. It sends nothing and
// decides about nobody: who may ask is told by the convention, which inquiry applies.
package pivot

import (
	"crypto/x509"
	"fmt"

	"github.com/beevik/etree"

	"etalon/internal/interops"
	"etalon/internal/xmlsec"
)

// Namespace is that of every element; ContentType that of the file over HTTP.
const (
	Namespace   = "urn:etalon:traces-pivot:1"
	ContentType = "application/xml; charset=utf-8"
)

const prefix = "tp"

// Limits of one file, so that a hostile one costs little.
var limits = xmlsec.Limits{Bytes: 8 << 20, Depth: 16, Elements: 100_000, Attributes: 16, Text: 64 << 10}

// MaxBytes is the longest file that is read.
const MaxBytes = 8 << 20

// Document is one file; exactly one of the four is set.
type Document struct {
	Request *interops.TraceRequest
	Answer  *interops.TraceAnswer
	Report  *interops.SuspicionReport
	Receipt *interops.SuspicionReceipt
	root    *etree.Element
}

// names are those of the root elements, in the order of the fields of Document.
const (
	nameRequest = "DemandeTraces"
	nameAnswer  = "ReponseTraces"
	nameReport  = "DeclarationComportementSuspect"
	nameReceipt = "AccuseReception"
)

// From returns the Issuer of who made the document, To that of whom it is for.
func (d Document) From() string {
	from, _ := d.parties()
	return from
}

// To returns the Issuer of whom the document is for.
func (d Document) To() string {
	_, to := d.parties()
	return to
}

func (d Document) parties() (from, to string) {
	switch {
	case d.Request != nil:
		return d.Request.From, d.Request.To
	case d.Answer != nil:
		return d.Answer.From, d.Answer.To
	case d.Report != nil:
		return d.Report.From, d.Report.To
	case d.Receipt != nil:
		return d.Receipt.From, d.Receipt.To
	}
	return "", ""
}

// Signer checks the signature of a document that was read: over its root and nothing else, with the algorithms of the
// current profile. It returns the chain told in the signature, the signer first; whether it is trusted, and listed by
// the convention, is the caller's to judge (X14).
func (d Document) Signer() ([]*x509.Certificate, error) {
	if d.root == nil {
		return nil, fmt.Errorf("verify signature: the document was not read")
	}
	children := d.root.ChildElements()
	signature := children[len(children)-1]
	if signature.Tag != "Signature" {
		return nil, fmt.Errorf("verify signature: there is none")
	}
	checked := xmlsec.Verify(signature, xmlsec.CurrentPolicy, nil)
	if !checked.Valid() {
		why := "no certificate"
		if len(checked.Faults) > 0 {
			why = fmt.Sprintf("%s: want %q, got %q", checked.Faults[0].Kind, checked.Faults[0].Want, checked.Faults[0].Got)
		}
		return nil, fmt.Errorf("verify signature: %s", why)
	}
	if !checked.Covers(d.root) {
		return nil, fmt.Errorf("verify signature: it does not cover the document")
	}
	if len(checked.Certificates) == 0 {
		return nil, fmt.Errorf("verify signature: no certificate")
	}
	return checked.Certificates, nil
}
