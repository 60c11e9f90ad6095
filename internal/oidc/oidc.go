// Package oidc is what Pro Santé Connect speaks: its tokens as JWT, its discovery documents and keys, the messages of its
// endpoints; and the check of a token as an operator does it that reads tokens itself. The deliberate faults of tokens
// and of introspection are here by name, each with the one requirement that must catch it.
//
// It sends nothing, remembers nothing and reads no clock: the endpoints are those of stubs/psc. It enforces no audience:
// the tokens of Pro Santé Connect have none, and RFC 9068 does not bind them.
package oidc

import (
	"crypto"
	"crypto/ecdsa"
	"crypto/rsa"
	"crypto/x509"
	"encoding/base64"
	"encoding/json"
	"encoding/pem"
	"fmt"
	"io"

	"github.com/go-jose/go-jose/v4"

	"etalon/internal/jws"
)

// Key is a key pair that signs tokens.
type Key struct {
	ID        string
	Algorithm string // RS256 or ES256
	Signer    crypto.Signer
}

// NewKey names a key pair by the thumbprint of its public key (RFC 7638). It refuses one that is neither RSA nor ECDSA on
// P-256.
func NewKey(signer crypto.Signer) (Key, error) {
	k := Key{Algorithm: jws.RS256, Signer: signer}
	switch public := signer.Public().(type) {
	case *rsa.PublicKey:
	case *ecdsa.PublicKey:
		if public.Params().BitSize != 256 {
			return Key{}, fmt.Errorf("use key: want P-256, got %s", public.Params().Name)
		}
		k.Algorithm = jws.ES256
	default:
		return Key{}, fmt.Errorf("use key: a %T signs no token", public)
	}
	sum, err := (&jose.JSONWebKey{Key: signer.Public()}).Thumbprint(crypto.SHA256)
	if err != nil {
		return Key{}, fmt.Errorf("name key: %w", err)
	}
	k.ID = base64.RawURLEncoding.EncodeToString(sum)
	return k, nil
}

// Sign makes signatures of the key. rand serves ECDSA.
func (k Key) Sign(rand io.Reader) jws.Sign {
	if k.Algorithm == jws.ES256 {
		return jws.ByECDSA(k.Signer, rand)
	}
	return jws.ByRSA(k.Signer)
}

// Public is what is published of the key.
func (k Key) Public() PublicKey {
	return PublicKey{ID: k.ID, Algorithm: k.Algorithm, Key: k.Signer.Public()}
}

// PEM is the public key as a file.
func (k Key) PEM() []byte {
	der, err := x509.MarshalPKIXPublicKey(k.Signer.Public())
	if err != nil { // RSA and P-256
		panic(fmt.Sprintf("write public key: %v", err))
	}
	return pem.EncodeToMemory(&pem.Block{Type: "PUBLIC KEY", Bytes: der})
}

// JWK is the public key as a document of its own.
func (k Key) JWK() map[string]any {
	var object map[string]any
	raw, err := json.Marshal(webKey(k.Public()))
	if err == nil {
		err = json.Unmarshal(raw, &object)
	}
	if err != nil {
		panic(fmt.Sprintf("write public key: %v", err))
	}
	return object
}

// PublicKey is a key of a JWKS.
type PublicKey struct {
	ID        string
	Algorithm string
	Key       crypto.PublicKey
}

func webKey(k PublicKey) jose.JSONWebKey {
	return jose.JSONWebKey{Key: k.Key, KeyID: k.ID, Algorithm: k.Algorithm, Use: "sig"}
}

// JWKS is the document of the keys (RFC 7517 §5).
func JWKS(keys []Key) []byte {
	set := jose.JSONWebKeySet{Keys: []jose.JSONWebKey{}}
	for _, k := range keys {
		set.Keys = append(set.Keys, webKey(k.Public()))
	}
	raw, err := json.Marshal(set)
	if err != nil {
		panic(fmt.Sprintf("write JWKS: %v", err))
	}
	return raw
}

// ReadJWKS reads the signature keys of a JWKS; those of other uses and kinds are left out. It refuses what is no JWKS.
func ReadJWKS(raw []byte) ([]PublicKey, error) {
	var set jose.JSONWebKeySet
	if err := json.Unmarshal(raw, &set); err != nil {
		return nil, fmt.Errorf("read JWKS: %w", err)
	}
	var keys []PublicKey
	for _, k := range set.Keys {
		if k.Use == "" || k.Use == "sig" {
			keys = append(keys, PublicKey{k.KeyID, k.Algorithm, k.Public().Key})
		}
	}
	return keys, nil
}
