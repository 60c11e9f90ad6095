package provider_test

import (
	"bufio"
	"bytes"
	"context"
	"crypto/tls"
	"encoding/base64"
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
	"etalon/internal/mutation"
	"etalon/internal/pki"
	"etalon/internal/soap"
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

// message is one call as it goes over the wire.
type message struct {
	name    string // also its marker and its request identifier
	service string
	method  string
	query   string
	header  http.Header
	raw     []byte
	peer    string // pki name of the TLS certificate
}

// target is where an honest message goes.
type target struct {
	project interops.Project
	service interops.Service
}

func (w *world) target(project, service string) target {
	p, _ := w.convention.Project(project)
	s, _ := p.Service(service)
	return target{p, s}
}

// targets are those that mutations may need, the ordinary one first.
func (w *world) targets() []target {
	return []target{
		w.target("consultation", home), w.target("applicatif", "service-applicatif"),
		w.target("historique", "service-historique"), w.target("signe", "service-signe"),
	}
}

// draft is an honest message for a target.
func (w *world) draft(t testing.TB, at target, name string) *soap.Draft {
	t.Helper()
	signer, err := w.set.Credential(at.project.Client + "/signature")
	if err != nil {
		t.Fatal(err)
	}
	client, _ := w.convention.Organism(at.project.Client)
	to, _ := w.convention.Organism(at.project.Provider)
	profile := candidate.DefaultProfile("current")
	user := "agent-zéphyr"
	if at.service.User == interops.UserForbidden {
		user = profile.NameID.ApplicationContextValue
	}
	end := w.now.Add(10 * time.Minute)
	d := &soap.Draft{
		VI: interops.VI{
			Version: "2.0", ID: "_" + name, IssueInstant: w.now, Issuer: client.Issuer,
			NameID:       interops.NameID{Format: interops.FormatUnspecified, Value: user},
			Confirmation: interops.Confirmation{Method: interops.MethodBearer, Recipient: to.Recipient, NotOnOrAfter: end},
			NotBefore:    w.now.Add(-time.Minute), NotOnOrAfter: end, Audiences: [][]string{{at.service.Audience}},
			AuthnInstant: w.now.Add(-time.Minute), SessionIndex: "_" + name, AuthnContext: interops.ClassPassword,
			PAGM: []string{at.project.PAGM[0].Name},
		},
		Body:   []byte(`<m:consulter xmlns:m="urn:m"><m:marqueur>marqueur-` + name + `</m:marqueur><m:texte>Évaluation</m:texte></m:consulter>`),
		Signer: signer, Profile: profile, Credential: w.set.Credential, Rand: bench.Seed("s").Source(name), Now: w.now,
		TokenReference: true,
	}
	if at.project.Name == "historique" {
		d.VI.Version = "1.1"
	}
	if at.project.MessageSignature {
		d.Created, d.Expires, d.MessageSigner = w.now, end, &signer
	}
	return d
}

// honest makes an honest message; change may alter its draft.
func (w *world) honest(t testing.TB, at target, name string, change ...func(*soap.Draft)) message {
	t.Helper()
	d := w.draft(t, at, name)
	for _, f := range change {
		f(d)
	}
	raw, err := d.Build()
	if err != nil {
		t.Fatalf("build %s: %v", name, err)
	}
	return message{
		name: name, service: at.service.Name, method: http.MethodPost, raw: raw, peer: at.project.Client + "/tls",
		header: http.Header{"Content-Type": {"text/xml; charset=utf-8"}, "X-Request-Id": {name}},
	}
}

// where returns the first target that meets the needs of a mutation.
func (w *world) where(m mutation.Mutation) (target, mutation.Honest, bool) {
	profile := candidate.DefaultProfile("current")
	for _, at := range w.targets() {
		h := mutation.Honest{Now: w.now, Profile: profile, Convention: w.convention, Project: at.project, Service: at.service}
		if len(m.Unmet(h)) == 0 {
			return at, h, true
		}
	}
	return target{}, mutation.Honest{}, false
}

// faulty makes the messages of a mutation: one, or two for a replay. It is false for a conduct of the link.
func (w *world) faulty(t testing.TB, m mutation.Mutation) ([]message, bool) {
	t.Helper()
	at, h, met := w.where(m)
	if !met {
		return nil, false
	}
	link, err := w.set.Credential(at.project.Client + "/tls")
	if err != nil {
		t.Fatal(err)
	}
	h.Link = link.Leaf()
	c := m.Behaviour(h)
	if c.Hello != nil || c.MinTLS != 0 || c.Plain || c.ClientCertificate != "" {
		return nil, false
	}
	who := at
	if c.Organism != "" {
		who.project.Client = c.Organism
	}
	msg := w.honest(t, who, m.Name, func(d *soap.Draft) {
		d.Hooks = m.Hooks(h)
		d.SOAP = c.SOAP
	})
	msg.service = serviceOf(m, at)
	w.behave(t, c, &msg)
	if c.Replay == nil {
		return []message{msg}, true
	}
	return w.replay(t, at, *c.Replay, m.Name), true
}

// serviceOf is the endpoint of a mutation: that of another project for those that call upon one.
func serviceOf(m mutation.Mutation, at target) string {
	switch m.Name {
	case "project-ended":
		return "service-termine"
	case "project-future":
		return "service-futur"
	}
	return at.service.Name
}

// behave applies a conduct to a message.
func (w *world) behave(t testing.TB, c mutation.Conduct, msg *message) {
	if c.LinkOrganism != "" {
		msg.peer = c.LinkOrganism + "/tls"
	}
	if c.Method != "" {
		msg.method = c.Method
	}
	if c.SOAP == soap.V12 {
		msg.header.Set("Content-Type", soap.MediaType12)
	}
	if c.ContentType != "" {
		msg.header.Set("Content-Type", c.ContentType)
	}
	for name, values := range c.Header {
		msg.header[name] = values
	}
	if c.VIInQuery {
		vi := regexp.MustCompile(`(?s)<saml2:Assertion.*</saml2:Assertion>`).Find(msg.raw)
		if vi == nil {
			t.Fatal("no VI to move to the address")
		}
		msg.query = "VI=" + base64.RawURLEncoding.EncodeToString(vi)
		rest, err := soap.Strip(msg.raw)
		if err != nil {
			t.Fatal(err)
		}
		msg.raw = rest
	}
}

// replay is an honest message and the same VI in a second one.
func (w *world) replay(t testing.TB, at target, how mutation.Replay, name string) []message {
	once := func(d *soap.Draft) { d.VI.OneTimeUse = how.OneTimeUse }
	first := w.honest(t, at, name+"-d-abord", once, func(d *soap.Draft) { d.VI.ID = "_" + name })
	second := first
	second.name = name
	second.raw = bytes.ReplaceAll(first.raw, []byte("marqueur-"+first.name), []byte("marqueur-"+name))
	second.header = first.header.Clone()
	second.header.Set("X-Request-Id", name)
	if how.ClientCertificate != "" {
		second.peer = at.project.Client + "/" + how.ClientCertificate
	}
	return []message{first, second}
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
