// Package pki is the test public key infrastructure and the judge of certificates: it makes authorities,
// good and deliberately bad certificates, their CRL and OCSP answers, and TLS settings; it verifies
// paths, revocation and identities, and reports every trouble with its kind.
//
// It signs no message (that is xmlsec), knows no convention beyond the identities that it is given,
// reads no clock, and its authorities, which say TEST, must never be trusted in production.
package pki

import (
	"crypto"
	"crypto/tls"
	"crypto/x509"
	"encoding/pem"
	"fmt"
)

// Credential is a key pair with its certificate chain.
type Credential struct {
	// Name is the name in the Set, such as "caf/tls~expired"; free for a loaded one.
	Name string
	Key  crypto.Signer
	// Chain is the certificate and its authorities, leaf first, the root left out. For the variant
	// "mismatch" the leaf certifies another key than Key.
	Chain []*x509.Certificate
}

// Leaf returns the certificate of the credential; nil when the chain is empty.
func (c Credential) Leaf() *x509.Certificate {
	if len(c.Chain) == 0 {
		return nil
	}
	return c.Chain[0]
}

// KeyPEM returns the key in PEM, as PKCS #8; an error for one that is not in memory.
func (c Credential) KeyPEM() ([]byte, error) {
	der, err := x509.MarshalPKCS8PrivateKey(c.Key)
	if err != nil {
		return nil, err
	}
	return pem.EncodeToMemory(&pem.Block{Type: "PRIVATE KEY", Bytes: der}), nil
}

// TLS returns the credential in the form of crypto/tls; an empty one for an empty credential.
func (c Credential) TLS() tls.Certificate {
	t := tls.Certificate{Leaf: c.Leaf()}
	for _, cert := range c.Chain {
		t.Certificate = append(t.Certificate, cert.Raw)
	}
	if c.Key != nil {
		t.PrivateKey = c.Key
	}
	return t
}

// FromTLS returns the credential of a key pair read from files.
func FromTLS(pair tls.Certificate) (Credential, error) {
	key, ok := pair.PrivateKey.(crypto.Signer)
	if !ok {
		return Credential{}, fmt.Errorf("read key pair: a %T cannot sign", pair.PrivateKey)
	}
	c := Credential{Key: key}
	for _, raw := range pair.Certificate {
		certificate, err := x509.ParseCertificate(raw)
		if err != nil {
			return Credential{}, fmt.Errorf("read key pair: %w", err)
		}
		c.Chain = append(c.Chain, certificate)
	}
	return c, nil
}
