package identification_test

import (
	"bufio"
	"bytes"
	"crypto/tls"
	"crypto/x509"
	"encoding/json"
	"fmt"
	"html"
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
	"etalon/internal/saml"
	"etalon/internal/sso"
	"etalon/stubs/identification"
)

const (
	operatorName = "organisme-2" // identifies, and authenticates nobody
	first        = "organisme-1"
	second       = "organisme-4"
	removed      = "organisme-retire"
	newcomer     = "organisme-nouveau"
	card         = "Carte Sesam-Vitale"
	password     = "Identifiant (login)"
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
	w := &world{convention: candidate.SphereConvention(), now: bench.Wall().Truncate(time.Millisecond)}
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

// rig is an operator under test; tokens are judged where they would arrive, without going there.
type rig struct {
	*world
	t        testing.TB
	bench    *bench.Bench
	operator *identification.Operator
	path     string // of the traces
	log      bytes.Buffer
	logMu    sync.Mutex
	seen     map[string]bool // tokens that came, by issuer and identifier
}

// newRig starts an operator with those flaws; change may alter its configuration.
func newRig(t testing.TB, flaws []string, change ...func(*identification.Config)) *rig {
	t.Helper()
	w, err := theWorld()
	if err != nil {
		t.Fatal(err)
	}
	b, err := bench.New(w.convention, candidate.DefaultProfile("current"), w.set, bench.Seed(t.Name()))
	if err != nil {
		t.Fatal(err)
	}
	b.Clock.Freeze(w.now)
	r := &rig{world: w, t: t, bench: b, path: filepath.Join(t.TempDir(), "traces.jsonl"), seen: map[string]bool{}}
	traces, err := bench.OpenTraceLog(r.path)
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { _ = traces.Close() })
	c := identification.Config{
		Bench: b, Organism: operatorName, Operators: map[string]string{}, Accounts: accounts(), Traces: traces, Flaws: flaws,
		Log: slog.New(slog.NewTextHandler(r, nil)),
	}
	for _, name := range []string{first, second, removed, newcomer, "organisme-3", "organisme-exterieur"} {
		c.Operators[name] = "https://" + name + ".test/contexte"
	}
	for _, f := range change {
		f(&c)
	}
	if r.operator, err = identification.Start(c); err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() {
		if err := r.operator.Close(); err != nil {
			t.Error(err)
		}
	})
	return r
}

// Write keeps the operator's log.
func (r *rig) Write(line []byte) (int, error) {
	r.logMu.Lock()
	defer r.logMu.Unlock()
	return r.log.Write(line)
}

func person(i int) string { return fmt.Sprintf("personne-%04d", i) }

// accounts are ten persons; those of an odd rank have no card.
func accounts() []identification.Account {
	var all []identification.Account
	for i := range 10 {
		a := identification.Account{ID: person(i), Secret: "secret-de-" + person(i)}
		if i%2 == 1 {
			a.Means = []string{password}
		}
		all = append(all, a)
	}
	return all
}

// browser is that of a person.
type browser struct {
	*http.Client
	r *rig
}

func (r *rig) browse() *browser {
	jar, err := cookiejar.New(nil)
	if err != nil {
		r.t.Fatal(err)
	}
	transport := &http.Transport{TLSClientConfig: &tls.Config{RootCAs: r.bench.PKI.Roots(), Time: bench.Wall}}
	r.t.Cleanup(transport.CloseIdleConnections)
	return &browser{&http.Client{Jar: jar, Transport: transport, Timeout: 30 * time.Second}, r}
}

// page is what a browser was shown in the end.
type page struct {
	status    int
	url, body string
	header    http.Header
}

func (b *browser) ask(method, path, body string, header http.Header) page {
	b.r.t.Helper()
	request, err := http.NewRequest(method, b.r.operator.URL(path), strings.NewReader(body))
	if err != nil {
		b.r.t.Fatal(err)
	}
	if body != "" {
		request.Header.Set("Content-Type", "application/x-www-form-urlencoded")
	}
	for name, values := range header {
		request.Header[name] = values
	}
	response, err := b.Do(request)
	if err != nil {
		b.r.t.Fatalf("%s %s: %v", method, path, err)
	}
	defer response.Body.Close()
	raw, err := io.ReadAll(response.Body)
	if err != nil {
		b.r.t.Fatal(err)
	}
	return page{response.StatusCode, response.Request.URL.String(), string(raw), response.Header}
}

func (b *browser) get(path string) page { return b.ask(http.MethodGet, path, "", nil) }

// identify fills the form of a person with her secret and a means.
func (b *browser) identify(id, means string) page {
	return b.ask(http.MethodPost, "/login", url.Values{"identifiant": {id}, "secret": {"secret-de-" + id}, "moyen": {means}}.Encode(), nil)
}

// person is the browser of who identified herself by a means.
func (r *rig) person(i int, means string) *browser {
	b := r.browse()
	b.identify(person(i), means)
	return b
}

// arrival is a token at the operator that takes it, judged as the work of an identification operator.
type arrival struct {
	Action, Relay string
	Judged        sso.JudgedContext
}

// token reads the form that a page posts by itself; false when it posts none.
func (p page) token(r *rig, operator string) (arrival, bool) {
	_, rest, ok := strings.Cut(p.body, `<form method="post" action="`)
	if !ok || !strings.Contains(p.body, `name="ContextToken"`) {
		return arrival{}, false
	}
	action, _, _ := strings.Cut(rest, `"`)
	form := url.Values{}
	for _, part := range strings.Split(p.body, `<input type="hidden" name="`)[1:] {
		name, rest, _ := strings.Cut(part, `" value="`)
		value, _, _ := strings.Cut(rest, `"`)
		form.Set(name, html.UnescapeString(value))
	}
	trust := &pki.Trust{Roots: r.bench.Roots(), Revocation: &pki.Checker{HTTP: r.fetcher}}
	x := saml.ContextExpectation{
		Convention: r.convention, Profile: r.bench.Profile, Operator: operator, Now: r.bench.Clock.Now(), Emitted: true,
		Trust: func(chain []*x509.Certificate, _ time.Time) []pki.PathError {
			return trust.Verify(chain, pki.UsageSignature, bench.Wall())
		},
		Seen: func(issuer, id string) bool {
			before := r.seen[issuer+"\x00"+id]
			r.seen[issuer+"\x00"+id] = true
			return before
		},
	}
	judged := sso.VerifyContext(sso.Incoming{Method: http.MethodPost, Raw: []byte(form.Encode())}, x)
	return arrival{html.UnescapeString(action), form.Get("RelayState"), judged}, true
}

// gesture asks the operator for a verb about a person.
func (r *rig) gesture(verb, user string) int {
	r.t.Helper()
	request, err := http.NewRequest(http.MethodPost, r.operator.ManageURL(verb), nil)
	if err != nil {
		r.t.Fatal(err)
	}
	request.Header.Set(emitter.UserHeader, user)
	response, err := http.DefaultClient.Do(request)
	if err != nil {
		r.t.Fatal(err)
	}
	_ = response.Body.Close()
	return response.StatusCode
}

// records reads the operator's traces.
func (r *rig) records() []interops.Trace {
	r.t.Helper()
	raw, err := os.ReadFile(r.path)
	if err != nil {
		r.t.Fatal(err)
	}
	var all []interops.Trace
	for lines := bufio.NewScanner(bytes.NewReader(raw)); lines.Scan(); {
		var t interops.Trace
		if err := json.Unmarshal(lines.Bytes(), &t); err != nil {
			r.t.Fatal(err)
		}
		all = append(all, t)
	}
	return all
}
