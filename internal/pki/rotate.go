package pki

import (
	"crypto"
	"crypto/ecdsa"
	"crypto/elliptic"
	"crypto/rsa"
	"crypto/x509"
	"errors"
	"fmt"
	"io"
	"math/big"
	"strings"
	"time"
)

// formerMark stands, with a rank, behind the name of a credential that another has replaced.
const formerMark = "~former-"

// ErrForeignCertificate refuses to rotate a certificate that no authority of the set issued.
var ErrForeignCertificate = errors.New("no authority of this test PKI issued the certificate")

// Rotation is how a certificate is made anew.
type Rotation struct {
	// Now dates the new certificate, which begins an hour before and lives two years; Rand feeds its key and number.
	Now  time.Time
	Rand io.Reader
	// Revoke revokes the former certificate now; else it stays valid until its end.
	Revoke bool
}

// rotatedBefore is how long before its making a new certificate begins: the clocks of partners differ.
const rotatedBefore = time.Hour

// Rotate makes a new key and certificate, of the same subject, names, usages and authority, in the place of a credential.
// The former one is kept under NAME~former-N: the authority goes on telling of it. A set that was loaded from a directory
// keeps both there. It refuses an unknown name, a deliberately bad certificate, and one of another authority.
func (s *Set) Rotate(name string, r Rotation) (Credential, error) {
	if strings.Contains(name, "~") {
		return Credential{}, fmt.Errorf("rotate %s: want an honest certificate", name)
	}
	former, err := s.Credential(name)
	if err != nil {
		return Credential{}, err
	}
	key, err := like(former.Key.Public(), r.Rand) // without the lock: links open meanwhile
	if err != nil {
		return Credential{}, fmt.Errorf("rotate %s: %w", name, err)
	}
	s.mu.Lock()
	defer s.mu.Unlock()
	e := s.entries[name]
	former = *e.made
	fresh, err := s.renew(e, former, key, r)
	if err != nil {
		return Credential{}, fmt.Errorf("rotate %s: %w", name, err)
	}
	fresh.Name = name
	old := name + formerMark + fmt.Sprint(s.formers(name)+1)
	replaced := *e
	if r.Revoke {
		replaced.revoked = r.Now.UTC().Truncate(time.Second)
	}
	put := &entry{authority: e.authority, serial: fresh.Leaf().SerialNumber.String(), made: &fresh}
	if s.dir != "" {
		if err := s.keepRotated(r.Rand, name, old, put, &replaced); err != nil {
			return Credential{}, fmt.Errorf("rotate %s: %w", name, err)
		}
	}
	former.Name = old
	replaced.made = &former
	s.entries[name], s.entries[old] = put, &replaced
	s.names = append(s.names, old)
	clear(s.responses) // what the authority tells of it from now on
	return fresh, nil
}

// renew makes the new certificate, of a key; s.mu is held.
func (s *Set) renew(e *entry, former Credential, key crypto.Signer, r Rotation) (Credential, error) {
	issuer, err := s.authorityCredential(e.authority)
	if err != nil || former.Leaf().CheckSignatureFrom(issuer.Leaf()) != nil {
		return Credential{}, ErrForeignCertificate
	}
	number := make([]byte, 16)
	if _, err := io.ReadFull(r.Rand, number); err != nil {
		return Credential{}, fmt.Errorf("draw serial number: %w", err)
	}
	number[0] = number[0]&0x3f | 0x40
	template := *former.Leaf()
	template.SignatureAlgorithm, template.PublicKeyAlgorithm = x509.UnknownSignatureAlgorithm, x509.UnknownPublicKeyAlgorithm
	template.SerialNumber = new(big.Int).SetBytes(number)
	now := r.Now.UTC().Truncate(time.Second)
	template.NotBefore, template.NotAfter = now.Add(-rotatedBefore), now.AddDate(2, 0, 0)
	cert, err := sign(&template, issuer.Leaf(), key.Public(), issuer.Key)
	if err != nil {
		return Credential{}, err
	}
	chain := []*x509.Certificate{cert}
	return Credential{Key: key, Chain: append(chain, former.Chain[1:]...)}, nil
}

// like makes a key of the same kind and length as another.
func like(public crypto.PublicKey, rand io.Reader) (crypto.Signer, error) {
	switch k := public.(type) {
	case *rsa.PublicKey:
		return rsa.GenerateKey(rand, k.N.BitLen())
	case *ecdsa.PublicKey:
		if k.Curve != elliptic.P256() {
			return nil, fmt.Errorf("make key: curve %s: want P-256", k.Curve.Params().Name)
		}
		return ecdsa.GenerateKey(elliptic.P256(), rand)
	}
	return nil, fmt.Errorf("make key: a %T: want RSA or P-256", public)
}

// formers counts those that a credential has replaced; s.mu is held.
func (s *Set) formers(name string) (n int) {
	for _, known := range s.names {
		if strings.HasPrefix(known, name+formerMark) {
			n++
		}
	}
	return n
}

// Former tells whether a name is that of a credential that another has replaced, and which.
func Former(name string) (of string, former bool) {
	of, _, former = strings.Cut(name, formerMark)
	return of, former
}
