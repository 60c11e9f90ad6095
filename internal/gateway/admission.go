package gateway

import (
	"crypto/tls"
	"crypto/x509"
	"errors"
	"fmt"
	"slices"
	"time"

	"etalon/internal/interops"
	"etalon/internal/mutation"
	"etalon/internal/pki"
)

// Admission says who may open a connection, and what the gateway shows of itself.
type Admission struct {
	Convention *interops.Convention
	Profile    *interops.Profile
	PKI        *pki.Set
	Trust      *pki.Trust
	// Organism is the Organism.Name of the gateway, Credential the pki name of its TLS certificate.
	Organism, Credential string
	// Browser takes connections of browsers, which have no certificate. With Partners, a certificate is asked for and
	// not judged here: the same face has a back channel, which judges it.
	Browser, Partners bool
	// Wall is the time of certificates, Now that of the protocol.
	Wall, Now func() time.Time
	Neglect   Neglect
}

// errUnlisted refuses a certificate that the convention does not list (T01-N6).
var errUnlisted = errors.New("the convention does not list this certificate")

// Settings returns the settings of a connection under a conduct, and the credential that it presents.
func (a *Admission) Settings(conduct mutation.Conduct) (*tls.Config, pki.Credential, error) {
	name := a.Credential
	if conduct.ServerCertificate != "" {
		name = a.Organism + "/" + conduct.ServerCertificate
	}
	ours, err := a.PKI.Credential(name)
	if err != nil {
		return nil, ours, fmt.Errorf("present certificate: %w", err)
	}
	decide := a.admit
	if a.Browser {
		decide = nil
	}
	config := pki.ServerConfig(ours, a.Wall, decide)
	if a.Browser && a.Partners {
		config.ClientAuth = tls.RequestClientCert
	}
	if a.Profile.TLS.Min == "1.3" {
		config.MinVersion = tls.VersionTLS13
	}
	config.NextProtos = []string{"http/1.1"}
	config.SessionTicketsDisabled = true // each connection shows the certificate of the moment
	for _, change := range a.Neglect.TLS {
		change(config)
	}
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
func (a *Admission) admit(chain []*x509.Certificate) error {
	if len(chain) == 0 {
		if a.Neglect.Anonymous {
			return nil
		}
		return errors.New("no client certificate") // T01-N1
	}
	var errs []error
	for _, e := range a.Trust.Verify(chain, pki.UsageClient, a.Wall()) {
		if !a.Neglect.PathExcused[e.Kind] {
			errs = append(errs, e)
		}
	}
	if !a.Neglect.Unlisted && !a.partner(chain[0]) {
		errs = append(errs, errUnlisted)
	}
	return errors.Join(errs...)
}

// partner tells whether the convention lists the certificate for one of its organisms. Whether that
// organism may call is said by the VI's judge, with a trace (V04, K01).
func (a *Admission) partner(cert *x509.Certificate) bool {
	now := a.Now()
	return slices.ContainsFunc(a.Convention.Organisms, func(o interops.Organism) bool { return pki.Listed(o.TLS, cert, now) })
}

// SignerTrust judges the chain of a signer. Certificates live by the wall clock, whatever the protocol's.
func (a *Admission) SignerTrust(chain []*x509.Certificate, _ time.Time) []pki.PathError {
	return a.Trust.Verify(chain, pki.UsageSignature, a.Wall())
}

// Identity is the TLS identity of a caller as the convention lists it for an organism; its subject when it is not
// listed, and empty without certificate.
func (a *Admission) Identity(of interops.Organism, cert *x509.Certificate) string {
	if cert == nil {
		return ""
	}
	for _, id := range of.TLS {
		if pki.Matches(id, cert, a.Now()) {
			return id.Subject
		}
	}
	return pki.Subject(cert)
}
