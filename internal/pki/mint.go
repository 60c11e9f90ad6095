package pki

import (
	"crypto"
	"crypto/sha256"
	"crypto/x509"
	"fmt"
	"io"
	"math/big"
	"net"
	"strings"
	"time"

	"etalon/internal/interops"
)

// revokedSince is how long before Options.Now the revoked certificates were revoked.
const revokedSince = time.Hour

// recipe says how one credential is made.
type recipe struct {
	name    string
	subject []byte // DER
	issuer  string // an authority; "" when self-signed
	key     string // the certified key, in the keyring
	holder  string // the key handed out, where it differs
	tls     bool   // a TLS certificate, else a signature certificate
	revoked bool
	// impostor is to be issued by an authority that looks like the issuer.
	impostor bool
	// departs makes the one departure from the honest certificate; nil for none.
	departs func(template *x509.Certificate, now time.Time)
}

// mint makes certificates around one instant.
type mint struct {
	now        time.Time
	keys       *keyring
	salt       []byte // makes the serial numbers of two Sets differ
	revocation string
	hosts      []string
	parent     func(name string) (Credential, error)
}

func newMint(o Options) (*mint, error) {
	m := &mint{now: o.Now.UTC().Truncate(time.Second), keys: newKeyring(o.Fresh, o.Rand), revocation: o.Revocation, hosts: o.Hosts}
	if len(m.hosts) == 0 {
		m.hosts = []string{"localhost", "127.0.0.1", "::1"}
	}
	m.salt = []byte(m.now.Format(time.RFC3339))
	if o.Fresh {
		if o.Rand == nil {
			return nil, fmt.Errorf("fresh keys need a source of randomness (Options.Rand)")
		}
		m.salt = make([]byte, 16)
		if _, err := io.ReadFull(o.Rand, m.salt); err != nil {
			return nil, fmt.Errorf("read randomness: %w", err)
		}
	}
	for _, a := range authorityPlans {
		m.keys.reserve("authority/"+a.name, rsa2048)
	}
	m.keys.reserve(strangerKey, rsa2048)
	m.keys.reserve(otherKey, rsa2048)
	m.keys.reserve(weakKey, rsa1024)
	return m, nil
}

// serial is positive, at most 16 bytes long, and the same for one name of one Set.
func (m *mint) serial(name string) *big.Int {
	sum := sha256.Sum256(append(append([]byte{}, m.salt...), name...))
	sum[0] = sum[0]&0x3f | 0x40
	return new(big.Int).SetBytes(sum[:16])
}

// leaf makes the credential of a recipe.
func (m *mint) leaf(r recipe) (Credential, error) {
	certified, err := m.keys.key(r.key)
	if err != nil {
		return Credential{}, err
	}
	held := certified
	if r.holder != "" {
		if held, err = m.keys.key(r.holder); err != nil {
			return Credential{}, err
		}
	}
	template := m.template(r)
	if r.departs != nil {
		r.departs(template, m.now)
	}
	if r.issuer == "" {
		cert, err := sign(template, template, certified.Public(), certified)
		return Credential{Key: held, Chain: []*x509.Certificate{cert}}, err
	}
	issuer, err := m.parent(r.issuer)
	if err == nil && r.impostor {
		issuer, err = m.impostor(issuer)
	}
	if err != nil {
		return Credential{}, err
	}
	cert, err := sign(template, issuer.Leaf(), certified.Public(), issuer.Key)
	if err != nil {
		return Credential{}, err
	}
	chain := []*x509.Certificate{cert}
	if r.issuer != foreignAuthority {
		chain = append(chain, issuer.Chain...)
	}
	return Credential{Key: held, Chain: chain}, nil
}

// template is the honest certificate of a recipe.
func (m *mint) template(r recipe) *x509.Certificate {
	t := &x509.Certificate{
		SerialNumber: m.serial(r.name),
		RawSubject:   r.subject,
		NotBefore:    m.now.AddDate(0, 0, -1), NotAfter: m.now.AddDate(2, 0, 0),
		BasicConstraintsValid: true,
		KeyUsage:              x509.KeyUsageDigitalSignature | x509.KeyUsageContentCommitment,
	}
	m.revocationSources(t, r.issuer)
	if !r.tls {
		return t
	}
	t.KeyUsage = x509.KeyUsageDigitalSignature | x509.KeyUsageKeyEncipherment
	t.ExtKeyUsage = []x509.ExtKeyUsage{x509.ExtKeyUsageServerAuth, x509.ExtKeyUsageClientAuth}
	for _, h := range m.hosts {
		if ip := net.ParseIP(h); ip != nil {
			t.IPAddresses = append(t.IPAddresses, ip)
		} else {
			t.DNSNames = append(t.DNSNames, h)
		}
	}
	return t
}

// sign issues a certificate. crypto/x509 still issues with SHA-1, though it verifies no such one.
// No randomness goes in, since whoever signs here does so with RSA PKCS#1 v1.5.
func sign(template, parent *x509.Certificate, certified crypto.PublicKey, issuer crypto.Signer) (*x509.Certificate, error) {
	der, err := x509.CreateCertificate(nil, template, parent, certified, issuer)
	if err != nil {
		return nil, fmt.Errorf("issue certificate: %w", err)
	}
	return x509.ParseCertificate(der)
}

// inForce returns the identities in force at that instant, or all when none is.
func inForce(ids []interops.Identity, at time.Time) []interops.Identity {
	var out []interops.Identity
	for _, id := range ids {
		if !at.Before(id.From.Time) && (id.Until.IsZero() || at.Before(id.Until.Time)) {
			out = append(out, id)
		}
	}
	if len(out) == 0 {
		return ids
	}
	return out
}

// concreteSubject returns the DER of a pattern whose wildcards say TEST.
func concreteSubject(pattern string) ([]byte, error) {
	dn, err := parseName(pattern)
	if err != nil {
		return nil, err
	}
	return dn.concrete("TEST")
}

// checkOrganismName refuses what cannot be part of a credential's name and of a file's name.
func checkOrganismName(name string) error {
	if name == "" || strings.HasPrefix(name, ".") || strings.ContainsFunc(name, func(r rune) bool {
		return r < 0x20 || strings.ContainsRune(`/\~:*?"<>|`, r)
	}) {
		return fmt.Errorf(`name %q: want a name without / \ ~ : * ? " < > | nor a leading dot`, name)
	}
	return nil
}
