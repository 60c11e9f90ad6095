package pki

import (
	"crypto/tls"
	"crypto/x509"
	"errors"
	"fmt"
	"time"
)

// Decide judges the chain that a peer presents in a handshake, leaf first; an error refuses it. The
// chain is empty when the peer presented none, which a server of ServerConfig refuses by itself.
type Decide func(chain []*x509.Certificate) error

// AcceptAny accepts every certificate: for a link that is judged later, or a partner meant to be careless.
func AcceptAny([]*x509.Certificate) error { return nil }

// Decide returns the judgement by Verify at the time of now; the error joins every PathError.
func (t *Trust) Decide(u Usage, now func() time.Time) Decide {
	return func(chain []*x509.Certificate) error { return join(t.Verify(chain, u, now())) }
}

// DecideServer returns the judgement by VerifyServer of the server called by that host name or address.
func (t *Trust) DecideServer(host string, now func() time.Time) Decide {
	return func(chain []*x509.Certificate) error { return join(t.VerifyServer(chain, host, now())) }
}

func join(troubles []PathError) error {
	errs := make([]error, len(troubles))
	for i, e := range troubles {
		errs[i] = e
	}
	return errors.Join(errs...)
}

// soundSuites are the TLS 1.2 suites of the profile: ephemeral keys and authenticated encryption (T03).
// TLS 1.3 has no others.
var soundSuites = []uint16{
	tls.TLS_ECDHE_ECDSA_WITH_AES_128_GCM_SHA256, tls.TLS_ECDHE_RSA_WITH_AES_128_GCM_SHA256,
	tls.TLS_ECDHE_ECDSA_WITH_AES_256_GCM_SHA384, tls.TLS_ECDHE_RSA_WITH_AES_256_GCM_SHA384,
	tls.TLS_ECDHE_ECDSA_WITH_CHACHA20_POLY1305_SHA256, tls.TLS_ECDHE_RSA_WITH_CHACHA20_POLY1305_SHA256,
}

// ServerConfig returns the TLS settings of a server: TLS 1.2 or more, sound suites, and a client
// certificate demanded and judged by decide, also when a session is resumed (T01, T03). With decide nil
// no client certificate is asked for, as on a browser's leg.
func ServerConfig(cred Credential, now func() time.Time, decide Decide) *tls.Config {
	c := baseConfig(now)
	c.Certificates = []tls.Certificate{cred.TLS()}
	if decide == nil {
		return c
	}
	c.ClientAuth = tls.RequireAnyClientCert
	c.VerifyConnection = func(s tls.ConnectionState) error { return decide(s.PeerCertificates) }
	return c
}

// Following has a server present, on each new connection, the credential of the moment: one that was rotated shows at once,
// also to who would resume a session.
func Following(c *tls.Config, credential func() (Credential, error)) {
	c.Certificates, c.SessionTicketsDisabled = nil, true
	c.GetCertificate = func(*tls.ClientHelloInfo) (*tls.Certificate, error) {
		now, err := credential()
		if err != nil {
			return nil, err
		}
		t := now.TLS()
		return &t, nil
	}
}

// ClientConfig returns the TLS settings of a client: TLS 1.2 or more, sound suites, the server judged by
// decide (every server is refused when nil). The credential is presented whatever authorities the server
// says it accepts, for a bad one must reach it; none is presented when it is empty (T01-N1).
func ClientConfig(cred Credential, now func() time.Time, decide Decide) *tls.Config {
	c := baseConfig(now)
	c.InsecureSkipVerify = true // decide takes its place
	c.GetClientCertificate = func(*tls.CertificateRequestInfo) (*tls.Certificate, error) {
		t := cred.TLS()
		return &t, nil
	}
	c.VerifyConnection = func(s tls.ConnectionState) error {
		if decide == nil {
			return fmt.Errorf("judge server: no trust was given")
		}
		return decide(s.PeerCertificates)
	}
	return c
}

func baseConfig(now func() time.Time) *tls.Config {
	return &tls.Config{MinVersion: tls.VersionTLS12, CipherSuites: soundSuites, Time: now}
}
