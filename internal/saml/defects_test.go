package saml_test

import (
	"crypto/x509"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/beevik/etree"

	"etalon/internal/interops"
	"etalon/internal/pki"
	"etalon/internal/saml"
	"etalon/internal/verdict"
	"etalon/internal/xmlsec"
)

// defect is one departure and the rules, all of them, that must name it.
type defect struct {
	name string
	message
	rules string // sorted, separated by spaces
}

func vi(name, rules string, content func(*interops.VI)) defect {
	return defect{name, message{content: content}, rules}
}

func form(name, rules string, f func(el *etree.Element)) defect {
	return defect{name, message{form: func(el *etree.Element, _ *xmlsec.Recipe) { f(el) }}, rules}
}

func form11(name, rules string, f func(el *etree.Element)) defect {
	return defect{name, message{saml11: true, form: func(el *etree.Element, _ *xmlsec.Recipe) { f(el) }}, rules}
}

func recipe(name, rules string, f func(r *xmlsec.Recipe)) defect {
	return defect{name, message{form: func(_ *etree.Element, r *xmlsec.Recipe) { f(r) }}, rules}
}

func signed(name, rules string, f func(el *etree.Element)) defect {
	return defect{name, message{signed: f}, rules}
}

func signer(name, rules, credential string) defect {
	return defect{name, message{signer: credential}, rules}
}

func knowing(name, rules string, content func(*interops.VI), f func(*saml.Expectation)) defect {
	return defect{name, message{content: content, expect: f}, rules}
}

func troubled(kind pki.PathKind) func(*saml.Expectation) {
	return func(x *saml.Expectation) {
		x.Trust = func([]*x509.Certificate, time.Time) []pki.PathError {
			return []pki.PathError{{Kind: kind, Detail: "essai"}}
		}
	}
}

func emitted(x *saml.Expectation) { x.Emitted = true }

func find(el *etree.Element, tag string) *etree.Element { return el.FindElement(".//" + tag) }

func remove(el *etree.Element, tag string) {
	gone := find(el, tag)
	gone.Parent().RemoveChild(gone)
}

func formatDefects() []defect {
	return []defect{
		{"namespace", message{form: func(el *etree.Element, r *xmlsec.Recipe) {
			el.CreateAttr("xmlns:saml2", "urn:x")
			r.References[0].Target = el
		}}, "assertion-namespace-other"},
		form("version 3.0", "assertion-version-unknown", func(el *etree.Element) { el.CreateAttr("Version", "3.0") }),
		form("foreign element", "element-foreign", func(el *etree.Element) {
			el.CreateElement("x:Extra").CreateAttr("xmlns:x", "urn:x")
		}),
		form("SAML element out of place", "element-foreign", func(el *etree.Element) { el.CreateElement("saml2:Audience") }),
		form("order", "element-misplaced", func(el *etree.Element) { el.AddChild(find(el, "Subject")) }),
		form("repeated", "element-repeated", func(el *etree.Element) {
			s := find(el, "Subject")
			el.InsertChildAt(s.Index()+1, s.Copy())
		}),
		form("empty statement", "element-missing pagm-absent", func(el *etree.Element) { remove(el, "Attribute") }),
		form("foreign attribute", "attribute-foreign", func(el *etree.Element) { el.CreateAttr("Extra", "1") }),
		form("foreign qualified attribute", "attribute-foreign", func(el *etree.Element) {
			el.CreateAttr("xmlns:x", "urn:x")
			el.CreateAttr("x:extra", "1")
		}),
		form("attribute without name", "attribute-missing", func(el *etree.Element) {
			s := find(el, "AttributeStatement")
			s.CreateElement("saml2:Attribute").CreateElement("saml2:AttributeValue").SetText("x")
		}),
		form("text", "text-unexpected", func(el *etree.Element) { find(el, "Subject").CreateText("x") }),
		form("instant", "instant-malformed", func(el *etree.Element) { find(el, "Conditions").CreateAttr("NotBefore", "hier") }),
		form("instant with offset", "instant-malformed", func(el *etree.Element) {
			find(el, "Conditions").CreateAttr("NotBefore", "2026-11-21T10:00:00+01:00")
		}),
		vi("bare UUID", "id-not-ncname", func(v *interops.VI) { v.ID = "0b6f-1" }),
		{"no ID", message{unsigned: true, content: func(v *interops.VI) { v.ID = "" }}, "id-absent signature-absent"},
		form("comment in NameID", "text-comment", func(el *etree.Element) {
			id := find(el, "NameID")
			id.SetText("agent")
			id.AddChild(etree.NewComment("x"))
			id.CreateText("-0042")
		}),
		form("comment in a PAGM", "text-comment", func(el *etree.Element) {
			find(el, "AttributeValue").AddChild(etree.NewComment("x"))
		}),
		form("processing instruction", "text-comment", func(el *etree.Element) { find(el, "Issuer").CreateProcInst("x", "y") }),
		form("condition", "condition-unknown", func(el *etree.Element) {
			c := find(el, "Conditions").CreateElement("saml2:Condition")
			c.CreateAttr("xmlns:xsi", "http://www.w3.org/2001/XMLSchema-instance")
			c.CreateAttr("xmlns:p", "urn:prive")
			c.CreateAttr("xsi:type", "p:Soumise")
		}),
	}
}

func partyDefects() []defect {
	stranger := "urn:interops:44444444400044:idp:ars"
	return []defect{
		vi("issuer absent", "issuer-absent", func(v *interops.VI) { v.Issuer = "" }),
		form("issuer empty", "issuer-empty", func(el *etree.Element) { find(el, "Issuer").SetText(" ") }),
		vi("issuer unknown", "issuer-unknown", func(v *interops.VI) { v.Issuer = "urn:x" }),
		knowing("issuer pattern", "issuer-pattern-other", nil, func(x *saml.Expectation) { x.Profile.Issuer.Pattern = "^urn:strict:" }),
		{"no project", message{signer: "ars/signature", content: func(v *interops.VI) { v.Issuer = stranger },
			expect: func(x *saml.Expectation) { x.TLSPeer = nil }}, "issuer-without-project"},
		knowing("no project for this service", "audience-other issuer-without-project", nil, func(x *saml.Expectation) {
			x.Audience = "http://cnav.test"
		}),
		vi("ended", "project-ended", func(v *interops.VI) { v.Audiences[0][0] = endedService }),
		vi("to come", "project-future", func(v *interops.VI) { v.Audiences[0][0] = futureService }),
		vi("other mode", "project-mode-other", func(v *interops.VI) { v.Audiences[0][0] = portal }),
		{"reversed", message{signer: "cnav/signature", expect: func(x *saml.Expectation) { x.TLSPeer = nil },
			content: func(v *interops.VI) { v.Issuer = "urn:interops:33333333300033:idp:cnav" }}, "project-reversed"},
		knowing("TLS of another", "tls-identity-other", nil, func(x *saml.Expectation) { x.Convention.Organisms[0].TLS = nil }),
	}
}

func subjectDefects() []defect {
	return []defect{
		form("no subject", "subject-absent", func(el *etree.Element) { remove(el, "Subject") }),
		form11("two subjects", "subject-several", func(el *etree.Element) {
			find(el, "AttributeStatement").FindElement(".//NameIdentifier").SetText("autre")
		}),
		vi("no NameID", "nameid-absent", func(v *interops.VI) { v.NameID = interops.NameID{} }),
		form("empty NameID", "nameid-empty", func(el *etree.Element) { find(el, "NameID").SetText("") }),
		vi("format", "nameid-format-other", func(v *interops.VI) { v.NameID.Format = "urn:x" }),
		vi("placeholder", "nameid-placeholder", func(v *interops.VI) {
			v.NameID.Value, v.Audiences[0][0] = "NON_RENSEIGNE", userService
		}),
		vi("user on an application service", "nameid-user", func(v *interops.VI) { v.Audiences[0][0] = plainService }),
		vi("no confirmation", "confirmation-absent", func(v *interops.VI) { v.Confirmation = interops.Confirmation{} }),
		vi("holder-of-key", "confirmation-method-other", func(v *interops.VI) { v.Confirmation.Method = interops.MethodHolderOfKey }),
		{"holder-of-key 1.1", message{saml11: true, content: func(v *interops.VI) { v.Confirmation.Method = interops.MethodHolderOfKey }},
			"confirmation-method-other"},
		form("two confirmations", "confirmation-several", func(el *etree.Element) {
			c := find(el, "SubjectConfirmation")
			c.Parent().AddChild(c.Copy())
		}),
		vi("recipient absent", "recipient-absent", func(v *interops.VI) { v.Confirmation.Recipient = "" }),
		vi("recipient other", "recipient-other", func(v *interops.VI) { v.Confirmation.Recipient = "urn:x" }),
		knowing("recipient pattern", "recipient-pattern-other", nil, func(x *saml.Expectation) { x.Profile.Recipient.Pattern = "^urn:strict:" }),
		vi("no end of confirmation", "confirmation-end-absent", func(v *interops.VI) { v.Confirmation.NotOnOrAfter = time.Time{} }),
		vi("confirmation expired", "confirmation-expired", func(v *interops.VI) { v.Confirmation.NotOnOrAfter = now.Add(-time.Hour) }),
		vi("confirmation NotBefore", "confirmation-notbefore", func(v *interops.VI) { v.Confirmation.NotBefore = now.Add(-time.Hour) }),
		vi("no audience", "audience-absent", func(v *interops.VI) { v.Audiences = nil }),
		vi("other service", "audience-other", func(v *interops.VI) { v.Audiences[0][0] = "http://autre.test" }),
		knowing("slash", "audience-variant", func(v *interops.VI) { v.Audiences[0][0] = audience + "/" },
			func(x *saml.Expectation) { x.Audience = audience }),
		vi("case, any service", "audience-variant", func(v *interops.VI) { v.Audiences[0][0] = strings.ToUpper(audience) }),
		vi("second restriction", "audience-restriction-unmet", func(v *interops.VI) {
			v.Audiences = append(v.Audiences, []string{"http://autre.test"})
		}),
		vi("attribute", "", func(v *interops.VI) { v.Attributes = []interops.Attribute{{Name: "mail", Values: []string{"x"}}} }),
		knowing("attribute sent", "attribute-superfluous", func(v *interops.VI) {
			v.Attributes = []interops.Attribute{{Name: "mail", Values: []string{"x"}}}
		}, emitted),
	}
}

func timeDefects() []defect {
	return []defect{
		vi("no IssueInstant", "issueinstant-absent", func(v *interops.VI) { v.IssueInstant = time.Time{} }),
		form("IssueInstant without zone", "issueinstant-without-zone", func(el *etree.Element) {
			el.CreateAttr("IssueInstant", "2026-11-21T10:00:00")
		}),
		form("IssueInstant malformed", "issueinstant-malformed", func(el *etree.Element) { el.CreateAttr("IssueInstant", "hier") }),
		vi("IssueInstant future", "issueinstant-future", func(v *interops.VI) { v.IssueInstant = now.Add(time.Hour) }),
		vi("IssueInstant old", "issueinstant-too-old", func(v *interops.VI) {
			v.IssueInstant, v.AuthnInstant = now.Add(-5*time.Hour), now.Add(-6*time.Hour)
		}),
		form("no Conditions", "conditions-absent", func(el *etree.Element) { remove(el, "Conditions") }),
		vi("no start", "window-start-absent", func(v *interops.VI) { v.NotBefore = time.Time{} }),
		vi("no end", "window-end-absent", func(v *interops.VI) { v.NotOnOrAfter = time.Time{} }),
		vi("expired", "window-expired", func(v *interops.VI) { v.NotBefore, v.NotOnOrAfter = now.Add(-time.Hour), now.Add(-time.Hour/2) }),
		vi("just over", "drift-over-skew window-expired", func(v *interops.VI) {
			v.NotBefore, v.NotOnOrAfter = now.Add(-time.Hour), now.Add(-125*time.Second)
		}),
		vi("not yet valid", "window-not-yet-valid", func(v *interops.VI) { v.NotBefore, v.NotOnOrAfter = now.Add(time.Hour), now.Add(2*time.Hour) }),
		vi("inverted", "window-inverted", func(v *interops.VI) { v.NotBefore, v.NotOnOrAfter = now.Add(time.Minute), now }),
		vi("24 h", "window-too-long", func(v *interops.VI) { v.NotOnOrAfter = v.NotBefore.Add(24 * time.Hour) }),
		vi("200 years", "window-too-long", func(v *interops.VI) { v.NotOnOrAfter = v.NotBefore.AddDate(200, 0, 0) }),
		vi("drift", "drift-over-skew issueinstant-future", func(v *interops.VI) { v.IssueInstant = now.Add(125 * time.Second) }),
		knowing("near its end", "window-near-end", func(v *interops.VI) { v.NotOnOrAfter = now.Add(time.Minute) }, emitted),
		vi("no AuthnInstant", "authninstant-absent", func(v *interops.VI) { v.AuthnInstant = time.Time{} }),
		vi("AuthnInstant future", "authninstant-future", func(v *interops.VI) { v.AuthnInstant = now.Add(time.Hour) }),
		vi("AuthnInstant old", "authninstant-too-old", func(v *interops.VI) { v.AuthnInstant = now.Add(-13 * time.Hour) }),
		vi("AuthnInstant after issue", "authninstant-after-issue", func(v *interops.VI) {
			v.IssueInstant, v.AuthnInstant = now.Add(-time.Hour), now.Add(-time.Minute)
		}),
	}
}

func rightDefects() []defect {
	attribute11 := func(name, value string) func(el *etree.Element) {
		return func(el *etree.Element) {
			a := find(el, "Attribute")
			a.RemoveAttr(name)
			if value != "" {
				a.CreateAttr(name, value)
			}
		}
	}
	return []defect{
		vi("no class", "authncontext-absent", func(v *interops.VI) { v.AuthnContext = "" }),
		vi("no statement", "authncontext-absent", func(v *interops.VI) {
			v.AuthnContext, v.AuthnInstant, v.SessionIndex = "", time.Time{}, ""
		}),
		vi("unknown class", "authncontext-other", func(v *interops.VI) { v.AuthnContext, v.Audiences[0][0] = "urn:x", userService }),
		vi("weak class", "authncontext-below-minimum", func(v *interops.VI) { v.AuthnContext = interops.ClassUnspecified }),
		knowing("agreed class outside the ladder, under a minimum", "authncontext-below-minimum",
			func(v *interops.VI) { v.AuthnContext = "urn:x" },
			func(x *saml.Expectation) { x.Convention.Projects[0].Services[0].Classes = []string{"urn:x"} }),
		vi("unranked class under a minimum", "authncontext-other", func(v *interops.VI) { v.AuthnContext = "urn:x" }),
		form("two statements", "authncontext-several", func(el *etree.Element) {
			s := find(el, "AuthnStatement")
			el.InsertChildAt(s.Index(), s.Copy())
		}),
		vi("no PAGM", "pagm-absent", func(v *interops.VI) { v.PAGM = nil }),
		vi("blank PAGM", "pagm-blank", func(v *interops.VI) { v.PAGM = []string{" ", ""} }),
		form("lower-case attribute", "pagm-misnamed", func(el *etree.Element) { find(el, "Attribute").CreateAttr("Name", "pagm") }),
		vi("unknown PAGM", "pagm-unknown", func(v *interops.VI) { v.PAGM = []string{"PAGM_INVENTE"} }),
		vi("PAGM of another project", "pagm-other-project", func(v *interops.VI) { v.PAGM = []string{"PAGM_AUTRE"} }),
		vi("mixed PAGM", "pagm-mixed", func(v *interops.VI) { v.PAGM = append(v.PAGM, "PAGM_INVENTE") }),
		vi("repeated PAGM", "pagm-repeated", func(v *interops.VI) { v.PAGM = append(v.PAGM, v.PAGM[0]) }),
		knowing("unknown PAGM that the convention ignores", "", func(v *interops.VI) {
			v.PAGM = append(v.PAGM, "PAGM_INVENTE", v.PAGM[0])
		}, func(x *saml.Expectation) { x.Convention.Projects[0].UnknownPAGM = interops.IgnoreUnknownPAGM }),
		form11("no namespace", "pagm-namespace-absent", attribute11("AttributeNamespace", "")),
		form11("other namespace", "pagm-namespace-other", attribute11("AttributeNamespace", "urn:x")),
		{"1.1 on a 2.0 service", message{saml11: true, expect: func(x *saml.Expectation) {
			x.Convention.Projects[0].SAML = []string{"2.0"}
		}}, "version-not-agreed"},
	}
}

func signatureDefects() []defect {
	return []defect{
		{"unsigned", message{unsigned: true}, "signature-absent"},
		signed("value altered", "keyinfo-certificate-other signature-value-wrong", func(el *etree.Element) {
			v := find(el, "SignatureValue")
			v.SetText("AAAA" + v.Text()[4:])
		}),
		signed("content altered", "signature-digest-wrong", func(el *etree.Element) { find(el, "NameID").SetText("autre") }),
		signed("no SignedInfo", "signature-malformed", func(el *etree.Element) { remove(el, "SignedInfo") }),
		signed("two signatures", "element-repeated signature-digest-wrong signature-several", func(el *etree.Element) {
			s := find(el, "Signature")
			el.InsertChildAt(s.Index(), s.Copy())
		}),
		recipe("no reference", "signature-reference-absent", func(r *xmlsec.Recipe) { r.References = nil }),
		recipe("unresolved reference", "signature-reference-other", func(r *xmlsec.Recipe) {
			r.References[0].URI, r.References[0].Value = "#ailleurs", make([]byte, 32)
		}),
		{"reference to another element", message{form: func(el *etree.Element, r *xmlsec.Recipe) {
			other := el.Parent().CreateElement("wsu:Other")
			other.CreateAttr("xmlns:wsu", xmlsec.NamespaceWSU)
			other.CreateAttr("wsu:Id", "autre")
			r.References[0].URI = "#autre"
		}}, "signature-reference-other"},
		recipe("empty reference", "signature-reference-empty", func(r *xmlsec.Recipe) { r.References[0].URI = "" }),
		{"empty reference tolerated", message{form: func(_ *etree.Element, r *xmlsec.Recipe) { r.References[0].URI = "" },
			expect: func(x *saml.Expectation) { x.Profile.Sig.ReferenceEmptyURI = "warn" }}, ""},
		recipe("two references", "signature-reference-several", func(r *xmlsec.Recipe) { r.References = append(r.References, r.References[0]) }),
		recipe("XSLT", "signature-transform-other", func(r *xmlsec.Recipe) {
			r.References[0].Transforms = append(r.References[0].Transforms, xmlsec.Transform{Algorithm: xmlsec.TransformXSLT})
		}),
		recipe("SHA-1", "signature-algorithm-other", func(r *xmlsec.Recipe) { r.Method = xmlsec.MethodRSASHA1 }),
		{"SHA-1 in legacy", message{form: func(_ *etree.Element, r *xmlsec.Recipe) { r.Method = xmlsec.MethodRSASHA1 },
			expect: func(x *saml.Expectation) { x.Profile.Sig.Profile = "legacy" }}, ""},
		recipe("SHA-1 digest", "digest-algorithm-other", func(r *xmlsec.Recipe) { r.References[0].DigestMethod = xmlsec.DigestSHA1 }),
		recipe("HMAC", "signature-algorithm-other", func(r *xmlsec.Recipe) {
			r.Method, r.HMACKey = xmlsec.MethodHMACSHA256, r.KeyInfo.Certificates[0].RawSubjectPublicKeyInfo
		}),
		recipe("no KeyInfo", "keyinfo-absent", func(r *xmlsec.Recipe) { r.KeyInfo.Form = xmlsec.KeyInfoNone }),
		recipe("KeyValue", "keyinfo-without-certificate", func(r *xmlsec.Recipe) { r.KeyInfo.Form = xmlsec.KeyInfoKeyValue }),
		signed("unreadable certificate", "keyinfo-certificate-unreadable", func(el *etree.Element) {
			for _, c := range el.FindElements(".//X509Certificate") {
				c.SetText("AAAA")
			}
		}),
		signed("Object", "signature-object", func(el *etree.Element) { find(el, "Signature").CreateElement("ds:Object") }),
		signed("hidden in Object", "assertion-hidden signature-object", func(el *etree.Element) {
			copied := el.Copy()
			copied.CreateAttr("ID", "_autre")
			find(el, "Signature").CreateElement("ds:Object").AddChild(copied)
		}),
		signed("repeated identifier", "id-repeated", func(el *etree.Element) {
			find(el, "Signature").CreateAttr("Id", "_b6f0c1d2")
		}),
		signed("sibling of the same identifier", "assertion-sibling id-repeated vi-several", func(el *etree.Element) {
			el.Parent().AddChild(el.Copy())
		}),
	}
}

func signerDefects() []defect {
	return []defect{
		signer("self-signed", "certificate-self-signed", "msa/signature~self-signed"),
		signer("other CA", "certificate-untrusted", "msa/signature~other-ca"),
		signer("expired", "certificate-expired", "msa/signature~expired"),
		signer("not yet valid", "certificate-not-yet-valid", "msa/signature~not-yet-valid"),
		signer("weak key", "certificate-key-weak", "msa/signature~rsa-1024"),
		signer("weak digest", "certificate-digest-weak", "msa/signature~sha1"),
		signer("outside the pattern", "signer-unlisted", "msa/signature~outside"),
		signer("retired", "signer-retired", "msa/signature~retired"),
		signer("other organism", "signer-other-organism", "caf/signature"),
		knowing("trouble of a kind unknown", "certificate-malformed", nil, troubled(pki.PathName)),
		knowing("revoked", "certificate-revoked", nil, troubled(pki.PathRevoked)),
		knowing("revocation unknown", "certificate-revocation-unknown", nil, troubled(pki.PathRevocationStale)),
		knowing("usage", "certificate-usage-other", nil, troubled(pki.PathUsage)),
		knowing("malformed chain", "certificate-malformed", nil, troubled(pki.PathMalformed)),
		knowing("nobody trusted", "certificate-untrusted", nil, func(x *saml.Expectation) { x.Trust = nil }),
	}
}

// defects is every departure that is tried.
func defects() []defect {
	return slices.Concat(formatDefects(), partyDefects(), subjectDefects(), timeDefects(), rightDefects(),
		signatureDefects(), signerDefects())
}

// bound are the requirements on which Verified rests.
var bound = []string{"A02", "G01", "G02", "G03", "G04", "G05", "G06", "G07", "G08", "T05", "T08"}

// unknownParty are the rules that leave nobody to check the signer against, or nothing to read.
var unknownParty = []string{"issuer-absent", "issuer-empty", "issuer-unknown", "assertion-namespace-other"}

func TestEachDefectIsNamedByItsRulesAlone(t *testing.T) {
	for _, d := range defects() {
		t.Run(d.name, func(t *testing.T) {
			j := d.judge(t)
			if got := strings.Join(rules(j.Findings), " "); got != d.rules {
				t.Errorf("got %s\nwant %s\n%+v", got, d.rules, j.Findings)
			}
			for _, f := range j.Findings {
				if f.Requirement == "" || saml.Rules[f.Rule] == "" {
					t.Errorf("rule %q is not in the table", f.Rule)
				}
			}
			broken := slices.ContainsFunc(j.Findings, func(f verdict.Finding) bool {
				return slices.Contains(bound, saml.Rules[f.Rule]) || slices.Contains(unknownParty, f.Rule)
			})
			if len(j.Findings) == 0 && !j.Verified {
				t.Error("neither verified nor refused")
			}
			if broken == j.Verified {
				t.Errorf("verified %t", j.Verified)
			}
		})
	}
}

func TestEveryRuleIsEmitted(t *testing.T) {
	seen := map[string]bool{}
	for _, d := range defects() {
		for _, f := range d.judge(t).Findings {
			seen[f.Rule] = true
		}
	}
	for _, f := range saml.Verify(etree.NewElement("Security"), nil, expect(t)).Findings {
		seen[f.Rule] = true
	}
	for rule := range saml.Rules {
		if !seen[rule] {
			t.Errorf("no test input makes Verify report %q", rule)
		}
	}
}
