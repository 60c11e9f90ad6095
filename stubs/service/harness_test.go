package service_test

import (
	"crypto/tls"
	"io"
	"net/http"
	"net/http/httptest"
	"net/url"
	"strings"
	"sync"
	"testing"
	"time"

	"etalon/internal/bench"
	"etalon/internal/bench/benchtest"
	"etalon/internal/candidate"
	"etalon/internal/interops"
	"etalon/internal/sso"
	"etalon/stubs/service"
)

const (
	clientName   = "organisme-client"
	providerName = "organisme-fournisseur"
	home         = "extranet"
	gate         = "https://gate.test"
)

// world is what the tests of this package share.
type world struct{ *benchtest.World }

var theWorld = benchtest.Share(candidate.DefaultConvention, time.Millisecond)

func mustWorld(t testing.TB) *world {
	t.Helper()
	return &world{theWorld.World(t)}
}

// rig is one receiver with its backend and its traces.
type rig struct {
	*world
	t       testing.TB
	bench   *bench.Bench
	config  service.Config
	service *service.Service
	traces  *bench.TraceLog
	path    string // of the traces
	backend *probe
	seen    benchtest.Told[service.Exchange]
}

// probe is the application: it keeps the calls by their marker.
type probe struct {
	server *httptest.Server
	mu     sync.Mutex
	calls  map[string]*http.Request
	bodies map[string]string
}

func newProbe(t testing.TB) *probe {
	p := &probe{calls: map[string]*http.Request{}, bodies: map[string]string{}}
	p.server = httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		raw, _ := io.ReadAll(r.Body)
		p.mu.Lock()
		m := r.URL.Query().Get("marqueur")
		p.calls[m], p.bodies[m] = r, string(raw)
		p.mu.Unlock()
		w.Header().Set("Cache-Control", "public, max-age=3600")
		w.Header().Set("ETag", `"1"`)
		w.Header().Set("Content-Type", "text/html; charset=utf-8")
		_, _ = io.WriteString(w, "<p>page pour "+r.Header.Get("X-Interops-User")+"</p>")
	}))
	t.Cleanup(p.server.Close)
	return p
}

// call returns the request that bore a marker.
func (p *probe) call(m string) *http.Request {
	p.mu.Lock()
	defer p.mu.Unlock()
	return p.calls[m]
}

// user is who the application was told of, percent-decoded; "-" when the marker never came.
func (p *probe) user(m string) string {
	r := p.call(m)
	if r == nil {
		return "-"
	}
	user, _ := url.PathUnescape(r.Header.Get("X-Interops-User"))
	return user
}

// newRig starts a receiver with those flaws; change may alter its configuration.
func newRig(t testing.TB, flaws []string, change ...func(*service.Config)) *rig {
	t.Helper()
	return mustWorld(t).newRig(t, flaws, change...)
}

func (w *world) newRig(t testing.TB, flaws []string, change ...func(*service.Config)) *rig {
	t.Helper()
	r := &rig{world: w, t: t, bench: w.Bench(t), backend: newProbe(t)}
	r.traces, r.path = benchtest.TraceLog(t)
	r.config = service.Config{
		Bench: r.bench, Organism: providerName, Origin: gate, Backend: r.backend.server.URL, Traces: r.traces, Flaws: flaws, Observe: r.seen.Tell,
	}
	for _, f := range change {
		f(&r.config)
	}
	r.service = r.start(r.config)
	return r
}

func (r *rig) start(c service.Config) *service.Service {
	r.t.Helper()
	return benchtest.Started(r.t, service.Start, c)
}

// over makes the receiver take Responses by a transport.
func over(transport string) func(*service.Config) {
	return func(c *service.Config) { c.Bench.Profile.P.Transport = transport }
}

// records reads the traces back.
func (r *rig) records() []interops.Trace {
	r.t.Helper()
	return benchtest.Traces(r.t, r.path)
}

// trace returns the last record of a request.
func (r *rig) trace(request string) (interops.Trace, bool) {
	var last interops.Trace
	found := false
	for _, t := range r.records() {
		if t.RequestID == request {
			last, found = t, true
		}
	}
	return last, found
}

// page is what came back.
type page struct {
	status  int
	header  http.Header
	body    string
	cookies []*http.Cookie
}

// session is the session cookie of a page; nil when it sets none.
func (p page) session() *http.Cookie {
	for _, k := range p.cookies {
		if k.Name == "session" && k.MaxAge >= 0 && k.Value != "" {
			return k
		}
	}
	return nil
}

// request is one request to the receiver's handler, without a link.
type request struct {
	method, target string
	form           url.Values
	raw            string // in place of form
	header         http.Header
	cookies        []*http.Cookie
	peer           string // pki name; the client's when empty, "-" for none
}

// play gives a request to a receiver without a link.
func (r *rig) play(q request) page { return r.playAt(r.service, q) }

func (r *rig) playAt(s *service.Service, q request) page {
	r.t.Helper()
	body := q.raw
	if q.form != nil {
		body = q.form.Encode()
	}
	req := httptest.NewRequest(q.method, q.target, strings.NewReader(body))
	for name, values := range q.header {
		req.Header[http.CanonicalHeaderKey(name)] = values
	}
	if q.form != nil {
		req.Header.Set("Content-Type", "application/x-www-form-urlencoded")
	}
	for _, k := range q.cookies {
		if k != nil {
			req.AddCookie(k)
		}
	}
	req.TLS = &tls.ConnectionState{}
	if q.peer == "" {
		q.peer = clientName + "/tls"
	}
	if q.peer != "-" {
		req.TLS.PeerCertificates = r.Credential(r.t, q.peer).Chain
	}
	w := httptest.NewRecorder()
	s.Handler().ServeHTTP(w, req)
	res := w.Result()
	return page{status: res.StatusCode, header: res.Header, body: w.Body.String(), cookies: res.Cookies()}
}

// enter presents a token to the ACS; more goes along.
func (r *rig) enter(k token, relay string, cookies ...*http.Cookie) page {
	return r.play(r.entry(k, relay, cookies...))
}

// entry is the request that presents a token.
func (r *rig) entry(k token, relay string, cookies ...*http.Cookie) request {
	form := url.Values{sso.ParameterResponse: {sso.Encode(r.build(k))}}
	if relay != "" {
		form.Set(sso.ParameterRelayState, relay)
	}
	return request{
		method: http.MethodPost, target: r.service.ACS(k.service), form: form, cookies: cookies,
		header: http.Header{"X-Request-Id": {k.name}},
	}
}

// get asks for a resource of the first service, with a marker.
func (r *rig) get(resource, marker string, cookies ...*http.Cookie) page {
	return r.play(request{method: http.MethodGet, target: r.service.Target("", resource) + "?marqueur=" + url.QueryEscape(marker), cookies: cookies})
}

// works tells whether a session serves a page that its profile opens.
func (r *rig) works(marker string, cookies ...*http.Cookie) bool {
	return r.get("dossiers", marker, cookies...).status == http.StatusOK && r.backend.call(marker) != nil
}

func words(s string) []string { return strings.Fields(s) }
