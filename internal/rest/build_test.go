package rest_test

import (
	"encoding/base64"
	"errors"
	"net/http"
	"reflect"
	"strings"
	"testing"
	"time"

	"etalon/internal/interops"
	"etalon/internal/pki"
	"etalon/internal/rest"
	"etalon/internal/saml"
)

func TestTokenIsReadBack(t *testing.T) {
	for _, form := range forms {
		for _, emitted := range []bool{false, true} {
			x := expect(t, form)
			x.Emitted = emitted
			token := build(t, draft(t, form))
			j := rest.Verify(call(form, token), x)
			if len(j.Findings) > 0 || !j.Verified || j.Token != token || len(j.Raw) == 0 {
				t.Fatalf("%s: verified %t, %s", form, j.Verified, rules(j.Findings))
			}
			if j.Client.Name != "msa" || j.Project.Name != "api" || j.Service.Name != "dossiers" || j.Signer == nil {
				t.Errorf("%s: client %q, project %q, service %q, signer %v", form, j.Client.Name, j.Project.Name, j.Service.Name, j.Signer)
			}
			got, want := j.VI, vi()
			if form == rest.TokenJWT { // it has no place for these
				want.Confirmation, want.NameID.Format = interops.Confirmation{}, ""
				if j.Document != nil || !strings.HasPrefix(string(j.Raw), "{") {
					t.Errorf("document %v, raw %s", j.Document, j.Raw)
				}
			} else if j.Document == nil {
				t.Error("no document of an assertion")
			}
			if !reflect.DeepEqual(got, want) {
				t.Errorf("%s: read\n%+v, want\n%+v", form, got, want)
			}
		}
	}
}

func TestTokenInAHeaderOfItsOwn(t *testing.T) {
	for _, form := range forms {
		token := build(t, draft(t, form))
		in := call(form, token)
		in.Header = http.Header{"X-Interops-Vi": {rest.Value(form, "x-interops-vi", token)}}
		x := expect(t, form)
		x.Name = "X-Interops-VI"
		if j := rest.Verify(in, x); len(j.Findings) > 0 || j.Token != token {
			t.Errorf("%s: %s", form, rules(j.Findings))
		}
		in.Header.Set("X-Interops-Vi", " ")
		if got := rules(rest.Verify(in, x).Findings); got != "R01 token-absent" {
			t.Errorf("%s, empty: %s", form, got)
		}
	}
	if got := rest.Value(rest.TokenJWT, "authorization", "j"); got != "Bearer j" {
		t.Errorf("value %q", got)
	}
}

func TestClaims(t *testing.T) {
	whole := vi()
	whole.Audiences = [][]string{{"a"}, {"b"}}
	whole.Attributes = []interops.Attribute{{Name: "mail", Values: []string{"agent@msa.test"}}, {Name: "sub", Values: []string{"autre"}}}
	want := map[string]any{
		"iss": whole.Issuer, "sub": "agent-0042", "jti": "_b6f0c1d2", "acr": interops.ClassPassword,
		"iat": now.Unix(), "nbf": now.Add(-2 * time.Minute).Unix(), "exp": now.Add(5 * time.Minute).Unix(), "auth_time": now.Add(-time.Hour).Unix(),
		"aud": []string{"a", "b"}, "pagm": whole.PAGM, "mail": []string{"agent@msa.test"},
	}
	if got := rest.Claims(whole); !reflect.DeepEqual(got, want) {
		t.Errorf("claims %v, want %v", got, want)
	}
	if got := rest.Claims(interops.VI{}); len(got) != 0 {
		t.Errorf("claims of nothing: %v", got)
	}
}

// TestHooksComeInOrder alters a token at each moment, and finds each alteration in it.
func TestHooksComeInOrder(t *testing.T) {
	d := draft(t, rest.TokenSAML)
	var order []string
	says := func(moment string) func(*saml.Form) error {
		return func(f *saml.Form) error {
			if (f.Root.FindElement("./Signature") != nil) != (moment == "signed") || f.Credential == nil || !f.Now.Equal(now) {
				t.Errorf("%s: %v", moment, f)
			}
			order = append(order, moment)
			return nil
		}
	}
	d.Hooks.Content = func(v *interops.VI) { order, v.ID = append(order, "content"), "_autre" }
	d.Hooks.Form, d.Hooks.Signed = says("form"), says("signed")
	d.Hooks.Wire = func(raw []byte) ([]byte, error) {
		order = append(order, "wire")
		return append(raw, "<!-- fin -->"...), nil
	}
	raw, err := base64.StdEncoding.DecodeString(build(t, d))
	if err != nil || !strings.Contains(string(raw), `ID="_autre"`) || !strings.HasSuffix(string(raw), "<!-- fin -->") {
		t.Errorf("%v, %s", err, raw)
	}
	if d.VI.ID != "_b6f0c1d2" || strings.Join(order, " ") != "content form signed wire" {
		t.Errorf("the draft has %q, moments %v", d.VI.ID, order)
	}
}

func TestWhatCannotBeBuilt(t *testing.T) {
	broken := errors.New("essai")
	fails := func(*saml.Form) error { return broken }
	for name, c := range map[string]struct {
		form   string
		change func(*rest.Draft)
		want   string
	}{
		"form":       {rest.TokenSAML, func(d *rest.Draft) { d.Hooks.Form = fails }, "alter form: essai"},
		"signed":     {rest.TokenSAML, func(d *rest.Draft) { d.Hooks.Signed = fails }, "alter signed form: essai"},
		"wire":       {rest.TokenSAML, func(d *rest.Draft) { d.Hooks.Wire = func([]byte) ([]byte, error) { return nil, broken } }, "alter bytes: essai"},
		"no key":     {rest.TokenSAML, func(d *rest.Draft) { d.Signer = pki.Credential{} }, "sign VI"},
		"jwt":        {rest.TokenJWT, func(d *rest.Draft) { d.Hooks.JWT = func(*rest.JWT) error { return broken } }, "alter JWT: essai"},
		"jwt ecdsa":  {rest.TokenJWT, func(d *rest.Draft) { d.Signer = credential(t, "msa/signature-ec") }, "RS256 wants an RSA key"},
		"jwt no key": {rest.TokenJWT, func(d *rest.Draft) { d.Signer = pki.Credential{Name: "rien"} }, "sign JWT: RS256 wants an RSA key"},
		"jwt lost key": {rest.TokenJWT, func(d *rest.Draft) {
			d.Hooks.JWT = func(j *rest.JWT) error { j.Signer.Key = nil; return nil }
		}, "sign JWT: no key"},
		"jwt header": {rest.TokenJWT, func(d *rest.Draft) {
			d.Hooks.JWT = func(j *rest.JWT) error { j.Header["x"] = func() {}; return nil }
		}, "write JOSE header"},
		"jwt claims": {rest.TokenJWT, func(d *rest.Draft) {
			d.Hooks.JWT = func(j *rest.JWT) error { j.Claims["x"] = func() {}; return nil }
		}, "write claims"},
	} {
		d := draft(t, c.form)
		c.change(d)
		if token, err := d.Build(); err == nil || !strings.Contains(err.Error(), c.want) || token != "" {
			t.Errorf("%s: %q, %v", name, token, err)
		}
	}
}

// TestWithoutIdentifier signs an assertion that has nothing to be named by.
func TestWithoutIdentifier(t *testing.T) {
	d := draft(t, rest.TokenSAML)
	d.VI.ID = ""
	j := rest.Verify(call(rest.TokenSAML, build(t, d)), expect(t, rest.TokenSAML))
	if got := rules(j.Findings); !strings.Contains(got, "V01 id-absent") || strings.Contains(got, "wrong") {
		t.Error(got)
	}
}
