package saml

import (
	"crypto/x509"

	"etalon/internal/interops"
)

// Claims are what a token that is no assertion says of a person: the content of a VI, with the certificates of its
// signature.
type Claims struct {
	VI interops.VI
	// Chain is what the signature carried, signer first; Sound tells that the signer's key made it over the whole token.
	Chain []*x509.Certificate
	Sound bool
}

// VerifyClaims judges claims as the content of a VI is: parties, signer, link, dates, audience, class and PAGM. What
// belongs to an assertion alone is not judged: its structure, the confirmation of its subject, the format of its name.
func VerifyClaims(c Claims, x Expectation) Judged {
	j := &judge{Expectation: x, vi: c.VI, id: c.VI.ID, chain: c.Chain, space: Namespace20, claims: true}
	j.vi.Version = Version20
	j.el = encode20(j.vi, x.Profile)
	j.root = j.el
	j.parties()
	sound := j.signed() && c.Sound
	j.link()
	j.content()
	out := Judged{
		VI: j.vi, Verified: sound, Chain: j.chain, Client: j.client, Project: j.project, Service: j.service, Findings: j.findings,
	}
	if len(j.chain) > 0 {
		out.Signer = j.chain[0]
	}
	return out
}
