package sso_test

import (
	"net/http"
	"strings"
	"testing"
	"time"

	"etalon/internal/interops"
	"etalon/internal/saml"
	"etalon/internal/sso"
)

func TestHonestLogoutInEachBinding(t *testing.T) {
	x := sso.LogoutExpectation{
		Circle: circle(t, "msa"), Destination: sloURL,
		Person:   func(index string) (string, bool) { return "agent-0042", strings.HasPrefix(index, "_s") },
		Seen:     func(string) bool { return false },
		Requests: func(id string) sso.RequestState { return map[string]sso.RequestState{"_l1": sso.RequestPending}[id] },
	}
	for _, binding := range []sso.Binding{sso.BindingRedirect, sso.BindingPOST, sso.BindingSOAP} {
		out, err := logoutRequest().Send(sending(t, binding, "caf/signature"))
		if err != nil {
			t.Fatal(err)
		}
		j := sso.VerifyLogoutRequest(arrive(t, out), x)
		if len(j.Findings) > 0 || !j.Verified || j.NameID != vi().NameID || len(j.SessionIndexes) != 2 || j.Reason != sso.ReasonUser || j.Organism.Name != "caf" {
			t.Errorf("%s: %+v", binding, j)
		}
		answer, err := logoutResponse().Send(sending(t, binding, "msa/signature"))
		if err != nil {
			t.Fatal(err)
		}
		at := x
		at.Circle, at.Destination = circle(t, "caf"), "https://sp.caf.test/slo"
		r := sso.VerifyLogoutResponse(arrive(t, answer), at)
		if len(r.Findings) > 0 || !r.Verified || !r.Partial() || r.InResponseTo != "_l1" || r.Status != sso.StatusSuccess || r.Organism.Name != "msa" {
			t.Errorf("%s: %+v", binding, r)
		}
	}
}

func TestFaultyLogoutRequestIsNamed(t *testing.T) {
	for _, c := range []struct {
		name, want string
		signer     string
		change     func(*sso.LogoutRequest)
	}{
		{"unsigned", "D02 protocol-signature-absent", "", func(*sso.LogoutRequest) {}},
		{"outsider", "D02 protocol-issuer-outside", "camieg/signature", func(r *sso.LogoutRequest) { r.Issuer = convention().Organisms[5].Issuer }},
		{"withdrawn member", "D02 protocol-issuer-outside", "ars/signature", func(r *sso.LogoutRequest) { r.Issuer = convention().Organisms[3].Issuer }},
		{"unknown issuer", "D02 protocol-issuer-unknown", "caf/signature", func(r *sso.LogoutRequest) { r.Issuer = "urn:inconnu" }},
		{"signed by another", "D02 protocol-signer-other", "pe/signature", func(*sso.LogoutRequest) {}},
		{"expired", "D02 logout-expired", "caf/signature", func(r *sso.LogoutRequest) { r.NotOnOrAfter = now.Add(-2 * time.Minute) }},
		{"replayed", "D02 logout-replayed", "caf/signature", func(r *sso.LogoutRequest) { r.ID = "_vu" }},
		{"no person", "D03 logout-nameid-absent", "caf/signature", func(r *sso.LogoutRequest) { r.NameID = interops.NameID{} }},
		{"no session", "D03 logout-session-absent", "caf/signature", func(r *sso.LogoutRequest) { r.SessionIndexes = nil }},
		{"unknown session", "D03 logout-session-unknown", "caf/signature", func(r *sso.LogoutRequest) { r.SessionIndexes = []string{"_s1", "x"} }},
		{"another person", "D03 logout-nameid-other", "caf/signature", func(r *sso.LogoutRequest) { r.NameID.Value = "agent-0001" }},
	} {
		r := logoutRequest()
		c.change(&r)
		out, err := r.Send(sending(t, sso.BindingPOST, c.signer))
		if err != nil {
			t.Fatal(err)
		}
		j := sso.VerifyLogoutRequest(arrive(t, out), sso.LogoutExpectation{
			Circle: circle(t, "msa"), Destination: sloURL, Seen: func(id string) bool { return id == "_vu" },
			Person: func(index string) (string, bool) { return "agent-0042", strings.HasPrefix(index, "_s") },
		})
		if got := rules(j.Findings); got != c.want {
			t.Errorf("%s: got %s, want %s", c.name, got, c.want)
		}
	}
}

func TestFaultyLogoutResponseIsNamed(t *testing.T) {
	pending := func(id string) sso.RequestState {
		return map[string]sso.RequestState{"_l1": sso.RequestPending, "_l0": sso.RequestUsed}[id]
	}
	for _, c := range []struct {
		name, want string
		requests   func(string) sso.RequestState
		change     func(*sso.LogoutResponse, *sso.Sending)
	}{
		{"invented request", "D06 logout-answer-unknown", pending, func(r *sso.LogoutResponse, _ *sso.Sending) { r.InResponseTo = "_inventé" }},
		{"answered before", "D06 logout-answer-unknown", pending, func(r *sso.LogoutResponse, _ *sso.Sending) { r.InResponseTo = "_l0" }},
		{"nothing asked", "D06 logout-answer-unknown", nil, func(*sso.LogoutResponse, *sso.Sending) {}},
		{"failed", "D06 logout-answer-failed", pending, func(r *sso.LogoutResponse, _ *sso.Sending) { r.Status, r.SubStatus = sso.StatusResponder, "" }},
		{"no status", "D06 logout-answer-no-status", pending, func(_ *sso.LogoutResponse, s *sso.Sending) {
			s.Hooks = altered(func(f *saml.Form) { f.Root.RemoveChild(f.Root.FindElement("Status")) })
		}},
		{"unsigned", "D06 protocol-signature-absent", pending, func(_ *sso.LogoutResponse, s *sso.Sending) { s.Signer = nil }},
	} {
		r, s := logoutResponse(), sending(t, sso.BindingSOAP, "msa/signature")
		c.change(&r, &s)
		out, err := r.Send(s)
		if err != nil {
			t.Fatal(err)
		}
		j := sso.VerifyLogoutResponse(arrive(t, out), sso.LogoutExpectation{Circle: circle(t, "caf"), Destination: r.Destination, Requests: c.requests})
		if got := rules(j.Findings); got != c.want {
			t.Errorf("%s: got %s, want %s", c.name, got, c.want)
		}
	}
}

func TestUnreadableLogout(t *testing.T) {
	for want, body := range map[string]string{
		"D02 protocol-unreadable": "<a",
		"D02 protocol-other":      `<e:Envelope xmlns:e="http://schemas.xmlsoap.org/soap/envelope/"><e:Body><a/></e:Body></e:Envelope>`,
	} {
		in := sso.Incoming{Method: "POST", Header: http.Header{"Content-Type": {"text/xml"}}, Raw: []byte(body)}
		j := sso.VerifyLogoutRequest(in, sso.LogoutExpectation{Circle: circle(t, "msa"), Destination: sloURL})
		if got := rules(j.Findings); got != want {
			t.Errorf("%s: got %s, want %s", body, got, want)
		}
	}
	for _, body := range []string{
		`<e:Envelope xmlns:e="http://schemas.xmlsoap.org/soap/envelope/"><e:Body><a/><b/></e:Body></e:Envelope>`, `<a/>`,
	} {
		in := sso.Incoming{Method: "POST", Header: http.Header{"Content-Type": {"text/xml"}}, Raw: []byte(body)}
		j := sso.VerifyLogoutResponse(in, sso.LogoutExpectation{Circle: circle(t, "msa"), Destination: sloURL})
		if got := rules(j.Findings); got != "D06 protocol-unreadable" {
			t.Errorf("%s: got %s", body, got)
		}
	}
}
