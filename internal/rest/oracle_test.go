package rest_test

import (
	"bytes"
	"crypto/rsa"
	"encoding/base64"
	"encoding/json"
	"encoding/pem"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"testing"

	"github.com/go-jose/go-jose/v4"

	"etalon/internal/bench/benchtest"
	"etalon/internal/rest"
	"etalon/internal/saml"
)

// files writes contents into a folder of the test, in order.
func files(t *testing.T, contents ...[]byte) []string {
	t.Helper()
	var all []string
	dir := t.TempDir()
	for i, content := range contents {
		path := filepath.Join(dir, string(rune('a'+i)))
		if err := os.WriteFile(path, content, 0o600); err != nil {
			t.Fatal(err)
		}
		all = append(all, path)
	}
	return all
}

func TestXmlsec1VerifiesTheAssertion(t *testing.T) {
	benchtest.Needs(t, "xmlsec1")
	certificate := pem.EncodeToMemory(&pem.Block{Type: "CERTIFICATE", Bytes: credential(t, "msa/signature").Leaf().Raw})
	raw, err := base64.StdEncoding.DecodeString(build(t, draft(t, rest.TokenSAML)))
	if err != nil {
		t.Fatal(err)
	}
	for sound, message := range map[bool][]byte{true: raw, false: bytes.Replace(raw, []byte("agent-0042"), []byte("agent-0043"), 1)} {
		paths := files(t, message, certificate)
		out, err := exec.Command("xmlsec1", "--verify", "--enabled-key-data", "key-name", "--pubkey-cert-pem", paths[1],
			"--id-attr:ID", saml.Namespace20+":Assertion", paths[0]).CombinedOutput()
		if (err == nil) != sound {
			t.Errorf("xmlsec1, sound %t: %v\n%s", sound, err, out)
		}
	}
}

func TestOpensslVerifiesTheJWT(t *testing.T) {
	benchtest.Needs(t, "openssl")
	token := build(t, draft(t, rest.TokenJWT))
	end := strings.LastIndex(token, ".")
	signature, err := base64.RawURLEncoding.DecodeString(token[end+1:])
	if err != nil {
		t.Fatal(err)
	}
	leaf := credential(t, "msa/signature").Leaf()
	public := pem.EncodeToMemory(&pem.Block{Type: "PUBLIC KEY", Bytes: leaf.RawSubjectPublicKeyInfo})
	for sound, input := range map[bool]string{true: token[:end], false: token[:end] + "A"} {
		paths := files(t, []byte(input), signature, public)
		out, err := exec.Command("openssl", "dgst", "-sha256", "-verify", paths[2], "-signature", paths[1], paths[0]).CombinedOutput()
		if (err == nil) != sound {
			t.Errorf("openssl, sound %t: %v\n%s", sound, err, out)
		}
	}
}

// TestGoJoseReadsOurJWT verifies by the chain in the header, and reads the claims.
func TestGoJoseReadsOurJWT(t *testing.T) {
	parsed, err := jose.ParseSignedCompact(build(t, draft(t, rest.TokenJWT)), []jose.SignatureAlgorithm{jose.RS256})
	if err != nil {
		t.Fatal(err)
	}
	leaf := credential(t, "msa/signature").Leaf()
	raw, err := parsed.Verify(leaf.PublicKey)
	if err != nil {
		t.Fatal(err)
	}
	var claims map[string]any
	if err := json.Unmarshal(raw, &claims); err != nil || claims["sub"] != "agent-0042" || claims["aud"] != audience {
		t.Errorf("%v, %s", err, raw)
	}
	if header := parsed.Signatures[0].Protected; header.KeyID != rest.Thumbprint(leaf) || header.ExtraHeaders["typ"] != "JWT" {
		t.Errorf("header %+v", header)
	}
}

// TestWeReadGoJosesJWT judges a token that go-jose signs.
func TestWeReadGoJosesJWT(t *testing.T) {
	signer := credential(t, "msa/signature")
	key, ok := signer.Key.(*rsa.PrivateKey)
	if !ok {
		t.Fatalf("key %T", signer.Key)
	}
	claims, err := json.Marshal(rest.Claims(vi()))
	if err != nil {
		t.Fatal(err)
	}
	for algorithm, want := range map[jose.SignatureAlgorithm]string{
		jose.RS256: "", jose.RS512: "R03 jwt-algorithm-other", jose.PS256: "R03 jwt-algorithm-other",
	} {
		var chain []string
		for _, c := range signer.Chain {
			chain = append(chain, base64.StdEncoding.EncodeToString(c.Raw))
		}
		options := (&jose.SignerOptions{}).WithType("JWT").WithHeader("x5c", chain)
		made, err := jose.NewSigner(jose.SigningKey{Algorithm: algorithm, Key: key}, options)
		if err != nil {
			t.Fatal(err)
		}
		signed, err := made.Sign(claims)
		if err != nil {
			t.Fatal(err)
		}
		token, err := signed.CompactSerialize()
		if err != nil {
			t.Fatal(err)
		}
		j := rest.Verify(call(rest.TokenJWT, token), expect(t, rest.TokenJWT))
		if got := rules(j.Findings); got != want || j.Verified != (want == "") {
			t.Errorf("%s: verified %t, %q, want %q", algorithm, j.Verified, got, want)
		}
	}
}
