package psc_test

import (
	"net/http"
	"net/url"
	"strings"
	"testing"
	"time"

	"etalon/internal/jws"
	"etalon/internal/oidc"
	"etalon/stubs/psc"
)

// code logs the first person in and returns a code.
func (r *rig) code(change map[string]string) string {
	r.t.Helper()
	return r.logIn(r.query(change), "899700000017", "secret-test-un").Get("code")
}

func redeeming(code string) url.Values {
	return url.Values{"grant_type": {oidc.GrantCode}, "code": {code}, "redirect_uri": {callback}}
}

func TestCodesAreTakenOnceByTheirClient(t *testing.T) {
	r := start(t, func(c *psc.Config) {
		c.Clients = append(psc.Clients(), psc.Client{ID: "autre", Secret: "s"})
	})
	const verifier, challenge = "dBjftJeZ4CVP-mB92K27uhbUJU1p1r_wW1gFWFOEjXk", "E9Melhoa2OwvFrEMTJguCHaoeK1t8URWbuGJSstw-cM"
	proof := map[string]string{"code_challenge": challenge, "code_challenge_method": "S256"}
	with := func(form url.Values, name, value string) url.Values {
		form.Set(name, value)
		return form
	}
	for name, form := range map[string]url.Values{
		"another redirect":    with(redeeming(r.code(nil)), "redirect_uri", "http://localhost/callback"),
		"no verifier":         redeeming(r.code(proof)),
		"another verifier":    with(redeeming(r.code(proof)), "code_verifier", strings.Repeat("a", 43)),
		"a verifier too many": with(redeeming(r.code(nil)), "code_verifier", verifier),
		"no code":             {"grant_type": {oidc.GrantCode}},
	} {
		if g := r.ask(form); g.status != 400 || g.text("error") != oidc.InvalidGrant {
			t.Errorf("%s: %d %s", name, g.status, g.body)
		}
		if form.Get("code") != "" { // a code is tried once
			if g := r.ask(with(redeeming(form.Get("code")), "code_verifier", verifier)); g.status != 400 {
				t.Errorf("%s: the code is good afterwards", name)
			}
		}
	}
	if g := r.post(r.Discovery().Token, "autre", "s", redeeming(r.code(nil))); g.text("error") != oidc.InvalidGrant {
		t.Errorf("another client: %s", g.body)
	}
	late := r.code(nil)
	r.clock.Advance(time.Minute)
	if g := r.ask(redeeming(late)); g.text("error") != oidc.InvalidGrant {
		t.Errorf("after a minute: %s", g.body)
	}
	once := with(redeeming(r.code(proof)), "code_verifier", verifier)
	first := r.ask(once)
	if first.status != 200 || first.object["expires_in"] != 120.0 || first.object["refresh_expires_in"] != 1800.0 || first.header.Get("Cache-Control") != "no-store" {
		t.Fatalf("with the right verifier: %d %s", first.status, first.body)
	}
	if r.introspect(first.text("access_token")).object["active"] != true {
		t.Error("what the code gave is not alive")
	}
	if g := r.ask(once); g.text("error") != oidc.InvalidGrant {
		t.Errorf("a second time: %s", g.body)
	}
	if r.introspect(first.text("access_token")).object["active"] != false || r.introspect(first.text("refresh_token")).object["active"] != false {
		t.Error("what a code gave outlives its second use")
	}
}

func TestRefreshLivesHalfAnHour(t *testing.T) {
	r := start(t)
	renew := func(token string) got {
		return r.ask(url.Values{"grant_type": {oidc.GrantRefresh}, "refresh_token": {token}})
	}
	tokens := r.ask(redeeming(r.code(nil)))
	for range 8 { // each time just before its end: four hours
		r.clock.Advance(29 * time.Minute)
		if tokens = renew(tokens.text("refresh_token")); tokens.status != 200 {
			t.Fatalf("before its end: %s", tokens.body)
		}
	}
	r.clock.Advance(20 * time.Minute)
	if g := renew(tokens.text("refresh_token")); g.text("error") != oidc.InvalidGrant {
		t.Errorf("after the four hours of the session: %s", g.body)
	}
	tokens = r.ask(redeeming(r.code(map[string]string{"prompt": "login"})))
	for name, form := range map[string]url.Values{
		"an access token": {"refresh_token": {tokens.text("access_token")}}, "none": {}, "one without grant": {"refresh_token": {r.mint(psc.Order{Kind: oidc.TypeRefresh}).Token}},
	} {
		form.Set("grant_type", oidc.GrantRefresh)
		if g := r.ask(form); g.text("error") != oidc.InvalidGrant {
			t.Errorf("%s: %s", name, g.body)
		}
	}
	if g := r.ask(url.Values{"grant_type": {oidc.GrantRefresh}, "refresh_token": {tokens.text("refresh_token")}, "scope": {"openid referentiel"}}); g.text("error") != oidc.InvalidScope {
		t.Errorf("more scope: %s", g.body)
	}
	if g := r.post(r.Discovery().Token, psc.OperatorClient, operatorSecret, url.Values{"grant_type": {oidc.GrantRefresh}, "refresh_token": {tokens.text("refresh_token")}}); g.text("error") != oidc.InvalidGrant {
		t.Errorf("by another client: %s", g.body)
	}
	r.clock.Advance(31 * time.Minute)
	if g := renew(tokens.text("refresh_token")); g.text("error") != oidc.InvalidGrant {
		t.Errorf("after half an hour: %s", g.body)
	}
}

func TestRevocation(t *testing.T) {
	r := start(t)
	revoke := func(id, secret, token string) got {
		return r.post(r.Discovery().Revocation, id, secret, url.Values{"token": {token}})
	}
	tokens := r.ask(redeeming(r.code(nil)))
	access, refresh := tokens.text("access_token"), tokens.text("refresh_token")
	if g := revoke(psc.OperatorClient, operatorSecret, access); g.text("error") != oidc.InvalidToken {
		t.Errorf("by another client: %d %s", g.status, g.body)
	}
	if g := revoke(psc.MailClient, mailSecret, "inconnu"); g.status != 200 {
		t.Errorf("of an unknown token: %d", g.status)
	}
	if g := revoke(psc.MailClient, mailSecret, access); g.status != 200 || r.introspect(access).object["active"] != false || r.introspect(refresh).object["active"] != true {
		t.Errorf("of the access token: %d", g.status)
	}
	next := r.ask(url.Values{"grant_type": {oidc.GrantRefresh}, "refresh_token": {refresh}})
	if g := revoke(psc.MailClient, mailSecret, next.text("refresh_token")); g.status != 200 || r.introspect(next.text("access_token")).object["active"] != false {
		t.Errorf("of the refresh token, which ends its session: %d", g.status)
	}
	for name, form := range map[string]url.Values{"no token": {}, "no client": nil} {
		id := psc.MailClient
		if form == nil {
			id = ""
		}
		if g := r.post(r.Discovery().Revocation, id, mailSecret, form); g.status < 400 {
			t.Errorf("%s: %d", name, g.status)
		}
	}
}

func TestUserInfo(t *testing.T) {
	r := start(t)
	info := func(token string) got {
		return r.get(r.Discovery().UserInfo, http.Header{"Authorization": {"Bearer " + token}})
	}
	if g := info(r.mint(psc.Order{IdNat: "899700000025"}).Token); g.text("SubjectNameID") != "899700000025" || g.text("given_name") != "Bruno" {
		t.Errorf("of the second person: %s", g.body)
	}
	if g := info(r.mint(psc.Order{IdNat: "899799999999"}).Token); g.text("preferred_username") != "899799999999" {
		t.Errorf("of somebody who cannot log in: %s", g.body)
	}
	for name, token := range map[string]string{"refresh": r.mint(psc.Order{Kind: oidc.TypeRefresh}).Token, "rogue": r.mint(psc.Order{Fault: "psctoken-key-rogue"}).Token, "none": ""} {
		if g := info(token); g.status != 401 || !strings.Contains(g.header.Get("WWW-Authenticate"), "invalid_token") {
			t.Errorf("%s: %d", name, g.status)
		}
	}
	token := r.mint(psc.Order{}).Token
	if g := r.post(r.Discovery().UserInfo, "", "", url.Values{"access_token": {token}}); g.status != 200 {
		t.Errorf("in a form: %d", g.status)
	}
	if g := r.get(r.Discovery().UserInfo+"?access_token="+token, nil); g.status != 401 {
		t.Errorf("in the address: %d", g.status)
	}
}

func TestEveryPartOfATokenMayBeOrdered(t *testing.T) {
	r := start(t)
	m := r.mint(psc.Order{Client: "autre-lps", Scope: "openid", Lifetime: 7, Shape: psc.Shape{
		Claims: map[string]any{"aud": "quelqu'un", "acr": nil, "cnf": map[string]any{"x5t#S256": "x"}}, Header: map[string]any{"typ": "at+jwt", "kid": nil},
	}})
	token, err := jws.Parse(m.Token)
	if err != nil {
		t.Fatal(err)
	}
	_, level := token.Claims["acr"]
	_, kid := token.Header["kid"]
	if token.Claims["aud"] != "quelqu'un" || level || kid || token.Header["typ"] != "at+jwt" || token.Claims["azp"] != "autre-lps" || token.Claims["scope"] != "openid" {
		t.Errorf("minted %v %v", token.Header, token.Claims)
	}
	r.clock.Advance(7 * time.Second)
	if r.introspect(m.Token).object["active"] != false {
		t.Error("it outlives the life that was ordered")
	}
	for name, o := range map[string]psc.Order{
		"kind": {Kind: "Opaque"}, "key": {Shape: psc.Shape{Key: "autre"}}, "algorithm": {Shape: psc.Shape{Algorithm: "RS512"}}, "fault": {Fault: "autre"},
		"retired key": {Shape: psc.Shape{Key: psc.KeyRetired}}, "retired fault": {Fault: "psctoken-key-retired"},
		"key of a seal": {Shape: psc.Shape{Key: "autre", Algorithm: "HS256"}}, "claim": {Shape: psc.Shape{Claims: map[string]any{"a": func() {}}}},
	} {
		if m, err := r.Mint(o); err == nil {
			t.Errorf("another %s: %s", name, m.Token)
		}
	}
}

func TestKeysRotate(t *testing.T) {
	r := start(t)
	sound := func(token string) bool { return len(oidc.Verify(token, r.local()).Findings) == 0 }
	first, second := r.mint(psc.Order{}).Token, r.mint(psc.Order{Shape: psc.Shape{Key: psc.KeySecond}}).Token
	if !sound(first) || !sound(second) || len(r.Keys()) != 2 {
		t.Fatal("two keys are published, and both are good")
	}
	kid, err := r.Rotate(jws.ES256)
	if err != nil {
		t.Fatal(err)
	}
	fresh := r.mint(psc.Order{})
	if fresh.Header["kid"] != kid || fresh.Header["alg"] != jws.ES256 || !sound(fresh.Token) || !sound(first) || sound(second) || len(r.Keys()) != 2 {
		t.Errorf("after a rotation: new %t, first %t, second %t", sound(fresh.Token), sound(first), sound(second))
	}
	if r.introspect(fresh.Token).object["active"] != true || r.introspect(second).object["active"] != false {
		t.Error("introspection knows other keys than those that are published")
	}
	if sound(r.mint(psc.Order{Fault: "psctoken-key-retired"}).Token) {
		t.Error("a retired key is good")
	}
	if _, err := r.Rotate("RS512"); err == nil {
		t.Error("a key of another algorithm is made")
	}
	published := r.get(r.Discovery().JWKS, nil)
	if keys, err := oidc.ReadJWKS(published.body); err != nil || len(keys) != 2 || keys[0].ID != kid {
		t.Errorf("published: %s", published.body)
	}
}

// A token that is ordered of the second key keeps the fault that was ordered with it.
func TestFaultsOfTheSecondKey(t *testing.T) {
	r := start(t)
	for _, fault := range []string{"", "psctoken-kid-unknown", "psctoken-key-rogue", "psctoken-signature-flipped", "psctoken-algorithm-none", "psctoken-payload-altered"} {
		made := r.mint(psc.Order{Fault: fault, Shape: psc.Shape{Key: psc.KeySecond}})
		if sound := len(oidc.Verify(made.Token, r.local()).Findings) == 0; sound != (fault == "") {
			t.Errorf("%q: sound %t", fault, sound)
		}
	}
}
