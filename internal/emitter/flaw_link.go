package emitter

import (
	"crypto/tls"
	"net/http"
	"slices"

	"etalon/internal/pki"
)

// LinkFlaws neglect the link to the partner (T02 to T07).
func LinkFlaws() []Flaw {
	return []Flaw{
		neglecting("trusts-any-server-authority", "T02", "X01",
			"ne vérifie pas l'autorité du certificat du fournisseur", "does not check the authority of the provider's certificate",
			admits(pki.PathUnknownAuthority, pki.PathSelfSigned)),
		neglecting("accepts-self-signed-server", "T02", "",
			"accepte un fournisseur au certificat autosigné", "takes a provider with a self-signed certificate",
			admits(pki.PathSelfSigned)),
		neglecting("skips-server-name", "T02", "",
			"ne compare pas le certificat du fournisseur au nom appelé", "does not compare the provider's certificate with the name that is called",
			admits(pki.PathName)),
		neglecting("ignores-server-expiry", "T02", "",
			"accepte un fournisseur au certificat expiré", "takes a provider with an expired certificate",
			admits(pki.PathExpired)),
		neglecting("skips-server-revocation", "T02", "",
			"accepte un fournisseur au certificat révoqué", "takes a provider with a revoked certificate",
			admits(pki.PathRevoked)),
		neglecting("accepts-tls10", "T03", "",
			"parle encore TLS 1.0 et TLS 1.1", "still speaks TLS 1.0 and TLS 1.1", speaks(tls.VersionTLS10)),
		neglecting("accepts-tls11", "T03", "",
			"parle encore TLS 1.1", "still speaks TLS 1.1", speaks(tls.VersionTLS11)),
		neglecting("accepts-weak-suites", "T03", "",
			"propose encore les suites RC4 et 3DES", "still offers RC4 and 3DES suites", offers(
				tls.TLS_RSA_WITH_RC4_128_SHA, tls.TLS_ECDHE_RSA_WITH_RC4_128_SHA,
				tls.TLS_RSA_WITH_3DES_EDE_CBC_SHA, tls.TLS_ECDHE_RSA_WITH_3DES_EDE_CBC_SHA)),
		neglecting("skips-server-usage", "T04", "",
			"accepte comme fournisseur un certificat fait pour un client", "takes a client's certificate as a provider's",
			admits(pki.PathUsage)),
		neglecting("accepts-authority-as-server", "T04", "",
			"accepte un certificat d'autorité comme certificat de fournisseur", "takes an authority's certificate as a provider's",
			admits(pki.PathCA)),
		neglecting("accepts-weak-server-key", "T05", "",
			"accepte un fournisseur à clé RSA de 1024 bits", "takes a provider with an RSA key of 1024 bits",
			admits(pki.PathWeakKey)),
		neglecting("accepts-sha1-server", "T05", "",
			"accepte un fournisseur au certificat signé avec SHA-1", "takes a provider whose certificate is signed with SHA-1",
			admits(pki.PathWeakDigest)),
		neglecting("follows-temporary-redirect", "T07", "",
			"suit une redirection provisoire vers http, VI compris", "follows a temporary redirection to http, VI and all",
			follows(http.StatusTemporaryRedirect)),
		neglecting("follows-permanent-redirect", "T07", "",
			"suit une redirection définitive vers http, VI compris", "follows a permanent redirection to http, VI and all",
			follows(http.StatusPermanentRedirect)),
		neglecting("falls-back-to-http", "T07", "",
			"appelle en clair un partenaire qui ne parle pas TLS", "calls in clear a partner that speaks no TLS",
			func(p *Policy) { p.Clear = true }),
	}
}

// admits makes the party blind to troubles of the server's certificate.
func admits(kinds ...pki.PathKind) func(*Policy) {
	return func(p *Policy) {
		for _, k := range kinds {
			p.PathExcused[k] = true
		}
	}
}

// speaks lowers the least version of TLS, with the suites of that time.
func speaks(least uint16) func(*Policy) {
	return func(p *Policy) {
		before := p.TLS
		p.TLS = func(c *tls.Config) { before(c); pki.SpeakOld(c, least) }
	}
}

// offers adds suites to those of the link.
func offers(suites ...uint16) func(*Policy) {
	return func(p *Policy) {
		before := p.TLS
		p.TLS = func(c *tls.Config) { before(c); c.CipherSuites = append(slices.Clone(c.CipherSuites), suites...) }
	}
}

// follows makes the party obey redirections of one status, once for each call.
func follows(status int) func(*Policy) {
	return func(p *Policy) {
		p.Redirect = func(next *http.Request, before []*http.Request) error {
			if len(before) == 1 && next.Response.StatusCode == status {
				return nil
			}
			return http.ErrUseLastResponse
		}
	}
}
