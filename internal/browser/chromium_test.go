package browser_test

import (
	"errors"
	"fmt"
	"net"
	"net/http"
	"strings"
	"sync"
	"testing"
	"time"

	"etalon/internal/bench/benchtest"
	"etalon/internal/browser"
	"etalon/internal/candidate"
)

// chromium starts a real browser, or leaves the test out where there is none.
func chromium(t *testing.T, o browser.Options) *browser.Chromium {
	t.Helper()
	o.Patience = 15 * time.Second
	c, err := browser.NewChromium(t.Context(), o)
	if err != nil {
		benchtest.LeaveOut(t, "no browser: %v", err)
	}
	t.Cleanup(func() { _ = c.Close() })
	return c
}

// scripted is a portal whose login form and way out need scripts.
func scripted() http.Handler {
	mux := http.NewServeMux()
	mux.HandleFunc("GET /login", func(w http.ResponseWriter, _ *http.Request) {
		fmt.Fprint(w, `<!DOCTYPE html><div id=root></div><script>
root.innerHTML = '<form method=post action=/login><input name=identifiant><input name=secret type=password><button>Entrer</button></form>';
document.forms[0].addEventListener("submit", () => { document.cookie = "script=1; Secure; Path=/"; });
</script>`)
	})
	mux.HandleFunc("POST /login", func(w http.ResponseWriter, r *http.Request) {
		if r.PostFormValue("identifiant") != "agent" || r.PostFormValue("secret") != "essai" || !strings.Contains(r.Header.Get("Cookie"), "script=1") {
			http.Error(w, "refused "+r.Header.Get("Cookie"), http.StatusForbidden)
			return
		}
		http.SetCookie(w, &http.Cookie{Name: "portail", Value: "s1", Secure: true, HttpOnly: true, Path: "/"})
		http.Redirect(w, r, "/accueil", http.StatusSeeOther)
	})
	mux.HandleFunc("GET /accueil", func(w http.ResponseWriter, r *http.Request) {
		fmt.Fprint(w, "<!DOCTYPE html>Bienvenue "+r.Header.Get("Cookie"))
	})
	mux.HandleFunc("GET /sortie", func(w http.ResponseWriter, r *http.Request) {
		fmt.Fprint(w, `<!DOCTYPE html><script>addEventListener("load", () => {
const f = document.createElement("form"); f.method = "post"; f.action = "/acs";
f.innerHTML = "<input name=SAMLResponse value=PFJlc3BvbnNlLz4=>"; document.body.append(f); f.submit(); });</script>`)
	})
	mux.HandleFunc("POST /acs", func(w http.ResponseWriter, r *http.Request) {
		fmt.Fprint(w, "<!DOCTYPE html>reçu "+r.PostFormValue("SAMLResponse"))
	})
	mux.HandleFunc("GET /loop", func(w http.ResponseWriter, r *http.Request) { http.Redirect(w, r, "/loop", http.StatusFound) })
	mux.HandleFunc("GET /spin", func(w http.ResponseWriter, r *http.Request) {
		fmt.Fprint(w, "<!DOCTYPE html><script>location.reload()</script>")
	})
	return mux
}

func TestChromium(t *testing.T) {
	base, options := site(t, scripted(), nil)
	c := chromium(t, options)
	in := candidate.Recipe{URL: base + "/login", Form: candidate.Form{User: "identifiant", Password: "secret"}, Success: candidate.Success{Cookie: "portail"}}
	page, err := c.Login(t.Context(), in, person)
	if err != nil || page.URL != base+"/accueil" || !page.Text("portail=s1") || page.Status != http.StatusOK || len(page.Hops) != 3 {
		t.Fatalf("login: %v at %s, %d hops: %s", err, page.URL, len(page.Hops), page.Body)
	}
	for _, hop := range page.Hops {
		if strings.Contains(string(hop.RequestBody), "essai") {
			t.Errorf("the secret is kept: %s", hop.RequestBody)
		}
	}
	if page, err = c.Get(t.Context(), base+"/sortie"); err != nil || !page.Text("reçu PFJlc3BvbnNlLz4=") || len(page.Hops) != 2 || page.Hops[1].TLS == nil {
		t.Errorf("out: %v: %s", err, page.Body)
	}
	for _, path := range []string{"/loop", "/spin"} {
		if _, err = c.Get(t.Context(), base+path); !errors.Is(err, browser.ErrLoop) && !errors.Is(err, browser.ErrTooManyRedirects) {
			t.Errorf("%s: %v", path, err)
		}
	}
	in.Form.User, in.Success = "login", candidate.Success{Text: "Bonjour"}
	var trouble *browser.Trouble
	if _, err = c.Login(t.Context(), in, person); !errors.As(err, &trouble) || trouble.Kind != browser.ErrLoginPageChanged || trouble.Detail != "login" {
		t.Errorf("changed page: %v", err)
	}
	if page, err = c.Post(t.Context(), base+"/acs", map[string][]string{"SAMLResponse": {"x&y"}}); err != nil || !page.Text("reçu x&amp;y") {
		t.Errorf("post: %v: %s", err, page.Body)
	}
}

func TestChromiumWithoutTrust(t *testing.T) {
	base, _ := site(t, scripted(), nil)
	if _, err := chromium(t, browser.Options{}).Get(t.Context(), base+"/accueil"); !errors.Is(err, browser.ErrUnreachable) {
		t.Errorf("an unknown authority: %v", err)
	}
}

// What a page does beside its requests reaches nobody: a socket of a script, a connection made ahead.
func TestChromiumReachesNobodyByItself(t *testing.T) {
	door, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	came := make(chan string, 8)
	var done sync.WaitGroup
	done.Go(func() {
		for {
			conn, err := door.Accept()
			if err != nil {
				return
			}
			came <- conn.RemoteAddr().String()
			_ = conn.Close()
		}
	})
	base, options := site(t, http.HandlerFunc(func(w http.ResponseWriter, _ *http.Request) {
		fmt.Fprintf(w, `<!DOCTYPE html><link rel=preconnect href="http://%[1]s"><p id=p>…</p><script>
const s = new WebSocket("ws://%[1]s/"); s.onerror = s.onopen = s.onclose = () => { p.textContent = "over"; fetch("/over"); };</script>`, door.Addr())
	}), nil)
	page, err := chromium(t, options).Get(t.Context(), base+"/")
	if err != nil || !page.Text("over") {
		t.Errorf("%v: %s", err, page.Body)
	}
	_ = door.Close()
	done.Wait()
	if len(came) > 0 {
		t.Errorf("reached %d times", len(came))
	}
}
