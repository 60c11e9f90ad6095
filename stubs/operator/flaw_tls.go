package operator

import (
	"crypto/tls"
	"slices"

	"etalon/internal/pki"
)

// tlsFlaws neglect the clear phase, STARTTLS and TLS (TLS-01 to TLS-27).
func tlsFlaws() []Flaw {
	return slices.Concat(lineFlaws(), handshakeFlaws(), serverCertificateFlaws())
}

func lineFlaws() []Flaw {
	return []Flaw{
		neglecting("hides-starttls-imap", "TLS-01", "", "n'offre pas STARTTLS en IMAP", "does not offer STARTTLS over IMAP",
			func(p *policy) { p.imap.noTLS = true }),
		neglecting("hides-starttls-smtp", "TLS-02", "", "n'offre pas STARTTLS en soumission", "does not offer STARTTLS for submission",
			func(p *policy) { p.smtp.noTLS = true }),
		neglecting("logs-in-in-clear-imap", "TLS-03 TLS-04", "", "authentifie en clair en IMAP", "authenticates in clear over IMAP",
			func(p *policy) { p.imap.clearLogin = true }),
		neglecting("logs-in-in-clear-smtp", "TLS-05", "", "authentifie en clair en soumission", "authenticates in clear for submission",
			func(p *policy) { p.smtp.clearLogin = true }),
		neglecting("takes-mail-in-clear", "TLS-06", "TLS-05 SMTP-13", "prend un message en clair", "takes mail in clear",
			func(p *policy) { p.smtp.clearMail, p.mail.noLogin = true, true }),
		neglecting("keeps-state-under-tls", "TLS-22", "", "garde sous TLS ce qui fut dit en clair", "keeps under TLS what was said in clear",
			func(p *policy) { p.smtp.keepsState = true }),
		neglecting("obeys-injection-smtp", "TLS-23", "", "obéit à une commande glissée derrière STARTTLS en soumission", "obeys a command slipped in behind STARTTLS for submission",
			func(p *policy) { p.smtp.injected = true }),
		neglecting("obeys-injection-imap", "TLS-24", "", "obéit à une commande glissée derrière STARTTLS en IMAP", "obeys a command slipped in behind STARTTLS over IMAP",
			func(p *policy) { p.imap.injected = true }),
		neglecting("drops-second-starttls", "TLS-27", "", "rompt quand STARTTLS est répété", "drops the connection when STARTTLS is repeated",
			both(func(l *linePolicy) { l.dropsAgain = true })),
	}
}

// settings makes a flaw of TLS settings.
func settings(change func(*tls.Config)) func(*policy) {
	return func(p *policy) { p.tls = change }
}

// suites are those of a sound operator and others.
func suites(more ...uint16) func(*policy) {
	return settings(func(c *tls.Config) { c.CipherSuites = append(slices.Clone(c.CipherSuites), more...) })
}

// old lets TLS versions from one on in, with the suites that they know.
func old(version uint16) func(*policy) {
	return settings(func(c *tls.Config) { pki.SpeakOld(c, version) })
}

// answering answers by itself to the ClientHello that are wanted.
func answering(wanted func(offer) bool, compression byte, prime int) func(*policy) {
	return func(p *policy) {
		p.hello = func(o offer) []byte {
			if len(o.suites) == 0 || !wanted(o) {
				return nil
			}
			return takes(o, compression, prime)
		}
	}
}

// offering are the hellos that offer suites of a family alone.
func offering(family ...uint16) func(offer) bool {
	return func(o offer) bool { return o.only(family) }
}

func handshakeFlaws() []Flaw {
	return []Flaw{
		neglecting("refuses-tls12", "TLS-07", "TLS-17", "ne parle que TLS 1.3", "speaks TLS 1.3 alone",
			settings(func(c *tls.Config) { c.MinVersion = tls.VersionTLS13 })),
		neglecting("refuses-tls13", "TLS-08", "", "ne parle que TLS 1.2", "speaks TLS 1.2 alone",
			settings(func(c *tls.Config) { c.MaxVersion = tls.VersionTLS12 })),
		neglecting("speaks-tls11", "TLS-09", "", "parle TLS 1.1", "speaks TLS 1.1", old(tls.VersionTLS11)),
		neglecting("speaks-tls10", "TLS-10", "TLS-09", "parle TLS 1.0", "speaks TLS 1.0", old(tls.VersionTLS10)),
		neglecting("speaks-ssl3", "TLS-11", "", "parle SSL 3.0", "speaks SSL 3.0",
			answering(func(o offer) bool { return o.version == 0x0300 }, 0, 0)),
		neglecting("takes-cbc", "TLS-12", "TLS-15", "accepte AES-CBC à clé RSA statique", "accepts AES-CBC with a static RSA key", suites(tls.TLS_RSA_WITH_AES_128_CBC_SHA)),
		neglecting("takes-rc4", "TLS-13", "", "accepte RC4", "accepts RC4", suites(tls.TLS_RSA_WITH_RC4_128_SHA)),
		neglecting("takes-3des", "TLS-13", "", "accepte 3DES", "accepts 3DES", suites(tls.TLS_RSA_WITH_3DES_EDE_CBC_SHA)),
		neglecting("takes-null", "TLS-13", "", "accepte l'absence de chiffrement", "accepts no encryption", answering(offering(pki.WeakSuites[0].Suites...), 0, 0)),
		neglecting("takes-export", "TLS-13", "", "accepte les suites d'exportation", "accepts export suites", answering(offering(pki.WeakSuites[3].Suites...), 0, 0)),
		neglecting("takes-anonymous", "TLS-14", "", "accepte l'échange de clés anonyme", "accepts anonymous key exchange", answering(offering(pki.AnonymousSuites...), 0, 0)),
		neglecting("takes-static-rsa", "TLS-15", "TLS-12", "accepte les clés RSA statiques", "accepts static RSA keys", suites(tls.TLS_RSA_WITH_AES_256_GCM_SHA384)),
		neglecting("has-small-group", "TLS-16", "", "échange ses clés dans un groupe de 1024 bits", "exchanges keys in a group of 1024 bits", answering(offering(pki.DHESuites...), 0, 128)),
		neglecting("compresses", "TLS-17", "", "comprime sous TLS", "compresses under TLS", answering(func(o offer) bool { return o.deflate }, 1, 0)),
	}
}

// presenting presents a variant of the operator's certificate.
func presenting(variant string) func(*policy) {
	return func(p *policy) { p.certificate = "~" + variant }
}

func serverCertificateFlaws() []Flaw {
	return []Flaw{
		neglecting("presents-self-signed", "TLS-18", "", "présente un certificat auto-signé", "presents a self-signed certificate", presenting("self-signed")),
		neglecting("presents-foreign", "TLS-18", "", "présente un certificat d'une autre autorité", "presents a certificate of another authority", presenting("unknown-ca")),
		neglecting("presents-other-name", "TLS-19", "", "présente un certificat d'un autre nom", "presents a certificate of another name", presenting("wrong-host")),
		neglecting("presents-expired", "TLS-20", "", "présente un certificat expiré", "presents an expired certificate", presenting("expired")),
		neglecting("presents-weak-key", "TLS-20", "", "présente une clé RSA de 1024 bits", "presents an RSA key of 1024 bits", presenting("rsa-1024")),
		neglecting("presents-stale-crl", "TLS-21", "", "présente un certificat dont la CRL est périmée", "presents a certificate whose CRL is stale", presenting("stale-crl")),
	}
}
