package mutation_test

import (
	"bytes"
	"encoding/pem"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"testing"

	"etalon/internal/bench/benchtest"
	"etalon/internal/mutation"
	"etalon/internal/saml"
	"etalon/internal/soap"
	"etalon/internal/xmlsec"
)

// verified says what xmlsec1, which trusts any key and looks at one signature, must think of a message.
type verified int

const (
	sound      verified = iota // well signed: what is wrong is in the content
	broken                     // the cryptography does not hold
	unreadable                 // there is no signature to verify
	binding                    // well signed, by the wrong key or over the wrong thing: trust or binding alone are broken
)

// opinions lists the faults of which xmlsec1 must not think what their moment says: content and form are
// well signed, and a change on the wire breaks the signature.
var opinions = map[string]verified{
	"soap-header-absent":  unreadable,
	"soap-security-empty": unreadable,

	"vi-signature-stripped": unreadable,
	"vi-xml-malformed":      unreadable,
	"vi-utf8-invalid":       unreadable,
	"xml-entity-expansion":  unreadable, // entities are not expanded, and cannot be canonicalised
	"xml-external-entity":   unreadable,
	"xml-attribute-10mb":    sound, // these two leave the VI alone
	"xml-doctype":           sound,

	"vi-keyinfo-absent":            broken,
	"vi-keyinfo-other-certificate": broken,
	"vi-signature-hmac-public-key": broken,

	"vi-signature-reference-other":        binding,
	"vi-signature-reference-empty":        binding,
	"vi-signature-reference-two":          binding,
	"vi-signature-transform-xslt":         binding,
	"vi-signature-transform-xpath":        binding,
	"vi-signature-sha1":                   binding,
	"vi-keyinfo-keyvalue":                 binding,
	"vi-certificate-self-signed":          binding,
	"vi-certificate-other-ca":             binding,
	"vi-certificate-expired":              binding,
	"vi-certificate-revoked":              binding,
	"vi-certificate-outside-pattern":      binding,
	"vi-certificate-rsa1024":              binding,
	"vi-certificate-sha1":                 binding,
	"vi-signer-other-organism":            binding,
	"vi-wrapping-extension":               binding,
	"vi-wrapping-forged-around":           binding,
	"vi-wrapping-second-signature-object": binding,
	"soap-signature-reference-elsewhere":  binding,

	"vi-signature-on-response-only":     unreadable,
	"response-assertion-bare":           binding,
	"response-assertion-absent":         unreadable,
	"vi-wrapping-response-in-signature": binding,
	"vi-wrapping-response-beside":       binding,
	"vi-wrapping-sibling-unsigned":      binding,
	"vi-wrapping-child":                 binding,
	"vi-wrapping-original-last":         binding,
	"vi-wrapping-forged-in-extensions":  binding,
}

func opinion(m mutation.Mutation) verified {
	if v, ok := opinions[m.Name]; ok {
		return v
	}
	if m.Moment() == "wire" {
		return broken
	}
	return sound
}

// TestXmlsec1Agrees asks the independent oracle about every fault that changes bytes: in one go about those
// whose signature must hold, one by one about the others.
func TestXmlsec1Agrees(t *testing.T) {
	benchtest.Needs(t, "xmlsec1")
	var holding []string
	for _, m := range changingBytes() {
		if m.Moment() == "jwt" {
			continue // no XML
		}
		raw := readable(stageFor(t, m).mutatedBytes(t, m))
		good := opinion(m) == sound || opinion(m) == binding
		switch {
		case m.Name == "vi-signature-reference-empty":
			raw = alone(t, raw)
			fallthrough
		case good && m.Violates != "A10":
			holding = append(holding, file(t, m.Name+".xml", raw))
		default:
			t.Run(m.Name, func(t *testing.T) {
				t.Parallel()
				if verifies, said := asks(t, m, raw); verifies != good {
					t.Errorf("xmlsec1 verifies: %v, want %v\n%s", verifies, good, said)
				}
			})
		}
	}
	if verifies, said := xmlsec1(append([]string{"--node-xpath", firstOfVI}, holding...)...); !verifies {
		t.Errorf("xmlsec1 refuses one of %d messages that it must accept:\n%s", len(holding), said)
	} else if n := strings.Count(said, "OK\n"); n != len(holding) {
		t.Errorf("xmlsec1 accepts %d messages, want %d", n, len(holding))
	}
}

// firstOfVI is the signature of the first assertion that has one.
const firstOfVI = "(//*[local-name()='Assertion']/*[local-name()='Signature'])[1]"

// asks returns what xmlsec1 thinks of the signature at stake: the message's for A10, else the first VI's.
func asks(t *testing.T, m mutation.Mutation, raw []byte) (verifies bool, said string) {
	t.Helper()
	message := file(t, "message.xml", raw)
	if m.Violates != "A10" {
		return xmlsec1("--node-xpath", firstOfVI, message)
	}
	// xmlsec1 does not know token references: it is given the key.
	leaf := pem.EncodeToMemory(&pem.Block{Type: "CERTIFICATE", Bytes: credential(t, "client/signature").Leaf().Raw})
	return xmlsec1("--pubkey-cert-pem", file(t, "client.pem", leaf), "--node-xpath", "/*/*/*/*[local-name()='Signature']", message)
}

// xmlsec1 verifies, trusting any certificate.
func xmlsec1(args ...string) (verifies bool, said string) {
	out, err := exec.Command("xmlsec1", append([]string{
		"--verify", "--insecure",
		"--id-attr:ID", saml.Namespace20 + ":Assertion", "--id-attr:AssertionID", saml.Namespace11 + ":Assertion",
		"--id-attr:ID", "urn:oasis:names:tc:SAML:3.0:assertion:Assertion",
		"--id-attr:Id", soap.Namespace11 + ":Body", "--id-attr:Id", xmlsec.NamespaceWSU + ":Timestamp",
	}, args...)...).CombinedOutput()
	return err == nil, string(out)
}

// alone returns the VI of a message as a document of its own.
func alone(t *testing.T, raw []byte) []byte {
	t.Helper()
	start, end := bytes.Index(raw, []byte("<saml2:Assertion")), bytes.Index(raw, []byte("</saml2:Assertion>"))
	if start < 0 || end < start {
		t.Fatalf("no VI in %s", raw)
	}
	return raw[start : end+len("</saml2:Assertion>")]
}

func file(t *testing.T, name string, content []byte) string {
	t.Helper()
	path := filepath.Join(t.TempDir(), name)
	if err := os.WriteFile(path, content, 0o600); err != nil {
		t.Fatal(err)
	}
	return path
}
