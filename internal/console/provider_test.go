package console_test

import (
	"context"
	"crypto/rand"
	"crypto/rsa"
	"encoding/json"
	"fmt"
	"io"
	"log"
	"net/http"
	"net/http/httptest"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"github.com/chromedp/cdproto/security"
	"github.com/chromedp/chromedp"
	"github.com/go-jose/go-jose/v4"

	"etalon/internal/bench/peertest"
	"etalon/internal/browser/browsertest"
	"etalon/internal/console"
)

// realProvider starts oidc-provider for a console whose address is known, and returns its issuer. It is under another name than
// the console, so that a browser takes them for two sites.
func realProvider(t *testing.T, port int, site string) (issuer string) {
	t.Helper()
	installed, err := peertest.Node(t, filepath.Join("..", "sides", "idp", "testdata", "oidc"))()
	if err != nil {
		t.Fatal(err)
	}
	key, err := rsa.GenerateKey(rand.Reader, 2048)
	if err != nil {
		t.Fatal(err)
	}
	issuer = fmt.Sprintf("http://localhost:%d", port)
	settings, err := json.Marshal(map[string]any{
		"issuer": issuer, "port": port, "secret": "un secret", "redirect": site + "/login/return",
		"key":    jose.JSONWebKey{Key: key, KeyID: "k", Algorithm: "RS256", Use: "sig"},
		"groups": map[string]any{"editeur-a": []string{"bac-editeurs"}, "exploitante": []string{"bac-exploitants"}},
	})
	if err != nil {
		t.Fatal(err)
	}
	dir := peertest.Dir(t)
	program := peertest.Script(dir, peertest.Copy(t, installed, filepath.Join("testdata", "provider.mjs")), peertest.Write(t, dir, "settings.json", settings))
	peertest.Start(t, program).Listening(t, fmt.Sprintf("127.0.0.1:%d", port))
	return issuer
}

// quiet is a server over TLS that tells nobody of browsers that do not trust it at first.
func quiet(h http.Handler) *httptest.Server {
	s := httptest.NewUnstartedServer(h)
	s.Config.ErrorLog = log.New(io.Discard, "", 0)
	s.StartTLS()
	return s
}

// A person signs in at a provider that others wrote, in a real browser and over TLS, and out; the page of the login is like
// every other.
func TestSignInInBrowser(t *testing.T) {
	if testing.Short() {
		t.Skip("starts a browser and Node")
	}
	tab := browsertest.Tab(t)
	port := peertest.Port(t)
	admission := admitting()
	admission.OpenID = lets(fmt.Sprintf("http://localhost:%d", port))
	r := startedWith(t, quiet, func(c *console.Config) {
		c.Access, c.Now = admission, time.Now
		for i := range c.Access.People {
			c.Access.People[i].Expires.Time = time.Now().Add(time.Hour)
		}
	})
	realProvider(t, port, r.URL)
	x := call(1)
	x.Owner = "editeur-a"
	mine := r.add(t, x)
	x.Owner = "editeur-b"
	r.add(t, x)
	ctx, cancel := context.WithTimeout(tab, 2*time.Minute)
	defer cancel()
	if _, err := chromedp.Call(ctx, security.SetIgnoreCertificateErrors, security.SetIgnoreCertificateErrorsParams{Ignore: true}); err != nil {
		t.Fatal(err)
	}
	said := complaints(t, ctx)
	looks(t, ctx, "login", r.URL+"/language/%s?back=/login")
	if err := chromedp.Do(ctx, chromedp.Navigate(r.URL+"/language/fr")); err != nil {
		t.Fatal(err)
	}
	page := fmt.Sprintf("/exchanges/%d", mine)
	if err := chromedp.Do(ctx, chromedp.Navigate(r.URL+page), chromedp.Click(chromedp.CSS("a.go")),
		chromedp.SendKeys(chromedp.CSS("input[name=login]"), "editeur-a\r"), chromedp.WaitVisible(chromedp.CSS("form.who"))); err != nil {
		t.Fatal(err)
	}
	if at := browsertest.Evaluate[string](t, ctx, `location.href + "|" + document.querySelector("form.who").innerText`); !strings.HasPrefix(at, r.URL+page+"|editeur-a · éditeur") {
		t.Errorf("after the login at the provider: %s", at)
	}
	if err := chromedp.Do(ctx, chromedp.Navigate(r.URL+"/exchanges"), chromedp.WaitVisible(chromedp.CSS("#rows"))); err != nil {
		t.Fatal(err)
	}
	if rows := browsertest.Evaluate[int](t, ctx, `document.querySelectorAll("#rows tr").length`); rows != 1 {
		t.Errorf("%d exchanges, want that of the vendor alone", rows)
	}
	if err := chromedp.Do(ctx, chromedp.Click(chromedp.CSS("form.who button")), chromedp.WaitVisible(chromedp.CSS("input[name=token]"))); err != nil {
		t.Fatal(err)
	}
	if err := chromedp.Do(ctx, chromedp.Navigate(r.URL+"/faults"), chromedp.SendKeys(chromedp.CSS("input[name=token]"), operatorToken+"\r"), chromedp.WaitVisible(chromedp.CSS("#catalogue"))); err != nil {
		t.Fatal(err)
	}
	if who := browsertest.Evaluate[string](t, ctx, `location.pathname + document.cookie + document.querySelector("form.who").innerText`); !strings.HasPrefix(who, "/faultsexploitant · exploitant") {
		t.Errorf("after the login by token, as a page sees it: %s", who)
	}
	if len(said.All()) > 0 {
		t.Errorf("the browser complains: %v", said.All())
	}
	looks(t, ctx, "refused", r.URL+"/language/%s?back=/exchanges/99")
	if title := browsertest.Evaluate[string](t, ctx, `document.title`); title != "This was not done — Étalon" {
		t.Errorf("what is refused has the title %q", title)
	}
}

// looks looks at a page in both languages, sizes and colours; the address takes the language.
func looks(t *testing.T, ctx context.Context, name, address string) {
	t.Helper()
	axe := browsertest.Axe(t)
	for _, width := range []int64{1280, 390} {
		for _, lang := range []string{"fr", "en"} {
			at := fmt.Sprintf("%s %s %d", name, lang, width)
			if err := chromedp.Do(ctx, chromedp.EmulateViewport(width, 900), chromedp.Navigate(fmt.Sprintf(address, lang))); err != nil {
				t.Fatal(at, err)
			}
			browsertest.Shoot(t, ctx, strings.ReplaceAll(at, " ", "-")+".png")
			if over := browsertest.Evaluate[int](t, ctx, browsertest.Overflow); over > 0 {
				t.Errorf("%s: %d pixels wider than the screen", at, over)
			}
			for _, scheme := range []string{"light", "dark"} {
				browsertest.Evaluate[bool](t, ctx, `document.documentElement.style.colorScheme = "`+scheme+`"; true`)
				for _, v := range browsertest.Violations(t, ctx, axe) {
					t.Errorf("%s %s: axe: %s", at, scheme, v)
				}
			}
		}
	}
}
