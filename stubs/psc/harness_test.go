package psc_test

import (
	"bytes"
	"crypto"
	"crypto/ecdsa"
	"crypto/elliptic"
	"crypto/rand"
	"crypto/rsa"
	"encoding/json"
	"io"
	"net/http"
	"net/http/cookiejar"
	"net/url"
	"strings"
	"sync"
	"testing"
	"time"

	"etalon/internal/bench/benchtest"
	"etalon/internal/interops"
	"etalon/internal/oidc"
	"etalon/internal/pki"
	"etalon/stubs/psc"
)

var shared = benchtest.Share(func() *interops.Convention { return &interops.Convention{Organisms: psc.Organisms()} }, time.Second)

func TestMain(m *testing.M) { benchtest.Main(m, shared.Close) }

// pool holds keys made once: RSA is slow to generate.
var pool struct {
	sync.Mutex
	keys []crypto.Signer
}

// pooled returns, for one stub, the keys of the pool one after the other.
func pooled() func(string) (crypto.Signer, error) {
	next := 0
	return func(algorithm string) (crypto.Signer, error) {
		if algorithm == "ES256" {
			return ecdsa.GenerateKey(elliptic.P256(), rand.Reader)
		}
		pool.Lock()
		defer pool.Unlock()
		if next == len(pool.keys) {
			k, err := rsa.GenerateKey(rand.Reader, 2048)
			if err != nil {
				return nil, err
			}
			pool.keys = append(pool.keys, k)
		}
		next++
		return pool.keys[next-1], nil
	}
}

// rig is a stub with what calls it.
type rig struct {
	*psc.Stub
	t     *testing.T
	world *benchtest.World
	http  *http.Client // without certificate, cookies, or redirects followed
	clock interface{ Advance(time.Duration) }
}

func start(t *testing.T, change ...func(*psc.Config)) *rig {
	t.Helper()
	w := shared.World(t)
	b := w.Bench(t)
	c := psc.Config{Bench: b, NewKey: pooled(), Revocation: w.Fetcher}
	for _, f := range change {
		f(&c)
	}
	r := &rig{Stub: benchtest.Started(t, psc.Start, c), t: t, world: w, clock: b.Clock}
	r.http = r.browser("")
	return r
}

// browser calls with a certificate of the test PKI, or none, and follows no redirect.
func (r *rig) browser(credential string) *http.Client {
	config := pki.ClientConfig(pki.Credential{}, time.Now, pki.AcceptAny)
	if credential != "" {
		config = pki.ClientConfig(r.world.Credential(r.t, credential), time.Now, pki.AcceptAny)
	}
	transport := &http.Transport{TLSClientConfig: config}
	r.t.Cleanup(transport.CloseIdleConnections)
	jar, _ := cookiejar.New(nil)
	return &http.Client{
		Transport: transport, Jar: jar, Timeout: 20 * time.Second,
		CheckRedirect: func(*http.Request, []*http.Request) error { return http.ErrUseLastResponse },
	}
}

// got is an answer, read.
type got struct {
	status int
	header http.Header
	body   []byte
	object map[string]any
}

// text is a member that is a text.
func (g got) text(name string) string {
	s, _ := g.object[name].(string)
	return s
}

func (r *rig) do(client *http.Client, request *http.Request) (got, error) {
	answer, err := client.Do(request)
	if err != nil {
		return got{}, err
	}
	defer answer.Body.Close()
	body, err := io.ReadAll(answer.Body)
	g := got{status: answer.StatusCode, header: answer.Header, body: body}
	_ = json.Unmarshal(body, &g.object)
	return g, err
}

// post sends a form as a client with a secret, by Basic; without name as nobody.
func (r *rig) post(address, id, secret string, form url.Values) got {
	r.t.Helper()
	request, err := http.NewRequest(http.MethodPost, address, strings.NewReader(form.Encode()))
	if err != nil {
		r.t.Fatal(err)
	}
	request.Header.Set("Content-Type", "application/x-www-form-urlencoded")
	if id != "" {
		request.SetBasicAuth(id, secret)
	}
	g, err := r.do(r.http, request)
	if err != nil {
		r.t.Fatal(err)
	}
	return g
}

func (r *rig) get(address string, header http.Header) got {
	r.t.Helper()
	request, err := http.NewRequest(http.MethodGet, address, nil)
	if err != nil {
		r.t.Fatal(err)
	}
	for name, values := range header {
		request.Header[name] = values
	}
	g, err := r.do(r.http, request)
	if err != nil {
		r.t.Fatal(err)
	}
	return g
}

// The credentials of the sample clients.
const (
	operatorSecret = "secret-test-operateur"
	mailSecret     = "secret-test-lps"
)

// introspect asks about a token as the operator.
func (r *rig) introspect(token string) got {
	r.t.Helper()
	return r.post(r.Discovery().Introspection, psc.OperatorClient, operatorSecret, url.Values{"token": {token}})
}

// ask asks the token endpoint as the mail program.
func (r *rig) ask(form url.Values) got {
	r.t.Helper()
	return r.post(r.Discovery().Token, psc.MailClient, mailSecret, form)
}

func (r *rig) mint(o psc.Order) psc.Minted {
	r.t.Helper()
	m, err := r.Mint(o)
	if err != nil {
		r.t.Fatal(err)
	}
	return m
}

// order sends an order by the management address, and reads the answer into done unless it is nil.
func (r *rig) order(method, path, body string, done any) int {
	r.t.Helper()
	request, err := http.NewRequest(method, r.ManageURL(path), bytes.NewReader([]byte(body)))
	if err != nil {
		r.t.Fatal(err)
	}
	g, err := r.do(r.http, request)
	if err != nil {
		r.t.Fatal(err)
	}
	if done != nil {
		if err := json.Unmarshal(g.body, done); err != nil {
			r.t.Fatalf("%s %s: %v\n%s", method, path, err, g.body)
		}
	}
	return g.status
}

// local is what an operator with a local check expects of a token for the first person.
func (r *rig) local() oidc.Expectation {
	return oidc.Expectation{Issuer: r.Issuer(), Keys: r.Keys(), Now: r.world.Now, MaxLife: time.Hour}
}
