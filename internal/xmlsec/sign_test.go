package xmlsec_test

import (
	"crypto"
	"crypto/ed25519"
	"crypto/hmac"
	"crypto/sha1"
	"crypto/sha256"
	"crypto/x509"
	"encoding/base64"
	"fmt"
	"hash"
	"strings"
	"testing"

	"github.com/beevik/etree"

	"etalon/internal/xmlsec"
)

func TestEnvelopedRecipe(t *testing.T) {
	methods := map[string]string{
		"rsa": xmlsec.MethodRSASHA256, "p256": xmlsec.MethodECDSASHA256, "p384": xmlsec.MethodECDSASHA384,
		"p521": xmlsec.MethodECDSASHA512,
	}
	for name, method := range methods {
		r := honest(t, name)
		if r.Method != method || len(r.References) != 1 || r.References[0].URI != "#_vi" {
			t.Errorf("%s: recipe %+v", name, r)
		}
		doc := signed(t, r)
		got := verify(doc, xmlsec.CurrentPolicy)
		if !got.Valid() || got.Method != method || !got.Covers(doc.FindElement("//Assertion")) || len(got.Certificates) != 2 {
			t.Errorf("%s: %+v", name, got)
		}
	}
}

func TestEnvelopedRecipeRefuses(t *testing.T) {
	_, edwards, err := ed25519.GenerateKey(strings.NewReader(strings.Repeat("x", 64)))
	if err != nil {
		t.Fatal(err)
	}
	tests := []struct {
		name  string
		key   crypto.Signer
		chain []*x509.Certificate
	}{
		{"no key", nil, chain(t, "rsa")},
		{"no certificate", key(t, "rsa"), nil},
		{"another's certificate", key(t, "rsa"), chain(t, "p256")},
		{"no method", edwards, chain(t, "rsa")},
	}
	for _, test := range tests {
		if _, err := xmlsec.EnvelopedRecipe("_vi", test.key, test.chain); err == nil {
			t.Errorf("%s: no error", test.name)
		}
	}
}

func TestSignIsDeterministic(t *testing.T) {
	for _, name := range []string{"rsa", "p256", "p384", "p521"} {
		first, second := serialize(t, signed(t, honest(t, name))), serialize(t, signed(t, honest(t, name)))
		if first != second {
			t.Errorf("%s: two signatures differ", name)
		}
	}
}

// TestSignWidth makes many ECDSA signatures, so that some have an r or an s that is shorter than the order: of those
// on P-521 alone, whose values have one bit in their first byte, most have.
func TestSignWidth(t *testing.T) {
	want := map[string]int{"p256": 64, "p384": 96, "p521": 132}
	short := 0
	for name, width := range want {
		for i := range 30 {
			r := honest(t, name)
			r.References[0].Type = fmt.Sprintf("urn:try:%d", i)
			doc := signed(t, r)
			value, err := base64.StdEncoding.DecodeString(doc.FindElement("//SignatureValue").Text())
			if err != nil || len(value) != width {
				t.Fatalf("%s: %d bytes, want %d (%v)", name, len(value), width, err)
			}
			if value[0] == 0 || value[width/2] == 0 {
				short++
			}
			if got := verify(doc, xmlsec.CurrentPolicy); !got.Valid() {
				t.Errorf("%s: %v", name, got.Faults)
			}
		}
	}
	if short == 0 {
		t.Error("no short value was tried")
	}
}

func TestSignPlace(t *testing.T) {
	for index, want := range map[int]int{-1: 0, 0: 0, 2: 2, 1000: 7} {
		doc := parse(t, envelope)
		vi := doc.FindElement("//Assertion")
		r := honest(t, "rsa")
		r.ID = "_sig"
		sig, err := r.Sign(nil, vi, index)
		if err != nil {
			t.Fatal(err)
		}
		if sig.Parent() != vi || sig.Index() != want || sig.SelectAttrValue("Id", "") != "_sig" {
			t.Errorf("index %d: at %d of %s", index, sig.Index(), sig.Parent().FullTag())
		}
	}
}

func TestSignRefuses(t *testing.T) {
	tests := []struct {
		name   string
		change func(*xmlsec.Recipe)
	}{
		{"no key", func(r *xmlsec.Recipe) { r.Key = nil }},
		{"no key and no method", func(r *xmlsec.Recipe) { r.Key, r.Method = nil, "" }},
		{"method unknown", func(r *xmlsec.Recipe) { r.Method = "urn:none" }},
		{"method of another key", func(r *xmlsec.Recipe) { r.Method = xmlsec.MethodECDSASHA256 }},
		{"rsa method on an ecdsa key", func(r *xmlsec.Recipe) { r.Key = key(t, "p256") }},
		{"pss without randomness", func(r *xmlsec.Recipe) { r.Method = xmlsec.MethodPSSSHA384 }},
		{"digest method unknown", func(r *xmlsec.Recipe) { r.References[0].DigestMethod = "urn:none" }},
		{"dangling uri", func(r *xmlsec.Recipe) { r.References[0].URI = "#none" }},
		{"external uri", func(r *xmlsec.Recipe) { r.References[0].URI = "http://127.0.0.1/" }},
		{"target with an undeclared prefix", func(r *xmlsec.Recipe) { r.References[0].Target = etree.NewElement("p:a") }},
		{"x509 without certificate", func(r *xmlsec.Recipe) { r.KeyInfo.Certificates = nil }},
		{"key value without key", func(r *xmlsec.Recipe) { r.KeyInfo.Form, r.Key = xmlsec.KeyInfoKeyValue, nil }},
		{"key info form unknown", func(r *xmlsec.Recipe) { r.KeyInfo.Form = 99 }},
	}
	for _, test := range tests {
		t.Run(test.name, func(t *testing.T) {
			doc := parse(t, envelope)
			before := serialize(t, doc)
			r := honest(t, "rsa")
			test.change(&r)
			if sig, err := r.Sign(nil, doc.FindElement("//Assertion"), 0); err == nil || sig != nil {
				t.Error("no error")
			}
			if serialize(t, doc) != before {
				t.Error("the document has changed")
			}
		})
	}
	twice := parse(t, strings.Replace(envelope, "<saml2:Issuer>", "<saml2:Issuer ID='_vi'>", 1))
	r := honest(t, "rsa")
	if _, err := r.Sign(nil, twice.FindElement("//Assertion"), 0); err == nil {
		t.Error("an identifier borne twice: no error")
	}
}

// TestSignBreaks makes what no honest signer would, and finds it so on the wire.
func TestSignBreaks(t *testing.T) {
	hidden := etree.NewElement("ds:XPath")
	hidden.SetText("true()")
	r := honest(t, "rsa")
	r.References = []xmlsec.Reference{
		{URI: "#nowhere", Type: "urn:type", DigestMethod: "urn:none", Value: []byte("forced")},
		{URI: "#_vi", Transforms: []xmlsec.Transform{{Algorithm: xmlsec.TransformXPath, Children: []*etree.Element{hidden}}}},
	}
	doc := signed(t, r)
	refs := doc.FindElements("//Reference")
	if len(refs) != 2 || refs[0].SelectAttrValue("Type", "") != "urn:type" {
		t.Fatalf("references %v", refs)
	}
	if got := refs[0].FindElement("./DigestValue").Text(); got != encode([]byte("forced")) {
		t.Errorf("forced digest %q", got)
	}
	if xpath := refs[1].FindElement(".//XPath"); xpath == nil || xpath.Text() != "true()" || hidden.Parent() != nil {
		t.Errorf("transform content %v", xpath)
	}
	if got := verify(doc, xmlsec.CurrentPolicy); got.Has(xmlsec.FaultSignature) {
		t.Errorf("the value itself is broken: %v", got.Faults)
	}
}

func TestSignTarget(t *testing.T) {
	doc := parse(t, envelope)
	r := honest(t, "rsa")
	r.References[0].Target = doc.FindElement("//Body")
	if _, err := r.Sign(nil, doc.FindElement("//Assertion"), 2); err != nil {
		t.Fatal(err)
	}
	if got := kinds(verify(doc, xmlsec.CurrentPolicy)); got != "digest" {
		t.Errorf("a digest of another element: faults %q, want digest", got)
	}
}

func TestSignHMAC(t *testing.T) {
	hashes := map[string]func() hash.Hash{xmlsec.MethodHMACSHA1: sha1.New, xmlsec.MethodHMACSHA256: sha256.New}
	for method, h := range hashes {
		r := honest(t, "rsa")
		r.Method, r.HMACKey, r.Key = method, []byte("secret"), nil
		doc := signed(t, r)
		octets, err := xmlsec.Canonicalize(doc.FindElement("//SignedInfo"))
		if err != nil {
			t.Fatal(err)
		}
		mac := hmac.New(h, []byte("secret"))
		mac.Write(octets)
		if got := doc.FindElement("//SignatureValue").Text(); got != encode(mac.Sum(nil)) {
			t.Errorf("%s: value %s", method, got)
		}
	}
}

func TestVerifyPSS(t *testing.T) {
	p := xmlsec.CurrentPolicy
	p.Methods = append([]string{xmlsec.MethodPSSSHA256}, p.Methods...)
	r := honest(t, "rsa")
	r.Method = xmlsec.MethodPSSSHA256
	doc := signed(t, r)
	if got := verify(doc, p); !got.Valid() {
		t.Errorf("faults %v", got.Faults)
	}
	doc.FindElement("//SignatureMethod").CreateAttr("Algorithm", xmlsec.MethodRSASHA256)
	if got := kinds(verify(doc, p)); got != "signature" {
		t.Errorf("renamed: faults %q, want signature", got)
	}
}

func TestSerializeKeepsWhatItWrites(t *testing.T) {
	doc := etree.NewDocument()
	root := doc.CreateElement("a")
	root.CreateAttr("b", "1\n2\t3\r4 <&>\"'")
	root.SetText("1\r2\n<&>]]>")
	again := parse(t, serialize(t, doc)).Root()
	if got := again.SelectAttrValue("b", ""); got != "1\n2\t3\r4 <&>\"'" {
		t.Errorf("value %q", got)
	}
	if got := again.Text(); got != "1\r2\n<&>]]>" {
		t.Errorf("text %q", got)
	}
	if doc.WriteSettings.CanonicalText {
		t.Error("the document's own settings have changed")
	}
}
