package psc_test

import (
	"context"
	"encoding/json"
	"io"
	"net/http"
	"net/url"
	"slices"
	"strings"
	"testing"
	"time"

	"etalon/internal/bench"
	"etalon/internal/mssante"
	"etalon/internal/oidc"
	"etalon/internal/verdict"
	"etalon/stubs/psc"
)

func TestIntrospectionTellsTheTruth(t *testing.T) {
	r := start(t)
	token := r.mint(psc.Order{}).Token
	g := r.introspect(token)
	if g.object["active"] != true || g.text("SubjectNameID") != "899700000017" || g.text("client_id") != psc.MailClient || g.status != 200 {
		t.Fatalf("of an honest token: %d %s", g.status, g.body)
	}
	refresh := r.introspect(r.mint(psc.Order{Kind: oidc.TypeRefresh}).Token)
	if _, there := refresh.object["SubjectNameID"]; refresh.object["active"] != true || there {
		t.Errorf("of a refresh token: %s", refresh.body)
	}
	id := r.mint(psc.Order{Kind: oidc.TypeID}).Token
	for name, text := range map[string]string{"ID token": id, "word": "abc", "nothing": "", "unsigned": r.mint(psc.Order{Shape: psc.Shape{Algorithm: "none"}}).Token} {
		if g := r.introspect(text); string(g.body) != `{"active":false}` {
			t.Errorf("of %s: %s", name, g.body)
		}
	}
	r.clock.Advance(2 * time.Minute)
	if g := r.introspect(token); g.object["active"] != false {
		t.Errorf("at the end of its life: %s", g.body)
	}
}

// inactive are the faults of tokens of which an honest introspection says no more than that they are not alive.
func TestIntrospectionKnowsFaultyTokens(t *testing.T) {
	r := start(t)
	if _, err := r.Rotate(""); err != nil {
		t.Fatal(err)
	}
	alive := []string{
		"psctoken-refresh-token", "psctoken-life-10years", "psctoken-scope-openid", "psctoken-acr-absent", "psctoken-acr-0", "psctoken-acr-eidas0",
		"psctoken-person-absent", "psctoken-person-other", "psctoken-person-unprefixed", "psctoken-huge",
		"psctoken-expired-called-active", "psctoken-person-conflict",
	}
	for _, f := range oidc.Faults() {
		if f.Token == nil && f.Wire == nil && f.Conduct.Answer.Kind != oidc.AnswerConflict {
			continue
		}
		m := r.mint(psc.Order{Fault: f.Name})
		if g := r.introspect(m.Token); (g.object["active"] == true) != slices.Contains(alive, f.Name) {
			t.Errorf("%s: %s", f.Name, g.body)
		}
	}
}

func TestForcedAnswers(t *testing.T) {
	r := start(t)
	token, other := r.mint(psc.Order{}).Token, r.mint(psc.Order{}).Token
	for kind, want := range map[oidc.AnswerKind]string{
		oidc.AnswerActive: `"active":true`, oidc.AnswerInactive: `{"active":false}`, oidc.AnswerOtherSubject: `"username":"899700000025"`,
		oidc.AnswerConflict: `"SubjectNameID":"899700000025"`, oidc.AnswerEmpty: `{}`, oidc.AnswerText: `"active":"true"`,
		oidc.AnswerHTML: `<html`, oidc.AnswerMalformed: `"acr"`, oidc.AnswerStatus: `{"error":"server_error"}`,
	} {
		a := oidc.Answer{Kind: kind}
		if kind == oidc.AnswerOtherSubject || kind == oidc.AnswerConflict {
			a.IdNat = "899700000025"
		}
		if err := r.Force(token, a); err != nil {
			t.Fatal(err)
		}
		g := r.introspect(token)
		valid := json.Valid(g.body)
		if !strings.Contains(string(g.body), want) || (g.status == 500) != (kind == oidc.AnswerStatus) || valid == (kind == oidc.AnswerHTML || kind == oidc.AnswerMalformed) {
			t.Errorf("%s: %d %s", kind, g.status, g.body)
		}
		if g := r.introspect(other); g.object["active"] != true {
			t.Errorf("%s: what is said of another token changed: %s", kind, g.body)
		}
	}
	if err := r.Force("*", oidc.Answer{Kind: oidc.AnswerStatus, Status: 503}); err != nil {
		t.Fatal(err)
	}
	if g := r.introspect(other); g.status != 503 {
		t.Errorf("of any token: %d", g.status)
	}
	if err := r.Recover(); err != nil {
		t.Fatal(err)
	}
	if g := r.introspect(token); g.object["active"] != true {
		t.Errorf("after recovery: %s", g.body)
	}
	if r.Force(token, oidc.Answer{Kind: "peut-être"}) == nil {
		t.Error("an unknown answer is forced")
	}
}

// TestAnswersThatDoNotCome tries the answers that end or delay the connection, and the one that leads elsewhere.
func TestAnswersThatDoNotCome(t *testing.T) {
	r := start(t)
	token := r.mint(psc.Order{}).Token
	force := func(kind oidc.AnswerKind) {
		if err := r.Force(token, oidc.Answer{Kind: kind}); err != nil {
			t.Fatal(err)
		}
	}
	send := func(ctx context.Context) (*http.Response, error) {
		request, err := http.NewRequestWithContext(ctx, http.MethodPost, r.Discovery().Introspection, strings.NewReader(url.Values{"token": {token}}.Encode()))
		if err != nil {
			t.Fatal(err)
		}
		request.Header.Set("Content-Type", "application/x-www-form-urlencoded")
		request.SetBasicAuth(psc.OperatorClient, operatorSecret)
		return r.http.Do(request)
	}
	force(oidc.AnswerRedirect)
	g := r.introspect(token)
	if to := g.header.Get("Location"); g.status != 302 || !strings.HasPrefix(to, "https://localhost:") || len(g.body) != 0 {
		t.Errorf("redirect: %d to %s", g.status, to)
	} else if r.get(to, nil).status != 404 || len(r.Journal(func(e psc.Entry) bool {
		return e.Endpoint == psc.EndpointTrap && strings.HasPrefix(e.Host, "localhost:")
	})) != 1 {
		t.Error("who follows the redirect is not in the journal")
	}
	force(oidc.AnswerCut)
	if answer, err := send(t.Context()); err == nil {
		answer.Body.Close()
		t.Errorf("cut: %s", answer.Status)
	}
	force(oidc.AnswerSilent)
	ctx, cancel := context.WithCancel(t.Context())
	go func() { // 200 ms from when it is asked: a request may be long on its way
		bench.Until(ctx, time.Minute, func() bool { return len(r.Asked(psc.EndpointIntrospection, token)) == 3 })
		_ = bench.Sleep(ctx, 200*time.Millisecond)
		cancel()
	}()
	if answer, err := send(ctx); err == nil {
		answer.Body.Close()
		t.Errorf("silent: %s", answer.Status)
	}
	cancel()
	force(oidc.AnswerSlow)
	ctx, cancel = context.WithCancel(t.Context())
	defer cancel()
	begun := bench.Wall()
	answer, err := send(ctx)
	if err != nil {
		t.Fatal(err)
	}
	defer answer.Body.Close()
	if n, err := io.ReadFull(answer.Body, make([]byte, 2)); err != nil || bench.Wall().Sub(begun) < oidc.SlowByte {
		t.Errorf("slow: %d octets after %s, %v", n, bench.Wall().Sub(begun), err)
	}
	if asked := r.Asked(psc.EndpointIntrospection, token); len(asked) != 4 || asked[3].Answer != string(oidc.AnswerSlow) {
		t.Errorf("the journal tells of %d introspections", len(asked))
	}
}

// TestEveryFaultIsPlayed plays each fault of a token on the stub, and holds what a local check and introspection say
// against it.
func TestEveryFaultIsPlayed(t *testing.T) {
	r := start(t)
	if _, err := r.Rotate(""); err != nil {
		t.Fatal(err)
	}
	anne := mssante.Mailbox{Type: mssante.Personal, Holder: "899700000017"}
	for _, f := range slices.Concat(oidc.Faults(), oidc.Variants()) {
		if f.OfFlow() {
			continue
		}
		m := r.mint(psc.Order{Fault: f.Name})
		x := r.local()
		x.OpensTo = anne.OpensTo
		found := oidc.Verify(m.Token, x).Findings
		caught := slices.ContainsFunc(found, func(v verdict.Finding) bool { return v.Rule == f.Caught })
		if (f.Caught != "") != caught || f.Caught == "" && len(found) != 0 {
			t.Errorf("%s: a local check finds %v, want %q", f.Name, found, f.Caught)
		}
		if m.Violates != f.Violates || m.Answer != f.Conduct.Answer.Kind {
			t.Errorf("%s: minted as %+v", f.Name, m)
		}
		if err := r.Recover(); err != nil {
			t.Fatal(err)
		}
	}
	if _, err := r.Mint(psc.Order{Fault: "psctoken-parfait"}); err == nil {
		t.Error("an unknown fault is committed")
	}
}
