package oidc_test

import (
	"crypto/ecdsa"
	"crypto/ed25519"
	"crypto/elliptic"
	"crypto/rand"
	"encoding/base64"
	"encoding/json"
	"errors"
	"net/http"
	"net/http/httptest"
	"net/url"
	"strings"
	"testing"

	"etalon/internal/oidc"
)

func TestKeysArePublishedAndReadBack(t *testing.T) {
	read, err := oidc.ReadJWKS(oidc.JWKS([]oidc.Key{live, curve}))
	if err != nil || len(read) != 2 || read[0].ID != live.ID || read[1].Algorithm != "ES256" || live.ID == rogue.ID {
		t.Fatalf("read back %v, %v", read, err)
	}
	token, err := draft().Compact()
	if err != nil {
		t.Fatal(err)
	}
	x := operator()
	x.Keys = read
	if found := oidc.Verify(token, x).Findings; len(found) != 0 {
		t.Errorf("with the keys read back: %v", found)
	}
	if strings.Contains(string(oidc.JWKS([]oidc.Key{live})), `"d"`) {
		t.Error("a private key is published")
	}
	if string(oidc.JWKS(nil)) != `{"keys":[]}` {
		t.Errorf("no keys are published as %s", oidc.JWKS(nil))
	}
	if keys, err := oidc.ReadJWKS([]byte(`{"keys":[{"kty":"EC","use":"enc","crv":"P-256","x":"f83OJ3D2xF1Bg8vub9tLe1gHMzV76e8Tus9uPHvRVEU","y":"x_FEzRu9m36HLN_tue659LNpXW6pCyStikYjKIWI5a0"}]}`)); err != nil || len(keys) != 0 {
		t.Errorf("a key for another use is read: %v, %v", keys, err)
	}
	if _, err := oidc.ReadJWKS([]byte(`<html>`)); err == nil {
		t.Error("a page is read as keys")
	}
	_, edwards, _ := ed25519.GenerateKey(rand.Reader)
	wide, _ := ecdsa.GenerateKey(elliptic.P384(), rand.Reader)
	if _, err := oidc.NewKey(edwards); err == nil {
		t.Error("an Ed25519 key signs tokens")
	}
	if _, err := oidc.NewKey(wide); err == nil {
		t.Error("a key on P-384 signs tokens")
	}
}

func TestDiscoveryFollowsTheRealm(t *testing.T) {
	var said map[string]any
	if err := json.Unmarshal(oidc.NewDiscovery("https://127.0.0.1:1").Bytes(), &said); err != nil {
		t.Fatal(err)
	}
	for name, want := range map[string]any{
		"issuer": issuer, "authorization_endpoint": "https://127.0.0.1:1/auth", "jwks_uri": issuer + "/protocol/openid-connect/certs",
		"introspection_endpoint":                         issuer + "/protocol/openid-connect/token/introspect",
		"backchannel_authentication_endpoint":            issuer + "/protocol/openid-connect/ext/ciba/auth",
		"authorization_response_iss_parameter_supported": true, "tls_client_certificate_bound_access_tokens": false,
	} {
		if said[name] != want {
			t.Errorf("%s: %v, want %v", name, said[name], want)
		}
	}
}

func TestReadForm(t *testing.T) {
	read := func(kind, body string) error {
		r := httptest.NewRequest(http.MethodPost, "/", strings.NewReader(body))
		r.Header.Set("Content-Type", kind)
		_, err := oidc.ReadForm(httptest.NewRecorder(), r)
		return err
	}
	const form = "application/x-www-form-urlencoded"
	if err := read(form+"; charset=utf-8", "token=a&token_type_hint=access_token"); err != nil {
		t.Error(err)
	}
	for name, c := range map[string]struct {
		kind, body string
		status     int
	}{
		"JSON":           {"application/json", `{"token":"a"}`, 400},
		"no type":        {"", "token=a", 400},
		"bad escape":     {form, "token=%zz", 400},
		"twice the same": {form, "token=a&token=b", 400},
		"too long":       {form, "token=" + strings.Repeat("a", oidc.MaxForm), 413},
	} {
		var refused *oidc.Error
		if err := read(c.kind, c.body); !errors.As(err, &refused) || refused.Code != oidc.InvalidRequest || refused.Status != c.status {
			t.Errorf("%s: %v", name, err)
		}
	}
}

func TestReadCaller(t *testing.T) {
	basic := func(id, secret string) string {
		return "Basic " + base64.StdEncoding.EncodeToString([]byte(url.QueryEscape(id)+":"+url.QueryEscape(secret)))
	}
	for name, c := range map[string]struct {
		header string
		form   url.Values
		want   oidc.Caller
		code   string
	}{
		"basic":           {basic("a b", "p:%é"), nil, oidc.Caller{ID: "a b", Secret: "p:%é", Method: oidc.AuthBasic}, ""},
		"basic, named":    {basic("a", "s"), url.Values{"client_id": {"a"}}, oidc.Caller{ID: "a", Secret: "s", Method: oidc.AuthBasic}, ""},
		"post":            {"", url.Values{"client_id": {"a"}, "client_secret": {"s"}}, oidc.Caller{ID: "a", Secret: "s", Method: oidc.AuthPost}, ""},
		"basic, no value": {basic("a", "s"), url.Values{"client_id": {""}, "client_secret": {""}}, oidc.Caller{ID: "a", Secret: "s", Method: oidc.AuthBasic}, ""},
		"no proof":        {"", url.Values{"client_id": {"a"}}, oidc.Caller{ID: "a"}, ""},
		"nothing":         {"", nil, oidc.Caller{}, ""},
		"two proofs":      {basic("a", "s"), url.Values{"client_secret": {"s"}}, oidc.Caller{}, oidc.InvalidRequest},
		"two names":       {basic("a", "s"), url.Values{"client_id": {"b"}}, oidc.Caller{}, oidc.InvalidRequest},
		"bearer":          {"Bearer x", nil, oidc.Caller{}, oidc.InvalidClient},
		"no base64":       {"Basic §", nil, oidc.Caller{}, oidc.InvalidClient},
		"escaped wrongly": {"Basic " + base64.StdEncoding.EncodeToString([]byte("a:%zz")), nil, oidc.Caller{}, oidc.InvalidClient},
	} {
		r := httptest.NewRequest(http.MethodPost, "/", nil)
		if c.header != "" {
			r.Header.Set("Authorization", c.header)
		}
		got, err := oidc.ReadCaller(r, c.form)
		var refused *oidc.Error
		if got != c.want || (err != nil) != (c.code != "") || errors.As(err, &refused) && refused.Code != c.code {
			t.Errorf("%s: %+v, %v", name, got, err)
		}
	}
	if oidc.Refuse(oidc.InvalidClient, "").Status != 401 || oidc.Refuse(oidc.InvalidGrant, "").Status != 400 {
		t.Error("a refusal has another status than its code's")
	}
}

func TestChallenges(t *testing.T) {
	// The pair of RFC 7636 appendix B.
	const verifier, value = "dBjftJeZ4CVP-mB92K27uhbUJU1p1r_wW1gFWFOEjXk", "E9Melhoa2OwvFrEMTJguCHaoeK1t8URWbuGJSstw-cM"
	read := func(method, value string) (oidc.Challenge, error) {
		q := url.Values{"code_challenge": {value}}
		if method != "" {
			q.Set("code_challenge_method", method)
		}
		return oidc.ReadChallenge(q)
	}
	for name, c := range map[string]struct {
		method, value, verifier string
		met                     bool
	}{
		"S256":          {"S256", value, verifier, true},
		"S256, other":   {"S256", value, verifier[1:] + "A", false},
		"S256, none":    {"S256", value, "", false},
		"S256 as plain": {"S256", value, value, false},
		"plain":         {"plain", verifier, verifier, true},
		"by default":    {"", verifier, verifier, true},
		"plain, other":  {"plain", verifier, value, false},
	} {
		got, err := read(c.method, c.value)
		if err != nil || got.Met(c.verifier) != c.met {
			t.Errorf("%s: met %t, %v", name, got.Met(c.verifier), err)
		}
	}
	for name, c := range map[string][2]string{"method": {"S512", value}, "short": {"S256", "abc"}, "other letters": {"S256", strings.Repeat("é", 43)}, "empty": {"plain", ""}} {
		if _, err := read(c[0], c[1]); err == nil {
			t.Errorf("challenge with another %s is taken", name)
		}
	}
	none, err := oidc.ReadChallenge(url.Values{})
	if err != nil || !none.Met("") || none.Met(verifier) {
		t.Errorf("no challenge: %v", err)
	}
	if _, err := oidc.ReadChallenge(url.Values{"code_challenge_method": {"S256"}}); err == nil {
		t.Error("a method without challenge is taken")
	}
}

func TestAnswers(t *testing.T) {
	claims := oidc.AccessClaims(said())
	for kind, c := range map[oidc.AnswerKind]struct {
		dead, alive string // of a dead token and of a live one: "yes", "no", or other
		status      int
	}{
		oidc.AnswerTruth: {"no", "yes", 200}, oidc.AnswerActive: {"yes", "yes", 200}, oidc.AnswerInactive: {"no", "no", 200},
		oidc.AnswerOtherSubject: {"yes", "yes", 200}, oidc.AnswerConflict: {"yes", "yes", 200}, oidc.AnswerMalformed: {"no JSON", "no JSON", 200},
		oidc.AnswerHTML: {"no JSON", "no JSON", 200}, oidc.AnswerEmpty: {"missing", "missing", 200}, oidc.AnswerText: {"text", "text", 200},
		oidc.AnswerStatus: {"missing", "missing", 503}, oidc.AnswerRedirect: {"no", "yes", 200}, oidc.AnswerSlow: {"no", "yes", 200},
		oidc.AnswerSilent: {"no", "yes", 200}, oidc.AnswerCut: {"no", "yes", 200},
	} {
		a := oidc.Answer{Kind: kind}
		switch kind {
		case oidc.AnswerStatus:
			a.Status = 503
		case oidc.AnswerOtherSubject, oidc.AnswerConflict:
			a.IdNat = bruno
		}
		if err := a.Check(); err != nil {
			t.Error(err)
		}
		for alive, want := range map[bool]string{false: c.dead, true: c.alive} {
			status, _, body := a.Body(claims, alive)
			if got := activity(body); got != want || status != c.status {
				t.Errorf("%q, alive %t: %d, active %s, want %d, %s\n%s", kind, alive, status, got, c.status, want, body)
			}
		}
	}
	if len(oidc.AnswerKinds()) != 14 {
		t.Error("an answer is not tried")
	}
}

// activity tells what an answer says of a token.
func activity(body []byte) string {
	var said map[string]any
	if json.Unmarshal(body, &said) != nil {
		return "no JSON"
	}
	switch active, there := said["active"]; {
	case !there:
		return "missing"
	case active == true:
		return "yes"
	case active == false:
		return "no"
	}
	return "text"
}

func TestAnswersNameThePerson(t *testing.T) {
	claims := oidc.AccessClaims(said())
	for kind, want := range map[oidc.AnswerKind][2]string{
		oidc.AnswerTruth: {string(anne), string(anne)}, oidc.AnswerConflict: {string(anne), string(bruno)}, oidc.AnswerOtherSubject: {string(bruno), string(bruno)},
	} {
		_, _, body := oidc.Answer{Kind: kind, IdNat: bruno}.Body(claims, true)
		var got struct {
			Username      string `json:"preferred_username"`
			SubjectNameID string
			Subject       string `json:"sub"`
			Client        string `json:"client_id"`
		}
		if err := json.Unmarshal(body, &got); err != nil || [2]string{got.Username, got.SubjectNameID} != want || got.Client != "tf-lps" || !strings.HasSuffix(got.Subject, want[0]) {
			t.Errorf("%q: %+v, %v", kind, got, err)
		}
	}
	if _, there := oidc.Introspection(oidc.RefreshClaims(claims))["SubjectNameID"]; there {
		t.Error("a refresh token has a SubjectNameID")
	}
	if said := oidc.Introspection(nil); len(said) != 1 || said["active"] != true {
		t.Errorf("of a token that cannot be read: %v", said)
	}
	if _, there := claims["active"]; there {
		t.Error("the claims of the token changed")
	}
}

func TestAnswersAreChecked(t *testing.T) {
	for name, a := range map[string]oidc.Answer{
		"unknown":              {Kind: "maybe"},
		"status of another":    {Kind: oidc.AnswerActive, Status: 500},
		"status of success":    {Kind: oidc.AnswerStatus, Status: 200},
		"nobody":               {Kind: oidc.AnswerConflict},
		"somebody, of no need": {Kind: oidc.AnswerActive, IdNat: anne},
		"status out of bounds": {Kind: oidc.AnswerStatus, Status: 1000},
	} {
		if a.Check() == nil {
			t.Errorf("%s: %+v is taken", name, a)
		}
	}
	if status, _, _ := (oidc.Answer{Kind: oidc.AnswerStatus}).Body(nil, true); status != 500 {
		t.Errorf("an error without status is %d", status)
	}
}

func TestClaimsOfOtherTokens(t *testing.T) {
	access := oidc.AccessClaims(said())
	for _, absent := range []string{"aud", "client_id", "SubjectNameID", "cnf", "nbf"} {
		if _, there := access[absent]; there {
			t.Errorf("an access token has %s, which real ones do not have", absent)
		}
	}
	// The at_hash of OIDC Core §3.1.3.6 over the token of RFC 6750's examples, as openssl makes it.
	id := oidc.IDClaims(access, "mF_9.B5f-4.1JqM")
	if id["aud"] != "tf-lps" || id["typ"] != oidc.TypeID || id["at_hash"] != "uOFIVFsTx4vHTaLxpydd1w" || id["scope"] != nil {
		t.Errorf("ID token %v", id)
	}
	if said := oidc.UserInfo("f:6d1f:1", professional); said["sub"] != "f:6d1f:1" || said["SubjectNameID"] != anne || said["Mode_Acces_Raison"] != "" {
		t.Errorf("userinfo %v", said)
	}
}
