package saml

import (
	"maps"
	"slices"
	"strconv"

	"github.com/beevik/etree"

	"etalon/internal/xmlsec"
)

// signatureRules names the faults of a signature. One that several elements may be meant by is left to
// id-repeated, and a weak key to the judge of certificates.
var signatureRules = map[xmlsec.FaultKind]string{
	xmlsec.FaultMalformed:             "signature-malformed",
	xmlsec.FaultNoKeyInfo:             "keyinfo-absent",                 // G04-N1
	xmlsec.FaultBareKeyValue:          "keyinfo-without-certificate",    // G04-N3
	xmlsec.FaultCertificateUnreadable: "keyinfo-certificate-unreadable", // G04
	xmlsec.FaultReferenceCount:        "signature-reference-absent",
	xmlsec.FaultReferenceEmptyURI:     "signature-reference-empty", // G02-N2
	xmlsec.FaultReferenceUnresolved:   "signature-reference-other", // G02-N1
	xmlsec.FaultReferenceExternal:     "signature-reference-other",
	xmlsec.FaultTransform:             "signature-transform-other", // G02-N4
	xmlsec.FaultC14N:                  "signature-algorithm-other",
	xmlsec.FaultMethod:                "signature-algorithm-other", // G03-N1 to N3
	xmlsec.FaultDigestMethod:          "digest-algorithm-other",    // G03-N1, N2
	xmlsec.FaultDigest:                "signature-digest-wrong",    // G01-N3 to N5
	xmlsec.FaultSignature:             "signature-value-wrong",     // G01-N2
	xmlsec.FaultObject:                "signature-object",          // G07-N3
}

// policy is what the profile accepts of a signature.
func (j *judge) policy() xmlsec.Policy {
	p := xmlsec.CurrentPolicy
	if j.Profile.Legacy() {
		p = xmlsec.LegacyPolicy
	}
	p.AllowEmptyURI = j.Profile.Sig.ReferenceEmptyURI == "warn"
	return p
}

// binding ties what was signed to what is read: an identifier alone of its kind in the message (G08), no
// other assertion in hiding (G07), the VI's own signature as its direct child (G01), with one reference,
// to this very element (G02), sound algorithms (G03) and a certificate (G04). It tells whether all held.
func (j *judge) binding() bool {
	before := len(j.findings)
	j.uniqueIDs()
	wrapped := j.hidden()
	signatures := children(j.el, namespaceDSig, "Signature")
	if len(signatures) == 0 {
		if !wrapped {
			j.report("signature-absent", "ds:Signature", "") // G01-N1
		}
		return false
	}
	if len(signatures) > 1 {
		j.report("signature-several", "1", strconv.Itoa(len(signatures)))
	}
	checked := xmlsec.Verify(signatures[0], j.policy(), nil)
	j.chain = checked.Certificates
	j.faults(checked, wrapped)
	if len(checked.References) > 1 {
		j.report("signature-reference-several", "1", strconv.Itoa(len(checked.References))) // G02-N3
	} else if len(checked.References) == 1 && !wrapped {
		if r := checked.References[0]; r.Element != nil && r.Element != j.el && r.URI != "#"+j.id {
			j.report("signature-reference-other", "#"+j.id, r.URI) // G02-N1, G10-N3
		}
	}
	return len(j.findings) == before && checked.Valid() && checked.Covers(j.el)
}

// faults reports what is wrong with the signature in itself. Where an assertion hides, a reference that
// goes astray is part of the same fault.
func (j *judge) faults(checked xmlsec.Checked, wrapped bool) {
	for _, f := range checked.Faults {
		rule := signatureRules[f.Kind]
		if rule == "" || wrapped && rule == "signature-reference-other" {
			continue
		}
		j.report(rule, f.Want, f.Got)
		if f.Kind == xmlsec.FaultSignature && !checked.Has(xmlsec.FaultDigest) {
			// Intact content under a value that is not the certificate's: either may be the wrong one.
			j.report("keyinfo-certificate-other", f.Want, f.Got) // G04-N2
		}
	}
}

// uniqueIDs checks that no identifier is borne twice in the message (G08).
func (j *judge) uniqueIDs() {
	ids := xmlsec.IDs(j.root)
	for _, id := range slices.Sorted(maps.Keys(ids)) {
		if bearers := ids[id]; len(bearers) > 1 {
			j.report("id-repeated", "1", id+" ×"+strconv.Itoa(len(bearers))) // G08-N1
		}
	}
}

// hidden looks for assertions elsewhere than at the place of a VI: in the VI itself, in a signature, in
// another header, or, when it could be taken for the VI, in the business message (G07).
func (j *judge) hidden() bool {
	found := false
	var search func(el *etree.Element, business bool)
	search = func(el *etree.Element, business bool) {
		for _, token := range el.Child {
			c, ok := token.(*etree.Element)
			if !ok {
				continue
			}
			if isAssertion(c) && !slices.Contains(j.vis, c) && (!business || identifier(c) == j.id || j.refersTo(c)) {
				j.report("assertion-hidden", "", c.GetPath()) // G07-N1 to N3
				found = true
			}
			search(c, business || el == j.root && c.Tag == "Body")
		}
	}
	search(j.root, false)
	return j.siblings() || found
}

// siblings looks, where several VIs stand, for one that leans on another's signature or identifier (G07-N4).
func (j *judge) siblings() bool {
	for i, a := range j.vis {
		unsigned := len(j.vis) > 1 && child(a, namespaceDSig, "Signature") == nil
		twin := slices.ContainsFunc(j.vis[:i], func(b *etree.Element) bool { return identifier(b) == identifier(a) })
		if unsigned || twin {
			j.report("assertion-sibling", "", identifier(a))
			return true
		}
	}
	return false
}

// refersTo tells whether the VI's signature refers to that assertion.
func (j *judge) refersTo(a *etree.Element) bool {
	info := child(child(j.el, namespaceDSig, "Signature"), namespaceDSig, "SignedInfo")
	return slices.ContainsFunc(children(info, namespaceDSig, "Reference"), func(r *etree.Element) bool {
		return value(r, "URI") == "#"+identifier(a)
	})
}

func isAssertion(el *etree.Element) bool {
	return el.Tag == "Assertion" && (is(el, Namespace20, "Assertion") || is(el, Namespace11, "Assertion"))
}

func identifier(assertion *etree.Element) string {
	if assertion.NamespaceURI() == Namespace11 {
		return value(assertion, "AssertionID")
	}
	return value(assertion, "ID")
}
