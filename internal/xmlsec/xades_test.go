package xmlsec_test

import (
	"crypto"
	"crypto/ed25519"
	"crypto/sha256"
	"crypto/x509"
	"strings"
	"testing"
	"time"

	"github.com/beevik/etree"

	"etalon/internal/xmlsec"
)

// signedAt is when the documents of these tests are signed.
var signedAt = time.Date(2027, 2, 3, 4, 5, 6, 7e8, time.FixedZone("", 3600))

// xades signs a small document.
func xades(t *testing.T, key crypto.Signer, certificates ...*x509.Certificate) string {
	t.Helper()
	doc := parse(t, `<r xmlns="urn:r"><part a="1">deux</part></r>`)
	if err := (xmlsec.XAdES{Key: key, Chain: certificates, At: signedAt, MediaType: "application/xml"}).Sign(doc); err != nil {
		t.Fatal(err)
	}
	return serialize(t, doc)
}

// TestXAdES holds what the baseline level B wants (ETSI EN 319 132-1 §6.3), and that two signatures at one instant are one.
func TestXAdES(t *testing.T) {
	for _, name := range []string{"rsa", "p256", "p384", "p521"} {
		raw := xades(t, key(t, name), chain(t, name)...)
		if raw != xades(t, key(t, name), chain(t, name)...) {
			t.Errorf("%s: one instant gives two signatures", name)
		}
		doc := parse(t, raw)
		sum := sha256.Sum256(certificate(t, name).Raw)
		for path, want := range map[string]string{
			"//SigningTime":                          "2027-02-03T03:05:06Z",
			"//SigningCertificateV2//DigestValue":    encode(sum[:]),
			"//SignedDataObjectProperties//MimeType": "application/xml",
		} {
			if got := doc.FindElement(path); got == nil || got.Text() != want {
				t.Errorf("%s: %s is %v, want %s", name, path, got, want)
			}
		}
		format, first := doc.FindElement("//DataObjectFormat"), doc.FindElement("//Reference")
		if xmlsec.Value(format, "ObjectReference") != "#"+xmlsec.Value(first, "Id") || xmlsec.Value(first, "URI") != "" {
			t.Errorf("%s: the format is of %s", name, xmlsec.Value(format, "ObjectReference"))
		}
		if target := doc.FindElement("//QualifyingProperties"); xmlsec.Value(target, "Target") != "#"+xmlsec.Value(doc.FindElement("//Signature"), "Id") {
			t.Errorf("%s: the properties are of another signature", name)
		}
		ids := []string{"--id-attr:Id", xmlsec.NamespaceXAdES + ":SignedProperties"}
		if !xmlsec1Verifies(t, raw, ids...) {
			t.Errorf("%s: xmlsec1 refuses\n%s", name, raw)
		}
		for _, change := range []string{"deux", "03:05:06Z", "application/xml"} {
			if xmlsec1Verifies(t, strings.Replace(raw, change, "x"+change[1:], 1), ids...) {
				t.Errorf("%s: %s can be changed", name, change)
			}
		}
	}
}

// TestXAdESWithEd25519 is held by our own verifier: xmlsec1 has it from 1.3 on (RFC 9231 §2.3).
func TestXAdESWithEd25519(t *testing.T) {
	public, private, err := ed25519.GenerateKey(strings.NewReader(strings.Repeat("x", 64)))
	if err != nil {
		t.Fatal(err)
	}
	policy := xmlsec.CurrentPolicy
	policy.AllowEmptyURI = true
	policy.Methods = []string{xmlsec.MethodEd25519}
	raw := xades(t, private, certificate(t, "rsa"))
	for _, x := range []struct{ raw, want string }{
		{raw, "object"}, {strings.Replace(raw, "deux", "trois", 1), "object digest"},
		{strings.Replace(raw, "#eddsa-ed25519", "#rsa-sha256", 1), "object method"},
	} {
		got := xmlsec.Verify(parse(t, x.raw).FindElement("//Signature"), policy, public)
		if kinds(got) != x.want {
			t.Errorf("faults %q, want %q", kinds(got), x.want)
		}
	}
	if got := kinds(xmlsec.Verify(parse(t, raw).FindElement("//Signature"), policy, ed25519.PublicKey("short"))); got != "object signature" {
		t.Errorf("a key cut short: faults %q", got)
	}
}

func TestXAdESRefuses(t *testing.T) {
	for name, x := range map[string]struct {
		doc *etree.Document
		how xmlsec.XAdES
	}{
		"no root":        {etree.NewDocument(), xmlsec.XAdES{Key: key(t, "rsa"), Chain: chain(t, "rsa")}},
		"no key":         {parse(t, "<r/>"), xmlsec.XAdES{Chain: chain(t, "rsa")}},
		"no certificate": {parse(t, "<r/>"), xmlsec.XAdES{Key: key(t, "rsa")}},
	} {
		if err := x.how.Sign(x.doc); err == nil {
			t.Errorf("%s: no error", name)
		}
		if root := x.doc.Root(); root != nil && len(root.Child) > 0 {
			t.Errorf("%s: the document was changed", name)
		}
	}
}
