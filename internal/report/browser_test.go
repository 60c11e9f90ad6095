package report_test

import (
	"context"
	"flag"
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"github.com/chromedp/chromedp"

	"etalon/internal/bench/benchtest"
)

var screenshots = flag.String("screenshots", "", "folder where the browser test leaves what it saw")

// axe returns the source of axe-core, installed from its locked version into a folder of the test.
func axe(t *testing.T) string {
	t.Helper()
	dir := t.TempDir()
	for _, name := range []string{"package.json", "package-lock.json"} {
		b, err := os.ReadFile(filepath.Join("testdata", "axe", name))
		if err != nil {
			t.Fatal(err)
		}
		if err := os.WriteFile(filepath.Join(dir, name), b, 0o600); err != nil {
			t.Fatal(err)
		}
	}
	npm := exec.Command("npm", "ci", "--ignore-scripts", "--no-audit", "--no-fund")
	npm.Dir = dir
	if out, err := npm.CombinedOutput(); err != nil {
		benchtest.LeaveOut(t, "axe-core cannot be installed: %v: %s", err, out)
	}
	b, err := os.ReadFile(filepath.Join(dir, "node_modules", "axe-core", "axe.min.js"))
	if err != nil {
		t.Fatal(err)
	}
	return string(b)
}

// browser starts a headless Chromium, or leaves the test out where there is none.
func browser(t *testing.T) context.Context {
	t.Helper()
	benchtest.Needs(t, "chromium", "npm")
	options := append(chromedp.DefaultExecAllocatorOptions[:], chromedp.ExecPath("chromium"), chromedp.UserDataDir(t.TempDir()),
		chromedp.Flag("no-sandbox", true), chromedp.Flag("disable-background-networking", true),
		chromedp.Flag("disable-component-update", true), chromedp.Flag("disable-sync", true), chromedp.Flag("disable-quic", true))
	allocator, stop := chromedp.NewExecAllocator(t.Context(), options...)
	t.Cleanup(stop)
	ctx, closeTab := chromedp.NewContext(allocator)
	t.Cleanup(closeTab)
	return ctx
}

// hostile is what the page would have done, had a partner's bytes run.
const hostile = `document.title.includes("pwned") || document.scripts.length > 0 || document.querySelectorAll("iframe,object,embed,img,link,form").length > 0`

const overflow = `document.documentElement.scrollWidth - window.innerWidth`

const violations = `axe.run({runOnly: {type: "tag", values: ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa", "best-practice"]}}).then(r => r.violations.map(v => v.id + ": " + v.nodes.slice(0, 3).map(n => n.html.slice(0, 160) + " " + n.failureSummary).join(" | ")))`

// TestPageInBrowser opens each report in Chromium at two widths, folded and unfolded: no accessibility fault,
// nothing wider than the screen, nothing run, headings in order, the skip link reached first.
func TestPageInBrowser(t *testing.T) {
	ctx := browser(t)
	source := axe(t)
	t.Run("a page with faults", func(t *testing.T) { faulty(t, ctx, source) })
	for _, s := range samples {
		for _, lang := range []string{"fr", "en"} {
			if lang == "en" && s.name != "mixed" {
				continue
			}
			dir, run := record(t, s.name)
			if s.name == "mixed" && lang == "en" {
				run.Complete, run.Partial = false, true
			}
			o := options(t, dir, lang)
			o.TestKey = true
			path := filepath.Join(t.TempDir(), "report.html")
			if err := os.WriteFile(path, render(t, "html", run, o), 0o600); err != nil {
				t.Fatal(err)
			}
			for _, width := range []int64{1280, 390} {
				t.Run(fmt.Sprint(s.name, " ", lang, " ", width), func(t *testing.T) {
					look(t, ctx, "file://"+path, width, source, fmt.Sprintf("%s-%s-%d", s.name, lang, width))
				})
			}
		}
	}
}

// faulty holds the checks themselves: each finds what is wrong with a page that has it.
func faulty(t *testing.T, ctx context.Context, axe string) {
	path := filepath.Join(t.TempDir(), "faulty.html")
	page := `<!DOCTYPE html><html><title>x</title><body style="width:2000px"><p style="color:#aaa;background:#fff">pale words</p><script>document.title="pwned"</script></body></html>`
	if err := os.WriteFile(path, []byte(page), 0o600); err != nil {
		t.Fatal(err)
	}
	if err := chromedp.Do(ctx, chromedp.EmulateViewport(390, 900), chromedp.Navigate("file://"+path)); err != nil {
		t.Fatal(err)
	}
	if !evaluate[bool](t, ctx, hostile) || evaluate[int](t, ctx, overflow) <= 0 {
		t.Error("a script or an overflow goes unseen")
	}
	evaluate[bool](t, ctx, axe+"; true")
	found, err := chromedp.Run(ctx, chromedp.Evaluate[[]string](violations, chromedp.EvalAwaitPromise))
	if all := strings.Join(found, "\n"); err != nil || !strings.Contains(all, "color-contrast") || !strings.Contains(all, "html-has-lang") {
		t.Errorf("axe finds %q, %v", all, err)
	}
}

func look(t *testing.T, ctx context.Context, url string, width int64, axe, name string) {
	if err := chromedp.Do(ctx, chromedp.EmulateViewport(width, 900), chromedp.Navigate(url)); err != nil {
		t.Fatal(err)
	}
	shoot(t, ctx, name+".png")
	deadline, cancel := context.WithTimeout(ctx, time.Minute)
	defer cancel()
	for _, state := range []string{"folded", "unfolded"} {
		if state == "unfolded" {
			evaluate[bool](t, deadline, `document.querySelectorAll("details").forEach(d => d.open = true) || true`)
		}
		if over := evaluate[int](t, deadline, overflow); over > 0 {
			t.Errorf("%s: %d pixels wider than the screen", state, over)
		}
		if evaluate[bool](t, deadline, hostile) {
			t.Errorf("%s: something of a partner's stands in the page as more than text", state)
		}
		evaluate[bool](t, deadline, axe+"; true")
		found, err := chromedp.Run(deadline, chromedp.Evaluate[[]string](violations, chromedp.EvalAwaitPromise))
		if err != nil {
			t.Fatal(err)
		}
		for _, v := range found {
			t.Errorf("%s: axe: %s", state, v)
		}
		evaluate[bool](t, deadline, `delete window.axe`)
	}
	shoot(t, ctx, name+"-unfolded.png")
	if levels := evaluate[string](t, deadline, `[...document.querySelectorAll("h1,h2,h3,h4")].map(h => h.tagName[1]).join("")`); !strings.HasPrefix(levels, "123") {
		t.Errorf("headings in the order %s", levels)
	}
	if first := evaluate[string](t, deadline, `document.querySelector("a,button,summary,[tabindex]").getAttribute("href")`); first != "#main" {
		t.Errorf("the first stop of the keyboard is %q", first)
	}
	if dead := evaluate[[]string](t, deadline, `[...document.querySelectorAll("a[href]")].map(a => a.getAttribute("href")).filter(h => !h.startsWith("#") || !document.getElementById(h.slice(1)))`); len(dead) > 0 {
		t.Errorf("links that lead nowhere, or out: %v", dead)
	}
}

func evaluate[T any](t *testing.T, ctx context.Context, js string) T {
	t.Helper()
	v, err := chromedp.Run(ctx, chromedp.Evaluate[T](js))
	if err != nil {
		t.Fatal(err)
	}
	return v
}

func shoot(t *testing.T, ctx context.Context, name string) {
	if *screenshots == "" {
		return
	}
	png, err := chromedp.Run(ctx, chromedp.FullScreenshot(100))
	if err != nil {
		t.Fatal(err)
	}
	if err := os.WriteFile(filepath.Join(*screenshots, name), png, 0o600); err != nil {
		t.Fatal(err)
	}
}
