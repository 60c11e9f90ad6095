package portal_test

import (
	"bufio"
	"bytes"
	"crypto/tls"
	"encoding/json"
	"fmt"
	"io"
	"log/slog"
	"net/http"
	"net/http/cookiejar"
	"net/http/httptest"
	"net/url"
	"os"
	"path/filepath"
	"strings"
	"sync"
	"testing"
	"time"

	"go.uber.org/goleak"

	"etalon/internal/bench"
	"etalon/internal/candidate"
	"etalon/internal/emitter"
	"etalon/internal/interops"
	"etalon/internal/pki"
	"etalon/stubs/portal"
)

const (
	clientName   = "organisme-client"
	providerName = "organisme-fournisseur"
	project      = "extranet"
	right        = "PAGM_CONSULTATION"
)

// world is what the tests of this package share: one test PKI with its revocation server.
type world struct {
	set        *pki.Set
	convention *interops.Convention
	now        time.Time
	revocation *httptest.Server
	fetcher    *http.Client
}

var theWorld = sync.OnceValues(func() (*world, error) {
	w := &world{convention: candidate.DefaultConvention(), now: bench.Wall().Truncate(time.Millisecond)}
	w.fetcher = &http.Client{Transport: &http.Transport{}}
	var handler http.Handler
	w.revocation = httptest.NewServer(http.HandlerFunc(func(rw http.ResponseWriter, r *http.Request) { handler.ServeHTTP(rw, r) }))
	var err error
	w.set, err = pki.New(pki.Options{
		Organisms: w.convention.Organisms, Now: w.now, Rand: bench.Entropy(), Revocation: w.revocation.URL,
	})
	if err != nil {
		return nil, err
	}
	handler = w.set.Handler()
	return w, nil
})

// TestMain ends what the tests share, and finds what they left running.
func TestMain(m *testing.M) {
	code := m.Run()
	if w, err := theWorld(); err == nil {
		w.fetcher.CloseIdleConnections()
		w.revocation.Close()
	}
	http.DefaultClient.CloseIdleConnections()
	if err := goleak.Find(goleak.IgnoreAnyFunction("net/http.(*conn).closeWriteAndWait")); err != nil && code == 0 {
		fmt.Fprintln(os.Stderr, err)
		code = 1
	}
	os.Exit(code)
}

// rig is a portal under test and its partner.
type rig struct {
	*world
	t        testing.TB
	bench    *bench.Bench
	portal   *portal.Portal
	receiver *receiver
	path     string // of the traces
	log      *bytes.Buffer
	logMu    sync.Mutex
}

// newRig starts a portal with those flaws and its partner, over a transport; change may alter its configuration.
func newRig(t testing.TB, transport string, flaws []string, change ...func(*portal.Config)) *rig {
	t.Helper()
	w, err := theWorld()
	if err != nil {
		t.Fatal(err)
	}
	profile := candidate.DefaultProfile("current")
	profile.P.Transport = transport
	b, err := bench.New(w.convention, profile, w.set, bench.Seed(t.Name()))
	if err != nil {
		t.Fatal(err)
	}
	b.Clock.Freeze(w.now)
	r := &rig{world: w, t: t, bench: b, path: filepath.Join(t.TempDir(), "traces.jsonl"), log: &bytes.Buffer{}}
	r.receiver = newReceiver(t, b, w.fetcher)
	traces, err := bench.OpenTraceLog(r.path)
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { _ = traces.Close() })
	config := portal.Config{
		Bench: b, Organism: clientName, Traces: traces, Flaws: flaws, Services: r.services(), Revocation: w.fetcher,
		Accounts: accounts(), Habilitations: rights(), Log: slog.New(slog.NewTextHandler(r, nil)),
	}
	for _, f := range change {
		f(&config)
	}
	if r.portal, err = portal.Start(config); err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() {
		if err := r.portal.Close(); err != nil {
			t.Error(err)
		}
	})
	return r
}

// Write keeps the portal's log.
func (r *rig) Write(line []byte) (int, error) {
	r.logMu.Lock()
	defer r.logMu.Unlock()
	return r.log.Write(line)
}

func (r *rig) logged() string {
	r.logMu.Lock()
	defer r.logMu.Unlock()
	return r.log.String()
}

// services are those of the client's projects of mode P, and one that is in none.
func (r *rig) services() map[string]portal.Destination {
	all := map[string]portal.Destination{}
	for _, s := range []string{"extranet", "extranet-annexe", "extranet-termine", "extranet-futur", "extranet-inconnu"} {
		all[s] = portal.Destination{
			ACS: r.receiver.url("/" + s + "/acs"), Target: r.receiver.url("/" + s + "/app/"), Logout: r.receiver.url("/" + s + "/fin"),
		}
	}
	return all
}

func agent(i int) string { return fmt.Sprintf("agent-%04d", i) }

// accounts are a hundred agents; those of an odd rank log in by card.
func accounts() []portal.Account {
	var all []portal.Account
	for i := range 100 {
		a := portal.Account{ID: agent(i), Secret: "secret-de-" + agent(i)}
		if i%2 == 1 {
			a.Class = interops.ClassSmartcard
		}
		all = append(all, a)
	}
	return append(all, portal.Account{ID: "agent-sans-droit", Secret: "secret-de-agent-sans-droit"})
}

func rights() []interops.Habilitation {
	var all []interops.Habilitation
	for i := range 100 {
		all = append(all, interops.Habilitation{User: agent(i), Project: project, PAGM: []string{right, "PAGM_INTERNE"}})
	}
	return all
}

// browser is that of an agent.
type browser struct {
	*http.Client
	r *rig
}

// page is what a browser was shown in the end, and what reached the partner meanwhile.
type page struct {
	status int
	url    string
	header http.Header
	body   string
	left   []arrival
}

// browse opens a browser that trusts the test authorities.
func (r *rig) browse() *browser {
	jar, err := cookiejar.New(nil)
	if err != nil {
		r.t.Fatal(err)
	}
	transport := &http.Transport{TLSClientConfig: &tls.Config{RootCAs: r.bench.PKI.Roots(), Time: bench.Wall}}
	r.t.Cleanup(transport.CloseIdleConnections)
	return &browser{&http.Client{Jar: jar, Transport: transport, Timeout: 30 * time.Second}, r}
}

// ask makes a request and follows it to its end.
func (b *browser) ask(method, address, body string, header http.Header) page {
	b.r.t.Helper()
	if strings.HasPrefix(address, "/") {
		address = b.r.portal.URL(address)
	}
	request, err := http.NewRequest(method, address, strings.NewReader(body))
	if err != nil {
		b.r.t.Fatal(err)
	}
	if body != "" {
		request.Header.Set("Content-Type", "application/x-www-form-urlencoded")
	}
	for name, values := range header {
		request.Header[name] = values
	}
	before := b.r.receiver.count()
	response, err := b.Do(request)
	if err != nil {
		b.r.t.Fatalf("%s %s: %v", method, address, err)
	}
	defer response.Body.Close()
	raw, err := io.ReadAll(response.Body)
	if err != nil {
		b.r.t.Fatal(err)
	}
	return page{response.StatusCode, response.Request.URL.String(), response.Header, string(raw), b.r.receiver.since(before)}
}

func (b *browser) get(address string) page { return b.ask(http.MethodGet, address, "", nil) }

// login fills the login form.
func (b *browser) login(id string) page {
	form := url.Values{"identifiant": {id}, "secret": {"secret-de-" + id}}
	return b.ask(http.MethodPost, "/login", form.Encode(), nil)
}

// agent is the browser of an agent who is logged in.
func (r *rig) agent(i int) *browser {
	b := r.browse()
	b.login(agent(i))
	return b
}

// responses are the requests that carry a Response.
func responses(left []arrival) []arrival {
	var all []arrival
	for _, a := range left {
		if a.Carries {
			all = append(all, a)
		}
	}
	return all
}

// gesture asks the portal for a verb about a user.
func (r *rig) gesture(verb, user string, pagm ...string) int {
	r.t.Helper()
	request, err := http.NewRequest(http.MethodPost, r.portal.ManageURL(verb), nil)
	if err != nil {
		r.t.Fatal(err)
	}
	request.Header.Set(emitter.UserHeader, user)
	request.Header.Set(emitter.ProjectHeader, project)
	request.Header.Set(emitter.PAGMHeader, strings.Join(pagm, " "))
	response, err := http.DefaultClient.Do(request)
	if err != nil {
		r.t.Fatal(err)
	}
	_ = response.Body.Close()
	return response.StatusCode
}

// records reads the portal's traces.
func (r *rig) records() []interops.Trace {
	r.t.Helper()
	raw, err := os.ReadFile(r.path)
	if err != nil {
		r.t.Fatal(err)
	}
	var all []interops.Trace
	lines := bufio.NewScanner(bytes.NewReader(raw))
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
