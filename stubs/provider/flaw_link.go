package provider

import (
	"crypto/tls"
	"slices"

	"etalon/internal/interops"
	"etalon/internal/pki"
	"etalon/internal/verdict"
)

// linkFlaws neglect the link (T01 to T08).
func linkFlaws() []Flaw {
	return []Flaw{
		neglecting("accepts-anonymous-link", "T01", "T06 A04",
			"accepte un lien sans certificat client",
			"takes a link without client certificate",
			func(p *policy) {
				p.anonymous = true
				before := p.tls
				p.tls = func(c *tls.Config) { before(c); c.ClientAuth = tls.RequestClientCert }
			}),
		neglecting("trusts-any-link-authority", "T01", "A04",
			"ne vérifie pas l'autorité du certificat client",
			"does not check the authority of the client certificate",
			admits(pki.PathUnknownAuthority, pki.PathSelfSigned)),
		neglecting("ignores-link-expiry", "T01", "A04",
			"accepte un certificat client expiré",
			"takes an expired client certificate",
			admits(pki.PathExpired)),
		neglecting("ignores-link-start", "T01", "A04",
			"accepte un certificat client qui n'est pas encore valable",
			"takes a client certificate before its start",
			admits(pki.PathNotYetValid)),
		neglecting("skips-link-revocation", "T01", "A04",
			"accepte un certificat client révoqué",
			"takes a revoked client certificate",
			admits(pki.PathRevoked)),
		neglecting("accepts-unlisted-link", "T01", "T06 A04",
			"accepte tout certificat client de l'autorité, inscrit ou non à la convention",
			"takes any client certificate of the authority, listed in the convention or not",
			func(p *policy) {
				p.unlisted = true
				overlooksWhen(unlistedPeer, "tls-identity-other")(p)
			}),
		neglecting("accepts-tls10", "T03", "A04",
			"accepte TLS 1.0 et TLS 1.1",
			"speaks TLS 1.0 and TLS 1.1",
			speaks(tls.VersionTLS10)),
		neglecting("accepts-tls11", "T03", "A04",
			"accepte TLS 1.1",
			"speaks TLS 1.1",
			speaks(tls.VersionTLS11)),
		neglecting("accepts-weak-suites", "T03", "A04",
			"accepte les suites RC4 et 3DES",
			"agrees to RC4 and 3DES suites",
			func(p *policy) {
				before := p.tls
				p.tls = func(c *tls.Config) { before(c); c.CipherSuites = append(slices.Clone(c.CipherSuites), weakSuites()...) }
			}),
		neglecting("skips-link-usage", "T04", "A04",
			"accepte comme client un certificat fait pour un serveur",
			"takes a server's certificate as a client's",
			admits(pki.PathUsage)),
		neglecting("accepts-authority-as-client", "T04", "A04",
			"accepte un certificat d'autorité comme certificat client",
			"takes an authority's certificate as a client's",
			admits(pki.PathCA)),
		neglecting("accepts-weak-link-key", "T05", "A04",
			"accepte un certificat client à clé RSA de 1024 bits",
			"takes a client certificate with an RSA key of 1024 bits",
			admits(pki.PathWeakKey)),
		neglecting("accepts-sha1-link", "T05", "A04",
			"accepte un certificat client signé avec SHA-1",
			"takes a client certificate signed with SHA-1",
			admits(pki.PathWeakDigest)),
		neglecting("ignores-link-identity", "T06", "A04",
			"ne rapproche pas l'identité TLS de l'émetteur du VI",
			"does not match the TLS identity with the VI's Issuer",
			overlooks("tls-identity-other")),
		neglecting("trusts-ssl-header", "T06", "A04",
			"croit l'en-tête X-SSL-Client-S-DN venu du dehors",
			"believes the X-SSL-Client-S-DN header that comes from outside",
			overlooksWhen(named("X-Ssl-Client-S-Dn"), "tls-identity-other")),
		neglecting("answers-clear-http", "T07", "A04 T01 T06",
			"répond aussi en http, sans TLS",
			"answers over http too, without TLS",
			func(p *policy) { p.clearHTTP = true }),
		neglecting("uses-stale-crl", "T08", "A04",
			"se contente d'une liste de révocation périmée",
			"makes do with a stale revocation list",
			admits(pki.PathRevocationStale)),
		neglecting("fails-open-on-ocsp", "T08", "A04",
			"accepte quand le répondeur OCSP ne répond pas",
			"takes the certificate when the OCSP responder does not answer",
			admits(pki.PathRevocationUnreachable)),
	}
}

// speaks lowers the least version of TLS, with the suites of that time.
func speaks(least uint16) func(*policy) {
	return func(p *policy) {
		before := p.tls
		p.tls = func(c *tls.Config) {
			before(c)
			c.MinVersion = least
			c.CipherSuites = append(slices.Clone(c.CipherSuites),
				tls.TLS_ECDHE_RSA_WITH_AES_128_CBC_SHA, tls.TLS_ECDHE_RSA_WITH_AES_256_CBC_SHA)
		}
	}
}

// weakSuites are those that crypto/tls still knows and calls insecure: RC4 and 3DES.
func weakSuites() []uint16 {
	return []uint16{
		tls.TLS_RSA_WITH_RC4_128_SHA, tls.TLS_ECDHE_RSA_WITH_RC4_128_SHA,
		tls.TLS_RSA_WITH_3DES_EDE_CBC_SHA, tls.TLS_ECDHE_RSA_WITH_3DES_EDE_CBC_SHA,
	}
}

// unlistedPeer tells whether the convention lists the peer for no organism.
func unlistedPeer(_ verdict.Finding, c *call) bool {
	return !slices.ContainsFunc(c.expectation.Convention.Organisms, func(o interops.Organism) bool {
		return c.peer != nil && pki.Listed(o.TLS, c.peer, c.now)
	})
}

// named tells, of a header, whether it names a TLS identity of the VI's client.
func named(header string) func(verdict.Finding, *call) bool {
	return func(_ verdict.Finding, c *call) bool {
		value := c.request.Header.Get(header)
		return slices.ContainsFunc(c.judged.Client.TLS, func(id interops.Identity) bool { return id.Subject == value })
	}
}
