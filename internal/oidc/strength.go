package oidc

import (
	"crypto/ecdsa"
	"crypto/ed25519"
	"crypto/rsa"
	"fmt"

	"github.com/go-jose/go-jose/v4"
)

// The least length of a key that signs.
const (
	leastRSA = 2048
	leastEC  = 256
)

// Strength reads a key of a JWKS: what it is, and whether it is long enough to sign (RSA of 2048 bits, curve of 256). The
// error tells of a key that cannot be read.
func Strength(raw []byte) (what string, enough bool, err error) {
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
