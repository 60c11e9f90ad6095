package soap_test

import (
	"crypto/x509"
	"encoding/pem"
	"encoding/xml"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"testing"

	schema "github.com/crewjam/saml"
	dsig "github.com/russellhaering/goxmldsig"
	"github.com/russellhaering/goxmldsig/etreeutils"

	"etalon/internal/bench/benchtest"
	"etalon/internal/pki"
	"etalon/internal/saml"
	"etalon/internal/soap"
	"etalon/internal/xmlsec"
)

// xmlsec1 verifies one signature of a message with the signer's key, and tells whether it holds. ids are
// pairs of an attribute and the element that it identifies.
func xmlsec1(t *testing.T, raw []byte, signer pki.Credential, signature string, ids ...string) bool {
	t.Helper()
	benchtest.Needs(t, "xmlsec1")
	message, certificate := filepath.Join(t.TempDir(), "m.xml"), filepath.Join(t.TempDir(), "c.pem")
	block := pem.EncodeToMemory(&pem.Block{Type: "CERTIFICATE", Bytes: signer.Leaf().Raw})
	for path, content := range map[string][]byte{message: raw, certificate: block} {
		if err := os.WriteFile(path, content, 0o600); err != nil {
			t.Fatal(err)
		}
	}
	args := []string{"--verify", "--enabled-key-data", "key-name", "--pubkey-cert-pem", certificate}
	for i := 0; i < len(ids); i += 2 {
		args = append(args, "--id-attr:"+ids[i], ids[i+1])
	}
	out, err := exec.Command("xmlsec1", append(args, "--node-xpath", signature, message)...).CombinedOutput()
	t.Logf("xmlsec1: %s", out)
	return err == nil
}

func TestXmlsec1AgreesOnTheVIInItsEnvelope(t *testing.T) {
	for name, c := range map[string]struct{ version, signer, attribute, space string }{
		"2.0 RSA":   {"2.0", "msa/signature", "ID", saml.Namespace20},
		"2.0 ECDSA": {"2.0", "msa/signature-ec", "ID", saml.Namespace20},
		"1.1 RSA":   {"1.1", "msa/signature", "AssertionID", saml.Namespace11},
		"1.1 ECDSA": {"1.1", "msa/signature-ec", "AssertionID", saml.Namespace11},
	} {
		t.Run(name, func(t *testing.T) {
			d := signedDraft(t)
			if c.version == "1.1" {
				d.VI = vi11()
			}
			d.Signer = credential(t, c.signer)
			raw := build(t, d)
			const signature = "//*[local-name()='Assertion']/*[local-name()='Signature']"
			if !xmlsec1(t, raw, d.Signer, signature, c.attribute, c.space+":Assertion") {
				t.Error("xmlsec1 refuses an honest VI")
			}
			altered := []byte(strings.Replace(string(raw), "agent-0042", "agent-0043", 1))
			if xmlsec1(t, altered, d.Signer, signature, c.attribute, c.space+":Assertion") {
				t.Error("xmlsec1 accepts an altered VI")
			}
		})
	}
}

func TestXmlsec1AgreesOnTheMessageSignature(t *testing.T) {
	d := signedDraft(t)
	raw := build(t, d)
	const signature = "//*[local-name()='Security']/*[local-name()='Signature']"
	ids := []string{"Id", soap.Namespace11 + ":Body", "Id", xmlsec.NamespaceWSU + ":Timestamp"}
	if !xmlsec1(t, raw, *d.MessageSigner, signature, ids...) {
		t.Error("xmlsec1 refuses an honest message")
	}
	if xmlsec1(t, []byte(strings.Replace(string(raw), "<m:vide", "<m:plein", 1)), *d.MessageSigner, signature, ids...) {
		t.Error("xmlsec1 accepts an altered Body")
	}
}

// goxmldsig and crewjam read the assertion in place, as a second opinion.
func TestGoxmldsigAndCrewjamAgreeOnTheVI(t *testing.T) {
	d := draft(t)
	raw := build(t, d)
	doc, err := xmlsec.Parse(raw, xmlsec.DefaultLimits)
	if err != nil {
		t.Fatal(err)
	}
	el := doc.FindElement("//Assertion")
	scope, err := etreeutils.NSBuildParentContext(el)
	if err != nil {
		t.Fatal(err)
	}
	alone, err := etreeutils.NSDetatch(scope, el)
	if err != nil {
		t.Fatal(err)
	}
	context := dsig.NewDefaultValidationContext(&dsig.MemoryX509CertificateStore{Roots: []*x509.Certificate{d.Signer.Leaf()}})
	context.Clock = dsig.NewFakeClockAt(now)
	validated, err := context.Validate(alone)
	if err != nil {
		t.Fatal(err)
	}
	bytes, err := xmlsec.Canonicalize(validated)
	if err != nil {
		t.Fatal(err)
	}
	var got schema.Assertion
	if err := xml.Unmarshal(bytes, &got); err != nil {
		t.Fatal(err)
	}
	if got.Subject.NameID.Value != d.VI.NameID.Value || !got.Conditions.NotOnOrAfter.Equal(d.VI.NotOnOrAfter) ||
		got.Conditions.AudienceRestrictions[0].Audience.Value != audience || got.Issuer.Value != d.VI.Issuer ||
		got.AttributeStatements[0].Attributes[0].Values[0].Value != "PAGM_CONSULTATION" {
		t.Errorf("crewjam reads %+v", got)
	}
}
