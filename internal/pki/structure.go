package pki

import (
	"crypto/x509"
	"fmt"
	"slices"
	"strings"
	"time"
)

// oidUnit is the attribute OU: in the certificate of an organisation (ORG AUTH_CLI) it is the identifier of the structure.
const oidUnit = "2.5.4.11"

// structureVariants are the certificates, bad or unusual, of a structure that its OU names (CLI-12 to CLI-22).
func structureVariants(honest recipe) ([]variant, error) {
	dn, err := readName(honest.subject)
	if err != nil {
		return nil, err
	}
	unit := dn.value(oidUnit)
	if unit == "" {
		return nil, nil
	}
	renamed, err := concreteSubject("CN=TEST autre programme,OU=" + escaped(unit) + ",O=TEST autre nom,C=FR")
	if err != nil {
		return nil, err
	}
	comma, err := concreteSubject("CN=TEST virgule,OU=TEST autre structure,O=" + escaped("TEST Clinique,OU="+unit) + ",C=FR")
	if err != nil {
		return nil, err
	}
	reversed := slices.Clone(dn)
	slices.Reverse(reversed)
	reordered, err := reversed.concrete("TEST")
	if err != nil {
		return nil, err
	}
	person, err := concreteSubject("CN=899700000017,SN=TEST-UN,GN=Anne,T=Medecin,C=FR")
	if err != nil {
		return nil, err
	}
	return []variant{
		{"signature-only", func(r *recipe) {
			r.departs = func(t *x509.Certificate, _ time.Time) {
				t.KeyUsage, t.ExtKeyUsage = x509.KeyUsageContentCommitment, nil
			}
		}},
		{"mismatch", func(r *recipe) { r.holder, r.key = r.key, otherKey }},
		{"other-branch", func(r *recipe) { r.key, r.impostor = strangerKey, true }},
		{"person", func(r *recipe) { r.issuer, r.key, r.subject = signatureAuthority, strangerKey, person }},
		{"renamed", func(r *recipe) { r.key, r.subject = strangerKey, renamed }},
		{"comma", func(r *recipe) { r.key, r.subject = strangerKey, comma }},
		{"reordered", func(r *recipe) { r.subject = reordered }},
		{"renewed", func(r *recipe) { r.key = otherKey }},
	}, nil
}

// value is the first value of an attribute; "" when the name has none.
func (dn distinguishedName) value(oid string) string {
	for _, rdn := range dn {
		for _, a := range rdn {
			if a.oid == oid {
				return strings.Join(a.parts, "*")
			}
		}
	}
	return ""
}

// escaped writes a value as a name holds it.
func escaped(value string) string {
	var b strings.Builder
	writeValue(&b, value)
	return b.String()
}

// impostor is an authority of the same name as one of ours, with another key, that the foreign root certified: what it
// issues looks like ours but for the keys (CLI-14).
func (m *mint) impostor(of Credential) (Credential, error) {
	key, err := m.keys.key("authority/" + foreignAuthority)
	if err != nil {
		return Credential{}, err
	}
	root, err := m.parent(foreignAuthority)
	if err != nil {
		return Credential{}, err
	}
	model := of.Leaf()
	template := &x509.Certificate{
		SerialNumber: m.serial("impostor/" + of.Name),
		RawSubject:   model.RawSubject,
		NotBefore:    model.NotBefore, NotAfter: model.NotAfter,
		IsCA: true, BasicConstraintsValid: true, KeyUsage: model.KeyUsage,
	}
	cert, err := sign(template, root.Leaf(), key.Public(), root.Key)
	if err != nil {
		return Credential{}, fmt.Errorf("make impostor of %s: %w", of.Name, err)
	}
	return Credential{Key: key, Chain: []*x509.Certificate{cert}}, nil
}
