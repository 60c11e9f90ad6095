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
