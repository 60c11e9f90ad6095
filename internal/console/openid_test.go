package console_test

import (
	"crypto/ecdsa"
	"crypto/elliptic"
	"crypto/rand"
	"crypto/sha256"
	"encoding/base64"
	"encoding/json"
	"io"
	"maps"
	"net/http"
	"net/http/httptest"
	"net/url"
	"slices"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/go-jose/go-jose/v4"

	"etalon/internal/candidate"
	"etalon/internal/door"
)

// identities is a provider of OpenID Connect for tests: honest, and what each fault changes of it.
type identities struct {
	*httptest.Server
	key *ecdsa.PrivateKey

	mu     sync.Mutex
	asked  url.Values // the last request of a login
	proofs []string   // how clients proved who they are
	id     map[string]any
	more   map[string]any // what UserInfo tells
	// back changes the answer by the browser, signs the token, described what the provider says of itself.
	back      func(url.Values)
	signs     func(claims map[string]any) string
	described func(map[string]any)
}

func providing(t *testing.T) *identities {
	t.Helper()
	key, err := ecdsa.GenerateKey(elliptic.P256(), rand.Reader)
	if err != nil {
		t.Fatal(err)
	}
	p := &identities{key: key, id: map[string]any{"preferred_username": "editeur-a", "groups": []string{"tous", "bac-editeurs"}}, more: map[string]any{}, back: func(url.Values) {}, described: func(map[string]any) {}}
	p.signs = func(claims map[string]any) string { return signed(t, key, claims) }
	mux := http.NewServeMux()
	mux.HandleFunc("GET /.well-known/openid-configuration", func(w http.ResponseWriter, _ *http.Request) {
		d := map[string]any{
			"issuer": p.URL, "authorization_endpoint": p.URL + "/authorize", "token_endpoint": p.URL + "/token", "jwks_uri": p.URL + "/jwks", "userinfo_endpoint": p.URL + "/userinfo",
			"id_token_signing_alg_values_supported": []string{"ES256"}, "authorization_response_iss_parameter_supported": true,
		}
		p.described(d)
		tells(w, d)
	})
	mux.HandleFunc("GET /jwks", func(w http.ResponseWriter, _ *http.Request) {
		tells(w, jose.JSONWebKeySet{Keys: []jose.JSONWebKey{{Key: key.Public(), KeyID: "k", Algorithm: "ES256", Use: "sig"}}})
	})
	mux.HandleFunc("GET /authorize", func(w http.ResponseWriter, r *http.Request) {
		p.mu.Lock()
		defer p.mu.Unlock()
		p.asked = r.URL.Query()
		q := url.Values{"code": {"un-code"}, "state": {p.asked.Get("state")}, "iss": {p.URL}}
		p.back(q)
		http.Redirect(w, r, p.asked.Get("redirect_uri")+"?"+q.Encode(), http.StatusFound)
	})
	mux.HandleFunc("POST /token", p.token)
	mux.HandleFunc("GET /userinfo", func(w http.ResponseWriter, _ *http.Request) {
		told := map[string]any{"sub": "s-1"}
		maps.Copy(told, p.more)
		tells(w, told)
	})
	p.Server = httptest.NewServer(mux)
	t.Cleanup(p.Close)
	return p
}

// token exchanges a code, once the verifier of PKCE is that of the login (RFC 7636 §4.6).
func (p *identities) token(w http.ResponseWriter, r *http.Request) {
	p.mu.Lock()
	defer p.mu.Unlock()
	id, secret, basic := r.BasicAuth()
	proof := "basic " + id + " " + secret
	if !basic {
		proof = "form " + r.PostFormValue("client_id") + " " + r.PostFormValue("client_secret")
	}
	p.proofs = append(p.proofs, proof)
	sum := sha256.Sum256([]byte(r.PostFormValue("code_verifier")))
	if r.PostFormValue("code") != "un-code" || p.asked.Get("code_challenge_method") != "S256" || base64.RawURLEncoding.EncodeToString(sum[:]) != p.asked.Get("code_challenge") || r.PostFormValue("redirect_uri") != p.asked.Get("redirect_uri") {
		w.WriteHeader(http.StatusBadRequest)
		tells(w, map[string]string{"error": "invalid_grant"})
		return
	}
	claims := map[string]any{"iss": p.URL, "aud": "etalon", "sub": "s-1", "iat": noon.Unix(), "exp": noon.Add(time.Hour).Unix(), "nonce": p.asked.Get("nonce")}
	maps.Copy(claims, p.id)
	tells(w, map[string]any{"access_token": "un-jeton", "token_type": "Bearer", "id_token": p.signs(claims)})
}

func tells(w http.ResponseWriter, object any) {
	w.Header().Set("Content-Type", "application/json")
	_ = json.NewEncoder(w).Encode(object)
}

// signed is a JWT of claims.
func signed(t *testing.T, key *ecdsa.PrivateKey, claims map[string]any) string {
	t.Helper()
	signer, err := jose.NewSigner(jose.SigningKey{Algorithm: jose.ES256, Key: jose.JSONWebKey{Key: key, KeyID: "k"}}, nil)
	if err != nil {
		t.Fatal(err)
	}
	raw, err := json.Marshal(claims)
	if err != nil {
		t.Fatal(err)
	}
	object, err := signer.Sign(raw)
	if err != nil {
		t.Fatal(err)
	}
	compact, err := object.CompactSerialize()
	if err != nil {
		t.Fatal(err)
	}
	return compact
}

// lets is the part of an access file that has people sign in at a provider.
func lets(issuer string) *candidate.OpenIDLogin {
	return &candidate.OpenIDLogin{
		Issuer: issuer, ClientID: "etalon", Secret: "un secret", Scopes: []string{"openid", "profile"}, Name: "preferred_username", Rank: "groups",
		Ranks: map[string][]string{"operator": {"bac-exploitants"}, "auditor": {"bac-auditeurs"}, "vendor": {"bac-editeurs"}},
	}
}

// journey goes to the provider and back, as a browser, and returns the last answer of the console.
func (d *gated) journey(t *testing.T, client *http.Client, back string) (*http.Response, string) {
	t.Helper()
	at := d.URL + "/login/openid?back=" + url.QueryEscape(back)
	for range 3 {
		q, err := http.NewRequestWithContext(t.Context(), http.MethodGet, at, nil)
		if err != nil {
			t.Fatal(err)
		}
		q.Header.Set("Sec-Fetch-Site", "cross-site")
		a, err := client.Do(q)
		if err != nil {
			t.Fatal(err)
		}
		defer a.Body.Close()
		next := a.Header.Get("Location")
		if ours := strings.HasPrefix(at, d.URL); ours && !strings.HasPrefix(next, "http://") {
			raw, err := io.ReadAll(a.Body)
			if err != nil {
				t.Fatal(err)
			}
			return a, string(raw)
		}
		at = next
	}
	t.Fatal("the journey does not end")
	return nil, ""
}

func TestOpenIDSignIn(t *testing.T) {
	for name, c := range map[string]struct {
		change func(*identities, *candidate.OpenIDLogin)
		person door.Person
		proof  string
	}{
		"a vendor": {func(*identities, *candidate.OpenIDLogin) {}, door.Person{Name: "editeur-a", Rank: door.Vendor}, "basic etalon un+secret"},
		"the highest rank": {func(p *identities, _ *candidate.OpenIDLogin) {
			p.id["groups"] = []string{"bac-editeurs", "bac-exploitants", "bac-auditeurs"}
		}, door.Person{Name: "editeur-a", Rank: door.Operator}, "basic etalon un+secret"},
		"by UserInfo": {func(p *identities, o *candidate.OpenIDLogin) {
			p.id, p.more = map[string]any{}, map[string]any{"realm": map[string]any{"roles": "bac-auditeurs"}, "preferred_username": "Aude Iteuse"}
			o.Rank = "realm.roles"
		}, door.Person{Name: "Aude Iteuse", Rank: door.Auditor}, "basic etalon un+secret"},
		"by a form": {func(p *identities, _ *candidate.OpenIDLogin) {
			p.described = func(d map[string]any) {
				d["token_endpoint_auth_methods_supported"] = []string{"client_secret_post"}
			}
		}, door.Person{Name: "editeur-a", Rank: door.Vendor}, "form etalon un secret"},
		"a public client": {func(_ *identities, o *candidate.OpenIDLogin) { o.Secret = "" }, door.Person{Name: "editeur-a", Rank: door.Vendor}, "form etalon "},
		"an older provider": {func(p *identities, _ *candidate.OpenIDLogin) {
			p.back = func(q url.Values) { q.Del("iss") }
			p.described = func(d map[string]any) { delete(d, "authorization_response_iss_parameter_supported") }
		}, door.Person{Name: "editeur-a", Rank: door.Vendor}, "basic etalon un+secret"},
	} {
		p := providing(t)
		d := closed(t, func(a *candidate.Admission) {
			a.OpenID = lets(p.URL)
			c.change(p, a.OpenID)
		})
		client := d.browser(t)
		a, body := d.journey(t, client, "/faults?q=a")
		if a.StatusCode != http.StatusSeeOther || a.Header.Get("Location") != "/faults?q=a" || session(a) == nil {
			t.Errorf("%s: %d %v %s", name, a.StatusCode, a.Header, body)
			continue
		}
		told := d.told.All()
		if len(told) != 1 || told[0].What != door.SignedIn || told[0].Person != c.person || !slices.Equal(p.proofs, []string{c.proof}) {
			t.Errorf("%s: told %+v, proofs %q", name, told, p.proofs)
		}
		if q := p.asked; q.Get("response_type") != "code" || q.Get("scope") != "openid profile" || len(q.Get("state")) != 43 || len(q.Get("nonce")) != 43 || q.Get("state") == q.Get("nonce") || q.Get("redirect_uri") != d.URL+"/login/return" {
			t.Errorf("%s: asked %v", name, q)
		}
		if a, _ := d.ask(t, client, http.MethodGet, "/exchanges", "", page); a.StatusCode != http.StatusOK {
			t.Errorf("%s: then %d", name, a.StatusCode)
		}
	}
}

func TestOpenIDFaults(t *testing.T) {
	other, err := ecdsa.GenerateKey(elliptic.P256(), rand.Reader)
	if err != nil {
		t.Fatal(err)
	}
	for name, c := range map[string]struct {
		change func(*identities)
		says   string
	}{
		"another nonce":        {func(p *identities) { p.id["nonce"] = "x" }, "sa réponse n&#39;est pas sûre"},
		"no nonce":             {func(p *identities) { p.id["nonce"] = "" }, "sa réponse n&#39;est pas sûre"},
		"another issuer":       {func(p *identities) { p.id["iss"] = "https://attacker.test" }, "sa réponse n&#39;est pas sûre"},
		"another audience":     {func(p *identities) { p.id["aud"] = "autre" }, "sa réponse n&#39;est pas sûre"},
		"two audiences":        {func(p *identities) { p.id["aud"] = []string{"etalon", "autre"} }, "sa réponse n&#39;est pas sûre"},
		"made for another":     {func(p *identities) { p.id["azp"] = "autre" }, "sa réponse n&#39;est pas sûre"},
		"expired":              {func(p *identities) { p.id["exp"] = noon.Add(-time.Hour).Unix() }, "sa réponse n&#39;est pas sûre"},
		"another access token": {func(p *identities) { p.id["at_hash"] = "AAAAAAAAAAAAAAAAAAAAAA" }, "sa réponse n&#39;est pas sûre"},
		"another key":          {func(p *identities) { p.signs = func(c map[string]any) string { return signed(t, other, c) } }, "sa réponse n&#39;est pas sûre"},
		"unsigned": {func(p *identities) {
			p.signs = func(c map[string]any) string {
				raw, _ := json.Marshal(c)
				return base64.RawURLEncoding.EncodeToString([]byte(`{"alg":"none"}`)) + "." + base64.RawURLEncoding.EncodeToString(raw) + "."
			}
		}, "sa réponse n&#39;est pas sûre"},
		"no ID token":           {func(p *identities) { p.signs = func(map[string]any) string { return "" } }, "sa réponse n&#39;est pas sûre"},
		"another state":         {func(p *identities) { p.back = func(q url.Values) { q.Set("state", "x") } }, "recommencez"},
		"no state":              {func(p *identities) { p.back = func(q url.Values) { q.Del("state") } }, "recommencez"},
		"an answer of another":  {func(p *identities) { p.back = func(q url.Values) { q.Set("iss", "https://attacker.test") } }, "sa réponse n&#39;est pas sûre"},
		"an answer of nobody":   {func(p *identities) { p.back = func(q url.Values) { q.Del("iss") } }, "sa réponse n&#39;est pas sûre"},
		"another code":          {func(p *identities) { p.back = func(q url.Values) { q.Set("code", "x") } }, "sa réponse n&#39;est pas sûre"},
		"a refusal":             {func(p *identities) { p.back = func(q url.Values) { q.Set("error", "access_denied"); q.Del("code") } }, "a refusé la connexion"},
		"UserInfo of another":   {func(p *identities) { delete(p.id, "groups"); p.more["sub"] = "s-2" }, "sa réponse n&#39;est pas sûre"},
		"no rank":               {func(p *identities) { p.id["groups"] = "autres" }, "aucun rang"},
		"ranks of no text":      {func(p *identities) { p.id["groups"] = []any{1, nil, map[string]any{}} }, "aucun rang"},
		"no name":               {func(p *identities) { p.id["preferred_username"] = "" }, "ne dit pas votre nom"},
		"the operators' name":   {func(p *identities) { p.id["preferred_username"] = " - " }, "ne dit pas votre nom"},
		"a name of control":     {func(p *identities) { p.id["preferred_username"] = "a\x00" }, "ne dit pas votre nom"},
		"a name without end":    {func(p *identities) { p.id["preferred_username"] = strings.Repeat("a", 101) }, "ne dit pas votre nom"},
		"a provider of another": {func(p *identities) { p.described = func(d map[string]any) { d["issuer"] = "https://attacker.test" } }, "ne répond pas"},
	} {
		p := providing(t)
		c.change(p)
		d := closed(t, func(a *candidate.Admission) { a.OpenID = lets(p.URL) })
		client := d.browser(t)
		a, body := d.journey(t, client, "/exchanges")
		if a.StatusCode != http.StatusForbidden || session(a) != nil || !strings.Contains(body, c.says) {
			t.Errorf("%s: %d %v\n%s", name, a.StatusCode, a.Header, body)
		}
		if a, _ := d.ask(t, client, http.MethodGet, "/api/values", "", nil); a.StatusCode != http.StatusUnauthorized {
			t.Errorf("%s: then %d", name, a.StatusCode)
		}
		if told := d.told.All(); len(told) != 1 || told[0].What != door.Refused || strings.Contains(told[0].Why, "un-jeton") || strings.Contains(told[0].Why, "un secret") {
			t.Errorf("%s: told %+v", name, told)
		}
	}
}

// A login serves once, in the browser that began it, and not long.
func TestOpenIDLoginsAreBound(t *testing.T) {
	p := providing(t)
	d := closed(t, func(a *candidate.Admission) { a.OpenID, a.Limits.Attempts = lets(p.URL), 100 })
	begins := func(client *http.Client) (back string) {
		t.Helper()
		a, _ := d.ask(t, client, http.MethodGet, "/login/openid", "", nil)
		answer, err := client.Get(a.Header.Get("Location"))
		if err != nil {
			t.Fatal(err)
		}
		answer.Body.Close()
		return strings.TrimPrefix(answer.Header.Get("Location"), d.URL)
	}
	enters := func(client *http.Client, back string) bool {
		t.Helper()
		a, _ := d.ask(t, client, http.MethodGet, back, "", nil)
		return session(a) != nil
	}
	client := d.browser(t)
	if back := begins(client); enters(d.browser(t), back) || !enters(client, back) || enters(client, back) {
		t.Error("a login should serve once, in its own browser")
	}
	back := begins(client)
	d.later.Store(int64(15 * time.Minute))
	if enters(client, back) {
		t.Error("it serves after a quarter of an hour")
	}
	d.later.Store(0)
	first := begins(client)
	for range 1000 {
		d.later.Add(int64(250 * time.Millisecond)) // strangers are not to ask too often
		begins(d.browser(t))
	}
	if enters(client, first) {
		t.Error("more logins than may be are under way")
	}
}

// A provider that does not answer is told, and asked again at the next login.
func TestOpenIDProviderAway(t *testing.T) {
	p := providing(t)
	issuer := p.URL
	p.Close()
	d := closed(t, func(a *candidate.Admission) { a.OpenID, a.People = lets(issuer), nil })
	a, body := d.ask(t, d.browser(t), http.MethodGet, "/login/openid", "", nil)
	if a.StatusCode != http.StatusForbidden || !strings.Contains(body, "ne répond pas") || strings.Contains(body, `name="token"`) {
		t.Errorf("%d %s", a.StatusCode, body)
	}
	if told := d.told.All(); len(told) != 1 || !strings.Contains(told[0].Why, "connection refused") {
		t.Errorf("told %+v", told)
	}
	if a, _ := d.ask(t, d.browser(t), http.MethodGet, "/login", "", nil); a.StatusCode != http.StatusOK {
		t.Errorf("the page of the login: %d", a.StatusCode)
	}
}
