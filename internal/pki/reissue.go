package pki

import (
	"crypto/x509"
	"fmt"
	"net"
	"slices"
)

// Change is what a certificate is issued again with. A field that is nil leaves what there was; an empty one takes it away.
type Change struct {
	Hosts     []string // names and addresses
	CRL, OCSP []string // where its revocation is told of
}

// Reissue returns a credential of the set whose certificate its authority issues again with a change, of the same serial
// number: what revoked the first revokes the second. The set keeps the first. It refuses a name that is not known, and a
// certificate that no authority of the set issued.
func (s *Set) Reissue(name string, c Change) (Credential, error) {
	first, err := s.Credential(name)
	if err != nil {
		return Credential{}, err
	}
	s.mu.Lock()
	defer s.mu.Unlock()
	issuer, err := s.authorityCredential(s.entries[name].authority)
	if err != nil {
		return Credential{}, fmt.Errorf("issue %s again: %w", name, err)
	}
	template := *first.Leaf()
	template.SignatureAlgorithm, template.PublicKeyAlgorithm = x509.UnknownSignatureAlgorithm, x509.UnknownPublicKeyAlgorithm
	if c.Hosts != nil {
		template.DNSNames, template.IPAddresses = nil, nil
		for _, h := range c.Hosts {
			if ip := net.ParseIP(h); ip != nil {
				template.IPAddresses = append(template.IPAddresses, ip)
			} else {
				template.DNSNames = append(template.DNSNames, h)
			}
		}
	}
	if c.CRL != nil {
		template.CRLDistributionPoints = c.CRL
	}
	if c.OCSP != nil {
		template.OCSPServer = c.OCSP
	}
	cert, err := sign(&template, issuer.Leaf(), template.PublicKey, issuer.Key)
	if err != nil {
		return Credential{}, fmt.Errorf("issue %s again: %w", name, err)
	}
	return Credential{Name: name, Key: first.Key, Chain: append([]*x509.Certificate{cert}, slices.Clone(first.Chain[1:])...)}, nil
}
