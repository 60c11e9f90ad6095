package identification_test

import (
	"fmt"
	"net/http"
	"net/url"
	"strings"
	"testing"
	"time"

	"etalon/internal/interops"
	"etalon/stubs/identification"
)

func TestPersonLeavesWithAToken(t *testing.T) {
	r := newRig(t, nil)
	b := r.person(0, card)
	r.bench.Clock.Advance(time.Minute)
	p := b.get("/identification?operator=" + second + "&RelayState=suite")
	x, ok := p.token(r, second)
	if !ok || p.status != http.StatusOK || x.Action != "https://"+second+".test/contexte" || x.Relay != "suite" {
		t.Fatalf("%d %s", p.status, p.body)
	}
	if len(x.Judged.Findings) > 0 || !x.Judged.Verified || x.Judged.Operator.Name != operatorName {
		t.Errorf("findings %v", x.Judged.Findings)
	}
	token := x.Judged.Token
	if token.NameID.Value != person(0) || token.Method != card || token.Level != "vitale-code" || !token.Instant.Equal(r.Now) {
		t.Errorf("token %+v", token)
	}
	if policy := p.header.Get("Content-Security-Policy"); !strings.Contains(policy, "script-src 'sha256-") {
		t.Errorf("policy %s", policy)
	}
	var told []interops.Decision
	for _, record := range r.records() {
		told = append(told, record.Decision)
		if *record.VIID != token.ID || *record.NameID != person(0) || record.Role != "operateur-identification" || record.Mode != interops.ModeS || record.SignerCertificate == nil {
			t.Errorf("record %+v", record)
		}
	}
	if fmt.Sprint(told) != "[created sent]" {
		t.Errorf("traces %v", told)
	}
	again, _ := b.get("/identification?operator="+first).token(r, first)
	if len(again.Judged.Findings) > 0 || again.Judged.Token.ID == token.ID || !again.Judged.Token.Instant.Equal(r.Now) {
		t.Errorf("second token %+v", again.Judged)
	}
	if strings.Contains(r.log.String(), "SignatureValue") {
		t.Error("the token is in the log")
	}
}

func TestOnlyIdentifiedPersonsLeave(t *testing.T) {
	r := newRig(t, nil)
	b := r.browse()
	asked := func(what string) {
		t.Helper()
		p := b.get("/identification?operator=" + first + "&RelayState=suite")
		if _, left := p.token(r, first); left || !strings.Contains(p.url, "/login?retour=") {
			t.Errorf("%s: %s", what, p.url)
		}
	}
	asked("nobody")
	for what, form := range map[string]url.Values{
		"wrong secret":  {"identifiant": {person(0)}, "secret": {"faux"}, "moyen": {card}},
		"unknown":       {"identifiant": {"inconnu"}, "secret": {""}},
		"not her means": {"identifiant": {person(1)}, "secret": {"secret-de-" + person(1)}, "moyen": {card}},
		"no such means": {"identifiant": {person(0)}, "secret": {"secret-de-" + person(0)}, "moyen": {"Voix"}},
	} {
		if p := b.ask(http.MethodPost, "/login", form.Encode(), nil); p.status != http.StatusUnauthorized {
			t.Errorf("%s: %d", what, p.status)
		}
		asked(what)
	}
	if p := b.ask(http.MethodPost, "/login", "identifiant="+person(0)+"&secret=secret-de-"+person(0), http.Header{"Origin": {"https://ailleurs.test"}}); p.status != http.StatusBadRequest {
		t.Errorf("form of another site: %d", p.status)
	}
	asked("form of another site")
	b.identify(person(0), card)
	r.bench.Clock.Advance(31 * time.Minute)
	asked("session over")
	for _, verb := range []string{"logout", "restart"} {
		b.identify(person(0), card)
		r.gesture(verb, person(0))
		asked(verb)
	}
	b.identify(person(0), card)
	b.get("/logout")
	asked("logout")
}

func TestIdentifyAndLeaveInOneForm(t *testing.T) {
	r := newRig(t, nil)
	b := r.browse()
	form := url.Values{"identifiant": {person(1)}, "secret": {"secret-de-" + person(1)}, "operator": {first}, "RelayState": {"suite"}}
	x, ok := b.ask(http.MethodPost, "/identification", form.Encode(), nil).token(r, first)
	if !ok || len(x.Judged.Findings) > 0 || x.Judged.Token.Method != password || x.Relay != "suite" {
		t.Errorf("%+v", x)
	}
	if x, ok := b.ask(http.MethodPost, "/identification", "operator="+second, nil).token(r, second); !ok || x.Judged.Token.NameID.Value != person(1) {
		t.Error("the session does not hold")
	}
	form.Set("secret", "faux")
	if p := r.browse().ask(http.MethodPost, "/identification", form.Encode(), nil); p.status != http.StatusUnauthorized {
		t.Errorf("wrong secret: %d", p.status)
	}
	back := url.Values{"identifiant": {person(0)}, "secret": {"secret-de-" + person(0)}, "retour": {"/identification?operator=" + first}}
	if _, ok := r.browse().ask(http.MethodPost, "/login", back.Encode(), nil).token(r, first); !ok {
		t.Error("the form does not lead back")
	}
	if p := b.identify(person(0), card); !strings.Contains(p.body, person(0)) || !strings.Contains(p.body, "operator="+second) || strings.Contains(p.body, removed) {
		t.Errorf("home page %s", p.body)
	}
	if x, _ := b.get("/identification?operator="+first).token(r, first); x.Judged.Token.NameID.Value != person(0) {
		t.Error("the identification of the person before stays")
	}
}

// K04, S15: only authentication operators in force get anybody.
func TestOnlyOperatorsInForce(t *testing.T) {
	r := newRig(t, nil)
	b := r.person(0, card)
	for _, query := range []string{
		"operator=" + removed, "operator=" + newcomer, "operator=organisme-3", "operator=organisme-exterieur", "operator=" + operatorName,
		"operator=https://ailleurs.test/", "", "operator=" + first + "&operator=" + second,
	} {
		p := b.get("/identification?" + query)
		if _, left := p.token(r, first); left || p.status != http.StatusNotFound {
			t.Errorf("%s: %d", query, p.status)
		}
	}
	if p := b.get("/identification?operator=" + first + "&RelayState=" + strings.Repeat("a", 81)); p.status != http.StatusBadRequest {
		t.Errorf("long return address: %d", p.status)
	}
	for _, back := range []string{"https://ailleurs.test/", "//ailleurs.test/identification", "/logout", "/identification\\@ailleurs.test"} {
		form := url.Values{"identifiant": {person(0)}, "secret": {"secret-de-" + person(0)}, "retour": {back}}
		if p := b.ask(http.MethodPost, "/login", form.Encode(), nil); p.url != r.operator.URL("/") {
			t.Errorf("return to %s: %s", back, p.url)
		}
	}
	r.bench.Clock.Freeze(time.Date(2023, 1, 1, 0, 0, 0, 0, time.UTC))
	b.identify(person(0), card)
	if p := b.get("/identification?operator=" + first); p.status != http.StatusNotFound {
		t.Errorf("before the sphere: %d", p.status)
	}
}

func TestWithoutTraceNothingLeaves(t *testing.T) {
	r := newRig(t, nil)
	b := r.person(0, card)
	r.gesture("break-traces", "")
	if p := b.get("/identification?operator=" + first); p.status != http.StatusServiceUnavailable || strings.Contains(p.body, "ContextToken") {
		t.Errorf("untraced: %d", p.status)
	}
	r.gesture("mend-traces", "")
	if _, ok := b.get("/identification?operator="+first).token(r, first); !ok {
		t.Error("mended, nothing leaves")
	}
}

func TestStartRefuses(t *testing.T) {
	r := newRig(t, nil)
	b := r.bench
	for name, c := range map[string]identification.Config{
		"organism":      {Bench: b, Organism: "inconnu"},
		"no such part":  {Bench: b, Organism: "organisme-3"},
		"outside":       {Bench: b, Organism: "organisme-exterieur"},
		"address":       {Bench: b, Organism: operatorName, Operators: map[string]string{first: "http://127.0.0.1/"}},
		"no secret":     {Bench: b, Organism: operatorName, Accounts: []identification.Account{{ID: "a"}}},
		"unknown means": {Bench: b, Organism: operatorName, Accounts: []identification.Account{{ID: "a", Secret: "b", Means: []string{"Voix"}}}},
		"listen":        {Bench: b, Organism: operatorName, Listen: "256.0.0.1:0"},
		"credential":    {Bench: b, Organism: operatorName, Credential: "rien"},
		"flaw":          {Bench: b, Organism: operatorName, Flaws: []string{"rien"}},
	} {
		if o, err := identification.Start(c); err == nil {
			_ = o.Close()
			t.Errorf("%s: started", name)
		}
	}
}
