//go:build !pkcs11 || !cgo

package hsm

import (
	"crypto"
	"crypto/x509"
)

// Open reaches the key that a URI names, and its certificate where the token holds it. Here it returns ErrUnbuilt.
func Open(URI, string) (crypto.Signer, *x509.Certificate, error) { return nil, nil, ErrUnbuilt }
