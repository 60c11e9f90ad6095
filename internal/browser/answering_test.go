package browser_test

import (
	"context"
	"fmt"
	"io"
	"net/http"
	"net/http/httptest"
	"net/url"
	"strings"
	"testing"

	"etalon/internal/bench/benchtest"
	"etalon/internal/browser"
)

// provider shows a login in two pages, then one to agree to, and sends the browser on to an address that nobody serves.
func provider() http.Handler {
	mux := http.NewServeMux()
	page := func(path, body string) {
		mux.HandleFunc("GET "+path, func(w http.ResponseWriter, _ *http.Request) {
			w.Header().Set("Content-Type", "text/html; charset=utf-8")
			_, _ = io.WriteString(w, "<html><body>"+body+"</body></html>")
		})
	}
	page("/", `<form method="post" action="/cherche"><input name="mot"></form><form method="post" action="/un"><input name="qui"><input name="secret" type="password"><button>entrer</button></form>`)
	page("/deux", `<form method="post" action="/deux"><input type="hidden" name="etape" value="2"><input name="code"><button>entrer</button></form>`)
	page("/accord", `<form method="post" action="/accord"><input type="hidden" name="suite" value="x"><input type="checkbox" name="toujours"><button name="choix" value="oui">oui</button></form>`)
	page("/scripts", `<div id="app"></div><SCRIPT src="app.js"></SCRIPT>`)
	page("/texte", `<p>rien</p>`)
	sends := func(path, want, to string) {
		mux.HandleFunc("POST "+path, func(w http.ResponseWriter, r *http.Request) {
			if err := r.ParseForm(); err != nil || r.PostForm.Encode() != want {
				http.Error(w, r.PostForm.Encode(), http.StatusForbidden)
				return
			}
			http.Redirect(w, r, to, http.StatusSeeOther)
		})
	}
	sends("/un", "qui=anne&secret=s3cret", "/deux")
	sends("/deux", "code=123456&etape=2", "/accord")
	sends("/accord", "choix=oui&plus=1&suite=x", "https://client.test.invalid/retour?code=c&state=a%2Bb#access_token=t")
	return mux
}

// answering is what both browsers do.
type answering interface {
	Get(ctx context.Context, address string) (browser.Page, error)
	Answer(ctx context.Context, page browser.Page, values map[string]string, secret string) (browser.Page, error)
	Agree(ctx context.Context, page browser.Page, values map[string]string) (browser.Page, error)
	Hold(held func(browser.Request) bool)
	Close() error
}

// A person answers whatever pages ask, agrees, and the way ends where it is held; the typed secret is not kept.
func TestAnswering(t *testing.T) {
	server := httptest.NewServer(provider())
	t.Cleanup(server.Close)
	agents := map[string]func() (answering, error){"http": func() (answering, error) { return browser.New(browser.Options{}), nil }}
	if !testing.Short() {
		agents["chromium"] = func() (answering, error) { return browser.NewChromium(t.Context(), browser.Options{}) }
	}
	for name, start := range agents {
		t.Run(name, func(t *testing.T) {
			a, err := start()
			if err != nil {
				benchtest.LeaveOut(t, "no browser: %v", err)
			}
			t.Cleanup(func() { _ = a.Close() })
			a.Hold(func(r browser.Request) bool { return strings.HasPrefix(r.URL, "https://client.test.invalid/") })
			page, err := a.Get(t.Context(), server.URL+"/")
			if err != nil || !page.Asks("qui", "secret") || page.Asks("qui", "mot") || page.Asks() || page.Agrees() || page.Scripted() {
				t.Fatalf("first page: %+v, %v", page, err)
			}
			page, err = a.Answer(t.Context(), page, map[string]string{"qui": "anne", "secret": "s3cret"}, "secret")
			if err != nil || !page.Asks("code") || page.Shown() {
				t.Fatalf("second page: %s, %v", page.Body, err)
			}
			page, err = a.Answer(t.Context(), page, map[string]string{"code": "123456"}, "")
			if err != nil || !page.Agrees() {
				t.Fatalf("third page: %s, %v", page.Body, err)
			}
			page, err = a.Agree(t.Context(), page, map[string]string{"plus": "1"})
			if err != nil || page.Held == nil {
				t.Fatalf("the way was not held: %+v, %v", page, err)
			}
			if got := page.Query(); got.Get("code") != "c" || got.Get("state") != "a+b" || got.Get("access_token") != "t" {
				t.Errorf("the way ends with %v", got)
			}
			for _, hop := range page.Hops {
				if strings.Contains(string(hop.RequestBody), "s3cret") {
					t.Errorf("the secret is kept: %s", hop.RequestBody)
				}
			}
		})
	}
}

// What a page does not ask cannot be answered, and a page of scripts is told as such.
func TestAnsweringNothing(t *testing.T) {
	server := httptest.NewServer(provider())
	t.Cleanup(server.Close)
	a := browser.New(browser.Options{})
	t.Cleanup(func() { _ = a.Close() })
	for path, scripted := range map[string]bool{"/scripts": true, "/texte": false} {
		page, err := a.Get(t.Context(), server.URL+path)
		if err != nil || page.Scripted() != scripted || page.Agrees() || page.Asks("qui") {
			t.Errorf("%s: %+v, %v", path, page, err)
		}
		if _, err := a.Answer(t.Context(), page, map[string]string{"qui": "x"}, ""); err == nil || !strings.Contains(err.Error(), "login page changed") {
			t.Errorf("%s: answered, %v", path, err)
		}
		if _, err := a.Agree(t.Context(), page, nil); err == nil {
			t.Errorf("%s: agreed", path)
		}
		if got := page.Query(); len(got) != 0 {
			t.Errorf("%s: query %v", path, got)
		}
	}
}

// Parameters come back in a form too (form_post).
func TestQueryOfAForm(t *testing.T) {
	page := browser.Page{Held: &browser.Request{Method: http.MethodPost, URL: "https://client.test.invalid/retour", Form: url.Values{"code": {"c"}}}}
	if got := fmt.Sprint(page.Query()); got != "map[code:[c]]" {
		t.Errorf("got %s", got)
	}
}
