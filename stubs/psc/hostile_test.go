package psc_test

import (
	"crypto"
	"crypto/tls"
	"crypto/x509"
	"encoding/json"
	"io"
	"net/http"
	"net/url"
	"strconv"
	"strings"
	"sync"
	"testing"
	"time"

	"etalon/internal/oidc"
	"etalon/stubs/psc"
)

func tlsOf(roots *x509.CertPool) *tls.Config {
	return &tls.Config{RootCAs: roots, MinVersion: tls.VersionTLS12}
}

func failing(err error) func(string) (crypto.Signer, error) {
	return func(string) (crypto.Signer, error) { return nil, err }
}

func TestHostileRequests(t *testing.T) {
	r := start(t)
	introspection, token := r.Discovery().Introspection, r.Discovery().Token
	send := func(method, address, kind, body string, header ...string) got {
		t.Helper()
		request, err := http.NewRequest(method, address, strings.NewReader(body))
		if err != nil {
			t.Fatal(err)
		}
		request.Header.Set("Content-Type", kind)
		for i := 0; i+1 < len(header); i += 2 {
			request.Header.Set(header[i], header[i+1])
		}
		g, err := r.do(r.http, request)
		if err != nil {
			t.Fatal(err)
		}
		return g
	}
	const form = "application/x-www-form-urlencoded"
	operator := "&client_id=" + psc.OperatorClient + "&client_secret=" + operatorSecret
	for name, c := range map[string]struct {
		got    got
		status int
		code   string
	}{
		"JSON for a form":     {send("POST", introspection, "application/json", `{"token":"a"}`), 400, oidc.InvalidRequest},
		"no token":            {send("POST", introspection, form, operator[1:]), 400, oidc.InvalidRequest},
		"two tokens":          {send("POST", introspection, form, "token=a&token=b"+operator), 400, oidc.InvalidRequest},
		"nobody":              {send("POST", introspection, form, "token=a"), 401, oidc.InvalidClient},
		"a wrong secret":      {send("POST", introspection, form, "token=a&client_id="+psc.OperatorClient+"&client_secret=x"), 401, oidc.InvalidClient},
		"an unknown client":   {send("POST", introspection, form, "token=a&client_id=x&client_secret=x"), 401, oidc.InvalidClient},
		"no secret":           {send("POST", introspection, form, "token=a&client_id="+psc.OperatorClient+"&client_secret="), 401, oidc.InvalidClient},
		"secret in address":   {send("POST", introspection+"?"+operator[1:], form, "token=a"), 401, oidc.InvalidClient},
		"two proofs":          {send("POST", introspection, form, "token=a"+operator, "Authorization", "Basic dGYtb3BlcmF0ZXVyOngK"), 400, oidc.InvalidRequest},
		"GET":                 {send("GET", introspection+"?token=a"+operator, form, ""), 405, oidc.InvalidRequest},
		"too long":            {send("POST", introspection, form, "token="+strings.Repeat("a", oidc.MaxForm)), 413, oidc.InvalidRequest},
		"no grant":            {send("POST", token, form, operator[1:]), 400, oidc.InvalidRequest},
		"password grant":      {send("POST", token, form, "grant_type=password"+operator), 400, oidc.UnsupportedGrant},
		"token without form":  {send("POST", token, "text/plain", "grant_type=password"+operator), 400, oidc.InvalidRequest},
		"token by nobody":     {send("POST", token, form, "grant_type=password"), 401, oidc.InvalidClient},
		"nowhere":             {send("GET", r.Issuer()+"/../../etc/passwd", form, ""), 404, oidc.InvalidRequest},
		"the way of a letter": {send("GET", r.Issuer()+"/%00%0d%0aX:y", form, ""), 404, oidc.InvalidRequest},
	} {
		if c.got.status != c.status || c.got.text("error") != c.code {
			t.Errorf("%s: %d %s, want %d %s", name, c.got.status, c.got.body, c.status, c.code)
		}
	}
	huge := r.mint(psc.Order{Fault: "psctoken-huge"}).Token
	if g := r.introspect(huge); g.object["active"] != true || len(huge) < 60_000 {
		t.Errorf("a token of %d octets: %d", len(huge), g.status)
	}
	for _, e := range r.Journal(nil) {
		raw, err := json.Marshal(e)
		if err != nil || strings.Contains(string(raw), operatorSecret) || len(raw) > 8<<10 {
			t.Errorf("%v: entry of %d octets\n%s", err, len(raw), raw)
		}
	}
}

func TestTheJournalTellsWhoAskedWhat(t *testing.T) {
	r := start(t)
	m, other := r.mint(psc.Order{}), r.mint(psc.Order{})
	if len(r.Asked(psc.EndpointIntrospection, m.Token)) != 0 {
		t.Error("a token that was not asked about is in the journal")
	}
	r.introspect(m.Token)
	r.introspect(other.Token)
	r.get(r.Discovery().JWKS, nil)
	r.get(r.Trap(), nil)
	r.get(r.Discovery().Introspection+"?token="+m.Token, nil)
	asked := r.Asked(psc.EndpointIntrospection, m.Token)
	if len(asked) != 1 {
		t.Fatalf("asked %d times", len(asked))
	}
	e := asked[0]
	if e.Method != "POST" || e.Client != psc.OperatorClient || e.Auth != oidc.AuthBasic || e.Token.ID != m.ID || e.Status != 200 || !e.At.Equal(r.world.Now) ||
		e.ContentType != "application/x-www-form-urlencoded" || !strings.HasPrefix(e.Peer, "127.0.0.1:") || len(e.Query) != 0 || e.Certificate != "" {
		t.Errorf("told as %+v", e)
	}
	if strings.Contains(e.Form["token"], m.Token) || e.Token.Claims["preferred_username"] != "899700000017" {
		t.Errorf("the token is told as %q, %v", e.Form["token"], e.Token.Claims)
	}
	misplaced := r.Journal(func(e psc.Entry) bool { return e.Query["token"] != "" })
	if len(misplaced) != 1 || misplaced[0].Endpoint != psc.EndpointOther || strings.Contains(misplaced[0].Query["token"], m.Token) {
		t.Errorf("a token in an address (INTR-03): %+v", misplaced)
	}
	if n := len(r.Journal(func(e psc.Entry) bool { return e.Endpoint == psc.EndpointKeys || e.Endpoint == psc.EndpointTrap })); n != 2 {
		t.Errorf("%d entries of keys and trap", n)
	}
	last := r.Journal(nil)[4].Number
	r.Forget()
	if r.Last() != last {
		t.Errorf("last entry %d, want %d", r.Last(), last)
	}
	r.get(r.Discovery().JWKS, nil)
	if all := r.Journal(nil); len(all) != 1 || all[0].Number != last+1 {
		t.Errorf("after it was emptied: %+v", all)
	}
}

func TestOrdersByTheManagementAddress(t *testing.T) {
	r := start(t)
	var settings psc.Settings
	if r.order("GET", "/settings", "", &settings) != 200 || settings.Issuer != r.Issuer() || len(settings.Clients) != 2 || len(settings.Persons) != 4 {
		t.Errorf("settings %+v", settings)
	}
	var m psc.Minted
	if r.order("POST", "/tokens", `{"idnat":"899700000025","claims":{"acr":"eidas1"},"fault":"psctoken-revoked"}`, &m) != 200 || m.Violates != "TOK-06" || m.Claims["acr"] != "eidas1" {
		t.Errorf("minted %+v", m)
	}
	if r.introspect(m.Token).object["active"] != false {
		t.Error("the fault's answer is not forced")
	}
	var entries []psc.Entry
	if r.order("GET", "/journal?endpoint=introspection&sha256="+m.SHA256, "", &entries) != 200 || len(entries) != 1 || entries[0].Answer != "inactive" {
		t.Errorf("journal %+v", entries)
	}
	if r.order("GET", "/journal?jti="+m.ID, "", &entries); len(entries) != 1 {
		t.Errorf("journal by jti %+v", entries)
	}
	if r.order("GET", "/journal?jti=autre", "", &entries); len(entries) != 0 {
		t.Errorf("journal of another %+v", entries)
	}
	for _, c := range []struct {
		method, path, body string
		want               int
	}{
		{"POST", "/answers", `{"token":"` + m.Token + `","answer":""}`, 204},
		{"POST", "/answers", `{"token":"*","answer":"status","status":503}`, 204},
		{"POST", "/answers", `{"token":"*","answer":"autre"}`, 400},
		{"POST", "/conduct", `{"jwks":503}`, 204}, {"POST", "/conduct", `{"link":"autre"}`, 400},
		{"POST", "/recovery", ``, 204},
		{"POST", "/turns", `{"client":"tf-lps","error":"invalid_grant"}`, 204}, {"POST", "/turns", `{"client":"x"}`, 400},
		{"POST", "/keys", `{"algorithm":"ES256"}`, 200}, {"POST", "/keys", `{"algorithm":"none"}`, 400},
		{"POST", "/revocations", `{"token":"` + m.Token + `"}`, 204},
		{"POST", "/tokens", `{"faulte":"x"}`, 400}, {"POST", "/tokens", `{`, 400}, {"POST", "/tokens", `{"claims":"` + strings.Repeat("a", 300<<10) + `"}`, 400},
		{"POST", "/tokens", `{"fault":"x"}`, 400}, {"POST", "/tokens", ``, 200}, {"GET", "/tokens", ``, 405}, {"DELETE", "/journal", ``, 204},
		{"POST", "/ciba", `{"auth_req_id":"x","decision":"approve"}`, 400}, {"GET", "/clock", ``, 200}, {"POST", "/clock", `+90s`, 204}, {"GET", "/roots.pem", ``, 200},
	} {
		if got := r.order(c.method, c.path, c.body, nil); got != c.want {
			t.Errorf("%s %s %.60s: %d, want %d", c.method, c.path, c.body, got, c.want)
		}
	}
	if r.introspect(m.Token).object["active"] != false {
		t.Error("a token that was revoked, and is over, is alive")
	}
	r.decoupled(nil)
	var waiting []psc.Waiting
	if r.order("GET", "/ciba", "", &waiting); len(waiting) != 1 || r.order("POST", "/ciba", `{"auth_req_id":"`+waiting[0].ID+`","decision":"deny"}`, nil) != 204 {
		t.Errorf("waiting %+v", waiting)
	}
	var faults []psc.FaultTold
	if r.order("GET", "/faults", "", &faults); len(faults) < 50 || faults[0].Name != "psctoken-key-rogue" || faults[0].FR == "" {
		t.Errorf("%d faults", len(faults))
	}
	if g, err := http.NewRequest("GET", r.ManageURL("/settings"), nil); err != nil {
		t.Fatal(err)
	} else if g.Header.Set("Origin", "https://attaquant.test"); true {
		if answer, err := r.do(r.http, g); err != nil || answer.status != 403 {
			t.Errorf("a page of a browser: %d, %v", answer.status, err)
		}
	}
}

// TestFiftyAtOnce has many callers ask while keys rotate, answers change and the link goes down and up (INTR-16).
func TestFiftyAtOnce(t *testing.T) {
	r := start(t)
	var wg sync.WaitGroup
	for i := range 50 {
		wg.Go(func() {
			m, err := r.Mint(psc.Order{Client: psc.MailClient})
			if err != nil {
				t.Error(err)
				return
			}
			for range 4 {
				request, _ := http.NewRequest("POST", r.Discovery().Introspection, strings.NewReader(url.Values{"token": {m.Token}}.Encode()))
				request.Header.Set("Content-Type", "application/x-www-form-urlencoded")
				request.SetBasicAuth(psc.OperatorClient, operatorSecret)
				answer, err := r.http.Do(request)
				if err != nil {
					t.Error(err)
					return
				}
				body, _ := io.ReadAll(answer.Body)
				answer.Body.Close()
				if !strings.Contains(string(body), `"active":true`) {
					t.Errorf("caller %d: %s", i, body)
				}
			}
			if i%10 == 0 {
				if err := r.Force(m.Token, oidc.Answer{Kind: oidc.AnswerInactive}); err != nil {
					t.Error(err)
				}
				_ = r.Journal(nil)
			}
		})
	}
	wg.Wait()
	if n := len(r.Journal(func(e psc.Entry) bool { return e.Status == 200 })); n != 200 {
		t.Errorf("%d entries, want 200", n)
	}
}

// TestRealTimes starts the stub as it is by default, with keys of its own, on the clock of the world.
func TestRealTimes(t *testing.T) {
	r := start(t, func(c *psc.Config) { c.NewKey = nil; c.Lifetimes.Access = time.Minute })
	m := r.mint(psc.Order{})
	if found := oidc.Verify(m.Token, r.local()).Findings; len(found) != 0 {
		t.Error(found)
	}
	if life := m.Claims["exp"].(int64) - m.Claims["iat"].(int64); life != 60 {
		t.Errorf("a life of %d s", life)
	}
}

// TestTheOldestIsForgotten orders more answers than the stub remembers.
func TestTheOldestIsForgotten(t *testing.T) {
	r := start(t)
	const many = 1 << 14
	for i := range many + 1 {
		if err := r.Force(strconv.Itoa(i), oidc.Answer{Kind: oidc.AnswerActive}); err != nil {
			t.Fatal(err)
		}
	}
	for token, want := range map[string]bool{"0": false, "1": true, strconv.Itoa(many): true} {
		if g := r.introspect(token); g.object["active"] != want {
			t.Errorf("order %s: %s", token, g.body)
		}
	}
	for range 3 * many { // what is taken back leaves no trace that grows
		_ = r.Force("x", oidc.Answer{Kind: oidc.AnswerActive})
		_ = r.Force("x", oidc.Answer{})
	}
	if g := r.introspect("x"); g.object["active"] != false {
		t.Errorf("an order that was taken back: %s", g.body)
	}
}

// BenchmarkIntrospection is one question of an operator over a link that stays open.
func BenchmarkIntrospection(b *testing.B) {
	w := shared.World(b)
	s, err := psc.Start(psc.Config{Bench: w.Bench(b), NewKey: pooled()})
	if err != nil {
		b.Fatal(err)
	}
	defer s.Close()
	m, err := s.Mint(psc.Order{})
	if err != nil {
		b.Fatal(err)
	}
	transport := &http.Transport{TLSClientConfig: tlsOf(w.Set.Roots())}
	defer transport.CloseIdleConnections()
	client := &http.Client{Transport: transport}
	body := url.Values{"token": {m.Token}}.Encode()
	for b.Loop() {
		request, err := http.NewRequest(http.MethodPost, s.Discovery().Introspection, strings.NewReader(body))
		if err != nil {
			b.Fatal(err)
		}
		request.Header.Set("Content-Type", "application/x-www-form-urlencoded")
		request.SetBasicAuth(psc.OperatorClient, operatorSecret)
		answer, err := client.Do(request)
		if err != nil {
			b.Fatal(err)
		}
		_, _ = io.Copy(io.Discard, answer.Body)
		answer.Body.Close()
	}
}
