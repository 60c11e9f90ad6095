package sso

import (
	"crypto/x509"
	"strconv"
	"time"

	"github.com/beevik/etree"

	"etalon/internal/interops"
	"etalon/internal/pki"
	"etalon/internal/xmlsec"
)

// MaxAge is how old a protocol message may be, beside the skew: as long as a person may take to log in.
const MaxAge = 5 * time.Minute

// letter is a message with its own enveloped signature, under judgement.
type letter struct {
	root    *etree.Element
	profile *interops.Profile
	chain   []*x509.Certificate // what the signature carries, signer first
}

// sealed checks the message's own signature: one, a child of the message, over the whole of it by its identifier,
// with sound algorithms and the certificate of its key.
func (l *letter) sealed() []departure {
	found := xmlsec.Children(l.root, xmlsec.NamespaceDS, "Signature")
	if len(found) == 0 {
		return []departure{{"signature-absent", "ds:Signature", ""}}
	}
	var all []departure
	if len(found) > 1 {
		all = append(all, departure{"signature-invalid", "1", strconv.Itoa(len(found))})
	}
	checked := xmlsec.Verify(found[0], policy(l.profile), nil)
	l.chain = checked.Certificates
	all = append(all, faulty(checked.Faults)...)
	if len(all) == 0 && !checked.Covers(l.root) {
		all = append(all, departure{"signature-reference-other", "#" + xmlsec.Value(l.root, "ID"), uris(checked)})
	}
	return all
}

// complete adds to a certificate that came alone the authorities that its owner published with it.
func (l *letter) complete(published [][]*x509.Certificate) {
	if len(l.chain) != 1 {
		return
	}
	for _, chain := range published {
		if len(chain) > 1 && chain[0].Equal(l.chain[0]) {
			l.chain = chain
			return
		}
	}
}

// policy is what the profile accepts of a message's own signature.
func policy(p *interops.Profile) xmlsec.Policy {
	accepted := xmlsec.CurrentPolicy
	if p.Legacy() {
		accepted = xmlsec.LegacyPolicy
		accepted.AllowEmptyURI = false
	}
	return accepted
}

// faulty tells the faults of a signature as departures.
func faulty(faults []xmlsec.Fault) []departure {
	var all []departure
	for _, f := range faults {
		name := "signature-invalid"
		switch f.Kind {
		case xmlsec.FaultDigest:
			name = "altered"
		case xmlsec.FaultMethod, xmlsec.FaultDigestMethod, xmlsec.FaultKeyTooWeak:
			name = "signature-algorithm-other"
		case xmlsec.FaultReferenceUnresolved, xmlsec.FaultReferenceExternal, xmlsec.FaultReferenceAmbiguous, xmlsec.FaultReferenceEmptyURI:
			name = "signature-reference-other"
		}
		all = append(all, departure{name, f.Want, string(f.Kind) + ": " + f.Got})
	}
	return all
}

func uris(checked xmlsec.Checked) string {
	s := ""
	for _, r := range checked.References {
		s += r.URI + " "
	}
	return s
}

// signer checks that the message is signed by a trusted key that the convention lists for the organism.
func (l *letter) signer(o interops.Organism, now time.Time, trust func([]*x509.Certificate, time.Time) []pki.PathError) []departure {
	if len(l.chain) == 0 {
		return nil // a signature without certificate has its finding
	}
	leaf := l.chain[0]
	if trust == nil {
		return []departure{{"signer-untrusted", "", pki.Subject(leaf)}}
	}
	var all []departure
	for _, trouble := range trust(l.chain, now) {
		all = append(all, departure{"signer-untrusted", "", trouble.Error()})
	}
	if o.Name != "" && !pki.Listed(o.Signature, leaf, now) {
		all = append(all, departure{"signer-other", o.Title(), pki.Subject(leaf)})
	}
	return all
}
