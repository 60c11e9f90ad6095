package provider_test

import (
	"bytes"
	"context"
	"crypto/tls"
	"io"
	"net/http"
	"net/http/httptest"
	"regexp"
	"strings"
	"sync"
	"testing"
	"time"

	"etalon/internal/bench"
	"etalon/internal/bench/benchtest"
	"etalon/internal/candidate"
	"etalon/internal/interops"
	"etalon/stubs/provider"
)

const (
	clientName   = "organisme-client"
	providerName = "organisme-fournisseur"
	home         = "service-a"
)

// world is what the tests of this package share.
type world struct{ *benchtest.World }

var theWorld = benchtest.Share(candidate.DefaultConvention, time.Millisecond)

func mustWorld(t testing.TB) *world {
	t.Helper()
	return &world{theWorld.World(t)}
}

// rig is one provider with its backend and its traces.
type rig struct {
	*world
	t        testing.TB
	bench    *bench.Bench
	provider *provider.Provider
	traces   *bench.TraceLog
	path     string // of the traces
	backend  *probe
	seen     benchtest.Told[provider.Exchange]
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
	w := mustWorld(t)
	r := &rig{world: w, t: t, bench: w.Bench(t), backend: newProbe(t)}
	r.traces, r.path = benchtest.TraceLog(t)
	config := provider.Config{
		Bench: r.bench, Organism: providerName, Backend: r.backend.server.URL, Traces: r.traces, Flaws: flaws, Observe: r.seen.Tell,
	}
	for _, f := range change {
		f(&config)
	}
	r.provider = benchtest.Started(t, provider.Start, config)
	return r
}

// records reads the traces back.
func (r *rig) records() []interops.Trace {
	r.t.Helper()
	return benchtest.Traces(r.t, r.path)
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
	req.TLS = &tls.ConnectionState{PeerCertificates: r.Credential(r.t, m.peer).Chain}
	w := httptest.NewRecorder()
	r.provider.Handler().ServeHTTP(w, req)
	return w
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
