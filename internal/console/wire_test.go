package console_test

import (
	"context"
	"fmt"
	"net/http"
	"net/http/httptest"
	"strings"
	"testing"
	"time"

	"github.com/chromedp/chromedp"

	"etalon/internal/bench"
	"etalon/internal/browser/browsertest"
	"etalon/internal/candidate"
	"etalon/internal/console"
	"etalon/internal/interops"
	"etalon/internal/pki"
	"etalon/internal/stand"
	"etalon/internal/store"
)

// sandbox is a console over partners that play.
type sandbox struct {
	*httptest.Server
	partners *stand.Partners
	pki      *pki.Set
	observe  func(store.Exchange)
}

// playing starts the partners of the test convention, with a console that sees them.
func playing(t *testing.T) sandbox {
	t.Helper()
	s, err := store.Open(t.Context(), t.TempDir())
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { _ = s.Close() })
	opened, err := stand.Open("127.0.0.1:0", "", candidate.DefaultConvention(), candidate.DefaultProfile("current"), bench.Seed(t.Name()))
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { _ = opened.Close() })
	observe := func(x store.Exchange) {
		if _, err := s.Add(context.WithoutCancel(t.Context()), x); err != nil {
			t.Error(err)
		}
	}
	p, err := stand.OpenPartners(stand.PartnersOptions{Stand: opened, Listen: candidate.Listen{Address: "127.0.0.1"}, Dir: t.TempDir(), Observe: observe})
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { _ = p.Close() })
	c, err := console.New(console.Config{Store: s, Partners: p, Management: p.Handler()})
	if err != nil {
		t.Fatal(err)
	}
	server := httptest.NewServer(c.Handler())
	t.Cleanup(func() {
		c.Close()
		server.CloseClientConnections()
		server.Close()
	})
	return sandbox{server, p, opened.Bench.PKI, observe}
}

// knocks calls the provider of mode A over mutual TLS, as a gateway does, and tells whether its certificate was good.
func (s sandbox) knocks(t *testing.T) error {
	t.Helper()
	own, err := s.pki.Credential("organisme-client/tls")
	if err != nil {
		t.Fatal(err)
	}
	settings := pki.ClientConfig(own, bench.Wall, pki.AcceptAny)
	settings.InsecureSkipVerify, settings.VerifyConnection, settings.RootCAs = false, nil, s.pki.Roots()
	link := &http.Client{Transport: &http.Transport{TLSClientConfig: settings, DisableKeepAlives: true}}
	answer, err := link.Post(s.partners.Face(candidate.RoleProvider, interops.ModeA), "text/xml; charset=utf-8", strings.NewReader("<a/>"))
	if err == nil {
		answer.Body.Close()
	}
	return err
}

// armed arms a fault by what a person does: search it, say how often, press the button.
func armed(t *testing.T, ctx context.Context, s sandbox, row, words string, times int) {
	t.Helper()
	form := "#" + row + " form"
	err := chromedp.Do(ctx,
		chromedp.Navigate(s.URL+"/faults"),
		chromedp.SendKeys(chromedp.CSS(`form[action="/faults"] input[name=q]`), words),
		chromedp.Click(chromedp.CSS(`form[action="/faults"] button`)),
		chromedp.WaitVisible(chromedp.CSS(form)),
		chromedp.SetValue(chromedp.CSS(form+` input[name=times]`), fmt.Sprint(times)),
		chromedp.Click(chromedp.CSS(form+` button:not([formaction])`)),
		chromedp.WaitVisible(chromedp.CSS(`ul.armed .fault`)),
	)
	if err != nil {
		t.Fatalf("arm %s: %v", row, err)
	}
}

// A fault that a person arms in the page is what a gateway meets on the wire, as often as was asked for, and stands on the
// page of the exchange.
func TestFaultArmedInThePageIsOnTheWire(t *testing.T) {
	if testing.Short() {
		t.Skip("starts a browser")
	}
	s := playing(t)
	ctx, cancel := context.WithTimeout(browsertest.Tab(t), 2*time.Minute)
	defer cancel()
	said := complaints(t, ctx)
	const fault = "tls-server-certificate-expired"
	if err := s.knocks(t); err != nil {
		t.Fatalf("an honest provider: %v", err)
	}
	armed(t, ctx, s, fault+"-fournisseur-A", "certificat expiré", 1)
	if got := browsertest.Evaluate[string](t, ctx, `document.querySelector("ul.armed .fault").textContent`); got != fault {
		t.Errorf("the page says that %q is armed", got)
	}
	if err := s.knocks(t); err == nil || !strings.Contains(err.Error(), "expired") {
		t.Errorf("on the wire: %v", err)
	}
	if err := s.knocks(t); err != nil {
		t.Errorf("after the one exchange: %v", err)
	}
	if err := chromedp.Do(ctx,
		chromedp.Navigate(s.URL+"/exchanges?fault="+fault), chromedp.WaitVisible(chromedp.CSS("#rows tr")), chromedp.Click(chromedp.CSS("#rows tr .when a")),
		chromedp.WaitVisible(chromedp.CSS("main h1")),
	); err != nil {
		t.Fatal(err)
	}
	if got := browsertest.Evaluate[string](t, ctx, `location.pathname + " " + document.querySelector("main").textContent`); !strings.HasPrefix(got, "/exchanges/") || !strings.Contains(got, fault) || !strings.Contains(got, "T02") {
		t.Errorf("the page of the exchange: %s", got)
	}
	// The partner calls when asked to, with a fault; the honest message of which it was made stands beside it.
	const content = "vi-audience-absent"
	form := "#" + content + "-client-A form"
	if err := chromedp.Do(ctx,
		chromedp.Navigate(s.URL+"/faults?q="+content), chromedp.WaitVisible(chromedp.CSS(form)), chromedp.Click(chromedp.CSS(form+` button[formaction="/faults/call"]`)),
		chromedp.WaitVisible(chromedp.CSS("#rows tr .fault")), chromedp.Click(chromedp.CSS("#rows tr .when a")), chromedp.WaitVisible(chromedp.CSS("main h1")),
	); err != nil {
		t.Fatal(err)
	}
	if got := browsertest.Evaluate[string](t, ctx, `document.querySelector("main").textContent`); !strings.Contains(got, content) || !strings.Contains(got, "V10") || !strings.Contains(got, "honnête") {
		t.Errorf("the page of the call: %s", got)
	}
	// Groups of faults that a search opened are read at any width.
	if err := chromedp.Do(ctx, chromedp.EmulateViewport(390, 900), chromedp.Navigate(s.URL+"/faults?q=vi-pagm")); err != nil {
		t.Fatal(err)
	}
	if over := browsertest.Evaluate[int](t, ctx, browsertest.Overflow); over > 0 {
		t.Errorf("the page of faults is %d pixels wider than the screen", over)
	}
	for _, v := range browsertest.Violations(t, ctx, browsertest.Axe(t)) {
		t.Errorf("axe: %s", v)
	}
	if all := said.All(); len(all) > 0 {
		t.Errorf("the browser complains: %v", all)
	}
}
