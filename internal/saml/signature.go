package saml

import (
	"cmp"
	"strconv"

	"etalon/internal/xmlsec"
)

// signatureRules names the faults of a signature; one that is not here is signature-malformed.
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
	xmlsec.FaultKeyTooWeak:            "certificate-key-weak",      // T05-N1
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
	signatures := xmlsec.Children(j.el, xmlsec.NamespaceDS, "Signature")
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
		rule := cmp.Or(signatureRules[f.Kind], "signature-malformed")
		astray := rule == "signature-reference-other" && wrapped
		if astray || f.Kind == xmlsec.FaultReferenceAmbiguous { // the latter is id-repeated
			continue
		}
		j.report(rule, f.Want, f.Got)
		if f.Kind == xmlsec.FaultSignature && !checked.Has(xmlsec.FaultDigest) {
			// Intact content under a value that is not the certificate's: either may be the wrong one.
			j.report("keyinfo-certificate-other", f.Want, f.Got) // G04-N2
		}
	}
}
