package idp_test

import (
	"crypto/rsa"
	"crypto/sha256"
	"crypto/tls"
	"encoding/base64"
	"encoding/json"
	"net/http"
	"net/url"
	"slices"
	"strings"
	"testing"
	"time"

	"etalon/internal/bench"
	"etalon/internal/bench/benchtest"
	"etalon/internal/candidate"
	"etalon/internal/jws"
	"etalon/internal/oidc"
	"etalon/stubs/idp"
)

func challenged(verifier string) string {
	sum := sha256.Sum256([]byte(verifier))
	return base64.RawURLEncoding.EncodeToString(sum[:])
}

// try judges some requirements of a provider.
type try struct {
	rows string
	play func(*rig, *benchtest.Failures)
}

func tries() []try {
	return []try{
		{"FI-01 FI-03 FI-45 FI-47", published}, {"FI-04", linked}, {"FI-05 FI-11 FI-12 FI-53 EXI-FI-13", flows}, {"FI-06 FI-10 FI-14 FI-15 FI-50", refusals},
		{"FI-05 FI-07 FI-08 FI-09 FI-13", codes}, {"FI-16 FI-17 FI-18", secrets}, {"FI-19 FI-20 FI-21", certificates}, {"FI-20 FI-21 FI-22", assertions},
		{"FI-23 FI-24", times}, {"FI-25 FI-26 FI-27 FI-36 FI-39", means}, {"FI-28 FI-29 FI-30 FI-34", identifiers}, {"FI-31 FI-32 FI-33", establishments},
		{"FI-34 FI-35 EXI-FI-26", identities}, {"FI-37 FI-38", prompts}, {"FI-43 FI-44", ages}, {"FI-40 FI-41 FI-42", fourHours}, {"FI-45 FI-46", logouts},
		{"FI-02 FI-47 FI-48", tokens}, {"FI-51", indicators}, {"FI-54", traces}, {"EXI-FI-11 EXI-FI-13", shown},
	}
}

// battery plays the tries that judge one of the rows, or all without rows.
func battery(r *rig, rows ...string) map[string][]string {
	var f benchtest.Failures
	for _, one := range tries() {
		if len(rows) == 0 || slices.ContainsFunc(strings.Fields(one.rows), func(row string) bool { return slices.Contains(rows, row) }) {
			one.play(r, &f)
		}
	}
	return f.Failed()
}

func published(r *rig, f *benchtest.Failures) {
	for _, name := range []string{"authorization_endpoint", "token_endpoint", "jwks_uri", "response_types_supported", "subject_types_supported", "id_token_signing_alg_values_supported"} {
		f.Unless(r.doc[name] != nil, "FI-01", "without "+name)
	}
	f.Unless(r.doc["issuer"] == r.Issuer(), "FI-01", "another issuer")
	f.Unless(!strings.Contains(mustJSON(r.doc["id_token_signing_alg_values_supported"]), "none"), "FI-47", "none is announced")
	var set struct{ Keys []map[string]any }
	_ = json.Unmarshal(r.visit(r.browser(""), http.MethodGet, r.at("jwks_uri"), nil).body, &set)
	f.Unless(len(set.Keys) == 2, "FI-03", "no keys")
	for _, k := range set.Keys {
		f.Unless(k["kid"] != nil && k["use"] == "sig" && k["d"] == nil, "FI-03", "a key without name or use")
	}
	for _, k := range r.keys {
		if public, ok := k.Key.(*rsa.PublicKey); ok {
			f.Unless(public.N.BitLen() >= 2048, "FI-03", "a weak key")
		}
	}
}

func linked(r *rig, f *benchtest.Failures) {
	for _, version := range []uint16{tls.VersionTLS10, tls.VersionTLS11} {
		c, err := tls.Dial("tcp", r.Address(), &tls.Config{InsecureSkipVerify: true, MinVersion: version, MaxVersion: version})
		if err == nil {
			f.Fails("FI-04", "an old TLS")
			_ = c.Close()
		}
	}
}

func flows(r *rig, f *benchtest.Failures) {
	back, _ := r.in(r.browser(""), person("anne"), "state", awkward)
	f.Unless(back.Get("state") == awkward, "FI-11", "another state")
	f.Unless(!back.Has("id_token") && !back.Has("access_token"), "EXI-FI-13", "a token in an address")
	p := r.exchange(back.Get("code"))
	f.Unless(p.status == http.StatusOK && p.text("token_type") == "Bearer" && p.text("id_token") != "" && p.header.Get("Cache-Control") == "no-store", "FI-05", "no tokens")
	f.Unless(p.text("id_token") != "", "FI-53", "nobody is identified")
	b := r.browser("")
	for _, nonce := range []string{"un", "deux"} {
		l := r.log(b, person("anne"), "nonce", nonce)
		f.Unless(l.id == "" || l.text("nonce") == nonce, "FI-12", "another nonce")
	}
	posted, err := url.Parse(r.request())
	if err != nil {
		r.t.Fatal(err)
	}
	f.Unless(r.visit(b, http.MethodPost, r.at("authorization_endpoint"), posted.Query()).back() != nil, "FI-05", "no request by POST")
}

func refusals(r *rig, f *benchtest.Failures) {
	for _, address := range []string{callback + "/x", callback + "?a=b", "https://attaquant.test.invalid/callback", "http://127.0.0.1:8570/callback", "-"} {
		p := r.visit(r.browser(""), http.MethodGet, r.request("redirect_uri", address), nil)
		f.Unless(p.status == http.StatusBadRequest && p.back() == nil, "FI-06", "takes "+address)
	}
	p := r.visit(r.browser(""), http.MethodGet, r.request("client_id", "inconnu"), nil)
	f.Unless(p.status == http.StatusBadRequest && p.back() == nil, "FI-14", "redirects")
	b := r.browser("")
	_, _ = r.in(b, person("anne"))
	f.Unless(r.log(b, person("anne"), "scope", "email").id == "", "FI-10", "identifies without openid")
	p = r.visit(b, http.MethodGet, r.request("response_type", "token"), nil)
	f.Unless(p.back() != nil && p.back().Query().Get("error") == oidc.UnsupportedResponse, "FI-15", "no refusal of token")
	for _, change := range [][]string{{"response_type", "-"}, {"max_age", "hier"}, {"request", "x"}, {"code_challenge_method", "plain"}} {
		p := r.visit(b, http.MethodGet, r.request(change...), nil)
		f.Unless(p.back() != nil && p.back().Query().Get("error") != "" && !strings.Contains(p.header.Get("Location"), "goroutine"), "FI-50", change[0])
	}
	p = r.visit(b, http.MethodGet, r.Issuer()+"/rien", nil)
	f.Unless(p.status == http.StatusNotFound && !strings.Contains(string(p.body), "goroutine"), "FI-50", "nowhere")
}

func codes(r *rig, f *benchtest.Failures) {
	b := r.browser("")
	code := func() string { back, _ := r.in(b, person("anne")); return back.Get("code") }
	one := code()
	first := r.exchange(one)
	f.Unless(r.exchange(one).text("error") == oidc.InvalidGrant, "FI-07", "takes a code again")
	again := r.visit(b, http.MethodGet, r.at("userinfo_endpoint"), nil, "Authorization", "Bearer "+first.text("access_token"))
	f.Unless(again.status == http.StatusUnauthorized, "FI-07", "the first token lives on")
	f.Unless(r.redeem(b, code(), "client_id", idp.ClientOther, "client_secret", "secret-test-autre").text("error") == oidc.InvalidGrant, "FI-08", "takes another's code")
	f.Unless(r.exchange(code(), "redirect_uri", callback+"/x").text("error") == oidc.InvalidGrant, "FI-09", "another address")
	for _, wrong := range []string{"0000000000000000000000000000000000000000000", "-"} {
		f.Unless(r.exchange(code(), "code_verifier", wrong).text("error") == oidc.InvalidGrant, "FI-13", "another verifier")
	}
	late := code()
	r.bench.Clock.Advance(2 * time.Minute)
	f.Unless(r.exchange(late).text("error") == oidc.InvalidGrant, "FI-05", "a code of two minutes")
}

// basic is the header of HTTP Basic.
func basic(user, secret string) string {
	return "Basic " + base64.StdEncoding.EncodeToString([]byte(user+":"+secret))
}

func secrets(r *rig, f *benchtest.Failures) {
	b := r.browser("")
	code := func() string { back, _ := r.in(b, person("anne")); return back.Get("code") }
	f.Unless(r.redeem(b, code(), "client_id", idp.ClientPSC, "client_secret", "secret-test-psc").status == http.StatusOK, "FI-16", "no secret by post")
	f.Unless(r.exchange(code()).status == http.StatusOK, "FI-16", "no secret by Basic")
	f.Unless(r.redeem(b, code(), "client_id", idp.ClientPSC, "client_secret", "faux").text("error") == oidc.InvalidClient, "FI-17", "another secret")
	f.Unless(r.redeem(b, code(), "Authorization", basic(idp.ClientPSC, "faux")).status == http.StatusUnauthorized, "FI-17", "another secret by Basic")
	f.Unless(r.redeem(b, code(), "client_id", idp.ClientPSC).text("error") == oidc.InvalidClient, "FI-18", "no secret")
}

func certificates(r *rig, f *benchtest.Failures) {
	b := r.browser("")
	ask := func(credential string) page {
		back, _ := r.in(b, person("anne"), "client_id", idp.ClientCertificate)
		return r.redeem(r.browser(credential), back.Get("code"), "client_id", idp.ClientCertificate)
	}
	f.Unless(ask(candidate.PSCOrganism+"/tls").status == http.StatusOK, "FI-19", "the right certificate")
	for _, other := range []string{candidate.OperatorOrganism + "/tls", candidate.PSCOrganism + "/tls~unknown-ca", candidate.PSCOrganism + "/tls~self-signed"} {
		f.Unless(ask(other).text("error") == oidc.InvalidClient, "FI-20", other)
	}
	for _, bad := range []string{candidate.PSCOrganism + "/tls~expired", candidate.PSCOrganism + "/tls~revoked"} {
		f.Unless(ask(bad).text("error") == oidc.InvalidClient, "FI-21", bad)
	}
	f.Unless(ask("").text("error") == oidc.InvalidClient, "FI-20", "no certificate")
}

// assertion is one that a credential of the test PKI signs, with its chain or without.
func (r *rig) assertion(credential string, chained bool, change map[string]any) string {
	c := r.world.Credential(r.t, credential)
	d := &oidc.Draft{Header: map[string]any{"alg": jws.RS256}, Claims: oidc.AssertionClaims(idp.ClientKey, r.at("token_endpoint"), bench.NewSecret(), r.now()), Sign: jws.ByRSA(c.Key)}
	if chained {
		d.Header["x5c"] = oidc.ChainHeader(c.Chain)
	}
	oidc.Set(d.Claims, change)
	compact, err := d.Compact()
	if err != nil {
		r.t.Fatal(err)
	}
	return compact
}

func assertions(r *rig, f *benchtest.Failures) {
	b := r.browser("")
	ask := func(assertion string) page {
		back, _ := r.in(b, person("anne"), "client_id", idp.ClientKey)
		return r.redeem(b, back.Get("code"), "client_assertion", assertion, "client_assertion_type", oidc.AssertionType)
	}
	signer := candidate.PSCOrganism + "/signature"
	once := r.assertion(signer, false, nil)
	f.Unless(ask(once).status == http.StatusOK, "FI-22", "the right key")
	f.Unless(ask(once).text("error") == oidc.InvalidClient, "FI-22", "an assertion again")
	f.Unless(ask(r.assertion(signer, true, nil)).status == http.StatusOK, "FI-22", "the right key with its chain")
	f.Unless(ask(r.assertion(candidate.PSCOrganism+"/tls", false, nil)).text("error") == oidc.InvalidClient, "FI-20", "another key")
	for _, bad := range []string{"~revoked", "~expired"} {
		f.Unless(ask(r.assertion(signer+bad, true, nil)).text("error") == oidc.InvalidClient, "FI-21", bad)
	}
	for name, change := range map[string]map[string]any{
		"another audience": {"aud": "https://autre.test.invalid"}, "another client": {"iss": "x", "sub": "x"}, "over": {"exp": r.now().Add(-time.Minute).Unix()}, "no jti": {"jti": nil},
	} {
		f.Unless(ask(r.assertion(signer, false, change)).text("error") == oidc.InvalidClient, "FI-20", name)
	}
}

func times(r *rig, f *benchtest.Failures) {
	b := r.browser("")
	first := r.log(b, person("anne"))
	at := r.now()
	f.Unless(first.instant("auth_time").Equal(at.Truncate(time.Second)) && (first.claims["iat"] == nil || !first.instant("auth_time").After(first.instant("iat"))), "FI-23", "another instant")
	r.bench.Clock.Advance(10 * time.Minute)
	second := r.log(b, person("anne"))
	f.Unless(!second.asked && second.instant("auth_time").Equal(first.instant("auth_time")), "FI-24", "younger")
}

func means(r *rig, f *benchtest.Failures) {
	for login, m := range map[string]idp.Means{"anne": idp.Card, "bruno": idp.Code} {
		l := r.log(r.browser(""), person(login))
		f.Unless(l.claims["amr"] != nil && mustJSON(l.claims["amr"]) == mustJSON(m.AMR), "FI-25", "another amr")
		f.Unless(m.Name == idp.Card.Name || !strings.Contains(mustJSON(l.claims["amr"]), "hwk"), "FI-26", "a card")
		list, ok := l.claims["amr"].([]any)
		unknown := slices.ContainsFunc(list, func(v any) bool {
			s, _ := v.(string)
			return !slices.Contains(append(idp.Card.AMR, idp.Code.AMR...), s)
		})
		f.Unless((ok || l.claims["amr"] == nil) && !unknown, "FI-27", "no list, or an unknown value")
		strong := r.log(r.browser(""), person(login), "acr_values", "eidas9", "amr", "hwk mfa face")
		f.Unless(mustJSON(strong.claims["amr"]) == mustJSON(l.claims["amr"]) && strong.text("acr") == l.text("acr"), "FI-39", "the strength of the request")
	}
	if l := r.log(r.browser(""), person("chloe")); l.id != "" {
		f.Fails("FI-26", "a password alone")
		f.Fails("FI-36", "a password alone")
	}
	half, b := person("anne"), r.browser("")
	p := r.visit(b, http.MethodGet, r.request(), nil)
	_ = r.visit(b, http.MethodPost, r.Issuer()+"/connexion", filled(p, "carte", "carte", half.Login))
	f.Unless(r.silent(b) != "code", "FI-36", "half a login")
	half.PIN = "0000"
	f.Unless(r.log(r.browser(""), half).id == "", "FI-36", "another PIN")
}

// gesture asks the desk.
func (r *rig) gesture(verb string, g map[string]string) int {
	return deskOf(r, http.MethodPost, "/"+verb, mustJSON(g)).Code
}

func identifiers(r *rig, f *benchtest.Failures) {
	emma, homonym := person("emma"), idp.Persons()[4]
	var subjects []string
	for range 3 {
		subjects = append(subjects, r.log(r.browser(""), emma).text("sub"))
	}
	if r.gesture("rename-user", map[string]string{"user": emma.Login}) != http.StatusNoContent {
		r.t.Error("no renaming")
	}
	renamed := r.log(r.browser(""), emma)
	f.Unless(renamed.text("family_name") != emma.FamilyName || renamed.text("family_name") == "" || renamed.text("email") == "", "FI-34", "the new name is not told")
	subjects = append(subjects, renamed.text("sub"))
	f.Unless(len(slices.Compact(slices.Clone(subjects))) == 1, "FI-28", "another identifier")
	f.Unless(r.log(r.browser(""), person("anne")).text("sub") != r.log(r.browser(""), homonym).text("sub"), "FI-29", "one identifier for two")
	b := r.browser("")
	_ = r.log(b, emma)
	if r.gesture("recreate-user", map[string]string{"user": emma.Login}) != http.StatusNoContent {
		r.t.Error("no other account")
	}
	newcomer := r.log(b, emma)
	f.Unless(newcomer.asked && !slices.Contains(subjects, newcomer.text("sub")), "FI-30", "the identifier of the old account")
}

func establishments(r *rig, f *benchtest.Failures) {
	for login, id := range map[string]string{"anne": idp.EstablishmentOne, "emma": idp.EstablishmentTwo} {
		for range 2 {
			f.Unless(r.log(r.browser(""), person(login)).text("tid") == id, "FI-31", "another establishment")
		}
	}
	for _, name := range []string{"tid", "domain_hint"} {
		f.Unless(r.log(r.browser(""), person("anne"), name, idp.EstablishmentTwo).text("tid") != idp.EstablishmentTwo, "FI-32", "the establishment of the request")
	}
	farid := r.log(r.browser(""), person("farid")).text("tid")
	f.Unless(farid != idp.EstablishmentOne && farid != idp.EstablishmentTwo, "FI-33", "a lent establishment")
}

func identities(r *rig, f *benchtest.Failures) {
	who := person("anne")
	l := r.log(r.browser(""), who)
	info := r.visit(r.browser(""), http.MethodGet, r.at("userinfo_endpoint"), nil, "Authorization", "Bearer "+l.access)
	for name, want := range map[string]string{"family_name": who.FamilyName, "given_name": who.Given, "email": who.Login} {
		if name == "email" {
			f.Unless(l.text(name) == "" || strings.HasSuffix(l.text(name), "@hopital-un.test.invalid"), "EXI-FI-26", "another domain")
			f.Unless(l.text(name) != "" && info.text(name) != "", "FI-34", name)
			continue
		}
		f.Unless(l.text(name) == want && info.text(name) == want, "FI-34", name)
	}
	f.Unless(info.text("sub") == l.text("sub"), "FI-35", "another person")
	for _, header := range []string{"Bearer rien", "", "Basic eDp5"} {
		f.Unless(r.visit(r.browser(""), http.MethodGet, r.at("userinfo_endpoint"), nil, "Authorization", header).status == http.StatusUnauthorized, "FI-35", "without token")
	}
}

func mustJSON(v any) string {
	raw, err := json.Marshal(v)
	if err != nil {
		panic(err)
	}
	return string(raw)
}

func TestHonestProviderDoesRight(t *testing.T) {
	for row, how := range battery(start(t)) {
		t.Errorf("%s: %s", row, strings.Join(how, "; "))
	}
}

// TestEachFlawShows plays, on every flaw, the tries that judge a requirement that it names.
func TestEachFlawShows(t *testing.T) {
	if testing.Short() {
		t.Skip("plays the battery on every flaw")
	}
	for _, flaw := range idp.Flaws() {
		t.Run(flaw.Name, func(t *testing.T) {
			t.Parallel()
			benchtest.SingleNeglect(t, battery(start(t, flaw.Name), slices.Concat(flaw.Must, flaw.May)...), flaw.Must, flaw.May)
		})
	}
}

func TestFlawsAreTold(t *testing.T) {
	names := map[string]bool{}
	for _, f := range idp.Flaws() {
		if names[f.Name] || f.Title.FR == "" || f.Title.EN == "" || len(f.Must) == 0 {
			t.Errorf("flaw %q: twice, or not told of", f.Name)
		}
		names[f.Name] = true
	}
	if len(names) < 40 {
		t.Errorf("%d flaws", len(names))
	}
	if _, err := idp.Start(idp.Config{Bench: shared.World(t).Bench(t), Flaws: []string{"invents-flaws"}}); err == nil {
		t.Error("an unknown flaw is taken")
	}
}
