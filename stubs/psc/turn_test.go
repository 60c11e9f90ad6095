package psc_test

import (
	"encoding/json"
	"net/http"
	"net/url"
	"slices"
	"testing"

	"etalon/internal/jws"
	"etalon/internal/oidc"
	"etalon/stubs/psc"
)

// A turn with a fault goes for the person whom it names, and for nobody else; the fault shows where its name says.
func TestTurnsCommitFaultsForOnePerson(t *testing.T) {
	r := start(t)
	persons := psc.Persons()
	for _, f := range slices.Concat(oidc.Faults(), oidc.Variants()) {
		if !f.OfFlow() || f.Flow.Grant == oidc.GrantCIBA || f.Flow.Grant == oidc.GrantRefresh {
			continue
		}
		if err := r.Turn(psc.MailClient, psc.Turn{IdNat: persons[0].IdNat, Fault: f.Name}); err != nil {
			t.Fatal(err)
		}
		for i, person := range persons[:2] {
			if sound, told := r.sound(person); sound != (i == 1) {
				t.Errorf("%s: the flow of person %d is sound: %t\n%s", f.Name, i, sound, told)
			}
		}
	}
}

// sound tells whether a login, the tokens that it gives and what is said of the person are those of an honest flow.
func (r *rig) sound(person psc.Person) (ok bool, told string) {
	r.t.Helper()
	back := r.back(r.post(r.Discovery().Authorization, "", "", url.Values{
		"client_id": {psc.MailClient}, "redirect_uri": {callback}, "response_type": {"code"}, "scope": {"openid scope_all"},
		"state": {"etat"}, "nonce": {"nonce-1"}, psc.FieldName: {string(person.IdNat)}, psc.FieldSecret: {person.Secret},
	}))
	given := r.ask(url.Values{"grant_type": {oidc.GrantCode}, "code": {back.Get("code")}, "redirect_uri": {callback}})
	info := r.get(r.Discovery().UserInfo, http.Header{"Authorization": {"Bearer " + given.text("access_token")}})
	id, err := jws.Parse(given.text("id_token"))
	said, malformed := oidc.ReadAccess(id.Claims)
	signed := slices.ContainsFunc(r.Keys(), func(k oidc.PublicKey) bool {
		return k.ID == id.Text("kid") && id.Text("alg") == jws.RS256 && id.SignedBy(jws.RS256, k.Key)
	})
	ok = back.Get("state") == "etat" && back.Get("iss") == r.Issuer() && given.status == http.StatusOK && err == nil && signed && len(malformed) == 0 &&
		said.Nonce == "nonce-1" && said.Issuer == r.Issuer() && id.Text("aud") == "" && id.Claims["aud"] == psc.MailClient && said.Level == "eidas3" &&
		said.Expires.After(r.world.Now) && r.world.Now.Sub(said.AuthenticatedAt) < oidc.OldLogin && said.IdNat == person.IdNat &&
		info.text("sub") == said.Subject && info.object["etalon_nombre"] == nil
	raw, _ := json.Marshal([]any{back, given.status, id.Header, id.Claims, info.object})
	return ok, string(raw)
}

// What the token endpoint refuses for one person, it gives to another.
func TestTurnsRefuseGrantsOfOnePerson(t *testing.T) {
	r := start(t)
	persons := psc.Persons()
	if err := r.Turn(psc.MailClient, psc.Turn{IdNat: persons[0].IdNat, Fault: "tokenanswer-slow-down"}); err != nil {
		t.Fatal(err)
	}
	for i, want := range []string{oidc.SlowDown, oidc.AuthorizationPending} {
		asked := r.post(r.Discovery().CIBA, psc.MailClient, mailSecret, url.Values{
			"scope": {"openid scope_all"}, "login_hint": {string(persons[i].IdNat)}, "binding_message": {"1234"},
		})
		polled := r.ask(url.Values{"grant_type": {oidc.GrantCIBA}, "auth_req_id": {asked.text("auth_req_id")}})
		if got := polled.text("error"); got != want {
			t.Errorf("poll of person %d: %q, want %q", i, got, want)
		}
	}
	if err := r.Turn(psc.MailClient, psc.Turn{IdNat: persons[1].IdNat, Fault: "tokenanswer-refresh-refused"}); err != nil {
		t.Fatal(err)
	}
	for i, want := range []int{http.StatusOK, http.StatusBadRequest} {
		given := r.ask(url.Values{"grant_type": {oidc.GrantCode}, "code": {r.codeOf(persons[i])}, "redirect_uri": {callback}})
		fresh := r.ask(url.Values{"grant_type": {oidc.GrantRefresh}, "refresh_token": {given.text("refresh_token")}})
		if given.status != http.StatusOK || fresh.status != want {
			t.Errorf("refresh of person %d: %d then %d, want 200 then %d", i, given.status, fresh.status, want)
		}
	}
}

// codeOf logs a person in and returns a code.
func (r *rig) codeOf(person psc.Person) string {
	r.t.Helper()
	return r.back(r.post(r.Discovery().Authorization, "", "", url.Values{
		"client_id": {psc.MailClient}, "redirect_uri": {callback}, "response_type": {"code"}, "scope": {"openid"},
		psc.FieldName: {string(person.IdNat)}, psc.FieldSecret: {person.Secret},
	})).Get("code")
}

func TestTurnsThatAreNone(t *testing.T) {
	r := start(t)
	for _, turn := range []psc.Turn{{Fault: "psctoken-expired-1h"}, {Fault: "callback-parfait"}} {
		if err := r.Turn(psc.MailClient, turn); err == nil {
			t.Errorf("%q is played", turn.Fault)
		}
	}
	if m, err := r.Mint(psc.Order{Fault: "idtoken-alg-none"}); err == nil {
		t.Errorf("a fault of a flow is minted: %+v", m)
	}
}

// Who is tolerant takes parameters from the address, and lets the journal tell.
func TestToleranceOfAddresses(t *testing.T) {
	r := start(t, func(c *psc.Config) { c.Tolerant = true })
	person := psc.Persons()[0]
	other := callback + "?suite=1"
	back := r.post(r.Discovery().Authorization, "", "", url.Values{
		"client_id": {psc.MailClient}, "redirect_uri": {other}, "response_type": {"code"}, "scope": {"openid"},
		psc.FieldName: {string(person.IdNat)}, psc.FieldSecret: {person.Secret},
	})
	to, err := url.Parse(back.header.Get("Location"))
	if err != nil || to.Query().Get("suite") != "1" {
		t.Fatalf("sent to %q", back.header.Get("Location"))
	}
	given := r.post(r.Discovery().Token+"?client_id="+psc.MailClient+"&client_secret="+mailSecret, "", "",
		url.Values{"grant_type": {oidc.GrantCode}, "code": {to.Query().Get("code")}, "redirect_uri": {other}})
	asked := r.Journal(func(e psc.Entry) bool { return e.Endpoint == psc.EndpointToken })
	if given.status != http.StatusOK || len(asked) != 1 || asked[0].Query["client_secret"] == "" || asked[0].Query["client_secret"] == mailSecret {
		t.Errorf("secret in the address: %d, %+v", given.status, asked)
	}
	if g := start(t).post(r.Discovery().Authorization, "", "", url.Values{"client_id": {psc.MailClient}, "redirect_uri": {"http://autre.test.invalid/"}}); g.status != http.StatusBadRequest {
		t.Errorf("another host: %d", g.status)
	}
}
