package saml

import (
	"cmp"
	"slices"

	"etalon/internal/interops"
	"etalon/internal/pki"
)

// pathRules names the troubles of a certificate path.
var pathRules = map[pki.PathKind]string{
	pki.PathSelfSigned:            "certificate-self-signed",   // G05-N1
	pki.PathUnknownAuthority:      "certificate-untrusted",     // G05-N2, G10-N2
	pki.PathExpired:               "certificate-expired",       // G05-N3, G11-N2
	pki.PathNotYetValid:           "certificate-not-yet-valid", // G05
	pki.PathRevoked:               "certificate-revoked",       // G05-N4
	pki.PathRevocationStale:       "certificate-revocation-unknown",
	pki.PathRevocationUnreachable: "certificate-revocation-unknown",
	pki.PathUsage:                 "certificate-usage-other",
	pki.PathCA:                    "certificate-usage-other",
	pki.PathWeakKey:               "certificate-key-weak",    // T05-N1
	pki.PathWeakDigest:            "certificate-digest-weak", // T05-N2
	pki.PathMalformed:             "certificate-malformed",
}

// signed checks who signed: a trusted certificate (G05) that the convention lists for the organism that
// the VI names (G06, G11). It tells whether all held.
func (j *judge) signed() bool {
	if len(j.chain) == 0 {
		return false
	}
	before := len(j.findings)
	if j.Trust == nil {
		j.report("certificate-untrusted", "", pki.Subject(j.chain[0]))
	} else {
		for _, trouble := range j.Trust(j.chain, j.Now) {
			rule := cmp.Or(pathRules[trouble.Kind], "certificate-malformed")
			if !j.reported(rule) { // a weak key shows in the signature too
				j.report(rule, "", trouble.Detail)
			}
		}
	}
	j.entitled(len(j.findings) > before)
	return len(j.findings) == before && j.client.Name != ""
}

// entitled checks that the signer is one that the convention lists for the issuer. Of a certificate that
// nobody vouches for, the name says nothing more.
func (j *judge) entitled(untrusted bool) {
	leaf := j.chain[0]
	if j.client.Name == "" || pki.Listed(j.client.Signature, leaf, j.Now) {
		return
	}
	ours := func(id interops.Identity) bool {
		return pki.Matches(interops.Identity{Subject: id.Subject}, leaf, j.Now)
	}
	others := func(o interops.Organism) bool {
		return o.Name != j.client.Name && pki.Listed(o.Signature, leaf, j.Now)
	}
	want := subjects(j.client.Signature)
	switch {
	case slices.ContainsFunc(j.client.Signature, ours):
		j.report("signer-retired", want, pki.Subject(leaf)) // G11-N1
	case slices.ContainsFunc(j.Convention.Organisms, others):
		j.report("signer-other-organism", want, pki.Subject(leaf)) // G06-N1
	case !untrusted:
		j.report("signer-unlisted", want, pki.Subject(leaf)) // G05-N5
	}
}

// link checks that the TLS identity may speak for the organism that the VI names (T06).
func (j *judge) link() {
	if j.TLSPeer != nil && j.client.Name != "" && !pki.Listed(j.client.TLS, j.TLSPeer, j.Now) {
		j.report("tls-identity-other", subjects(j.client.TLS), pki.Subject(j.TLSPeer)) // T06-N1
	}
}

func subjects(ids []interops.Identity) string {
	all := ""
	for i, id := range ids {
		if i > 0 {
			all += " | "
		}
		all += id.Subject
	}
	return all
}
