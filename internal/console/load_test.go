package console_test

import (
	"context"
	"fmt"
	"slices"
	"testing"
	"time"

	"github.com/chromedp/chromedp"

	"etalon/internal/bench"
	"etalon/internal/browser/browsertest"
)

// watching notes, in a page, when each row came in, by the clock of the machine.
const watching = `window.came = {}; new MutationObserver((changes) => {
  const now = performance.timeOrigin + performance.now();
  for (const c of changes) for (const row of c.addedNodes) if (row.dataset) window.came[row.dataset.id] = now;
}).observe(document.getElementById("rows"), {childList: true}); document.getElementById("live").textContent`

// arrived waits, in a page, until so many rows stand there.
const arrived = `new Promise((resolve) => {
  const rows = document.getElementById("rows");
  const enough = () => rows.children.length >= %d && (resolve(new Set([...rows.children].map((r) => r.dataset.id)).size), true);
  if (!enough()) new MutationObserver((_, o) => { if (enough()) o.disconnect(); }).observe(rows, {childList: true});
})`

// tabs opens so many pages of one browser, each of which follows what is kept.
func tabs(t *testing.T, r rig, many int) []context.Context {
	t.Helper()
	var all []context.Context
	for len(all) < many {
		tab := browsertest.Tab
		if len(all) > 0 { // the first has started the browser
			tab = func(t testing.TB) context.Context {
				next, end := chromedp.NewContext(all[0])
				t.Cleanup(end)
				return next
			}
		}
		page := tab(t)
		if err := chromedp.Do(page, chromedp.Navigate(r.URL+"/exchanges"), chromedp.WaitVisible(chromedp.CSS("#pause"))); err != nil {
			t.Fatal(err)
		}
		browsertest.Evaluate[string](t, page, watching)
		all = append(all, page)
	}
	return all
}

// Three pages watch while a thousand exchanges come as fast as the store takes them, which is many times the thousand a
// minute that is promised: each shows every one of them, once.
func TestThreePagesMissNothing(t *testing.T) {
	if testing.Short() {
		t.Skip("starts a browser")
	}
	const all = 1000
	r := started(t)
	pages := tabs(t, r, 3)
	start := bench.Wall()
	for n := range all {
		r.add(t, call(n))
	}
	kept := bench.Wall().Sub(start)
	for i, tab := range pages {
		ctx, cancel := context.WithTimeout(tab, 2*time.Minute)
		if got := browsertest.Evaluate[int](t, ctx, fmt.Sprintf(arrived, all)); got != all {
			t.Errorf("page %d shows %d different exchanges of %d", i, got, all)
		}
		if got := browsertest.Evaluate[string](t, ctx, `document.getElementById("count").textContent`); got != fmt.Sprintf("%d échanges", all) {
			t.Errorf("page %d counts %q", i, got)
		}
		cancel()
	}
	t.Logf("%d exchanges kept in %v, %.0f a minute; on three pages after %v", all, kept.Round(time.Millisecond), all/kept.Minutes(), bench.Wall().Sub(start).Round(time.Millisecond))
}

// late is the longest that a row may take, from when the exchange is told to the store until it stands in the page.
const late = 500 * time.Millisecond

// At a thousand exchanges a minute, with three pages that watch, the row of an exchange stands in each page within half a
// second. The median of forty is held to it: one that a busy machine held up says nothing of the console.
func TestRowsComeWithinHalfASecond(t *testing.T) {
	if testing.Short() {
		t.Skip("starts a browser")
	}
	const many, pace = 40, time.Minute / 1000
	r := started(t)
	pages := tabs(t, r, 3)
	told := map[int64]time.Time{}
	for n := range many {
		at := bench.Wall()
		told[r.add(t, call(n))] = at
		if err := bench.Sleep(t.Context(), pace-bench.Wall().Sub(at)); err != nil {
			t.Fatal(err)
		}
	}
	for i, tab := range pages {
		ctx, cancel := context.WithTimeout(tab, time.Minute)
		browsertest.Evaluate[int](t, ctx, fmt.Sprintf(arrived, many))
		came := browsertest.Evaluate[map[string]float64](t, ctx, `window.came`)
		cancel()
		var took []time.Duration
		for id, at := range told {
			ms, seen := came[fmt.Sprint(id)]
			if !seen {
				t.Fatalf("page %d: exchange %d came in unseen", i, id)
			}
			took = append(took, time.UnixMicro(int64(ms*1000)).Sub(at))
		}
		slices.Sort(took)
		if took[many/2] > late {
			t.Errorf("page %d: the median row took %v, want %v at most", i, took[many/2], late)
		}
		t.Logf("page %d: median %v, nine of ten %v, longest %v", i, took[many/2], took[many*9/10], took[many-1])
	}
}

// A page that nobody sees leaves its link to others, and catches up when it is seen again.
func TestHiddenPageCatchesUp(t *testing.T) {
	if testing.Short() {
		t.Skip("starts a browser")
	}
	r := started(t)
	ctx, cancel := context.WithTimeout(tabs(t, r, 1)[0], time.Minute)
	defer cancel()
	const hides = `Object.defineProperty(document, "hidden", {value: %t, configurable: true}); document.dispatchEvent(new Event("visibilitychange"))`
	browsertest.Evaluate[int](t, ctx, fmt.Sprintf(arrived, r.add(t, call(1))))
	browsertest.Evaluate[bool](t, ctx, fmt.Sprintf(hides, true))
	for n := range 3 {
		r.add(t, call(2+n))
	}
	browsertest.Evaluate[bool](t, ctx, fmt.Sprintf(hides, false))
	if got := browsertest.Evaluate[int](t, ctx, fmt.Sprintf(arrived, 4)); got != 4 {
		t.Errorf("%d different exchanges of 4", got)
	}
}
