package xmlsec_test

import (
	"crypto"
	"crypto/ecdsa"
	"crypto/rsa"
	"math/big"
	"strings"
	"testing"

	"github.com/beevik/etree"

	"etalon/internal/xmlsec"
)

// TestVerifyNamesFaults makes signatures by a changed recipe, then changes the signed document.
func TestVerifyNamesFaults(t *testing.T) {
	setText := func(path, text string) func(*etree.Document) {
		return func(d *etree.Document) { d.FindElement(path).SetText(text) }
	}
	setAttr := func(path, name, value string) func(*etree.Document) {
		return func(d *etree.Document) { d.FindElement(path).CreateAttr(name, value) }
	}
	remove := func(path string) func(*etree.Document) {
		return func(d *etree.Document) { d.FindElement(path).Remove() }
	}
	tests := []struct {
		name   string
		recipe func(*xmlsec.Recipe)
		change func(*etree.Document)
		want   string // under the current policy
	}{
		{"honest", nil, nil, ""},
		{"content changed", nil, setText("//NameID", "eve"), "digest"},
		{"comment added", nil, func(d *etree.Document) { d.FindElement("//NameID").CreateComment("x") }, ""},
		{"outside changed", nil, setText("//op", "bonsoir"), ""},
		{"digest value altered", nil, setText("//DigestValue", encode(make([]byte, 32))), "digest signature"},
		{"digest value is no base64", nil, setText("//DigestValue", "é"), "malformed signature"},
		{"signature value altered", nil, setText("//SignatureValue", encode(make([]byte, 256))), "signature"},
		{"signature value empty", nil, setText("//SignatureValue", ""), "signature"},
		{"signature value is no base64", nil, setText("//SignatureValue", "*"), "malformed"},
		{"signature value broken into lines", nil, func(d *etree.Document) {
			value := d.FindElement("//SignatureValue")
			value.SetText("\r\n " + value.Text()[:60] + "\r\n\t" + value.Text()[60:] + " ")
		}, ""},
		{"sha-1 method", func(r *xmlsec.Recipe) { r.Method = xmlsec.MethodRSASHA1 }, nil, "method"},
		{"sha-1 method and broken", func(r *xmlsec.Recipe) { r.Method = xmlsec.MethodRSASHA1 },
			setText("//SignatureValue", encode(make([]byte, 256))), "method signature"},
		{"sha-1 digest", func(r *xmlsec.Recipe) { r.References[0].DigestMethod = xmlsec.DigestSHA1 }, nil, "digest-method"},
		{"sha-1 digest and broken", func(r *xmlsec.Recipe) { r.References[0].DigestMethod = xmlsec.DigestSHA1 },
			setText("//NameID", "eve"), "digest-method digest"},
		{"md5", func(r *xmlsec.Recipe) {
			r.Method, r.References[0].DigestMethod = xmlsec.MethodRSAMD5, xmlsec.DigestMD5
		}, nil, "digest-method method"},
		{"pss", func(r *xmlsec.Recipe) { r.Method = xmlsec.MethodPSSSHA256 }, nil, "method"},
		{"hmac keyed by the certificate", func(r *xmlsec.Recipe) {
			r.Method, r.HMACKey = xmlsec.MethodHMACSHA256, r.KeyInfo.Certificates[0].RawSubjectPublicKeyInfo
		}, nil, "method"},
		{"method renamed", nil, setAttr("//SignatureMethod", "Algorithm", xmlsec.MethodECDSASHA256), "signature"},
		{"method unknown", nil, setAttr("//SignatureMethod", "Algorithm", "urn:none"), "method"},
		{"digest method unknown", nil, setAttr("//DigestMethod", "Algorithm", "urn:none"), "digest-method signature"},
		{"empty uri", func(r *xmlsec.Recipe) { r.References[0].URI = "" }, nil, "reference-empty-uri"},
		{"no uri", nil, func(d *etree.Document) { d.FindElement("//Reference").RemoveAttr("URI") }, "malformed signature"},
		{"unresolved", nil, setAttr("//Assertion", "ID", "_other"), "reference-unresolved"},
		{"external", nil, setAttr("//Reference", "URI", "http://127.0.0.1/vi"), "reference-external signature"},
		{"xpointer", nil, setAttr("//Reference", "URI", "#xpointer(/)"), "reference-unresolved signature"},
		{"id twice", nil, setAttr("//Issuer", "ID", "_vi"), "reference-ambiguous digest"},
		{"no reference", func(r *xmlsec.Recipe) { r.References = nil }, nil, "reference-count"},
		{"two references", func(r *xmlsec.Recipe) { r.References = append(r.References, r.References[0]) }, nil, ""},
		{"seventeen references", func(r *xmlsec.Recipe) {
			for range 16 {
				r.References = append(r.References, r.References[0])
			}
		}, nil, "reference-count"},
		{"xpath", func(r *xmlsec.Recipe) {
			xpath := etree.NewElement("ds:XPath")
			xpath.SetText("not(ancestor-or-self::ds:Signature)")
			extra := xmlsec.Transform{Algorithm: xmlsec.TransformXPath, Children: []*etree.Element{xpath}}
			r.References[0].Transforms = append(r.References[0].Transforms[:1:1], extra, r.References[0].Transforms[1])
		}, nil, "transform"},
		{"inclusive c14n", func(r *xmlsec.Recipe) {
			r.References[0].Transforms[1].Algorithm = xmlsec.TransformInclusive
		}, nil, "transform"},
		{"inclusive c14n and broken", func(r *xmlsec.Recipe) {
			r.References[0].Transforms[1].Algorithm = xmlsec.TransformInclusive
		}, setText("//NameID", "eve"), "transform digest"},
		{"no transform", func(r *xmlsec.Recipe) { r.References[0].Transforms = nil }, nil, "transform digest"},
		{"transform after c14n", func(r *xmlsec.Recipe) {
			r.References[0].Transforms = append(r.References[0].Transforms, r.References[0].Transforms[0])
		}, nil, "transform"},
		{"nine transforms", func(r *xmlsec.Recipe) {
			for range 7 {
				r.References[0].Transforms = append(r.References[0].Transforms, r.References[0].Transforms[1])
			}
		}, nil, "transform"},
		{"sixty-five prefixes", func(r *xmlsec.Recipe) {
			r.References[0].Transforms[1].Prefixes = strings.Fields(strings.Repeat("p ", 65))
		}, nil, "transform"},
		{"inclusive c14n of SignedInfo", func(r *xmlsec.Recipe) { r.C14N.Algorithm = xmlsec.TransformInclusive }, nil, "c14n"},
		{"c14n of SignedInfo unknown", func(r *xmlsec.Recipe) { r.C14N.Algorithm = "urn:none" }, nil, "c14n"},
		{"c14n of SignedInfo is a transform", func(r *xmlsec.Recipe) { r.C14N.Algorithm = enveloped }, nil, "c14n"},
		{"object", nil, func(d *etree.Document) { d.FindElement("//Signature").CreateElement("ds:Object") }, "object"},
		{"no key info", func(r *xmlsec.Recipe) { r.KeyInfo.Form = xmlsec.KeyInfoNone }, nil, "no-key-info"},
		{"key info empty", nil, remove("//X509Data"), "no-key-info"},
		{"bare key", func(r *xmlsec.Recipe) { r.KeyInfo.Form = xmlsec.KeyInfoKeyValue }, nil, "bare-key-value"},
		{"bare key and broken", func(r *xmlsec.Recipe) { r.KeyInfo.Form = xmlsec.KeyInfoKeyValue },
			setText("//SignatureValue", encode(make([]byte, 256))), "bare-key-value signature"},
		{"certificate is no base64", nil, setText("//X509Certificate", "{}"), "certificate-unreadable"},
		{"certificate is no certificate", nil, setText("//X509Certificate", "AAAA"), "certificate-unreadable"},
		{"certificate of another key", func(r *xmlsec.Recipe) {
			r.KeyInfo.Certificates = r.KeyInfo.Certificates[1:]
		}, nil, "signature"},
		{"nothing signed", nil, remove("//SignedInfo"), "malformed malformed"},
		{"no value", nil, remove("//SignatureValue"), "malformed malformed"},
		{"no canonicalisation", nil, remove("//CanonicalizationMethod"), "malformed malformed"},
		{"no method", nil, remove("//SignatureMethod"), "malformed malformed"},
		{"no digest", nil, remove("//DigestValue"), "malformed signature"},
		{"foreign part", nil, func(d *etree.Document) { d.FindElement("//Signature").CreateElement("evil") }, "malformed"},
	}
	for _, test := range tests {
		t.Run(test.name, func(t *testing.T) {
			r := honest(t, "rsa")
			if test.recipe != nil {
				test.recipe(&r)
			}
			doc := signed(t, r)
			if test.change != nil {
				test.change(doc)
			}
			before := serialize(t, doc)
			got := verify(doc, xmlsec.CurrentPolicy)
			want := test.want
			if strings.HasPrefix(want, "malformed malformed") {
				want = kinds(got) // what follows from a missing part may be told once or twice
				if !strings.HasPrefix(want, "malformed") {
					t.Errorf("faults %q, want malformed", want)
				}
			}
			if kinds(got) != want {
				t.Errorf("faults %v, want %q", got.Faults, want)
			}
			if got.Valid() != (want == "") {
				t.Errorf("valid %v with faults %v", got.Valid(), got.Faults)
			}
			if serialize(t, doc) != before {
				t.Error("the verification changed the document")
			}
			for _, f := range got.Faults {
				if f.Want == "" || !got.Has(f.Kind) {
					t.Errorf("fault without want: %+v", f)
				}
			}
		})
	}
}

func TestVerifyLegacy(t *testing.T) {
	tests := []struct {
		name   string
		recipe func(*xmlsec.Recipe)
		want   string
	}{
		{"current", nil, ""},
		{"sha-1", func(r *xmlsec.Recipe) {
			r.Method, r.References[0].DigestMethod = xmlsec.MethodRSASHA1, xmlsec.DigestSHA1
		}, ""},
		{"empty uri", func(r *xmlsec.Recipe) { r.References[0].URI = "" }, ""},
		{"md5", func(r *xmlsec.Recipe) { r.Method = xmlsec.MethodRSAMD5 }, "method"},
	}
	for _, test := range tests {
		t.Run(test.name, func(t *testing.T) {
			r := honest(t, "rsa")
			if test.recipe != nil {
				test.recipe(&r)
			}
			doc := signed(t, r)
			got := verify(doc, xmlsec.LegacyPolicy)
			if kinds(got) != test.want || !got.Covers(doc.FindElement("//Assertion")) {
				t.Errorf("faults %v, references %+v", got.Faults, got.References)
			}
		})
	}
}

func TestVerifyKeys(t *testing.T) {
	for _, name := range []string{"rsa", "p256", "p384", "p521"} {
		for _, form := range []xmlsec.KeyInfoForm{xmlsec.KeyInfoNone, xmlsec.KeyInfoX509, xmlsec.KeyInfoKeyValue} {
			r := honest(t, name)
			r.KeyInfo.Form = form
			doc := signed(t, r)
			sig := doc.FindElement("//Signature")
			if got := xmlsec.Verify(sig, xmlsec.CurrentPolicy, r.Key.Public()); !got.Valid() {
				t.Errorf("%s, form %d, key given: %v", name, form, got.Faults)
			}
			got := xmlsec.Verify(sig, xmlsec.CurrentPolicy, nil)
			if got.Has(xmlsec.FaultSignature) || got.Valid() != (form == xmlsec.KeyInfoX509) {
				t.Errorf("%s, form %d: %v", name, form, got.Faults)
			}
			for _, other := range []string{"rsa1024", "p256", "p384"} {
				if other == name {
					continue
				}
				if got := xmlsec.Verify(sig, xmlsec.CurrentPolicy, key(t, other).Public()); !got.Has(xmlsec.FaultSignature) {
					t.Errorf("%s verified by %s: %v", name, other, got.Faults)
				}
			}
		}
	}
}

// TestVerifyUnreadableBareKey must neither panic nor find a key.
func TestVerifyUnreadableBareKey(t *testing.T) {
	tests := []struct{ key, path, text string }{
		{"rsa", "//Modulus", "*"}, {"rsa", "//Modulus", ""}, {"rsa", "//Exponent", ""}, {"rsa", "//Exponent", "AQABAQAB"},
		{"p256", "//PublicKey", "*"}, {"p256", "//PublicKey", "BAAA"},
	}
	for _, test := range tests {
		r := honest(t, test.key)
		r.KeyInfo.Form = xmlsec.KeyInfoKeyValue
		doc := signed(t, r)
		doc.FindElement(test.path).SetText(test.text)
		if got := kinds(verify(doc, xmlsec.CurrentPolicy)); got != "bare-key-value" {
			t.Errorf("%s %q: faults %q", test.path, test.text, got)
		}
	}
	r := honest(t, "p256")
	r.KeyInfo.Form = xmlsec.KeyInfoKeyValue
	doc := signed(t, r)
	doc.FindElement("//NamedCurve").CreateAttr("URI", "urn:oid:1.3.132.0.34")
	if got := kinds(verify(doc, xmlsec.CurrentPolicy)); got != "bare-key-value" {
		t.Errorf("another curve: faults %q", got)
	}
	point := doc.FindElement("//PublicKey")
	point.Parent().RemoveChild(point)
	if got := kinds(verify(doc, xmlsec.CurrentPolicy)); got != "bare-key-value" {
		t.Errorf("no point: faults %q", got)
	}
}

func TestVerifyKeySize(t *testing.T) {
	r := honest(t, "rsa1024")
	if got := kinds(verify(signed(t, r), xmlsec.CurrentPolicy)); got != "key-too-weak" {
		t.Errorf("1024 bits: faults %q", got)
	}
	sig := signed(t, honest(t, "rsa")).FindElement("//Signature")
	huge := &rsa.PublicKey{N: new(big.Int).Lsh(big.NewInt(1), 20000), E: 65537}
	for name, public := range map[string]crypto.PublicKey{"huge": huge, "no curve": &ecdsa.PublicKey{}, "odd": "key"} {
		if got := xmlsec.Verify(sig, xmlsec.CurrentPolicy, public); got.Valid() {
			t.Errorf("%s key: no fault", name)
		}
	}
}

func TestVerifyWhatIsNoSignature(t *testing.T) {
	if got := xmlsec.Verify(nil, xmlsec.CurrentPolicy, nil); kinds(got) != "malformed" || got.Valid() {
		t.Errorf("nil: %v", got.Faults)
	}
	foreign := parse(t, "<Signature xmlns='urn:other'/>").Root()
	if got := xmlsec.Verify(foreign, xmlsec.CurrentPolicy, nil); kinds(got) != "malformed" {
		t.Errorf("another namespace: %v", got.Faults)
	}
	if (xmlsec.Checked{}).Valid() || (xmlsec.Checked{}).Covers(foreign) {
		t.Error("the zero Checked is valid or covers something")
	}
	root := parse(t, "<ds:Signature xmlns:ds='"+xmlsec.NamespaceDS+"'><ds:SignedInfo><ds:Reference URI=''/></ds:SignedInfo></ds:Signature>")
	if got := verify(root, xmlsec.LegacyPolicy); !got.Has(xmlsec.FaultReferenceUnresolved) {
		t.Errorf("signature at the root: %v", got.Faults)
	}
}

// TestVerifyAmplification feeds a namespace declared once, to be written thousands of times.
func TestVerifyAmplification(t *testing.T) {
	r := honest(t, "rsa")
	doc := signed(t, r)
	vi := doc.FindElement("//Assertion")
	vi.CreateAttr("xmlns:big", "urn:"+strings.Repeat("x", 1<<19))
	for range 200 {
		vi.CreateElement("big:a")
	}
	if got := kinds(verify(doc, xmlsec.CurrentPolicy)); got != "transform" {
		t.Errorf("faults %q, want transform", got)
	}
}
