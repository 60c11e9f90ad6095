package idp

import (
	"crypto/ecdsa"
	"crypto/ed25519"
	"crypto/rsa"
	"fmt"

	"github.com/go-jose/go-jose/v4"
)

// The least length of a key (FI-03).
const (
	leastRSA = 2048
	leastEC  = 256
)

// weakness tells whether a key is of no use for a signature that lasts, and what it is.
func weakness(k jose.JSONWebKey) (what string, weak bool) {
	switch public := k.Public().Key.(type) {
	case *rsa.PublicKey:
		return fmt.Sprintf("RSA %d", public.N.BitLen()), public.N.BitLen() < leastRSA
	case *ecdsa.PublicKey:
		return "EC " + public.Params().Name, public.Params().BitSize < leastEC
	case ed25519.PublicKey:
		return "Ed25519", false
	}
	return fmt.Sprintf("%T", k.Key), true
}
