package xmlsec_test

import (
	"os"
	"os/exec"
	"strings"
	"testing"

	"etalon/internal/bench/benchtest"
	"etalon/internal/xmlsec"
)

var idAttrs = []string{
	"--id-attr:ID", "urn:oasis:names:tc:SAML:2.0:assertion:Assertion",
}

// xmlsec1Verifies asks the independent oracle.
func xmlsec1Verifies(t *testing.T, raw string, extra ...string) bool {
	t.Helper()
	benchtest.Needs(t, "xmlsec1")
	args := append([]string{"--verify", "--trusted-pem", "testdata/ca.crt"}, idAttrs...)
	args = append(append(args, extra...), write(t, "signed.xml", raw))
	out, err := exec.Command("xmlsec1", args...).CombinedOutput()
	t.Logf("xmlsec1: %s", out)
	return err == nil
}

func TestXmlsec1VerifiesOurs(t *testing.T) {
	prefixes := []string{"xs", "xsi", "#default", "soap"}
	exclusive := xmlsec.Transform{Algorithm: xmlsec.TransformExclusive, Prefixes: prefixes}
	tests := []struct {
		name, key string
		change    func(*xmlsec.Recipe)
	}{
		{"rsa-sha256", "rsa", nil},
		{"rsa-sha384", "rsa", func(r *xmlsec.Recipe) { r.Method = xmlsec.MethodRSASHA384 }},
		{"rsa-sha512", "rsa", func(r *xmlsec.Recipe) { r.Method = xmlsec.MethodRSASHA512 }},
		{"rsa-sha1", "rsa", func(r *xmlsec.Recipe) {
			r.Method, r.References[0].DigestMethod = xmlsec.MethodRSASHA1, xmlsec.DigestSHA1
		}},
		{"p256", "p256", nil},
		{"p384", "p384", nil},
		{"p521", "p521", nil},
		{"digest sha384", "rsa", func(r *xmlsec.Recipe) { r.References[0].DigestMethod = xmlsec.DigestSHA384 }},
		{"digest sha512", "rsa", func(r *xmlsec.Recipe) { r.References[0].DigestMethod = xmlsec.DigestSHA512 }},
		{"prefix list on the transform", "rsa", func(r *xmlsec.Recipe) { r.References[0].Transforms[1] = exclusive }},
		{"prefix list on SignedInfo", "p256", func(r *xmlsec.Recipe) { r.C14N = exclusive }},
		{"inclusive c14n", "rsa", func(r *xmlsec.Recipe) {
			r.C14N.Algorithm = xmlsec.TransformInclusive
			r.References[0].Transforms[1].Algorithm = xmlsec.TransformInclusiveComments
		}},
		{"no c14n among transforms", "rsa", func(r *xmlsec.Recipe) {
			r.References[0].Transforms = r.References[0].Transforms[:1]
		}},
		{"two references", "rsa", func(r *xmlsec.Recipe) { r.References = append(r.References, r.References[0]) }},
	}
	for _, test := range tests {
		t.Run(test.name, func(t *testing.T) {
			r := honest(t, test.key)
			if test.change != nil {
				test.change(&r)
			}
			raw := serialize(t, signed(t, r))
			if !xmlsec1Verifies(t, raw) {
				t.Errorf("xmlsec1 refuses:\n%s", raw)
			}
			if xmlsec1Verifies(t, strings.Replace(raw, "PAGM_1", "PAGM_2", 1)) {
				t.Error("xmlsec1 accepts a changed assertion")
			}
		})
	}
}

// template is a signature for xmlsec1 to fill in.
func template(method, digest, info, transform string) string {
	return `<Signature xmlns="http://www.w3.org/2000/09/xmldsig#"><SignedInfo>` +
		`<CanonicalizationMethod Algorithm="` + xmlsec.TransformExclusive + `">` + info + `</CanonicalizationMethod>
<SignatureMethod Algorithm="` + method + `"/><Reference URI="#_vi"><Transforms>` +
		`<Transform Algorithm="` + enveloped + `"/><Transform Algorithm="` + xmlsec.TransformExclusive + `">` +
		transform + `</Transform></Transforms><DigestMethod Algorithm="` + digest + `"/><DigestValue/></Reference>` +
		`</SignedInfo><SignatureValue/><KeyInfo><X509Data><X509Certificate/></X509Data></KeyInfo></Signature>`
}

func xmlsec1Signs(t *testing.T, keyName, template string) string {
	t.Helper()
	raw := strings.Replace(envelope, "</saml2:Issuer>", "</saml2:Issuer>"+template, 1)
	out := write(t, "out.xml", "")
	args := append([]string{"--sign", "--privkey-pem", "testdata/" + keyName + ".key,testdata/" + keyName + ".crt",
		"--output", out}, idAttrs...)
	if said, err := exec.Command("xmlsec1", append(args, write(t, "in.xml", raw))...).CombinedOutput(); err != nil {
		t.Fatalf("xmlsec1: %v\n%s", err, said)
	}
	result, err := os.ReadFile(out)
	if err != nil {
		t.Fatal(err)
	}
	return string(result)
}

func TestWeVerifyXmlsec1(t *testing.T) {
	benchtest.Needs(t, "xmlsec1")
	lists := `<ec:InclusiveNamespaces xmlns:ec="` + xmlsec.NamespaceEC + `" PrefixList="xs xsi soap unused"/>`
	tests := []struct{ name, key, method, digest, info, transform string }{
		{"rsa", "rsa", xmlsec.MethodRSASHA256, xmlsec.DigestSHA256, "", ""},
		{"rsa, sha512", "rsa", xmlsec.MethodRSASHA512, xmlsec.DigestSHA384, "", ""},
		{"p256", "p256", xmlsec.MethodECDSASHA256, xmlsec.DigestSHA256, "", ""},
		{"p384", "p384", xmlsec.MethodECDSASHA384, xmlsec.DigestSHA512, "", ""},
		{"p521", "p521", xmlsec.MethodECDSASHA512, xmlsec.DigestSHA512, "", ""},
		{"prefix list on SignedInfo", "rsa", xmlsec.MethodRSASHA256, xmlsec.DigestSHA256, lists, ""},
		{"prefix lists on both", "p256", xmlsec.MethodECDSASHA256, xmlsec.DigestSHA256, lists, lists},
	}
	for _, test := range tests {
		t.Run(test.name, func(t *testing.T) {
			raw := xmlsec1Signs(t, test.key, template(test.method, test.digest, test.info, test.transform))
			doc := parse(t, raw)
			got := verify(doc, xmlsec.CurrentPolicy)
			if !got.Valid() || !got.Covers(doc.FindElement("//Assertion")) {
				t.Errorf("faults %v, references %v\n%s", got.Faults, got.References, raw)
			}
			if len(got.Certificates) != 1 || !got.Certificates[0].Equal(certificate(t, test.key)) {
				t.Errorf("certificates %v", got.Certificates)
			}
			changed := parse(t, strings.Replace(raw, "PAGM_1", "PAGM_2", 1))
			if got := kinds(verify(changed, xmlsec.CurrentPolicy)); got != "digest" {
				t.Errorf("changed assertion: faults %q, want digest", got)
			}
		})
	}
}

func TestXmlsec1AgreesOnBareKeys(t *testing.T) {
	r := honest(t, "rsa") // ECKeyValue came to xmlsec1 after 1.2
	r.KeyInfo = xmlsec.KeyInfo{Form: xmlsec.KeyInfoKeyValue}
	if raw := serialize(t, signed(t, r)); !xmlsec1Verifies(t, raw) {
		t.Errorf("xmlsec1 refuses\n%s", raw)
	}
}
