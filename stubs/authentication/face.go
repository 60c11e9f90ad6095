package authentication

import (
	"crypto/tls"
	"crypto/x509"
	"errors"
	"fmt"
	"net/http"

	"etalon/internal/bench"
	"etalon/internal/interops"
	"etalon/internal/pki"
)

// face are the TLS settings of the operator: browsers come without certificate, and the back channel of a partner
// shows one, which is judged when it is used (T01).
func (o *Operator) face() *tls.Config {
	ours, _ := o.config.Bench.PKI.Credential(o.config.Credential) // equip has asked for it before
	config := pki.ServerConfig(ours, bench.Wall, nil)
	config.ClientAuth = tls.RequestClientCert
	if o.config.Bench.Profile.TLS.Min == "1.3" {
		config.MinVersion = tls.VersionTLS13
	}
	return config
}

// errNoCertificate tells that a partner called on the back channel without showing who it is.
var errNoCertificate = errors.New("open back channel: no client certificate")

// partner judges who opened a back channel: the certificate is sound, and the convention lists it for the organism that
// the message names (T01, T06).
func (o *Operator) partner(r *http.Request, organism interops.Organism) error {
	if r.TLS == nil || len(r.TLS.PeerCertificates) == 0 {
		return errNoCertificate
	}
	chain := r.TLS.PeerCertificates
	var errs []error
	for _, trouble := range o.trust.Verify(chain, pki.UsageClient, bench.Wall()) {
		errs = append(errs, trouble)
	}
	if !pki.Listed(organism.TLS, chain[0], o.now()) {
		errs = append(errs, fmt.Errorf("open back channel: %q is not listed for %s", pki.Subject(chain[0]), organism.Name))
	}
	return errors.Join(errs...)
}

// backChannel is the way to the partners' back channels: mutual TLS, the server verified before anything is sent.
func (o *Operator) backChannel() (*http.Client, error) {
	ours, err := o.config.Bench.PKI.Credential(o.organism.Name + "/tls")
	if err != nil {
		return nil, err
	}
	config := pki.ClientConfig(ours, bench.Wall, nil)
	config.VerifyConnection = func(s tls.ConnectionState) error { return o.judgeServer(s.PeerCertificates, s.ServerName) }
	return &http.Client{
		Transport: &http.Transport{
			TLSClientConfig: config, DisableCompression: true, MaxIdleConnsPerHost: 64, IdleConnTimeout: idleTimeout,
			TLSHandshakeTimeout: o.config.Patience,
			TLSNextProto:        map[string]func(string, *tls.Conn) http.RoundTripper{},
		},
		Timeout:       o.config.Patience,
		CheckRedirect: func(*http.Request, []*http.Request) error { return http.ErrUseLastResponse },
	}, nil
}

// judgeServer judges the chain of a partner's server. Certificates live by the wall clock, whatever the protocol's.
func (o *Operator) judgeServer(chain []*x509.Certificate, host string) error {
	var errs []error
	for _, trouble := range o.trust.VerifyServer(chain, host, bench.Wall()) {
		errs = append(errs, trouble)
	}
	return errors.Join(errs...)
}
