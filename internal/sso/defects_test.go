package sso_test

import (
	"net/http"
	"net/url"
	"slices"
	"strings"
	"testing"
	"time"

	"etalon/internal/interops"
	"etalon/internal/saml"
	"etalon/internal/sso"
)

// defect is a Response with a fault, and what the judge must say of it: in mode P, in mode S, and in mode S of the
// operator that emitted it.
type defect struct {
	name            string
	p, s, emitted   string
	content         func(*interops.VI)
	draft           func(*sso.Draft)
	form            func(*saml.Form)
	in              func(*sso.Incoming)
	expect          func(*sso.Expectation)
	unsigned        bool
	response        bool // signed as a whole as well
	claimsAreUnread bool
}

func (d defect) judge(t *testing.T, x sso.Expectation) sso.Judged {
	t.Helper()
	made := draft(t)
	if d.response {
		made = signedDraft(t)
	}
	if d.draft != nil {
		d.draft(made)
	}
	made.Hooks.Content = d.content
	made.Hooks.Form = func(f *saml.Form) error {
		if d.form != nil {
			d.form(f)
		}
		if d.unsigned {
			f.Recipe = nil
		}
		return nil
	}
	in := post(build(t, made))
	if d.in != nil {
		d.in(&in)
	}
	if d.expect != nil {
		d.expect(&x)
	}
	return sso.Verify(in, x)
}

// attribute sets an attribute of the Response, or removes it when the value is empty.
func attribute(name, value string) func(*saml.Form) {
	return func(f *saml.Form) {
		f.Root.RemoveAttr(name)
		if value != "" {
			f.Root.CreateAttr(name, value)
		}
	}
}

func relay(target string) func(*sso.Incoming) {
	return func(in *sso.Incoming) { in.Form.Set(sso.ParameterRelayState, target) }
}

func defects() []defect {
	answered := func(d *sso.Draft) { d.InResponseTo, d.VI.Confirmation.InResponseTo = "_q1", "_q1" }
	state := func(s sso.RequestState) func(*sso.Expectation) {
		return func(x *sso.Expectation) { x.Requests = func(string) sso.RequestState { return s } }
	}
	return []defect{
		{name: "bare assertion", p: "P01 response-absent", s: "V01 response-absent", emitted: "V18 response-absent",
			form: func(f *saml.Form) { f.Root = f.VI }},
		{name: "another document", p: "P01 response-absent", s: "V01 response-absent", emitted: "V18 response-absent", claimsAreUnread: true,
			in: func(in *sso.Incoming) { in.Form = sso.ResponseForm([]byte("<a/>"), "") }},
		{name: "no assertion", p: "P01 response-assertion-absent", s: "V01 response-assertion-absent", emitted: "V18 response-assertion-absent", claimsAreUnread: true,
			form: func(f *saml.Form) { f.Root.RemoveChild(f.VI); f.Recipe = nil }},
		{name: "encrypted assertion", p: "P01 response-assertion-encrypted", s: "V01 response-assertion-encrypted", emitted: "V18 response-assertion-encrypted", claimsAreUnread: true,
			form: func(f *saml.Form) { f.VI.Tag, f.Recipe = "EncryptedAssertion", nil }},
		{name: "status Responder with an assertion", p: "P01 response-status-other", s: "V01 response-status-other", emitted: "V18 response-status-other",
			form: func(f *saml.Form) { f.Root.FindElement("Status/StatusCode").CreateAttr("Value", sso.StatusResponder) }},
		{name: "status NoPassive without", p: "P01 response-status-other", s: "V01 response-status-other", emitted: "V18 response-status-other", claimsAreUnread: true,
			draft: func(d *sso.Draft) { d.Status, d.SubStatus = sso.StatusResponder, sso.StatusNoPassive }},
		{name: "no status", p: "P01 response-status-absent", s: "V01 response-status-absent", emitted: "V18 response-status-absent",
			form: func(f *saml.Form) { f.Root.RemoveChild(f.Root.FindElement("Status")) }},
		{name: "version", p: "P01 response-version-other", s: "V01 response-version-other", emitted: "V18 response-version-other", form: attribute("Version", "1.1")},
		{name: "no ID", p: "P01 response-id-absent", s: "V01 response-id-absent", emitted: "V18 response-id-absent", form: attribute("ID", "")},
		{name: "no instant", p: "P01 response-issueinstant-malformed", s: "V01 response-issueinstant-malformed", emitted: "V18 response-issueinstant-malformed", form: attribute("IssueInstant", "")},
		{name: "future", p: "P01 response-issueinstant-future", s: "V01 response-issueinstant-future", emitted: "V18 response-issueinstant-future",
			draft: func(d *sso.Draft) { d.Now = now.Add(3 * time.Minute) }},
		{name: "old", p: "P01 response-issueinstant-too-old", s: "V01 response-issueinstant-too-old", emitted: "V18 response-issueinstant-too-old",
			draft: func(d *sso.Draft) { d.Now = now.Add(-8 * time.Minute) }},
		{name: "foreign child", p: "P01 response-malformed", s: "V01 response-malformed", emitted: "V18 response-malformed",
			form: func(f *saml.Form) { f.Root.CreateElement("x") }},
		{name: "status last", p: "P01 response-malformed", s: "V01 response-malformed", emitted: "V18 response-malformed",
			form: func(f *saml.Form) { f.Root.AddChild(f.Root.FindElement("Status")) }},

		{name: "other Destination", p: "P02 response-destination-other", s: "S04 response-destination-other", emitted: "V18 response-destination-other",
			draft: func(d *sso.Draft) { d.Destination = "https://sp.pe.test/acs" }},
		{name: "Destination missing", p: "P02 response-destination-absent", s: "S04 response-destination-absent", emitted: "V18 response-destination-absent",
			draft: func(d *sso.Draft) { d.Destination = "" }},
		{name: "other Issuer", p: "P02 response-issuer-other", s: "S04 response-issuer-other", emitted: "V18 response-issuer-other",
			form: func(f *saml.Form) { f.Root.FindElement("Issuer").SetText("urn:autre") }},
		{name: "no Issuer", p: "P02 response-issuer-absent", s: "S04 response-issuer-absent", emitted: "V18 response-issuer-absent",
			form: func(f *saml.Form) { f.Root.RemoveChild(f.Root.FindElement("Issuer")) }},

		{name: "invented InResponseTo", p: "P03 inresponseto-unsolicited", s: "S11 inresponseto-unknown", emitted: "V18 inresponseto-unknown", draft: answered},
		{name: "InResponseTo in the VI alone", p: "P03 inresponseto-unsolicited", s: "S11 inresponseto-unconfirmed, S11 inresponseto-unknown",
			emitted: "V18 inresponseto-unconfirmed, V18 inresponseto-unknown", content: func(v *interops.VI) { v.Confirmation.InResponseTo = "_q1" }},
		{name: "used request", p: "P03 inresponseto-unsolicited", s: "S11 inresponseto-used", emitted: "V18 inresponseto-used", draft: answered, expect: state(sso.RequestUsed)},
		{name: "expired request", p: "P03 inresponseto-unsolicited", s: "S11 inresponseto-expired", emitted: "V18 inresponseto-expired", draft: answered, expect: state(sso.RequestExpired)},
		{name: "not confirmed", p: "P03 inresponseto-unsolicited", s: "S11 inresponseto-unconfirmed", emitted: "V18 inresponseto-unconfirmed",
			draft: func(d *sso.Draft) { d.InResponseTo = "_q1" }, expect: state(sso.RequestPending)},
		{name: "another request", p: "P03 inresponseto-unsolicited", s: "S11 inresponseto-unknown", emitted: "V18 inresponseto-unknown", draft: answered,
			expect: func(x *sso.Expectation) {
				x.Request, x.Requests = &sso.AuthnRequest{ID: "_q2"}, func(string) sso.RequestState { return sso.RequestPending }
			}},
		{name: "request unanswered", p: "S11 inresponseto-absent", s: "S11 inresponseto-absent", emitted: "V18 inresponseto-absent",
			expect: func(x *sso.Expectation) { x.Request = &sso.AuthnRequest{ID: "_q1"} }},

		{name: "GET", p: "P04 response-method-other", s: "V01 response-method-other", emitted: "V18 response-method-other",
			in: func(in *sso.Incoming) { in.Method, in.Query, in.Form = "GET", in.Form, nil }},
		{name: "GET without anything", p: "P04 response-method-other", s: "V01 response-method-other", emitted: "V18 response-method-other", claimsAreUnread: true,
			in: func(in *sso.Incoming) { in.Method, in.Form = "GET", nil }},
		{name: "in the query as well", p: "P04 response-in-query", s: "V01 response-in-query", emitted: "V18 response-in-query",
			in: func(in *sso.Incoming) { in.Query = in.Form }},
		{name: "bad base64", p: "P04 response-base64-invalid", s: "V01 response-base64-invalid", emitted: "V18 response-base64-invalid", claimsAreUnread: true,
			in: func(in *sso.Incoming) { in.Form.Set(sso.ParameterResponse, "!"+in.Form.Get(sso.ParameterResponse)) }},
		{name: "parameter twice", p: "P04 response-parameter-repeated", s: "V01 response-parameter-repeated", emitted: "V18 response-parameter-repeated", claimsAreUnread: true,
			in: func(in *sso.Incoming) { in.Form.Add(sso.ParameterResponse, in.Form.Get(sso.ParameterResponse)) }},
		{name: "RelayState twice", p: "P04 response-parameter-repeated", s: "V01 response-parameter-repeated", emitted: "V18 response-parameter-repeated",
			in: func(in *sso.Incoming) { in.Form.Add(sso.ParameterRelayState, "/ailleurs") }},
		{name: "no parameter", p: "P04 response-parameter-absent", s: "V01 response-parameter-absent", emitted: "V18 response-parameter-absent", claimsAreUnread: true,
			in: func(in *sso.Incoming) { in.Form = url.Values{} }},
		{name: "body of 1 MB", p: "P04 response-oversized", s: "V01 response-oversized", emitted: "V18 response-oversized", claimsAreUnread: true,
			in: func(in *sso.Incoming) {
				in.Form.Set("x", strings.Repeat("a", 1<<20))
				*in = posted(in.Form)
			}},
		{name: "Response over the limit", p: "P04 response-oversized", s: "V01 response-oversized", emitted: "V18 response-oversized", claimsAreUnread: true,
			in: func(in *sso.Incoming) {
				in.Form = sso.ResponseForm([]byte("<a>"+strings.Repeat(" ", sso.MaxMessage)+"</a>"), "")
			}},
		{name: "Response just over the limit", p: "P04 response-oversized", s: "V01 response-oversized", emitted: "V18 response-oversized", claimsAreUnread: true,
			in: func(in *sso.Incoming) { in.Form = sso.ResponseForm([]byte(strings.Repeat(" ", sso.MaxMessage+1)), "") }},

		{name: "RelayState elsewhere", p: "P05 relaystate-other", s: "S14 relaystate-other", emitted: "V18 relaystate-other", in: relay("https://pirate.test/")},
		{name: "RelayState javascript", p: "P05 relaystate-script", s: "S14 relaystate-script", emitted: "V18 relaystate-script", in: relay("java\nscript:alert(1)")},
		{name: "RelayState data", p: "P05 relaystate-script", s: "S14 relaystate-script", emitted: "V18 relaystate-script", in: relay("data:text/html,%zz<script>")},
		{name: "RelayState over 80 bytes", p: "P05 relaystate-too-long", s: "S14 relaystate-too-long", emitted: "V18 relaystate-too-long", in: relay("/app/" + strings.Repeat("é", 38))},

		{name: "unreadable", p: "V01 xml-malformed", s: "V01 xml-malformed", emitted: "V18 xml-malformed", claimsAreUnread: true, in: func(in *sso.Incoming) { in.Form = sso.ResponseForm([]byte("<a"), "") }},
		{name: "DTD", p: "G09 xml-doctype", s: "G09 xml-doctype", emitted: "V18 xml-doctype", claimsAreUnread: true,
			in: func(in *sso.Incoming) { in.Form = sso.ResponseForm([]byte("<!DOCTYPE a><a/>"), "") }},
		{name: "not UTF-8", p: "V17 xml-utf8-invalid", s: "V17 xml-utf8-invalid", emitted: "V18 xml-utf8-invalid", claimsAreUnread: true,
			in: func(in *sso.Incoming) { in.Form = sso.ResponseForm([]byte("<a>\xff</a>"), "") }},
		{name: "too deep", p: "G09 xml-too-deep", s: "G09 xml-too-deep", emitted: "V18 xml-too-deep", claimsAreUnread: true,
			in: func(in *sso.Incoming) {
				in.Form = sso.ResponseForm([]byte(strings.Repeat("<a>", 5000)+strings.Repeat("</a>", 5000)), "")
			}},
		{name: "too much", p: "G09 xml-oversized", s: "G09 xml-oversized", emitted: "V18 xml-oversized", claimsAreUnread: true,
			in: func(in *sso.Incoming) {
				in.Form = sso.ResponseForm([]byte("<a>"+strings.Repeat("<b/>", 40000)+"</a>"), "")
			}},

		{name: "unsigned", p: "G01 signature-absent", s: "G01 signature-absent", emitted: "G10 signature-absent", unsigned: true},
		{name: "unsigned in a signed Response", p: "G01 signature-absent", s: "G01 signature-absent", emitted: "G10 signature-absent", unsigned: true, response: true},
		{name: "Response signed by another", p: "G06 response-signer-other", s: "G06 response-signer-other", emitted: "G10 response-signer-other", response: true,
			form: func(f *saml.Form) { resign(f, "pe/signature") }},
		{name: "Response signed outside trust", p: "G05 response-signer-untrusted", s: "G05 response-signer-untrusted", emitted: "G10 response-signer-untrusted", response: true,
			form: func(f *saml.Form) { resign(f, "msa/signature~other-ca") }},
		{name: "Response signed with SHA-1", p: "G03 response-signature-algorithm-other", s: "G03 response-signature-algorithm-other", emitted: "G10 response-signature-algorithm-other", response: true,
			form: func(f *saml.Form) { f.Message.Method = "http://www.w3.org/2000/09/xmldsig#rsa-sha1" }},
		{name: "Response signature over the VI", p: "G02 response-signature-reference-other", s: "G02 response-signature-reference-other", emitted: "G10 response-signature-reference-other", response: true,
			form: func(f *saml.Form) { f.Message.References[0].URI = "#_b6f0c1d2" }},

		{name: "no SessionIndex", emitted: "S19 sessionindex-absent", content: func(v *interops.VI) { v.SessionIndex = "" }},
		{name: "version 1.1 in a Response", p: "V01 version-not-agreed", s: "V01 version-not-agreed", emitted: "S19 sessionindex-absent, V18 version-not-agreed",
			content: func(v *interops.VI) {
				v.Version, v.SessionIndex, v.SessionNotOnOrAfter = "1.1", "", time.Time{}
				v.Confirmation = interops.Confirmation{Method: interops.MethodBearer}
			}},
		{name: "outside the sphere", p: "V04 issuer-without-project", s: "S02 issuer-without-project", emitted: "S05 issuer-without-project",
			draft: func(d *sso.Draft) { speakAs(d, 5) }},
		{name: "withdrawn operator", p: "K02 project-mode-other", s: "S02 project-ended", emitted: "S05 project-ended",
			draft: func(d *sso.Draft) { speakAs(d, 3) }},
		{name: "identification operator", p: "V04 issuer-without-project", s: "S02 issuer-without-project", emitted: "S05 issuer-without-project",
			draft: func(d *sso.Draft) { speakAs(d, 2) }},
		{name: "unknown PAGM", p: "V13 pagm-unknown", s: "V13 pagm-unknown", emitted: "S18 pagm-unknown", content: func(v *interops.VI) { v.PAGM = []string{"PAGM_INVENTE"} }},
	}
}

// resign makes the Response's own signature with another key.
func resign(f *saml.Form, name string) {
	c, err := f.Credential(name)
	if err != nil {
		panic(err)
	}
	f.Message.Key, f.Message.KeyInfo.Certificates = c.Key, c.Chain
}

// speakAs makes a Response the honest work of another organism of the convention.
func speakAs(d *sso.Draft, i int) {
	o := convention().Organisms[i]
	d.VI.Issuer = o.Issuer
	var err error
	if d.Signer, err = d.Credential(o.Name + "/signature"); err != nil {
		panic(err)
	}
}

func TestEachDefectIsNamedByItsRulesAlone(t *testing.T) {
	for _, d := range defects() {
		emitted := expect(t, interops.ModeS)
		emitted.Emitted = true
		for _, c := range []struct {
			side, want string
			x          sso.Expectation
		}{
			{"P", d.p, expect(t, interops.ModeP)}, {"S", d.s, expect(t, interops.ModeS)}, {"S emitted", d.emitted, emitted},
		} {
			j := d.judge(t, c.x)
			if got := rules(j.Findings); got != c.want {
				t.Errorf("%s, %s: got %s, want %s\n%+v", d.name, c.side, got, c.want, j.Findings)
			}
			if d.claimsAreUnread != (j.VI.ID == "") {
				t.Errorf("%s, %s: VI %q", d.name, c.side, j.VI.ID)
			}
		}
	}
}

func TestEveryRuleIsReported(t *testing.T) {
	seen := map[string]bool{}
	for _, d := range defects() {
		for _, s := range []string{d.p, d.s, d.emitted} {
			for _, word := range strings.Fields(strings.ReplaceAll(s, ",", "")) {
				seen[word] = true
			}
		}
	}
	for rule, requirement := range sso.Rules {
		other := strings.HasPrefix(rule, "request-") || strings.HasPrefix(rule, "logout-") || strings.HasPrefix(rule, "metadata-")
		elsewhere := []string{"response-signature-invalid", "response-altered", "response-assertion-several"} // wrapping_test.go
		if !seen[rule] && !other && !slices.Contains(elsewhere, rule) {
			t.Errorf("no test input makes Verify report %q", rule)
		}
		if requirement == "" || sso.Requirement(rule, interops.ModeS, true) == "" {
			t.Errorf("rule %s names no requirement", rule)
		}
	}
	if got := sso.Requirement("no-such-rule", interops.ModeP, false); got != "" {
		t.Errorf("unknown rule: %q", got)
	}
}

func TestUnansweredWhereEveryResponseIsSolicited(t *testing.T) {
	x := expect(t, interops.ModeS)
	x.Profile.S.Flow = "sp-initiated"
	if got := rules(sso.Verify(post(build(t, draft(t))), x).Findings); got != "S11 inresponseto-absent" {
		t.Errorf("got %s", got)
	}
}

func TestAnswerToThePendingRequestIsAccepted(t *testing.T) {
	d := draft(t)
	d.InResponseTo, d.VI.Confirmation.InResponseTo = "_q1", "_q1"
	raw := build(t, d)
	one, many := expect(t, interops.ModeS), expect(t, interops.ModeS)
	one.Request = &sso.AuthnRequest{ID: "_q1"}
	many.Requests = func(id string) sso.RequestState { return map[string]sso.RequestState{"_q1": sso.RequestPending}[id] }
	for _, x := range []sso.Expectation{one, many} {
		if j := sso.Verify(post(raw), x); len(j.Findings) > 0 || !j.Verified || j.InResponseTo != "_q1" {
			t.Errorf("%+v", j.Findings)
		}
	}
}

func TestPAGMIsOptionalWhereTheServiceKnowsNone(t *testing.T) {
	x := expect(t, interops.ModeS)
	x.Provider, x.Audience, x.ACS = "pe", "https://offres.pe.test", acs
	d := draft(t)
	d.VI.Audiences, d.VI.PAGM = [][]string{{x.Audience}}, nil
	d.VI.Confirmation.Recipient = convention().Organisms[4].Recipient
	if j := sso.Verify(post(build(t, d)), x); len(j.Findings) > 0 || !j.Verified || j.Service.Name != "offres" {
		t.Errorf("without PAGM: %+v", j.Findings)
	}
	d.VI.PAGM = []string{"PAGM_INVENTE"}
	if got := rules(sso.Verify(post(build(t, d)), x).Findings); got != "V13 pagm-unknown" {
		t.Errorf("unknown PAGM: %s", got)
	}
}

func TestHeaderTransport(t *testing.T) {
	raw := build(t, draft(t))
	x := expect(t, interops.ModeP)
	x.Transport = sso.TransportHeader
	for want, values := range map[string][]string{
		"P04 response-parameter-absent":   nil,
		"P04 response-parameter-repeated": {sso.Encode(raw), sso.Encode(raw)},
		"P04 response-base64-invalid":     {"SAML " + sso.Encode(raw)},
		"P04 response-oversized":          {strings.Repeat("A", 1<<20)},
	} {
		in := sso.Incoming{Method: "GET", Header: http.Header{sso.HeaderResponse: values}}
		if got := rules(sso.Verify(in, x).Findings); got != want {
			t.Errorf("got %s, want %s", got, want)
		}
	}
}

func TestReadStopsAtTheLimit(t *testing.T) {
	r, err := http.NewRequest(http.MethodPost, acs+"?a=b", strings.NewReader(strings.Repeat("a", 1<<20)))
	if err != nil {
		t.Fatal(err)
	}
	in, err := sso.Read(r)
	if err != nil || len(in.Raw) != sso.MaxBody+1 || in.Query.Get("a") != "b" || in.RawQuery != "a=b" {
		t.Errorf("read %d bytes, %v", len(in.Raw), err)
	}
	if got := rules(sso.Verify(in, expect(t, interops.ModeP)).Findings); got != "P04 response-oversized" {
		t.Errorf("got %s", got)
	}
	r.Body = http.MaxBytesReader(nil, http.NoBody, 0)
	r.Body.Close()
	if in, err := sso.Read(&http.Request{Method: "GET", URL: r.URL}); err != nil || in.Method != "GET" {
		t.Errorf("no body: %v", err)
	}
}

func TestResponseThatCannotBeBuilt(t *testing.T) {
	for name, change := range map[string]func(*sso.Draft){
		"version":         func(d *sso.Draft) { d.VI.Version = "3.0" },
		"signer":          func(d *sso.Draft) { d.Signer.Key = nil },
		"response signer": func(d *sso.Draft) { d.ResponseSigner.Chain = nil },
		"form":            func(d *sso.Draft) { d.Hooks.Form = func(*saml.Form) error { return http.ErrAbortHandler } },
		"signature":       func(d *sso.Draft) { d.Hooks = altered(func(f *saml.Form) { f.Recipe.References[0].URI = "#rien" }) },
		"wire":            func(d *sso.Draft) { d.Hooks.Wire = func([]byte) ([]byte, error) { return nil, http.ErrAbortHandler } },
	} {
		d := signedDraft(t)
		change(d)
		if _, err := d.Build(); err == nil {
			t.Errorf("%s: no error", name)
		}
	}
}
