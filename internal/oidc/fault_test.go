package oidc_test

import (
	"crypto"
	"crypto/ecdsa"
	"crypto/elliptic"
	"crypto/rand"
	"crypto/rsa"
	"encoding/json"
	"maps"
	"reflect"
	"regexp"
	"slices"
	"strings"
	"testing"
	"time"

	"etalon/internal/jws"
	"etalon/internal/mssante"
	"etalon/internal/oidc"
	"etalon/internal/verdict"
)

// now is the present of the tests.
var now = time.Date(2031, 5, 6, 7, 8, 9, 0, time.UTC)

const (
	issuer                = "https://127.0.0.1:1/auth/realms/esante-wallet"
	anne    mssante.IdNat = "899700000017"
	bruno   mssante.IdNat = "899700000025"
	refresh               = "secret-des-jetons-de-rafraichissement"
)

// keys are made once: RSA is slow to generate.
var live, rogue, retired, foreign, curve = key(rsaKey()), key(rsaKey()), key(rsaKey()), key(rsaKey()), key(ecKey())

func rsaKey() crypto.Signer { k, _ := rsa.GenerateKey(rand.Reader, 2048); return k }

func ecKey() crypto.Signer { k, _ := ecdsa.GenerateKey(elliptic.P256(), rand.Reader); return k }

func key(s crypto.Signer) oidc.Key {
	k, err := oidc.NewKey(s)
	if err != nil {
		panic(err)
	}
	return k
}

func honest() oidc.Honest {
	return oidc.Honest{
		Now: now, Issuer: issuer, Live: live, Rogue: rogue, Retired: retired, Foreign: foreign, ForeignIssuer: "https://127.0.0.1:1/auth/realms/autre",
		Secret: []byte(refresh), Trap: "https://127.0.0.1:1/piege", Other: mssante.Professional{IdNat: bruno}, Rand: rand.Reader,
	}
}

// said is the content of an honest token.
func said() mssante.AccessToken {
	return mssante.AccessToken{
		ID: "jti-1", Issuer: issuer, Subject: "f:6d1f:" + string(anne), Client: "tf-lps", Session: "s-1", Level: "eidas3",
		Scopes: []string{"openid", "profile", "scope_all", "identity"}, Means: "CARD", IdNat: anne,
		OtherIDs: mssante.Professional{IdNat: anne}.Identifiers(),
		IssuedAt: now, Expires: now.Add(2 * time.Minute), AuthenticatedAt: now.Add(-30 * time.Second),
	}
}

func draft() *oidc.Draft { return oidc.NewDraft(oidc.AccessClaims(said()), live, rand.Reader) }

// operator is what an operator with a local check expects of a token for the mailbox of Anne.
func operator() oidc.Expectation {
	return oidc.Expectation{
		Issuer: issuer, Keys: []oidc.PublicKey{live.Public(), curve.Public()}, Now: now, MaxLife: time.Hour,
		OpensTo: mssante.Mailbox{Type: mssante.Personal, Holder: anne}.OpensTo,
	}
}

func rules(found []verdict.Finding) []string {
	var all []string
	for _, f := range found {
		all = append(all, f.Rule)
	}
	return all
}

func TestHonestTokensAreAccepted(t *testing.T) {
	for _, k := range []oidc.Key{live, curve} {
		token, err := oidc.NewDraft(oidc.AccessClaims(said()), k, rand.Reader).Compact()
		if err != nil {
			t.Fatal(err)
		}
		got := oidc.Verify(token, operator())
		if len(got.Findings) != 0 || got.IdNat != anne || !reflect.DeepEqual(got.Token, said()) {
			t.Errorf("%s: %v for %q\n%+v", k.Algorithm, got.Findings, got.IdNat, got.Token)
		}
	}
}

// requirement is the form of the rows that faults violate.
var requirement = regexp.MustCompile(`^(TOK|INTR|BAL|PSC)-\d\d$`)

func TestFaultsAreNamed(t *testing.T) {
	titles := map[string]bool{}
	for _, f := range slices.Concat(oidc.Faults(), oidc.Variants()) {
		if !regexp.MustCompile(`^(psc(token)?|idtoken|callback|tokenanswer|userinfo)(-[a-z0-9]+)+$`).MatchString(f.Name) || !requirement.MatchString(f.Violates) {
			t.Errorf("fault %q violates %q", f.Name, f.Violates)
		}
		for _, title := range []string{f.Title.FR, f.Title.EN} {
			if titles[title] || len(title) < 15 || strings.HasSuffix(title, ".") {
				t.Errorf("%s: title %q: want a sentence of its own without full stop", f.Name, title)
			}
			titles[title] = true
		}
		ofToken := f.Token != nil || f.Wire != nil || f.Conduct != oidc.Conduct{}
		if f.Token != nil && f.Wire != nil || f.ID != nil && f.IDWire != nil || ofToken == f.OfFlow() {
			t.Errorf("%s: want one of Token, Wire, Conduct, ID, IDWire and Flow", f.Name)
		}
	}
	if f, ok := oidc.FaultByName("psctoken-expired-1s"); !ok || f.Violates != "TOK-04" {
		t.Errorf("psctoken-expired-1s is found as %q", f.Violates)
	}
	if _, ok := oidc.FaultByName("psctoken-parfait"); ok {
		t.Error("a fault that does not exist is found")
	}
}

// TestFaultsDepartInOneWay holds each fault against its honest twin: a reader of the token finds the one departure that
// the fault names and no other, and a conduct leaves the token as it was.
func TestFaultsDepartInOneWay(t *testing.T) {
	twin, err := draft().Compact()
	if err != nil {
		t.Fatal(err)
	}
	seen := map[string]string{twin: "the honest token"}
	for _, f := range oidc.Faults() {
		token, err := f.Make(honest(), draft())
		if err != nil {
			t.Fatal(err)
		}
		touched := f.Token != nil || f.Wire != nil
		if other, twice := seen[token]; touched && twice || !touched && token != twin {
			t.Errorf("%s: the token is that of %q", f.Name, other)
		}
		if touched {
			seen[token] = f.Name
		}
		want := []string{f.Caught}
		if f.Caught == "" {
			want = nil
		}
		got := rules(oidc.Verify(token, operator()).Findings)
		if companion := companions[f.Name]; !slices.Equal(slices.DeleteFunc(got, func(r string) bool { return slices.Contains(companion, r) }), want) {
			t.Errorf("%s: a local check finds %v, want %v", f.Name, got, want)
		}
	}
}

// companions are the other rules that a fault cannot but break.
var companions = map[string][]string{
	"psctoken-issuer-foreign": {"psctoken-kid-unknown"},
	"psctoken-id-token":       {"psctoken-scope-insufficient"},
	"psctoken-refresh-token":  {"psctoken-algorithm-other", "psctoken-level-insufficient", "psctoken-person-absent"},
}

// TestFaultsTouchWhatTheyName compares header and claims with those of the honest twin.
func TestFaultsTouchWhatTheyName(t *testing.T) {
	for name, want := range map[string][]string{
		"psctoken-expired-1s":             {"auth_time", "exp", "iat"},
		"psctoken-nbf-future":             {"exp", "iat", "nbf"},
		"psctoken-issuer-slash":           {"iss"},
		"psctoken-issuer-production":      {"iss"},
		"psctoken-issuer-foreign":         {"iss", "kid"},
		"psctoken-key-rogue":              {"kid"},
		"psctoken-key-impersonated":       nil, // the signature alone
		"psctoken-kid-unknown":            {"kid"},
		"psctoken-jwk-injected":           {"jwk", "kid"},
		"psctoken-jku-injected":           {"jku", "kid"},
		"psctoken-crit-unknown":           {"crit", "urn:etalon:test:extension"},
		"psctoken-crit-absent":            {"crit"},
		"psctoken-algorithm-none":         {"alg"},
		"psctoken-algorithm-confused":     {"alg"},
		"psctoken-acr-absent":             {"acr"},
		"psctoken-scope-openid":           {"scope"},
		"psctoken-person-absent":          {"otherIds", "preferred_username"},
		"psctoken-person-other":           {"otherIds", "preferred_username", "sub"},
		"psctoken-payload-altered":        {"preferred_username"},
		"psctoken-signature-flipped":      nil,
		"psctoken-life-10years":           {"exp"},
		"psctoken-exp-text":               {"exp"},
		"psctoken-huge":                   {"otherIds"},
		"psctoken-expired-called-active":  {"auth_time", "exp", "iat"},
		"psctoken-revoked":                nil,
		"psc-introspection-other-subject": nil,
	} {
		f, ok := oidc.FaultByName(name)
		if !ok {
			t.Errorf("%s: no such fault", name)
			continue
		}
		token, err := f.Make(honest(), draft())
		if err != nil {
			t.Fatal(err)
		}
		if got := changed(t, token); !slices.Equal(got, want) {
			t.Errorf("%s changes %v, want %v", name, got, want)
		}
	}
}

// changed lists the members of header and claims in which a token differs from the honest one.
func changed(t *testing.T, token string) []string {
	t.Helper()
	twin, err := draft().Compact()
	if err != nil {
		t.Fatal(err)
	}
	a, err := jws.Parse(twin)
	b, other := jws.Parse(token)
	if err != nil || other != nil {
		t.Fatal(err, other)
	}
	names := map[string]bool{}
	for _, pair := range [][2]map[string]any{{a.Header, b.Header}, {a.Claims, b.Claims}} {
		for _, object := range pair {
			for name := range object {
				if !reflect.DeepEqual(pair[0][name], pair[1][name]) {
					names[name] = true
				}
			}
		}
	}
	return slices.Sorted(maps.Keys(names))
}

func TestVariantsAreAccepted(t *testing.T) {
	for _, f := range oidc.Variants() {
		token, err := f.Make(honest(), draft())
		if err != nil {
			t.Fatal(err)
		}
		if got := oidc.Verify(token, operator()); len(got.Findings) != 0 || got.IdNat != anne {
			t.Errorf("%s: %v, for %q", f.Name, got.Findings, got.IdNat)
		}
	}
}

func TestEveryRuleIsBroken(t *testing.T) {
	broken := map[string]bool{}
	for _, f := range oidc.Faults() {
		token, err := f.Make(honest(), draft())
		if err != nil {
			t.Fatal(err)
		}
		for _, found := range oidc.Verify(token, operator()).Findings {
			broken[found.Rule] = true
			if found.Requirement != oidc.Rules[found.Rule] || found.Requirement == "" {
				t.Errorf("%s stands under %q", found.Rule, found.Requirement)
			}
		}
	}
	for rule := range oidc.Rules {
		if !broken[rule] {
			t.Errorf("no fault breaks %s: the rule cannot fail", rule)
		}
	}
}

func TestFaultsThatCannotBeCommitted(t *testing.T) {
	h := honest()
	h.Retired = oidc.Key{}
	for _, name := range []string{"psctoken-key-retired", "psctoken-encrypted", "psctoken-payload-altered", "psctoken-person-unprefixed", "psctoken-kid-unknown"} {
		f, _ := oidc.FaultByName(name)
		d := draft()
		switch name {
		case "psctoken-encrypted":
			h.Live = curve // which encrypts nothing
		case "psctoken-payload-altered":
			d.Payload = []byte("pas du JSON")
		case "psctoken-person-unprefixed":
			d.Claims["preferred_username"] = "sans-registre"
		case "psctoken-kid-unknown":
			h.Rand = strings.NewReader("")
		}
		if token, err := f.Make(h, d); err == nil {
			t.Errorf("%s: %q", name, token)
		}
	}
	d := draft()
	d.Claims["f"] = func() {}
	if _, err := d.Compact(); err == nil {
		t.Error("a claim that is no JSON is written")
	}
}

func TestSettledConductNamesTheOther(t *testing.T) {
	for _, f := range oidc.Faults() {
		if err := f.Settle(honest()).Answer.Check(); err != nil {
			t.Errorf("%s: %v", f.Name, err)
		}
	}
}

func TestLocalCheckForgivesTheSkewAlone(t *testing.T) {
	x := operator()
	x.Skew = time.Minute
	for name, want := range map[string]bool{"psctoken-expired-1s": true, "psctoken-expired-60s": false, "psctoken-nbf-future": false} {
		f, _ := oidc.FaultByName(name)
		token, err := f.Make(honest(), draft())
		if err != nil {
			t.Fatal(err)
		}
		if got := len(oidc.Verify(token, x).Findings) == 0; got != want {
			t.Errorf("%s with a minute of skew: accepted %t, want %t", name, got, want)
		}
	}
	x.OpensTo = nil
	if token, err := draft().Compact(); err != nil || oidc.Verify(token, x).IdNat != anne {
		t.Errorf("whoever it is: %v", err)
	}
	d := draft()
	delete(d.Claims, "exp")
	d.Claims["otherIds"], d.Claims["nbf"] = "aucun", json.Number("1e300")
	token, err := d.Compact()
	if err != nil {
		t.Fatal(err)
	}
	if got := rules(oidc.Verify(token, x).Findings); !slices.Equal(got, []string{"psctoken-claim-malformed", "psctoken-claim-malformed", "psctoken-expired"}) {
		t.Errorf("no end of life, and claims of other types: %v", got)
	}
}

func FuzzVerify(f *testing.F) {
	token, err := draft().Compact()
	if err != nil {
		f.Fatal(err)
	}
	f.Add(token)
	f.Add("eyJhbGciOiJub25lIn0.e30.")
	f.Fuzz(func(t *testing.T, text string) {
		if got := oidc.Verify(text, operator()); text != token && len(got.Findings) == 0 {
			t.Errorf("%q is accepted", text)
		}
	})
}

// professional is the person of the honest token.
var professional = mssante.Professional{IdNat: anne, FamilyName: "TEST", Given: "Anne"}
