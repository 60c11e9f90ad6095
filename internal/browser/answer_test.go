package browser_test

import (
	"fmt"
	"net/http"
	"slices"
	"testing"
)

// A control belongs to the form that it names, wherever it stands (HTML §4.10.18.3): the pages of login and logout of the
// trade put their buttons outside.
func TestControlsOutsideTheirForm(t *testing.T) {
	pages := map[string]struct {
		page string
		want []string
	}{
		"after":      {`<form id="f" method="post"><input type="hidden" name="a" value="1"></form><button form="f" name="logout" value="yes">Oui</button>`, []string{"a=1&logout=yes"}},
		"before":     {`<input type="hidden" form="f" name="b" value="2"><form id="f" method="post"><input type="hidden" name="a" value="1"></form>`, []string{"a=1&b=2"}},
		"in another": {`<form id="g"><input type="hidden" form="f" name="b" value="2"></form><form id="f" method="post"></form>`, []string{"b=2"}},
		"its own":    {`<form id="f" method="post"><input type="hidden" form="f" name="a" value="1"></form>`, []string{"a=1"}},
		"nobody's":   {`<form id="f" method="post"><input type="hidden" name="a" value="1"></form><button form="z" name="logout" value="yes">Oui</button>`, []string{"a=1"}},
	}
	var sent []string
	mux := http.NewServeMux()
	mux.HandleFunc("GET /{name}", func(w http.ResponseWriter, r *http.Request) {
		w.Header().Set("Content-Type", "text/html")
		fmt.Fprint(w, pages[r.PathValue("name")].page)
	})
	mux.HandleFunc("POST /", func(_ http.ResponseWriter, r *http.Request) {
		_ = r.ParseForm()
		sent = append(sent, r.PostForm.Encode())
	})
	base, options := site(t, mux, nil)
	for name, p := range pages {
		sent = nil
		a := agent(t, options)
		page, err := a.Get(t.Context(), base+"/"+name)
		if err != nil {
			t.Fatal(err)
		}
		if _, err := a.Agree(t.Context(), page, nil); err != nil || !slices.Equal(sent, p.want) {
			t.Errorf("%s: sent %q (%v), want %q", name, sent, err, p.want)
		}
	}
}
