package rp_test

import (
	"context"
	"errors"
	"net/http"
	"net/url"
	"slices"
	"strings"
	"testing"
	"time"

	"etalon/internal/bench"
	"etalon/internal/bench/benchtest"
	"etalon/internal/browser"
	"etalon/internal/candidate"
	"etalon/internal/interops"
	"etalon/internal/oidc"
	"etalon/stubs/psc"
	"etalon/stubs/rp"
)

var shared = benchtest.Share(func() *interops.Convention { return &interops.Convention{Organisms: psc.Organisms()} }, time.Second)

func TestMain(m *testing.M) { benchtest.Main(m, shared.Close) }

const client = "tf-service"

// rig is a service with the Pro Santé Connect that it uses.
type rig struct {
	*rp.Service
	psc   *psc.Stub
	bench *bench.Bench
	t     testing.TB
}

func start(t testing.TB, change ...func(*rp.Config, *psc.Config)) *rig {
	t.Helper()
	w := shared.World(t)
	b := w.Bench(t)
	c := rp.Config{Bench: b, Credential: candidate.VendorOrganism + "/tls", ClientID: client, Secret: "secret-test-service", ByCertificate: true}
	p := psc.Config{Bench: b, Revocation: w.Fetcher, Tolerant: true, Lifetimes: psc.Lifetimes{Interval: time.Second}}
	for _, f := range change {
		f(&c, &p)
	}
	// The service must know where Pro Santé Connect is, and that where the service is.
	first := psc.Client{ID: client, Secret: c.Secret, Subject: candidate.VendorSubject, Decoupled: true, Sealed: c.Sealed}
	free := benchtest.Started(t, rp.Start, c)
	c.Listen = strings.TrimPrefix(free.URL(""), "https://")
	if err := free.Close(); err != nil {
		t.Fatal(err)
	}
	first.Redirects, first.Farewells = []string{"https://" + c.Listen + rp.PathCallback}, []string{"https://" + c.Listen + rp.PathHome}
	p.Clients = []psc.Client{first}
	r := &rig{psc: benchtest.Started(t, psc.Start, p), bench: b, t: t}
	c.Issuer = r.psc.Issuer()
	r.Service = benchtest.Started(t, rp.Start, c)
	return r
}

// visitor is a professional before a browser.
func (r *rig) visitor() *browser.Agent {
	a := browser.New(browser.Options{Roots: r.bench.RootPool(), Patience: 10 * time.Second})
	r.t.Cleanup(func() { _ = a.Close() })
	return a
}

// logsIn logs a person in, and tells whether the page that wants a session opens then.
func (r *rig) logsIn(a *browser.Agent, person psc.Person) (entered bool, last browser.Page) {
	r.t.Helper()
	page, err := a.Get(r.t.Context(), r.URL(rp.PathLogin))
	if err != nil {
		r.t.Fatal(err)
	}
	u, err := url.Parse(page.URL)
	if err != nil {
		r.t.Fatal(err)
	}
	form := u.Query()
	form.Set(psc.FieldName, string(person.IdNat))
	form.Set(psc.FieldSecret, person.Secret)
	last, err = a.Send(r.t.Context(), browser.Request{Method: http.MethodPost, URL: r.psc.Discovery().Authorization, Form: form, From: page.URL})
	var trouble *browser.Trouble
	if err != nil && !errors.As(err, &trouble) {
		r.t.Fatal(err)
	}
	return r.entered(a, person), last
}

// entered tells whether the page that wants a session opens, to that person.
func (r *rig) entered(a *browser.Agent, person psc.Person) bool {
	r.t.Helper()
	a.Hold(func(q browser.Request) bool { return strings.HasPrefix(q.URL, r.psc.Discovery().Authorization) })
	defer a.Hold(nil)
	page, err := a.Get(r.t.Context(), r.URL(rp.PathProtected))
	if err != nil {
		r.t.Fatal(err)
	}
	return page.Held == nil && page.Status == http.StatusOK && page.Text(string(person.IdNat))
}

// The honest service goes through honest flows and variants, and refuses every fault of a flow.
func TestHonestServiceRefusesFaults(t *testing.T) {
	for _, sealed := range []bool{false, true} {
		r := start(t, func(c *rp.Config, _ *psc.Config) { c.Sealed, c.ByCertificate = sealed, !sealed })
		person := psc.Persons()[0]
		if ok, page := r.logsIn(r.visitor(), person); !ok {
			t.Fatalf("sealed %t: the honest login ends on %s: %d %s", sealed, page.URL, page.Status, page.Body)
		}
		for _, f := range slices.Concat(oidc.Faults(), oidc.Variants()) {
			if !f.OfFlow() || f.Name == "idtoken-person-other" || f.Flow.Grant == oidc.GrantRefresh || f.Flow.Grant == oidc.GrantCIBA {
				continue
			}
			if err := r.psc.Turn(client, psc.Turn{Fault: f.Name}); err != nil {
				t.Fatal(err)
			}
			variant := slices.ContainsFunc(oidc.Variants(), func(v oidc.Fault) bool { return v.Name == f.Name })
			ok, page := r.logsIn(r.visitor(), person)
			if ok != variant || page.Status >= 500 {
				t.Errorf("sealed %t, %s: entered %t, on %s: %d %s", sealed, f.Name, ok, page.URL, page.Status, page.Body)
			}
		}
	}
}

// The access token is renewed with the newest refresh token; a refusal ends the session.
func TestSessionIsRenewed(t *testing.T) {
	r := start(t)
	a, person := r.visitor(), psc.Persons()[0]
	if ok, page := r.logsIn(a, person); !ok {
		t.Fatalf("%s: %s", page.URL, page.Body)
	}
	for range 2 {
		r.bench.Clock.Advance(130 * time.Second)
		if !r.entered(a, person) {
			t.Fatal("the session is over with the access token")
		}
	}
	renewed := r.psc.Journal(func(e psc.Entry) bool { return e.Form["grant_type"] == oidc.GrantRefresh && e.Status == http.StatusOK })
	if len(renewed) != 2 {
		t.Errorf("%d renewals: %+v", len(renewed), renewed)
	}
	if err := r.psc.Turn(client, psc.Turn{Fault: "tokenanswer-refresh-refused"}); err != nil {
		t.Fatal(err)
	}
	r.bench.Clock.Advance(130 * time.Second)
	if r.entered(a, person) {
		t.Error("the session outlives a refused refresh")
	}
}

func TestLogoutEndsBothSessions(t *testing.T) {
	r := start(t)
	a, person := r.visitor(), psc.Persons()[0]
	if ok, page := r.logsIn(a, person); !ok {
		t.Fatalf("%s: %s", page.URL, page.Body)
	}
	page, err := a.Get(t.Context(), r.URL(rp.PathLogout))
	if err != nil || page.URL != r.URL(rp.PathHome) {
		t.Fatalf("logout ends on %s: %v", page.URL, err)
	}
	ended := r.psc.Journal(func(e psc.Entry) bool { return e.Endpoint == psc.EndpointLogout })
	if len(ended) != 1 || ended[0].Token == nil || r.entered(a, person) {
		t.Errorf("end of session asked %+v", ended)
	}
	if page, err := a.Get(t.Context(), r.URL(rp.PathLogin)); err != nil || !page.Text(psc.FieldSecret) {
		t.Errorf("Pro Santé Connect lets in without asking: %s, %v", page.URL, err)
	}
}

// decoupled asks for a decoupled login, and decides for the person.
func (r *rig) decoupled(a *browser.Agent, person psc.Person, what psc.Decision) {
	r.t.Helper()
	page, err := a.Post(r.t.Context(), r.URL(rp.PathDecoupled), url.Values{rp.FieldPerson: {string(person.IdNat)}})
	if err != nil || page.Status != http.StatusAccepted {
		r.t.Fatalf("decoupled: %d %s, %v", page.Status, page.Body, err)
	}
	waits := r.psc.Waiting()
	if len(waits) != 1 || r.entered(a, person) {
		r.t.Fatalf("who waits: %+v", waits)
	}
	if err := r.psc.Decide(waits[0].ID, what); err != nil {
		r.t.Fatal(err)
	}
}

// polled waits for so many answers to polls of a status.
func (r *rig) polled(n, status int) {
	r.t.Helper()
	ctx, cancel := context.WithTimeout(r.t.Context(), 20*time.Second)
	defer cancel()
	for {
		answers := r.psc.Journal(func(e psc.Entry) bool { return e.Form["grant_type"] == oidc.GrantCIBA && e.Status == status })
		if len(answers) >= n {
			return
		}
		if err := bench.Pause(ctx); err != nil {
			r.t.Fatalf("%d polls of status %d came", len(answers), status)
		}
	}
}

func TestDecoupledLogin(t *testing.T) {
	r := start(t)
	a, person := r.visitor(), psc.Persons()[1]
	r.decoupled(a, person, psc.Approved)
	r.polled(1, http.StatusOK)
	for ctx := t.Context(); !r.entered(a, person); {
		if err := bench.Pause(ctx); err != nil {
			t.Fatal(err)
		}
	}
	if err := r.psc.Turn(client, psc.Turn{Fault: "idtoken-person-other"}); err != nil {
		t.Fatal(err)
	}
	b := r.visitor()
	r.decoupled(b, person, psc.Approved)
	r.polled(2, http.StatusOK)
	if r.entered(b, person) || r.entered(b, psc.Persons()[0]) {
		t.Error("another person's token opens the session")
	}
}

func TestBadConfigurations(t *testing.T) {
	b := shared.World(t).Bench(t)
	for name, c := range map[string]rp.Config{
		"unknown flaw":       {Bench: b, Credential: candidate.VendorOrganism + "/tls", Flaws: []string{"sleeps"}},
		"unknown credential": {Bench: b, Credential: "personne/tls"},
		"no address":         {Bench: b, Credential: candidate.VendorOrganism + "/tls", Listen: "256.0.0.1:0"},
	} {
		if s, err := rp.Start(c); err == nil {
			_ = s.Close()
			t.Errorf("%s: started", name)
		}
	}
	s := benchtest.Started(t, rp.Start, rp.Config{Bench: b, Credential: candidate.VendorOrganism + "/tls", Issuer: "https://127.0.0.1:1/nulle-part"})
	r := &rig{Service: s, bench: b, t: t}
	if page, err := r.visitor().Get(t.Context(), s.URL(rp.PathLogin)); err != nil || page.Status != http.StatusServiceUnavailable {
		t.Errorf("without Pro Santé Connect: %d, %v", page.Status, err)
	}
}
