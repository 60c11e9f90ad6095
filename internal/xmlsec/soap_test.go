package xmlsec_test

import (
	"crypto"
	"crypto/x509"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"etalon/internal/bench/benchtest"
	"etalon/internal/xmlsec"
)

// message is a SOAP message with a Timestamp around now and a security token, to be signed over Body and Timestamp.
func message(t *testing.T, signer string) string {
	t.Helper()
	stamp := func(after time.Duration) string {
		return time.Now().Add(after).UTC().Format("2006-01-02T15:04:05.000Z")
	}
	return `<soap:Envelope xmlns:soap="http://schemas.xmlsoap.org/soap/envelope/" xmlns:wsu="` + xmlsec.NamespaceWSU + `">
 <soap:Header>
  <wsse:Security xmlns:wsse="` + xmlsec.NamespaceWSSE + `" soap:mustUnderstand="1">
   <wsse:BinarySecurityToken EncodingType="` + xmlsec.EncodingBase64 + `" ValueType="` + xmlsec.TokenX509v3 +
		`" wsu:Id="X509-1">` + encode(certificate(t, signer).Raw) + `</wsse:BinarySecurityToken>
   <wsu:Timestamp wsu:Id="TS-1"><wsu:Created>` + stamp(-time.Second) + `</wsu:Created><wsu:Expires>` +
		stamp(5*time.Minute) + `</wsu:Expires></wsu:Timestamp>
  </wsse:Security>
 </soap:Header>
 <soap:Body wsu:Id="Body-1"><m:op xmlns:m="urn:example:op">bonjour &amp; été</m:op></soap:Body>
</soap:Envelope>`
}

// signedMessage signs Body and Timestamp with the token as key.
func signedMessage(t *testing.T, signer string) string {
	t.Helper()
	doc := parse(t, message(t, signer))
	exclusive := xmlsec.Transform{Algorithm: xmlsec.TransformExclusive}
	withList := xmlsec.Transform{Algorithm: xmlsec.TransformExclusive, Prefixes: []string{"soap", "wsu"}}
	r := xmlsec.Recipe{
		ID:   "SIG-1",
		C14N: withList,
		References: []xmlsec.Reference{
			{URI: "#Body-1", Transforms: []xmlsec.Transform{exclusive}},
			{URI: "#TS-1", Transforms: []xmlsec.Transform{withList}},
		},
		Key:     key(t, signer),
		KeyInfo: xmlsec.KeyInfo{Form: xmlsec.KeyInfoTokenReference, TokenURI: "#X509-1"},
	}
	security := doc.FindElement("//Security")
	if _, err := r.Sign(nil, security, len(security.Child)); err != nil {
		t.Fatal(err)
	}
	return serialize(t, doc)
}

// wantMessageSigned checks a message as a reader of the X.509 Token Profile does.
func wantMessageSigned(t *testing.T, raw, signer string) {
	t.Helper()
	doc := parse(t, raw)
	got := verify(doc, xmlsec.CurrentPolicy)
	if !got.Valid() {
		t.Errorf("faults %v\n%s", got.Faults, raw)
	}
	if len(got.Certificates) == 0 || !got.Certificates[0].Equal(certificate(t, signer)) {
		t.Errorf("certificates %v", got.Certificates)
	}
	covered := map[string]bool{}
	for _, ref := range got.References {
		if ref.OK && ref.Element != nil {
			covered[ref.Element.FullTag()] = true
		}
	}
	for _, path := range []string{"/Envelope/Body", "//Timestamp"} {
		if el := doc.FindElement(path); el == nil || !covered[el.FullTag()] {
			t.Errorf("%s is not covered: %v", path, got.References)
		}
	}
	doc.FindElement("/Envelope/Body").ChildElements()[0].CreateText("!")
	if kinds(verify(doc, xmlsec.CurrentPolicy)) != "digest" {
		t.Error("a changed body is accepted")
	}
}

func TestMessageSignature(t *testing.T) {
	for _, signer := range []string{"rsa", "p256", "p384"} {
		wantMessageSigned(t, signedMessage(t, signer), signer)
	}
}

func TestTokenReferenceFaults(t *testing.T) {
	raw := signedMessage(t, "rsa")
	tests := []struct{ name, old, new, want string }{
		{"dangling", `Reference URI="#X509-1"`, `Reference URI="#none"`, "reference-unresolved"},
		{"elsewhere", `Reference URI="#X509-1"`, `Reference URI="http://127.0.0.1/"`, "reference-external"},
		{"another element", `Reference URI="#X509-1"`, `Reference URI="#Body-1"`, "certificate-unreadable"},
		{"another type", `ValueType="` + xmlsec.TokenX509v3 + `" wsu`, `ValueType="urn:other" wsu`, "certificate-unreadable"},
		{"token twice", `<wsu:Created>`, `<wsu:Created wsu:Id="X509-1">`, "digest reference-ambiguous"},
	}
	for _, test := range tests {
		t.Run(test.name, func(t *testing.T) {
			changed := strings.Replace(raw, test.old, test.new, 1)
			if changed == raw {
				t.Fatal("nothing replaced")
			}
			got := strings.Fields(kinds(verify(parse(t, changed), xmlsec.CurrentPolicy)))
			for _, kind := range strings.Fields(test.want) {
				if !strings.Contains(strings.Join(got, " "), kind) {
					t.Errorf("faults %v, want %q", got, test.want)
				}
			}
		})
	}
}

func TestKeyIdentifierHoldsCertificate(t *testing.T) {
	doc := parse(t, signedMessage(t, "p256"))
	ref := doc.FindElement("//SecurityTokenReference/Reference")
	id := ref.Parent().CreateElement("wsse:KeyIdentifier")
	id.CreateAttr("ValueType", xmlsec.TokenX509v3)
	id.SetText(doc.FindElement("//BinarySecurityToken").Text())
	ref.Remove()
	wantMessageSigned(t, serialize(t, doc), "p256")
}

const javaHome = "/usr/share/java/"

var wss4jJars = []string{
	javaHome + "wss4j.jar", javaHome + "xmlsec.jar", javaHome + "commons-logging.jar", javaHome + "slf4j-api.jar",
	javaHome + "slf4j-nop.jar", javaHome + "commons-codec.jar",
}

// buildWss4j compiles the Java peer. The function that it gives runs the peer on a message: "sign" prints the signed
// one, "verify" prints OK.
func buildWss4j(t *testing.T) func(t *testing.T, mode, raw string) (string, error) {
	t.Helper()
	classes, jars := t.TempDir(), strings.Join(wss4jJars, ":")
	benchtest.Needs(t, append([]string{"javac"}, wss4jJars...)...)
	out, err := exec.Command("javac", "-d", classes, "-cp", jars, "testdata/Wss4jPeer.java").CombinedOutput()
	if err != nil {
		t.Fatalf("javac: %v\n%s", err, out)
	}
	return func(t *testing.T, mode, raw string) (string, error) {
		t.Helper()
		return run(t, "java", "-cp", jars+":"+classes, "Wss4jPeer", mode, "testdata/rsa.p12", "TEST", write(t, "message.xml", raw))
	}
}

// run gives what a peer prints; what it complains of goes to the log.
func run(t *testing.T, name string, args ...string) (string, error) {
	t.Helper()
	cmd := exec.Command(name, args...)
	var said strings.Builder
	cmd.Stderr = &said
	out, err := cmd.Output()
	if err != nil {
		t.Logf("%s: %s", name, said.String())
	}
	return string(out), err
}

func TestWss4j(t *testing.T) {
	wss4j := buildWss4j(t)
	t.Run("verifies ours", func(t *testing.T) {
		raw := signedMessage(t, "rsa")
		if out, err := wss4j(t, "verify", raw); err != nil {
			t.Errorf("wss4j refuses: %v %s", err, out)
		}
		if out, err := wss4j(t, "verify", strings.Replace(raw, "bonjour", "bonsoir", 1)); err == nil {
			t.Errorf("wss4j accepts a changed body: %s", out)
		}
	})
	t.Run("verified by us", func(t *testing.T) {
		out, err := wss4j(t, "sign", message(t, "rsa"))
		if err != nil {
			t.Fatal(err)
		}
		wantMessageSigned(t, out, "rsa")
	})
}

// debianPython is the interpreter that sees Debian's zeep and python-xmlsec.
const debianPython = "/usr/bin/python3"

func zeep(t *testing.T, mode, raw string) (string, error) {
	t.Helper()
	benchtest.Needs(t, debianPython, "/usr/lib/python3/dist-packages/zeep", "/usr/lib/python3/dist-packages/xmlsec")
	return run(t, debianPython, "testdata/zeep_peer.py", mode, "testdata/rsa.key", "testdata/rsa.crt", write(t, "message.xml", raw))
}

func TestZeep(t *testing.T) {
	t.Run("verifies ours", func(t *testing.T) {
		raw := signedMessage(t, "rsa")
		if out, err := zeep(t, "verify", raw); err != nil {
			t.Errorf("zeep refuses: %v %s", err, out)
		}
		if out, err := zeep(t, "verify", strings.Replace(raw, "bonjour", "bonsoir", 1)); err == nil {
			t.Errorf("zeep accepts a changed body: %s", out)
		}
	})
	for _, mode := range []string{"sign-binary", "sign"} {
		t.Run("verified by us, "+mode, func(t *testing.T) {
			out, err := zeep(t, mode, message(t, "rsa"))
			if err != nil {
				t.Fatal(err)
			}
			wantMessageSigned(t, out, "rsa")
		})
	}
}

func TestFixturesAreTest(t *testing.T) {
	files, err := filepath.Glob("testdata/*.crt")
	if err != nil || len(files) == 0 {
		t.Fatal(files, err)
	}
	for _, file := range files {
		cert := certificate(t, strings.TrimSuffix(filepath.Base(file), ".crt"))
		if !strings.Contains(cert.Subject.String(), "TEST") {
			t.Errorf("%s: subject %s does not say TEST", file, cert.Subject)
		}
		if _, err := os.Stat(strings.TrimSuffix(file, ".crt") + ".key"); err == nil {
			wantPair(t, strings.TrimSuffix(filepath.Base(file), ".crt"), cert)
		}
	}
}

func wantPair(t *testing.T, name string, cert *x509.Certificate) {
	t.Helper()
	public := key(t, name).Public().(interface{ Equal(crypto.PublicKey) bool })
	if !public.Equal(cert.PublicKey) {
		t.Errorf("%s: key and certificate do not match", name)
	}
}
