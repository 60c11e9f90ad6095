package browser_test

import (
	"context"
	"crypto/tls"
	"crypto/x509"
	"encoding/base64"
	"errors"
	"fmt"
	"net/http"
	"net/http/httptest"
	"net/url"
	"slices"
	"strings"
	"testing"
	"time"

	"etalon/internal/browser"
	"etalon/internal/candidate"
	"etalon/internal/verdict"
)

// site is a TLS server and the browser options that trust it.
func site(t *testing.T, mux http.Handler, adjust func(*httptest.Server)) (string, browser.Options) {
	t.Helper()
	s := httptest.NewUnstartedServer(mux)
	if adjust != nil {
		adjust(s)
	}
	s.StartTLS()
	t.Cleanup(s.Close)
	roots := x509.NewCertPool()
	roots.AddCert(s.Certificate())
	return s.URL, browser.Options{Roots: roots, Patience: 5 * time.Second}
}

func agent(t *testing.T, o browser.Options) *browser.Agent {
	t.Helper()
	a := browser.New(o)
	t.Cleanup(func() { _ = a.Close() })
	return a
}

const loginPage = `<!DOCTYPE html><html><form action="/search"><input name=q></form>
<form method=post action="login?step=1"><input type=hidden name=csrf value="c&amp;1"><input name=identifiant><input type=password name=secret>
<select name=moyen><option value=question>Q<option value=code selected>C</select><input type=checkbox name=rester><button name=do value=in>Entrer</button></form></html>`

// portal is a home portal with a login and a page behind it.
func portal(cookie http.Cookie) http.Handler {
	mux := http.NewServeMux()
	mux.HandleFunc("GET /login", func(w http.ResponseWriter, _ *http.Request) { fmt.Fprint(w, loginPage) })
	mux.HandleFunc("POST /login", func(w http.ResponseWriter, r *http.Request) {
		want := url.Values{"csrf": {"c&1"}, "identifiant": {"agent"}, "secret": {"essai"}, "moyen": {"urn:c"}, "do": {"in"}, "step": {"1"}}
		if err := r.ParseForm(); err != nil || r.Form.Encode() != want.Encode() || r.Header.Get("Origin") != "https://"+r.Host || r.Header.Get("Referer") != "https://"+r.Host+"/login" {
			http.Error(w, "refused: "+r.Form.Encode(), http.StatusForbidden)
			return
		}
		c := cookie
		c.Value = "s1"
		http.SetCookie(w, &c)
		http.Redirect(w, r, "/accueil", http.StatusSeeOther)
	})
	mux.HandleFunc("GET /accueil", func(w http.ResponseWriter, r *http.Request) {
		if _, err := r.Cookie(cookie.Name); err != nil {
			http.Error(w, "Connectez-vous", http.StatusUnauthorized)
			return
		}
		fmt.Fprint(w, "<p>Bienvenue")
	})
	return mux
}

func recipe(base string, success candidate.Success) candidate.Recipe {
	return candidate.Recipe{
		URL: base + "/login", Success: success,
		Form: candidate.Form{User: "identifiant", Password: "secret", Extra: map[string]string{"moyen": "${classe}"}},
	}
}

var person = browser.Person{ID: "agent", Secret: "essai", Class: "urn:c"}

func TestLogin(t *testing.T) {
	base, options := site(t, portal(http.Cookie{Name: "portail", Secure: true, HttpOnly: true, Path: "/"}), nil)
	for _, success := range []candidate.Success{{Cookie: "portail"}, {Text: "Bienvenue"}, {URL: base + "/acc"}} {
		var watched int
		options.Watch = func(browser.Hop) { watched++ }
		a := agent(t, options)
		page, err := a.Login(t.Context(), recipe(base, success), person)
		if err != nil || page.URL != base+"/accueil" || page.Status != http.StatusOK {
			t.Fatalf("%+v: %v at %s", success, err, page.URL)
		}
		if len(page.Hops) != 3 || watched != 3 || page.Hops[2].RequestHeader.Get("Cookie") != "portail=s1" || page.Hops[0].TLS == nil {
			t.Errorf("%d hops, %d watched: %+v", len(page.Hops), watched, page.Hops)
		}
		for _, hop := range page.Hops {
			if strings.Contains(string(hop.RequestBody), "essai") {
				t.Errorf("the secret is kept: %s", hop.RequestBody)
			}
		}
	}
}

// TestTroubleIsNamed plays what goes wrong on a person's way.
func TestTroubleIsNamed(t *testing.T) {
	mux := http.NewServeMux()
	mux.HandleFunc("/loop/{n}", func(w http.ResponseWriter, r *http.Request) {
		to := map[string]string{"a": "/loop/b", "b": "/loop/a"}[r.PathValue("n")]
		http.Redirect(w, r, to, http.StatusFound)
	})
	mux.HandleFunc("/endless/{n}", func(w http.ResponseWriter, r *http.Request) {
		http.Redirect(w, r, r.URL.Path+"1", http.StatusTemporaryRedirect)
	})
	mux.HandleFunc("/meta", func(w http.ResponseWriter, _ *http.Request) {
		fmt.Fprint(w, `<!DOCTYPE html><meta http-equiv="Refresh" content="0; URL='/meta'">`)
	})
	mux.HandleFunc("/script", func(w http.ResponseWriter, r *http.Request) {
		w.Header().Set("Location", "javascript:alert(1)")
		w.WriteHeader(302)
	})
	mux.HandleFunc("/file", func(w http.ResponseWriter, r *http.Request) {
		fmt.Fprint(w, `<!DOCTYPE html><meta http-equiv=refresh content="0;url=file:///etc/passwd">`)
	})
	mux.HandleFunc("/huge", func(w http.ResponseWriter, r *http.Request) {
		chunk := strings.Repeat("x", 1<<20)
		for range 1 << 10 {
			if _, err := fmt.Fprint(w, chunk); err != nil {
				return
			}
		}
	})
	mux.HandleFunc("/cut", func(w http.ResponseWriter, r *http.Request) {
		w.Header().Set("Content-Length", "100")
		fmt.Fprint(w, "x")
	})
	base, options := site(t, mux, nil)
	for path, want := range map[string]struct {
		kind browser.Kind
		hops int
	}{
		"/loop/a": {browser.ErrLoop, 4}, "/endless/0": {browser.ErrTooManyRedirects, 21}, "/meta": {browser.ErrLoop, 2},
		"/script": {browser.ErrBadRedirect, 1}, "/file": {browser.ErrBadRedirect, 1}, "/huge": {browser.ErrPageTooLarge, 1}, "/cut": {browser.ErrUnreachable, 1},
	} {
		page, err := agent(t, options).Get(t.Context(), base+path)
		var trouble *browser.Trouble
		if !errors.As(err, &trouble) || !errors.Is(err, want.kind) || len(page.Hops) != want.hops {
			t.Errorf("%s: %v after %d hops, want %v after %d", path, err, len(page.Hops), want.kind, want.hops)
			continue
		}
		if reason := trouble.Reason(); !slices.Contains(verdict.ReasonKeys, reason.Key) || reason.Args[0] == "" {
			t.Errorf("%s: reason %+v", path, reason)
		}
	}
	if _, err := agent(t, browser.Options{Patience: time.Second}).Get(t.Context(), base+"/meta"); !errors.Is(err, browser.ErrUnreachable) {
		t.Errorf("an unknown authority: %v", err)
	}
	stopped, stop := context.WithCancel(t.Context())
	stop()
	if _, err := agent(t, options).Get(stopped, base+"/meta"); !errors.Is(err, context.Canceled) {
		t.Errorf("given up: %v", err)
	}
}

func TestLoginTroubleIsNamed(t *testing.T) {
	secure := http.Cookie{Name: "portail", Secure: true, Path: "/"}
	foreign := http.Cookie{Name: "portail", Domain: "co.uk", Path: "/"}
	base, options := site(t, portal(secure), nil)
	lost, _ := site(t, portal(foreign), nil)
	silent, _ := site(t, http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		fmt.Fprint(w, map[string]string{http.MethodGet: loginPage, http.MethodPost: "<!DOCTYPE html><p>Bienvenue"}[r.Method])
	}), nil)
	asking, _ := site(t, http.HandlerFunc(func(w http.ResponseWriter, _ *http.Request) { fmt.Fprint(w, loginPage) }), nil)
	changed := recipe(base, candidate.Success{Cookie: "portail"})
	changed.Form.Password = "motdepasse"
	gone := recipe(base, candidate.Success{Cookie: "portail"})
	gone.Form.User = "login"
	extra := recipe(base, candidate.Success{Cookie: "portail"})
	extra.Form.Extra = map[string]string{"otp": "1"}
	for name, c := range map[string]struct {
		recipe candidate.Recipe
		who    browser.Person
		kind   browser.Kind
		detail string
	}{
		"password field":   {changed, person, browser.ErrLoginPageChanged, "motdepasse"},
		"identifier field": {gone, person, browser.ErrLoginPageChanged, "login"},
		"further field":    {extra, person, browser.ErrLoginPageChanged, "otp"},
		"foreign cookie":   {recipe(lost, candidate.Success{Text: "Bienvenue"}), person, browser.ErrCookiesRefused, "portail"},
		"no cookie":        {recipe(silent, candidate.Success{Cookie: "portail"}), person, browser.ErrCookiesRefused, "—"},
		"asked again":      {recipe(asking, candidate.Success{Cookie: "portail"}), person, browser.ErrLoginRefused, "portail"},
		"wrong secret":     {recipe(base, candidate.Success{Cookie: "portail"}), browser.Person{ID: "agent"}, browser.ErrLoginRefused, "portail"},
		"other sign":       {recipe(base, candidate.Success{Text: "Bonjour"}), person, browser.ErrLoginRefused, "Bonjour"},
	} {
		_, err := agent(t, options).Login(t.Context(), c.recipe, c.who)
		var trouble *browser.Trouble
		if !errors.As(err, &trouble) || trouble.Kind != c.kind || trouble.Detail != c.detail {
			t.Errorf("%s: %v, want %v with %q", name, err, c.kind, c.detail)
		}
	}
}

// receiver is a service that takes a Response and sends the person on.
func receiver() (http.Handler, *string) {
	mux, got := http.NewServeMux(), new(string)
	mux.HandleFunc("GET /sortie", func(w http.ResponseWriter, r *http.Request) {
		onload := map[string]string{"script": ` onload="document.forms[0].submit()"`}[r.URL.Query().Get("by")]
		fmt.Fprintf(w, `<body%s><form method="POST" action="/acs"><input type="hidden" name="SAMLResponse" value="%s"><input type="hidden" name="RelayState" value="/app"><noscript><input type="submit" value="Continuer"></noscript></form>`,
			onload, base64.StdEncoding.EncodeToString([]byte("<Response/>")))
	})
	mux.HandleFunc("POST /acs", func(w http.ResponseWriter, r *http.Request) {
		*got = r.PostFormValue("SAMLResponse")
		http.SetCookie(w, &http.Cookie{Name: "session", Value: "1", Secure: true, Path: "/"})
		http.Redirect(w, r, r.PostFormValue("RelayState"), http.StatusSeeOther)
	})
	mux.HandleFunc("GET /app", func(w http.ResponseWriter, _ *http.Request) { fmt.Fprint(w, `<form><input name=q></form>ouvert`) })
	return mux, got
}

func TestMessagesArePassedOn(t *testing.T) {
	mux, got := receiver()
	base, options := site(t, mux, nil)
	for _, by := range []string{"script", "button"} {
		*got = ""
		page, err := agent(t, options).Get(t.Context(), base+"/sortie?by="+by)
		if err != nil || !page.Text("ouvert") || *got != "PFJlc3BvbnNlLz4=" || len(page.Hops) != 3 {
			t.Errorf("%s: %v, %d hops, %q", by, err, len(page.Hops), *got)
		}
	}
	a := agent(t, options)
	a.Hold(func(r browser.Request) bool { name, _ := r.SAML(); return name == "SAMLResponse" })
	page, err := a.Get(t.Context(), base+"/sortie")
	if err != nil || page.Held == nil || page.Held.URL != base+"/acs" || page.Held.Form.Get("RelayState") != "/app" {
		t.Fatalf("held %+v, %v", page.Held, err)
	}
	altered := *page.Held
	altered.Form.Set("SAMLResponse", "autre")
	a.Hold(nil)
	if page, err = a.Send(t.Context(), altered); err != nil || *got != "autre" || !page.Text("ouvert") {
		t.Errorf("altered: %v, %q", err, *got)
	}
}

func TestTwoAgentsShareNothing(t *testing.T) {
	base, options := site(t, portal(http.Cookie{Name: "portail", Secure: true, Path: "/"}), nil)
	first, second := agent(t, options), agent(t, options)
	if _, err := first.Login(t.Context(), recipe(base, candidate.Success{Cookie: "portail"}), person); err != nil {
		t.Fatal(err)
	}
	page, err := second.Get(t.Context(), base+"/accueil")
	if err != nil || page.Status != http.StatusUnauthorized || len(second.Cookies(base)) != 0 || len(first.Cookies(base)) != 1 {
		t.Errorf("the second browser: HTTP %d, %v, %v", page.Status, second.Cookies(base), err)
	}
	if err := second.SetCookies(base, &http.Cookie{Name: "portail", Value: "fixed", Path: "/"}); err != nil {
		t.Fatal(err)
	}
	if page, err = second.Get(t.Context(), base+"/accueil"); err != nil || page.Hops[0].RequestHeader.Get("Cookie") != "portail=fixed" {
		t.Errorf("a cookie that was put: %v, %v", page.Hops, err)
	}
}

func TestClientCertificateByHost(t *testing.T) {
	peer := http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) { fmt.Fprint(w, len(r.TLS.PeerCertificates)) })
	base, options := site(t, peer, func(s *httptest.Server) { s.TLS = &tls.Config{ClientAuth: tls.RequireAnyClientCert} })
	plain, _ := site(t, peer, func(s *httptest.Server) { s.TLS = &tls.Config{ClientAuth: tls.RequestClientCert} })
	if _, err := agent(t, options).Get(t.Context(), base); !errors.Is(err, browser.ErrUnreachable) {
		t.Errorf("without a certificate: %v", err)
	}
	host := func(address string) string { u, _ := url.Parse(address); return u.Host }
	options.Certificates = map[string]tls.Certificate{host(base): httptestCertificate(t)}
	options.Dial = map[string]string{"portail.example.com": host(plain)}
	options.Headers = map[string]http.Header{"portail.example.com": {"X-Remote-User": {"agent"}}}
	a := agent(t, options)
	if page, err := a.Get(t.Context(), base); err != nil || string(page.Body) != "1" || page.Hops[0].RequestHeader.Get("X-Remote-User") != "" {
		t.Errorf("with a certificate: %s, %v", page.Body, err)
	}
	page, err := a.Get(t.Context(), "https://portail.example.com/")
	if err != nil || string(page.Body) != "0" || page.Hops[0].RequestHeader.Get("X-Remote-User") != "agent" {
		t.Errorf("another host: %s, %v", page.Body, err)
	}
}

// httptestCertificate is a certificate with its key: that of a test server.
func httptestCertificate(t *testing.T) tls.Certificate {
	t.Helper()
	s := httptest.NewTLSServer(http.NotFoundHandler())
	defer s.Close()
	return s.TLS.Certificates[0]
}

// TestHostilePages reads pages made to hurt, soon and without falling.
func TestHostilePages(t *testing.T) {
	pages := map[string]string{
		"deep":     strings.Repeat("<div>", 100_000),
		"forms":    strings.Repeat("<form>", 100_000),
		"fields":   "<form>" + strings.Repeat("<input name=a>", 50_000),
		"options":  "<option><select><option value=1><textarea><form><select><option>",
		"leftover": "<form><select></form><form><option value=1>",
		"strays":   strings.Repeat("<button form=a name=b>", 50_000) + "<form id=a method=post>" + strings.Repeat("<input form=b>", 50_000),
		"entities": "<form method=post><input name='&#0;&bogus;' value='&amp;amp;'>",
		"cut":      "<form method=post action='http://[::1'><input type=hidden name=SAMLResponse",
		"binary":   "\x00\xff<form\x00 method=post><input\xfe name=SAMLResponse>",
		"base":     "<base href='http://%zz/'><form method=post action=x><input type=hidden name=SAMLResponse value=1></form>",
	}
	mux := http.NewServeMux()
	mux.HandleFunc("/{name}", func(w http.ResponseWriter, r *http.Request) {
		w.Header().Set("Content-Type", "text/html")
		fmt.Fprint(w, pages[r.PathValue("name")])
	})
	base, options := site(t, mux, nil)
	for name := range pages {
		a := agent(t, options)
		page, err := a.Get(t.Context(), base+"/"+name)
		var trouble *browser.Trouble
		if err != nil && !errors.As(err, &trouble) {
			t.Errorf("%s: %v", name, err)
		}
		_, err = a.Fill(t.Context(), page, candidate.Recipe{Form: candidate.Form{User: "identifiant"}}, person)
		if !errors.Is(err, browser.ErrLoginPageChanged) {
			t.Errorf("%s: filled: %v", name, err)
		}
	}
}

// TestTroubleHoldsNoParameter: what lets in stands in queries and fragments, and no trouble says it.
func TestTroubleHoldsNoParameter(t *testing.T) {
	const code, state = "code-0123456789", "etat-0123456789"
	query := "?code=" + code + "&state=" + state + "#id_token=" + code
	mux := http.NewServeMux()
	mux.HandleFunc("/loop", func(w http.ResponseWriter, r *http.Request) { http.Redirect(w, r, "/loop"+query, http.StatusFound) })
	mux.HandleFunc("/{kind}", func(w http.ResponseWriter, r *http.Request) {
		w.Header().Set("Location", map[string]string{
			"nowhere": "ftp://ailleurs.test/" + query, "broken": "https://[::1" + query, "dead": "https://127.0.0.1:1/" + query, "spaced": "https://a b/" + query,
		}[r.PathValue("kind")])
		w.WriteHeader(http.StatusFound)
	})
	mux.HandleFunc("/cut", func(w http.ResponseWriter, _ *http.Request) {
		w.Header().Set("Content-Length", "100")
		fmt.Fprint(w, "x")
	})
	mux.HandleFunc("/login", func(w http.ResponseWriter, _ *http.Request) { fmt.Fprint(w, "<p>rien") })
	base, options := site(t, mux, nil)
	for _, path := range []string{"/loop", "/nowhere", "/broken", "/dead", "/spaced", "/cut"} {
		_, err := agent(t, options).Get(t.Context(), base+path+query)
		var trouble *browser.Trouble
		if !errors.As(err, &trouble) {
			t.Errorf("%s: %v", path, err)
			continue
		}
		if told := fmt.Sprint(err, trouble.Reason()); strings.Contains(told, code) || strings.Contains(told, state) || trouble.URL == "" {
			t.Errorf("%s: %s", path, told)
		}
	}
	a := agent(t, options)
	page, err := a.Get(t.Context(), base+"/login"+query)
	if err != nil {
		t.Fatal(err)
	}
	if _, err = a.Answer(t.Context(), page, map[string]string{"nom": "x"}, ""); err == nil || strings.Contains(err.Error(), code) {
		t.Error(err)
	}
	ended, cancel := context.WithCancel(t.Context())
	cancel()
	if _, err = a.Get(ended, base+"/login"+query); err == nil || strings.Contains(err.Error(), code) {
		t.Error(err)
	}
}

func FuzzPage(f *testing.F) {
	f.Add([]byte(loginPage))
	f.Add([]byte(`<body onload="submit()"><form method=post action=//x><input type=hidden name=SAMLRequest></form>`))
	f.Fuzz(func(t *testing.T, body []byte) {
		p := browser.Page{URL: "https://a.test/b", Header: http.Header{"Content-Type": {"text/html"}}, Body: body}
		_ = p.Shown()
	})
}

// TestOriginFollowsThePolicy holds the headers of a form against the page's Referrer-Policy.
func TestOriginFollowsThePolicy(t *testing.T) {
	var got []string
	mux := http.NewServeMux()
	mux.HandleFunc("GET /page/{policy}", func(w http.ResponseWriter, r *http.Request) {
		w.Header().Set("Referrer-Policy", strings.ReplaceAll(r.PathValue("policy"), "default", ""))
		fmt.Fprint(w, `<!DOCTYPE html><form method=post action=/take><input type=hidden name=SAMLRequest value=x></form>`)
	})
	mux.HandleFunc("POST /take", func(_ http.ResponseWriter, r *http.Request) {
		got = append(got, r.Header.Get("Origin")+" "+strings.TrimPrefix(r.Header.Get("Referer"), "https://"+r.Host))
	})
	base, options := site(t, mux, nil)
	for _, policy := range []string{"default", "no-referrer", "same-origin", "origin"} {
		if _, err := agent(t, options).Get(t.Context(), base+"/page/"+policy); err != nil {
			t.Fatal(err)
		}
	}
	want := []string{base + " /page/default", "null ", base + " /page/same-origin", base + " /"}
	if !slices.Equal(got, want) {
		t.Errorf("Origin and Referer %q, want %q", got, want)
	}
}

func TestPagesThatSaySomething(t *testing.T) {
	for body, want := range map[string]bool{
		"": false,
		"<html><head><title>Titre</title></head><body> \n</body></html>": false,
		"<style>p {}</style><p></p>":                                     false,
		"<title>Titre</title><p>Accès refusé</p>":                        true,
		"<div id=app></div><script src=a></script>":                      true,
	} {
		page := browser.Page{Header: http.Header{"Content-Type": {"text/html; charset=utf-8"}}, Body: []byte(body)}
		if page.Worded() != want {
			t.Errorf("%q says something: %t", body, !want)
		}
	}
	for body, want := range map[string]bool{" \n": false, "refusé": true} {
		page := browser.Page{Header: http.Header{"Content-Type": {"text/plain"}}, Body: []byte(body)}
		if page.Worded() != want {
			t.Errorf("text %q says something: %t", body, !want)
		}
	}
}

// Whatever a page says, nobody goes where nothing is ever sent, and the place that leads there is named without its query.
func TestBarredHostsAreNotReached(t *testing.T) {
	mux := http.NewServeMux()
	mux.HandleFunc("/redirect", func(w http.ResponseWriter, r *http.Request) {
		http.Redirect(w, r, "https://169.254.169.254/latest", http.StatusFound)
	})
	mux.HandleFunc("/form", func(w http.ResponseWriter, _ *http.Request) {
		fmt.Fprint(w, `<!DOCTYPE html><body onload="document.forms[0].submit()"><form method=post action="https://[fe80::1]/x"><input type=hidden name=SAMLResponse value=1></form>`)
	})
	base, options := site(t, mux, nil)
	for name, navigator := range map[string]interface {
		Get(ctx context.Context, address string) (browser.Page, error)
	}{"agent": agent(t, options), "chromium": chromium(t, options)} {
		for path, of := range map[string]string{"/redirect?secret=1": "169.254.0.0/16", "/form": "fe80::/10"} {
			page, err := navigator.Get(t.Context(), base+path)
			var trouble *browser.Trouble
			if !errors.As(err, &trouble) || trouble.Kind != browser.ErrBarred {
				t.Errorf("%s %s: %v", name, path, err)
				continue
			}
			at, _, _ := strings.Cut(path, "?")
			if reason := trouble.Reason(); reason.Key != verdict.ReasonBarred || reason.Args[0] != base+at && reason.Args[0] != base+"/" || reason.Args[2] != of {
				t.Errorf("%s %s: %+v", name, path, reason)
			}
			if last := page.Hops[len(page.Hops)-1]; last.Status != 0 || !errors.As(last.Err, new(*candidate.BarredError)) {
				t.Errorf("%s %s: %+v", name, path, last)
			}
		}
	}
}
