package jws_test

import (
	"crypto"
	"crypto/ecdsa"
	"crypto/elliptic"
	"crypto/rand"
	"crypto/rsa"
	"crypto/x509"
	"encoding/asn1"
	"encoding/base64"
	"encoding/json"
	"encoding/pem"
	"errors"
	"math/big"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"testing"

	"etalon/internal/bench/benchtest"
	"etalon/internal/jws"
)

// keys are made once: RSA is slow to generate.
var (
	rsaKey, _ = rsa.GenerateKey(rand.Reader, 2048)
	ecKey, _  = ecdsa.GenerateKey(elliptic.P256(), rand.Reader)
)

func compact(t *testing.T, algorithm string, sign jws.Sign) string {
	t.Helper()
	token, err := jws.Compact(map[string]any{"alg": algorithm, "typ": "JWT"}, []byte(`{"sub":"é<&>","n":1,"list":[{"n":2}]}`), sign)
	if err != nil {
		t.Fatal(err)
	}
	return token
}

// openssl is the oracle of the signatures: it shares no code with ours.
func TestOpensslVerifiesTheSignatures(t *testing.T) {
	benchtest.Needs(t, "openssl")
	for algorithm, key := range map[string]crypto.Signer{jws.RS256: rsaKey, jws.ES256: ecKey} {
		sign := jws.ByRSA(key)
		if algorithm == jws.ES256 {
			sign = jws.ByECDSA(key, rand.Reader)
		}
		token := compact(t, algorithm, sign)
		for name, c := range map[string]struct {
			token string
			sound bool
		}{"honest": {token, true}, "altered": {strings.Replace(token, ".", ".A", 1), false}} {
			if got := openssl(t, algorithm, c.token, key.Public()); got != c.sound {
				t.Errorf("%s, %s: openssl says %t, want %t", algorithm, name, got, c.sound)
			}
		}
	}
}

// openssl tells whether openssl takes the signature of a token.
func openssl(t *testing.T, algorithm, token string, key crypto.PublicKey) bool {
	t.Helper()
	i := strings.LastIndex(token, ".")
	signature, err := base64.RawURLEncoding.DecodeString(token[i+1:])
	if err != nil {
		t.Fatal(err)
	}
	if algorithm == jws.ES256 {
		half := len(signature) / 2
		signature, err = asn1.Marshal(struct{ R, S *big.Int }{new(big.Int).SetBytes(signature[:half]), new(big.Int).SetBytes(signature[half:])})
		if err != nil {
			t.Fatal(err)
		}
	}
	der, err := x509.MarshalPKIXPublicKey(key)
	if err != nil {
		t.Fatal(err)
	}
	dir := t.TempDir()
	for name, raw := range map[string][]byte{
		"input": []byte(token[:i]), "signature": signature, "key": pem.EncodeToMemory(&pem.Block{Type: "PUBLIC KEY", Bytes: der}),
	} {
		if err := os.WriteFile(filepath.Join(dir, name), raw, 0o600); err != nil {
			t.Fatal(err)
		}
	}
	cmd := exec.Command("openssl", "dgst", "-sha256", "-verify", "key", "-signature", "signature", "input")
	cmd.Dir = dir
	out, err := cmd.CombinedOutput()
	if exit := (&exec.ExitError{}); err != nil && !errors.As(err, &exit) {
		t.Fatal(err)
	}
	return strings.Contains(string(out), "Verified OK")
}

func TestSignedByTakesTheAgreedAlgorithmAlone(t *testing.T) {
	other, err := rsa.GenerateKey(rand.Reader, 2048)
	if err != nil {
		t.Fatal(err)
	}
	rs, es := compact(t, jws.RS256, jws.ByRSA(rsaKey)), compact(t, jws.ES256, jws.ByECDSA(ecKey, rand.Reader))
	for _, c := range []struct {
		name, token, algorithm string
		key                    crypto.PublicKey
		want                   bool
	}{
		{"RS256", rs, jws.RS256, rsaKey.Public(), true},
		{"ES256", es, jws.ES256, ecKey.Public(), true},
		{"another key", rs, jws.RS256, other.Public(), false},
		{"another algorithm", rs, jws.ES256, ecKey.Public(), false},
		{"a key of another kind", rs, jws.RS256, ecKey.Public(), false},
		{"the other way round", es, jws.ES256, rsaKey.Public(), false},
		{"no key", rs, jws.RS256, nil, false},
		{"no algorithm", compact(t, jws.None, jws.Unsigned), jws.None, rsaKey.Public(), false},
		{"header that lies", compact(t, jws.ES256, jws.ByRSA(rsaKey)), jws.RS256, rsaKey.Public(), true},
		{"a secret", compact(t, jws.HS256, jws.ByHMAC([]byte("s"))), jws.HS256, []byte("s"), false},
	} {
		token, err := jws.Parse(c.token)
		if err != nil {
			t.Fatal(err)
		}
		if got := token.SignedBy(c.algorithm, c.key); got != c.want {
			t.Errorf("%s: signed: %t, want %t", c.name, got, c.want)
		}
	}
}

func TestSealedWith(t *testing.T) {
	sealed, err := jws.Parse(compact(t, jws.HS256, jws.ByHMAC([]byte("court"))))
	if err != nil {
		t.Fatal(err)
	}
	signed, err := jws.Parse(compact(t, jws.RS256, jws.ByRSA(rsaKey)))
	if err != nil {
		t.Fatal(err)
	}
	if !sealed.SealedWith([]byte("court")) || sealed.SealedWith([]byte("autre")) || signed.SealedWith([]byte("court")) || (jws.Token{}).SealedWith(nil) {
		t.Error("a seal is taken for another's, or not for its own")
	}
}

func TestParse(t *testing.T) {
	part := func(s string) string { return base64.RawURLEncoding.EncodeToString([]byte(s)) }
	head := part(`{"alg":"RS256"}`)
	for name, c := range map[string]struct{ token, want string }{
		"empty":           {"", "3"},
		"two parts":       {head + "." + head, "3"},
		"five parts":      {"a.b.c.d.e", "3"},
		"padding":         {head + "=." + head + ".", "base64url"},
		"other alphabet":  {head + ".+/+/.", "base64url"},
		"loose bits":      {head + ".AB.", "base64url"},
		"no JSON":         {head + "." + part("non") + ".", "JSON"},
		"null":            {head + "." + part("null") + ".", "JSON"},
		"a list":          {head + "." + part("[]") + ".", "JSON"},
		"a name twice":    {head + "." + part(`{"a":1,"a":2}`) + ".", "JSON"},
		"twice, deeper":   {head + "." + part(`{"o":{"a":1,"a":2}}`) + ".", "JSON"},
		"loose signature": {head + "." + part("{}") + ".AB", "base64url"},
		"header twice":    {part(`{"alg":"none","alg":"RS256"}`) + "." + part("{}") + ".", "JSON"},
		"something after": {head + "." + part(`{} {}`) + ".", "JSON"},
	} {
		_, err := jws.Parse(c.token)
		var m *jws.Malformed
		if !errors.As(err, &m) || m.Want != c.want {
			t.Errorf("%s: %v, want a refusal for %s", name, err, c.want)
		}
	}
	token, err := jws.Parse(compact(t, jws.RS256, jws.ByRSA(rsaKey)))
	if err != nil {
		t.Fatal(err)
	}
	deep := token.Claims["list"].([]any)[0].(map[string]any)["n"]
	if token.Text("alg") != jws.RS256 || token.Text("none") != "" || token.Claims["sub"] != "é<&>" || token.Claims["n"] != json.Number("1") || deep != json.Number("2") {
		t.Errorf("read %v %v", token.Header, token.Claims)
	}
}

func TestCompactFails(t *testing.T) {
	for name, try := range map[string]func() (string, error){
		"no key":            func() (string, error) { return jws.Compact(map[string]any{}, nil, jws.ByRSA(nil)) },
		"no ECDSA key":      func() (string, error) { return jws.Compact(map[string]any{}, nil, jws.ByECDSA(nil, rand.Reader)) },
		"header of no JSON": func() (string, error) { return jws.Compact(map[string]any{"a": func() {}}, nil, jws.Unsigned) },
		"RSA key for ECDSA": func() (string, error) { return jws.Compact(map[string]any{}, nil, jws.ByECDSA(rsaKey, rand.Reader)) },
	} {
		if token, err := try(); err == nil {
			t.Errorf("%s: %q", name, token)
		}
	}
}

func FuzzParse(f *testing.F) {
	f.Add("a.b.c")
	f.Add("eyJhbGciOiJub25lIn0.e30.")
	f.Fuzz(func(t *testing.T, text string) {
		token, err := jws.Parse(text)
		if err == nil && (token.Header == nil || token.Claims == nil) {
			t.Errorf("%q is read as nothing", text)
		}
		token.SignedBy(jws.RS256, rsaKey.Public())
	})
}
