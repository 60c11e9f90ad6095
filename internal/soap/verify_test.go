package soap_test

import (
	"bytes"
	"encoding/base64"
	"net/url"
	"strings"
	"testing"
	"time"

	"github.com/beevik/etree"

	"etalon/internal/interops"
	"etalon/internal/saml"
	"etalon/internal/soap"
	"etalon/internal/xmlsec"
)

func TestHonestMessageVerifiesClean(t *testing.T) {
	for name, alter := range map[string]func(*soap.Draft){
		"2.0":            func(*soap.Draft) {},
		"2.0 ECDSA":      func(d *soap.Draft) { d.Signer = credential(t, "msa/signature-ec") },
		"1.1":            func(d *soap.Draft) { d.VI = vi11() },
		"bare":           func(d *soap.Draft) { d.TokenReference, d.Created, d.Expires = false, time.Time{}, time.Time{} },
		"other actor":    func(d *soap.Draft) { d.Hooks.Form = otherActor },
		"assertion body": func(d *soap.Draft) { d.Body = []byte(`<a:Assertion xmlns:a="` + saml.Namespace20 + `" ID="_metier"/>`) },
	} {
		d := draft(t)
		alter(d)
		j := soap.Verify(post(build(t, d)), expect(t))
		if len(j.Findings) > 0 || !j.Verified || j.SOAP != soap.V11 || j.Project.Name != "consultation" {
			t.Errorf("%s: verified %t, %q, %+v", name, j.Verified, j.Project.Name, j.Findings)
		}
		if name == "2.0" && j.Operation != "Consulter" {
			t.Errorf("operation %q", j.Operation)
		}
	}
}

func otherActor(f *saml.Form) error {
	s := etree.NewElement("wsse:Security")
	s.CreateAttr("xmlns:wsse", xmlsec.NamespaceWSSE)
	s.CreateAttr("soap:actor", "urn:autre")
	s.CreateAttr("soap:mustUnderstand", "1")
	s.CreateElement("a:Assertion").CreateAttr("xmlns:a", saml.Namespace20)
	f.Header.AddChild(s)
	action := f.Header.CreateElement("wsa:Action")
	action.CreateAttr("xmlns:wsa", "http://www.w3.org/2005/08/addressing")
	action.CreateAttr("soap:mustUnderstand", "1")
	return nil
}

func TestHonestSignedMessageVerifiesClean(t *testing.T) {
	for _, version := range []string{soap.V11, soap.V12} {
		d := signedDraft(t)
		d.SOAP = version
		in := post(build(t, d))
		if version == soap.V12 {
			in.ContentType = `application/soap+xml; charset=utf-8; action="x"`
		}
		if j := soap.Verify(in, expect(t)); len(j.Findings) > 0 || !j.Verified || j.SOAP != version {
			t.Errorf("%s: %+v", version, j.Findings)
		}
	}
}

func TestSenderVouchesNeedsASignedMessage(t *testing.T) {
	x := expect(t)
	x.Profile.SubjectConfirmation.Method = "sender-vouches"
	x.Convention.Projects[1].MessageSignature = false
	for _, version := range []string{saml.Version20, saml.Version11} {
		d := signedDraft(t)
		d.VI.Version, d.VI.SessionIndex = version, ""
		d.VI.Confirmation = interops.Confirmation{Method: interops.MethodSenderVouches}
		if j := soap.Verify(post(build(t, d)), x); len(j.Findings) > 0 || !j.Verified {
			t.Errorf("%s: %+v", version, j.Findings)
		}
		d.MessageSigner = nil
		if got := rules(soap.Verify(post(build(t, d)), x).Findings); got != "message-signature-absent" {
			t.Errorf("%s unsigned: %s", version, got)
		}
	}
}

// trial is one departure and the rules, all of them, that must name it.
type trial struct {
	name, rules string
	signed      bool   // in the project whose messages are signed
	signer      string // of the message, by name
	draft       func(*soap.Draft)
	form, after func(*saml.Form)
	wire        func(string) string
	in          func(*soap.Incoming)
}

var trials = []trial{
	{name: "GET", rules: "http-method-other", in: func(in *soap.Incoming) { in.Method, in.Raw = "GET", nil }},
	{name: "content type", rules: "http-content-type-other", in: func(in *soap.Incoming) { in.ContentType = "application/json" }},
	{name: "VI in the address", rules: "http-vi-in-query", in: func(in *soap.Incoming) {
		in.Query = url.Values{"vi": {base64.StdEncoding.EncodeToString([]byte("<saml2:Assertion/>"))}}
	}},
	{name: "empty", rules: "xml-malformed", in: func(in *soap.Incoming) { in.Raw = nil }},
	{name: "malformed", rules: "xml-malformed", wire: func(s string) string { return s[:len(s)-3] }},
	{name: "not UTF-8", rules: "xml-utf8-invalid", wire: func(s string) string { return strings.Replace(s, "agent-0042", "agent-\xe9", 1) }},
	{name: "doctype", rules: "xml-doctype", wire: func(s string) string { return "<!DOCTYPE x>" + s }},
	{name: "external entity", rules: "xml-doctype", wire: func(s string) string {
		return `<!DOCTYPE x [<!ENTITY e SYSTEM "file:///etc/hostname">]>` + strings.Replace(s, "agent-0042", "&e;", 1)
	}},
	{name: "oversized attribute", rules: "xml-oversized", wire: func(s string) string {
		return strings.Replace(s, "<soap:Body", `<soap:Body x="`+strings.Repeat("A", 10<<20)+`"`, 1)
	}},
	{name: "too deep", rules: "xml-too-deep", wire: func(s string) string {
		return strings.Replace(s, "</soap:Body>", strings.Repeat("<a>", 200)+strings.Repeat("</a>", 200)+"</soap:Body>", 1)
	}},
	{name: "no envelope", rules: "envelope-absent", wire: func(string) string { return "<a/>" }},
	{name: "two bodies", rules: "envelope-malformed", form: func(f *saml.Form) { f.Root.CreateElement("soap:Body") }},
	{name: "foreign envelope part", rules: "envelope-malformed", form: func(f *saml.Form) { f.Root.CreateElement("Extra") }},
	{name: "unknown SOAP", rules: "soap-version-other", form: func(f *saml.Form) { f.Root.CreateAttr("xmlns:soap", "urn:soap") }},
	{name: "SOAP 1.2 not agreed", rules: "soap-version-other", draft: func(d *soap.Draft) { d.SOAP = soap.V12 },
		in: func(in *soap.Incoming) { in.ContentType = soap.MediaType12 }},
	{name: "no header", rules: "header-absent", after: func(f *saml.Form) { f.Root.RemoveChild(f.Header) }},
	{name: "no security", rules: "security-absent", after: func(f *saml.Form) { f.Header.RemoveChild(f.Holder) }},
	{name: "empty security", rules: "security-empty", after: func(f *saml.Form) { f.Holder.Child = nil }},
	{name: "VI in the body", rules: "vi-in-body", after: func(f *saml.Form) { f.Body.AddChild(f.VI) }},
	{name: "VI under the header", rules: "vi-under-header", after: func(f *saml.Form) { f.Header.AddChild(f.VI) }},
	{name: "two security headers", rules: "security-several", after: func(f *saml.Form) {
		f.Header.CreateElement("wsse:Security").CreateAttr("xmlns:wsse", xmlsec.NamespaceWSSE)
	}},
	{name: "two VIs", rules: "assertion-sibling id-repeated vi-several", after: func(f *saml.Form) { f.Holder.AddChild(f.VI.Copy()) }},
	{name: "unknown mandatory header", rules: "header-not-understood", form: func(f *saml.Form) {
		h := f.Header.CreateElement("x:Inconnu")
		h.CreateAttr("xmlns:x", "urn:x")
		h.CreateAttr("soap:mustUnderstand", "1")
	}},
	{name: "expired timestamp", rules: "timestamp-expired", draft: func(d *soap.Draft) { d.Expires = now.Add(-2 * time.Minute) }},
	{name: "timestamp to come", rules: "timestamp-future", draft: func(d *soap.Draft) { d.Created = now.Add(121 * time.Second) }},
	{name: "timestamp unreadable", rules: "timestamp-malformed", form: func(f *saml.Form) { f.Holder.FindElement(".//Created").SetText("hier") }},
	{name: "two timestamps", rules: "timestamp-several", form: func(f *saml.Form) { f.Holder.AddChild(f.Holder.FindElement("Timestamp").Copy()) }},
	{name: "reference to another VI", rules: "token-reference-other", form: func(f *saml.Form) { f.Holder.FindElement(".//KeyIdentifier").SetText("_autre") }},
	{name: "value type", rules: "token-reference-valuetype", form: func(f *saml.Form) {
		f.Holder.FindElement(".//KeyIdentifier").CreateAttr("ValueType", "urn:x")
	}},
	{name: "token type", rules: "token-reference-valuetype", form: func(f *saml.Form) {
		f.Holder.FindElement("SecurityTokenReference").CreateAttr("wsse11:TokenType", "urn:x")
	}},
	{name: "message unsigned", rules: "message-signature-absent", signed: true, draft: func(d *soap.Draft) { d.MessageSigner = nil }},
	{name: "body altered", rules: "message-altered", signed: true, wire: func(s string) string { return strings.Replace(s, "<m:vide/>", "<m:plein/>", 1) }},
	{name: "message signature altered", rules: "message-signature-invalid", signed: true, after: func(f *saml.Form) {
		v := f.Holder.FindElement("./Signature/SignatureValue")
		v.SetText("AAAA" + v.Text()[4:])
	}},
	{name: "message signed twice", rules: "message-signature-several", signed: true, after: func(f *saml.Form) {
		f.Holder.AddChild(f.Holder.FindElement("./Signature").Copy())
	}},
	{name: "body unsigned", rules: "message-body-unsigned", signed: true, form: func(f *saml.Form) { f.Message.References = f.Message.References[1:] }},
	{name: "timestamp unsigned", rules: "message-timestamp-unsigned", signed: true, form: func(f *saml.Form) { f.Message.References = f.Message.References[:1] }},
	{name: "body elsewhere", rules: "message-reference-other", signed: true, after: func(f *saml.Form) {
		moved := f.Body.Copy()
		f.Header.CreateElement("x:Ancien").AddChild(moved)
		f.Header.ChildElements()[1].CreateAttr("xmlns:x", "urn:x")
		f.Body.RemoveAttr("wsu:Id")
	}},
	{name: "message signed by another", rules: "message-signer-other", signed: true, signer: "caf/signature"},
	{name: "message signer untrusted", rules: "message-signer-untrusted", signed: true, signer: "msa/signature~self-signed"},
}

func (c trial) play(t testing.TB) soap.Judged {
	t.Helper()
	d := draft(t)
	if c.signed {
		d = signedDraft(t)
	}
	if c.draft != nil {
		c.draft(d)
	}
	if c.signer != "" {
		signer := credential(t, c.signer)
		d.MessageSigner = &signer
	}
	hook := func(f func(*saml.Form)) func(*saml.Form) error {
		return func(form *saml.Form) error {
			if f != nil {
				f(form)
			}
			return nil
		}
	}
	d.Hooks = saml.Hooks{Form: hook(c.form), Signed: hook(c.after)}
	if c.wire != nil {
		d.Hooks.Wire = func(raw []byte) ([]byte, error) { return []byte(c.wire(string(raw))), nil }
	}
	in := post(build(t, d))
	if c.in != nil {
		c.in(&in)
	}
	return soap.Verify(in, expect(t))
}

func TestEachDepartureIsNamedByItsRulesAlone(t *testing.T) {
	for _, c := range trials {
		t.Run(c.name, func(t *testing.T) {
			j := c.play(t)
			if got := rules(j.Findings); got != c.rules {
				t.Errorf("got %s\nwant %s\n%+v", got, c.rules, j.Findings)
			}
		})
	}
}

func TestEveryRuleIsEmitted(t *testing.T) {
	seen := map[string]bool{}
	for _, c := range trials {
		for _, f := range c.play(t).Findings {
			seen[f.Rule] = true
			if soap.Rules[f.Rule] == "" && saml.Rules[f.Rule] == "" {
				t.Errorf("rule %q is in no table", f.Rule)
			}
		}
	}
	for _, a := range answers {
		_, findings, _ := soap.ReadFault(a.status, a.contentType, []byte(a.raw))
		for _, f := range findings {
			seen[f.Rule] = true
		}
	}
	for rule := range soap.Rules {
		if !seen[rule] {
			t.Errorf("no test input makes the judge report %q", rule)
		}
		if saml.Rules[rule] != "" {
			t.Errorf("rule %q is in both tables", rule)
		}
	}
}

func TestEmittedMessageIsJudgedAsTheClientsWork(t *testing.T) {
	d := draft(t)
	d.Hooks.Signed = func(f *saml.Form) error { f.Holder.Child = nil; return nil }
	x := expect(t)
	x.Emitted = true
	j := soap.Verify(post(build(t, d)), x)
	if len(j.Findings) != 1 || j.Findings[0].Requirement != "A14" {
		t.Errorf("%+v", j.Findings)
	}
}

func TestBuildKeepsTheDraftAndTheBody(t *testing.T) {
	d := draft(t)
	first, second := build(t, d), build(t, d)
	if !bytes.Equal(first, second) {
		t.Error("two builds of one draft differ")
	}
	d.Body = []byte("<a>")
	if _, err := d.Build(); err == nil {
		t.Error("a body that is no XML was built")
	}
	d = draft(t)
	d.SOAP = "1.3"
	if _, err := d.Build(); err == nil {
		t.Error("SOAP 1.3 was built")
	}
}
