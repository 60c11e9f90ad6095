package soap_test

import (
	"encoding/xml"
	"slices"
	"strings"
	"testing"

	"github.com/beevik/etree"

	"etalon/internal/saml"
	"etalon/internal/soap"
	"etalon/internal/verdict"
	"etalon/internal/xmlsec"
)

func fault11(inner string) string {
	return `<s:Envelope xmlns:s="` + soap.Namespace11 + `"><s:Body><s:Fault xmlns:vi="` + soap.NamespaceVI + `">` + inner + `</s:Fault></s:Body></s:Envelope>`
}

// answers are what a partner may answer, with the code and the rules that reading them must give.
var answers = []struct {
	name        string
	status      int
	contentType string
	raw         string
	fault       bool
	code, rules string
}{
	{"proper", 500, "text/xml", fault11("<faultcode>vi:InvalidVI</faultcode><faultstring>x</faultstring>"), true, "InvalidVI", ""},
	{"business fault", 500, "text/xml", fault11(`<faultcode xmlns:a="urn:a">a:Metier</faultcode><faultstring>x</faultstring><detail><a/></detail>`), true, "Metier", ""},
	{"wrong namespace", 500, "text/xml", fault11(`<faultcode xmlns:vi="urn:x">vi:InvalidVI</faultcode><faultstring>x</faultstring>`), true, "InvalidVI", "fault-namespace-other"},
	{"undeclared prefix", 500, "text/xml", fault11("<faultcode>wsse:FailedCheck</faultcode><faultstring>x</faultstring>"), true, "FailedCheck", "fault-prefix-undeclared"},
	{"no prefix", 500, "text/xml", fault11("<faultcode>InvalidVI</faultcode><faultstring>x</faultstring>"), true, "InvalidVI", "fault-code-unqualified"},
	{"status 200", 200, "text/xml", fault11("<faultcode>vi:InvalidVI</faultcode><faultstring>x</faultstring>"), true, "InvalidVI", "fault-status-other"},
	{"no code", 500, "text/xml", fault11("<faultstring>x</faultstring>"), true, "", "fault-malformed"},
	{"HTML", 500, "text/html", "<html><body>Erreur", false, "", "fault-html"},
	{"HTML without saying so", 500, "", " <!doctype HTML><html>", false, "", "fault-html"},
	{"stack trace", 500, "text/plain", "java.lang.NullPointerException", false, "", "fault-unreadable"},
	{"nothing", 403, "", "", false, "", "fault-absent"},
	{"business answer refused", 500, "text/xml", strings.Replace(fault11(""), "s:Fault", "s:Autre", 2), false, "", "fault-absent"},
	{"business answer", 200, "text/xml", strings.Replace(fault11(""), "s:Fault", "s:Autre", 2), false, "", ""},
	{"plain answer", 200, "text/plain", "ok", false, "", ""},
}

func TestReadFault(t *testing.T) {
	for _, a := range answers {
		f, findings, ok := soap.ReadFault(a.status, a.contentType, []byte(a.raw))
		if ok != a.fault || f.Code.Local != a.code || rules(findings) != a.rules {
			t.Errorf("%s: %t %+v %+v", a.name, ok, f, findings)
		}
	}
}

func TestFaultIsReadAsItWasWritten(t *testing.T) {
	detail := etree.NewElement("x:d")
	detail.CreateAttr("xmlns:x", "urn:x")
	for _, version := range []string{"", soap.V11, soap.V12} {
		for _, code := range []xml.Name{
			{Space: soap.NamespaceVI, Local: "InvalidVI"}, {Space: xmlsec.NamespaceWSSE, Local: "FailedCheck"},
			{Space: "urn:app", Local: "Droits"}, {Space: soap.Namespace11, Local: "Client"},
		} {
			want := soap.Fault{Code: code, String: "refusé", Detail: detail, SOAP: version}
			got, findings, ok := soap.ReadFault(want.Status(), "text/xml", want.Bytes())
			if version == soap.V12 && code.Local == "Client" {
				code = xml.Name{Space: soap.Namespace12, Local: "Sender"}
			}
			if !ok || len(findings) > 0 || got.Code != code || got.String != want.String || got.Detail == nil {
				t.Errorf("%s %v: %+v %+v\n%s", version, code, got, findings, want.Bytes())
			}
		}
	}
}

func TestFaultForFollowsPrecedence(t *testing.T) {
	order := []struct{ rule, code string }{
		{"soap-version-other", "VersionMismatch"}, {"xml-malformed", "Client"}, {"header-not-understood", "MustUnderstand"},
		{"security-empty", "SecurityTokenUnavailable"}, {"vi-several", "InvalidSecurity"},
		{"version-not-agreed", "UnsupportedSecurityToken"}, {"element-foreign", "InvalidSecurityToken"},
		{"signature-algorithm-other", "UnsupportedAlgorithm"}, {"signature-absent", "FailedCheck"},
		{"timestamp-expired", "MessageExpired"}, {"window-expired", "InvalidVI"}, {"audience-other", "InvalidService"},
		{"authncontext-absent", "InvalidAuthLevel"}, {"pagm-unknown", "InvalidPagm"}, {"issuer-unknown", "InvalidIssuer"},
		{"recipient-other", "InvalidVI"},
	}
	var fs []verdict.Finding
	for _, step := range slices.Backward(order) {
		requirement := saml.Rules[step.rule] + soap.Rules[step.rule]
		fs = append(fs, verdict.Finding{Requirement: requirement, Rule: step.rule})
		f := soap.FaultFor(fs)
		if f.Code.Local != step.code || f.String == "" {
			t.Errorf("%s first: got %v %q, want %s", step.rule, f.Code, f.String, step.code)
		}
	}
	if f := soap.FaultFor(nil); f != (soap.Fault{}) {
		t.Errorf("no finding, yet %+v", f)
	}
}

// Every rule must be refused by a code that the judge of candidates accepts for its requirement.
func TestOurOwnFaultsAreAccepted(t *testing.T) {
	all := map[string]string{}
	for _, table := range []map[string]string{saml.Rules, soap.Rules} {
		for rule, requirement := range table {
			all[rule] = requirement
		}
	}
	for rule, requirement := range all {
		if requirement[0] == 'F' {
			continue
		}
		f := soap.FaultFor([]verdict.Finding{{Requirement: requirement, Rule: rule}})
		if codes := soap.Accepted(caseOf(rule, requirement), profile()); codes != nil && !f.In(codes) {
			t.Errorf("%s (%s): %v is not in %v", rule, requirement, f.Code, codes)
		}
	}
}

// caseOf names the case of the rules whose accepted codes differ from those of their row.
func caseOf(rule, requirement string) string {
	switch rule {
	case "xml-malformed":
		return "V01-N1"
	case "issuer-empty", "issuer-absent":
		return "V04-N1"
	case "issuer-pattern-other":
		return "V04-N4"
	case "soap-version-other":
		return "A08-N3"
	}
	return requirement + "-N9"
}

func TestAccepted(t *testing.T) {
	p := profile()
	p.Fault.Expected = map[string][]string{"V10-N1": {"vi:InvalidPagm", "wsse:FailedCheck", "soap:Client"}}
	local := func(names []xml.Name) string {
		var all []string
		for _, n := range names {
			all = append(all, n.Local)
		}
		return strings.Join(all, " ")
	}
	for id, want := range map[string]string{
		"V10-N1": "InvalidPagm FailedCheck Client Sender", "V10-N2": "InvalidService", "A08-N1": "", "G09-N4": "",
		"G06-N1": "FailedCheck InvalidIssuer", "A09-N1": "MessageExpired MessageExpired",
	} {
		if got := local(soap.Accepted(id, p)); got != want {
			t.Errorf("%s: got %q, want %q", id, got, want)
		}
	}
	if n := len(soap.Accepted("V16-N1", p)); n < 15 {
		t.Errorf("V16-N1 accepts only %d codes", n)
	}
	dotted := soap.Fault{Code: xml.Name{Space: soap.Namespace11, Local: "Client.Authentication"}}
	if !dotted.In([]xml.Name{{Space: soap.Namespace11, Local: "Client"}}) {
		t.Error("Client.Authentication is a Client")
	}
}
