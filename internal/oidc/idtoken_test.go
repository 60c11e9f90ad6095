package oidc_test

import (
	"crypto"
	"crypto/ecdsa"
	"crypto/ed25519"
	"crypto/elliptic"
	"crypto/rand"
	"crypto/rsa"
	"encoding/json"
	"errors"
	"maps"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/go-jose/go-jose/v4"

	"etalon/internal/jws"
	"etalon/internal/oidc"
	"etalon/internal/verdict"
)

// idRig makes ID tokens of one key.
type idRig struct {
	key  oidc.Key
	want oidc.IDExpectation
}

func newIDRig(t *testing.T) idRig {
	t.Helper()
	signer, err := ecdsa.GenerateKey(elliptic.P256(), rand.Reader)
	if err != nil {
		t.Fatal(err)
	}
	key, err := oidc.NewKey(signer)
	if err != nil {
		t.Fatal(err)
	}
	at := time.Date(2026, 3, 1, 12, 0, 0, 0, time.UTC)
	return idRig{key, oidc.IDExpectation{
		Issuer: "https://fi.test", Client: "psc", Nonce: "n", JWKS: oidc.JWKS([]oidc.Key{key}), Now: at, Life: time.Hour, Age: time.Minute, AccessToken: "opaque",
	}}
}

// claims are those of an honest token.
func (r idRig) claims() map[string]any {
	at := r.want.Now.Unix()
	return map[string]any{
		"iss": r.want.Issuer, "sub": "0001", "aud": []string{"psc"}, "nonce": "n", "iat": at, "exp": at + 300, "auth_time": at - 60, "amr": []string{"sc", "pin"},
		"at_hash": "bSKYhMEmi7CrMtjaMV0P5Q", // of opaque, by SHA-256
	}
}

func (r idRig) token(t *testing.T, header, claims map[string]any, sign jws.Sign) string {
	t.Helper()
	payload, err := json.Marshal(claims)
	if err != nil {
		t.Fatal(err)
	}
	compact, err := jws.Compact(header, payload, sign)
	if err != nil {
		t.Fatal(err)
	}
	return compact
}

// Each departure of an ID token is told, under the requirement that it breaches, and an honest token has none.
func TestVerifyIDToken(t *testing.T) {
	r := newIDRig(t)
	honest := map[string]any{"alg": "ES256", "kid": r.key.ID}
	sign := r.key.Sign(rand.Reader)
	own := func(change func(map[string]any)) string {
		claims := r.claims()
		change(claims)
		return r.token(t, honest, claims, sign)
	}
	set := func(name string, value any) string {
		return own(func(c map[string]any) { c[name] = value })
	}
	drop := func(name string) string { return own(func(c map[string]any) { delete(c, name) }) }
	at := r.want.Now.Unix()
	long := strings.Repeat("x", 256)
	for name, c := range map[string]struct {
		token string
		rules string
	}{
		"honest":             {own(func(map[string]any) {}), ""},
		"honest, one aud":    {set("aud", "psc"), ""},
		"no kid":             {r.token(t, map[string]any{"alg": "ES256"}, r.claims(), sign), ""},
		"absent":             {"", "idtoken-absent"},
		"oversized":          {set("x", strings.Repeat("x", oidc.MaxIDToken)), "idtoken-oversized"},
		"two parts":          {"a.b", "idtoken-malformed"},
		"unsigned":           {r.token(t, map[string]any{"alg": "none"}, r.claims(), jws.Unsigned), "idtoken-algorithm-none"},
		"sealed":             {r.token(t, map[string]any{"alg": "HS256"}, r.claims(), jws.ByHMAC([]byte("s"))), "idtoken-algorithm-sealed"},
		"sealed by 512":      {r.token(t, map[string]any{"alg": "HS512"}, r.claims(), jws.ByHMAC([]byte("s"))), "idtoken-algorithm-sealed idtoken-hash-other"},
		"of no registry":     {r.token(t, map[string]any{"alg": "es256"}, r.claims(), sign), "idtoken-algorithm-unknown"},
		"Ed25519, no such":   {r.token(t, map[string]any{"alg": "EdDSA", "kid": r.key.ID}, r.claims(), sign), "idtoken-signature-wrong"},
		"critical":           {r.token(t, map[string]any{"alg": "ES256", "kid": r.key.ID, "crit": []string{"x"}}, r.claims(), sign), "idtoken-critical-unknown idtoken-signature-wrong"},
		"other kid":          {r.token(t, map[string]any{"alg": "ES256", "kid": "x"}, r.claims(), sign), "idtoken-key-unknown"},
		"altered":            {altered(own(func(map[string]any) {})), "idtoken-signature-wrong"},
		"other algorithm":    {r.token(t, map[string]any{"alg": "RS256", "kid": r.key.ID}, r.claims(), sign), "idtoken-signature-wrong"},
		"other issuer":       {set("iss", "https://fi.test/"), "idtoken-issuer-other"},
		"other nonce":        {set("nonce", "m"), "idtoken-nonce-other"},
		"no nonce":           {drop("nonce"), "idtoken-nonce-other"},
		"other audience":     {set("aud", []string{"autre"}), "idtoken-audience-other"},
		"audience a number":  {set("aud", 3), "idtoken-audience-other idtoken-malformed"},
		"other party":        {set("azp", "autre"), "idtoken-party-other"},
		"no subject":         {drop("sub"), "idtoken-subject-malformed"},
		"long subject":       {set("sub", long), "idtoken-subject-malformed"},
		"accents in subject": {set("sub", "é"), "idtoken-subject-malformed"},
		"other hash":         {set("at_hash", "x"), "idtoken-hash-other"},
		"over":               {set("exp", at), "idtoken-expired"},
		"endless":            {drop("exp"), "idtoken-expired"},
		"too long":           {set("exp", at+3601), "idtoken-life-excessive"},
		"old":                {own(func(c map[string]any) { c["iat"], c["auth_time"] = at-61, at-90 }), "idtoken-issued-elsewhen"},
		"early":              {set("iat", at+61), "idtoken-issued-elsewhen"},
		"undated":            {drop("iat"), "idtoken-undated"},
		"no login":           {drop("auth_time"), "idtoken-auth-time-absent"},
		"login in words":     {set("auth_time", "2026-03-01"), "idtoken-auth-time-malformed"},
		"login in parts":     {set("auth_time", float64(at)-0.5), "idtoken-auth-time-malformed"},
		"login to come":      {set("auth_time", at+6), "idtoken-auth-time-later"},
		"login just after":   {set("auth_time", at+5), ""},
		"no amr":             {drop("amr"), "idtoken-amr-absent"},
		"amr null":           {set("amr", nil), "idtoken-amr-absent"},
		"amr a text":         {set("amr", "sc"), "idtoken-amr-absent idtoken-amr-malformed"},
		"amr of numbers":     {set("amr", []any{"sc", 1}), "idtoken-amr-absent idtoken-amr-malformed"},
		"amr empty":          {set("amr", []string{}), "idtoken-amr-absent idtoken-amr-malformed"},
	} {
		_, found := oidc.VerifyIDToken(c.token, r.want)
		for _, f := range found {
			if f.Requirement == "" || oidc.IDRules[f.Rule] != f.Requirement {
				t.Errorf("%s: rule %s of %q", name, f.Rule, f.Requirement)
			}
		}
		if got := rulesOf(found); got != c.rules {
			t.Errorf("%s: got %q, want %q", name, got, c.rules)
		}
	}
}

// altered changes the last character of a signature but one.
func altered(token string) string {
	i := len(token) - 10
	other := byte('A')
	if token[i] == other {
		other = 'B'
	}
	return token[:i] + string(other) + token[i+1:]
}

// Without keys the signature is not judged, and what the token says is read; an algorithm without digest has no at_hash.
func TestVerifyIDTokenReads(t *testing.T) {
	r := newIDRig(t)
	claims := maps.Clone(r.claims())
	claims["azp"], claims["at_hash"] = "psc", "?"
	_, private, err := ed25519.GenerateKey(rand.Reader)
	if err != nil {
		t.Fatal(err)
	}
	signed := r.token(t, map[string]any{"alg": "EdDSA", "kid": "e"}, claims, func(input []byte) ([]byte, error) {
		return private.Sign(nil, input, crypto.Hash(0))
	})
	want := r.want
	want.JWKS = nil
	got, found := oidc.VerifyIDToken(signed, want)
	if len(found) != 0 || got.Subject != "0001" || got.Party != "psc" || got.KeyID != "e" || !slices.Equal(got.AMR, []string{"sc", "pin"}) || got.AuthTime.Unix() != want.Now.Unix()-60 {
		t.Errorf("got %+v, %+v", got, found)
	}
	want.JWKS, err = json.Marshal(jose.JSONWebKeySet{Keys: []jose.JSONWebKey{{Key: private.Public(), KeyID: "e", Use: "sig"}, {Key: private.Public(), KeyID: "e", Use: "enc"}}})
	if err != nil {
		t.Fatal(err)
	}
	if _, found := oidc.VerifyIDToken(signed, want); len(found) != 0 {
		t.Errorf("EdDSA: %+v", found)
	}
	want.JWKS = []byte("{")
	if _, found := oidc.VerifyIDToken(signed, want); len(found) != 1 || found[0].Rule != "idtoken-key-unknown" {
		t.Errorf("unreadable keys: %+v", found)
	}
}

// A set of keys in which some are of kinds that clients leave aside serves as that of the others alone; a lone key may be
// without name.
func TestKeysOfOtherKinds(t *testing.T) {
	r := newIDRig(t)
	signed := r.token(t, map[string]any{"alg": "ES256", "kid": r.key.ID}, r.claims(), r.key.Sign(rand.Reader))
	var own struct {
		Keys []map[string]any `json:"keys"`
	}
	if err := json.Unmarshal(r.want.JWKS, &own); err != nil {
		t.Fatal(err)
	}
	nameless := maps.Clone(own.Keys[0])
	delete(nameless, "kid")
	agreement := map[string]any{"kty": "OKP", "crv": "X25519", "kid": "x", "x": "3p7bfXt9wbTTW2HC7OQ1Nz-DQ8hbeGdNrfx-FG-IK08"}
	bitcoin := map[string]any{"kty": "EC", "crv": "secp256k1", "kid": "k", "x": "f83OJ3D2xF1Bg8vub9tLe1gHMzV76e8Tus9uPHvRVEU", "y": "x_FEzRu9m36HLN_tue659LNpXW6pCyStikYjKIWI5a0"}
	for name, c := range map[string]struct {
		keys  []map[string]any
		rules string
	}{
		"with those of others": {[]map[string]any{agreement, bitcoin, {"kty": "AKP", "kid": "q"}, {"kty": "RSA"}, own.Keys[0]}, ""},
		"nameless":             {[]map[string]any{nameless}, ""},
		"those of others":      {[]map[string]any{agreement, bitcoin}, "idtoken-key-unknown"},
	} {
		want := r.want
		var err error
		if want.JWKS, err = json.Marshal(map[string]any{"keys": c.keys}); err != nil {
			t.Fatal(err)
		}
		_, found := oidc.VerifyIDToken(signed, want)
		if got := rulesOf(found); got != c.rules {
			t.Errorf("%s: got %q, want %q", name, got, c.rules)
		}
	}
	for _, k := range []map[string]any{agreement, bitcoin} {
		raw, err := json.Marshal(k)
		if err != nil {
			t.Fatal(err)
		}
		if _, _, err := oidc.Strength(raw); !errors.Is(err, oidc.ErrForeignKey) {
			t.Errorf("%s: %v", k["crv"], err)
		}
		delete(k, "x")
		if raw, err = json.Marshal(k); err != nil {
			t.Fatal(err)
		}
		if _, _, err := oidc.Strength(raw); err == nil || errors.Is(err, oidc.ErrForeignKey) {
			t.Errorf("%s without x: %v", k["crv"], err)
		}
	}
}

// rulesOf lists the rules of findings.
func rulesOf(found []verdict.Finding) string {
	var rules []string
	for _, f := range found {
		rules = append(rules, f.Rule)
	}
	slices.Sort(rules)
	return strings.Join(rules, " ")
}

// The strength of a published key is told.
func TestStrength(t *testing.T) {
	weak, err := rsa.GenerateKey(rand.Reader, 1024)
	if err != nil {
		t.Fatal(err)
	}
	public, _, err := ed25519.GenerateKey(rand.Reader)
	if err != nil {
		t.Fatal(err)
	}
	curve, err := ecdsa.GenerateKey(elliptic.P384(), rand.Reader)
	if err != nil {
		t.Fatal(err)
	}
	for _, c := range []struct {
		key    any
		what   string
		enough bool
	}{{weak.Public(), "RSA 1024", false}, {public, "Ed25519", true}, {curve.Public(), "EC P-384", true}, {[]byte("secret"), "[]uint8", false}} {
		raw, err := jose.JSONWebKey{Key: c.key, KeyID: "k"}.MarshalJSON()
		if err != nil {
			t.Fatal(err)
		}
		if what, enough, err := oidc.Strength(raw); what != c.what || enough != c.enough || err != nil {
			t.Errorf("%s: %s %v %v", c.what, what, enough, err)
		}
	}
	if _, _, err := oidc.Strength([]byte(`{"kty":"RSA","n":"?","e":"AQAB"}`)); err == nil {
		t.Error("a key that cannot be read is read")
	}
}

// A signature of a registered algorithm that is not verified here is told as that, and accused of nothing; what the token says
// is judged all the same.
func TestSignaturesThatAreNotVerified(t *testing.T) {
	r := newIDRig(t)
	curve := `{"keys":[{"kty":"OKP","crv":"Ed448","kid":"e","use":"sig","x":"X9dEm1m0Yf0s54fsYWrUah2hNCSFpw4fig6nXYDpZ3jt8SR2m0bHBhvWeD3x5Q9s0foavq_oJWGA"}]}`
	for name, c := range map[string]struct {
		header     map[string]any
		keys       string
		unverified bool
	}{
		"ES256K":           {map[string]any{"alg": "ES256K", "kid": "k"}, curve, true},
		"ML-DSA-65":        {map[string]any{"alg": "ML-DSA-65"}, curve, true},
		"EdDSA on Ed448":   {map[string]any{"alg": "EdDSA", "kid": "e"}, curve, true},
		"EdDSA of another": {map[string]any{"alg": "EdDSA", "kid": "f"}, curve, false},
	} {
		claims := r.claims()
		claims["nonce"] = "autre"
		want := r.want
		want.JWKS = []byte(c.keys)
		token, found := oidc.VerifyIDToken(r.token(t, c.header, claims, jws.ByHMAC([]byte("s"))), want)
		var rules []string
		for _, f := range found {
			rules = append(rules, f.Rule)
		}
		if got := strings.Join(rules, " "); token.Unverified != c.unverified || got != "idtoken-nonce-other" && c.unverified || !c.unverified && got != "idtoken-key-unknown idtoken-nonce-other" {
			t.Errorf("%s: %t, %s", name, token.Unverified, got)
		}
	}
}
