package console_test

import (
	"context"
	"fmt"
	"testing"
	"time"

	"github.com/chromedp/chromedp"

	"etalon/internal/browser/browsertest"
	"etalon/internal/console"
)

// types puts a text in a field as keys do.
const types = `(() => { const f = document.getElementById(%q); f.value = %q; f.dispatchEvent(new Event("input", {bubbles: true})); return true; })()`

// says waits until the state of the form says something.
const says = `new Promise((resolve) => {
  const state = document.getElementById("state"), wanted = (text) => new RegExp(%q).test(text);
  const seen = () => { if (wanted(state.textContent)) { resolve(true); return true; } };
  if (!seen()) new MutationObserver((_, o) => { if (seen()) o.disconnect(); }).observe(state, {childList: true, subtree: true, characterData: true});
})`

// TestFormIsCheckedAsOneTypes types in the form, and wants each problem at its field without the page being left.
func TestFormIsCheckedAsOneTypes(t *testing.T) {
	if testing.Short() {
		t.Skip("starts a browser")
	}
	r := alone(t, func(*console.Config) {})
	ctx, cancel := context.WithTimeout(browsertest.Tab(t), time.Minute)
	defer cancel()
	said := complaints(t, ctx)
	if err := chromedp.Do(ctx, chromedp.EmulateViewport(1280, 900), chromedp.Navigate(r.URL+"/candidates/new?scope=fournisseur/A"), chromedp.WaitVisible(chromedp.CSS("#draft"))); err != nil {
		t.Fatal(err)
	}
	typed := func(field, text string) { browsertest.Evaluate[bool](t, ctx, fmt.Sprintf(types, field, text)) }
	awaits := func(pattern string) { browsertest.Evaluate[bool](t, ctx, fmt.Sprintf(says, pattern)) }
	typed("roles.fournisseur.A.endpoint", "https://www.ameli.fr/interops")
	awaits("domaine de production")
	if got := browsertest.Evaluate[string](t, ctx, `document.querySelector('.told[data-field="roles.fournisseur.A.endpoint"]').textContent`); got == "" {
		t.Error("nothing is told at the field")
	}
	typed("roles.fournisseur.A.endpoint", "https://10.0.0.1:8443/interops")
	awaits("--targets 10.0.0.1:8443")
	typed("roles.fournisseur.A.endpoint", "https://127.0.0.1:8443/interops")
	typed("candidate.name", "<img src=x onerror=alert(1)>")
	typed("candidate.vendor", "V")
	typed("candidate.version", "1")
	awaits("Rien à corriger")
	if !browsertest.Evaluate[bool](t, ctx, `document.getElementById("yaml").value.includes("<img src=x") && document.images.length === 0`) {
		t.Error("the whole file does not follow the form, or a name became more than text")
	}
	typed("yaml", "a: [")
	awaits("À corriger : 1")
	if err := chromedp.Do(ctx, chromedp.Click(chromedp.CSS("#draft button.go")), chromedp.WaitVisible(chromedp.CSS("#load"))); err != nil {
		t.Fatal(err)
	}
	if err := chromedp.Do(ctx, chromedp.Click(chromedp.CSS(`.acts form button`)), chromedp.WaitVisible(chromedp.CSS("#examined ul.cases"))); err != nil {
		t.Fatal(err) // nothing listens at the address
	}
	if len(said.All()) > 0 {
		t.Errorf("the browser complains: %v", said.All())
	}
}
