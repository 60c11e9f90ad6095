package sso_test

import (
	"testing"

	"etalon/internal/interops"
	"etalon/internal/sso"
	"etalon/internal/verdict"
)

// named checks that each finding names a requirement.
func named(t *testing.T, findings []verdict.Finding) {
	t.Helper()
	for _, f := range findings {
		if f.Requirement == "" || f.Rule == "" {
			t.Errorf("finding without requirement or rule: %+v", f)
		}
	}
}

// FuzzVerify feeds what a partner may post as a Response or a context token.
func FuzzVerify(f *testing.F) {
	f.Add(build(f, draft(f)))
	f.Add(build(f, signedDraft(f)))
	f.Add(buildContext(f, contextDraft(f, "cnav/signature")))
	x, s, c := expect(f, interops.ModeP), expect(f, interops.ModeS), contextExpectation(f)
	f.Fuzz(func(t *testing.T, raw []byte) {
		for _, x := range []sso.Expectation{x, s} {
			j := sso.Verify(post(raw), x)
			if !j.Verified && (j.Element != nil || len(j.Findings) == 0) {
				t.Errorf("not verified, yet element %v, findings %v", j.Element, j.Findings)
			}
			named(t, j.Findings)
		}
		j := sso.VerifyContext(posted(sso.ContextForm(raw, "")), c)
		if !j.Verified && len(j.Findings) == 0 {
			t.Error("a context token neither verified nor refused")
		}
		named(t, j.Findings)
	})
}

// FuzzForm feeds bodies of forms.
func FuzzForm(f *testing.F) {
	f.Add(sso.ResponseForm(build(f, draft(f)), target).Encode())
	f.Add("SAMLResponse=%ZZ&SAMLResponse=a;b")
	x := expect(f, interops.ModeP)
	f.Fuzz(func(t *testing.T, body string) {
		named(t, sso.Verify(sso.Incoming{Method: "POST", Raw: []byte(body)}, x).Findings)
	})
}

// FuzzRedirect feeds the queries of Redirects.
func FuzzRedirect(f *testing.F) {
	request, err := authnRequest().Send(sending(f, sso.BindingRedirect, "caf/signature"))
	if err != nil {
		f.Fatal(err)
	}
	f.Add(request.Query)
	answer, err := logoutResponse().Send(sending(f, sso.BindingRedirect, "msa/signature"))
	if err != nil {
		f.Fatal(err)
	}
	f.Add(answer.Query)
	c := circle(f, "msa")
	f.Fuzz(func(t *testing.T, query string) {
		in := sso.Incoming{Method: "GET", RawQuery: query}
		j := sso.VerifyRequest(in, sso.RequestExpectation{Circle: c, Destination: ssoURL, Registered: registered()})
		if !j.Verified && len(j.Findings) == 0 {
			t.Error("neither verified nor refused")
		}
		named(t, j.Findings)
		named(t, sso.VerifyLogoutRequest(in, sso.LogoutExpectation{Circle: c, Destination: sloURL}).Findings)
		named(t, sso.VerifyLogoutResponse(in, sso.LogoutExpectation{Circle: c, Destination: sloURL}).Findings)
	})
}

// FuzzMetadata feeds what an address may answer as metadata.
func FuzzMetadata(f *testing.F) {
	raw, err := metadata(f).Build(sending(f, "", "msa/signature"))
	if err != nil {
		f.Fatal(err)
	}
	f.Add(raw)
	c := circle(f, "caf")
	f.Fuzz(func(t *testing.T, raw []byte) {
		j := sso.VerifyMetadata(raw, "", c)
		if j.Trusted != (len(j.Findings) == 0) {
			t.Error("trusted with findings, or refused without")
		}
		named(t, j.Findings)
	})
}
