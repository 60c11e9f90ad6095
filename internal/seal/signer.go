package seal

import (
	"bytes"
	"context"
	"crypto"
	"crypto/ecdsa"
	"crypto/ed25519"
	"crypto/rsa"
	"crypto/sha256"
	"crypto/x509"
	"encoding/asn1"
	"encoding/pem"
	"math/big"
	"time"

	"github.com/secure-systems-lab/go-securesystemslib/dsse"

	"etalon/internal/verdict"
)

// Signer is who signs a report: a key, and its certificate with the authorities above it, leaf first.
type Signer struct {
	Key   crypto.Signer // ECDSA, RSA or Ed25519
	Chain []*x509.Certificate
	Test  bool // the harness's own test key: the signature then says nothing about who ran it
}

// Check refuses what would make a report that nobody can verify.
func (s Signer) Check(now time.Time) error {
	if s.Key == nil || len(s.Chain) == 0 {
		return verdict.Tell("signature du rapport : il manque la clé ou le certificat : donnez à --sign-key une clé PKCS#8 avec son certificat, ou un fichier PKCS#12", "sign report: no key or no certificate: give --sign-key a PKCS#8 key with its certificate, or a PKCS#12 file")
	}
	leaf := s.Chain[0]
	public, ok := leaf.PublicKey.(interface{ Equal(crypto.PublicKey) bool })
	if !ok || !public.Equal(s.Key.Public()) {
		return verdict.Tell("signature du rapport : la clé n'est pas celle du certificat %s : donnez les deux qui vont ensemble", "sign report: the key is not that of the certificate %s: give the two that belong together", leaf.Subject)
	}
	for i, c := range s.Chain {
		switch {
		case now.After(c.NotAfter):
			return verdict.Tell("signature du rapport : le certificat %s a expiré le %s : renouvelez-le", "sign report: the certificate %s expired on %s: renew it", c.Subject, c.NotAfter.UTC().Format(time.RFC3339))
		case now.Before(c.NotBefore):
			return verdict.Tell("signature du rapport : le certificat %s n'est pas valide avant le %s : voyez l'horloge", "sign report: the certificate %s is not valid before %s: check the clock", c.Subject, c.NotBefore.UTC().Format(time.RFC3339))
		case i > 0 && s.Chain[i-1].CheckSignatureFrom(c) != nil:
			return verdict.Tell("signature du rapport : le certificat %s n'a pas été émis par %s : rangez la chaîne en commençant par le signataire", "sign report: the certificate %s was not issued by %s: order the chain leaf first", s.Chain[i-1].Subject, c.Subject)
		}
	}
	return usable(leaf)
}

// usable tells whether a certificate may sign a report, whatever its trust.
func usable(leaf *x509.Certificate) error {
	if leaf.KeyUsage != 0 && leaf.KeyUsage&x509.KeyUsageDigitalSignature == 0 {
		return verdict.Tell("le certificat %s n'est pas fait pour signer : il n'a pas digitalSignature", "the certificate %s is not for signatures: it lacks digitalSignature", leaf.Subject)
	}
	switch key := leaf.PublicKey.(type) {
	case *ecdsa.PublicKey, ed25519.PublicKey:
	case *rsa.PublicKey:
		if key.N.BitLen() < 2048 {
			return verdict.Tell("le certificat %s a une clé RSA de moins de 2048 bits", "the certificate %s holds an RSA key under 2048 bits", leaf.Subject)
		}
	default:
		return verdict.Tell("le certificat %s a une clé %T : il en faut une ECDSA, RSA ou Ed25519", "the certificate %s holds a %T: want ECDSA, RSA or Ed25519", leaf.Subject, key)
	}
	if keyID(leaf) == "" {
		return verdict.Tell("le certificat %s a une clé sur une autre courbe que P-256, P-384 et P-521", "the certificate %s holds a key on a curve that is not P-256, P-384 or P-521", leaf.Subject)
	}
	return nil
}

// encodeChain writes the certificates, leaf first.
func encodeChain(chain []*x509.Certificate) []byte {
	var out bytes.Buffer
	for _, c := range chain {
		out.Write(pem.EncodeToMemory(&pem.Block{Type: "CERTIFICATE", Bytes: c.Raw}))
	}
	return out.Bytes()
}

func decodeChain(b []byte) ([]*x509.Certificate, error) {
	var chain []*x509.Certificate
	for rest := b; len(bytes.TrimSpace(rest)) > 0; {
		var block *pem.Block
		if block, rest = pem.Decode(rest); block == nil || block.Type != "CERTIFICATE" {
			return nil, verdict.Tell("chain.pem n'est pas une liste de certificats", "chain.pem: not a list of certificates")
		}
		c, err := x509.ParseCertificate(block.Bytes)
		if err != nil {
			return nil, unread("chain.pem a un certificat qui ne se lit pas", "chain.pem", err)
		}
		chain = append(chain, c)
	}
	if len(chain) == 0 {
		return nil, verdict.Tell("chain.pem n'a aucun certificat", "chain.pem holds no certificate")
	}
	return chain, usable(chain[0])
}

// keyID names a key as DSSE's own library does when a key has no name; "" for one that it cannot name.
func keyID(leaf *x509.Certificate) string {
	id, err := dsse.SHA256KeyID(leaf.PublicKey)
	if err != nil {
		return ""
	}
	return id
}

// envelopeKey signs and verifies envelopes for dsse with one certificate's key: ECDSA and RSA (PKCS#1 v1.5) over
// SHA-256, Ed25519 as it is; all three without randomness, so that one record gives one archive.
type envelopeKey struct {
	key  crypto.Signer // nil to verify only
	leaf *x509.Certificate
}

func (k envelopeKey) KeyID() (string, error)   { return keyID(k.leaf), nil }
func (k envelopeKey) Public() crypto.PublicKey { return k.leaf.PublicKey }

func (k envelopeKey) Sign(_ context.Context, message []byte) ([]byte, error) {
	if _, ok := k.leaf.PublicKey.(ed25519.PublicKey); ok {
		return k.key.Sign(nil, message, crypto.Hash(0))
	}
	sum := sha256.Sum256(message)
	sig, err := k.key.Sign(nil, sum[:], crypto.SHA256)
	if public, ok := k.leaf.PublicKey.(*ecdsa.PublicKey); ok && err == nil {
		sig, err = lowS(public, sig)
	}
	return sig, err
}

func (k envelopeKey) Verify(_ context.Context, message, sig []byte) error {
	sum := sha256.Sum256(message)
	good := false
	switch public := k.leaf.PublicKey.(type) {
	case ed25519.PublicKey:
		good = ed25519.Verify(public, message, sig)
	case *rsa.PublicKey:
		good = rsa.VerifyPKCS1v15(public, crypto.SHA256, sum[:], sig) == nil
	case *ecdsa.PublicKey:
		low, err := lowS(public, sig)
		good = err == nil && bytes.Equal(low, sig) && ecdsa.VerifyASN1(public, sum[:], sig)
	}
	if !good {
		return verdict.Tell("la signature n'est pas de cette clé sur ces octets", "the signature is not of this key over these bytes")
	}
	return nil
}

// lowS returns the one of the two forms of an ECDSA signature whose s is in the lower half: without it, anyone
// can make a second valid signature from the first.
func lowS(public *ecdsa.PublicKey, sig []byte) ([]byte, error) {
	var v struct{ R, S *big.Int }
	if rest, err := asn1.Unmarshal(sig, &v); err != nil || len(rest) > 0 {
		return nil, verdict.Tell("ce n'est pas une signature ECDSA", "not an ECDSA signature")
	}
	n := public.Curve.Params().N
	if v.S.Cmp(new(big.Int).Rsh(n, 1)) > 0 {
		v.S.Sub(n, v.S)
	}
	return asn1.Marshal(v)
}
