package pki

import (
	"bytes"
	"crypto"
	"crypto/ecdsa"
	"crypto/rsa"
	"crypto/sha1" // a SHA-1 signature must be followed to be named as such (T05-N2)
	"crypto/x509"
	"errors"
	"slices"
	"time"
)

// Bounds on what a partner may make us compute.
const (
	maxChain     = 10 // certificates presented
	maxDepth     = 8  // certificates in a path
	maxSignature = 40 // signatures verified to find a path
)

// path returns the certificates from the leaf to one of the roots, both included; nil when there is no
// such path. Dates, keys and digests do not count here, so that they can be reported by their names.
func (t *Trust) path(chain []*x509.Certificate) []*x509.Certificate {
	s := pathSearch{roots: t.Roots, offered: chain[1:], budget: maxSignature}
	return s.extend([]*x509.Certificate{chain[0]})
}

// pathSearch is a depth-first search from the leaf upwards.
type pathSearch struct {
	roots, offered []*x509.Certificate
	budget         int
}

func (s *pathSearch) extend(path []*x509.Certificate) []*x509.Certificate {
	last := path[len(path)-1]
	if slices.ContainsFunc(s.roots, last.Equal) {
		return path
	}
	if len(path) == maxDepth {
		return nil
	}
	for _, parent := range slices.Concat(s.roots, s.offered) {
		if slices.ContainsFunc(path, parent.Equal) || !s.issued(parent, last) {
			continue
		}
		if found := s.extend(append(slices.Clone(path), parent)); found != nil {
			return found
		}
	}
	return nil
}

// issued tells whether the parent is an authority that signed the child.
func (s *pathSearch) issued(parent, child *x509.Certificate) bool {
	isAuthority := parent.BasicConstraintsValid && parent.IsCA && (parent.KeyUsage == 0 || parent.KeyUsage&x509.KeyUsageCertSign != 0)
	if !isAuthority || !bytes.Equal(parent.RawSubject, child.RawIssuer) || s.budget == 0 {
		return false
	}
	s.budget--
	return signedBy(parent.PublicKey, child)
}

// signedBy verifies a certificate's signature. crypto/x509 refuses SHA-1, which is verified by hand.
func signedBy(key any, cert *x509.Certificate) bool {
	parent := &x509.Certificate{PublicKey: key}
	err := parent.CheckSignature(cert.SignatureAlgorithm, cert.RawTBSCertificate, cert.Signature)
	var insecure x509.InsecureAlgorithmError
	if !errors.As(err, &insecure) {
		return err == nil
	}
	digest := sha1.Sum(cert.RawTBSCertificate)
	switch k := key.(type) {
	case *rsa.PublicKey:
		return cert.SignatureAlgorithm == x509.SHA1WithRSA && rsa.VerifyPKCS1v15(k, crypto.SHA1, digest[:], cert.Signature) == nil
	case *ecdsa.PublicKey:
		return cert.SignatureAlgorithm == x509.ECDSAWithSHA1 && ecdsa.VerifyASN1(k, digest[:], cert.Signature)
	}
	return false
}

// noPath names the reason why a leaf has no path.
func noPath(leaf *x509.Certificate) PathError {
	if bytes.Equal(leaf.RawIssuer, leaf.RawSubject) && signedBy(leaf.PublicKey, leaf) {
		return PathError{PathSelfSigned, Subject(leaf) + " is signed by itself"}
	}
	issuer := &x509.Certificate{RawSubject: leaf.RawIssuer, Subject: leaf.Issuer}
	return PathError{PathUnknownAuthority, "no path from " + Subject(leaf) + " by " + Subject(issuer) + " to a trusted root"}
}

// lastWord has crypto/x509 verify a path in which we found nothing wrong: it knows path lengths, name
// constraints and critical extensions.
func lastWord(path []*x509.Certificate, at time.Time) []PathError {
	roots, between := x509.NewCertPool(), x509.NewCertPool()
	roots.AddCert(path[len(path)-1])
	for _, cert := range path[1:] {
		between.AddCert(cert)
	}
	_, err := path[0].Verify(x509.VerifyOptions{
		Roots: roots, Intermediates: between, CurrentTime: at, KeyUsages: []x509.ExtKeyUsage{x509.ExtKeyUsageAny},
	})
	if err != nil {
		return []PathError{{PathMalformed, err.Error()}}
	}
	return nil
}
