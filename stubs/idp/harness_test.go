package idp_test

import (
	"bytes"
	"crypto"
	"crypto/ecdsa"
	"crypto/elliptic"
	"crypto/rand"
	"crypto/rsa"
	"encoding/json"
	"html"
	"io"
	"net/http"
	"net/http/cookiejar"
	"net/url"
	"regexp"
	"strings"
	"sync"
	"testing"
	"time"

	"etalon/internal/bench"
	"etalon/internal/bench/benchtest"
	"etalon/internal/candidate"
	"etalon/internal/interops"
	"etalon/internal/jws"
	"etalon/internal/oidc"
	"etalon/internal/pki"
	"etalon/stubs/idp"
)

var shared = benchtest.Share(func() *interops.Convention { return candidate.MSSConvention() }, time.Second)

func TestMain(m *testing.M) { benchtest.Main(m, shared.Close) }

const (
	callback = "https://127.0.0.1:8570/callback"
	farewell = "https://127.0.0.1:8570/deconnexion"
	verifier = "0123456789abcdefghijklmnopqrstuvwxyzABCDEFG"
	awkward  = "0123456789abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTU+/=~%&# é"
)

// pool holds the RSA key of all stubs: it is slow to generate.
var pool = sync.OnceValues(func() (crypto.Signer, error) { return rsa.GenerateKey(rand.Reader, 2048) })

func pooled(algorithm string) (crypto.Signer, error) {
	if algorithm == jws.ES256 {
		return ecdsa.GenerateKey(elliptic.P256(), rand.Reader)
	}
	return pool()
}

// journal keeps what is traced.
type journal struct {
	sync.Mutex
	bytes.Buffer
}

func (j *journal) Write(p []byte) (int, error) {
	j.Lock()
	defer j.Unlock()
	return j.Buffer.Write(p)
}

// rig is a stub with what calls it.
type rig struct {
	*idp.Stub
	t      *testing.T
	world  *benchtest.World
	bench  *bench.Bench
	traces *journal
	doc    map[string]any
	keys   []oidc.PublicKey
}

func start(t *testing.T, flaws ...string) *rig {
	t.Helper()
	w := shared.World(t)
	r := &rig{t: t, world: w, bench: w.Bench(t), traces: &journal{}}
	subject := w.Credential(t, candidate.PSCOrganism+"/tls").Leaf().Subject
	signer := w.Credential(t, candidate.PSCOrganism+"/signature").Leaf()
	r.Stub = benchtest.Started(t, idp.Start, idp.Config{
		Bench: r.bench, NewKey: pooled, Revocation: w.Fetcher, Flaws: flaws, Traces: r.traces,
		Clients: idp.Clients(callback, farewell, subject.String(), signer.PublicKey, signer.Subject.String()),
	})
	p := r.visit(r.browser(""), http.MethodGet, r.Issuer()+oidc.PathDiscovery, nil)
	r.doc = p.object
	keys, err := oidc.ReadJWKS(r.visit(r.browser(""), http.MethodGet, r.at("jwks_uri"), nil).body)
	if err != nil {
		t.Fatal(err)
	}
	r.keys = keys
	return r
}

// at is an address of the discovery document.
func (r *rig) at(name string) string {
	s, _ := r.doc[name].(string)
	return s
}

// now is the protocol time.
func (r *rig) now() time.Time { return r.bench.Clock.Now() }

// browser keeps cookies, follows no redirect, and may have a certificate of the test PKI.
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

// page is an answer, read.
type page struct {
	status int
	header http.Header
	body   []byte
	object map[string]any
}

// back is where an answer sends the browser; nil when nowhere.
func (p page) back() *url.URL {
	if p.status != http.StatusSeeOther {
		return nil
	}
	u, err := url.Parse(p.header.Get("Location"))
	if err != nil {
		return nil
	}
	return u
}

// text is a member that is a text.
func (p page) text(name string) string {
	s, _ := p.object[name].(string)
	return s
}

func (r *rig) send(b *http.Client, request *http.Request) page {
	r.t.Helper()
	answer, err := b.Do(request)
	if err != nil {
		r.t.Fatal(err)
	}
	defer answer.Body.Close()
	body, err := io.ReadAll(answer.Body)
	if err != nil {
		r.t.Fatal(err)
	}
	p := page{status: answer.StatusCode, header: answer.Header, body: body}
	_ = json.Unmarshal(body, &p.object)
	return p
}

// visit sends a request, with a form or none; header may set "user:secret" of HTTP Basic.
func (r *rig) visit(b *http.Client, method, address string, form url.Values, header ...string) page {
	r.t.Helper()
	request, err := http.NewRequest(method, address, strings.NewReader(form.Encode()))
	if err != nil {
		r.t.Fatal(err)
	}
	if form != nil {
		request.Header.Set("Content-Type", "application/x-www-form-urlencoded")
	}
	for i := 0; i+1 < len(header); i += 2 {
		request.Header.Set(header[i], header[i+1])
	}
	return r.send(b, request)
}

// request is an authorization request, honest but for what changes; what is "-" is left out.
func (r *rig) request(change ...string) string {
	q := url.Values{
		"client_id": {idp.ClientPSC}, "redirect_uri": {callback}, "response_type": {"code"}, "scope": {"openid profile email"}, "state": {"etat"},
		"nonce": {"nonce-" + bench.NewSecret()[:8]}, "code_challenge": {challenged(verifier)}, "code_challenge_method": {"S256"},
	}
	for i := 0; i+1 < len(change); i += 2 {
		q.Set(change[i], change[i+1])
		if change[i+1] == "-" {
			q.Del(change[i])
		}
	}
	return r.at("authorization_endpoint") + "?" + q.Encode()
}

var hidden = regexp.MustCompile(`<input type="hidden" name="([^"]*)" value="([^"]*)">`)

// filled is the form of a page with a field of that name, filled in.
func filled(p page, field string, values ...string) url.Values {
	for _, part := range strings.Split(string(p.body), "<form") {
		if !strings.Contains(part, `name="`+field+`"`) {
			continue
		}
		form := url.Values{}
		for _, m := range hidden.FindAllStringSubmatch(part, -1) {
			form.Set(html.UnescapeString(m[1]), html.UnescapeString(m[2]))
		}
		for i := 0; i+1 < len(values); i += 2 {
			form.Set(values[i], values[i+1])
		}
		return form
	}
	return nil
}

// person is one of the sample.
func person(login string) idp.Person {
	for _, p := range idp.Persons() {
		if strings.HasPrefix(p.Login, login) {
			return p
		}
	}
	panic("no person " + login)
}

// fill logs a person in on the page at hand, by card if she has one, else by password and code; the page that comes of it.
func (r *rig) fill(b *http.Client, p page, who idp.Person) page {
	r.t.Helper()
	to := r.Issuer() + "/connexion"
	if who.PIN != "" {
		form := filled(p, "carte", "carte", who.Login)
		if form == nil {
			return p
		}
		return r.visit(b, http.MethodPost, to, filled(r.visit(b, http.MethodPost, to, form), "pin", "pin", who.PIN))
	}
	form := filled(p, "identifiant", "identifiant", who.Login, "secret", who.Secret)
	if form == nil {
		return p
	}
	p = r.visit(b, http.MethodPost, to, form)
	if form = filled(p, "code"); form == nil || who.TOTP == "" {
		return p
	}
	form.Set("code", who.CodeAt(r.now()))
	return r.visit(b, http.MethodPost, to, form)
}

// in opens a request and logs a person in, if she is asked; asked tells whether she was.
func (r *rig) in(b *http.Client, who idp.Person, change ...string) (back url.Values, asked bool) {
	r.t.Helper()
	p := r.visit(b, http.MethodGet, r.request(change...), nil)
	if p.back() == nil {
		asked = true
		p = r.fill(b, p, who)
	}
	if p.back() == nil || !strings.HasPrefix(p.back().String(), callback) {
		return url.Values{}, asked
	}
	return p.back().Query(), asked
}

// exchange gives a code back as Pro Santé Connect with its secret, changed.
func (r *rig) exchange(code string, change ...string) page {
	r.t.Helper()
	return r.redeem(r.browser(""), code, append([]string{"Authorization", basic(idp.ClientPSC, "secret-test-psc")}, change...)...)
}

// redeem gives a code back over a connection.
func (r *rig) redeem(b *http.Client, code string, change ...string) page {
	r.t.Helper()
	form := url.Values{"grant_type": {"authorization_code"}, "code": {code}, "redirect_uri": {callback}, "code_verifier": {verifier}}
	header := []string{}
	for i := 0; i+1 < len(change); i += 2 {
		switch {
		case change[i] == "Authorization":
			header = append(header, change[i], change[i+1])
		case change[i+1] == "-":
			form.Del(change[i])
		default:
			form.Set(change[i], change[i+1])
		}
	}
	return r.visit(b, http.MethodPost, r.at("token_endpoint"), form, header...)
}

// login is what a whole login tells: the claims of the ID token, as they are written.
type login struct {
	claims, header map[string]any
	id, access     string
	asked          bool
	page           page
}

// text is a claim that is a text.
func (l login) text(name string) string {
	s, _ := l.claims[name].(string)
	return s
}

// instant is a claim that is a number of seconds; zero when it is none.
func (l login) instant(name string) time.Time {
	n, _ := l.claims[name].(json.Number)
	seconds, err := n.Int64()
	if err != nil {
		return time.Time{}
	}
	return time.Unix(seconds, 0)
}

// log makes a whole login of a person in a browser.
func (r *rig) log(b *http.Client, who idp.Person, change ...string) login {
	r.t.Helper()
	back, asked := r.in(b, who, change...)
	p := r.exchange(back.Get("code"))
	l := login{asked: asked, page: p, id: p.text("id_token"), access: p.text("access_token"), claims: map[string]any{}}
	if t, err := jws.Parse(l.id); err == nil {
		l.claims, l.header = t.Claims, t.Header
	}
	return l
}
