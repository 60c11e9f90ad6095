package xmlsec

import (
	"crypto/x509"

	"github.com/beevik/etree"
)

// FaultKind names what is wrong with a signature.
type FaultKind string

// Faults of a signature.
const (
	FaultMalformed             FaultKind = "malformed"              // not the structure of XML-DSig §4
	FaultNoKeyInfo             FaultKind = "no-key-info"            // no KeyInfo, or nothing in it that tells a key (G04)
	FaultBareKeyValue          FaultKind = "bare-key-value"         // a key without certificate (G04)
	FaultCertificateUnreadable FaultKind = "certificate-unreadable" // not base64, not X.509, or not a certificate token
	FaultReferenceCount        FaultKind = "reference-count"        // no reference, or more than 16
	FaultReferenceEmptyURI     FaultKind = "reference-empty-uri"    // URI="" where the policy wants "#id" (G02)
	FaultReferenceUnresolved   FaultKind = "reference-unresolved"   // nothing has that identifier
	FaultReferenceAmbiguous    FaultKind = "reference-ambiguous"    // several elements have it (G08)
	FaultReferenceExternal     FaultKind = "reference-external"     // outside the document
	FaultTransform             FaultKind = "transform"              // not allowed, out of place, or not computed (G02)
	FaultC14N                  FaultKind = "c14n"                   // CanonicalizationMethod not allowed or not computed
	FaultMethod                FaultKind = "method"                 // SignatureMethod not allowed or not computed (G03)
	FaultDigestMethod          FaultKind = "digest-method"          // DigestMethod not allowed or not computed (G03)
	FaultDigest                FaultKind = "digest"                 // what is referred to has changed (G01)
	FaultSignature             FaultKind = "signature"              // the value is not the key's over SignedInfo (G01)
	FaultKeyTooWeak            FaultKind = "key-too-weak"           // RSA key shorter than the policy's, or beyond 8192 bits
	FaultObject                FaultKind = "object"                 // the signature carries a ds:Object (G07)
)

// Fault is one thing wrong: what was wanted and what was there, in a few words or as values.
type Fault struct {
	Kind      FaultKind
	Want, Got string
}

// CheckedReference is a reference and what it designates.
type CheckedReference struct {
	URI string
	// Element is nil when nothing is designated. Of several with one identifier it is the one that was signed, if
	// any was.
	Element *etree.Element
	// OK tells that URI designates Element alone and that the digest is right, whatever its algorithm.
	OK bool
}

// Checked is what a verification found.
type Checked struct {
	Element      *etree.Element      // the ds:Signature
	Method       string              // SignatureMethod
	Certificates []*x509.Certificate // those of KeyInfo, in order; none is trusted by being here
	References   []CheckedReference
	Faults       []Fault
}

// Valid tells that nothing is wrong. It says nothing of what was signed: see Covers.
func (c Checked) Valid() bool { return c.Element != nil && len(c.Faults) == 0 }

// Covers tells that the signature is over el and nothing else: it has exactly one reference, which designates that
// very element and whose digest is right. Together with Valid it binds what was signed to what is read (G02, G07).
func (c Checked) Covers(el *etree.Element) bool {
	return el != nil && len(c.References) == 1 && c.References[0].Element == el && c.References[0].OK
}

// Has tells whether a fault of that kind was found.
func (c Checked) Has(kind FaultKind) bool {
	for _, f := range c.Faults {
		if f.Kind == kind {
			return true
		}
	}
	return false
}
