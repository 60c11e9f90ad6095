package xmlsec

import (
	"crypto"
	"crypto/ecdsa"
	"crypto/ed25519"
	"crypto/hmac"
	"crypto/rsa"
	"encoding/asn1"
	"errors"
	"fmt"
	"io"
	"math/big"
)

// signOctets is the value of the signature over the canonical SignedInfo.
func (r *Recipe) signOctets(rand io.Reader, name string, octets []byte) ([]byte, error) {
	m, known := methods[name]
	if !known {
		return nil, fmt.Errorf("method %q is not computed", name)
	}
	if m.family == familyHMAC {
		mac := hmac.New(m.hash.New, r.HMACKey)
		mac.Write(octets)
		return mac.Sum(nil), nil
	}
	if r.Key == nil {
		return nil, errors.New("no key")
	}
	var opts crypto.SignerOpts = m.hash
	if m.family == familyPSS {
		opts = &rsa.PSSOptions{SaltLength: rsa.PSSSaltLengthEqualsHash, Hash: m.hash}
	}
	switch public := r.Key.Public().(type) {
	case ed25519.PublicKey:
		if m.family != familyEdDSA {
			return nil, fmt.Errorf("method %q does not fit an Ed25519 key", name)
		}
		return r.Key.Sign(nil, octets, crypto.Hash(0))
	case *rsa.PublicKey:
		if m.family != familyRSA && m.family != familyPSS {
			return nil, fmt.Errorf("method %q does not fit an RSA key", name)
		}
		if m.family == familyPSS && rand == nil {
			return nil, fmt.Errorf("method %q needs randomness", name)
		}
		return r.Key.Sign(rand, digest(m.hash, octets), opts)
	case *ecdsa.PublicKey:
		if m.family != familyECDSA {
			return nil, fmt.Errorf("method %q does not fit an ECDSA key", name)
		}
		der, err := r.Key.Sign(rand, digest(m.hash, octets), opts)
		if err != nil {
			return nil, err
		}
		return fixedWidth(der, public)
	default:
		return nil, fmt.Errorf("no method for a key of type %T", public)
	}
}

// fixedWidth turns an ASN.1 ECDSA signature into r and s, each as long as the order of the curve (RFC 4050 §3.3).
func fixedWidth(der []byte, key *ecdsa.PublicKey) ([]byte, error) {
	var pair struct{ R, S *big.Int }
	if _, err := asn1.Unmarshal(der, &pair); err != nil {
		return nil, fmt.Errorf("read ecdsa signature: %w", err)
	}
	n := orderLength(key)
	if pair.R.BitLen() > 8*n || pair.S.BitLen() > 8*n {
		return nil, errors.New("read ecdsa signature: wider than the order of the curve")
	}
	value := make([]byte, 2*n)
	pair.R.FillBytes(value[:n])
	pair.S.FillBytes(value[n:])
	return value, nil
}

func orderLength(key *ecdsa.PublicKey) int { return (key.Curve.Params().N.BitLen() + 7) / 8 }

// verifyOctets tells in words why a value is not the signature of octets, or nothing.
func verifyOctets(m method, key crypto.PublicKey, octets, value []byte) (trouble string) {
	switch key := key.(type) {
	case ed25519.PublicKey:
		if m.family != familyEdDSA || len(key) != ed25519.PublicKeySize || !ed25519.Verify(key, octets, value) {
			return notTheSignature
		}
		return ""
	case *rsa.PublicKey:
		return verifyRSA(m, key, digest(m.hash, octets), value)
	case *ecdsa.PublicKey:
		return verifyECDSA(m, key, digest(m.hash, octets), value)
	}
	return fmt.Sprintf("a key of type %T, which no method uses", key)
}

func verifyRSA(m method, key *rsa.PublicKey, sum, value []byte) (trouble string) {
	var err error
	switch {
	case key.N == nil:
		return "an empty key"
	case m.family == familyRSA:
		err = rsa.VerifyPKCS1v15(key, m.hash, sum, value)
	case m.family == familyPSS:
		err = rsa.VerifyPSS(key, m.hash, sum, value, &rsa.PSSOptions{SaltLength: rsa.PSSSaltLengthAuto})
	default:
		return "an RSA key, which the method does not use"
	}
	if err != nil {
		return notTheSignature
	}
	return ""
}

func verifyECDSA(m method, key *ecdsa.PublicKey, sum, value []byte) (trouble string) {
	switch {
	case key.Curve == nil:
		return "an empty key"
	case m.family != familyECDSA:
		return "an ECDSA key, which the method does not use"
	case len(value) != 2*orderLength(key):
		return fmt.Sprintf("a value of %d bytes, where r and s take %d", len(value), 2*orderLength(key))
	}
	r, s := new(big.Int).SetBytes(value[:len(value)/2]), new(big.Int).SetBytes(value[len(value)/2:])
	if !ecdsa.Verify(key, sum, r, s) {
		return notTheSignature
	}
	return ""
}

const notTheSignature = "a value that is not this key's signature of SignedInfo"
