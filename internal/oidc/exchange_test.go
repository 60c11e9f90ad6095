package oidc_test

import (
	"crypto/rand"
	"crypto/sha256"
	"crypto/x509"
	"crypto/x509/pkix"
	"encoding/base64"
	"encoding/hex"
	"math/big"
	"strings"
	"testing"

	"etalon/internal/oidc"
)

func TestPrintsAreToldApart(t *testing.T) {
	template := &x509.Certificate{SerialNumber: big.NewInt(1), Subject: pkix.Name{CommonName: "TEST"}}
	raw, err := x509.CreateCertificate(rand.Reader, template, template, curve.Signer.Public(), curve.Signer)
	if err != nil {
		t.Fatal(err)
	}
	c, err := x509.ParseCertificate(raw)
	if err != nil {
		t.Fatal(err)
	}
	sum := sha256.Sum256(raw)
	digits := hex.EncodeToString(sum[:])
	if right, example := oidc.Print(c), oidc.ExamplePrint(c); len(right) != 43 || len(example) != 88 || !strings.HasSuffix(example, "==") {
		t.Errorf("print of %d characters, example of %d", len(right), len(example))
	}
	for print, want := range map[string]oidc.PrintForm{
		oidc.Print(c):        oidc.PrintRFC,
		oidc.ExamplePrint(c): oidc.PrintExample,
		base64.RawURLEncoding.EncodeToString([]byte(strings.ToUpper(digits))): oidc.PrintExample,
		digits:              oidc.PrintOther,
		oidc.Print(c) + "=": oidc.PrintOther,
		base64.StdEncoding.EncodeToString(sum[:]):                          oidc.PrintOther,
		base64.StdEncoding.EncodeToString([]byte(strings.Repeat("0", 64))): oidc.PrintOther,
		"": oidc.PrintOther,
	} {
		if got, value := oidc.ReadPrint(map[string]any{"cnf": oidc.Confirm(print)}, c); got != want || value != print {
			t.Errorf("%q: %s, want %s", print, got, want)
		}
	}
	for _, claims := range []map[string]any{nil, {"cnf": "x"}, {"cnf": map[string]any{"x5t#S256": 1}}, {"cnf": map[string]any{"jkt": "x"}}} {
		if got, _ := oidc.ReadPrint(claims, c); got != oidc.PrintAbsent {
			t.Errorf("%v: %s", claims, got)
		}
	}
}
