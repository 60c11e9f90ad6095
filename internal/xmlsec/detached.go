package xmlsec

import (
	"crypto"
	"crypto/ecdsa"
	"crypto/rsa"
	"fmt"
	"io"
	"slices"
	"strings"
)

// SignDetached signs octets that stand in no XML, with the recipe's method and key, as the HTTP-Redirect binding
// does (SAML bindings §3.4.4.1). It fails when the method is unknown or does not fit the key.
func (r *Recipe) SignDetached(rand io.Reader, octets []byte) ([]byte, error) {
	method, err := r.DetachedMethod()
	if err != nil {
		return nil, err
	}
	return r.signOctets(rand, method, octets)
}

// DetachedMethod is the method with which SignDetached signs: by the type of the key when the recipe names none.
func (r *Recipe) DetachedMethod() (string, error) {
	if r.Method != "" {
		return r.Method, nil
	}
	return methodFor(r.Key)
}

// VerifyDetached checks a signature value over octets that stand in no XML: an allowed method, a key that is strong
// enough, the value. An ECDSA value may be in ASN.1 as well, as the binding does not say. It returns what is wrong.
func VerifyDetached(name string, p Policy, key crypto.PublicKey, octets, value []byte) []Fault {
	v := verifier{policy: p}
	m, known := methods[name]
	if !slices.Contains(p.Methods, name) || !known || m.family == familyHMAC {
		v.fault(FaultMethod, strings.Join(p.Methods, " "), name)
	}
	if !known || m.family == familyHMAC {
		return v.Faults
	}
	switch key := key.(type) {
	case *rsa.PublicKey:
		if key.N == nil {
			break
		}
		if bits := key.N.BitLen(); bits < p.MinRSABits || bits > maxRSABits {
			v.fault(FaultKeyTooWeak, fmt.Sprintf("an RSA key of %d to %d bits", p.MinRSABits, maxRSABits), fmt.Sprintf("%d", bits))
			if bits > maxRSABits {
				return v.Faults
			}
		}
	case *ecdsa.PublicKey:
		if len(value) != 2*orderLength(key) {
			if fixed, err := fixedWidth(value, key); err == nil {
				value = fixed
			}
		}
	}
	if trouble := verifyOctets(m, key, octets, value); trouble != "" {
		v.fault(FaultSignature, "the signature by the key told", trouble)
	}
	return v.Faults
}
