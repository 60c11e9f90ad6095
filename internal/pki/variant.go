package pki

import (
	"crypto/x509"
	"slices"
	"time"

	"etalon/internal/interops"
)

// The keys that organisms share in their bad variants.
const (
	strangerKey = "stranger" // of who pretends to be the organism
	otherKey    = "other"    // certified, but held by nobody
	weakKey     = "weak"     // RSA 1024
)

// variant is one way for a certificate to be bad.
type variant struct {
	name  string
	apply func(*recipe)
}

// commonVariants go for TLS and for signature certificates.
var commonVariants = []variant{
	{"self-signed", func(r *recipe) { r.issuer, r.key = "", strangerKey }},
	{"expired", func(r *recipe) {
		r.departs = func(t *x509.Certificate, now time.Time) {
			t.NotBefore, t.NotAfter = now.AddDate(-2, 0, 0), now.AddDate(0, -1, 0)
		}
	}},
	{"not-yet-valid", func(r *recipe) {
		r.departs = func(t *x509.Certificate, now time.Time) { t.NotBefore = now.AddDate(0, 1, 0) }
	}},
	{"revoked", func(r *recipe) { r.revoked = true }},
	{"rsa-1024", func(r *recipe) { r.key = weakKey }},
	{"sha1", func(r *recipe) {
		r.departs = func(t *x509.Certificate, _ time.Time) { t.SignatureAlgorithm = x509.SHA1WithRSA }
	}},
}

// tlsVariants are the bad TLS certificates (T01, T02, T04, T05, T08).
var tlsVariants = append([]variant{
	{"unknown-ca", func(r *recipe) { r.issuer, r.key = foreignAuthority, strangerKey }},
	{"unlisted", stranger},
	{"server-auth-only", only(x509.ExtKeyUsageServerAuth)},
	{"client-auth-only", only(x509.ExtKeyUsageClientAuth)},
	{"ca", func(r *recipe) {
		r.departs = func(t *x509.Certificate, _ time.Time) {
			t.IsCA = true
			t.KeyUsage |= x509.KeyUsageCertSign | x509.KeyUsageCRLSign
		}
	}},
	{"wrong-host", func(r *recipe) {
		r.departs = func(t *x509.Certificate, _ time.Time) { t.DNSNames, t.IPAddresses = []string{"other.invalid"}, nil }
	}},
	{"stale-crl", func(r *recipe) { r.issuer = staleAuthority }},
	{"ocsp-unreachable", func(r *recipe) { r.issuer = unreachableAuthority }},
}, commonVariants...)

// signatureVariants are the bad signature certificates (T05, G04, G05).
var signatureVariants = append([]variant{
	{"other-ca", func(r *recipe) { r.issuer, r.key = foreignAuthority, strangerKey }},
	{"outside", stranger},
	{"mismatch", func(r *recipe) { r.holder, r.key = r.key, otherKey }},
}, commonVariants...)

// outsideSubject is the subject of a trusted authority's customer who is in no convention.
const outsideSubject = "CN=TEST hors convention,OU=TEST personne,O=TEST Etalon hors convention,C=FR"

func stranger(r *recipe) {
	r.key = strangerKey
	r.subject, _ = concreteSubject(outsideSubject)
}

func only(usage x509.ExtKeyUsage) func(*recipe) {
	return func(r *recipe) {
		r.departs = func(t *x509.Certificate, _ time.Time) { t.ExtKeyUsage = []x509.ExtKeyUsage{usage} }
	}
}

// recipes lists the credentials of an organism, honest ones first, and reserves their keys.
func (m *mint) recipes(org interops.Organism) ([]recipe, error) {
	if err := checkOrganismName(org.Name); err != nil {
		return nil, err
	}
	links, err := m.honest(org.Name, "tls", inForce(org.TLS, m.now))
	if err != nil {
		return nil, err
	}
	seals, err := m.honest(org.Name, "signature", inForce(org.Signature, m.now))
	if err != nil {
		return nil, err
	}
	out := append(links, seals...)
	if len(links) > 0 {
		more, err := structureVariants(links[0])
		if err != nil {
			return nil, err
		}
		out = append(out, vary(links[0], slices.Concat(tlsVariants, more))...)
	}
	if len(seals) > 0 {
		old, err := m.retired(org, seals[0])
		if err != nil {
			return nil, err
		}
		out = append(append(out, vary(seals[0], signatureVariants)...), old)
	}
	return out, nil
}

// honest returns the good credentials of one kind.
func (m *mint) honest(org, kind string, ids []interops.Identity) ([]recipe, error) {
	if len(ids) == 0 {
		return nil, nil
	}
	first := recipe{name: org + "/" + kind, issuer: signatureAuthority, key: org + "/" + kind}
	second := first
	if kind == "tls" {
		first.tls, first.issuer = true, tlsAuthority
		second = first
		second.name, second.key = first.name+"-2", first.key+"-2"
	} else {
		second.name, second.key = first.name+"-ec", first.key+"-ec"
	}
	var err error
	if first.subject, err = concreteSubject(ids[0].Subject); err != nil {
		return nil, err
	}
	second.subject = first.subject
	m.keys.reserve(first.key, rsa2048)
	if kind == "signature" {
		m.keys.reserve(second.key, p256)
		return []recipe{first, second}, nil
	}
	if len(ids) == 1 {
		return []recipe{first}, nil
	}
	if second.subject, err = concreteSubject(ids[1].Subject); err != nil {
		return nil, err
	}
	m.keys.reserve(second.key, rsa2048)
	return []recipe{first, second}, nil
}

// retired is the organism's former signature key (G11): valid for the authority, under the subject of
// the first identity with a cut-off date before now, or one that no identity lists.
func (m *mint) retired(org interops.Organism, honest recipe) (recipe, error) {
	old := honest
	old.name += "~retired"
	old.key = old.name
	m.keys.reserve(old.key, rsa2048)
	pattern := outsideSubject
	for _, id := range org.Signature {
		if !id.Until.IsZero() && !m.now.Before(id.Until.Time) {
			pattern = id.Subject
			break
		}
	}
	var err error
	old.subject, err = concreteSubject(pattern)
	return old, err
}

func vary(honest recipe, variants []variant) []recipe {
	out := make([]recipe, 0, len(variants))
	for _, v := range variants {
		r := honest
		r.name += "~" + v.name
		v.apply(&r)
		out = append(out, r)
	}
	return out
}
