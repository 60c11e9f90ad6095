package client

import (
	"crypto/tls"
	"crypto/x509"
	"errors"
	"net/http"
	"net/url"
	"sync"

	"etalon/internal/bench"
	"etalon/internal/pki"
)

// links are the kept-alive links to the partners, by host. The zero value has none.
type links struct {
	mu     sync.Mutex
	byHost map[string]*http.Client
}

// to returns the link to a host, made by open when there is none yet.
func (l *links) to(host string, open func() (*http.Client, error)) (*http.Client, error) {
	l.mu.Lock()
	defer l.mu.Unlock()
	if c, ok := l.byHost[host]; ok {
		return c, nil
	}
	c, err := open()
	if err != nil {
		return nil, err
	}
	if l.byHost == nil {
		l.byHost = map[string]*http.Client{}
	}
	l.byHost[host] = c
	return c, nil
}

// close closes the idle connections of every link.
func (l *links) close() {
	l.mu.Lock()
	defer l.mu.Unlock()
	for _, c := range l.byHost {
		c.CloseIdleConnections()
	}
}

// partner returns the link to a provider: it verifies the server before anything is sent (T02 to T05).
func (g *Gateway) partner(target *url.URL) (*http.Client, error) {
	return g.links.to(target.Host, func() (*http.Client, error) {
		credential, err := g.config.Bench.PKI.Credential(g.organism.Name + "/tls")
		if err != nil {
			return nil, err
		}
		config := pki.ClientConfig(credential, bench.Wall, g.decide(target.Hostname()))
		config.ServerName = target.Hostname()
		g.policy.tls(config)
		return &http.Client{
			Transport: &http.Transport{
				TLSClientConfig: config, DisableCompression: true, MaxIdleConnsPerHost: 64,
				IdleConnTimeout: idleTimeout, TLSHandshakeTimeout: partnerTimeout,
				TLSNextProto: map[string]func(string, *tls.Conn) http.RoundTripper{}, // HTTP/1.1: what SOAP gateways speak
			},
			Timeout: partnerTimeout, CheckRedirect: g.policy.redirect,
		}, nil
	})
}

// decide judges the server's chain in the handshake, before any byte of a VI may leave. Certificates live by
// the wall clock, whatever the protocol's.
func (g *Gateway) decide(host string) pki.Decide {
	return func(chain []*x509.Certificate) error {
		var errs []error
		for _, e := range g.trust.VerifyServer(chain, host, bench.Wall()) {
			if !g.policy.pathExcused[e.Kind] {
				errs = append(errs, e)
			}
		}
		return errors.Join(errs...)
	}
}
