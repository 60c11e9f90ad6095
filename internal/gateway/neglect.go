package gateway

import (
	"crypto/tls"
	"slices"

	"etalon/internal/pki"
	"etalon/internal/verdict"
)

// LinkFlaw is one neglect of the link alone, with the requirement of §13.1 that fails by it.
type LinkFlaw struct {
	Name    string // a verb of neglect
	Must    string
	Title   verdict.Text
	Neglect func(*Neglect)
}

// LinkFlaws returns the neglects of the link that are the same whatever the link carries (T01, T03 to T05, T08).
func LinkFlaws() []LinkFlaw {
	return []LinkFlaw{
		linkFlaw("accepts-anonymous-link", "T01",
			"accepte un lien sans certificat client", "takes a link without client certificate", Anonymous),
		linkFlaw("trusts-any-link-authority", "T01",
			"ne vérifie pas l'autorité du certificat client", "does not check the authority of the client certificate",
			Admits(pki.PathUnknownAuthority, pki.PathSelfSigned)),
		linkFlaw("ignores-link-expiry", "T01",
			"accepte un certificat client expiré", "takes an expired client certificate", Admits(pki.PathExpired)),
		linkFlaw("ignores-link-start", "T01",
			"accepte un certificat client qui n'est pas encore valable", "takes a client certificate before its start",
			Admits(pki.PathNotYetValid)),
		linkFlaw("skips-link-revocation", "T01",
			"accepte un certificat client révoqué", "takes a revoked client certificate", Admits(pki.PathRevoked)),
		linkFlaw("accepts-tls10", "T03",
			"accepte TLS 1.0 et TLS 1.1", "speaks TLS 1.0 and TLS 1.1", Speaks(tls.VersionTLS10)),
		linkFlaw("accepts-tls11", "T03",
			"accepte TLS 1.1", "speaks TLS 1.1", Speaks(tls.VersionTLS11)),
		linkFlaw("accepts-weak-suites", "T03",
			"accepte les suites RC4 et 3DES", "agrees to RC4 and 3DES suites", WeakSuites),
		linkFlaw("skips-link-usage", "T04",
			"accepte comme client un certificat fait pour un serveur", "takes a server's certificate as a client's",
			Admits(pki.PathUsage)),
		linkFlaw("accepts-authority-as-client", "T04",
			"accepte un certificat d'autorité comme certificat client", "takes an authority's certificate as a client's",
			Admits(pki.PathCA)),
		linkFlaw("accepts-weak-link-key", "T05",
			"accepte un certificat client à clé RSA de 1024 bits", "takes a client certificate with an RSA key of 1024 bits",
			Admits(pki.PathWeakKey)),
		linkFlaw("accepts-sha1-link", "T05",
			"accepte un certificat client signé avec SHA-1", "takes a client certificate signed with SHA-1",
			Admits(pki.PathWeakDigest)),
		linkFlaw("uses-stale-crl", "T08",
			"se contente d'une liste de révocation périmée", "makes do with a stale revocation list",
			Admits(pki.PathRevocationStale)),
		linkFlaw("fails-open-on-ocsp", "T08",
			"accepte quand le répondeur OCSP ne répond pas", "takes the certificate when the OCSP responder does not answer",
			Admits(pki.PathRevocationUnreachable)),
	}
}

func linkFlaw(name, must, fr, en string, neglect func(*Neglect)) LinkFlaw {
	return LinkFlaw{Name: name, Must: must, Title: verdict.Text{FR: fr, EN: en}, Neglect: neglect}
}

// Admits makes a gateway blind to troubles of the client's certificate path.
func Admits(kinds ...pki.PathKind) func(*Neglect) {
	return func(n *Neglect) {
		if n.Excused == nil {
			n.Excused = map[pki.PathKind]bool{}
		}
		for _, k := range kinds {
			n.Excused[k] = true
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
		n.TLS = append(n.TLS, func(c *tls.Config) {
			c.MinVersion = least
			c.CipherSuites = append(slices.Clone(c.CipherSuites),
				tls.TLS_ECDHE_RSA_WITH_AES_128_CBC_SHA, tls.TLS_ECDHE_RSA_WITH_AES_256_CBC_SHA)
		})
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
