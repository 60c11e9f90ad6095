package psc_test

import (
	"context"
	"errors"
	"net/http"
	"net/url"
	"strings"
	"testing"
	"time"

	coreos "github.com/coreos/go-oidc/v3/oidc"
	"golang.org/x/oauth2"

	"etalon/internal/oidc"
	"etalon/stubs/psc"
)

const callback = "http://127.0.0.1:4321/callback"

// program is a mail program that stands on libraries that know nothing of ours.
type program struct {
	*rig
	ctx      context.Context
	provider *coreos.Provider
	oauth    oauth2.Config
}

func (r *rig) program() *program {
	r.t.Helper()
	ctx := coreos.ClientContext(context.WithValue(r.t.Context(), oauth2.HTTPClient, r.http), r.http)
	provider, err := coreos.NewProvider(ctx, r.Issuer())
	if err != nil {
		r.t.Fatal(err)
	}
	return &program{r, ctx, provider, oauth2.Config{
		ClientID: psc.MailClient, ClientSecret: mailSecret, Endpoint: provider.Endpoint(), RedirectURL: callback, Scopes: []string{"openid", "scope_all"},
	}}
}

// logIn goes through the login page as a person does, and returns the parameters of the way back.
func (r *rig) logIn(address, idnat, secret string) url.Values {
	r.t.Helper()
	page := r.get(address, nil)
	if page.status == http.StatusSeeOther { // logged in already
		return r.back(page)
	}
	if page.status != http.StatusOK || !strings.Contains(string(page.body), `name="identifiant"`) {
		r.t.Fatalf("login page: %d %s", page.status, page.body)
	}
	u, err := url.Parse(address)
	if err != nil {
		r.t.Fatal(err)
	}
	form := u.Query()
	form.Set(psc.FieldName, idnat)
	form.Set(psc.FieldSecret, secret)
	return r.back(r.post(r.Discovery().Authorization, "", "", form))
}

// back reads where an answer sends the browser.
func (r *rig) back(g got) url.Values {
	r.t.Helper()
	to, err := url.Parse(g.header.Get("Location"))
	if err != nil || g.status != http.StatusSeeOther || !strings.HasPrefix(to.String(), callback) {
		r.t.Fatalf("sent to %q: %d %s", to, g.status, g.body)
	}
	return to.Query()
}

func TestAnIndependentClientLogsIn(t *testing.T) {
	r := start(t)
	p := r.program()
	verifier := oauth2.GenerateVerifier()
	address := p.oauth.AuthCodeURL("etat", oauth2.S256ChallengeOption(verifier), coreos.Nonce("nonce-1"), oauth2.SetAuthURLParam("acr_values", "eidas1"))
	back := r.logIn(address, "899700000017", "secret-test-un")
	if back.Get("state") != "etat" || back.Get("iss") != r.Issuer() {
		t.Fatalf("way back %v", back)
	}
	tokens, err := p.oauth.Exchange(p.ctx, back.Get("code"), oauth2.VerifierOption(verifier))
	if err != nil {
		t.Fatal(err)
	}
	raw, _ := tokens.Extra("id_token").(string)
	id, err := p.provider.VerifierContext(p.ctx, &coreos.Config{ClientID: psc.MailClient, Now: func() time.Time { return r.world.Now }}).Verify(p.ctx, raw)
	if err != nil {
		t.Fatal(err)
	}
	if err := id.VerifyAccessToken(tokens.AccessToken); err != nil || id.Nonce != "nonce-1" {
		t.Errorf("at_hash: %v; nonce %q", err, id.Nonce)
	}
	info, err := p.provider.UserInfo(p.ctx, oauth2.StaticTokenSource(tokens))
	if err != nil || info.Subject != id.Subject {
		t.Fatalf("userinfo %+v, %v", info, err)
	}
	if found := oidc.Verify(tokens.AccessToken, r.local()).Findings; len(found) != 0 || len(tokens.AccessToken) < 900 || len(tokens.AccessToken) > 1600 {
		t.Errorf("access token of %d octets: %v", len(tokens.AccessToken), found)
	}
	old := &oauth2.Token{RefreshToken: tokens.RefreshToken}
	fresh, err := p.oauth.TokenSource(p.ctx, old).Token()
	if err != nil || fresh.AccessToken == tokens.AccessToken || fresh.RefreshToken == tokens.RefreshToken {
		t.Fatalf("refresh: %v", err)
	}
	var refused *oauth2.RetrieveError
	if _, err := p.oauth.TokenSource(p.ctx, old).Token(); !errors.As(err, &refused) || refused.ErrorCode != oidc.InvalidGrant {
		t.Errorf("the same refresh token again: %v", err)
	}
	var claims struct {
		Logout string `json:"end_session_endpoint"`
	}
	if err := p.provider.Claims(&claims); err != nil {
		t.Fatal(err)
	}
	g := r.get(claims.Logout+"?"+url.Values{"id_token_hint": {raw}, "post_logout_redirect_uri": {"http://127.0.0.1:4321/fin"}, "state": {"adieu"}}.Encode(), nil)
	if g.status != http.StatusSeeOther || g.header.Get("Location") != "http://127.0.0.1:4321/fin?state=adieu" {
		t.Errorf("logout: %d to %s %s", g.status, g.header.Get("Location"), g.body)
	}
	if _, err := p.oauth.TokenSource(p.ctx, &oauth2.Token{RefreshToken: fresh.RefreshToken}).Token(); !errors.As(err, &refused) || refused.ErrorCode != oidc.InvalidGrant {
		t.Errorf("refresh after the logout: %v", err)
	}
	if g := r.introspect(fresh.AccessToken); g.object["active"] != false {
		t.Errorf("after the logout: %s", g.body)
	}
	if g := r.get(address+"&prompt=none", nil); r.back(g).Get("error") != oidc.LoginRequired {
		t.Errorf("after the logout the browser is still logged in: %s", g.header.Get("Location"))
	}
}

func TestSealedIDToken(t *testing.T) {
	r := start(t, func(c *psc.Config) {
		c.Clients = psc.Clients()
		c.Clients[1].Sealed = true
	})
	p := r.program()
	back := r.logIn(p.oauth.AuthCodeURL(""), "899700000033", "secret-test-trois")
	tokens, err := p.oauth.Exchange(p.ctx, back.Get("code"))
	if err != nil {
		t.Fatal(err)
	}
	raw, _ := tokens.Extra("id_token").(string)
	// go-oidc refuses HS256 on principle: the library's refusal tells that it is one.
	_, err = p.provider.VerifierContext(p.ctx, &coreos.Config{ClientID: psc.MailClient, Now: func() time.Time { return r.world.Now }}).Verify(p.ctx, raw)
	if err == nil || !strings.Contains(err.Error(), "HS256") {
		t.Errorf("ID token sealed by the client's secret: %v", err)
	}
	if g := r.get(r.Discovery().Logout+"?id_token_hint="+raw, nil); g.status != http.StatusOK || !strings.Contains(string(g.body), "déconnecté") {
		t.Errorf("logout with it: %d %s", g.status, g.body)
	}
}

// query is an authorization request, changed.
func (r *rig) query(change map[string]string) string {
	q := url.Values{"client_id": {psc.MailClient}, "redirect_uri": {callback}, "response_type": {"code"}, "scope": {"openid scope_all"}, "state": {"e"}}
	for name, value := range change {
		if value == "" {
			q.Del(name)
		} else {
			q.Set(name, value)
		}
	}
	return r.Discovery().Authorization + "?" + q.Encode()
}

func TestAuthorizationRefuses(t *testing.T) {
	r := start(t)
	for name, change := range map[string]map[string]string{
		"an unknown client": {"client_id": "inconnu"}, "another address": {"redirect_uri": "https://attaquant.test/callback"},
		"a longer path": {"redirect_uri": callback + "/x"}, "no address": {"redirect_uri": ""}, "a user in the address": {"redirect_uri": "http://x@127.0.0.1/callback"},
		"https for http": {"redirect_uri": "https://127.0.0.1/callback"}, "a query": {"redirect_uri": callback + "?a=b"},
	} {
		if g := r.get(r.query(change), nil); g.status != http.StatusBadRequest || g.header.Get("Location") != "" {
			t.Errorf("%s: %d to %q", name, g.status, g.header.Get("Location"))
		}
	}
	if g := r.get(r.query(nil)+"&scope=openid", nil); g.status != http.StatusBadRequest {
		t.Errorf("a parameter twice: %d", g.status)
	}
	for want, change := range map[string]map[string]string{
		oidc.UnsupportedResponse: {"response_type": "token"}, oidc.InvalidScope: {"scope": "scope_all"}, oidc.LoginRequired: {"prompt": "none"},
		oidc.InvalidRequest: {"code_challenge": "court"},
	} {
		back := r.back(r.get(r.query(change), nil))
		if back.Get("error") != want || back.Get("state") != "e" || back.Get("iss") != r.Issuer() || back.Has("code") {
			t.Errorf("want %s: %v", want, back)
		}
	}
	for _, change := range []map[string]string{{"request": "x"}, {"response_mode": "fragment"}, {"max_age": "-1"}, {"max_age": "hier"}, {"scope": "openid admin"}} {
		if back := r.back(r.get(r.query(change), nil)); back.Get("error") == "" {
			t.Errorf("%v: %v", change, back)
		}
	}
	form, _ := url.ParseQuery(strings.SplitN(r.query(nil), "?", 2)[1])
	form.Set(psc.FieldRefuse, "oui")
	if back := r.back(r.post(r.Discovery().Authorization, "", "", form)); back.Get("error") != oidc.AccessDenied {
		t.Errorf("who refuses: %v", back)
	}
	form.Del(psc.FieldRefuse)
	form.Set(psc.FieldName, "899700000017")
	form.Set(psc.FieldSecret, "faux")
	if g := r.post(r.Discovery().Authorization, "", "", form); g.status != http.StatusUnauthorized {
		t.Errorf("a wrong secret: %d", g.status)
	}
}

// TestFormsOfOtherSitesLogNobodyIn sends the login form, with the right secret, as a page of another site makes a browser do.
func TestFormsOfOtherSitesLogNobodyIn(t *testing.T) {
	r := start(t)
	send := func(origin, field string) got {
		form, err := url.ParseQuery(strings.SplitN(r.query(nil), "?", 2)[1])
		if err != nil {
			t.Fatal(err)
		}
		form.Set(psc.FieldSecret, "secret-test-un")
		form.Set(field, "899700000017")
		request, err := http.NewRequest(http.MethodPost, r.Discovery().Authorization, strings.NewReader(form.Encode()))
		if err != nil {
			t.Fatal(err)
		}
		request.Header.Set("Content-Type", "application/x-www-form-urlencoded")
		request.Header.Set("Origin", origin)
		g, err := r.do(r.browser(""), request)
		if err != nil {
			t.Fatal(err)
		}
		return g
	}
	for _, field := range []string{psc.FieldName, psc.FieldRefuse} {
		if g := send("https://attaquant.test", field); g.header.Get("Location") != "" || g.header.Get("Set-Cookie") != "" {
			t.Errorf("%s from another site: %d to %s", field, g.status, g.header.Get("Location"))
		}
		if g := send(strings.TrimSuffix(r.Discovery().Authorization, "/auth"), field); g.status != http.StatusSeeOther {
			t.Errorf("%s from its own page: %d", field, g.status)
		}
	}
}

func TestSessionsOfBrowsersEnd(t *testing.T) {
	r := start(t)
	in := func(change map[string]string) bool { return r.get(r.query(change), nil).status == http.StatusSeeOther }
	r.logIn(r.query(nil), "899700000017", "secret-test-un")
	if !in(nil) || in(map[string]string{"prompt": "login"}) || in(map[string]string{"max_age": "0"}) {
		t.Error("the session of the browser is not taken, or taken where a new login is wanted")
	}
	r.clock.Advance(10 * time.Minute)
	if !in(map[string]string{"max_age": "900"}) || in(map[string]string{"max_age": "300"}) {
		t.Error("max_age does not bound the age of the login")
	}
	for range 11 { // used every 20 minutes, until four hours are over
		r.clock.Advance(20 * time.Minute)
		if !in(nil) {
			t.Fatal("the session ended while it was used")
		}
	}
	if r.clock.Advance(11 * time.Minute); in(nil) {
		t.Error("the session outlives four hours")
	}
	r.logIn(r.query(nil), "899700000017", "secret-test-un")
	if r.clock.Advance(31 * time.Minute); in(nil) {
		t.Error("the session outlives its idleness")
	}
}

func TestLogoutWithoutHint(t *testing.T) {
	r := start(t)
	logout := r.Discovery().Logout
	r.logIn(r.query(nil), "899700000017", "secret-test-un")
	if g := r.get(logout, nil); !strings.Contains(string(g.body), "<form") {
		t.Errorf("the person is not asked: %s", g.body)
	}
	if g := r.get(r.query(map[string]string{"prompt": "none"}), nil); r.back(g).Get("code") == "" {
		t.Error("the question alone ended the session")
	}
	for name, query := range map[string]string{
		"a foreign hint": "?id_token_hint=abc", "an access token": "?id_token_hint=" + r.mint(psc.Order{Shape: psc.Shape{Claims: map[string]any{"aud": psc.MailClient}}}).Token,
		"a rogue hint":      "?id_token_hint=" + r.mint(psc.Order{Kind: oidc.TypeID, Shape: psc.Shape{Key: psc.KeyRogue}}).Token,
		"an address":        "?id_token_hint=" + r.mint(psc.Order{Kind: oidc.TypeID}).Token + "&post_logout_redirect_uri=https://attaquant.test/",
		"a parameter twice": "?state=a&state=b",
	} {
		if g := r.get(logout+query, nil); g.status != http.StatusBadRequest || g.header.Get("Location") != "" {
			t.Errorf("%s: %d", name, g.status)
		}
	}
	if g := r.post(logout, "", "", url.Values{"suite": {"oui"}}); !strings.Contains(string(g.body), "déconnecté") {
		t.Errorf("who says yes: %s", g.body)
	}
	if g := r.get(r.query(map[string]string{"prompt": "none"}), nil); r.back(g).Get("error") != oidc.LoginRequired {
		t.Error("the session outlives the logout")
	}
}

// TestTurns plays what goes wrong in the flow of a program under test.
func TestTurns(t *testing.T) {
	r := start(t)
	p := r.program()
	verify := func() error {
		tokens, err := p.oauth.Exchange(p.ctx, r.logIn(p.oauth.AuthCodeURL("e"), "899700000017", "secret-test-un").Get("code"))
		if err != nil {
			return err
		}
		raw, _ := tokens.Extra("id_token").(string)
		id, err := p.provider.VerifierContext(p.ctx, &coreos.Config{ClientID: psc.MailClient, Now: func() time.Time { return r.world.Now }}).Verify(p.ctx, raw)
		if err != nil {
			return err
		}
		info, err := p.provider.UserInfo(p.ctx, oauth2.StaticTokenSource(tokens))
		if err == nil && info.Subject != id.Subject {
			return errors.New("another subject in userinfo")
		}
		return err
	}
	set := func(turn psc.Turn) {
		if err := r.Turn(psc.MailClient, turn); err != nil {
			t.Fatal(err)
		}
	}
	for name, turn := range map[string]psc.Turn{
		"audience (PSC-07)":  {ID: psc.Shape{Claims: map[string]any{"aud": "autre"}}},
		"issuer (PSC-06)":    {ID: psc.Shape{Claims: map[string]any{"iss": oidc.IssuerProduction}}},
		"expired (PSC-08)":   {ID: psc.Shape{Claims: map[string]any{"exp": r.world.Now.Add(-time.Hour).Unix()}}},
		"unsigned (PSC-09)":  {ID: psc.Shape{Algorithm: "none"}},
		"rogue key (PSC-09)": {ID: psc.Shape{Key: psc.KeyRogue}},
		"subject (PSC-21)":   {UserInfo: map[string]any{"sub": "autre"}},
		"refused (PSC-19)":   {Error: oidc.InvalidGrant, Grant: oidc.GrantCode},
		"code (PSC-13)":      {Callback: map[string]any{"code": "autre"}},
	} {
		set(turn)
		if err := verify(); err == nil {
			t.Errorf("%s: the independent client noticed nothing", name)
		}
		set(psc.Turn{})
		if err := verify(); err != nil {
			t.Errorf("%s: after it: %v", name, err)
		}
	}
	set(psc.Turn{Callback: map[string]any{"state": "autre", "iss": nil}})
	if back := r.logIn(p.oauth.AuthCodeURL("e"), "899700000017", "secret-test-un"); back.Get("state") != "autre" || back.Has("iss") {
		t.Errorf("state and issuer changed (PSC-03, PSC-12): %v", back)
	}
	if r.Turn("inconnu", psc.Turn{}) == nil {
		t.Error("an unknown client has a turn")
	}
	set(psc.Turn{ID: psc.Shape{Key: "autre"}})
	if g := r.ask(url.Values{"grant_type": {oidc.GrantCode}, "code": {"x"}}); g.text("error") != oidc.InvalidGrant {
		t.Errorf("a wrong code: %s", g.body)
	}
	if err := verify(); err == nil {
		t.Error("a key that does not exist signs")
	}
}
