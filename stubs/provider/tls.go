package provider

import (
	"crypto/tls"
	"crypto/x509"
	"errors"
	"fmt"
	"slices"

	"etalon/internal/bench"
	"etalon/internal/interops"
	"etalon/internal/mutation"
	"etalon/internal/pki"
)

// errUnlisted refuses a certificate that the convention does not list (T01-N6).
var errUnlisted = errors.New("the convention does not list this certificate")

// tlsConfig returns the settings of a connection and the credential that it presents.
func (p *Provider) tlsConfig(conduct mutation.Conduct) (*tls.Config, pki.Credential, error) {
	name := p.config.Credential
	if conduct.ServerCertificate != "" {
		name = p.organism.Name + "/" + conduct.ServerCertificate
	}
	ours, err := p.config.Bench.PKI.Credential(name)
	if err != nil {
		return nil, ours, fmt.Errorf("present certificate: %w", err)
	}
	config := pki.ServerConfig(ours, bench.Wall, p.admit)
	if p.config.Bench.Profile.TLS.Min == "1.3" {
		config.MinVersion = tls.VersionTLS13
	}
	config.NextProtos = []string{"http/1.1"}
	config.SessionTicketsDisabled = true // each connection shows the certificate of the moment
	p.policy.tls(config)
	if conduct.MinTLS != 0 {
		config.MinVersion = conduct.MinTLS
		config.CipherSuites = conduct.Suites // those of old versions too, when none are given
	}
	if conduct.MaxTLS != 0 {
		config.MaxVersion = conduct.MaxTLS
	}
	return config, ours, nil
}

// admit judges the client's chain in the handshake: the path (T01, T04, T05, T08), and whether the
// certificate is that of an organism of the convention.
func (p *Provider) admit(chain []*x509.Certificate) error {
	if len(chain) == 0 {
		if p.policy.anonymous {
			return nil
		}
		return errors.New("no client certificate") // T01-N1
	}
	var errs []error
	for _, e := range p.trust.Verify(chain, pki.UsageClient, bench.Wall()) {
		if !p.policy.pathExcused[e.Kind] {
			errs = append(errs, e)
		}
	}
	if !p.policy.unlisted && !p.partner(chain[0]) {
		errs = append(errs, errUnlisted)
	}
	return errors.Join(errs...)
}

// partner tells whether the convention lists the certificate for one of its organisms. Whether that
// organism may call us is said by the VI's judge, with a fault and a trace (V04, K01).
func (p *Provider) partner(cert *x509.Certificate) bool {
	now := p.config.Bench.Clock.Now()
	return slices.ContainsFunc(p.config.Bench.Convention.Organisms, func(o interops.Organism) bool {
		return pki.Listed(o.TLS, cert, now)
	})
}
