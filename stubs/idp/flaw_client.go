package idp

import "etalon/internal/pki"

// clientFlaws neglect how a client proves who it is (FI-16 to FI-22).
func clientFlaws() []Flaw {
	pardoning := func(kinds ...pki.PathKind) func(*policy) {
		return func(p *policy) {
			p.pardoned = map[pki.PathKind]bool{}
			for _, k := range kinds {
				p.pardoned[k] = true
			}
		}
	}
	return []Flaw{
		neglecting("refuses-secret-post", "FI-16", "", "annonce client_secret_post et le refuse", "announces client_secret_post and refuses it", func(p *policy) { p.basicOnly = true }),
		neglecting("skips-secret", "FI-17", "", "ne vérifie pas le secret du client", "does not check the client's secret", func(p *policy) { p.anySecret = true }),
		neglecting("needs-no-secret", "FI-18", "", "se passe du secret du client", "does without the client's secret", func(p *policy) { p.noSecret = true }),
		neglecting("refuses-certificates", "FI-19", "", "annonce tls_client_auth et refuse tout certificat", "announces tls_client_auth and refuses every certificate",
			func(p *policy) { p.noCertificate = true }),
		neglecting("skips-certificate-subject", "FI-20", "", "accepte le certificat de n'importe qui, s'il est d'une autorité reconnue", "accepts anybody's certificate, of a known authority",
			func(p *policy) { p.anySubject = true }),
		neglecting("skips-certificate-authority", "FI-20", "", "accepte un certificat de n'importe quelle autorité", "accepts a certificate of any authority",
			pardoning(pki.PathUnknownAuthority, pki.PathSelfSigned)),
		neglecting("skips-certificate-expiry", "FI-21", "", "accepte un certificat expiré", "accepts an expired certificate", pardoning(pki.PathExpired)),
		neglecting("skips-certificate-revocation", "FI-21", "", "accepte un certificat révoqué", "accepts a revoked certificate", pardoning(pki.PathRevoked)),
		neglecting("skips-assertion-signature", "FI-20", "FI-21", "ne vérifie pas la signature des assertions", "does not check the signature of assertions", func(p *policy) { p.anySignature = true }),
		neglecting("takes-assertion-again", "FI-22", "", "accepte deux fois la même assertion", "accepts the same assertion twice", func(p *policy) { p.replays = true }),
	}
}
