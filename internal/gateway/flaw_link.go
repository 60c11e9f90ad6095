package gateway

import (
	"crypto/tls"
	"slices"

	"etalon/internal/interops"
	"etalon/internal/pki"
	"etalon/internal/verdict"
)

// LinkFlaws neglect the link alone, whatever it carries (T01, T03 to T05, T08).
func LinkFlaws() []Flaw {
	return []Flaw{
		neglecting("accepts-anonymous-link", "T01", "T06",
			"accepte un lien sans certificat client", "takes a link without client certificate", Anonymous),
		neglecting("trusts-any-link-authority", "T01", "",
			"ne vérifie pas l'autorité du certificat client", "does not check the authority of the client certificate",
			Admits(pki.PathUnknownAuthority, pki.PathSelfSigned)),
		neglecting("ignores-link-expiry", "T01", "",
			"accepte un certificat client expiré", "takes an expired client certificate", Admits(pki.PathExpired)),
		neglecting("ignores-link-start", "T01", "",
			"accepte un certificat client qui n'est pas encore valable", "takes a client certificate before its start",
			Admits(pki.PathNotYetValid)),
		neglecting("skips-link-revocation", "T01", "",
			"accepte un certificat client révoqué", "takes a revoked client certificate", Admits(pki.PathRevoked)),
		neglecting("accepts-tls10", "T03", "",
			"accepte TLS 1.0 et TLS 1.1", "speaks TLS 1.0 and TLS 1.1", Speaks(tls.VersionTLS10)),
		neglecting("accepts-tls11", "T03", "",
			"accepte TLS 1.1", "speaks TLS 1.1", Speaks(tls.VersionTLS11)),
		neglecting("accepts-weak-suites", "T03", "",
			"accepte les suites RC4 et 3DES", "agrees to RC4 and 3DES suites", WeakSuites),
		neglecting("skips-link-usage", "T04", "",
			"accepte comme client un certificat fait pour un serveur", "takes a server's certificate as a client's",
			Admits(pki.PathUsage)),
		neglecting("accepts-authority-as-client", "T04", "",
			"accepte un certificat d'autorité comme certificat client", "takes an authority's certificate as a client's",
			Admits(pki.PathCA)),
		neglecting("accepts-weak-link-key", "T05", "",
			"accepte un certificat client à clé RSA de 1024 bits", "takes a client certificate with an RSA key of 1024 bits",
			Admits(pki.PathWeakKey)),
		neglecting("accepts-sha1-link", "T05", "",
			"accepte un certificat client signé avec SHA-1", "takes a client certificate signed with SHA-1",
			Admits(pki.PathWeakDigest)),
		neglecting("uses-stale-crl", "T08", "",
			"se contente d'une liste de révocation périmée", "makes do with a stale revocation list",
			Admits(pki.PathRevocationStale)),
		neglecting("fails-open-on-ocsp", "T08", "",
			"accepte quand le répondeur OCSP ne répond pas", "takes the certificate when the OCSP responder does not answer",
			Admits(pki.PathRevocationUnreachable)),
	}
}

// CallerFlaws neglect whom a message comes from: what the convention lists, what the VI says, and that there is a link
// at all (T01, T06, T07).
func CallerFlaws() []Flaw {
	return []Flaw{
		neglecting("accepts-unlisted-link", "T01", "T06",
			"accepte tout certificat client de l'autorité, inscrit ou non à la convention",
			"takes any client certificate of the authority, listed in the convention or not",
			func(n *Neglect) {
				n.Unlisted = true
				n.overlook(unlistedPeer, ruleIdentity)
			}),
		blindness("ignores-link-identity", "T06", "",
			"ne rapproche pas l'identité TLS de l'émetteur du VI",
			"does not match the TLS identity with the VI's Issuer",
			ruleIdentity),
		named("X-Ssl-Client-S-Dn").blindness("trusts-ssl-header", "T06", "",
			"croit l'en-tête X-SSL-Client-S-DN venu du dehors",
			"believes the X-SSL-Client-S-DN header that comes from outside",
			ruleIdentity),
		neglecting("answers-clear-http", "T07", "T01 T06",
			"répond aussi en http, sans TLS", "answers over http too, without TLS",
			func(n *Neglect) { n.ClearHTTP = true }),
	}
}

// ruleIdentity is the rule of a message whose link is of another organism than its VI.
const ruleIdentity = "tls-identity-other"

// unlistedPeer tells whether the convention lists the peer for no organism.
func unlistedPeer(_ verdict.Finding, a Arrival) bool {
	return !slices.ContainsFunc(a.Convention.Organisms, func(o interops.Organism) bool {
		return a.Peer != nil && pki.Listed(o.TLS, a.Peer, a.Now)
	})
}

// named tells, of a header, whether it names a TLS identity of the VI's client.
func named(header string) condition {
	return func(_ verdict.Finding, a Arrival) bool {
		value := a.Header.Get(header)
		return slices.ContainsFunc(a.Client.TLS, func(id interops.Identity) bool { return id.Subject == value })
	}
}

// Admits makes a gateway blind to troubles of the client's certificate path.
func Admits(kinds ...pki.PathKind) func(*Neglect) {
	return func(n *Neglect) {
		if n.PathExcused == nil {
			n.PathExcused = map[pki.PathKind]bool{}
		}
		for _, k := range kinds {
			n.PathExcused[k] = true
		}
	}
}

// Anonymous makes a gateway take links without client certificate.
func Anonymous(n *Neglect) {
	n.Anonymous = true
	n.TLS = append(n.TLS, func(c *tls.Config) {
		if c.ClientAuth != tls.NoClientCert {
			c.ClientAuth = tls.RequestClientCert
		}
	})
}

// Speaks lowers the least version of TLS, with the suites of that time.
func Speaks(least uint16) func(*Neglect) {
	return func(n *Neglect) {
		n.TLS = append(n.TLS, func(c *tls.Config) { pki.SpeakOld(c, least) })
	}
}

// WeakSuites makes a gateway agree to those that crypto/tls still knows and calls insecure: RC4 and 3DES.
func WeakSuites(n *Neglect) {
	n.TLS = append(n.TLS, func(c *tls.Config) {
		c.CipherSuites = append(slices.Clone(c.CipherSuites),
			tls.TLS_RSA_WITH_RC4_128_SHA, tls.TLS_ECDHE_RSA_WITH_RC4_128_SHA,
			tls.TLS_RSA_WITH_3DES_EDE_CBC_SHA, tls.TLS_ECDHE_RSA_WITH_3DES_EDE_CBC_SHA)
	})
}

// AnyLink makes a gateway open every link, protected or not, to whoever asks.
func AnyLink(n *Neglect) {
	Admits(pki.PathSelfSigned, pki.PathUnknownAuthority, pki.PathExpired, pki.PathNotYetValid, pki.PathRevoked,
		pki.PathRevocationStale, pki.PathRevocationUnreachable, pki.PathUsage, pki.PathCA, pki.PathWeakKey,
		pki.PathWeakDigest, pki.PathMalformed)(n)
	n.Unlisted, n.ClearHTTP = true, true
	Speaks(tls.VersionTLS10)(n)
	Anonymous(n)
	WeakSuites(n)
}
