package rest

import (
	"crypto/rsa"
	"crypto/sha256"
	"crypto/x509"
	"encoding/base64"
	"encoding/json"
	"fmt"
	"time"

	"etalon/internal/interops"
	"etalon/internal/jws"
	"etalon/internal/pki"
)

// Algorithm is the only one of a JWT (R03).
const Algorithm = jws.RS256

// JWT is a token before it is signed: a hook may change every part of it.
type JWT struct {
	// Header is the JOSE header: alg, typ, kid (the thumbprint of the certificate, as x5t#S256) and x5c (its chain).
	Header map[string]any
	// Claims are iss, sub, aud, iat, nbf, exp, jti, auth_time, acr and pagm.
	Claims map[string]any
	// Signer signs with RS256, unless Sign is set. Nil Sign and Signer without key leave the signature empty.
	Signer pki.Credential
	// Sign makes the signature over the signing input (RFC 7515 §5.1).
	Sign func(input []byte) ([]byte, error)
	// Credential returns a test credential by name; may be nil.
	Credential func(name string) (pki.Credential, error)
	Now        time.Time
}

// newJWT is the honest JWT of a VI.
func newJWT(vi interops.VI, signer pki.Credential) (*JWT, error) {
	t := &JWT{Header: map[string]any{"typ": "JWT"}, Claims: Claims(vi)}
	if err := t.SignedBy(signer); err != nil {
		return nil, err
	}
	return t, nil
}

// SignedBy makes a credential sign the token, whose header then names its certificate. It refuses a key that is not
// RSA, and one that is not there.
func (t *JWT) SignedBy(signer pki.Credential) error {
	if signer.Key == nil {
		return fmt.Errorf("sign JWT: %s wants an RSA key, %q has none", Algorithm, signer.Name)
	}
	if _, ok := signer.Key.Public().(*rsa.PublicKey); !ok {
		return fmt.Errorf("sign JWT: %s wants an RSA key, %s has %T", Algorithm, signer.Name, signer.Key.Public())
	}
	chain := make([]string, len(signer.Chain))
	for i, c := range signer.Chain {
		chain[i] = base64.StdEncoding.EncodeToString(c.Raw)
	}
	t.Signer, t.Header["alg"], t.Header["x5c"] = signer, Algorithm, chain
	if leaf := signer.Leaf(); leaf != nil {
		t.Header["kid"] = Thumbprint(leaf)
	}
	return nil
}

// Thumbprint names a certificate as the kid of a token does: the base64url SHA-256 of its DER (RFC 7515 §4.1.8).
func Thumbprint(c *x509.Certificate) string {
	sum := sha256.Sum256(c.Raw)
	return base64.RawURLEncoding.EncodeToString(sum[:])
}

// compact signs the token and writes it (RFC 7515 §7.1).
func (t *JWT) compact() (string, error) {
	claims, err := json.Marshal(t.Claims)
	if err != nil {
		return "", fmt.Errorf("write claims: %w", err)
	}
	sign := jws.Sign(t.Sign)
	if sign == nil {
		sign = t.RS256
	}
	return jws.Compact(t.Header, claims, sign)
}

// RS256 signs with RSASSA-PKCS1-v1_5 and SHA-256, which is the same each time. It refuses a Signer without key.
func (t *JWT) RS256(input []byte) ([]byte, error) { return jws.ByRSA(t.Signer.Key)(input) }
