package identification_test

import (
	"html"
	"net/http"
	"net/url"
	"strings"
	"testing"

	"etalon/internal/bench/benchtest"
	"etalon/stubs/authentication"
	"etalon/stubs/identification"
)

// An honest authentication operator takes the token, once, and goes on with the person whom it names.
func TestHonestOperatorTakesTheToken(t *testing.T) {
	var partner *authentication.Operator
	r := newRig(t, nil, func(c *identification.Config) {
		traces, _ := benchtest.TraceLog(t)
		partner = benchtest.Started(t, authentication.Start, authentication.Config{
			Bench: c.Bench, Organism: first, Traces: traces, Revocation: theWorld.World(t).Fetcher,
			Accounts: []authentication.Account{{ID: person(0), Secret: "secret-de-" + person(0)}},
		})
		c.Operators[first] = partner.URL("/contexte")
	})
	b := r.person(0, card)
	p := b.get("/identification?operator=" + first)
	x, ok := p.token(r, first)
	if !ok || x.Action != partner.URL("/contexte") {
		t.Fatalf("%d %s", p.status, p.body)
	}
	_, value, _ := strings.Cut(p.body, `name="ContextToken" value="`)
	value, _, _ = strings.Cut(value, `"`)
	form := url.Values{"ContextToken": {html.UnescapeString(value)}}
	for i, want := range []int{http.StatusOK, http.StatusForbidden} {
		response, err := b.PostForm(x.Action, form)
		if err != nil {
			t.Fatal(err)
		}
		_ = response.Body.Close()
		if response.StatusCode != want {
			t.Errorf("presentation %d: %d, want %d", i+1, response.StatusCode, want)
		}
	}
}
