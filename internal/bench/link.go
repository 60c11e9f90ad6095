package bench

import (
	"context"
	"crypto/tls"
	"crypto/x509"
	"net"
	"net/http"
	"time"

	"etalon/internal/pki"
)

// Limits of what a client of the harness takes, above what its callers want to read.
const (
	maxAnswerHeader = 256 << 10
	maxAnswerBody   = 64 << 20
)

// Link is how a party calls servers over TLS 1.2 or more, whose certificates lead to known roots.
type Link struct {
	Roots *x509.CertPool
	// Own is the certificate that it shows whatever authorities the server says it accepts; none when empty.
	Own pki.Credential
	// Dial connects; a net.Dialer does when it is nil.
	Dial func(ctx context.Context, network, address string) (net.Conn, error)
	// Patience bounds one exchange.
	Patience time.Duration
	// Kept is how many connections are kept open for the next exchange with a host.
	Kept int
	// Careless makes it take any certificate.
	Careless bool
	// Stays makes it give a redirect back, and not follow it.
	Stays bool
}

// Client returns a client that calls so. An answer whose header has more than 256 KiB fails, and so does the reading of a body
// beyond 64 MiB.
func (l Link) Client() *http.Client {
	settings := &tls.Config{RootCAs: l.Roots, MinVersion: tls.VersionTLS12, Time: Wall, InsecureSkipVerify: l.Careless}
	if len(l.Own.Chain) > 0 {
		shown := l.Own.TLS()
		settings.GetClientCertificate = func(*tls.CertificateRequestInfo) (*tls.Certificate, error) { return &shown, nil }
	}
	client := &http.Client{Timeout: l.Patience, Transport: bounded{&http.Transport{
		DialContext: l.Dial, TLSClientConfig: settings, MaxIdleConnsPerHost: l.Kept, DisableKeepAlives: l.Kept == 0, MaxResponseHeaderBytes: maxAnswerHeader,
	}}}
	if l.Stays {
		client.CheckRedirect = func(*http.Request, []*http.Request) error { return http.ErrUseLastResponse }
	}
	return client
}

// Careless is a client like another, but that takes any certificate, and opens a link for each exchange.
func Careless(c *http.Client) *http.Client {
	careless := *c
	switch transport := c.Transport.(type) {
	case bounded:
		careless.Transport = bounded{credulous(transport.Transport)}
	case *http.Transport:
		careless.Transport = credulous(transport)
	default:
		careless.Transport = credulous(http.DefaultTransport.(*http.Transport))
	}
	return &careless
}

// credulous is a transport like another, but that takes any certificate.
func credulous(base *http.Transport) *http.Transport {
	transport := base.Clone()
	if transport.TLSClientConfig == nil {
		transport.TLSClientConfig = &tls.Config{MinVersion: tls.VersionTLS12}
	}
	transport.TLSClientConfig.InsecureSkipVerify = true
	transport.TLSClientConfig.VerifyPeerCertificate, transport.TLSClientConfig.VerifyConnection = nil, nil
	transport.DisableKeepAlives = true
	return transport
}

// bounded bounds the bodies of answers.
type bounded struct{ *http.Transport }

// RoundTrip implements http.RoundTripper.
func (b bounded) RoundTrip(r *http.Request) (*http.Response, error) {
	answer, err := b.Transport.RoundTrip(r)
	if err == nil && answer.StatusCode != http.StatusSwitchingProtocols {
		answer.Body = http.MaxBytesReader(nil, answer.Body, maxAnswerBody)
	}
	return answer, err
}
