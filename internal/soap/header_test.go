package soap_test

import (
	"strings"
	"testing"
	"time"

	"etalon/internal/saml"
	"etalon/internal/soap"
	"etalon/internal/xmlsec"
)

// Who a header block is for, and whether it must be understood, in the two versions of SOAP (A02, A03).
func TestHeaderBlocksByActor(t *testing.T) {
	for _, c := range []struct{ name, version, attributes, rules string }{
		{"optional", soap.V11, ``, ""},
		{"mandatory", soap.V11, `soap:mustUnderstand="1"`, "header-not-understood"},
		{"mandatory in words", soap.V12, `soap:mustUnderstand="true"`, "header-not-understood"},
		{"not mandatory", soap.V11, `soap:mustUnderstand="0"`, ""},
		{"mandatory for the next", soap.V11, `soap:mustUnderstand="1" soap:actor="http://schemas.xmlsoap.org/soap/actor/next"`, "header-not-understood"},
		{"mandatory for another", soap.V11, `soap:mustUnderstand="1" soap:actor="urn:autre"`, ""},
		{"mandatory for the last", soap.V12, `soap:mustUnderstand="1" soap:role="` + soap.Namespace12 + `/role/ultimateReceiver"`, "header-not-understood"},
		{"mandatory for another role", soap.V12, `soap:mustUnderstand="1" soap:role="urn:autre"`, ""},
		{"unqualified attribute", soap.V11, `mustUnderstand="1"`, ""},
	} {
		d := signedDraft(t) // its project agrees on both versions
		d.SOAP = c.version
		d.Hooks.Wire = func(raw []byte) ([]byte, error) {
			return []byte(strings.Replace(string(raw), "<soap:Header>", `<soap:Header><x:Inconnu xmlns:x="urn:x" `+c.attributes+`/>`, 1)), nil
		}
		in := post(build(t, d))
		if c.version == soap.V12 {
			in.ContentType = soap.MediaType12
		}
		if got := rules(soap.Verify(in, expect(t)).Findings); got != c.rules {
			t.Errorf("%s: %s", c.name, got)
		}
	}
}

// The skew is 120 s at both ends of the Timestamp (A09).
func TestTimestampLimitsToTheSecond(t *testing.T) {
	for _, c := range []struct {
		name             string
		created, expires time.Duration
		rules            string
	}{
		{"created at the skew", 120 * time.Second, 300 * time.Second, ""},
		{"created beyond", 121 * time.Second, 300 * time.Second, "timestamp-future"},
		{"expires within the skew", -600 * time.Second, -119 * time.Second, ""},
		{"expires at the skew, which is exclusive", -600 * time.Second, -120 * time.Second, "timestamp-expired"},
	} {
		d := draft(t)
		d.Created, d.Expires = now.Add(c.created), now.Add(c.expires)
		if got := rules(soap.Verify(post(build(t, d)), expect(t)).Findings); got != c.rules {
			t.Errorf("%s: %s", c.name, got)
		}
	}
	d := draft(t)
	d.Expires = time.Time{}
	if got := rules(soap.Verify(post(build(t, d)), expect(t)).Findings); got != "" {
		t.Errorf("Created alone: %s", got)
	}
}

// A key by direct reference beside the VI is no reference to it; a key identifier of the 1.1 form is judged
// by the version of the VI (A11).
func TestTokenReferencesFollowTheVersion(t *testing.T) {
	d := draft(t)
	d.VI = vi11()
	d.Hooks.Form = func(f *saml.Form) error {
		str := f.Holder.CreateElement("wsse:SecurityTokenReference")
		str.CreateElement("wsse:Reference").CreateAttr("URI", "#certificat")
		return nil
	}
	if got := rules(soap.Verify(post(build(t, d)), expect(t)).Findings); got != "" {
		t.Errorf("direct reference: %s", got)
	}
	d.Hooks.Form = func(f *saml.Form) error {
		id := f.Holder.FindElement(".//KeyIdentifier")
		id.CreateAttr("ValueType", "http://docs.oasis-open.org/wss/oasis-wss-saml-token-profile-1.1#SAMLID")
		return nil
	}
	if got := rules(soap.Verify(post(build(t, d)), expect(t)).Findings); got != "token-reference-valuetype" {
		t.Errorf("identifier of 2.0 on a 1.1 VI: %s", got)
	}
}

// The policy of message signatures follows the profile; nobody is trusted without Trust (A10).
func TestMessageSignaturePolicy(t *testing.T) {
	x := expect(t)
	sha1 := func(f *saml.Form) error { f.Message.Method = xmlsec.MethodRSASHA1; return nil }
	d := signedDraft(t)
	d.Hooks.Form = sha1
	raw := build(t, d)
	if got := rules(soap.Verify(post(raw), x).Findings); got != "message-signature-invalid" {
		t.Errorf("SHA-1 in the current profile: %s", got)
	}
	x.Profile.Sig.Profile = "legacy"
	if got := rules(soap.Verify(post(raw), x).Findings); got != "" {
		t.Errorf("SHA-1 in the legacy profile: %s", got)
	}
	x.Trust = nil
	if got := rules(soap.Verify(post(raw), x).Findings); got != "certificate-untrusted message-signer-untrusted" {
		t.Errorf("without trust: %s", got)
	}
}
