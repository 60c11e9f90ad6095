package oidc

import (
	"crypto/ecdsa"
	"crypto/ed25519"
	"crypto/rsa"
	"encoding/json"
	"errors"
	"fmt"
	"slices"

	"github.com/go-jose/go-jose/v4"
)

// The least length of a key that signs.
const (
	leastRSA = 2048
	leastEC  = 256
)

// ErrForeignKey tells of a key that is whole, of a kind or a curve that clients leave aside (RFC 7517 §5).
var ErrForeignKey = errors.New("key of a kind that clients leave aside")

// curves are those that clients read, by the kind of the key (RFC 7518 §6.2.1.1, RFC 8037 §3.1).
var curves = map[string][]string{"EC": {"P-256", "P-384", "P-521"}, "OKP": {"Ed25519"}}

// foreign tells whether a key is whole, and of a kind or a curve of which clients know nothing.
func foreign(raw []byte) bool {
	var k struct {
		Kind  string `json:"kty"`
		Curve string `json:"crv"`
		X     string `json:"x"`
		Y     string `json:"y"`
	}
	if json.Unmarshal(raw, &k) != nil || k.Kind == "" || k.Kind == "RSA" || k.Kind == "oct" {
		return false
	}
	known, curved := curves[k.Kind]
	return !curved || k.Curve != "" && !slices.Contains(known, k.Curve) && k.X != "" && (k.Kind != "EC" || k.Y != "")
}

// Strength reads a key of a JWKS: what it is, and whether it is long enough to sign (RSA of 2048 bits, curve of 256). The
// error is ErrForeignKey for one that clients leave aside, and another for one that cannot be read.
func Strength(raw []byte) (what string, enough bool, err error) {
	if foreign(raw) {
		return "", false, ErrForeignKey
	}
	var key jose.JSONWebKey
	if err := key.UnmarshalJSON(raw); err != nil {
		return "", false, fmt.Errorf("read JWK: %w", err)
	}
	switch public := key.Public().Key.(type) {
	case *rsa.PublicKey:
		return fmt.Sprintf("RSA %d", public.N.BitLen()), public.N.BitLen() >= leastRSA, nil
	case *ecdsa.PublicKey:
		return "EC " + public.Params().Name, public.Params().BitSize >= leastEC, nil
	case ed25519.PublicKey:
		return "Ed25519", true, nil
	}
	return fmt.Sprintf("%T", key.Key), false, nil
}
