package operator

import (
	"crypto/tls"
	"crypto/x509"
	"strings"

	"etalon/internal/mssante"
	"etalon/internal/pki"
)

// pardoning overlooks troubles of client certificates.
func pardoning(kinds ...pki.PathKind) func(*policy) {
	return func(p *policy) {
		for _, k := range kinds {
			p.pardoned[k] = true
		}
	}
}

// certificateFlaws neglect the client certificate (CLI).
func certificateFlaws() []Flaw {
	return []Flaw{
		neglecting("knows-no-external", "CLI-01", "CLI-20 CLI-22", "ne connaît pas EXTERNAL", "does not know EXTERNAL", func(p *policy) { p.mechanisms = []string{"XOAUTH2"} }),
		neglecting("asks-no-certificate", "CLI-02", "CLI-01 CLI-20 CLI-22", "ne demande pas de certificat", "asks for no certificate", settings(func(c *tls.Config) { c.ClientAuth = tls.NoClientCert })),
		neglecting("skips-certificate", "CLI-03", "CLI-04", "ouvre une boîte applicative sans certificat", "opens an application's mailbox without certificate",
			func(p *policy) {
				p.external = func(r *request) bool {
					return r.box.Type == mssante.Application && (r.certificate == nil || mayOpenByCertificate(r))
				}
			}),
		neglecting("skips-structure", "CLI-04", "CLI-13 CLI-21", "ouvre une boîte applicative à toute structure", "opens an application's mailbox to any structure",
			func(p *policy) {
				p.external = func(r *request) bool { return r.box.Type == mssante.Application && r.certificate != nil }
			}),
		neglecting("skips-certificate-expiry", "CLI-05", "", "accepte un certificat expiré", "accepts an expired certificate", pardoning(pki.PathExpired)),
		neglecting("skips-certificate-start", "CLI-06", "", "accepte un certificat d'avance", "accepts a certificate ahead of its time", pardoning(pki.PathNotYetValid)),
		neglecting("skips-revocation", "CLI-07", "CLI-08", "ne contrôle pas la révocation", "does not check revocation", pardoning(pki.PathRevoked, pki.PathRevocationStale, pki.PathRevocationUnreachable)),
		neglecting("takes-stale-crl", "CLI-08", "", "se contente d'une CRL périmée", "makes do with a stale CRL", pardoning(pki.PathRevocationStale, pki.PathRevocationUnreachable)),
		neglecting("takes-self-signed", "CLI-09", "", "accepte un certificat auto-signé de même nom", "accepts a self-signed certificate of the same name",
			pardoning(pki.PathSelfSigned, pki.PathRevocationUnreachable)),
		neglecting("takes-other-authority", "CLI-10 CLI-14", "", "accepte toute autorité", "accepts any authority",
			pardoning(pki.PathUnknownAuthority, pki.PathRevocationUnreachable)),
		neglecting("skips-certificate-usage", "CLI-11 CLI-12", "", "ne contrôle pas l'usage du certificat", "does not check the certificate's usage", pardoning(pki.PathUsage)),
		neglecting("takes-person-certificate", "CLI-13", "", "ouvre une boîte applicative au certificat d'une personne", "opens an application's mailbox to the certificate of a person",
			func(p *policy) {
				p.external = func(r *request) bool {
					return r.box.Type == mssante.Application && r.certificate != nil && len(r.certificate.Subject.OrganizationalUnit) == 0 || mayOpenByCertificate(r)
				}
			}),
		neglecting("reads-name-as-text", "CLI-21", "", "cherche la structure dans le nom pris pour un texte", "looks for the structure in the name taken for a text",
			func(p *policy) {
				p.external = func(r *request) bool {
					return r.box.Type == mssante.Application && r.certificate != nil && strings.Contains(r.certificate.Subject.String(), "OU="+string(r.box.Holder))
				}
			}),
		neglecting("binds-to-whole-name", "CLI-20", "CLI-21", "lie la boîte au nom entier du certificat", "binds the mailbox to the whole name of the certificate",
			func(p *policy) { p.pinned = func(c *x509.Certificate) string { return c.Subject.String() } }),
		neglecting("binds-to-one-certificate", "CLI-22", "CLI-20", "lie la boîte à un seul certificat", "binds the mailbox to one certificate",
			func(p *policy) { p.pinned = func(c *x509.Certificate) string { return c.SerialNumber.String() } }),
		neglecting("takes-weak-certificate", "CLI-17", "", "accepte une clé faible ou SHA-1", "accepts a weak key or SHA-1", pardoning(pki.PathWeakKey, pki.PathWeakDigest, pki.PathMalformed)),
		neglecting("lets-certificate-open-all", "CLI-18", "CLI-19", "laisse un certificat ouvrir une boîte personnelle", "lets a certificate open a personal mailbox",
			func(p *policy) {
				p.open = func(r *request) bool { return r.certificate != nil && r.box.Type != mssante.Application || mayOpen(r) }
			}),
		neglecting("opens-application-to-token", "CLI-19", "", "ouvre une boîte applicative à un jeton", "opens an application's mailbox to a token",
			func(p *policy) {
				p.open = func(r *request) bool { return r.box.Type == mssante.Application || mayOpen(r) }
			}),
	}
}

// opening decides on access in another way, where the honest one refuses.
func opening(also func(*request) bool) func(*policy) {
	return func(p *policy) { p.open = func(r *request) bool { return mayOpen(r) || also(r) } }
}

// mailboxFlaws neglect whose mailbox it is (BAL).
func mailboxFlaws() []Flaw {
	return []Flaw{
		neglecting("opens-to-organisation", "BAL-04", "BAL-05", "ouvre une boîte organisationnelle à tout professionnel", "opens an organisational mailbox to any professional",
			opening(func(r *request) bool { return r.box.Type == mssante.Organisational && !r.box.Suspended })),
		neglecting("refuses-delegates", "BAL-03", "", "refuse les délégataires", "refuses delegates",
			func(p *policy) {
				p.open = func(r *request) bool { return r.box.Type == mssante.Personal && mayOpen(r) }
			}),
		neglecting("remembers-delegation", "BAL-05", "", "garde une délégation retirée", "keeps a delegation that was withdrawn", func(p *policy) { p.keepsRights = true }),
		neglecting("tells-absent-mailboxes", "BAL-06", "BAL-07 BAL-09", "dit qu'une boîte n'existe pas", "says that a mailbox does not exist", func(p *policy) { p.telling = true }),
		neglecting("serves-any-domain", "BAL-07", "", "ouvre la boîte du même nom dans un autre domaine", "opens the mailbox of the same name in another domain", func(p *policy) { p.anyDomain = true }),
		neglecting("opens-other-for-suffix", "BAL-09", "", "ouvre la boîte d'un autre à une adresse à suffixe", "opens somebody else's mailbox to an address with a suffix", func(p *policy) { p.suffixes = true }),
		neglecting("reads-address-by-case", "BAL-08", "", "distingue les capitales d'une adresse", "tells capitals apart in an address", func(p *policy) { p.byCase = true }),
		neglecting("opens-suspended", "BAL-10", "", "ouvre une boîte en cours de suppression", "opens a mailbox that is being removed",
			opening(func(r *request) bool {
				return r.box.Type != mssante.Application && r.box.Suspended && r.box.OpensTo(r.person.IdNat)
			})),
		neglecting("drops-idnat-prefix", "BAL-12", "", "compare les IdNat sans leur préfixe", "compares IdNat without their prefix",
			opening(func(r *request) bool {
				return r.box.Type == mssante.Personal && !r.box.Suspended && r.box.Holder == "8"+r.person.IdNat
			})),
		neglecting("wants-numeric-idnat", "BAL-13", "TOK-34", "refuse un IdNat de test", "refuses a test IdNat", demanding(func(p Person) bool { return !strings.HasPrefix(string(p.IdNat), "ANS") })),
		neglecting("opens-own-mailbox-instead", "BAL-14", "BAL-02 BAL-04 BAL-05 BAL-06 BAL-07 BAL-09 BAL-10 BAL-12 CLI-18 CLI-19 TOK-35",
			"ouvre la boîte du porteur du jeton au lieu de celle demandée", "opens the mailbox of the token's holder instead of the one asked for", func(p *policy) { p.swaps = true }),
		neglecting("knows-one-mailbox", "BAL-15", "", "n'ouvre que la première boîte d'un professionnel", "opens the first mailbox of a professional alone", func(p *policy) { p.firstOnly = true }),
	}
}
