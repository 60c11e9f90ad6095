package console_test

import (
	"context"
	"fmt"
	"strings"
	"testing"
	"time"

	"github.com/chromedp/cdproto/cdp"
	"github.com/chromedp/cdproto/log"
	"github.com/chromedp/cdproto/runtime"
	"github.com/chromedp/chromedp"

	"etalon/internal/bench/benchtest"
	"etalon/internal/browser/browsertest"
)

// complaints gathers what the console of a browser says of its pages.
func complaints(t testing.TB, ctx context.Context) *benchtest.Told[string] {
	t.Helper()
	all := &benchtest.Told[string]{}
	err := chromedp.Listen(ctx, func(event any) {
		switch e := event.(type) {
		case *runtime.EventExceptionThrown:
			all.Tell(e.ExceptionDetails.Text + e.ExceptionDetails.URL)
		case *runtime.EventConsoleAPICalled:
			if e.Type == runtime.ConsoleAPICalledTypeError || e.Type == runtime.ConsoleAPICalledTypeWarning {
				all.Tell(fmt.Sprint(e.Args))
			}
		case *log.EventEntryAdded:
			all.Tell(e.Entry.Text + " " + e.Entry.URL)
		}
	})
	if err == nil {
		_, err = chromedp.Call(ctx, log.Enable, cdp.Empty{})
	}
	if err != nil {
		t.Fatal(err)
	}
	return all
}

// inert tells whether nothing of a partner's became more than text.
const inert = `!document.title.includes("pwned") && document.scripts.length === 1 && document.images.length === 0`

func TestPagesInBrowser(t *testing.T) {
	if testing.Short() {
		t.Skip("starts a browser")
	}
	r := started(t)
	id := r.add(t, call(1))
	bad := r.add(t, attack())
	tab := browsertest.Tab(t)
	axe := browsertest.Axe(t)
	said := complaints(t, tab)
	for _, width := range []int64{1280, 390} {
		for _, lang := range []string{"fr", "en"} {
			for name, path := range map[string]string{"list": "/exchanges", "exchange": fmt.Sprintf("/exchanges/%d", id), "attack": fmt.Sprintf("/exchanges/%d", bad), "none": "/exchanges?q=absent", "faults": "/faults"} {
				ctx, cancel := context.WithTimeout(tab, time.Minute)
				at := fmt.Sprintf("%s %s %d", name, lang, width)
				if err := chromedp.Do(ctx, chromedp.EmulateViewport(width, 900), chromedp.Navigate(r.URL+"/language/"+lang+"?back="+path)); err != nil {
					t.Fatal(at, err)
				}
				browsertest.Shoot(t, ctx, strings.ReplaceAll(at, " ", "-")+".png")
				if got := browsertest.Evaluate[string](t, ctx, `document.documentElement.lang`); got != lang {
					t.Errorf("%s: the page is in %q", at, got)
				}
				if over := browsertest.Evaluate[int](t, ctx, browsertest.Overflow); over > 0 {
					t.Errorf("%s: %d pixels wider than the screen", at, over)
				}
				if !browsertest.Evaluate[bool](t, ctx, inert) {
					t.Errorf("%s: something of a partner's stands in the page as more than text", at)
				}
				for _, scheme := range []string{"light", "dark"} {
					browsertest.Evaluate[bool](t, ctx, `document.documentElement.style.colorScheme = "`+scheme+`"; true`)
					for _, v := range browsertest.Violations(t, ctx, axe) {
						t.Errorf("%s %s: axe: %s", at, scheme, v)
					}
				}
				cancel()
			}
		}
	}
	if len(said.All()) > 0 {
		t.Errorf("the browser complains: %v", said.All())
	}
}

// appears waits, in the page, until an exchange is in the list, and tells how long that took since an instant.
const appears = `new Promise((resolve) => {
  const seen = () => { if (document.getElementById("x%d")) { resolve(true); return true; } };
  if (!seen()) new MutationObserver((_, o) => { if (seen()) o.disconnect(); }).observe(document.getElementById("rows"), {childList: true});
})`

func TestExchangesAppearAsTheyHappen(t *testing.T) {
	if testing.Short() {
		t.Skip("starts a browser")
	}
	r := started(t)
	ctx, cancel := context.WithTimeout(browsertest.Tab(t), time.Minute)
	defer cancel()
	said := complaints(t, ctx)
	if err := chromedp.Do(ctx, chromedp.EmulateViewport(1280, 900), chromedp.Navigate(r.URL+"/exchanges?q=marqueur"), chromedp.WaitVisible(chromedp.CSS("#pause"))); err != nil {
		t.Fatal(err)
	}
	browsertest.Evaluate[bool](t, ctx, fmt.Sprintf(appears, r.add(t, call(1))))
	if got := browsertest.Evaluate[string](t, ctx, `document.getElementById("count").textContent + "|" + document.getElementById("none").hidden`); got != "1 échange|true" {
		t.Errorf("after the first: %q", got)
	}
	x := attack()
	x.Request.Raw = append(x.Request.Raw, " marqueur"...)
	browsertest.Evaluate[bool](t, ctx, fmt.Sprintf(appears, r.add(t, x)))
	if !browsertest.Evaluate[bool](t, ctx, inert) {
		t.Error("something of a partner's came in as more than text")
	}
	if err := chromedp.Do(ctx, chromedp.Click(chromedp.CSS("#pause"))); err != nil {
		t.Fatal(err)
	}
	last := r.add(t, call(2))
	if got := browsertest.Evaluate[string](t, ctx, `document.getElementById("pause").getAttribute("aria-pressed") + "|" + document.getElementById("live").textContent`); got != "true|suspendu" {
		t.Errorf("paused: %q", got)
	}
	if err := chromedp.Do(ctx, chromedp.Click(chromedp.CSS("#pause"))); err != nil {
		t.Fatal(err)
	}
	browsertest.Evaluate[bool](t, ctx, fmt.Sprintf(appears, last))
	if got := browsertest.Evaluate[string](t, ctx, `[...document.querySelectorAll("#rows tr")].map(r => r.dataset.id).join()`); got != "3,2,1" {
		t.Errorf("order %s", got)
	}
	if len(said.All()) > 0 {
		t.Errorf("the browser complains: %v", said.All())
	}
}
