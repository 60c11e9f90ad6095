package client_test

import (
	"context"
	"net/http"
	"net/url"
	"strings"
	"testing"
	"time"

	"etalon/internal/bench/benchtest"
	"etalon/internal/interops"
	"etalon/internal/mutation"
	"etalon/internal/rest"
	"etalon/internal/saml"
	"etalon/internal/verdict"
	"etalon/stubs/client"
	"etalon/stubs/resource"
)

// called is a link to an honest provider of mode R.
type called struct {
	*visited
	form     string
	provider *resource.Provider
	seen     benchtest.Told[resource.Exchange]
}

func newCalled(t testing.TB, form string) *called {
	t.Helper()
	c := &called{visited: newVisited(t, ""), form: form}
	traces, _ := benchtest.TraceLog(t)
	c.provider = benchtest.Started(t, resource.Start, resource.Config{
		Bench: c.bench, Organism: providerName, Token: form, Revocation: c.Fetcher, Traces: traces, Observe: c.seen.Tell,
	})
	return c
}

// to makes an honest call of a resource, for a VI of that name.
func (c *called) to(name string) client.Call {
	c.t.Helper()
	var project interops.Project
	for _, p := range c.Convention.Projects {
		if p.Name == "api" {
			project = p
		}
	}
	u := interops.User{ID: "agent-0001", Class: interops.ClassPassword, AuthnInstant: c.Now.Add(-time.Minute), PAGM: []string{project.PAGM[0].Name}}
	at := c.parsed(c.provider.URL("api", "dossiers") + "?marqueur=" + name)
	return client.Call{
		Endpoint: at, Project: project, Service: project.Services[0], Now: c.Now, RequestID: name,
		VI:       saml.VIFor(c.bench.Profile, c.Convention, project, project.Services[0], u, "_"+name, c.Now),
		Resource: &client.Resource{At: at, Token: c.form},
	}
}

// last is what the provider made of the last call.
func (c *called) last(name string) resource.Exchange {
	c.t.Helper()
	return c.seen.Last(func(x resource.Exchange) bool { return x.RequestID == name })
}

func TestHonestCallsOfResources(t *testing.T) {
	for _, form := range []string{rest.TokenSAML, rest.TokenJWT} {
		c := newCalled(t, form)
		x := c.send(c.to("honnete"))
		if x.Err != nil || x.Status != http.StatusOK || x.Token == "" || x.Twin != nil || x.Ours.Name == "" || !strings.Contains(string(x.Response), "honnete") {
			t.Fatalf("%s: %d %s %v", form, x.Status, x.Response, x.Err)
		}
		if xml := strings.Contains(string(x.Message), "Assertion"); xml != (form == rest.TokenSAML) {
			t.Errorf("%s: message %.40s", form, x.Message)
		}
		again := c.to("de-nouveau")
		again.Raw = []byte(x.Token)
		if y := c.send(again); y.Token != x.Token || y.Status != http.StatusOK {
			t.Errorf("%s: the same token once more: %d %s", form, y.Status, y.Response)
		}
		write := c.to("ecriture")
		write.VI.PAGM = []string{write.Project.PAGM[1].Name}
		write.Resource.Method, write.Resource.Body = http.MethodPost, []byte(`{"a":1}`)
		if y := c.send(write); y.Status != http.StatusOK || string(c.last("ecriture").Body) != `{"a":1}` || string(y.Request) != `{"a":1}` {
			t.Errorf("%s: a call that writes: %d %s", form, y.Status, y.Response)
		}
	}
}

// Each fault of the catalogue, in the form of token that can carry it, is refused by what it violates.
func TestFaultsOfResources(t *testing.T) {
	played := 0
	for _, form := range []string{rest.TokenSAML, rest.TokenJWT} {
		c := newCalled(t, form)
		for _, m := range mutation.Catalogue() {
			call := c.to(m.Name + "-" + form)
			h := mutation.Honest{Now: c.Now, Profile: c.bench.Profile, Convention: c.Convention, Project: call.Project, Service: call.Service}
			behaviour := m.Behaviour(h)
			switch {
			case !m.In(interops.ModeR) || !m.Tests(mutation.Provider) || !m.InToken(h, form) || len(m.Unmet(h)) > 0:
				continue
			case behaviour.Hello != nil || behaviour.Replay != nil || strings.HasPrefix(m.Name, "tls-") || strings.HasPrefix(m.Name, "project-"):
				continue // the link, a second exchange, another address
			}
			played++
			call.Mutation = &m
			x := c.send(call)
			if (x.TwinToken != "") != (m.Moment() != "conduct") || x.TwinToken == x.Token {
				t.Errorf("%s by %s: twin %.20q of %.20q", m.Name, form, x.TwinToken, x.Token)
			}
			if x.Err == nil && x.Status < 400 {
				t.Errorf("%s by %s: %d %s", m.Name, form, x.Status, x.Response)
			}
			found := c.last(call.RequestID).Judged.Findings
			want := map[string]string{"V13": "R02", "V14": "R02", "L08": "R01"}[m.Violates]
			if want == "" {
				want = m.Violates
			}
			if m.Name == "channel-clear-http" {
				continue // nobody reads it
			}
			if !names(found, want) && !names(found, m.SameAs) {
				t.Errorf("%s by %s: %v, want %s", m.Name, form, found, want)
			}
		}
	}
	if played < 110 {
		t.Errorf("%d faults played: some are lost", played)
	}
}

// names tells whether a finding names a requirement.
func names(found []verdict.Finding, requirement string) bool {
	for _, f := range found {
		if f.Requirement == requirement {
			return true
		}
	}
	return false
}

// The place of a token, the verb and the headers are those of the conduct.
func TestConductsOfResources(t *testing.T) {
	c := newCalled(t, rest.TokenJWT)
	for name, play := range map[string]struct {
		conduct mutation.Conduct
		method  string
		headers int
		query   bool
		body    bool
	}{
		"agreed":  {mutation.Conduct{}, http.MethodGet, 1, false, false},
		"nowhere": {mutation.Conduct{Place: mutation.Nowhere}, http.MethodGet, 0, false, false},
		"twice":   {mutation.Conduct{Place: mutation.Twice}, http.MethodGet, 2, false, false},
		"body":    {mutation.Conduct{Place: mutation.InBody}, http.MethodPost, 0, false, true},
		"query":   {mutation.Conduct{VIInQuery: true}, http.MethodGet, 0, true, false},
		"verb":    {mutation.Conduct{Method: http.MethodDelete, Header: http.Header{"X-Autre": {"1"}}}, http.MethodDelete, 1, false, false},
	} {
		call := c.to(name)
		call.Conduct = &play.conduct
		x := c.send(call)
		got := c.last(name)
		address, err := url.Parse(got.URL)
		if err != nil {
			t.Fatal(err)
		}
		form, _ := url.ParseQuery(string(got.Body))
		if got.Method != play.method || len(got.Header.Values(rest.Header)) != play.headers ||
			(address.Query().Get(rest.ParameterToken) == x.Token) != play.query || (form.Get(rest.ParameterToken) == x.Token) != play.body {
			t.Errorf("%s: %s %s %v %s", name, got.Method, got.URL, got.Header, got.Body)
		}
		if (got.Header.Get("X-Autre") == "1") != (name == "verb") {
			t.Errorf("%s: headers %v", name, got.Header)
		}
	}
	other := c.to("autre-en-tete")
	other.Resource.Header = "X-Jeton"
	if x := c.send(other); x.RequestHeader.Get("X-Jeton") != x.Token || x.Status != http.StatusUnauthorized {
		t.Errorf("another header: %v, %d", x.RequestHeader, x.Status)
	}
}

func TestResourcesThatCannotBeCalled(t *testing.T) {
	c := newCalled(t, rest.TokenJWT)
	call := c.to("sans-cle")
	call.Signer = "organisme-client/inconnu"
	if _, err := c.link.Send(context.Background(), call); err == nil {
		t.Error("an unknown signer signs")
	}
	call = c.to("ecdsa")
	call.Signer = clientName + "/signature-ec"
	if _, err := c.link.Send(context.Background(), call); err == nil {
		t.Error("a JWT is signed with ECDSA")
	}
	call = c.to("verbe")
	call.Resource.Method = "MAUVAIS VERBE"
	if _, err := c.link.Send(context.Background(), call); err == nil {
		t.Error("a verb with a blank is sent")
	}
	broken := mutation.Mutation{Name: "sans-effet", JWT: func(mutation.Honest, *rest.JWT) error { return context.Canceled }}
	call = c.to("faute")
	call.Mutation = &broken
	if _, err := c.link.Send(context.Background(), call); err == nil || !strings.Contains(err.Error(), "sans-effet") {
		t.Errorf("a fault that fails: %v", err)
	}
}
