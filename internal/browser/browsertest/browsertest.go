// Package browsertest is for tests alone: it opens pages of the product in a real Chromium, asks axe-core what is wrong with
// them for people who cannot see or point, and takes pictures of them. It knows no page.
package browsertest

import (
	"context"
	"embed"
	"flag"
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"testing"

	"github.com/chromedp/cdproto/cdp"
	"github.com/chromedp/cdproto/log"
	"github.com/chromedp/cdproto/runtime"
	"github.com/chromedp/chromedp"

	"etalon/internal/bench/benchtest"
)

var screenshots = flag.String("screenshots", "", "folder where the tests of pages leave what they saw")

// Overflow is how many pixels a page is wider than the screen, in JavaScript.
const Overflow = `document.documentElement.scrollWidth - window.innerWidth`

//go:embed axe/package.json axe/package-lock.json
var locked embed.FS

// Axe returns the source of axe-core, installed from its locked version into a folder of the test.
func Axe(t testing.TB) string {
	t.Helper()
	benchtest.Needs(t, "npm")
	dir := t.TempDir()
	if err := os.CopyFS(dir, locked); err != nil {
		t.Fatal(err)
	}
	dir = filepath.Join(dir, "axe")
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

// Tab opens a tab of a headless Chromium, until the test ends; it leaves the test out where there is none.
func Tab(t testing.TB) context.Context {
	t.Helper()
	benchtest.Needs(t, "chromium")
	options := append(chromedp.DefaultExecAllocatorOptions[:], chromedp.ExecPath("chromium"), chromedp.UserDataDir(t.TempDir()),
		chromedp.Flag("no-sandbox", true), chromedp.Flag("disable-background-networking", true),
		chromedp.Flag("disable-component-update", true), chromedp.Flag("disable-sync", true), chromedp.Flag("disable-quic", true))
	allocator, stop := chromedp.NewExecAllocator(t.Context(), options...)
	t.Cleanup(stop)
	ctx, closeTab := chromedp.NewContext(allocator)
	t.Cleanup(closeTab)
	return ctx
}

// Complaints gathers what the console of a browser says of its pages.
func Complaints(t testing.TB, ctx context.Context) *benchtest.Told[string] {
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

// Evaluate runs JavaScript in the page, and waits for what it promises.
func Evaluate[T any](t testing.TB, ctx context.Context, js string) T {
	t.Helper()
	v, err := chromedp.Run(ctx, chromedp.Evaluate[T](js, chromedp.EvalAwaitPromise))
	if err != nil {
		t.Fatal(err)
	}
	return v
}

// violations asks axe what is wrong with the page (WCAG 2.2 AA, and good practice).
const violations = `axe.run({runOnly: {type: "tag", values: ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa", "best-practice"]}}).then(r => r.violations.map(v => v.id + ": " + v.nodes.slice(0, 3).map(n => n.html.slice(0, 160) + " " + n.failureSummary).join(" | ")))`

// Violations are what axe, whose source Axe returns, finds wrong with the page.
func Violations(t testing.TB, ctx context.Context, axe string) []string {
	t.Helper()
	Evaluate[bool](t, ctx, axe+"; true")
	defer Evaluate[bool](t, ctx, `delete window.axe`)
	return Evaluate[[]string](t, ctx, violations)
}

// Shoot leaves a picture of the whole page in the folder of -screenshots, if there is one.
func Shoot(t testing.TB, ctx context.Context, name string) {
	t.Helper()
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
