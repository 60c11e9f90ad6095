package identification_test

import (
	"html"
	"net/http"
	"net/url"
	"path/filepath"
	"strings"
	"testing"

	"etalon/internal/bench"
	"etalon/stubs/authentication"
	"etalon/stubs/identification"
)

// An honest authentication operator takes the token, once, and goes on with the person whom it names.
func TestHonestOperatorTakesTheToken(t *testing.T) {
	var partner *authentication.Operator
	r := newRig(t, nil, func(c *identification.Config) {
		traces, err := bench.OpenTraceLog(filepath.Join(t.TempDir(), "partner.jsonl"))
		if err != nil {
			t.Fatal(err)
		}
		t.Cleanup(func() { _ = traces.Close() })
		w, _ := theWorld()
		partner, err = authentication.Start(authentication.Config{
			Bench: c.Bench, Organism: first, Traces: traces, Revocation: w.fetcher,
			Accounts: []authentication.Account{{ID: person(0), Secret: "secret-de-" + person(0)}},
		})
		if err != nil {
			t.Fatal(err)
		}
		t.Cleanup(func() { _ = partner.Close() })
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
