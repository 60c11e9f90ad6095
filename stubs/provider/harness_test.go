package provider_test

import (
	"bufio"
	"bytes"
	"context"
	"crypto/tls"
	"encoding/json"
	"io"
	"net/http"
	"net/http/httptest"
	"os"
	"path/filepath"
	"regexp"
	"strings"
	"sync"
	"testing"
	"time"

	"etalon/internal/bench"
	"etalon/internal/candidate"
	"etalon/internal/interops"
	"etalon/internal/pki"
	"etalon/stubs/provider"
)

const (
	clientName   = "organisme-client"
	providerName = "organisme-fournisseur"
	home         = "service-a"
)

// world is what the tests of this package share: one test PKI with its revocation server.
type world struct {
	set        *pki.Set
	convention *interops.Convention
	now        time.Time
}

var theWorld = sync.OnceValues(func() (*world, error) {
	w := &world{convention: candidate.DefaultConvention(), now: bench.Wall().Truncate(time.Millisecond)}
	var handler http.Handler
	revocation := httptest.NewServer(http.HandlerFunc(func(rw http.ResponseWriter, r *http.Request) { handler.ServeHTTP(rw, r) }))
	var err error
	w.set, err = pki.New(pki.Options{
		Organisms: w.convention.Organisms, Now: w.now, Rand: bench.Entropy(), Revocation: revocation.URL,
	})
	if err != nil {
		return nil, err
	}
	handler = w.set.Handler()
	return w, nil
})

// rig is one provider with its backend and its traces.
type rig struct {
	*world
	t        testing.TB
	bench    *bench.Bench
	provider *provider.Provider
	traces   *bench.TraceLog
	path     string // of the traces
	backend  *probe
	mu       sync.Mutex
	seen     []provider.Exchange
}

// probe is the application: it keeps the markers that reach it.
type probe struct {
	server *httptest.Server
	mu     sync.Mutex
	calls  map[string]*http.Request
	bodies map[string][]byte
	answer func(http.ResponseWriter)
}

var marker = regexp.MustCompile(`marqueur-[a-z0-9-]+`)

func newProbe(t testing.TB) *probe {
	p := &probe{calls: map[string]*http.Request{}, bodies: map[string][]byte{}}
	p.server = httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		raw, _ := io.ReadAll(r.Body)
		p.mu.Lock()
		m := marker.FindString(string(raw))
		p.calls[m], p.bodies[m] = r, raw
		answer := p.answer
		p.mu.Unlock()
		if answer != nil {
			answer(w)
			return
		}
		w.Header().Set("Content-Type", "text/xml; charset=utf-8")
		_, _ = io.WriteString(w, `<s:Envelope xmlns:s="http://schemas.xmlsoap.org/soap/envelope/"><s:Body><r:ok xmlns:r="urn:m"/></s:Body></s:Envelope>`)
	}))
	t.Cleanup(p.server.Close)
	return p
}

func (p *probe) reached(m string) bool {
	p.mu.Lock()
	defer p.mu.Unlock()
	return p.calls["marqueur-"+m] != nil
}

func (p *probe) body(m string) []byte {
	p.mu.Lock()
	defer p.mu.Unlock()
	return p.bodies["marqueur-"+m]
}

func (p *probe) header(m, name string) string {
	p.mu.Lock()
	defer p.mu.Unlock()
	return p.calls["marqueur-"+m].Header.Get(name)
}

func (p *probe) answers(f func(http.ResponseWriter)) {
	p.mu.Lock()
	defer p.mu.Unlock()
	p.answer = f
}

// newRig starts a provider with those flaws; change may alter its configuration.
func newRig(t testing.TB, flaws []string, change ...func(*provider.Config)) *rig {
	t.Helper()
	w, err := theWorld()
	if err != nil {
		t.Fatal(err)
	}
	b, err := bench.New(w.convention, candidate.DefaultProfile("current"), w.set, "seed")
	if err != nil {
		t.Fatal(err)
	}
	b.Clock.Freeze(w.now)
	r := &rig{world: w, t: t, bench: b, backend: newProbe(t), path: filepath.Join(t.TempDir(), "traces.jsonl")}
	if r.traces, err = bench.OpenTraceLog(r.path); err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { _ = r.traces.Close() })
	config := provider.Config{
		Bench: b, Organism: providerName, Backend: r.backend.server.URL, Traces: r.traces, Flaws: flaws, Observe: r.observe,
	}
	for _, f := range change {
		f(&config)
	}
	if r.provider, err = provider.Start(config); err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() {
		if err := r.provider.Close(); err != nil {
			t.Error(err)
		}
	})
	return r
}

func (r *rig) observe(x provider.Exchange) {
	r.mu.Lock()
	defer r.mu.Unlock()
	r.seen = append(r.seen, x)
}

func (r *rig) exchanges() []provider.Exchange {
	r.mu.Lock()
	defer r.mu.Unlock()
	return append([]provider.Exchange(nil), r.seen...)
}

// records reads the traces back.
func (r *rig) records() []interops.Trace {
	r.t.Helper()
	f, err := os.Open(r.path)
	if err != nil {
		r.t.Fatal(err)
	}
	defer f.Close()
	var all []interops.Trace
	lines := bufio.NewScanner(f)
	lines.Buffer(nil, 1<<20)
	for lines.Scan() {
		var t interops.Trace
		if err := json.Unmarshal(lines.Bytes(), &t); err != nil {
			r.t.Fatal(err)
		}
		all = append(all, t)
	}
	return all
}

// trace returns the record of a request.
func (r *rig) trace(request string) (interops.Trace, bool) {
	for _, t := range r.records() {
		if t.RequestID == request {
			return t, true
		}
	}
	return interops.Trace{}, false
}

// play gives a message to the provider without a link.
func (r *rig) play(m message) *httptest.ResponseRecorder {
	r.t.Helper()
	req := httptest.NewRequest(m.method, "https://gate.test/interops/"+m.service+"?"+m.query, bytes.NewReader(m.raw))
	req.Header = m.header.Clone()
	peer, err := r.set.Credential(m.peer)
	if err != nil {
		r.t.Fatal(err)
	}
	req.TLS = &tls.ConnectionState{PeerCertificates: peer.Chain}
	w := httptest.NewRecorder()
	r.provider.Handler().ServeHTTP(w, req)
	return w
}

// link is a partner's connection over mutual TLS.
func (r *rig) link(peer string, change ...func(*tls.Config)) *http.Client {
	r.t.Helper()
	var cred pki.Credential
	if peer != "" {
		var err error
		if cred, err = r.set.Credential(peer); err != nil {
			r.t.Fatal(err)
		}
	}
	trust := &pki.Trust{Roots: r.set.RootCertificates(), Revocation: &pki.Checker{}}
	config := pki.ClientConfig(cred, bench.Wall, trust.DecideServer("127.0.0.1", bench.Wall))
	for _, f := range change {
		f(config)
	}
	transport := &http.Transport{TLSClientConfig: config, MaxConnsPerHost: 1}
	r.t.Cleanup(transport.CloseIdleConnections)
	return &http.Client{Transport: transport, Timeout: 20 * time.Second,
		CheckRedirect: func(*http.Request, []*http.Request) error { return http.ErrUseLastResponse }}
}

// post sends a message over a link.
func (r *rig) post(c *http.Client, m message) (*http.Response, []byte, error) {
	req, err := http.NewRequestWithContext(context.Background(), m.method, r.provider.URL(m.service), bytes.NewReader(m.raw))
	if err != nil {
		r.t.Fatal(err)
	}
	req.Header = m.header.Clone()
	res, err := c.Do(req)
	if err != nil {
		return nil, nil, err
	}
	defer res.Body.Close()
	raw, err := io.ReadAll(res.Body)
	return res, raw, err
}

// accepted tells whether a message reached the application.
func (r *rig) accepted(m message) bool { return r.backend.reached(m.name) }

func words(s string) []string { return strings.Fields(s) }

// awaitExchanges returns the exchanges once there are so many: a connection that is refused is told of after the peer
// knows.
func (r *rig) awaitExchanges(n int) []provider.Exchange {
	ctx, cancel := context.WithTimeout(context.Background(), 10*time.Second)
	defer cancel()
	for len(r.exchanges()) < n && bench.Pause(ctx) == nil {
	}
	return r.exchanges()
}
