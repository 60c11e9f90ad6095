package pki

import (
	"crypto/sha256"
	"crypto/tls"
	"crypto/x509"
	"encoding/hex"

	"etalon/internal/verdict"
)

// LinkFacts says what protected a connection, on which ours was presented; nil when nothing did.
func LinkFacts(s *tls.ConnectionState, ours Credential) *verdict.TLS {
	if s == nil {
		return nil
	}
	facts := &verdict.TLS{
		Version: tls.VersionName(s.Version), Cipher: tls.CipherSuiteName(s.CipherSuite),
		Peer: subjects(s.PeerCertificates), Ours: subjects(ours.Chain), Resumed: s.DidResume, ServerName: s.ServerName,
	}
	if len(s.PeerCertificates) > 0 {
		sum := sha256.Sum256(s.PeerCertificates[0].Raw)
		facts.Leaf = "sha256:" + hex.EncodeToString(sum[:])
	}
	return facts
}

// subjects names the certificates of a chain, the leaf first.
func subjects(chain []*x509.Certificate) []string {
	var all []string
	for _, c := range chain {
		all = append(all, Subject(c))
	}
	return all
}
