package psc_test

import (
	"net/http"
	"net/url"
	"strings"
	"testing"

	"etalon/internal/oidc"
	"etalon/stubs/psc"
)

// Who is tolerant answers whoever asks badly, and the journal tells how; a wrong proof is refused all the same.
func TestToleranceAnswersAndTells(t *testing.T) {
	secret := psc.Clients()[0].Secret
	for name, c := range map[string]struct {
		method, query, kind, body string
		basic                     string
		status                    int
		auth                      string
	}{
		"as it should be":       {"POST", "", "application/x-www-form-urlencoded", "token=TOKEN", secret, 200, oidc.AuthBasic},
		"by GET":                {"GET", "token=TOKEN", "", "", secret, 200, oidc.AuthBasic},
		"in JSON":               {"POST", "", "application/json", `{"token":"TOKEN","n":1}`, secret, 200, oidc.AuthBasic},
		"of no type":            {"POST", "", "", "token=TOKEN", secret, 200, oidc.AuthBasic},
		"token in the address":  {"POST", "token=TOKEN", "application/x-www-form-urlencoded", "a=b", secret, 200, oidc.AuthBasic},
		"without proof":         {"POST", "", "application/x-www-form-urlencoded", "token=TOKEN", "", 200, ""},
		"secret in the address": {"POST", "client_id=" + psc.OperatorClient + "&client_secret=" + secret, "application/x-www-form-urlencoded", "token=TOKEN", "", 200, oidc.AuthPost},
		"a wrong secret":        {"POST", "", "application/x-www-form-urlencoded", "token=TOKEN", "autre", 401, oidc.AuthBasic},
		"nothing":               {"POST", "", "application/x-www-form-urlencoded", "", secret, 400, oidc.AuthBasic},
		"no form":               {"POST", "", "text/plain", "%zz", secret, 400, ""},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			strict, tolerant := start(t), start(t, func(c *psc.Config) { c.Tolerant = true })
			for r, want := range map[*rig]int{tolerant: c.status, strict: 0} {
				token := r.mint(psc.Order{}).Token
				put := strings.NewReplacer("TOKEN", token)
				address := r.Discovery().Introspection
				if c.query != "" {
					address += "?" + put.Replace(c.query)
				}
				request, err := http.NewRequestWithContext(t.Context(), c.method, address, strings.NewReader(put.Replace(c.body)))
				if err != nil {
					t.Fatal(err)
				}
				if c.kind != "" {
					request.Header.Set("Content-Type", c.kind)
				}
				if c.basic != "" {
					request.SetBasicAuth(psc.OperatorClient, url.QueryEscape(c.basic))
				}
				g, err := r.do(r.http, request)
				if err != nil {
					t.Fatal(err)
				}
				if want == 0 { // who is not tolerant answers the first alone
					if (g.status == 200) != (name == "as it should be") {
						t.Errorf("without tolerance: %d", g.status)
					}
					continue
				}
				if g.status != want || want == 200 && g.object["active"] != true {
					t.Errorf("%d %s, want %d", g.status, g.body, want)
				}
				asked := r.Journal(func(e psc.Entry) bool { return e.Endpoint == psc.EndpointIntrospection })
				if len(asked) != 1 || asked[0].Auth != c.auth || asked[0].Method != c.method || asked[0].ContentType != c.kind {
					t.Errorf("told %+v", asked)
				}
			}
		})
	}
}

// Whoever comes under the trap is told with what he brings.
func TestTrapTellsWhatIsBrought(t *testing.T) {
	r := start(t)
	token := r.mint(psc.Order{Fault: "psc-introspection-redirect"})
	g := r.introspect(token.Token)
	to := g.header.Get("Location")
	if g.status != http.StatusFound || !strings.HasSuffix(to, "/"+token.SHA256) {
		t.Fatalf("%d to %q", g.status, to)
	}
	request, err := http.NewRequestWithContext(t.Context(), http.MethodPost, to, strings.NewReader("token="+token.Token))
	if err != nil {
		t.Fatal(err)
	}
	request.Header.Set("Content-Type", "application/x-www-form-urlencoded")
	request.SetBasicAuth(psc.OperatorClient, "secret")
	if g, err := r.do(r.http, request); err != nil || g.status != http.StatusNotFound {
		t.Errorf("%d, %v", g.status, err)
	}
	request, err = http.NewRequestWithContext(t.Context(), http.MethodGet, r.Trap()+"/autre", nil)
	if err != nil {
		t.Fatal(err)
	}
	request.Header.Set("Authorization", "Bearer "+token.Token)
	if _, err := r.do(r.http, request); err != nil {
		t.Fatal(err)
	}
	came := r.Journal(func(e psc.Entry) bool { return e.Endpoint == psc.EndpointTrap })
	if len(came) != 2 || came[0].Token == nil || came[0].Token.SHA256 != token.SHA256 || came[0].Client != psc.OperatorClient || came[0].Auth != oidc.AuthBasic ||
		came[1].Token == nil || !strings.HasSuffix(came[1].Path, "/autre") {
		t.Errorf("told %+v", came)
	}
}
