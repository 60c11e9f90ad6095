package console_test

import (
	"context"
	"strings"
	"testing"
	"time"

	"github.com/chromedp/chromedp"

	"etalon/internal/browser/browsertest"
	"etalon/internal/candidate"
	"etalon/internal/interops"
)

func TestReferenceInBrowser(t *testing.T) {
	if testing.Short() {
		t.Skip("starts a browser")
	}
	d := looking(t, true)
	if err := d.partners.Arm(candidate.RoleProvider, interops.ModeA, "tls-server-certificate-expired", 3); err != nil {
		t.Fatal(err)
	}
	d.rotate(t, byName(t, d.rig, "organisme-client/tls").Print, true)
	print := byName(t, d.rig, "organisme-client/signature").Print
	inBrowser(t, d.rig, map[string]string{
		"sphere": "/sphere", "people": "/people?q=agent-000", "convention": "/conventions", "certificates": "/certificates", "certificate": "/certificates/" + print,
		"metadata": "/metadata", "whitelist": "/whitelist", "nobody": "/people?q=absent", "nothing": "/certificates?q=absent",
	})
	t.Run("a click renews", func(t *testing.T) { d.renews(t, print) })
}

// renews has a person renew a certificate by the keyboard alone, and be shown the new one.
func (d directory) renews(t *testing.T, print string) {
	ctx, cancel := context.WithTimeout(browsertest.Tab(t), time.Minute)
	defer cancel()
	said := complaints(t, ctx)
	err := chromedp.Do(ctx, chromedp.EmulateViewport(390, 900), chromedp.Navigate(d.URL+"/certificates/"+print),
		chromedp.Focus(chromedp.CSS("select[name=former]")), chromedp.KeyEvent("est"), chromedp.KeyEvent("\t"), chromedp.KeyEvent("\r"),
		chromedp.WaitVisible(chromedp.CSS(`a[href$="/chain.pem"]:not([href*="`+print+`"])`)))
	if err != nil {
		t.Fatal(err)
	}
	at := browsertest.Evaluate[string](t, ctx, `location.pathname`)
	if at == "/certificates/"+print || !strings.HasPrefix(at, "/certificates/") {
		t.Errorf("shown %s", at)
	}
	if got := object[toldCertificate](t, d.rig, "/api/certificates/"+print); got.State != "revoked" {
		t.Errorf("the former one is %s", got.State)
	}
	if picture := browsertest.Evaluate[bool](t, ctx, `fetch("/sphere").then(r => r.ok)`); !picture || len(said.All()) > 0 {
		t.Errorf("the browser complains: %v", said.All())
	}
}
