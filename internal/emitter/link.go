package emitter

import (
	"bytes"
	"context"
	"crypto/tls"
	"crypto/x509"
	"errors"
	"fmt"
	"io"
	"net"
	"net/http"
	"net/http/httptrace"
	"net/url"
	"sync"
	"time"

	"etalon/internal/bench"
	"etalon/internal/pki"
)

// Timeouts of the links.
const (
	idleTimeout    = 2 * time.Minute
	partnerTimeout = 20 * time.Second
)

// links are the kept-alive links to the partners, by host. The zero value has none.
type links struct {
	mu     sync.Mutex
	byHost map[string]kept
}

// kept is a link, and the certificate that it presents.
type kept struct {
	*http.Client
	presents *x509.Certificate
}

// to returns the link to a host on which a certificate is presented, made by open when there is none yet; one that
// presents another is ended, once idle.
func (l *links) to(host string, presents *x509.Certificate, open func() *http.Client) *http.Client {
	l.mu.Lock()
	defer l.mu.Unlock()
	c, ok := l.byHost[host]
	if ok && c.presents == presents {
		return c.Client
	}
	if ok {
		c.CloseIdleConnections()
	}
	if l.byHost == nil {
		l.byHost = map[string]kept{}
	}
	l.byHost[host] = kept{open(), presents}
	return l.byHost[host].Client
}

// close closes the idle connections of every link.
func (l *links) close() {
	l.mu.Lock()
	defer l.mu.Unlock()
	for _, c := range l.byHost {
		c.CloseIdleConnections()
	}
}

// Partner returns the link to a provider: it verifies the server before anything is sent (T02 to T05).
func (p *Party) Partner(target *url.URL) (*http.Client, error) {
	credential, err := p.config.Bench.PKI.Credential(p.Organism.Name + "/tls")
	if err != nil {
		return nil, err
	}
	return p.links.to(target.Host, credential.Leaf(), func() *http.Client {
		config := pki.ClientConfig(credential, bench.Wall, p.decide(target.Hostname()))
		config.ServerName = target.Hostname()
		p.config.Policy.TLS(config)
		return &http.Client{
			Transport: &http.Transport{
				TLSClientConfig: config, DisableCompression: true, MaxIdleConnsPerHost: 64, DialContext: p.dial(),
				IdleConnTimeout: idleTimeout, TLSHandshakeTimeout: partnerTimeout,
				TLSNextProto: map[string]func(string, *tls.Conn) http.RoundTripper{}, // HTTP/1.1: what gateways speak
			},
			Timeout: partnerTimeout, CheckRedirect: p.config.Policy.Redirect,
		}
	}), nil
}

// decide judges the server's chain in the handshake, before any byte of a VI may leave. Certificates live by
// the wall clock, whatever the protocol's.
func (p *Party) decide(host string) pki.Decide {
	return func(chain []*x509.Certificate) error {
		var errs []error
		for _, e := range p.trust.VerifyServer(chain, host, bench.Wall()) {
			if !p.config.Policy.PathExcused[e.Kind] {
				errs = append(errs, e)
			}
		}
		return errors.Join(errs...)
	}
}

// Answer is what a partner answered.
type Answer struct {
	Status int
	Header http.Header
	Body   []byte
}

// Exchange is one request to a partner and its answer.
type Exchange struct {
	Method, URL string
	Header      http.Header
	Body        []byte
	Answer      Answer // zero when none came
	// TLS is the state of the link, Ours what was presented on it; zero where no link was opened.
	TLS               *tls.ConnectionState
	Ours              pki.Credential
	Started, Finished time.Time // wall clock
	Err               error     // why no answer came
}

// Send makes a request over the link to its partner, and reads at most longest bytes of the answer; left tells that
// a link was open, so that some of the request may have left. body is the request's.
func (p *Party) Send(request *http.Request, body []byte, longest int64) (answer Answer, left bool, err error) {
	if p.config.Observe == nil {
		return p.send(request, body, longest, &Exchange{})
	}
	x := Exchange{Method: request.Method, URL: request.URL.String(), Header: request.Header, Body: body, Started: bench.Wall()}
	x.Answer, left, x.Err = p.send(request, body, longest, &x)
	x.Finished = bench.Wall()
	p.config.Observe(x)
	return x.Answer, left, x.Err
}

// send makes the request, and notes the link that it takes.
func (p *Party) send(request *http.Request, body []byte, longest int64, x *Exchange) (answer Answer, left bool, err error) {
	client, err := p.Partner(request.URL)
	if err != nil {
		return Answer{}, false, err
	}
	opened := httptrace.WithClientTrace(request.Context(), &httptrace.ClientTrace{GotConn: func(httptrace.GotConnInfo) { left = true }})
	outgoing := request.Clone(opened)
	outgoing.Body, outgoing.ContentLength = http.NoBody, int64(len(body))
	if len(body) > 0 {
		outgoing.GetBody = func() (io.ReadCloser, error) { return io.NopCloser(bytes.NewReader(body)), nil }
		outgoing.Body, _ = outgoing.GetBody()
	}
	response, err := client.Do(outgoing)
	if errors.Is(err, http.ErrSchemeMismatch) && p.config.Policy.Clear && request.URL.Scheme == "https" {
		unsafe := request.Clone(request.Context())
		unsafe.URL.Scheme = "http"
		return p.send(unsafe, body, longest, x)
	}
	if err != nil {
		return Answer{}, left, fmt.Errorf("call partner: %w", err)
	}
	defer func() { _ = response.Body.Close() }()
	if x.TLS = response.TLS; x.TLS != nil {
		x.Ours, _ = p.config.Bench.PKI.Credential(p.Organism.Name + "/tls") // it made the link
	}
	raw, err := io.ReadAll(io.LimitReader(response.Body, longest+1))
	if err != nil {
		return Answer{}, true, fmt.Errorf("read partner's answer: %w", err)
	}
	if int64(len(raw)) > longest {
		return Answer{}, true, fmt.Errorf("read partner's answer: longer than %d bytes", longest)
	}
	return Answer{response.StatusCode, response.Header, raw}, true, nil
}

// dial is how the party connects: as it is told, else as the bench does.
func (p *Party) dial() func(ctx context.Context, network, address string) (net.Conn, error) {
	if p.config.Dial != nil {
		return p.config.Dial
	}
	return p.config.Bench.Dial
}
