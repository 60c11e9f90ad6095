package mss

import (
	"context"
	"crypto/x509"
	"net/url"
	"slices"

	"etalon/internal/bench"
	"etalon/internal/pki"
	"etalon/internal/verdict"
)

// chain is what the server presented on the link of the trial, leaf first.
func (p *part) chain() []*x509.Certificate {
	state, _ := p.line.clear.talk.TLS()
	return state.PeerCertificates
}

// ownTroubles are those of the leaf by itself, whoever issued it.
func ownTroubles(chain []*x509.Certificate) []pki.PathError {
	if len(chain) == 0 {
		return nil
	}
	return new(pki.Trust).CheckAlone(chain[0], bench.Wall())
}

// certificateTrusted wants a path to a root, of sound certificates all along (TLS-18). What ails the leaf by itself is
// the business of TLS-20.
func certificateTrusted(_ context.Context, p *part) error {
	p.Checked()
	chain := p.chain()
	own := ownTroubles(chain)
	trust := pki.Trust{Roots: p.side.run.Bench.Roots()}
	for _, e := range trust.Verify(chain, pki.UsageServer, bench.Wall()) {
		if !slices.Contains(own, e) {
			p.Sees(p.Own("certificate-untrusted", "IGC-Santé TEST", e.Error(), p.presented(chain)))
		}
	}
	return nil
}

// presented keeps a chain as evidence.
func (p *part) presented(chain []*x509.Certificate) string {
	return p.Evidence(pki.CertificatesPEM(chain), "application/x-pem-file")
}

// certificateNamed wants the published name among the alternative names (TLS-19).
func certificateNamed(_ context.Context, p *part) error {
	p.Checked()
	chain := p.chain()
	if len(chain) == 0 {
		return p.Cannot(verdict.ReasonNoMessage, "Certificate")
	}
	if err := chain[0].VerifyHostname(p.side.declared.Host); err != nil {
		p.Sees(p.Own("certificate-other-name", p.side.declared.Host, err.Error(), p.presented(chain)))
	}
	return nil
}

// certificateSound looks at dates, key and digest of the leaf (TLS-20).
func certificateSound(_ context.Context, p *part) error {
	p.Checked()
	chain := p.chain()
	for _, e := range ownTroubles(chain) {
		rule, want := "certificate-weak", "RSA 2048, P-256, SHA-2"
		if e.Kind == pki.PathExpired || e.Kind == pki.PathNotYetValid {
			rule, want = "certificate-out-of-date", bench.Wall().Format("2006-01-02")
		}
		p.Sees(p.Own(rule, want, e.Error(), p.presented(chain)))
	}
	return nil
}

// certificateGood wants revocation data that are current and do not name the leaf (TLS-21). Without a path there is no
// authority to ask.
func certificateGood(_ context.Context, p *part) error {
	chain := p.chain()
	roots := p.side.run.Bench.Roots()
	issuer := issuerOf(chain, roots)
	if issuer == nil {
		return p.Cannot(verdict.ReasonNoMessage, "autorité du certificat")
	}
	p.Checked()
	checker := pki.Checker{}
	if p.side.run.Candidate.PKI.Trust != "" { // a real authority, whose addresses are its own
		checker.Allow = func(u *url.URL) bool { return u.Scheme == "http" || u.Scheme == "https" }
	}
	trouble := checker.Check(chain[0], issuer, bench.Wall())
	switch {
	case trouble == nil:
	case trouble.Kind == pki.PathRevoked:
		p.Sees(p.Own("certificate-revoked", "good", trouble.Error(), p.presented(chain)))
	default:
		p.Sees(p.Own("revocation-unreadable", "CRL, OCSP", trouble.Error(), p.presented(chain)))
	}
	return nil
}

// issuerOf finds who signed the leaf, among what came with it and the roots.
func issuerOf(chain, roots []*x509.Certificate) *x509.Certificate {
	if len(chain) == 0 {
		return nil
	}
	for _, candidate := range slices.Concat(chain[1:], roots) {
		if chain[0].CheckSignatureFrom(candidate) == nil {
			return candidate
		}
	}
	return nil
}
