package oidc_test

import (
	"encoding/base64"
	"strings"
	"testing"
	"time"

	"etalon/internal/jws"
	"etalon/internal/oidc"
)

// asserted is an assertion of claims changed from the honest ones, under a header changed likewise; its seal is not looked at.
func asserted(t *testing.T, claims, header map[string]any) string {
	t.Helper()
	d := &oidc.Draft{Header: map[string]any{}, Claims: oidc.AssertionClaims("psc", "https://fi.test/jeton", "jti-1", instant)}
	d.SignedWith([]byte("secret"))
	oidc.Set(d.Claims, claims)
	oidc.Set(d.Header, header)
	compact, err := d.Compact()
	if err != nil {
		t.Fatal(err)
	}
	return compact
}

var instant = time.Date(2026, 3, 2, 10, 0, 0, 0, time.UTC)

func TestAssertionIsRead(t *testing.T) {
	a, err := oidc.ReadAssertion(asserted(t, nil, nil))
	if err != nil || a.Client != "psc" || a.ID != "jti-1" || !a.Issued.Equal(instant) || a.Chain != nil || !a.SealedWith([]byte("secret")) {
		t.Fatalf("%+v, %v", a, err)
	}
	if err := a.For(instant, 0, "https://fi.test", "https://fi.test/jeton"); err != nil {
		t.Error(err)
	}
	many, err := oidc.ReadAssertion(asserted(t, map[string]any{"aud": []string{"x", "https://fi.test"}}, nil))
	if err != nil || many.For(instant, 0, "https://fi.test") != nil {
		t.Errorf("an audience of two: %v", err)
	}
}

func TestAssertionIsRefused(t *testing.T) {
	for name, claims := range map[string]map[string]any{
		"another subject": {"sub": "x"}, "no issuer": {"iss": nil}, "no jti": {"jti": nil}, "no end": {"exp": nil}, "no audience": {"aud": nil},
		"an audience that is a number": {"aud": 3}, "an audience of numbers": {"aud": []int{3}}, "an empty audience": {"aud": []string{}}, "an end in words": {"exp": "demain"},
	} {
		if _, err := oidc.ReadAssertion(asserted(t, claims, nil)); err == nil {
			t.Errorf("%s: read", name)
		}
	}
	for name, header := range map[string]map[string]any{
		"x5c that is a text": {"x5c": "x"}, "no certificate": {"x5c": []string{}}, "not base64": {"x5c": []string{"§"}},
		"no DER": {"x5c": []string{base64.StdEncoding.EncodeToString([]byte("x"))}}, "six": {"x5c": strings.Split("a,b,c,d,e,f", ",")},
	} {
		if _, err := oidc.ReadAssertion(asserted(t, nil, header)); err == nil {
			t.Errorf("%s: read", name)
		}
	}
	for _, compact := range []string{"", "a.b.c", strings.Repeat("a", oidc.MaxToken+1)} {
		if _, err := oidc.ReadAssertion(compact); err == nil {
			t.Errorf("%.10q: read", compact)
		}
	}
}

func TestAssertionLives(t *testing.T) {
	a, err := oidc.ReadAssertion(asserted(t, nil, nil))
	if err != nil {
		t.Fatal(err)
	}
	for after, good := range map[time.Duration]bool{0: true, 59 * time.Second: true, 62 * time.Second: false, -3 * time.Second: false, -time.Second: true, -time.Hour: false} {
		if err := a.For(instant.Add(after), 2*time.Second, "https://fi.test/jeton"); (err == nil) != good {
			t.Errorf("after %s: %v", after, err)
		}
	}
	if a.For(instant, 0, "https://autre.test") == nil {
		t.Error("it is for another")
	}
	long, err := oidc.ReadAssertion(asserted(t, map[string]any{"exp": instant.Add(time.Hour).Unix(), "iat": nil}, nil))
	if err != nil || long.For(instant, 0, "https://fi.test/jeton") == nil {
		t.Errorf("one of an hour: %v", err)
	}
}

func TestChainHeader(t *testing.T) {
	if got := oidc.ChainHeader(nil); len(got) != 0 {
		t.Errorf("%v", got)
	}
	if _, err := jws.Parse(asserted(t, nil, map[string]any{"x5c": oidc.ChainHeader(nil)})); err != nil {
		t.Error(err)
	}
}
