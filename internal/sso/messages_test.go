package sso_test

import (
	"bytes"
	"crypto/x509"
	"net/http"
	"net/http/httptest"
	"net/url"
	"strings"
	"testing"
	"time"

	"github.com/beevik/etree"

	"etalon/internal/interops"
	"etalon/internal/pki"
	"etalon/internal/saml"
	"etalon/internal/sso"
)

const (
	ssoURL = "https://oa.msa.test/sso"
	sloURL = "https://oa.msa.test/slo"
)

// circle is what a member knows of the others, all of whom published their keys.
func circle(t testing.TB, receiver string) sso.Circle {
	t.Helper()
	published := map[string][][]*x509.Certificate{}
	for _, o := range convention().Organisms {
		published[o.Name] = [][]*x509.Certificate{nil, credential(t, "ars/signature").Chain, credential(t, o.Name+"/signature").Chain}
	}
	return sso.Circle{
		Convention: convention(), Profile: profile(), Receiver: receiver, Now: now, Trust: trust(t),
		Keys: func(organism string) [][]*x509.Certificate { return published[organism] },
	}
}

func registered() []sso.Registered {
	return []sso.Registered{
		{Organism: "pe", Service: "offres", ACS: "https://sp.pe.test/acs"},
		{Organism: "caf", Service: "droits", ACS: acs},
	}
}

func authnRequest() sso.AuthnRequest {
	return sso.AuthnRequest{
		ID: "_q1", Issuer: audience, Destination: ssoURL, ACS: acs, ProviderName: "Droits", IssueInstant: now,
		ForceAuthn: true, Classes: []string{interops.ClassPassword, interops.ClassSmartcard}, NameIDFormat: interops.FormatUnspecified,
	}
}

func logoutRequest() sso.LogoutRequest {
	return sso.LogoutRequest{
		ID: "_l1", Issuer: convention().Organisms[1].Recipient, Destination: sloURL, NameID: vi().NameID,
		SessionIndexes: []string{"_s1", "_s2"}, IssueInstant: now, NotOnOrAfter: now.Add(5 * time.Minute), Reason: sso.ReasonUser,
	}
}

func logoutResponse() sso.LogoutResponse {
	return sso.LogoutResponse{
		ID: "_a1", InResponseTo: "_l1", Issuer: convention().Organisms[0].Issuer, Destination: "https://sp.caf.test/slo",
		IssueInstant: now, SubStatus: sso.StatusPartialLogout,
	}
}

// sending signs with a test credential; an empty name signs nothing.
func sending(t testing.TB, binding sso.Binding, signer string) sso.Sending {
	t.Helper()
	s := sso.Sending{Binding: binding, RelayState: "jeton", Now: now}
	if signer != "" {
		c := credential(t, signer)
		s.Signer = &c
	}
	return s
}

// arrive is a message as its binding brings it to the receiver's server.
func arrive(t testing.TB, o sso.Outgoing) sso.Incoming {
	t.Helper()
	r := httptest.NewRequest(http.MethodGet, o.URL(), nil)
	switch o.Binding {
	case sso.BindingPOST:
		r = httptest.NewRequest(http.MethodPost, o.Destination, strings.NewReader(o.Form().Encode()))
		r.Header.Set("Content-Type", "application/x-www-form-urlencoded")
	case sso.BindingSOAP:
		r = httptest.NewRequest(http.MethodPost, o.Destination, bytes.NewReader(o.Envelope()))
		r.Header.Set("Content-Type", "text/xml; charset=utf-8")
	}
	in, err := sso.Read(r)
	if err != nil {
		t.Fatal(err)
	}
	return in
}

func TestHonestRequestInEachBinding(t *testing.T) {
	for _, binding := range []sso.Binding{sso.BindingRedirect, sso.BindingPOST} {
		for _, signer := range []string{"caf/signature", "caf/signature-ec"} {
			out, err := authnRequest().Send(sending(t, binding, signer))
			if err != nil {
				t.Fatal(err)
			}
			c := circle(t, "msa")
			c.Keys = func(string) [][]*x509.Certificate { return [][]*x509.Certificate{credential(t, signer).Chain} }
			j := sso.VerifyRequest(arrive(t, out), sso.RequestExpectation{Circle: c, Destination: ssoURL, Registered: registered()})
			if len(j.Findings) > 0 || !j.Verified {
				t.Fatalf("%s, %s: verified %t, %+v", binding, signer, j.Verified, j.Findings)
			}
			want := authnRequest()
			if got := j.AuthnRequest; got.ID != want.ID || got.ACS != want.ACS || !got.ForceAuthn || got.IsPassive ||
				len(got.Classes) != 2 || got.Classes[0] != interops.ClassPassword || got.ProviderName != "Droits" || got.NameIDFormat != want.NameIDFormat {
				t.Errorf("%s: read %+v", binding, got)
			}
			if j.Binding != binding || j.RelayState != "jeton" || j.Organism.Name != "caf" || j.Service.Name != "droits" || j.Return != registered()[1] {
				t.Errorf("%s: judged %+v", binding, j)
			}
		}
	}
}

// altered runs a hook on the form of a message.
func altered(change func(*saml.Form)) saml.Hooks {
	return saml.Hooks{Form: func(f *saml.Form) error { change(f); return nil }}
}

func TestFaultyRequestIsNamed(t *testing.T) {
	type fault struct {
		name, want string
		change     func(*sso.AuthnRequest, *sso.Sending)
	}
	set := func(name, v string) func(*sso.AuthnRequest, *sso.Sending) {
		return func(_ *sso.AuthnRequest, s *sso.Sending) {
			s.Hooks = altered(func(f *saml.Form) { f.Root.CreateAttr(name, v) })
		}
	}
	for _, c := range []fault{
		{"unsigned", "S09 protocol-signature-absent", func(_ *sso.AuthnRequest, s *sso.Sending) { s.Signer = nil }},
		{"unsigned by hook", "S09 protocol-signature-absent", func(_ *sso.AuthnRequest, s *sso.Sending) {
			s.Hooks = altered(func(f *saml.Form) { f.Message = nil })
		}},
		{"unknown service", "S09 protocol-issuer-unknown", func(r *sso.AuthnRequest, _ *sso.Sending) { r.Issuer = "https://inconnu.test" }},
		{"no issuer", "S09 protocol-issuer-absent", func(r *sso.AuthnRequest, _ *sso.Sending) { r.Issuer = "" }},
		{"service of nobody", "S09 protocol-issuer-outside, S09 request-service-unknown", func(r *sso.AuthnRequest, s *sso.Sending) {
			r.Issuer, *s = convention().Organisms[5].Recipient, sending(t, s.Binding, "camieg/signature")
		}},
		{"ACS not registered", "S09 request-acs-other", func(r *sso.AuthnRequest, _ *sso.Sending) { r.ACS = "https://pirate.test/acs" }},
		{"ACS of another service", "S09 request-acs-other", func(r *sso.AuthnRequest, _ *sso.Sending) { r.ACS = "https://sp.pe.test/acs" }},
		{"other Destination", "S09 protocol-destination-other", func(r *sso.AuthnRequest, _ *sso.Sending) { r.Destination = "https://oa.msa.test/sso/" }},
		{"version 1.1", "S09 protocol-version-other", set("Version", "1.1")},
		{"no instant", "S09 protocol-issueinstant-malformed", func(r *sso.AuthnRequest, _ *sso.Sending) { r.IssueInstant = time.Time{} }},
		{"future", "S09 protocol-issueinstant-future", func(r *sso.AuthnRequest, _ *sso.Sending) { r.IssueInstant = now.Add(3 * time.Minute) }},
		{"old", "S09 protocol-issueinstant-too-old", func(r *sso.AuthnRequest, _ *sso.Sending) { r.IssueInstant = now.Add(-8 * time.Minute) }},
		{"foreign content", "S09 protocol-malformed", func(_ *sso.AuthnRequest, s *sso.Sending) {
			s.Hooks = altered(func(f *saml.Form) { f.Root.CreateElement("x") })
		}},
		{"another message", "S09 protocol-other", func(_ *sso.AuthnRequest, s *sso.Sending) {
			s.Hooks = altered(func(f *saml.Form) { f.Root.Tag = "Response" })
		}},
		{"long RelayState", "S09 protocol-relaystate-too-long", func(_ *sso.AuthnRequest, s *sso.Sending) { s.RelayState = strings.Repeat("a", 81) }},
	} {
		for _, binding := range []sso.Binding{sso.BindingRedirect, sso.BindingPOST} {
			r, s := authnRequest(), sending(t, binding, "caf/signature")
			c.change(&r, &s)
			out, err := r.Send(s)
			if err != nil {
				t.Fatal(err)
			}
			j := sso.VerifyRequest(arrive(t, out), sso.RequestExpectation{Circle: circle(t, "msa"), Destination: ssoURL, Registered: registered()})
			if got := rules(j.Findings); got != c.want {
				t.Errorf("%s, %s: got %s, want %s", c.name, binding, got, c.want)
			}
			x := sso.RequestExpectation{Circle: circle(t, "msa"), Destination: ssoURL, Registered: registered()}
			x.Emitted = true
			for _, f := range sso.VerifyRequest(arrive(t, out), x).Findings {
				if f.Requirement != "S11" {
					t.Errorf("%s: emitted %+v", c.name, f)
				}
			}
			if strings.Contains(c.want, "acs") && j.Return != (sso.Registered{}) {
				t.Errorf("%s: may return to %+v", c.name, j.Return)
			}
		}
	}
}

func TestSignatureOfARequestIsHeldAgainstItsIssuer(t *testing.T) {
	expectation := sso.RequestExpectation{Circle: circle(t, "msa"), Destination: ssoURL, Registered: registered()}
	for _, c := range []struct {
		name, want string
		binding    sso.Binding
		signer     string
		wire       func(string) string
	}{
		{"another member", "S09 protocol-signer-other", sso.BindingPOST, "pe/signature", nil},
		{"another member", "S09 protocol-signature-invalid", sso.BindingRedirect, "pe/signature", nil},
		{"another member's published key", "S09 protocol-signer-other", sso.BindingRedirect, "ars/signature", nil},
		{"another authority", "S09 protocol-signer-untrusted", sso.BindingPOST, "caf/signature~other-ca", nil},
		{"altered on the way", "S09 protocol-altered", sso.BindingPOST, "caf/signature", func(s string) string { return strings.Replace(s, `Force`+`Authn="true"`, `ForceAuthn="false"`, 1) }},
		{"altered on the way", "S09 protocol-signature-invalid", sso.BindingRedirect, "caf/signature", func(s string) string { return strings.Replace(s, "RelayState=jeton", "RelayState=autre", 1) }},
		{"weak algorithm told", "S09 protocol-signature-algorithm-other, S09 protocol-signature-invalid", sso.BindingRedirect, "caf/signature",
			func(s string) string {
				return strings.Replace(s, "2001%2F04%2Fxmldsig-more%23rsa-sha256", "2000%2F09%2Fxmldsig%23rsa-sha1", 1)
			}},
		{"parameter twice", "S09 protocol-parameter-repeated", sso.BindingRedirect, "caf/signature", func(s string) string { return s + "&SAMLRequest=x" }},
		{"no parameter", "S09 protocol-parameter-absent", sso.BindingRedirect, "caf/signature", func(string) string { return "a=b" }},
		{"bad base64", "S09 protocol-base64-invalid", sso.BindingRedirect, "caf/signature", func(string) string { return "SAMLRequest=%21" }},
		{"bad escape", "S09 protocol-base64-invalid", sso.BindingRedirect, "caf/signature", func(string) string { return "SAMLRequest=%ZZ" }},
		{"not deflated", "S09 protocol-deflate-invalid", sso.BindingRedirect, "caf/signature", func(string) string { return "SAMLRequest=" + url.QueryEscape(sso.Encode([]byte("<a/>"))) }},
		{"unreadable", "S09 protocol-unreadable", sso.BindingPOST, "caf/signature", func(string) string { return "<!DOCTYPE a><a/>" }},
		{"oversized", "S09 protocol-oversized", sso.BindingPOST, "caf/signature", func(s string) string { return strings.Repeat(s, 300) }},
	} {
		s := sending(t, c.binding, c.signer)
		if c.wire != nil {
			s.Hooks.Wire = func(raw []byte) ([]byte, error) { return []byte(c.wire(string(raw))), nil }
		}
		out, err := authnRequest().Send(s)
		if err != nil {
			t.Fatal(err)
		}
		j := sso.VerifyRequest(arrive(t, out), expectation)
		if got := rules(j.Findings); got != c.want || j.Verified {
			t.Errorf("%s, %s: got %s (verified %t), want %s", c.name, c.binding, got, j.Verified, c.want)
		}
	}
}

func TestInflationIsBounded(t *testing.T) {
	s := sending(t, sso.BindingRedirect, "caf/signature")
	s.Hooks.Signed = func(f *saml.Form) error {
		f.Root.CreateElement("x").SetText(strings.Repeat("a", 2*sso.MaxMessage))
		return nil
	}
	out, err := authnRequest().Send(s)
	if err != nil {
		t.Fatal(err)
	}
	if len(out.Query) > 8192 {
		t.Fatalf("the query of the bomb has %d bytes", len(out.Query))
	}
	j := sso.VerifyRequest(arrive(t, out), sso.RequestExpectation{Circle: circle(t, "msa"), Destination: ssoURL})
	if got := rules(j.Findings); got != "S09 protocol-deflate-invalid" {
		t.Errorf("got %s", got)
	}
}

func TestAnotherMethodCarriesNoMessage(t *testing.T) {
	j := sso.VerifyRequest(sso.Incoming{Method: "PUT"}, sso.RequestExpectation{Circle: circle(t, "msa"), Destination: ssoURL})
	if got := rules(j.Findings); got != "S09 protocol-method-other" {
		t.Errorf("got %s", got)
	}
}

func TestReturnOfARequestWithoutAddress(t *testing.T) {
	r := authnRequest()
	r.ACS, r.Issuer = "", convention().Organisms[1].Recipient
	out, err := r.Send(sending(t, sso.BindingPOST, "caf/signature"))
	if err != nil {
		t.Fatal(err)
	}
	x := sso.RequestExpectation{Circle: circle(t, "msa"), Destination: ssoURL, Registered: registered()}
	if j := sso.VerifyRequest(arrive(t, out), x); len(j.Findings) > 0 || j.Return.ACS != acs || j.Service.Name != "droits" {
		t.Errorf("%+v", j)
	}
	x.Registered[1].Service = "disparu"
	if got := rules(sso.VerifyRequest(arrive(t, out), x).Findings); got != "S09 request-service-unknown" {
		t.Errorf("got %s", got)
	}
}

func TestSendingThatCannotBeMade(t *testing.T) {
	fail := func(*saml.Form) error { return http.ErrAbortHandler }
	for name, change := range map[string]func(*sso.Sending){
		"form":      func(s *sso.Sending) { s.Hooks.Form = fail },
		"signed":    func(s *sso.Sending) { s.Hooks.Signed = fail },
		"wire":      func(s *sso.Sending) { s.Hooks.Wire = func([]byte) ([]byte, error) { return nil, http.ErrAbortHandler } },
		"signer":    func(s *sso.Sending) { s.Signer = &pki.Credential{} },
		"signature": func(s *sso.Sending) { s.Hooks = altered(func(f *saml.Form) { f.Message.Method = "urn:autre" }) },
	} {
		for _, binding := range []sso.Binding{sso.BindingRedirect, sso.BindingPOST} {
			s := sending(t, binding, "caf/signature")
			change(&s)
			if _, err := authnRequest().Send(s); err == nil {
				t.Errorf("%s, %s: no error", name, binding)
			}
		}
	}
}

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

func metadata(t testing.TB) sso.Metadata {
	t.Helper()
	return sso.Metadata{
		ID: "_m1", EntityID: convention().Organisms[0].Issuer, ValidUntil: now.Add(24 * time.Hour), IDP: true, SP: true,
		SSO:  []sso.Endpoint{{sso.BindingRedirect, ssoURL}, {sso.BindingPOST, ssoURL}},
		SLO:  []sso.Endpoint{{sso.BindingSOAP, sloURL}, {sso.BindingPOST, sloURL}},
		ACS:  []sso.Endpoint{{sso.BindingPOST, "https://oa.msa.test/acs"}},
		Keys: [][]*x509.Certificate{credential(t, "msa/signature").Chain},
	}
}

func TestHonestMetadataComesBack(t *testing.T) {
	want := metadata(t)
	raw, err := want.Build(sending(t, "", "msa/signature"))
	if err != nil {
		t.Fatal(err)
	}
	j := sso.VerifyMetadata(raw, "msa", circle(t, "caf"))
	if len(j.Findings) > 0 || !j.Trusted || j.Organism.Name != "msa" || j.Signer == nil {
		t.Fatalf("%+v", j.Findings)
	}
	if !j.IDP || !j.SP || len(j.SSO) != 2 || len(j.SLO) != 2 || len(j.ACS) != 1 || len(j.Keys) != 1 || !j.Keys[0][0].Equal(want.Keys[0][0]) {
		t.Errorf("%+v", j.Metadata)
	}
	if at, ok := j.Endpoint(j.SLO, sso.BindingSOAP); !ok || at != sloURL {
		t.Errorf("endpoint %q", at)
	}
	if _, ok := j.Endpoint(j.SLO, sso.BindingRedirect); ok {
		t.Error("an endpoint that is not there")
	}
}

func TestFaultyMetadataAreNamed(t *testing.T) {
	for _, c := range []struct {
		name, want, signer string
		change             func(*sso.Metadata, *sso.Sending)
	}{
		{"unsigned", "S16 metadata-signature-absent", "", nil},
		{"expired", "S16 metadata-expired", "msa/signature", func(m *sso.Metadata, _ *sso.Sending) { m.ValidUntil = now.Add(-2 * time.Minute) }},
		{"without end", "S16 metadata-validity-absent", "msa/signature", func(m *sso.Metadata, _ *sso.Sending) { m.ValidUntil = time.Time{} }},
		{"key replaced, resigned", "S16 metadata-key-other, S16 metadata-signer-other", "camieg/signature", func(m *sso.Metadata, _ *sso.Sending) {
			m.Keys[0] = credential(t, "camieg/signature").Chain
		}},
		{"key replaced on the way", "S16 metadata-altered, S16 metadata-key-other", "msa/signature", func(m *sso.Metadata, s *sso.Sending) {
			s.Hooks.Signed = func(f *saml.Form) error {
				for _, el := range f.Root.FindElements("//KeyDescriptor//X509Certificate") {
					el.SetText(sso.Encode(credential(t, "camieg/signature").Leaf().Raw))
				}
				return nil
			}
		}},
		{"private authority", "S16 metadata-signer-untrusted", "msa/signature~other-ca", nil},
		{"unknown entity", "S16 metadata-entity-unknown", "msa/signature", func(m *sso.Metadata, _ *sso.Sending) { m.EntityID = "urn:x" }},
		{"another member's", "S16 metadata-entity-other, S16 metadata-key-other, S16 metadata-signer-other", "msa/signature", func(m *sso.Metadata, _ *sso.Sending) { m.EntityID = audience }},
		{"no key", "S16 metadata-key-absent", "msa/signature", func(m *sso.Metadata, _ *sso.Sending) { m.Keys = nil }},
		{"no address", "S16 metadata-endpoint-absent", "msa/signature", func(m *sso.Metadata, _ *sso.Sending) { m.SSO = nil }},
		{"in clear", "S16 metadata-endpoint-unprotected", "msa/signature", func(m *sso.Metadata, _ *sso.Sending) { m.ACS[0].Location = "http://oa.msa.test/acs" }},
		{"SHA-1", "S16 metadata-signature-algorithm-other", "msa/signature", func(_ *sso.Metadata, s *sso.Sending) {
			s.Hooks = altered(func(f *saml.Form) { f.Message.Method = "http://www.w3.org/2000/09/xmldsig#rsa-sha1" })
		}},
		{"signature of a part", "S16 metadata-signature-reference-other", "msa/signature", func(_ *sso.Metadata, s *sso.Sending) {
			s.Hooks = altered(func(f *saml.Form) {
				f.Root.ChildElements()[0].CreateAttr("ID", "_part")
				f.Message.References[0].URI = "#_part"
			})
		}},
		{"two signatures", "S16 metadata-altered, S16 metadata-signature-invalid", "msa/signature", func(_ *sso.Metadata, s *sso.Sending) {
			s.Hooks.Signed = func(f *saml.Form) error {
				f.Root.AddChild(etree.NewElement("ds:Signature"))
				f.Root.ChildElements()[len(f.Root.ChildElements())-1].CreateAttr("xmlns:ds", "http://www.w3.org/2000/09/xmldsig#")
				return nil
			}
		}},
		{"not metadata", "S16 metadata-malformed", "msa/signature", func(_ *sso.Metadata, s *sso.Sending) {
			s.Hooks = altered(func(f *saml.Form) { f.Root.Tag = "EntitiesDescriptor" })
		}},
		{"unreadable", "S16 metadata-unreadable", "msa/signature", func(_ *sso.Metadata, s *sso.Sending) {
			s.Hooks.Wire = func([]byte) ([]byte, error) { return []byte("<"), nil }
		}},
	} {
		m, s := metadata(t), sending(t, "", c.signer)
		if c.change != nil {
			c.change(&m, &s)
		}
		raw, err := m.Build(s)
		if err != nil {
			t.Fatal(err)
		}
		j := sso.VerifyMetadata(raw, "msa", circle(t, "caf"))
		got := rules(j.Findings)
		if got != c.want || j.Trusted {
			t.Errorf("%s: got %s (trusted %t), want %s", c.name, got, j.Trusted, c.want)
		}
	}
}
