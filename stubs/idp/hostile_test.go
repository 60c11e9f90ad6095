package idp_test

import (
	"net/http"
	"net/http/httptest"
	"net/url"
	"strings"
	"testing"
	"time"

	"etalon/internal/oidc"
	"etalon/stubs/idp"
)

// TestCodesOfTheMoment are those of RFC 6238 (appendix B), cut to six digits, and go with a password once.
func TestCodesOfTheMoment(t *testing.T) {
	who := idp.Person{Login: "x", Secret: "s", TOTP: "GEZDGNBVGY3TQOJQGEZDGNBVGY3TQOJQ"}
	for at, want := range map[int64]string{59: "287082", 1111111109: "081804", 1111111111: "050471", 1234567890: "005924", 2000000000: "279037", 20000000000: "353130"} {
		if got := who.CodeAt(time.Unix(at, 0)); got != want {
			t.Errorf("at %d: %s, want %s", at, got, want)
		}
	}
}

func TestSecondFactorWaitsOnce(t *testing.T) {
	r := start(t)
	b, bruno := r.browser(""), person("bruno")
	to := r.Issuer() + "/connexion"
	second := func() url.Values {
		p := r.visit(b, http.MethodGet, r.request(), nil)
		return filled(r.visit(b, http.MethodPost, to, filled(p, "identifiant", "identifiant", bruno.Login, "secret", bruno.Secret)), "code")
	}
	form := second()
	form.Set("code", bruno.CodeAt(r.now().Add(-time.Minute)))
	if p := r.visit(b, http.MethodPost, to, form); p.status != http.StatusUnauthorized {
		t.Errorf("an old code: %d", p.status)
	}
	form.Set("code", bruno.CodeAt(r.now()))
	if p := r.visit(b, http.MethodPost, to, form); p.status != http.StatusForbidden {
		t.Errorf("the same step again: %d", p.status)
	}
	form = second()
	r.bench.Clock.Advance(6 * time.Minute)
	form.Set("code", bruno.CodeAt(r.now()))
	if p := r.visit(b, http.MethodPost, to, form); p.status != http.StatusForbidden {
		t.Errorf("a step of six minutes: %d", p.status)
	}
	form = second()
	form.Set("code", bruno.CodeAt(r.now().Add(30*time.Second)))
	if p := r.visit(b, http.MethodPost, to, form); p.back() == nil || p.back().Query().Get("code") == "" {
		t.Errorf("the next code: %d", p.status)
	}
}

// TestUnknownCardIsAskedForItsPIN tells nobody which cards there are.
func TestUnknownCardIsAskedForItsPIN(t *testing.T) {
	r := start(t)
	b := r.browser("")
	to := r.Issuer() + "/connexion"
	p := r.visit(b, http.MethodPost, to, filled(r.visit(b, http.MethodGet, r.request(), nil), "carte", "carte", "inconnue@test.invalid"))
	form := filled(p, "pin", "pin", "")
	if form == nil {
		t.Fatalf("%d", p.status)
	}
	if p := r.visit(b, http.MethodPost, to, form); p.status != http.StatusUnauthorized {
		t.Errorf("%d", p.status)
	}
}

func TestPersonRefuses(t *testing.T) {
	r := start(t)
	b := r.browser("")
	p := r.visit(b, http.MethodGet, r.request(), nil)
	p = r.visit(b, http.MethodPost, r.Issuer()+"/connexion", filled(p, "refus", "refus", "oui"))
	if p.back() == nil || p.back().Query().Get("error") != oidc.AccessDenied || p.back().Query().Get("state") != "etat" {
		t.Errorf("%d %v", p.status, p.back())
	}
}

func TestLogoutAsksWithoutHint(t *testing.T) {
	r := start(t)
	b := r.browser("")
	l := r.log(b, person("anne"))
	p := r.visit(b, http.MethodGet, r.at("end_session_endpoint"), nil)
	if p.status != http.StatusOK || r.silent(b) != "code" {
		t.Fatalf("%d, and the session is %s", p.status, r.silent(b))
	}
	form := filled(p, "suite", "suite", "oui")
	forged := url.Values{"suite": {"oui"}}
	if p := r.visit(b, http.MethodPost, r.at("end_session_endpoint"), forged); p.status != http.StatusOK || r.silent(b) != "code" {
		t.Errorf("a forged form: %d", p.status)
	}
	if p := r.visit(b, http.MethodPost, r.at("end_session_endpoint"), form); p.status != http.StatusOK || r.silent(b) != oidc.LoginRequired {
		t.Errorf("confirmed: %d", p.status)
	}
	if p := r.visit(b, http.MethodGet, r.at("userinfo_endpoint"), nil, "Authorization", "Bearer "+l.access); p.status != http.StatusUnauthorized {
		t.Errorf("the token lives on: %d", p.status)
	}
	if p := r.visit(b, http.MethodGet, r.at("end_session_endpoint")+"?client_id=autre&id_token_hint="+l.id, nil); p.status != http.StatusBadRequest {
		t.Errorf("a hint of another client: %d", p.status)
	}
}

func TestDeskIsOfThisMachine(t *testing.T) {
	r := start(t)
	for path, body := range map[string]string{"/rename-user": `{"user":"personne"}`, "/recreate-user": `{"user":"personne"}`, "/rename-user ": ``} {
		if w := deskOf(r, http.MethodPost, strings.TrimSpace(path), body); w.Code != http.StatusConflict {
			t.Errorf("%s %s: %d", path, body, w.Code)
		}
	}
	if w := deskOf(r, http.MethodPost, "/rename-user", `{"user":"`+person("anne").Login+`","family_name":"TEST-AUTRE","email":"autre@hopital-un.test.invalid"}`); w.Code != http.StatusNoContent {
		t.Fatalf("%d %s", w.Code, w.Body)
	}
	if l := r.log(r.browser(""), person("anne")); l.text("family_name") != "TEST-AUTRE" || l.text("email") != "autre@hopital-un.test.invalid" {
		t.Errorf("%v", l.claims)
	}
	if w := deskOf(r, http.MethodPost, "/clock", "2030-01-01T00:00:00Z"); w.Code != http.StatusNoContent || r.now().Year() != 2030 {
		t.Errorf("clock: %d, %s", w.Code, r.now())
	}
	request := httptest.NewRequest(http.MethodPost, "http://127.0.0.1/clock", nil)
	request.RemoteAddr = "192.0.2.1:1"
	w := httptest.NewRecorder()
	if r.Desk().ServeHTTP(w, request); w.Code != http.StatusForbidden {
		t.Errorf("from elsewhere: %d", w.Code)
	}
}

// TestHostileRequests sends what no sound program sends: each is refused, and the provider goes on.
func TestHostileRequests(t *testing.T) {
	r := start(t)
	b := r.browser("")
	big := strings.Repeat("a", oidc.MaxForm)
	for name, p := range map[string]page{
		"a state twice":        r.visit(b, http.MethodGet, r.request()+"&state=x", nil),
		"a query of nothing":   r.visit(b, http.MethodGet, r.at("authorization_endpoint")+"?%zz", nil),
		"a large form":         r.visit(b, http.MethodPost, r.at("authorization_endpoint"), url.Values{"state": {big}}),
		"a large login":        r.visit(b, http.MethodPost, r.Issuer()+"/connexion", url.Values{"identifiant": {big}}),
		"a login of nobody":    r.visit(b, http.MethodPost, r.Issuer()+"/connexion", url.Values{}),
		"a large token form":   r.visit(b, http.MethodPost, r.at("token_endpoint"), url.Values{"code": {big}}),
		"an empty form":        r.visit(b, http.MethodPost, r.at("token_endpoint"), url.Values{}),
		"another type":         r.visit(b, http.MethodPost, r.at("token_endpoint"), nil, "Content-Type", "application/json"),
		"a grant of nothing":   r.redeem(b, "x", "grant_type", "-", "Authorization", basic(idp.ClientPSC, "secret-test-psc")),
		"a password grant":     r.redeem(b, "x", "grant_type", "password", "Authorization", basic(idp.ClientPSC, "secret-test-psc")),
		"two proofs":           r.redeem(b, "x", "client_secret", "y", "Authorization", basic(idp.ClientPSC, "secret-test-psc")),
		"an assertion too":     r.redeem(b, "x", "client_assertion", "a.b.c", "Authorization", basic(idp.ClientPSC, "secret-test-psc")),
		"no assertion":         r.redeem(b, "x", "client_assertion", "a.b.c", "client_assertion_type", oidc.AssertionType),
		"a hint of a megabyte": r.visit(b, http.MethodPost, r.at("end_session_endpoint"), url.Values{"id_token_hint": {big}}),
		"another method":       r.visit(b, http.MethodDelete, r.at("token_endpoint"), nil),
	} {
		if p.status < 400 || p.status >= 500 || strings.Contains(string(p.body), "goroutine") {
			t.Errorf("%s: %d %.200s", name, p.status, p.body)
		}
	}
	p := r.visit(b, http.MethodGet, r.request("login_hint", `"><script>alert(1)</script>`, "state", `"><b>`), nil)
	if p.status != http.StatusOK || strings.Contains(string(p.body), "<script") || strings.Contains(string(p.body), "<b>\"") {
		t.Errorf("markup in parameters: %d", p.status)
	}
	if l := r.log(r.browser(""), person("anne")); l.id == "" {
		t.Error("the provider is down")
	}
}

// TestFormsOfOtherSitesLogNobodyIn sends a genuine form as a page of another site makes a browser do.
func TestFormsOfOtherSitesLogNobodyIn(t *testing.T) {
	r := start(t)
	b := r.browser("")
	form := filled(r.visit(b, http.MethodGet, r.request(), nil), "carte", "carte", person("anne").Login)
	for _, header := range [][]string{{"Origin", "https://attaquant.test.invalid"}, {"Sec-Fetch-Site", "cross-site"}} {
		if p := r.visit(b, http.MethodPost, r.Issuer()+"/connexion", form, header...); p.status != http.StatusForbidden {
			t.Errorf("%v: %d", header, p.status)
		}
	}
	if p := r.visit(b, http.MethodPost, r.Issuer()+"/connexion", form, "Origin", "https://"+r.Address()); filled(p, "pin") == nil {
		t.Errorf("from the page itself: %d", p.status)
	}
}
