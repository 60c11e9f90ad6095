package xmlsec_test

import (
	"bytes"
	"crypto"
	"crypto/x509"
	"encoding/base64"
	"encoding/pem"
	"io"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/beevik/etree"

	"etalon/internal/xmlsec"
)

// envelope is a SOAP message whose assertion uses prefixes that only its ancestors declare.
const envelope = `<?xml version="1.0" encoding="UTF-8"?>
<soap:Envelope xmlns:soap="http://schemas.xmlsoap.org/soap/envelope/" xmlns:xs="http://www.w3.org/2001/XMLSchema"
  xmlns:xsi="http://www.w3.org/2001/XMLSchema-instance" xmlns:unused="urn:unused" xmlns="urn:default">
 <soap:Header>
  <wsse:Security xmlns:wsse="` + xmlsec.NamespaceWSSE + `" soap:mustUnderstand="1">
   <saml2:Assertion xmlns:saml2="urn:oasis:names:tc:SAML:2.0:assertion" ID="_vi" Version="2.0">
    <saml2:Issuer>urn:interops:A</saml2:Issuer>
    <saml2:Subject><saml2:NameID>Zoé &amp; ‘Cie’ &lt;1&gt;</saml2:NameID></saml2:Subject>
    <saml2:AttributeStatement><saml2:Attribute Name="PAGM">
     <saml2:AttributeValue xsi:type="xs:string">PAGM_1</saml2:AttributeValue>
    </saml2:Attribute></saml2:AttributeStatement>
   </saml2:Assertion>
  </wsse:Security>
 </soap:Header>
 <soap:Body><op id="_vi">bonjour</op></soap:Body>
</soap:Envelope>
`

const enveloped = "http://www.w3.org/2000/09/xmldsig#enveloped-signature"

func fixture(t testing.TB, name string) []byte {
	t.Helper()
	raw, err := os.ReadFile(filepath.Join("testdata", name))
	if err != nil {
		t.Fatal(err)
	}
	return raw
}

func key(t testing.TB, name string) crypto.Signer {
	t.Helper()
	block, _ := pem.Decode(fixture(t, name+".key"))
	parsed, err := x509.ParsePKCS8PrivateKey(block.Bytes)
	if err != nil {
		t.Fatal(err)
	}
	return parsed.(crypto.Signer)
}

func certificate(t testing.TB, name string) *x509.Certificate {
	t.Helper()
	block, _ := pem.Decode(fixture(t, name+".crt"))
	cert, err := x509.ParseCertificate(block.Bytes)
	if err != nil {
		t.Fatal(err)
	}
	return cert
}

func chain(t testing.TB, name string) []*x509.Certificate {
	t.Helper()
	return []*x509.Certificate{certificate(t, name), certificate(t, "ca")}
}

func parse(t testing.TB, raw string) *etree.Document {
	t.Helper()
	doc, err := xmlsec.Parse([]byte(raw), xmlsec.DefaultLimits)
	if err != nil {
		t.Fatal(err)
	}
	return doc
}

func serialize(t testing.TB, doc *etree.Document) string {
	t.Helper()
	raw, err := xmlsec.Serialize(doc)
	if err != nil {
		t.Fatal(err)
	}
	return string(raw)
}

// honest is the enveloped recipe of the assertion _vi.
func honest(t testing.TB, name string) xmlsec.Recipe {
	t.Helper()
	r, err := xmlsec.EnvelopedRecipe("_vi", key(t, name), chain(t, name))
	if err != nil {
		t.Fatal(err)
	}
	return r
}

// signed makes the recipe over the assertion of the envelope, and reads the message back as a partner would.
func signed(t testing.TB, r xmlsec.Recipe) *etree.Document {
	t.Helper()
	doc := parse(t, envelope)
	var salt io.Reader
	if r.Method == xmlsec.MethodPSSSHA256 {
		salt = bytes.NewReader(make([]byte, 64))
	}
	if _, err := r.Sign(salt, doc.FindElement("//Assertion"), 2); err != nil {
		t.Fatal(err)
	}
	return parse(t, serialize(t, doc))
}

// verify checks the first signature of a document.
func verify(doc *etree.Document, p xmlsec.Policy) xmlsec.Checked {
	return xmlsec.Verify(doc.FindElement("//Signature"), p, nil)
}

// kinds are the faults in order, joined by spaces; "" when sound.
func kinds(c xmlsec.Checked) string {
	var all []string
	for _, f := range c.Faults {
		all = append(all, string(f.Kind))
	}
	return strings.Join(all, " ")
}

func encode(raw []byte) string { return base64.StdEncoding.EncodeToString(raw) }

func write(t testing.TB, name, content string) string {
	t.Helper()
	path := filepath.Join(t.TempDir(), name)
	if err := os.WriteFile(path, []byte(content), 0o600); err != nil {
		t.Fatal(err)
	}
	return path
}
