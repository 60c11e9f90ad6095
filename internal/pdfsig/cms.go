package pdfsig

import (
	"bytes"
	"crypto"
	"crypto/ecdsa"
	"crypto/rsa"
	"crypto/x509"
	"crypto/x509/pkix"
	"encoding/asn1"
	"errors"
	"fmt"
	"time"

	"github.com/smallstep/pkcs7"
)

// verify checks a detached CMS signature over bytes (RFC 5652 §5.4, §5.6).
func (s *Signature) verify(signed, der []byte) {
	defer func() { // the parser reads bytes of anybody
		if cause := recover(); cause != nil {
			s.Problem, s.Detail = Unverified, fmt.Sprint("the signature cannot be read: ", cause)
		}
	}()
	if len(bytes.Trim(der, "\x00")) == 0 {
		s.Problem, s.Detail = Broken, "the place of the signature is empty"
		return
	}
	n, err := measured(der, 0) // what follows fills the place
	if err != nil {
		s.Problem, s.Detail = Unverified, err.Error()
		return
	}
	message, err := pkcs7.Parse(der[:n])
	if err != nil {
		s.Problem, s.Detail = Unverified, err.Error()
		return
	}
	if s.Signer = message.GetOnlySigner(); s.Signer == nil {
		s.Problem, s.Detail = Unverified, "no single signer with a certificate in it, known by issuer and number"
		return
	}
	if key, ok := s.Signer.PublicKey.(*rsa.PublicKey); ok && key.N.BitLen() > maxModulus {
		s.Problem, s.Detail = Unverified, fmt.Sprintf("a key of %d bits", key.N.BitLen())
		return
	}
	if digest, ok := digests[message.Signers[0].DigestAlgorithm.Algorithm.String()]; ok {
		s.Digest = digest.String()
	}
	var at time.Time
	if message.UnmarshalSignedAttribute(pkcs7.OIDAttributeSigningTime, &at) == nil {
		s.At = at
	}
	s.Value = message.Signers[0].EncryptedDigest
	for _, a := range message.Signers[0].UnauthenticatedAttributes {
		if a.Type.Equal(oidSignatureStamp) {
			s.Stamp = a.Value.Bytes
		}
	}
	message.Content = signed
	s.Problem, s.Detail = problemOf(message.Verify())
	if s.Problem == "" && !bound(message, s.Signer) {
		s.Problem, s.Detail = Broken, "the certificate is not the one that the signature names by its digest"
	}
	if s.Problem == "" && !s.At.IsZero() && (s.At.Before(s.Signer.NotBefore) || s.At.After(s.Signer.NotAfter)) {
		s.Problem, s.Detail = Outdated, "the certificate was not valid on "+s.At.UTC().Format(time.DateOnly)
	}
}

// bound tells whether a certificate is the one that a signature names by its digest (RFC 5035 §4), where it names one by a digest
// that we know.
func bound(message *pkcs7.PKCS7, leaf *x509.Certificate) bool {
	var names struct {
		Certs []struct {
			Digest pkix.AlgorithmIdentifier `asn1:"optional"`
			Hash   []byte
			Issuer asn1.RawValue `asn1:"optional"`
		}
		Policies asn1.RawValue `asn1:"optional"`
	}
	if message.UnmarshalSignedAttribute(oidSigningCert, &names) != nil || len(names.Certs) == 0 {
		return true
	}
	digest, ok := crypto.SHA256, true
	if named := names.Certs[0].Digest.Algorithm; named != nil {
		digest, ok = digests[named.String()]
	}
	if !ok || !digest.Available() {
		return true
	}
	h := digest.New()
	h.Write(leaf.Raw)
	return bytes.Equal(h.Sum(nil), names.Certs[0].Hash)
}

// maxModulus bounds the key of RSA that is computed with, in bits: the time grows with the square.
const maxModulus = 16_384

// digests are the digest algorithms by their numbers.
var digests = map[string]crypto.Hash{
	pkcs7.OIDDigestAlgorithmSHA1.String():   crypto.SHA1,
	pkcs7.OIDDigestAlgorithmSHA256.String(): crypto.SHA256,
	pkcs7.OIDDigestAlgorithmSHA384.String(): crypto.SHA384,
	pkcs7.OIDDigestAlgorithmSHA512.String(): crypto.SHA512,
}

// problemOf says what the verifier's error is. Only what proves that the signature is over other bytes, or by another key,
// is the document's fault: an algorithm that we do not know is not.
func problemOf(err error) (Problem, string) {
	var mismatch *pkcs7.MessageDigestMismatchError
	var outdated *pkcs7.SigningTimeNotValidError
	switch {
	case err == nil:
		return "", ""
	case errors.As(err, &mismatch):
		return Broken, "the digest that was signed is not that of the document"
	case errors.As(err, &outdated):
		return Outdated, "the certificate was not valid on " + outdated.SigningTime.Format(time.DateOnly)
	case errors.Is(err, rsa.ErrVerification), err.Error() == errECDSA:
		return Broken, "the signature is not by the key of its certificate"
	}
	return Unverified, err.Error()
}

// errECDSA is what crypto/x509 says of a wrong signature by ECDSA; it has no value of its own.
var errECDSA = "x509: ECDSA verification failure"

// cmsOf signs bytes, without attributes: a signature that is the same each time for a key of RSA.
func cmsOf(signed []byte, key crypto.Signer, chain []*x509.Certificate) ([]byte, error) {
	if _, ok := key.Public().(*ecdsa.PublicKey); !ok {
		if _, ok := key.Public().(*rsa.PublicKey); !ok {
			return nil, ErrKey
		}
	}
	message, err := pkcs7.NewSignedData(signed)
	if err != nil {
		return nil, err
	}
	message.SetDigestAlgorithm(pkcs7.OIDDigestAlgorithmSHA256)
	if err := message.SignWithoutAttr(chain[0], key, pkcs7.SignerInfoConfig{}); err != nil {
		return nil, err
	}
	for _, c := range chain[1:] {
		message.AddCertificate(c)
	}
	message.Detach()
	return message.Finish()
}
