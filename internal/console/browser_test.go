package console_test

import (
	"context"
	"encoding/base64"
	"fmt"
	"net/url"
	"strings"
	"testing"
	"time"

	"github.com/chromedp/chromedp"

	"etalon/internal/bench/benchtest"
	"etalon/internal/browser/browsertest"
	"etalon/internal/campaign"
	"etalon/internal/store"
)

// complaints gathers what the console of a browser says of its pages.
func complaints(t testing.TB, ctx context.Context) *benchtest.Told[string] {
	t.Helper()
	return browsertest.Complaints(t, ctx)
}

// inert tells whether nothing of a partner's became more than text.
const inert = `document.title !== "pwned" && [...document.scripts].every(s => s.src.startsWith(location.origin + "/assets/") && !s.textContent) && document.images.length === 0`

func TestPagesInBrowser(t *testing.T) {
	if testing.Short() {
		t.Skip("starts a browser")
	}
	r := started(t)
	id := r.add(t, call(1))
	bad := r.add(t, attack())
	over, goes := r.run(t), r.run(t, "fournisseur/A")
	r.busy(t, over)
	r.desk.tell(t, over, campaign.EventState, func(c *store.Campaign, p *played) {
		c.State, p.standing.Playing, p.standing.Gestures, p.standing.Left = store.Finished, nil, nil, 0
		c.Seal = &store.Seal{At: noon, NotAfter: noon.AddDate(1, 0, 0), Unstamped: hostile}
	})
	held := r.run(t)
	r.held(t, held)
	r.busy(t, goes)
	mine := r.makes(t, hostile, "nowhere")
	paths := map[string]string{
		"list": "/exchanges", "exchange": fmt.Sprintf("/exchanges/%d", id), "attack": fmt.Sprintf("/exchanges/%d", bad), "none": "/exchanges?q=absent", "faults": "/faults",
		"campaigns": "/campaigns", "order": "/campaigns/new?candidate=essai-fournisseur-a&what=some&selector=fournisseur/A/V10", "broken": "/campaigns/new?candidate=casse",
		"candidates": "/candidates", "choice": "/candidates/new", "draft": "/candidates/new?scope=fournisseur/A&scope=client/P", "lists": "/candidates/new?scope=fournisseur-identite/-",
		"candidate": "/candidates/" + mine, "doctor": "/candidates/" + mine + "/doctor", "bundled": "/candidates/essai-fournisseur-a",
		"held": "/campaigns/" + held, "waivers": "/campaigns/new?candidate=essai-fournisseur-a&waivers=" + url.QueryEscape(wrongWaivers),
		"running": "/campaigns/" + goes, "over": "/campaigns/" + over, "compare": "/campaigns/" + over + "/compare?with=" + goes, "verify": "/verify",
	}
	inBrowser(t, r, paths)
	inBrowser(t, started(t), map[string]string{"no-campaigns": "/campaigns", "no-exchanges": "/exchanges"})
}

// inBrowser looks at pages in Chromium, on a large and on a small screen, in both languages, in light and dark.
func inBrowser(t *testing.T, r rig, paths map[string]string) {
	t.Helper()
	tab := browsertest.Tab(t)
	axe := browsertest.Axe(t)
	said := complaints(t, tab)
	for _, width := range []int64{1280, 390} {
		for _, lang := range []string{"fr", "en"} {
			for name, path := range paths {
				ctx, cancel := context.WithTimeout(tab, time.Minute)
				at := fmt.Sprintf("%s %s %d", name, lang, width)
				if err := chromedp.Do(ctx, chromedp.EmulateViewport(width, 900), chromedp.Navigate(r.URL+"/language/"+lang+"?back="+url.QueryEscape(path))); err != nil {
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
	// A verdict comes later, and the row that is there has it.
	played := call(4)
	played.Campaign, played.Address = "c-1", "fournisseur/A/V10-P"
	id := r.add(t, played)
	browsertest.Evaluate[bool](t, ctx, fmt.Sprintf(appears, id))
	if err := r.store.Judged(t.Context(), "c-1", "fournisseur/A/V10-P", "fail"); err != nil {
		t.Fatal(err)
	}
	browsertest.Evaluate[bool](t, ctx, fmt.Sprintf(eventually, fmt.Sprintf(`return document.querySelector("#x%d .tally.fail")`, id)))
	if got := browsertest.Evaluate[string](t, ctx, `document.querySelectorAll("#rows tr").length + " " + document.getElementById("count").textContent`); got != "4 4 échanges" {
		t.Errorf("after the verdict: %q", got)
	}
	if len(said.All()) > 0 {
		t.Errorf("the browser complains: %v", said.All())
	}
}

// eventually waits, in the page, until something holds.
const eventually = `new Promise((resolve) => {
  const holds = () => { %s };
  if (holds()) { resolve(true); return; }
  new MutationObserver((_, o) => { if (holds()) { o.disconnect(); resolve(true); } }).observe(document, {childList: true, subtree: true, attributes: true, characterData: true});
})`

// A campaign that is looked at is followed to its end, and whoever is awaited is told, also without looking.
func TestCampaignIsFollowedInBrowser(t *testing.T) {
	if testing.Short() {
		t.Skip("starts a browser")
	}
	r := started(t)
	ctx, cancel := context.WithTimeout(browsertest.Tab(t), time.Minute)
	defer cancel()
	said := complaints(t, ctx)
	if err := chromedp.Do(ctx, chromedp.EmulateViewport(1280, 900), chromedp.Navigate(r.URL+"/campaigns/new?candidate=essai-fournisseur-a"), chromedp.WaitVisible(chromedp.CSS("#order"))); err != nil {
		t.Fatal(err)
	}
	holds := func(condition string) { // in this page, or in the one that it gives way to
		t.Helper()
		for {
			held, err := chromedp.Run(ctx, chromedp.Evaluate[bool](fmt.Sprintf(eventually, "return "+condition), chromedp.EvalAwaitPromise))
			if held && err == nil {
				return
			}
			if ctx.Err() != nil {
				t.Fatal(condition, err)
			}
		}
	}
	click := func(selector string) {
		t.Helper()
		if err := chromedp.Do(ctx, chromedp.Click(chromedp.CSS(selector))); err != nil {
			t.Fatal(selector, err)
		}
	}
	holds(`document.querySelector("#forecast strong").textContent === "Cas : 9"`)
	click(`input[value="fournisseur/P"]`)
	holds(`document.querySelector("#forecast strong").textContent === "Cas : 3" && order.elements.what.value === "some" && document.querySelector('input[value="fournisseur/P/P01"]').checked`)
	click(`input[value="fournisseur/P"]`)
	holds(`document.querySelector("#forecast button.go").disabled && document.querySelector("[role=alert]").textContent.includes("Rien")`)
	click(`input[value="all"]`)
	holds(`document.querySelector("#forecast strong").textContent === "Cas : 9"`)
	click(`#forecast button.go`)
	holds(`location.pathname === "/campaigns/c-1" && document.getElementById("say")`)
	r.busy(t, "c-1")
	holds(`document.querySelector("#turn button") === document.activeElement && document.getElementById("say").textContent.startsWith("À vous") && document.querySelector("#q-fournisseur-A-V10 .tally.fail")`)
	if !browsertest.Evaluate[bool](t, ctx, inert) {
		t.Error("something of a candidate's came in as more than text")
	}
	if err := chromedp.Do(ctx, chromedp.Reload()); err != nil {
		t.Fatal(err)
	}
	holds(`document.querySelector("#q-fournisseur-A-V10 .tally.fail") && document.querySelector("progress").value === 3`)
	click(`#turn button`)
	holds(`document.querySelector("#turn") && !document.querySelector("#turn button")`)
	r.desk.ends(t, "c-1", store.Finished)
	holds(`document.getElementById("report") && document.querySelector("#cases .tally.fail") && document.getElementById("say").textContent === "Terminée"`)
	if len(said.All()) > 0 {
		t.Errorf("the browser complains: %v", said.All())
	}
}

// An archive that is dropped on the page is verified; one that is too large is not sent.
func TestArchiveIsDropped(t *testing.T) {
	if testing.Short() {
		t.Skip("starts a browser")
	}
	r := started(t)
	ctx, cancel := context.WithTimeout(browsertest.Tab(t), time.Minute)
	defer cancel()
	complained := complaints(t, ctx)
	if err := chromedp.Do(ctx, chromedp.Navigate(r.URL+"/verify"), chromedp.WaitVisible(chromedp.CSS("#verify"))); err != nil {
		t.Fatal(err)
	}
	const drop = `(() => { const carried = new DataTransfer(); carried.items.add(new File([%s], "report.zip")); document.dispatchEvent(new DragEvent("drop", {dataTransfer: carried, bubbles: true, cancelable: true})); return true; })()`
	browsertest.Evaluate[bool](t, ctx, fmt.Sprintf(drop, `new Uint8Array(97 * 1024 * 1024)`))
	if got := browsertest.Evaluate[string](t, ctx, `location.pathname + document.getElementById("large").textContent`); !strings.Contains(got, "96 Mio") {
		t.Errorf("too large: %s", got)
	}
	raw, _ := archive(t)
	browsertest.Evaluate[bool](t, ctx, fmt.Sprintf(drop, `Uint8Array.from(atob("`+base64.StdEncoding.EncodeToString(raw)+`"), c => c.charCodeAt(0))`))
	if err := chromedp.Do(ctx, chromedp.WaitVisible(chromedp.CSS("#sound"))); err != nil {
		t.Fatal(err)
	}
	axe := browsertest.Axe(t)
	whole := func(what string) {
		t.Helper()
		if !browsertest.Evaluate[bool](t, ctx, inert) {
			t.Errorf("%s: something of the archive's came in as more than text", what)
		}
		for _, width := range []int64{1280, 390} {
			if err := chromedp.Do(ctx, chromedp.EmulateViewport(width, 900)); err != nil {
				t.Fatal(err)
			}
			if over := browsertest.Evaluate[int](t, ctx, browsertest.Overflow); over > 0 {
				t.Errorf("%s: %d pixels wider than the screen of %d", what, over, width)
			}
			browsertest.Shoot(t, ctx, fmt.Sprintf("%s-%d.png", what, width))
			for _, scheme := range []string{"light", "dark"} {
				browsertest.Evaluate[bool](t, ctx, `document.documentElement.style.colorScheme = "`+scheme+`"; true`)
				for _, v := range browsertest.Violations(t, ctx, axe) {
					t.Errorf("%s %d %s: axe: %s", what, width, scheme, v)
				}
			}
		}
	}
	whole("verified")
	said, of, _ := review(t)
	const choose = `(() => { for (const [id, text] of [["archive", "%s"], ["of", "%s"]]) { const carried = new DataTransfer(); carried.items.add(new File([Uint8Array.from(atob(text), c => c.charCodeAt(0))], id + ".zip")); document.getElementById(id).files = carried.files; } document.getElementById("verify").requestSubmit(); return true; })()`
	browsertest.Evaluate[bool](t, ctx, fmt.Sprintf(choose, base64.StdEncoding.EncodeToString(said), base64.StdEncoding.EncodeToString(of)))
	if err := chromedp.Do(ctx, chromedp.WaitVisible(chromedp.CSS(".review"))); err != nil {
		t.Fatal(err)
	}
	whole("reviewed")
	if len(complained.All()) > 0 {
		t.Errorf("the browser complains: %v", complained.All())
	}
}
