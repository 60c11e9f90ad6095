package resource_test

import (
	"io"
	"log/slog"
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
	"etalon/internal/rest"
	"etalon/internal/saml"
	"etalon/stubs/resource"
)

const (
	clientName   = "organisme-client"
	providerName = "organisme-fournisseur"
	home         = "api"
)

var theWorld = benchtest.Share(candidate.DefaultConvention, time.Millisecond)

// rig is one provider with its application, its traces and its log.
type rig struct {
	*benchtest.World
	t        testing.TB
	bench    *bench.Bench
	config   resource.Config
	provider *resource.Provider
	path     string // of the traces
	backend  *probe
	log      benchtest.Log
	seen     benchtest.Told[resource.Exchange]
}

// probe is the application: it keeps the calls by their marker.
type probe struct {
	server *httptest.Server
	mu     sync.Mutex
	calls  map[string][]*http.Request
}

func newProbe(t testing.TB) *probe {
	p := &probe{calls: map[string][]*http.Request{}}
	p.server = httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		raw, _ := io.ReadAll(r.Body)
		p.mu.Lock()
		m := r.URL.Query().Get("marqueur")
		p.calls[m] = append(p.calls[m], r)
		p.mu.Unlock()
		w.Header().Set("Cache-Control", "public, max-age=3600")
		w.Header().Set("ETag", `"1"`)
		w.Header().Set("Content-Type", "application/json")
		_, _ = io.WriteString(w, `{"marqueur":"`+m+`","corps":"`+string(raw)+`"}`)
	}))
	t.Cleanup(p.server.Close)
	return p
}

// asked returns the calls that bore a marker.
func (p *probe) asked(m string) []*http.Request {
	p.mu.Lock()
	defer p.mu.Unlock()
	return p.calls[m]
}

// newRig starts a provider with those flaws; change may alter its configuration.
func newRig(t testing.TB, flaws []string, change ...func(*resource.Config)) *rig {
	t.Helper()
	w := theWorld.World(t)
	r := &rig{World: w, t: t, bench: w.Bench(t), backend: newProbe(t)}
	traces, path := benchtest.TraceLog(t)
	r.path = path
	r.config = resource.Config{
		Bench: r.bench, Organism: providerName, Backend: r.backend.server.URL, Traces: traces, Flaws: flaws, Observe: r.seen.Tell,
		Log: slog.New(slog.NewTextHandler(&r.log, nil)),
	}
	for _, f := range change {
		f(&r.config)
	}
	r.provider = benchtest.Started(t, resource.Start, r.config)
	return r
}

// bearing makes the provider take tokens of a form.
func bearing(token string) func(*resource.Config) {
	return func(c *resource.Config) { c.Token = token }
}

// form is that of the tokens that the provider takes.
func (r *rig) form() string {
	if r.config.Token == "" {
		return rest.TokenSAML
	}
	return r.config.Token
}

// request is one call to be made; its token is honest unless told otherwise.
type request struct {
	method, service, resource, marker string
	body                              string
	draft                             func(*rest.Draft)
	header                            func(http.Header, string) // in place of the honest header
	query                             func(url.Values, string)
	organism                          string // who calls, and signs
	bare                              bool   // without client certificate
}

// token makes the token of a request.
func (r *rig) token(q request) string {
	r.t.Helper()
	who := q.organism
	if who == "" {
		who = clientName
	}
	project := r.project(q.service)
	service, _ := project.Service(q.service)
	user := interops.User{ID: "agent-0042", Format: interops.FormatUnspecified, Class: interops.ClassPassword, AuthnInstant: r.bench.Clock.Now().Add(-time.Minute), PAGM: []string{"PAGM_CONSULTATION"}}
	signer, err := r.bench.PKI.Credential(who + "/signature")
	if err != nil {
		r.t.Fatal(err)
	}
	vi := saml.VIFor(r.bench.Profile, r.bench.Convention, project, service, user, "_vi-"+q.marker, r.bench.Clock.Now())
	if org, ok := r.bench.Convention.Organism(who); ok {
		vi.Issuer = org.Issuer
	}
	d := &rest.Draft{Token: r.form(), VI: vi, Signer: signer, Profile: r.bench.Profile, Credential: r.bench.PKI.Credential, Now: r.bench.Clock.Now()}
	if q.draft != nil {
		q.draft(d)
	}
	token, err := d.Build()
	if err != nil {
		r.t.Fatal(err)
	}
	return token
}

// project is that which opens a service to the client.
func (r *rig) project(service string) interops.Project {
	r.t.Helper()
	for _, p := range r.bench.Convention.Projects {
		if _, ok := p.Service(service); ok && p.Mode == interops.ModeR {
			return p
		}
	}
	r.t.Fatalf("no project opens %s", service)
	return interops.Project{}
}

// answer is what came back.
type answer struct {
	status int
	header http.Header
	body   string
	token  string // that was sent
	err    error
}

// call makes a call.
func (r *rig) call(q request) answer {
	r.t.Helper()
	if q.service == "" {
		q.service = home
	}
	if q.resource == "" {
		q.resource = "dossiers"
	}
	a := answer{token: r.token(q)}
	target, _ := url.Parse(r.provider.URL(q.service, q.resource))
	query := url.Values{"marqueur": {q.marker}}
	if q.query != nil {
		q.query(query, a.token)
	}
	target.RawQuery = query.Encode()
	if q.method == "" {
		q.method = http.MethodGet
	}
	h, err := http.NewRequest(q.method, target.String(), strings.NewReader(strings.ReplaceAll(q.body, "${jeton}", a.token)))
	if err != nil {
		r.t.Fatal(err)
	}
	if q.header != nil {
		q.header(h.Header, a.token)
	} else {
		h.Header.Set(rest.Header, rest.Value(r.form(), rest.Header, a.token))
	}
	h.Header.Set("X-Request-Id", "requete-"+q.marker)
	answer, err := r.http(q).Do(h)
	if err != nil {
		a.err = err
		return a
	}
	defer answer.Body.Close()
	raw, _ := io.ReadAll(answer.Body)
	a.status, a.header, a.body = answer.StatusCode, answer.Header, string(raw)
	return a
}

// http opens the link of who calls.
func (r *rig) http(q request) *http.Client {
	r.t.Helper()
	switch {
	case q.bare:
		return r.Browser(r.t)
	case q.organism != "":
		return r.Link(r.t, q.organism+"/tls")
	}
	return r.Link(r.t, clientName+"/tls")
}

// trace returns the last record of a marker.
func (r *rig) trace(marker string) (interops.Trace, bool) {
	r.t.Helper()
	var last interops.Trace
	found := false
	for _, t := range benchtest.Traces(r.t, r.path) {
		if t.RequestID == "requete-"+marker {
			last, found = t, true
		}
	}
	return last, found
}
