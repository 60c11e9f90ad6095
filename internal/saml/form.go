package saml

import (
	"time"

	"github.com/beevik/etree"

	"etalon/internal/interops"
	"etalon/internal/pki"
	"etalon/internal/xmlsec"
)

// Form is a message after encoding and before signing, whatever carries its VI: all elements are in place, the
// signatures are recipes. A hook may change every part of it.
type Form struct {
	// Root is the whole message: an Envelope, a Response, or the VI itself where nothing is around it.
	Root *etree.Element
	// Holder is the parent of the VI: the Security header of an Envelope, the Response; nil when Root is the VI.
	Holder, VI *etree.Element
	// Header and Body are those of an Envelope, SOAP its version; nil and empty elsewhere.
	Header, Body *etree.Element
	SOAP         string
	// Recipe makes the signature of the VI, as child Index of VI; nil leaves it unsigned.
	Recipe *xmlsec.Recipe
	Index  int
	// Message makes the carrier's own signature: over Body and Timestamp of an Envelope, last in Holder; over the
	// whole Response, after its Issuer. Nil when none is asked.
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
