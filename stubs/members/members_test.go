package members_test

import (
	"context"
	"crypto/x509"
	"net/http"
	"slices"
	"strings"
	"testing"

	"etalon/internal/saml"
	"etalon/internal/sso"
	"etalon/stubs/members"
)

func TestMembersAreTheOtherServiceOperators(t *testing.T) {
	r := newRig(t)
	if got, want := r.members.Names(), []string{serving, attesting, "organisme-retire", "organisme-nouveau"}; !slices.Equal(got, want) {
		t.Errorf("members %v, want %v", got, want)
	}
	_, err := members.Start(members.Config{Bench: bare(t), Operator: members.Operator{Organism: "organisme-client"}})
	if err == nil || !strings.Contains(err.Error(), "no service operator") {
		t.Errorf("members of a convention without sphere: %v", err)
	}
}

func TestResponsesAreJudgedAndOpenSessions(t *testing.T) {
	r := newRig(t)
	page, err := r.browser().Post(context.Background(), r.members.ACS(attesting), sso.ResponseForm(r.response(attesting, "attestations", "_s1"), "marque"))
	if err != nil || page.Status != http.StatusOK || !page.Text("Bienvenue") {
		t.Fatalf("honest Response: %d %v", page.Status, err)
	}
	x := r.last()
	if x.Kind != members.KindResponse || x.Organism != attesting || x.Response.VI.NameID.Value != "agent-0001" || len(x.Response.Findings) > 0 {
		t.Errorf("seen %s at %s: %v", x.Kind, x.Organism, x.Response.Findings)
	}
	// One that is meant for another member is taken as well, and what is wrong with it is told.
	if _, err := r.browser().Post(context.Background(), r.members.ACS(serving), sso.ResponseForm(r.response(attesting, "attestations", "_s2"), "")); err != nil {
		t.Fatal(err)
	}
	if x = r.last(); len(x.Response.Findings) == 0 {
		t.Error("a Response for another member has no finding")
	}
}

func TestServicesAskBySignedRequests(t *testing.T) {
	r := newRig(t)
	page, err := r.browser().Get(context.Background(), r.members.AskURL(serving, "carte-europeenne")+"?marqueur=marque")
	if err != nil || page.Held == nil {
		t.Fatalf("ask: %+v, %v", page, err)
	}
	signer := r.Credential(r.t, serving+"/signature")
	verify := func(out sso.Outgoing) sso.JudgedRequest {
		return sso.VerifyRequest(sso.Incoming{Method: http.MethodPost, Form: out.Form(), Header: http.Header{}}, sso.RequestExpectation{
			Destination: "https://operateur.test/sso", Registered: []sso.Registered{{Organism: serving, Service: "carte-europeenne", ACS: r.members.ACS(serving)}},
			Circle: sso.Circle{
				Convention: r.Convention, Profile: r.bench.Profile, Receiver: operator, Now: r.bench.Clock.Now(), Trust: r.Trust,
				Keys: func(string) [][]*x509.Certificate { return [][]*x509.Certificate{signer.Chain} },
			},
		})
	}
	out, err := r.members.Ask(serving, "carte-europeenne", members.Wish{Force: true, RelayState: "marque"})
	if err != nil {
		t.Fatal(err)
	}
	if j := verify(out); len(j.Findings) > 0 || !j.ForceAuthn || j.IsPassive {
		t.Errorf("request: %v, force %v, passive %v", j.Findings, j.ForceAuthn, j.IsPassive)
	}
	if out, err = r.members.Ask(serving, "carte-europeenne", members.Wish{Passive: true, Hooks: saml.Hooks{Form: func(f *saml.Form) error { f.Message = nil; return nil }}}); err != nil {
		t.Fatal(err)
	}
	if j := verify(out); len(j.Findings) == 0 || !j.IsPassive {
		t.Errorf("unsigned request: %v", j.Findings)
	}
	if _, err := r.members.Ask("organisme-inconnu", "x", members.Wish{}); err == nil {
		t.Error("a member without keys asks")
	}
}

func TestMetadataAreSound(t *testing.T) {
	r := newRig(t)
	page, err := r.browser().Get(context.Background(), r.members.URL(attesting, "/metadata"))
	if err != nil || page.Status != http.StatusOK {
		t.Fatalf("metadata: %d, %v", page.Status, err)
	}
	judged := sso.VerifyMetadata(page.Body, attesting, sso.Circle{
		Convention: r.Convention, Profile: r.bench.Profile, Now: r.bench.Clock.Now(), Trust: r.Trust,
	})
	if !judged.Trusted || len(judged.ACS) != 1 || judged.ACS[0].Location != r.members.ACS(attesting) {
		t.Errorf("metadata: %v, ACS %v", judged.Findings, judged.ACS)
	}
}
