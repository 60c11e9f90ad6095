package sso_test

import (
	"crypto/rand"
	"net/http"
	"strings"
	"testing"
	"time"

	"github.com/beevik/etree"

	"etalon/internal/interops"
	"etalon/internal/pki"
	"etalon/internal/saml"
	"etalon/internal/sso"
)

// contextToken is one of cnav for msa.
func contextToken() interops.ContextToken {
	c := convention()
	return interops.ContextToken{
		ID: "_c1", IssueInstant: now, Issuer: c.Organisms[2].Issuer, NameID: interops.NameID{Format: interops.FormatUnspecified, Value: "assuré-7"},
		Recipient: c.Organisms[0].Issuer, Audience: c.Organisms[0].Issuer, NotBefore: now, NotOnOrAfter: now.Add(5 * time.Minute),
		Method: "Carte SESAM-Vitale", Level: "login", Instant: now.Add(-time.Minute),
	}
}

func contextExpectation(t testing.TB) saml.ContextExpectation {
	c := convention()
	c.Sphere.Members[1].Identification = []interops.Means{{Name: "Carte SESAM-Vitale", Level: "login"}}
	return saml.ContextExpectation{
		Convention: c, Profile: profile(), Operator: "msa", Now: now, Trust: trust(t),
		Seen: func(issuer, id string) bool { return issuer == c.Organisms[2].Issuer && id == "_vu" },
	}
}

func contextDraft(t testing.TB, signer string) *sso.ContextDraft {
	t.Helper()
	d := &sso.ContextDraft{Token: contextToken(), Rand: rand.Reader}
	if signer != "" {
		c := credential(t, signer)
		d.Signer = &c
	}
	return d
}

func buildContext(t testing.TB, d *sso.ContextDraft) []byte {
	t.Helper()
	raw, err := d.Build()
	if err != nil {
		t.Fatal(err)
	}
	return raw
}

func TestHonestContextTokenComesBack(t *testing.T) {
	for _, signer := range []string{"cnav/signature", "cnav/signature-ec"} {
		raw := buildContext(t, contextDraft(t, signer))
		j := sso.VerifyContext(posted(sso.ContextForm(raw, "suite")), contextExpectation(t))
		if len(j.Findings) > 0 || !j.Verified || j.Operator.Name != "cnav" || j.RelayState != "suite" || j.Signer == nil {
			t.Fatalf("%s: %+v", signer, j)
		}
		if j.Token != contextToken() {
			t.Errorf("%s: read %+v", signer, j.Token)
		}
		if strings.Contains(string(raw), "AuthnStatement") {
			t.Error("a context token speaks of authentication")
		}
	}
	token := contextToken()
	token.Recipient, token.Audience = convention().Organisms[0].Recipient, convention().Organisms[0].Recipient
	d := contextDraft(t, "cnav/signature")
	d.Token = token
	if j := sso.VerifyContext(posted(sso.ContextForm(buildContext(t, d), "")), contextExpectation(t)); len(j.Findings) > 0 {
		t.Errorf("addressed to the operator's other name: %+v", j.Findings)
	}
}

func TestFaultyContextTokenIsNamed(t *testing.T) {
	type token = interops.ContextToken
	seen := map[string]bool{}
	for _, c := range []struct {
		name, want, signer string
		token              func(*token)
		form               func(*saml.Form)
		signed             func(*saml.Form)
	}{
		{name: "unsigned", want: "C01 context-signature-absent"},
		{name: "another authority", want: "C01 context-signer-untrusted", signer: "cnav/signature~other-ca"},
		{name: "a key below the floor", want: "T05 context-key-weak", signer: "cnav/signature~rsa-1024"},
		{name: "signed by another member", want: "C01 context-signer-other", signer: "caf/signature"},
		{name: "a member that identifies nobody", want: "C01 context-issuer-outside", signer: "caf/signature", token: func(t *token) { t.Issuer = convention().Organisms[1].Issuer }},
		{name: "outsider", want: "C01 context-issuer-outside", signer: "camieg/signature", token: func(t *token) { t.Issuer = convention().Organisms[5].Issuer }},
		{name: "unknown", want: "C01 context-issuer-unknown", signer: "cnav/signature", token: func(t *token) { t.Issuer = "urn:x" }},
		{name: "no issuer", want: "C01 context-issuer-absent", signer: "cnav/signature", token: func(t *token) { t.Issuer = "" }},
		{name: "identity altered", want: "C01 context-signature-invalid", signer: "cnav/signature", signed: func(f *saml.Form) { f.Root.FindElement("Subject/NameID").SetText("pirate") }},
		{name: "SHA-1", want: "C01 context-signature-invalid", signer: "cnav/signature", form: func(f *saml.Form) { f.Recipe.Method = "http://www.w3.org/2000/09/xmldsig#rsa-sha1" }},
		{name: "foreign element", want: "C01 context-malformed", signer: "cnav/signature", form: func(f *saml.Form) { f.Root.CreateElement("x") }},
		{name: "comment in the identity", want: "C01 context-malformed", signer: "cnav/signature", form: func(f *saml.Form) { f.Root.FindElement("Subject/NameID").CreateComment("x") }},
		{name: "wrapped", want: "C01 context-malformed, C01 context-signature-invalid, C01 context-wrapped", signer: "cnav/signature", signed: func(f *saml.Form) {
			evil := forged(f.Root.Copy(), "_pirate")
			evil.AddChild(f.Root.Copy())
			evil.InsertChildAt(1, f.Root.FindElement("Signature").Copy())
			f.Root.Child = nil
			f.Root.CreateAttr("ID", "_pirate")
			for _, child := range append([]etree.Token{}, evil.Child...) {
				f.Root.AddChild(child)
			}
		}},
		{name: "AuthnStatement", want: "C02 context-authnstatement", signer: "cnav/signature", form: func(f *saml.Form) {
			s := etree.NewElement("saml2:AuthnStatement")
			s.CreateAttr("AuthnInstant", "2026-11-21T10:00:00Z")
			f.Root.InsertChildAt(f.Root.FindElement("AttributeStatement").Index(), s)
		}},
		{name: "no identity", want: "C02 context-nameid-absent", signer: "cnav/signature", token: func(t *token) { t.NameID = interops.NameID{} }},
		{name: "no means", want: "C02 context-method-absent", signer: "cnav/signature", token: func(t *token) { t.Method = "" }},
		{name: "a means that is not offered", want: "C02 context-method-other", signer: "cnav/signature", token: func(t *token) { t.Method = "devinette" }},
		{name: "no level", want: "C02 context-level-absent", signer: "cnav/signature", token: func(t *token) { t.Level = "" }},
		{name: "unknown level", want: "C02 context-level-other", signer: "cnav/signature", token: func(t *token) { t.Level = "suprême" }},
		{name: "level above the means", want: "C02 context-level-other", signer: "cnav/signature", token: func(t *token) { t.Level = "vitale" }},
		{name: "no instant", want: "C02 context-instant-absent", signer: "cnav/signature", token: func(t *token) { t.Instant = time.Time{} }},
		{name: "identified tomorrow", want: "C02 context-instant-future", signer: "cnav/signature", token: func(t *token) { t.Instant = now.Add(24 * time.Hour) }},
		{name: "identified yesterday", want: "C02 context-instant-too-old", signer: "cnav/signature", token: func(t *token) { t.Instant = now.Add(-24 * time.Hour) }},
		{name: "no audience", want: "C03 context-audience-absent", signer: "cnav/signature", token: func(t *token) { t.Audience = "" }},
		{name: "other audience", want: "C03 context-audience-other", signer: "cnav/signature", token: func(t *token) { t.Audience = convention().Organisms[3].Issuer }},
		{name: "no recipient", want: "C03 context-recipient-absent", signer: "cnav/signature", token: func(t *token) { t.Recipient = "" }},
		{name: "other recipient", want: "C03 context-recipient-other", signer: "cnav/signature", token: func(t *token) { t.Recipient = convention().Organisms[3].Issuer }},
		{name: "no window", want: "C04 context-window-absent", signer: "cnav/signature", token: func(t *token) { t.NotBefore = time.Time{} }},
		{name: "long window", want: "C04 context-window-too-long", signer: "cnav/signature", token: func(t *token) { t.NotOnOrAfter = now.Add(5*time.Minute + time.Second) }},
		{name: "expired", want: "C04 context-expired", signer: "cnav/signature", token: func(t *token) { t.NotBefore, t.NotOnOrAfter = now.Add(-6*time.Minute), now.Add(-2*time.Minute) }},
		{name: "to come", want: "C04 context-not-yet-valid", signer: "cnav/signature", token: func(t *token) { t.NotBefore, t.NotOnOrAfter = now.Add(3*time.Minute), now.Add(5*time.Minute) }},
		{name: "replayed", want: "C04 context-replayed", signer: "cnav/signature", token: func(t *token) { t.ID = "_vu" }},
		{name: "a Response", want: "C01 context-absent", signer: "cnav/signature", form: func(f *saml.Form) { f.Root.Tag = "Response" }},
	} {
		d := contextDraft(t, c.signer)
		if c.token != nil {
			c.token(&d.Token)
		}
		hook := func(change func(*saml.Form)) func(*saml.Form) error {
			return func(f *saml.Form) error {
				if change != nil {
					change(f)
				}
				return nil
			}
		}
		d.Hooks = saml.Hooks{Form: hook(c.form), Signed: hook(c.signed)}
		in := posted(sso.ContextForm(buildContext(t, d), ""))
		j := sso.VerifyContext(in, contextExpectation(t))
		if got := rules(j.Findings); got != c.want {
			t.Errorf("%s: got %s, want %s", c.name, got, c.want)
		}
		if strings.Contains(c.want, "C01") && !strings.Contains(c.want, "issuer-outside") && !strings.Contains(c.want, "malformed") && j.Verified {
			t.Errorf("%s: verified", c.name)
		}
		x := contextExpectation(t)
		x.Emitted = true
		for _, f := range sso.VerifyContext(in, x).Findings {
			seen[f.Rule] = true
			if f.Requirement != "C02" && f.Rule != "context-key-weak" {
				t.Errorf("%s: emitted %+v", c.name, f)
			}
		}
	}
	for rule := range saml.ContextRules {
		if !seen[rule] {
			t.Errorf("no test input makes VerifyContext report %q", rule)
		}
	}
}

func TestUnreadableContextToken(t *testing.T) {
	for name, in := range map[string]sso.Incoming{
		"GET":        {Method: "GET"},
		"nothing":    {Method: "POST"},
		"oversized":  {Method: "POST", Raw: make([]byte, sso.MaxBody+1)},
		"bad base64": posted(map[string][]string{sso.ParameterContext: {"!"}}),
		"twice":      posted(map[string][]string{sso.ParameterContext: {"YQ==", "YQ=="}}),
		"not XML":    posted(sso.ContextForm([]byte("a"), "")),
	} {
		for _, emitted := range []bool{false, true} {
			x, want := contextExpectation(t), "C01 context-absent"
			if x.Emitted = emitted; emitted {
				want = "C02 context-absent"
			}
			if got := rules(sso.VerifyContext(in, x).Findings); got != want {
				t.Errorf("%s: got %s, want %s", name, got, want)
			}
		}
	}
	// A token alone opens no service (C05): there it is a Response that is missing.
	raw := buildContext(t, contextDraft(t, "cnav/signature"))
	j := sso.Verify(post(raw), expect(t, interops.ModeS))
	if j.Verified || !strings.Contains(rules(j.Findings), "V01 response-absent") {
		t.Errorf("a context token at a service: %s", rules(j.Findings))
	}
}

func TestContextTokenThatCannotBeBuilt(t *testing.T) {
	d := contextDraft(t, "cnav/signature")
	d.Hooks.Wire = func([]byte) ([]byte, error) { return nil, http.ErrAbortHandler }
	if _, err := d.Build(); err == nil {
		t.Error("a hook failed")
	}
	d.Signer = &pki.Credential{}
	if _, err := d.Build(); err == nil {
		t.Error("no key")
	}
}
