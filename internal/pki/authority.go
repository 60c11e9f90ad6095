package pki

import (
	"crypto/x509"
	"crypto/x509/pkix"
)

// The authorities of a Set. Their names are the last part of their CRL and OCSP addresses.
const (
	rootAuthority        = "root"
	tlsAuthority         = "tls"
	signatureAuthority   = "signature"
	staleAuthority       = "stale-crl"
	unreachableAuthority = "ocsp-unreachable"
	foreignAuthority     = "foreign"
)

// authorityPlan describes one authority of every Set.
type authorityPlan struct {
	name, common string
	parent       string // "" for a root
}

var authorityPlans = []authorityPlan{
	{rootAuthority, "TEST Etalon Racine", ""},
	{tlsAuthority, "TEST Etalon AC TLS", rootAuthority},
	{signatureAuthority, "TEST Etalon AC Signature", rootAuthority},
	{staleAuthority, "TEST Etalon AC CRL perimee", rootAuthority},
	{unreachableAuthority, "TEST Etalon AC OCSP muet", rootAuthority},
	{foreignAuthority, "TEST Racine etrangere", ""},
}

// subject returns the name of an authority; the foreign one belongs to nobody of ours.
func (p authorityPlan) subject() pkix.Name {
	organization := "TEST Etalon"
	if p.name == foreignAuthority {
		organization = "TEST Inconnu"
	}
	return pkix.Name{CommonName: p.common, Organization: []string{organization}, Country: []string{"FR"}}
}

// authority is one authority of a Set, made or not yet.
type authority struct {
	name, parent string
	serial       string // decimal
	make         func() (Credential, error)
	made         *Credential
}

// credential returns the key and the certificates of the authority: itself, and the chain above it
// without the root unless it is one.
func (a *authority) credential() (Credential, error) {
	if a.made == nil {
		c, err := a.make()
		if err != nil {
			return Credential{}, err
		}
		c.Name = a.name
		a.made = &c
	}
	return *a.made, nil
}

// authority makes the certificate of an authority.
func (m *mint) authority(p authorityPlan) (Credential, error) {
	key, err := m.keys.key("authority/" + p.name)
	if err != nil {
		return Credential{}, err
	}
	template := &x509.Certificate{
		SerialNumber: m.serial("authority/" + p.name),
		Subject:      p.subject(),
		NotBefore:    m.now.AddDate(-5, 0, 0), NotAfter: m.now.AddDate(10, 0, 0),
		IsCA: true, BasicConstraintsValid: true,
		KeyUsage: x509.KeyUsageCertSign | x509.KeyUsageCRLSign,
	}
	if p.parent == "" {
		cert, err := sign(template, template, key.Public(), key)
		return Credential{Key: key, Chain: []*x509.Certificate{cert}}, err
	}
	m.revocationSources(template, p.parent)
	parent, err := m.parent(p.parent)
	if err != nil {
		return Credential{}, err
	}
	cert, err := sign(template, parent.Leaf(), key.Public(), parent.Key)
	return Credential{Key: key, Chain: []*x509.Certificate{cert}}, err
}

// revocationSources names, in a certificate, where its issuer tells what it revoked. One authority has
// a CRL alone, which is stale, and one an OCSP responder alone, which never answers (T08).
func (m *mint) revocationSources(template *x509.Certificate, issuer string) {
	if m.revocation == "" || issuer == "" {
		return
	}
	if issuer != unreachableAuthority {
		template.CRLDistributionPoints = []string{m.revocation + crlPath + issuer + ".crl"}
	}
	if issuer != staleAuthority {
		template.OCSPServer = []string{m.revocation + ocspPath + issuer}
	}
}
