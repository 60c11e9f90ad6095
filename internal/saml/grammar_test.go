package saml_test

import (
	"strings"
	"testing"

	"github.com/beevik/etree"

	"etalon/internal/saml"
	"etalon/internal/xmlsec"
)

const (
	open20 = `<s:Assertion xmlns:s="` + saml.Namespace20 + `" xmlns:x="urn:x" xmlns:xsi="http://www.w3.org/2001/XMLSchema-instance" Version="2.0" ID="_1" IssueInstant="2026-11-21T10:00:00Z">`
	open11 = `<s:Assertion xmlns:s="` + saml.Namespace11 + `" xmlns:x="urn:x" MajorVersion="1" MinorVersion="1" AssertionID="_1" Issuer="i" IssueInstant="2026-11-21T10:00:00Z">`
)

// formats are assertions, content only, and the rules of V01 that they break.
var formats = []struct{ name, xml, rules string }{
	{"2.0, nothing", open20, ""},
	{"2.0, every optional part", open20 + `<s:Issuer Format="f" NameQualifier="q">i</s:Issuer>
		<s:Subject><s:NameID SPProvidedID="p">n</s:NameID><s:SubjectConfirmation Method="m"><s:NameID>n</s:NameID>
		<s:SubjectConfirmationData x:any="1" Address="a" InResponseTo="r"><x:any/></s:SubjectConfirmationData></s:SubjectConfirmation></s:Subject>
		<s:Conditions><s:OneTimeUse/><s:ProxyRestriction Count="1"><s:Audience>a</s:Audience></s:ProxyRestriction><s:AudienceRestriction><s:Audience>a</s:Audience></s:AudienceRestriction></s:Conditions>
		<s:Advice><x:any/></s:Advice>
		<s:AttributeStatement><s:Attribute Name="a" NameFormat="f" FriendlyName="n" x:any="1"><s:AttributeValue xsi:type="x:t"><x:any/></s:AttributeValue></s:Attribute><s:EncryptedAttribute/></s:AttributeStatement>
		<s:AuthnStatement SessionNotOnOrAfter="2026-11-21T10:00:00Z"><s:SubjectLocality Address="a"/><s:AuthnContext><s:AuthnContextDeclRef>d</s:AuthnContextDeclRef><s:AuthenticatingAuthority>a</s:AuthenticatingAuthority></s:AuthnContext></s:AuthnStatement>
		<s:AuthzDecisionStatement Resource="r" Decision="d"/>`, ""},
	{"2.0, two issuers", open20 + `<s:Issuer>i</s:Issuer><s:Issuer>i</s:Issuer>`, "element-repeated"},
	{"2.0, issuer after subject", open20 + `<s:Subject/><s:Issuer>i</s:Issuer>`, "element-misplaced"},
	{"2.0, subject of 1.1", open20 + `<s:Subject><s:NameIdentifier>n</s:NameIdentifier></s:Subject>`, "element-foreign"},
	{"2.0, two identifiers", open20 + `<s:Subject><s:NameID>a</s:NameID><s:NameID>b</s:NameID></s:Subject>`, "element-repeated"},
	{"2.0, element of another namespace deep inside", open20 + `<s:Conditions><x:Condition/></s:Conditions>`, "element-foreign"},
	{"2.0, element without namespace", open20 + `<Extra/>`, "element-foreign"},
	{"2.0, text in a choice", open20 + `<s:Conditions>x</s:Conditions>`, "text-unexpected"},
	{"2.0, element in a text", open20 + `<s:Issuer>i<s:Issuer>j</s:Issuer></s:Issuer>`, "element-foreign"},
	{"2.0, attribute of 1.1", strings.Replace(open20, " ID=", ` AssertionID="_1" ID=`, 1), "attribute-foreign"},
	{"2.0, several defects", open20 + `<x:a/><s:Conditions NotBefore="hier" Extra="1">x</s:Conditions>`, "attribute-foreign element-foreign instant-malformed text-unexpected"},
	{"1.1, every optional part", open11 + `<s:Conditions><s:DoNotCacheCondition/><s:AudienceRestrictionCondition><s:Audience>a</s:Audience></s:AudienceRestrictionCondition></s:Conditions><s:Advice><x:any/></s:Advice>
		<s:AuthenticationStatement AuthenticationMethod="m"><s:Subject><s:NameIdentifier NameQualifier="q" Format="f">n</s:NameIdentifier>
		<s:SubjectConfirmation><s:ConfirmationMethod>m</s:ConfirmationMethod><s:SubjectConfirmationData/></s:SubjectConfirmation></s:Subject>
		<s:SubjectLocality IPAddress="a" DNSAddress="d"/><s:AuthorityBinding AuthorityKind="k" Location="l" Binding="b"/></s:AuthenticationStatement>
		<s:AuthorizationDecisionStatement Resource="r" Decision="d"/><s:AttributeStatement><s:Subject/><s:Attribute AttributeName="a" AttributeNamespace="n"><s:AttributeValue>v</s:AttributeValue></s:Attribute></s:AttributeStatement>`, ""},
	{"1.1, issuer of 2.0", open11 + `<s:Issuer>i</s:Issuer>`, "element-foreign"},
	{"1.1, no confirmation method", open11 + `<s:AttributeStatement><s:Subject><s:SubjectConfirmation/></s:Subject><s:Attribute AttributeName="a"><s:AttributeValue/></s:Attribute></s:AttributeStatement>`, "element-missing"},
	{"1.1, attribute without value", open11 + `<s:AttributeStatement><s:Attribute AttributeName="a"/></s:AttributeStatement>`, "element-missing"},
	{"1.1, conditions last", open11 + `<s:AuthenticationStatement/><s:Conditions/>`, "element-misplaced"},
	{"1.1, version 1.0", strings.Replace(open11, `MinorVersion="1"`, `MinorVersion="0"`, 1), "assertion-version-unknown"},
}

func TestFormatFollowsTheSchemas(t *testing.T) {
	for _, f := range formats {
		doc, err := xmlsec.Parse([]byte("<Security>"+f.xml+"</s:Assertion></Security>"), xmlsec.DefaultLimits)
		if err != nil {
			t.Fatalf("%s: %v", f.name, err)
		}
		var got []string
		for _, rule := range rules(saml.Verify(doc.Root(), doc.Root().ChildElements(), expect(t)).Findings) {
			if saml.Rules[rule] == "V01" {
				got = append(got, rule)
			}
		}
		if strings.Join(got, " ") != f.rules {
			t.Errorf("%s: got %v, want %q", f.name, got, f.rules)
		}
	}
}

func FuzzVerify(f *testing.F) {
	for _, m := range []message{{}, {saml11: true}, {unsigned: true}} {
		doc := etree.NewDocument()
		doc.SetRoot(m.tree(f))
		raw, err := xmlsec.Serialize(doc)
		if err != nil {
			f.Fatal(err)
		}
		f.Add(raw)
	}
	for _, s := range formats {
		f.Add([]byte("<Security>" + s.xml + "</s:Assertion></Security>"))
	}
	x := expect(f)
	f.Fuzz(func(t *testing.T, raw []byte) {
		doc, err := xmlsec.Parse(raw, xmlsec.DefaultLimits)
		if err != nil {
			return
		}
		for _, emitted := range []bool{false, true} {
			x.Emitted = emitted
			j := saml.Verify(doc.Root(), doc.Root().ChildElements(), x)
			if !j.Verified && (j.Element != nil || len(j.Findings) == 0) {
				t.Errorf("not verified, yet element %v, findings %v", j.Element, j.Findings)
			}
			for _, finding := range j.Findings {
				if saml.Rules[finding.Rule] == "" || finding.Requirement == "" {
					t.Errorf("finding out of the table: %+v", finding)
				}
			}
		}
	})
}
