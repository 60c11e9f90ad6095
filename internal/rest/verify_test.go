package rest_test

import (
	"crypto/hmac"
	"crypto/sha256"
	"crypto/x509"
	"encoding/base64"
	"net/http"
	"net/url"
	"slices"
	"strings"
	"testing"

	"github.com/beevik/etree"

	"etalon/internal/interops"
	"etalon/internal/rest"
	"etalon/internal/saml"
	"etalon/internal/verdict"
)

// defect is one departure, and all that must be told of it: to the provider, and of the client's work.
type defect struct {
	name  string
	form  string
	draft func(*rest.Draft)
	call  func(t *testing.T, in *rest.Incoming, token string)
	rules string // requirement and rule, in order, separated by commas
	mine  string // the same as the client's work
}

// header puts the token, changed, where it is agreed.
func header(form string, change func(token string) string) func(*testing.T, *rest.Incoming, string) {
	return func(_ *testing.T, in *rest.Incoming, token string) {
		in.Header.Set(rest.Header, rest.Value(form, rest.Header, change(token)))
	}
}

func placeDefects() []defect {
	var all []defect
	for _, form := range forms {
		all = append(all,
			defect{form + " absent", form, nil, func(_ *testing.T, in *rest.Incoming, _ string) { in.Header.Del(rest.Header) }, "R01 token-absent", "R07 token-absent"},
			defect{form + " other scheme", form, nil, func(_ *testing.T, in *rest.Incoming, token string) {
				in.Header.Set(rest.Header, "Basic "+token)
			}, "R01 token-absent", "R07 token-absent"},
			defect{form + " scheme alone", form, nil, func(_ *testing.T, in *rest.Incoming, _ string) {
				in.Header.Set(rest.Header, strings.Fields(in.Header.Get(rest.Header))[0])
			}, "R01 token-absent", "R07 token-absent"},
			defect{form + " twice", form, nil, func(_ *testing.T, in *rest.Incoming, _ string) {
				in.Header.Add(rest.Header, in.Header.Get(rest.Header))
			}, "R01 token-repeated", "R07 token-repeated"},
			defect{form + " twice in a line", form, nil, func(_ *testing.T, in *rest.Incoming, _ string) {
				in.Header.Set(rest.Header, in.Header.Get(rest.Header)+", "+in.Header.Get(rest.Header))
			}, "R01 token-repeated", "R07 token-repeated"},
			defect{form + " overlong", form, nil, header(form, func(string) string { return strings.Repeat("a", rest.MaxToken) }), "R01 token-oversized", "R07 token-oversized"},
			defect{form + " in the address too", form, nil, func(_ *testing.T, in *rest.Incoming, token string) {
				in.URL.RawQuery = url.Values{"vi": {token}}.Encode()
			}, "R01 token-in-query", "L08 token-in-query"},
			defect{form + " named in the address", form, nil, func(_ *testing.T, in *rest.Incoming, _ string) {
				in.URL.RawQuery = rest.ParameterToken + "=x"
			}, "R01 token-in-query", "L08 token-in-query"},
			defect{form + " in the address alone", form, nil, func(_ *testing.T, in *rest.Incoming, token string) {
				in.Header.Del(rest.Header)
				in.URL.RawQuery = rest.ParameterToken + "=" + url.QueryEscape(token)
			}, "R01 token-absent, R01 token-in-query", "L08 token-in-query, R07 token-absent"},
			defect{form + " in a form too", form, nil, func(_ *testing.T, in *rest.Incoming, token string) {
				in.Header.Set("Content-Type", "application/x-www-form-urlencoded; charset=utf-8")
				in.Raw = []byte(url.Values{"jeton": {token}}.Encode())
			}, "R01 token-in-body", "R07 token-in-body"},
			defect{form + " as the body", form, nil, func(_ *testing.T, in *rest.Incoming, token string) {
				in.Raw = []byte("\n" + token + "\n")
			}, "R01 token-in-body", "R07 token-in-body"},
		)
	}
	return all
}

func assertionDefects() []defect {
	bytes := func(change func(raw string) string) func(*testing.T, *rest.Incoming, string) {
		return header(rest.TokenSAML, func(token string) string {
			raw, _ := base64.StdEncoding.DecodeString(token)
			return base64.StdEncoding.EncodeToString([]byte(change(string(raw))))
		})
	}
	formed := func(f func(*saml.Form) error) func(*rest.Draft) { return func(d *rest.Draft) { d.Hooks.Form = f } }
	return []defect{
		{"garbled", rest.TokenSAML, nil, header(rest.TokenSAML, func(s string) string { return "*" + s }), "V01 token-base64-invalid", "V18 token-base64-invalid"},
		{"base64url", rest.TokenSAML, nil, header(rest.TokenSAML, func(string) string { return "PHg-" }), "V01 token-base64-invalid", "V18 token-base64-invalid"},
		{"no XML", rest.TokenSAML, nil, bytes(func(string) string { return "jeton" }), "V01 xml-malformed", "V18 xml-malformed"},
		{"cut short", rest.TokenSAML, nil, bytes(func(s string) string { return s[:len(s)/2] }), "V01 xml-malformed", "V18 xml-malformed"},
		{"document type", rest.TokenSAML, nil, bytes(func(s string) string { return "<!DOCTYPE a>" + s }), "G09 xml-doctype", "V18 xml-doctype"},
		{"too deep", rest.TokenSAML, nil, bytes(func(string) string { return strings.Repeat("<a>", 200) + strings.Repeat("</a>", 200) }), "G09 xml-too-deep", "V18 xml-too-deep"},
		{"not UTF-8", rest.TokenSAML, nil, bytes(func(s string) string { return strings.Replace(s, "agent-0042", "agent\xff", 1) }), "V17 xml-utf8-invalid", "V18 xml-utf8-invalid"},
		{"a Response", rest.TokenSAML, nil, bytes(func(s string) string {
			return `<p:Response xmlns:p="urn:oasis:names:tc:SAML:2.0:protocol">` + s + `</p:Response>`
		}), "V01 token-not-assertion", "V18 token-not-assertion"},
		{"altered", rest.TokenSAML, nil, bytes(func(s string) string { return strings.Replace(s, "agent-0042", "agent-0043", 1) }), "G01 signature-digest-wrong", "G10 signature-digest-wrong"},
		{"unsigned", rest.TokenSAML, formed(func(f *saml.Form) error { f.Recipe = nil; return nil }), nil, "G01 signature-absent", "G10 signature-absent"},
		{"foreign element", rest.TokenSAML, formed(func(f *saml.Form) error {
			f.VI.AddChild(etree.NewElement("autre"))
			return nil
		}), nil, "V01 element-foreign", "V18 element-foreign"},
	}
}

// written writes parts of a JWT by hand, after it is signed.
func written(parts ...string) func(*testing.T, *rest.Incoming, string) {
	return header(rest.TokenJWT, func(token string) string {
		whole := strings.Split(token, ".")
		for i, p := range parts {
			if p != "" {
				whole[i] = base64.RawURLEncoding.EncodeToString([]byte(p))
			}
		}
		return strings.Join(whole, ".")
	})
}

func jwtDefects() []defect {
	jwt := func(name, rules, mine string, change func(*rest.JWT)) defect {
		return defect{name, rest.TokenJWT, func(d *rest.Draft) {
			d.Hooks.JWT = func(j *rest.JWT) error { change(j); return nil }
		}, nil, rules, mine}
	}
	wire := func(name, rules, mine string, change func(*testing.T, *rest.Incoming, string)) defect {
		return defect{name, rest.TokenJWT, nil, change, rules, mine}
	}
	return []defect{
		wire("two parts", "V01 jwt-malformed", "V18 jwt-malformed", header(rest.TokenJWT, func(s string) string { return s[:strings.LastIndex(s, ".")] })),
		wire("padded", "V01 jwt-malformed", "V18 jwt-malformed", header(rest.TokenJWT, func(s string) string { return strings.Replace(s, ".", "=.", 1) })),
		wire("signature no base64url", "V01 jwt-malformed", "V18 jwt-malformed", header(rest.TokenJWT, func(s string) string { return s + "=" })),
		wire("header no JSON", "V01 jwt-malformed", "V18 jwt-malformed", written("RS256")),
		wire("header null", "V01 jwt-malformed", "V18 jwt-malformed", written("null")),
		wire("claims a list", "V01 jwt-malformed", "V18 jwt-malformed", written("", "[]")),
		wire("claim twice", "V01 jwt-malformed", "V18 jwt-malformed", written("", `{"sub":"agent-0042","sub":"agent-0043"}`)),
		wire("claims altered", "G01 jwt-signature-wrong", "G10 jwt-signature-wrong", header(rest.TokenJWT, func(s string) string {
			parts := strings.Split(s, ".")
			claims, _ := base64.RawURLEncoding.DecodeString(parts[1])
			parts[1] = base64.RawURLEncoding.EncodeToString([]byte(strings.Replace(string(claims), "agent-0042", "agent-0043", 1)))
			return strings.Join(parts, ".")
		})),
		jwt("none", "R03 jwt-algorithm-none", "G10 jwt-algorithm-none", func(j *rest.JWT) {
			j.Header["alg"], j.Sign = "None", func([]byte) ([]byte, error) { return nil, nil }
		}),
		jwt("HS256 under the public key", "R03 jwt-algorithm-other", "G10 jwt-algorithm-other", func(j *rest.JWT) {
			j.Header["alg"], j.Sign = "HS256", func(input []byte) ([]byte, error) {
				public, err := x509.MarshalPKIXPublicKey(j.Signer.Key.Public())
				mac := hmac.New(sha256.New, public)
				mac.Write(input)
				return mac.Sum(nil), err
			}
		}),
		jwt("no algorithm", "R03 jwt-algorithm-other", "G10 jwt-algorithm-other", func(j *rest.JWT) { delete(j.Header, "alg") }),
		jwt("algorithm no text", "R03 jwt-algorithm-other", "G10 jwt-algorithm-other", func(j *rest.JWT) { j.Header["alg"] = 5 }),
		jwt("other kid", "R03 jwt-kid-unknown", "", func(j *rest.JWT) { j.Header["kid"] = "autre" }),
		jwt("kid no text", "R03 jwt-kid-unknown", "", func(j *rest.JWT) { j.Header["kid"] = []string{"autre"} }),
		jwt("no kid", "", "", func(j *rest.JWT) { delete(j.Header, "kid") }),
		jwt("critical", "V01 jwt-critical-unknown", "V18 jwt-critical-unknown", func(j *rest.JWT) { j.Header["crit"] = []string{"exp"} }),
		jwt("empty signature", "G01 jwt-signature-wrong", "G10 jwt-signature-wrong", func(j *rest.JWT) {
			j.Sign = func([]byte) ([]byte, error) { return nil, nil }
		}),
		jwt("no certificate", "G04 jwt-key-absent", "G10 jwt-key-absent", func(j *rest.JWT) { delete(j.Header, "x5c") }),
		jwt("certificate no base64", "G04 jwt-key-unreadable", "G10 jwt-key-unreadable", func(j *rest.JWT) { j.Header["x5c"] = []string{"*"} }),
		jwt("certificate no text", "G04 jwt-key-unreadable", "G10 jwt-key-unreadable", func(j *rest.JWT) { j.Header["x5c"] = []int{3} }),
		jwt("no identifier", "V01 id-absent", "V02 id-absent", func(j *rest.JWT) { delete(j.Claims, "jti") }),
		jwt("fractions of seconds", "", "", func(j *rest.JWT) { j.Claims["iat"] = float64(now.Unix()) + 0.25 }),
		jwt("audience in a list", "", "", func(j *rest.JWT) { j.Claims["aud"] = []string{audience} }),
		jwt("extra claim", "", "V19 attribute-superfluous", func(j *rest.JWT) { j.Claims["email"] = "agent@msa.test" }),
		jwt("other algorithm of a true key", "R03 jwt-algorithm-other", "G10 jwt-algorithm-other", func(j *rest.JWT) { j.Header["alg"] = "RS512" }),
	}
}

// claimDefects write each claim with a value that is none.
func claimDefects() []defect {
	var all []defect
	for claim, rest07 := range map[string][2]string{
		"iat": {"V03 issueinstant-absent", "V18 issueinstant-absent"}, "exp": {"V08 window-end-absent", "V18 window-end-absent"},
		"nbf": {"V08 window-start-absent", "V18 window-start-absent"}, "auth_time": {"V12 authninstant-absent", "V20 authninstant-absent"},
		"pagm": {"R02 pagm-absent", "R07 pagm-absent"}, "acr": {"V11 authncontext-absent", "V18 authncontext-absent"},
	} {
		for _, value := range []any{"2026-11-21T10:00:00Z", map[string]any{}, []any{"x", 1}, 1e300} {
			if _, text := value.(string); text && claim == "acr" {
				continue
			}
			all = append(all, defect{"malformed " + claim, rest.TokenJWT, func(d *rest.Draft) {
				d.Hooks.JWT = func(j *rest.JWT) error { j.Claims[claim] = value; return nil }
			}, nil, inOrder(rest07[0], "V01 jwt-claim-malformed"), inOrder(rest07[1], "V18 jwt-claim-malformed")})
		}
	}
	return all
}

func inOrder(rules ...string) string {
	slices.Sort(rules)
	return strings.Join(rules, ", ")
}

// viDefects are wrong in either form alike.
func viDefects() []defect {
	var all []defect
	for _, form := range forms {
		content := func(name, rules, mine string, change func(*interops.VI)) {
			all = append(all, defect{form + " " + name, form, func(d *rest.Draft) { d.Hooks.Content = change }, nil, rules, mine})
		}
		content("other audience", "V10 audience-other", "R07 audience-other", func(v *interops.VI) { v.Audiences = [][]string{{"https://autre.test"}} })
		content("no PAGM", "R02 pagm-absent", "R07 pagm-absent", func(v *interops.VI) { v.PAGM = nil })
		content("unknown PAGM", "R02 pagm-unknown", "R07 pagm-unknown", func(v *interops.VI) { v.PAGM = []string{"PAGM_INCONNU"} })
		content("unknown issuer", "V04 issuer-unknown", "V18 issuer-unknown", func(v *interops.VI) { v.Issuer = "urn:interops:99999999900099:idp:x" })
		all = append(all,
			defect{form + " signed by another", form, func(d *rest.Draft) { d.Signer = credential(&testing.T{}, "caf/signature") }, nil, "G06 signer-other-organism", "G10 signer-other-organism"},
			defect{form + " self-signed", form, func(d *rest.Draft) { d.Signer = credential(&testing.T{}, "msa/signature~self-signed") }, nil, "G05 certificate-self-signed", "G10 certificate-self-signed"},
		)
	}
	return all
}

func defects() []defect {
	return slices.Concat(placeDefects(), assertionDefects(), jwtDefects(), claimDefects(), viDefects())
}

// judge builds a defect and judges it, as a provider or as the client's work.
func (d defect) judge(t *testing.T, emitted bool) rest.Judged {
	t.Helper()
	made := draft(t, d.form)
	if d.draft != nil {
		d.draft(made)
	}
	token := build(t, made)
	in := call(d.form, token)
	if d.call != nil {
		d.call(t, &in, token)
	}
	x := expect(t, d.form)
	x.Emitted = emitted
	return rest.Verify(in, x)
}

func TestEachDefectIsNamed(t *testing.T) {
	for _, d := range defects() {
		t.Run(d.name, func(t *testing.T) {
			j := d.judge(t, false)
			if got := rules(j.Findings); got != d.rules {
				t.Errorf("told %q, want %q", got, d.rules)
			}
			if strings.Contains(d.rules, "G0") && j.Verified {
				t.Error("verified all the same")
			}
			if got := rules(d.judge(t, true).Findings); got != d.mine {
				t.Errorf("of the client's work %q, want %q", got, d.mine)
			}
		})
	}
}

func TestEachRuleIsReported(t *testing.T) {
	told := map[string]bool{}
	for _, d := range defects() {
		for _, emitted := range []bool{false, true} {
			for _, f := range d.judge(t, emitted).Findings {
				told[f.Rule] = true
				if f.Requirement == "" || f.Requirement != rest.Requirement(f.Rule, emitted) {
					t.Errorf("%s: %s under %q", d.name, f.Rule, f.Requirement)
				}
			}
		}
	}
	for rule := range rest.Rules {
		if !told[rule] && rule != "xml-oversized" { // MaxToken comes before it
			t.Errorf("no defect is told by %s", rule)
		}
	}
}

// TestLimitsComeInOrder shows that a header never holds as much as the parser refuses.
func TestLimitsComeInOrder(t *testing.T) {
	if _, known := rest.Rules["xml-oversized"]; !known || rest.Requirement("xml-oversized", true) != "V18" {
		t.Error("xml-oversized: no rule")
	}
	for _, size := range []int{rest.MaxToken - len("SAML "), rest.MaxToken} {
		in := call(rest.TokenSAML, strings.Repeat("A", size))
		got := rules(rest.Verify(in, expect(t, rest.TokenSAML)).Findings)
		if want := map[bool]string{true: "R01 token-oversized", false: "V01 token-base64-invalid"}[size == rest.MaxToken]; got != want {
			t.Errorf("%d bytes: %s, want %s", size, got, want)
		}
	}
}

func TestRequirement(t *testing.T) {
	for _, c := range []struct{ rule, provider, client string }{
		{"token-in-query", "R01", "L08"}, {"token-in-body", "R01", "R07"}, {"jwt-algorithm-none", "R03", "G10"},
		{"pagm-absent", "R02", "R07"}, {"window-expired", "V08", "R07"}, {"unknown", "", ""},
	} {
		if p, e := rest.Requirement(c.rule, false), rest.Requirement(c.rule, true); p != c.provider || e != c.client {
			t.Errorf("%s: %q and %q, want %q and %q", c.rule, p, e, c.provider, c.client)
		}
	}
	for rule := range rest.Rules {
		if rest.Requirement(rule, true) == "" {
			t.Errorf("%s: no requirement of the client", rule)
		}
	}
}

func TestLooksLikeToken(t *testing.T) {
	assertion, jwt := build(t, draft(t, rest.TokenSAML)), build(t, draft(t, rest.TokenJWT))
	raw, _ := base64.StdEncoding.DecodeString(assertion)
	for text, want := range map[string]bool{
		assertion: true, jwt: true, base64.RawURLEncoding.EncodeToString(raw): true, "": false, "a.b.c": false, "page=2": false,
		string(raw): false, strings.Repeat("a", rest.MaxBody+1): false, base64.RawURLEncoding.EncodeToString([]byte(`{"a":1}`)) + "..": false,
	} {
		if got := rest.LooksLikeToken(text); got != want {
			t.Errorf("%.40q: %t", text, got)
		}
	}
}

// TestWithoutAddress judges a call of which the address and the method are not known.
func TestWithoutAddress(t *testing.T) {
	in := rest.Incoming{Header: http.Header{}, Raw: make([]byte, rest.MaxBody+1)}
	if got := rules(rest.Verify(in, expect(t, "")).Findings); got != "R01 token-absent" {
		t.Error(got)
	}
	var none []verdict.Finding
	if got := rest.RefusalFor(none); got.Code != "InvalidVI" {
		t.Errorf("refusal of nothing: %+v", got)
	}
}
