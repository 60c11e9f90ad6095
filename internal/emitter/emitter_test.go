package emitter_test

import (
	"crypto/rand"
	"errors"
	"io"
	"net/http"
	"net/http/httptest"
	"net/url"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/go-chi/chi/v5"

	"etalon/internal/bench"
	"etalon/internal/bench/benchtest"
	"etalon/internal/candidate"
	"etalon/internal/emitter"
	"etalon/internal/interops"
	"etalon/internal/pki"
)

var theWorld = benchtest.Share(candidate.DefaultConvention, time.Second)

// newParty is the client of the default convention; change may alter its configuration.
func newParty(t *testing.T, change ...func(*emitter.Config)) (*emitter.Party, *bench.Bench) {
	t.Helper()
	b := theWorld.World(t).Bench(t)
	policy := emitter.Honest()
	c := emitter.Config{Bench: b, Organism: "organisme-client", Role: "client", Mode: interops.ModeA, Policy: &policy}
	for _, f := range change {
		f(&c)
	}
	p, err := emitter.NewParty(c)
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(p.Close)
	return p, b
}

func TestNewPartyRefuses(t *testing.T) {
	_, b := newParty(t)
	policy := emitter.Honest()
	if _, err := emitter.NewParty(emitter.Config{Bench: b, Organism: "inconnu", Policy: &policy}); err == nil {
		t.Error("unknown organism: prepared")
	}
	policy.Signer = "rien"
	if _, err := emitter.NewParty(emitter.Config{Bench: b, Organism: "organisme-client", Policy: &policy}); err == nil {
		t.Error("unknown credential: prepared")
	}
}

// G11: a key signs no more once the convention has cut it off.
func TestSignatureEndsWithItsIdentity(t *testing.T) {
	p, b := newParty(t)
	if _, err := p.Signature(); err != nil {
		t.Fatal(err)
	}
	p.Organism.Signature = slices.Clone(p.Organism.Signature)
	p.Organism.Signature[0].Until = interops.Date{Time: b.Clock.Now().Add(time.Hour)}
	b.Clock.Advance(2 * time.Hour)
	if _, err := p.Signature(); err == nil || !strings.Contains(err.Error(), "cachet organisme-client") {
		t.Errorf("after the cut-off: %v", err)
	}
}

func TestProjectInForce(t *testing.T) {
	p, _ := newParty(t)
	for service, want := range map[string]string{"service-a": "consultation", "service-termine": "", "service-futur": "", "extranet": "", "service-tiers": "", "rien": ""} {
		project, known, ok := p.Project(service, interops.Project.InForce)
		if ok != (want != "") || project.Name != want || ok && known.Name != service {
			t.Errorf("%s: project %q, %v", service, project.Name, ok)
		}
	}
}

func TestTraces(t *testing.T) {
	path := filepath.Join(t.TempDir(), "traces.jsonl")
	log, err := bench.OpenTraceLog(path)
	if err != nil {
		t.Fatal(err)
	}
	defer log.Close()
	var policy *emitter.Policy
	p, _ := newParty(t, func(c *emitter.Config) { c.Traces, policy = log, c.Policy })
	project, _, _ := p.Project("service-a", interops.Project.InForce)
	signer, err := p.Signature()
	if err != nil {
		t.Fatal(err)
	}
	e := emitter.Emission{VI: interops.VI{ID: "_1"}, Project: project, Decision: interops.Created, RequestID: "demande", Signer: signer}
	if err := p.Trace(e); err != nil {
		t.Fatal(err)
	}
	raw, _ := os.ReadFile(path)
	for _, want := range []string{`"viId":"_1"`, `"role":"client"`, `"decision":"created"`, `"requestId":"demande"`, `"project":"consultation"`, "passerelle TLS organisme-fournisseur"} {
		if !strings.Contains(string(raw), want) {
			t.Errorf("record %s lacks %s", raw, want)
		}
	}
	log.Break(true)
	if err := p.Trace(e); !errors.Is(err, bench.ErrTraceUnavailable) {
		t.Errorf("broken store: %v", err)
	}
	policy.Untraced = true
	if err := p.Trace(e); err != nil {
		t.Errorf("a party that goes on untraced: %v", err)
	}
	without, _ := newParty(t)
	if err := without.Trace(e); !errors.Is(err, bench.ErrTraceUnavailable) {
		t.Errorf("no store: %v", err)
	}
}

func TestRights(t *testing.T) {
	given := []interops.Habilitation{{User: "a", Project: "p", PAGM: []string{"x", "y"}}}
	r := emitter.NewRights(given)
	r.Withdraw("a", "p", []string{"x"})
	r.Grant("a", "q", []string{"z", "z"})
	r.Grant("b", "p", nil)
	for _, c := range []struct {
		user, project, want string
	}{{"a", "p", "y"}, {"a", "q", "z"}, {"b", "p", ""}, {"c", "p", ""}} {
		if got := strings.Join(r.Of(c.user, c.project), " "); got != c.want {
			t.Errorf("%s in %s: %q, want %q", c.user, c.project, got, c.want)
		}
	}
	if r.Covers("a", "p", []string{"x"}) || !r.Covers("a", "p", []string{"y"}) || r.Covers("a", "p", nil) || !r.CoversSomewhere("a", []string{"z"}) {
		t.Error("wrong rights are covered")
	}
	if r.First().User != "a" || emitter.NewRights(nil).First().User != "" {
		t.Errorf("first %+v", r.First())
	}
	if r.Withdraw("a", "p", nil); len(r.Of("a", "p")) > 0 || given[0].PAGM[0] != "x" {
		t.Error("a withdrawal without names leaves a right, or touches the caller's")
	}
}

func TestLogins(t *testing.T) {
	r := emitter.NewRights(nil)
	at := func(minutes int) time.Time { return time.Date(2026, 1, 1, 0, minutes, 0, 0, time.UTC) }
	if !r.LoggedIn("a", at(1)) {
		t.Error("a login does not stand")
	}
	r.Logout("a", at(9))
	r.Logout("b", at(9))
	for _, c := range []struct {
		user  string
		login int
		want  bool
	}{{"a", 1, false}, {"a", 2, true}, {"b", 9, false}, {"b", 10, true}, {"c", 1, true}} {
		if got := r.LoggedIn(c.user, at(c.login)); got != c.want {
			t.Errorf("login of %s at %d: %v", c.user, c.login, got)
		}
	}
}

func TestCrossing(t *testing.T) {
	var c emitter.Crossing
	c.Enter(1, "s", interops.VI{ID: "a"})
	c.Enter(2, "s", interops.VI{ID: "b"})
	c.Enter(1, "s", interops.VI{ID: "a2"})
	if got := c.Present("s", interops.VI{ID: "b"}).ID; got != "a2" {
		t.Errorf("presented %s", got)
	}
	if got := c.Present("t", interops.VI{ID: "own"}).ID; got != "own" {
		t.Errorf("another service: %s", got)
	}
	c.Leave(1)
	if got := c.Present("s", interops.VI{}).ID; got != "b" {
		t.Errorf("after it left: %s", got)
	}
}

func TestCommit(t *testing.T) {
	type policy struct {
		emitter.Policy
		own bool
	}
	known := append(
		bench.Within(emitter.TraceFlaws(), func(p *policy) *emitter.Policy { return &p.Policy }),
		bench.Neglecting("own", "X01 X02", "X03", "fr", "en", func(p *policy) { p.own = true }),
	)
	p := policy{Policy: emitter.Honest()}
	if err := bench.Commit(&p, known, []string{"own", "continues-untraced"}); err != nil || !p.own || !p.Untraced {
		t.Errorf("%v %+v", err, p)
	}
	if own := known[len(known)-1]; len(own.Must) != 2 || own.Title.EN != "en" {
		t.Errorf("flaw %+v", own)
	}
	if err := bench.Commit(&p, known, []string{"oown"}); err == nil || !strings.Contains(err.Error(), "continues-untraced") {
		t.Errorf("unknown flaw: %v", err)
	}
}

func TestManagement(t *testing.T) {
	p, b := newParty(t)
	var mu sync.Mutex
	var told emitter.Subject
	r := chi.NewRouter()
	p.Manage(r, emitter.Gestures{"logout": func(s emitter.Subject) {
		mu.Lock()
		defer mu.Unlock()
		told = s
	}})
	server := httptest.NewServer(r)
	defer server.Close()
	defer http.DefaultClient.CloseIdleConnections()
	do := func(method, path string, change func(*http.Request)) int {
		t.Helper()
		request, err := http.NewRequest(method, server.URL+emitter.ManagePath+path, strings.NewReader(""))
		if err != nil {
			t.Fatal(err)
		}
		request.Header.Set(emitter.UserHeader, "agent")
		request.Header.Set(emitter.PAGMHeader, "A B")
		if change != nil {
			change(request)
		}
		response, err := http.DefaultClient.Do(request)
		if err != nil {
			t.Fatal(err)
		}
		_ = response.Body.Close()
		return response.StatusCode
	}
	for _, c := range []struct {
		method, path string
		change       func(*http.Request)
		want         int
	}{
		{"POST", "logout", nil, 204}, {"GET", "logout", nil, 405}, {"POST", "rien", nil, 404}, {"POST", "clock", nil, 204},
		{"POST", "break-traces", nil, 409}, {"POST", "mend-traces", nil, 409},
		{"POST", "logout", func(r *http.Request) { r.Header.Set("Origin", "http://page.test") }, 403},
		{"POST", "logout", func(r *http.Request) { r.Host = "rebond.test" }, 403},
	} {
		if got := do(c.method, c.path, c.change); got != c.want {
			t.Errorf("%s %s: %d, want %d", c.method, c.path, got, c.want)
		}
	}
	if told.User != "agent" || strings.Join(told.PAGM, "+") != "A+B" {
		t.Errorf("told %+v", told)
	}
	if b.Clock.Now().Year() < 2026 {
		t.Errorf("clock %v", b.Clock.Now())
	}
}

// T02: a server that is no partner gets nothing, and the caller learns that nothing left.
func TestSendVerifiesThePartner(t *testing.T) {
	came := make(chan string, 1)
	server := httptest.NewTLSServer(http.HandlerFunc(func(_ http.ResponseWriter, r *http.Request) {
		raw, _ := io.ReadAll(r.Body)
		came <- string(raw)
	}))
	defer server.Close()
	server.Config.ErrorLog = nil
	p, _ := newParty(t)
	target, err := url.Parse(server.URL)
	if err != nil {
		t.Fatal(err)
	}
	request := &http.Request{Method: http.MethodPost, URL: target, Header: http.Header{}}
	if _, left, err := p.Send(request, []byte("secret"), 10); err == nil || left {
		t.Errorf("unknown authority: left %v, %v", left, err)
	}
	select {
	case body := <-came:
		t.Errorf("%s reached it", body)
	default:
	}
}

func TestAccounts(t *testing.T) {
	all := emitter.Accounts{{ID: "a", Secret: "s", Means: []string{"carte"}}, {ID: "b"}}
	for _, c := range []struct {
		id, secret string
		want       bool
	}{{"a", "s", true}, {"a", "S", false}, {"a", "", false}, {"b", "", false}, {"c", "", false}} {
		if a, ok := all.Prove(c.id, c.secret); ok != c.want || ok && a.ID != c.id {
			t.Errorf("%s %q: %v", c.id, c.secret, ok)
		}
	}
	if !all[0].Holds("carte") || all[0].Holds("code") || !all[1].Holds("code") {
		t.Error("wrong means are held")
	}
}

// A certificate that is renewed is presented on the next call, though a link was kept; a signature is of the new key.
func TestRenewedCertificateIsPresented(t *testing.T) {
	world, err := benchtest.NewWorld(candidate.DefaultConvention(), time.Now())
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(world.Close)
	b, policy := world.Bench(t), emitter.Honest()
	p, err := emitter.NewParty(emitter.Config{Bench: b, Organism: "organisme-client", Role: "client", Mode: interops.ModeA, Policy: &policy})
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(p.Close)
	server := httptest.NewUnstartedServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		_, _ = io.WriteString(w, r.TLS.PeerCertificates[0].SerialNumber.String()+" "+r.RemoteAddr)
	}))
	server.TLS = pki.ServerConfig(world.Credential(t, "organisme-fournisseur/tls"), bench.Wall, pki.AcceptAny)
	server.StartTLS()
	t.Cleanup(server.Close)
	call := func() (serial, from string) {
		t.Helper()
		r, err := http.NewRequestWithContext(t.Context(), http.MethodGet, server.URL, nil)
		if err != nil {
			t.Fatal(err)
		}
		a, _, err := p.Send(r, nil, 1000)
		if err != nil {
			t.Fatal(err)
		}
		serial, from, _ = strings.Cut(string(a.Body), " ")
		return serial, from
	}
	before, from := call()
	if again, same := call(); again != before || same != from {
		t.Errorf("the link is not kept: %s from %s, then %s from %s", before, from, again, same)
	}
	for _, name := range []string{"organisme-client/tls", "organisme-client/signature"} {
		if _, err := b.PKI.Rotate(name, pki.Rotation{Now: time.Now(), Rand: rand.Reader}); err != nil {
			t.Fatal(err)
		}
	}
	if after, other := call(); after == before || other == from || after != world.Credential(t, "organisme-client/tls").Leaf().SerialNumber.String() {
		t.Errorf("presented %s from %s, before %s from %s", after, other, before, from)
	}
	if signer, err := p.Signature(); err != nil || !signer.Leaf().Equal(world.Credential(t, "organisme-client/signature").Leaf()) {
		t.Errorf("signs with %v: %v", signer.Leaf().SerialNumber, err)
	}
}
