package resource_test

import (
	"encoding/json"
	"net/http"
	"net/url"
	"strings"
	"testing"

	"etalon/internal/bench/benchtest"
	"etalon/internal/interops"
	"etalon/internal/rest"
	"etalon/stubs/resource"
)

func TestMain(m *testing.M) { benchtest.Main(m, theWorld.Close) }

// Both forms of token open a resource, with the user told behind and nothing left of the token.
func TestHonestCalls(t *testing.T) {
	for _, form := range []string{rest.TokenSAML, rest.TokenJWT} {
		t.Run(form, func(t *testing.T) {
			r := newRig(t, nil, bearing(form))
			a := r.call(request{marker: "honnete"})
			if a.status != http.StatusOK || !strings.Contains(a.body, "honnete") {
				t.Fatalf("%d %s %v", a.status, a.body, a.err)
			}
			if a.header.Get("Cache-Control") != "private, no-store" || a.header.Get("Etag") != "" {
				t.Errorf("header %v", a.header)
			}
			calls := r.backend.asked("honnete")
			if len(calls) != 1 || calls[0].Header.Get("X-Interops-User") != "agent-0042" || calls[0].Header.Get(rest.Header) != "" {
				t.Fatalf("application %v", calls)
			}
			if kept, ok := r.trace("honnete"); !ok || kept.Decision != interops.Accepted || kept.Mode != interops.ModeR || kept.VIID == nil || *kept.VIID != "_vi-honnete" || !kept.Verified {
				t.Errorf("trace %+v", kept)
			}
			if strings.Contains(r.log.String(), a.token) {
				t.Error("the log holds the token")
			}
		})
	}
}

// The other service of the project is reached in its own name, and an address that is none is refused without a look.
func TestAddresses(t *testing.T) {
	r := newRig(t, nil)
	if a := r.call(request{service: "api-annexe", marker: "annexe"}); a.status != http.StatusOK {
		t.Errorf("annexe: %d %s", a.status, a.body)
	}
	for _, path := range []string{"/api/inconnu/dossiers", "/api/api", "/autre", "/api/api/dossiers%2fautre", "/api/api/..%5cgestion", "/api/api/%2e%2e/gestion"} {
		asked, _ := http.NewRequest(http.MethodGet, "https://"+r.provider.Addr()+path, nil)
		answer, err := r.http(request{}).Do(asked)
		if err != nil {
			t.Fatal(err)
		}
		_ = answer.Body.Close()
		if answer.StatusCode != http.StatusNotFound {
			t.Errorf("%s: %d", path, answer.StatusCode)
		}
	}
}

// Each refusal is told by a status, a code and a sentence, without the token (R01, R04, R05).
func TestRefusals(t *testing.T) {
	late := func(d *rest.Draft) { d.VI.Audiences = [][]string{{"http://ailleurs.test"}} }
	for _, form := range []string{rest.TokenSAML, rest.TokenJWT} {
		r := newRig(t, nil, bearing(form))
		value := func(token string) string { return rest.Value(form, rest.Header, token) }
		for name, c := range map[string]struct {
			request
			status int
			code   string
		}{
			"absent":     {request{header: func(http.Header, string) {}}, 401, "SecurityTokenUnavailable"},
			"deux":       {request{header: func(h http.Header, token string) { h[rest.Header] = []string{value(token), value(token)} }}, 401, "SecurityTokenUnavailable"},
			"adresse":    {request{query: func(q url.Values, token string) { q.Set(rest.ParameterToken, token) }}, 401, "SecurityTokenUnavailable"},
			"corps":      {request{method: http.MethodPost, body: "${jeton}", header: func(http.Header, string) {}}, 401, "SecurityTokenUnavailable"},
			"autre":      {request{draft: late}, 401, "InvalidService"},
			"verbe":      {request{method: http.MethodPost}, 403, "DroitsInsuffisants"},
			"ressource":  {request{resource: "gestion"}, 403, "DroitsInsuffisants"},
			"illisible":  {request{header: func(h http.Header, _ string) { h.Set(rest.Header, value("%%%")) }}, 401, "InvalidSecurityToken"},
			"sans-pagm":  {request{draft: func(d *rest.Draft) { d.VI.PAGM = nil }}, 403, "InvalidPagm"},
			"sans-objet": {request{organism: "organisme-sans-projet"}, 403, "InvalidIssuer"},
		} {
			c.marker = name + "-" + form
			a := r.call(c.request)
			var told struct{ Code, Message string }
			if err := json.Unmarshal([]byte(a.body), &told); err != nil || a.status != c.status || told.Code != c.code || told.Message == "" {
				t.Errorf("%s %s: %d %s (%v)", form, name, a.status, a.body, err)
			}
			if a.status == 401 && !strings.HasPrefix(value("x"), a.header.Get("Www-Authenticate")) || strings.Contains(a.body, a.token) {
				t.Errorf("%s %s: header %v, body %s", form, name, a.header, a.body)
			}
			if len(r.backend.asked(c.marker)) > 0 {
				t.Errorf("%s %s: the application was asked", form, name)
			}
			if kept, ok := r.trace(c.marker); !ok || kept.Decision != interops.Rejected || kept.FaultCode != c.code {
				t.Errorf("%s %s: trace %+v", form, name, kept)
			}
		}
	}
}

func TestStartRefuses(t *testing.T) {
	for name, change := range map[string]func(*resource.Config){
		"form":      func(c *resource.Config) { c.Token = "cookie" },
		"organism":  func(c *resource.Config) { c.Organism = "personne" },
		"nothing":   func(c *resource.Config) { c.Organism = "organisme-tiers" },
		"backend":   func(c *resource.Config) { c.Backend = "ici" },
		"key":       func(c *resource.Config) { c.Credential = "organisme-fournisseur/inconnu" },
		"flaw":      func(c *resource.Config) { c.Flaws = []string{"takes-anything"} },
		"address":   func(c *resource.Config) { c.Listen = "127.0.0.1:-1" },
		"inquiries": func(c *resource.Config) { c.Inquiries = "127.0.0.1:-1" },
	} {
		c := newRig(t, nil).config
		change(&c)
		if p, err := resource.Start(c); err == nil {
			_ = p.Close()
			t.Errorf("%s: started", name)
		}
	}
}
