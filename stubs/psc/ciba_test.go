package psc_test

import (
	"net/url"
	"strings"
	"testing"
	"time"

	"etalon/internal/oidc"
	"etalon/stubs/psc"
)

// decoupled asks for a decoupled authentication of the second person, changed.
func (r *rig) decoupled(change map[string]string) got {
	r.t.Helper()
	form := url.Values{"scope": {"openid scope_all"}, "login_hint": {"899700000025"}, "binding_message": {"42"}, "acr_values": {"eidas1"}, "channel": {"MOBILE"}}
	for name, value := range change {
		form.Set(name, value)
		if value == "" {
			form.Del(name)
		}
	}
	return r.post(r.Discovery().CIBA, psc.MailClient, mailSecret, form)
}

func (r *rig) poll(id string) got {
	r.t.Helper()
	return r.ask(url.Values{"grant_type": {oidc.GrantCIBA}, "auth_req_id": {id}})
}

func TestDecoupledAuthentication(t *testing.T) {
	r := start(t)
	g := r.decoupled(nil)
	id := g.text("auth_req_id")
	if g.status != 200 || g.object["expires_in"] != 120.0 || g.object["interval"] != 5.0 || id == "" {
		t.Fatalf("%d %s", g.status, g.body)
	}
	waiting := r.Waiting()
	if len(waiting) != 1 || waiting[0].ID != id || waiting[0].IdNat != "899700000025" || waiting[0].Binding != "42" {
		t.Fatalf("waiting: %+v", waiting)
	}
	if g := r.poll(id); g.text("error") != oidc.AuthorizationPending {
		t.Errorf("before the decision: %s", g.body)
	}
	r.clock.Advance(time.Second)
	if g := r.poll(id); g.text("error") != oidc.SlowDown {
		t.Errorf("a second later: %s", g.body)
	}
	r.clock.Advance(6 * time.Second)
	if g := r.poll(id); g.text("error") != oidc.SlowDown {
		t.Errorf("six seconds later, though ten are wanted now: %s", g.body)
	}
	if err := r.Decide(id, psc.Approved); err != nil {
		t.Fatal(err)
	}
	r.clock.Advance(15 * time.Second)
	tokens := r.poll(id)
	if tokens.status != 200 || r.introspect(tokens.text("access_token")).text("SubjectNameID") != "899700000025" || tokens.text("id_token") == "" {
		t.Fatalf("after the decision: %s", tokens.body)
	}
	if g := r.poll(id); g.text("error") != oidc.InvalidGrant {
		t.Errorf("a second time: %s", g.body)
	}
	if r.Decide(id, psc.Denied) == nil || len(r.Waiting()) != 0 {
		t.Error("a request that is over still waits")
	}
}

func TestDecoupledAuthenticationFails(t *testing.T) {
	r := start(t, func(c *psc.Config) { c.Clients = append(psc.Clients(), psc.Client{ID: "autre", Secret: "s"}) })
	denied, late := r.decoupled(nil).text("auth_req_id"), r.decoupled(nil).text("auth_req_id")
	if err := r.Decide(denied, psc.Denied); err != nil {
		t.Fatal(err)
	}
	if g := r.poll(denied); g.text("error") != oidc.AccessDenied {
		t.Errorf("denied: %s", g.body)
	}
	if r.Decide(late, "peut-être") == nil {
		t.Error("another decision is taken")
	}
	if g := r.post(r.Discovery().Token, "autre", "s", url.Values{"grant_type": {oidc.GrantCIBA}, "auth_req_id": {late}}); g.text("error") != oidc.InvalidGrant {
		t.Errorf("another client: %s", g.body)
	}
	r.clock.Advance(2 * time.Minute)
	if g := r.poll(late); g.text("error") != oidc.ExpiredToken || r.Decide(late, psc.Approved) == nil {
		t.Errorf("too late: %s", g.body)
	}
	for want, change := range map[string]map[string]string{
		oidc.UnknownUser: {"login_hint": "899799999999"}, oidc.InvalidScope: {"scope": "scope_all"}, oidc.InvalidRequest: {"login_hint": ""},
		"invalid_binding_message": {"binding_message": strings.Repeat("é", 65)},
	} {
		if g := r.decoupled(change); g.status != 400 || g.text("error") != want {
			t.Errorf("%v: %d %s", change, g.status, g.body)
		}
	}
	if g := r.post(r.Discovery().CIBA, "autre", "s", url.Values{"scope": {"openid"}, "login_hint": {"899700000025"}}); g.text("error") != oidc.UnauthorizedClient {
		t.Errorf("a client for which it is not switched on: %s", g.body)
	}
	if g := r.post(r.Discovery().CIBA, "", "", url.Values{}); g.status != 401 {
		t.Errorf("nobody: %d", g.status)
	}
}
