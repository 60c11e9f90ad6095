package idp_test

import (
	"encoding/json"
	"net/http"
	"net/http/httptest"
	"net/url"
	"slices"
	"strings"
	"time"

	"etalon/internal/bench/benchtest"
	"etalon/internal/jws"
	"etalon/internal/oidc"
	"etalon/stubs/idp"
)

// silent tells what prompt=none leads to: "code", an error, or "page".
func (r *rig) silent(b *http.Client) string {
	p := r.visit(b, http.MethodGet, r.request("prompt", "none"), nil)
	switch {
	case p.back() == nil:
		return "page"
	case p.back().Query().Get("code") != "":
		return "code"
	}
	return p.back().Query().Get("error")
}

func prompts(r *rig, f *benchtest.Failures) {
	b := r.browser("")
	f.Unless(r.silent(b) == oidc.LoginRequired, "FI-38", "not silent")
	_ = r.log(b, person("anne"))
	r.bench.Clock.Advance(time.Minute)
	l := r.log(b, person("anne"), "prompt", "login")
	f.Unless(l.asked, "FI-37", "not asked again")
	p := r.visit(b, http.MethodGet, r.request("prompt", "none login"), nil)
	f.Unless(p.back() != nil && p.back().Query().Get("error") == oidc.InvalidRequest, "FI-38", "none and login")
	f.Unless(r.silent(b) == "code", "FI-38", "no code in a session")
}

func ages(r *rig, f *benchtest.Failures) {
	b := r.browser("")
	_ = r.log(b, person("anne"))
	r.bench.Clock.Advance(5 * time.Minute)
	l := r.log(b, person("anne"), "max_age", "60")
	f.Unless(l.asked, "FI-43", "not asked again")
	f.Unless(!r.log(b, person("anne"), "max_age", "60").asked, "FI-43", "asked too early")
	f.Unless(r.log(b, person("anne"), "max_age", "0").asked, "FI-44", "not asked again")
}

func fourHours(r *rig, f *benchtest.Failures) {
	after := func(age time.Duration, between ...time.Duration) bool {
		b := r.browser("")
		_ = r.log(b, person("anne"))
		for _, d := range between {
			r.bench.Clock.Advance(d)
			_ = r.log(b, person("anne"))
			age -= d
		}
		r.bench.Clock.Advance(age)
		return r.log(b, person("anne")).asked
	}
	f.Unless(!after(3*time.Hour+50*time.Minute), "FI-41", "asked too early")
	f.Unless(after(4*time.Hour+5*time.Second), "FI-42", "not asked at four hours")
	f.Unless(after(4*time.Hour+time.Minute, 2*time.Hour), "FI-40", "not asked after four hours")
}

func logouts(r *rig, f *benchtest.Failures) {
	b := r.browser("")
	l := r.log(b, person("anne"))
	end := func(q url.Values) page {
		return r.visit(b, http.MethodGet, r.at("end_session_endpoint")+"?"+q.Encode(), nil)
	}
	for _, q := range []url.Values{
		{"post_logout_redirect_uri": {"https://attaquant.test.invalid/"}, "id_token_hint": {l.id}}, {"post_logout_redirect_uri": {farewell + "/x"}, "id_token_hint": {l.id}},
		{"post_logout_redirect_uri": {farewell}, "client_id": {idp.ClientPSC}}, {"id_token_hint": {"faux"}, "post_logout_redirect_uri": {farewell}},
	} {
		f.Unless(end(q).back() == nil || q.Get("client_id") != "", "FI-46", "sent to "+q.Get("post_logout_redirect_uri"))
	}
	l = r.log(b, person("anne"))
	p := end(url.Values{"id_token_hint": {l.id}, "post_logout_redirect_uri": {farewell}, "state": {"adieu"}})
	if l.header["alg"] == jws.RS256 {
		f.Unless(p.header.Get("Location") == farewell+"?state=adieu", "FI-45", "not sent back")
	}
	f.Unless(r.silent(b) == oidc.LoginRequired || l.header["alg"] != jws.RS256, "FI-45", "the session lives")
}

func tokens(r *rig, f *benchtest.Failures) {
	l := r.log(r.browser(""), person("anne"))
	t, err := jws.Parse(l.id)
	i := slices.IndexFunc(r.keys, func(k oidc.PublicKey) bool { return k.ID == t.Text("kid") })
	signed := err == nil && slices.ContainsFunc(r.keys, func(k oidc.PublicKey) bool { return t.SignedBy(t.Text("alg"), k.Key) })
	f.Unless(signed && (i >= 0 || t.Text("alg") == jws.RS256), "FI-47", "no signature of a published key")
	f.Unless(l.text("iss") == r.doc["issuer"], "FI-02", "another issuer")
	now := r.now()
	f.Unless(l.text("aud") == idp.ClientPSC && (l.claims["azp"] == nil || l.text("azp") == idp.ClientPSC), "FI-48", "another audience")
	f.Unless(l.instant("exp").After(now) && !l.instant("exp").After(now.Add(time.Hour)), "FI-48", "another life")
	f.Unless(now.Sub(l.instant("iat")).Abs() <= time.Minute, "FI-48", "another instant")
}

func indicators(r *rig, f *benchtest.Failures) {
	get := func(header string) page {
		return r.visit(r.browser(""), http.MethodGet, r.IndicatorsURL(), nil, "Authorization", header)
	}
	p := get(basic(idp.Reader.User, idp.Reader.Secret))
	for _, name := range candidateIndicators {
		f.Unless(p.status == http.StatusOK && p.object[name] != nil, "FI-51", "without "+name)
	}
	for _, header := range []string{"", basic(idp.Reader.User, "faux"), basic("", ""), "Bearer x"} {
		p := get(header)
		f.Unless(p.status == http.StatusUnauthorized && p.header.Get("Www-Authenticate") != "", "FI-51", "open")
	}
}

var candidateIndicators = []string{"session", "means", "strength"}

func traces(r *rig, f *benchtest.Failures) {
	before := len(records(r))
	at := r.now()
	l := r.log(r.browser(""), person("bruno"))
	new := records(r)[before:]
	i := slices.IndexFunc(new, func(one idp.Record) bool { return one.Event == idp.EventLogin })
	if i < 0 {
		f.Fails("FI-54", "no trace")
		return
	}
	got := new[i]
	when, err := time.Parse(time.RFC3339Nano, got.Time)
	f.Unless(err == nil && when.Equal(at) && got.Address == "127.0.0.1" && got.Means == idp.Code.Name && got.Client == idp.ClientPSC && got.Result == idp.ResultAccepted &&
		got.Establishment == idp.EstablishmentOne && got.User != "", "FI-54", mustJSON(got))
	_ = l
}

// records are the traces so far.
func records(r *rig) []idp.Record {
	r.traces.Lock()
	defer r.traces.Unlock()
	var all []idp.Record
	for line := range strings.Lines(r.traces.String()) {
		var one idp.Record
		if err := json.Unmarshal([]byte(line), &one); err != nil {
			r.t.Error(err)
		}
		all = append(all, one)
	}
	return all
}

func shown(r *rig, f *benchtest.Failures) {
	b := r.browser("")
	p := r.visit(b, http.MethodGet, r.request("ui_locales", "fr"), nil)
	f.Unless(strings.Contains(string(p.body), `<html lang="fr">`) && strings.Contains(string(p.body), "Mot de passe"), "EXI-FI-11", "not in French")
	form := filled(r.visit(b, http.MethodPost, r.Issuer()+"/connexion", filled(p, "carte", "carte", person("anne").Login)), "pin", "pin", person("anne").PIN)
	form.Del("jeton")
	stolen := r.visit(r.browser(""), http.MethodPost, r.Issuer()+"/connexion", form)
	f.Unless(stolen.back() == nil, "EXI-FI-13", "a form of another browser logs in")
	p = r.fill(b, p, person("anne"))
	for _, line := range p.header["Set-Cookie"] {
		f.Unless(strings.Contains(line, "; Secure") && strings.Contains(line, "; HttpOnly") && strings.Contains(line, "; SameSite=Lax"), "EXI-FI-13", "cookie "+line)
	}
	f.Unless(len(p.header["Set-Cookie"]) > 0, "EXI-FI-13", "no cookie")
}

// deskOf asks the desk from this machine.
func deskOf(r *rig, method, path, body string) *httptest.ResponseRecorder {
	request := httptest.NewRequest(method, "http://127.0.0.1"+path, strings.NewReader(body))
	request.RemoteAddr = "127.0.0.1:4321"
	w := httptest.NewRecorder()
	r.Desk().ServeHTTP(w, request)
	return w
}
