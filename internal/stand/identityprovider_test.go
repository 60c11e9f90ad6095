package stand_test

import (
	"html"
	"io"
	"net/http"
	"net/http/cookiejar"
	"net/url"
	"os"
	"regexp"
	"strings"
	"testing"

	"etalon/internal/bench"
	"etalon/internal/candidate"
	"etalon/internal/pki"
	"etalon/internal/stand"
	"etalon/stubs/idp"
)

// startIdentity starts the mock identity provider, and reads its candidate file as the harness does.
func startIdentity(t *testing.T) *candidate.IdentityProvider {
	t.Helper()
	convention, _ := stand.ConventionOf(candidate.NoMode)
	opened, err := stand.Open("127.0.0.1:0", "", convention, candidate.DefaultProfile("current"), bench.Seed(t.Name()))
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { _ = opened.Close() })
	stub, err := stand.StartStub(stand.StubOptions{
		Role: candidate.RoleIdentityProvider, Dir: t.TempDir(), PKI: opened.Bench.PKI, Convention: convention, Profile: candidate.DefaultProfile("current"), Seed: "stub",
	})
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() {
		if err := stub.Close(); err != nil {
			t.Error(err)
		}
	})
	c, err := candidate.Load(stub.Candidate)
	if err != nil {
		t.Fatal(err)
	}
	return c.IdentityProvider
}

func TestIdentityProviderIsDeclared(t *testing.T) {
	p := startIdentity(t)
	if p.EstablishmentClaim != "tid" || len(p.Means) != 3 || len(p.Establishments) != 3 || !p.Establishments[2].Unlisted || p.CertificateClient == nil || p.KeyClient == nil {
		t.Fatalf("%+v", p)
	}
	strong, changing := 0, 0
	for _, e := range p.Establishments {
		for _, who := range e.Persons {
			if m, known := p.MeansOf(who); known && m.Strong {
				strong++
			}
			if who.Renamed {
				changing++
			}
		}
	}
	if strong < 4 || changing != 2 {
		t.Errorf("%d persons with a strong means, %d to be changed", strong, changing)
	}
	for verb := range p.Verbs {
		answer, err := http.Post(p.Verbs[verb].HTTP.URL, "application/json", strings.NewReader(`{"user":"`+p.Establishments[1].Persons[1].ID+`"}`))
		if err != nil || answer.StatusCode != http.StatusNoContent {
			t.Errorf("%s: %v %v", verb, answer, err)
		}
	}
	answer, err := http.Post(p.Clock.HTTP, "text/plain", strings.NewReader("+4h"))
	if err != nil || answer.StatusCode != http.StatusNoContent {
		t.Errorf("clock: %v %v", answer, err)
	}
}

var hiddenField = regexp.MustCompile(`<input type="hidden" name="([^"]*)" value="([^"]*)">`)

func TestDeclaredPersonLogsIn(t *testing.T) {
	p := startIdentity(t)
	jar, _ := cookiejar.New(nil)
	transport := &http.Transport{TLSClientConfig: pki.ClientConfig(pki.Credential{}, bench.Wall, pki.AcceptAny)}
	defer transport.CloseIdleConnections()
	b := &http.Client{Jar: jar, Transport: transport, CheckRedirect: func(*http.Request, []*http.Request) error { return http.ErrUseLastResponse }}
	q := url.Values{"client_id": {p.Client.ID}, "redirect_uri": {p.Redirect}, "response_type": {"code"}, "scope": {p.Scope}, "state": {"e"}}
	fill := func(answer *http.Response, err error) url.Values {
		t.Helper()
		if err != nil {
			t.Fatal(err)
		}
		defer answer.Body.Close()
		raw, err := io.ReadAll(answer.Body)
		if err != nil {
			t.Fatal(err)
		}
		form := url.Values{}
		for _, m := range hiddenField.FindAllStringSubmatch(string(raw), -1) {
			form.Set(m[1], html.UnescapeString(m[2]))
		}
		return form
	}
	who := p.Establishments[0].Persons[0]
	recipe := p.SignInOf(who).Forms
	form := fill(b.Get(p.Issuer + "/autorisation?" + q.Encode()))
	form.Set(recipe[0].User, who.ID)
	form = fill(b.PostForm(p.Issuer+"/connexion", form))
	form.Set(recipe[1].Password, who.Secret)
	answer, err := b.PostForm(p.Issuer+"/connexion", form)
	if err != nil || answer.StatusCode != http.StatusSeeOther || !strings.HasPrefix(answer.Header.Get("Location"), p.Redirect+"?code=") {
		t.Fatalf("%v %v", answer, err)
	}
	_ = answer.Body.Close()
	traces, err := os.ReadFile(p.Traces.File)
	if err != nil || !strings.Contains(string(traces), `"means":"`+idp.Card.Name+`"`) {
		t.Errorf("%s, %v", traces, err)
	}
}
