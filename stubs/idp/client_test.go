package idp_test

import (
	"context"
	"errors"
	"net/http"
	"net/url"
	"testing"
	"time"

	coreos "github.com/coreos/go-oidc/v3/oidc"
	"golang.org/x/oauth2"

	"etalon/internal/oidc"
	"etalon/stubs/idp"
)

// TestAnIndependentClientLogsIn goes through the whole flow with libraries that know nothing of ours.
func TestAnIndependentClientLogsIn(t *testing.T) {
	r := start(t)
	link := r.browser("")
	ctx := coreos.ClientContext(context.WithValue(t.Context(), oauth2.HTTPClient, link), link)
	provider, err := coreos.NewProvider(ctx, r.Issuer())
	if err != nil {
		t.Fatal(err)
	}
	oauth := oauth2.Config{
		ClientID: idp.ClientPSC, ClientSecret: "secret-test-psc", Endpoint: provider.Endpoint(), RedirectURL: callback, Scopes: []string{"openid", "profile", "email"},
	}
	proof := oauth2.GenerateVerifier()
	address := oauth.AuthCodeURL("etat", oauth2.S256ChallengeOption(proof), coreos.Nonce("n-1"))
	b := r.browser("")
	p := r.fill(b, r.visit(b, http.MethodGet, address, nil), person("anne"))
	if p.back() == nil || p.back().Query().Get("state") != "etat" || p.back().Query().Get("iss") != r.Issuer() {
		t.Fatalf("way back %d %v", p.status, p.back())
	}
	code := p.back().Query().Get("code")
	given, err := oauth.Exchange(ctx, code, oauth2.VerifierOption(proof))
	if err != nil {
		t.Fatal(err)
	}
	raw, _ := given.Extra("id_token").(string)
	id, err := provider.VerifierContext(ctx, &coreos.Config{ClientID: idp.ClientPSC, Now: func() time.Time { return r.now() }}).Verify(ctx, raw)
	if err != nil || id.Nonce != "n-1" {
		t.Fatalf("%+v, %v", id, err)
	}
	var said struct {
		AMR      []string `json:"amr"`
		AuthTime int64    `json:"auth_time"`
		Tenant   string   `json:"tid"`
		Email    string   `json:"email"`
	}
	if err := id.Claims(&said); err != nil || len(said.AMR) != 4 || said.AuthTime != r.now().Unix() || said.Tenant != idp.EstablishmentOne || said.Email != person("anne").Login {
		t.Errorf("%+v, %v", said, err)
	}
	info, err := provider.UserInfo(ctx, oauth2.StaticTokenSource(given))
	if err != nil || info.Subject != id.Subject {
		t.Errorf("userinfo %+v, %v", info, err)
	}
	var refused *oauth2.RetrieveError
	if _, err := oauth.Exchange(ctx, code, oauth2.VerifierOption(proof)); !errors.As(err, &refused) || refused.ErrorCode != oidc.InvalidGrant {
		t.Errorf("the same code again: %v", err)
	}
	var more struct {
		Logout string `json:"end_session_endpoint"`
	}
	if err := provider.Claims(&more); err != nil {
		t.Fatal(err)
	}
	if r.silent(b) != "code" {
		t.Error("the session is not there")
	}
	p = r.visit(b, http.MethodGet, more.Logout+"?"+url.Values{"id_token_hint": {raw}, "post_logout_redirect_uri": {farewell}}.Encode(), nil)
	if p.header.Get("Location") != farewell || r.silent(b) != oidc.LoginRequired {
		t.Errorf("logout: %d to %q", p.status, p.header.Get("Location"))
	}
}

func TestKeysAreOfBothKinds(t *testing.T) {
	r := start(t)
	kinds := map[string]bool{}
	for _, k := range r.keys {
		kinds[k.Algorithm] = true
	}
	if !kinds["RS256"] || !kinds["ES256"] {
		t.Errorf("%v", kinds)
	}
}

func TestClientsAreChecked(t *testing.T) {
	for name, c := range map[string]idp.Client{
		"no name": {Secret: "x"}, "no way": {ID: "a"}, "two ways": {ID: "a", Secret: "x", Subject: "CN=x"}, "no subject": {ID: "a", Subject: "x"},
		"http": {ID: "a", Secret: "x", Redirects: []string{"http://127.0.0.1/"}}, "a fragment": {ID: "a", Secret: "x", Farewells: []string{"https://a.test/#b"}},
	} {
		if c.Check() == nil {
			t.Errorf("%s: served", name)
		}
		if _, err := idp.Start(idp.Config{Bench: shared.World(t).Bench(t), NewKey: pooled, Clients: []idp.Client{c}}); err == nil {
			t.Errorf("%s: started", name)
		}
	}
	if err := (idp.Client{ID: "a", Secret: "x", Redirects: []string{callback}}).Check(); err != nil {
		t.Error(err)
	}
}

func TestPersonsAreChecked(t *testing.T) {
	known := idp.Persons()[0]
	for name, persons := range map[string][]idp.Person{
		"no login": {{PIN: "1", Establishment: idp.EstablishmentOne}}, "no factor": {{Login: "a", Establishment: idp.EstablishmentOne}},
		"nowhere": {{Login: "a", PIN: "1"}}, "twice": {known, known}, "no base32": {{Login: "a", Secret: "x", TOTP: "0", Establishment: idp.EstablishmentOne}},
	} {
		if _, err := idp.Start(idp.Config{Bench: shared.World(t).Bench(t), NewKey: pooled, Persons: persons}); err == nil {
			t.Errorf("%s: started", name)
		}
	}
	if _, err := idp.Start(idp.Config{Bench: shared.World(t).Bench(t), NewKey: pooled, Credential: "personne/tls"}); err == nil {
		t.Error("an unknown credential is taken")
	}
	r := start(t)
	if _, err := idp.Start(idp.Config{Bench: r.bench, NewKey: pooled, Listen: r.Address()}); err == nil {
		t.Error("an address that is taken is taken")
	}
}
