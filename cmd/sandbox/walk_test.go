package main

import (
	"bytes"
	"context"
	"flag"
	"fmt"
	"io"
	"net/http"
	"os"
	"os/exec"
	"path/filepath"
	"regexp"
	"strings"
	"syscall"
	"testing"
	"time"

	"github.com/chromedp/chromedp"

	"etalon/internal/bench/benchtest"
	"etalon/internal/browser/browsertest"
	"etalon/internal/seal"
	"etalon/internal/stand"
)

var images = flag.String("images", "", "folder where the walk leaves the pictures that README shows")

// walker is a person in front of the console, who reads and clicks.
type walker struct {
	t      *testing.T
	ctx    context.Context
	said   *benchtest.Told[string]
	clicks int
}

// holds waits until something holds in the page, or in the one that it gives way to.
func (w *walker) holds(condition string) {
	w.t.Helper()
	const eventually = `new Promise((resolve) => {
	  const holds = () => { %s };
	  if (holds()) { resolve(true); return; }
	  new MutationObserver((_, o) => { if (holds()) { o.disconnect(); resolve(true); } }).observe(document, {childList: true, subtree: true, attributes: true, characterData: true});
	})`
	for {
		held, err := chromedp.Run(w.ctx, chromedp.Evaluate[bool](fmt.Sprintf(eventually, "return Boolean("+condition+")"), chromedp.EvalAwaitPromise))
		if held && err == nil {
			return
		}
		if w.ctx.Err() != nil {
			after, cancel := context.WithTimeout(context.WithoutCancel(w.ctx), 10*time.Second)
			defer cancel()
			shown, _ := chromedp.Run(after, chromedp.Evaluate[string]("location.href + document.body.innerText"))
			w.t.Fatalf("never: %s: %v; the page: %.2000s; the browser: %v", condition, err, shown, w.said.All())
		}
	}
}

// click clicks what a selector names.
func (w *walker) click(selector string) {
	w.t.Helper()
	w.clicks++
	w.do(chromedp.WaitVisible(chromedp.CSS(selector)), chromedp.Click(chromedp.CSS(selector)))
}

func (w *walker) do(actions ...chromedp.Action[chromedp.Void]) {
	w.t.Helper()
	if err := chromedp.Do(w.ctx, actions...); err != nil {
		w.t.Fatal(err)
	}
}

// choose chooses in a list: it is opened, then clicked.
func (w *walker) choose(list, value string) {
	w.t.Helper()
	w.clicks += 2
	w.do(chromedp.WaitVisible(chromedp.CSS(list)))
	js := fmt.Sprintf(`(() => { const list = document.querySelector(%q); list.value = %q; list.dispatchEvent(new Event("change", {bubbles: true})); return list.value; })()`, list, value)
	if got := browsertest.Evaluate[string](w.t, w.ctx, js); got != value {
		w.t.Fatalf("%s: %q cannot be chosen", list, value)
	}
}

// text is what a part of the page says.
func (w *walker) text(selector string) string {
	w.t.Helper()
	return browsertest.Evaluate[string](w.t, w.ctx, fmt.Sprintf(`document.querySelector(%q).textContent.replace(/\s+/g, " ").trim()`, selector))
}

// picture leaves what the screen shows, for README.
func (w *walker) picture(name string) {
	w.t.Helper()
	browsertest.Shoot(w.t, w.ctx, name)
	if *images == "" {
		return
	}
	png, err := chromedp.Run(w.ctx, chromedp.CaptureScreenshot())
	if err == nil {
		err = os.WriteFile(filepath.Join(*images, name), png, 0o600)
	}
	if err != nil {
		w.t.Fatal(err)
	}
	if len(png) > 200<<10 {
		w.t.Errorf("%s: %d octets, want at most 200 KiB", name, len(png))
	}
}

// silent fails when the browser had something to complain of; forgiving what a server that was ended leaves.
func (w *walker) silent(forgiven ...string) {
	w.t.Helper()
	for _, one := range w.said.All() {
		ours := true
		for _, f := range forgiven {
			ours = ours && !strings.Contains(one, f)
		}
		if ours {
			w.t.Errorf("the browser complains: %s", one)
		}
	}
}

// console starts a sandbox whose console has an address of its own, and returns how to end it as a power cut would.
func (c consoled) start(t *testing.T) (kill func()) {
	t.Helper()
	cmd := exec.Command("sandbox", "serve", "--config", c.config, "--store", c.store, "--listen", c.at)
	var troubles bytes.Buffer
	cmd.Stderr = &troubles
	out, err := cmd.StdoutPipe()
	if err == nil {
		err = cmd.Start()
	}
	if err != nil {
		t.Fatal(err)
	}
	ended := false
	kill = func() {
		if !ended {
			ended = true
			_ = cmd.Process.Signal(syscall.SIGKILL)
			_ = cmd.Wait()
		}
	}
	t.Cleanup(kill)
	told := make(chan struct{})
	go func() {
		var all []byte
		for buffer := make([]byte, 4096); ; {
			n, err := out.Read(buffer)
			if all = append(all, buffer[:n]...); told != nil && bytes.Contains(all, []byte("http://"+c.at)) {
				close(told)
				told = nil
			}
			if err != nil {
				return
			}
		}
	}()
	select {
	case <-told:
	case <-time.After(30 * time.Second):
		kill()
		t.Fatalf("the sandbox does not start: %s", troubles.String())
	}
	return kill
}

// consoled is a sandbox whose console is looked at.
type consoled struct{ config, store, at string }

func newConsoled(t *testing.T) consoled {
	t.Helper()
	config, _ := sandboxFile(t)
	port, err := stand.FreePort()
	if err != nil {
		t.Fatal(err)
	}
	return consoled{config, filepath.Join(t.TempDir(), "store"), fmt.Sprintf("127.0.0.1:%d", port)}
}

// mostClicks is how many clicks lead from the first visit to the first signed report.
const mostClicks = 12

// A person who opens the console for the first time has a signed report in a few clicks, though the page is reloaded and the
// sandbox dies in the middle.
func TestWalkToTheFirstReport(t *testing.T) {
	if testing.Short() {
		t.Skip("starts a browser and plays a plan")
	}
	c := newConsoled(t)
	kill := c.start(t)
	ctx, cancel := context.WithTimeout(browsertest.Tab(t), 4*time.Minute)
	defer cancel()
	w := &walker{t: t, ctx: ctx, said: browsertest.Complaints(t, ctx)}
	w.do(chromedp.EmulateViewport(1280, 900), chromedp.Navigate("http://"+c.at+"/"))
	w.click(`nav a[href="/campaigns"]`)
	w.holds(`document.querySelector(".first h2")?.textContent === "Première campagne"`)
	browsertest.Shoot(t, ctx, "walk-first.png")
	w.click(`a.go[href="/campaigns/new"]`)
	w.choose("#candidate", "essai-fournisseur-a")
	w.holds(`document.querySelector("#parts .part legend")?.textContent.includes("fournisseur/A") && !document.querySelector("#forecast button.go").disabled && document.querySelector("#candidate").value === "essai-fournisseur-a"`)
	browsertest.Shoot(t, ctx, "walk-order.png")
	w.click("#forecast button.go")

	played := `Number(document.querySelector("#state progress")?.value)`
	w.holds(`location.pathname.startsWith("/campaigns/") && ` + played + ` > 3 && document.querySelector("#playing .step, #playing code")`)
	campaign := browsertest.Evaluate[string](t, ctx, "location.pathname")
	before := browsertest.Evaluate[int](t, ctx, played)
	w.do(chromedp.Reload())
	if after := browsertest.Evaluate[int](t, ctx, played); after < before {
		t.Errorf("after a reload %d are played, of %d before", after, before)
	}
	w.holds(played + fmt.Sprintf(" > %d", before+10))
	w.picture("console-campaign.png")
	w.silent()

	before = browsertest.Evaluate[int](t, ctx, played)
	kill()
	w.holds(`!document.getElementById("link").hidden`)
	c.start(t)
	w.holds(`document.querySelector("#state .pill.interrupted") && document.getElementById("resume")`)
	if after := browsertest.Evaluate[int](t, ctx, played); after < before {
		t.Errorf("after the death of the sandbox %d are played, of %d before", after, before)
	}
	w.click("#resume")
	w.holds(`location.pathname === "` + campaign + `" && document.querySelector("#state .pill.finished") && document.querySelector("#report")`)
	if level := w.text("#state .level"); level != "Conforme" {
		t.Errorf("an honest mock candidate is told to be %q: %s", level, w.text("#state"))
	}
	link := browsertest.Evaluate[string](t, ctx, `document.getElementById("archive").href`)
	w.click("#report")
	w.do(chromedp.WaitReady(chromedp.CSS("#main"))) // it is in a sandbox of the browser, where no script is run, ours neither
	browsertest.Shoot(t, ctx, "walk-report.png")
	if w.clicks > mostClicks {
		t.Errorf("%d clicks to the first signed report, want at most %d", w.clicks, mostClicks)
	}
	t.Logf("%d clicks to the first signed report", w.clicks)
	archive := c.fetch(t, link)
	v, err := seal.Verify(archive, seal.VerifyOptions{Now: time.Now()})
	if err != nil || !v.Test || !v.Run.Complete || len(v.Run.Cases) == 0 {
		t.Fatalf("the archive: %v %+v", err, v)
	}
	w.verifies(archive, "http://"+c.at)
	w.do(chromedp.Navigate("http://" + c.at + campaign))
	w.click(`.lang a`)
	w.holds(`document.documentElement.lang === "en" && document.querySelector("#state .pill").textContent === "Finished"`)
	w.click(`#questions a`)
	w.holds(`location.pathname === "/exchanges" && document.querySelectorAll("#rows tr").length > 0`)
	w.silent("ERR_CONNECTION_REFUSED", "ERR_INCOMPLETE_CHUNKED_ENCODING", "ERR_CONNECTION_RESET")
}

// verifies gives the archive to the page that verifies.
func (w *walker) verifies(archive []byte, console string) {
	w.t.Helper()
	file := filepath.Join(w.t.TempDir(), "report.zip")
	if err := os.WriteFile(file, archive, 0o600); err != nil {
		w.t.Fatal(err)
	}
	w.do(chromedp.Navigate(console+"/verify"), chromedp.SetUploadFiles(chromedp.CSS("#archive"), []string{file}))
	w.click("#verify button.go")
	w.holds(`document.querySelector("#sound")?.textContent === "Archive intègre"`)
	w.do(chromedp.WaitVisible(chromedp.CSS("#sound")))
	browsertest.Shoot(w.t, w.ctx, "walk-verify.png")
}

// fetch gets what an address of the console gives.
func (c consoled) fetch(t *testing.T, address string) []byte {
	t.Helper()
	q, err := http.NewRequestWithContext(t.Context(), http.MethodGet, address, nil)
	if err != nil {
		t.Fatal(err)
	}
	a, err := http.DefaultClient.Do(q)
	if err != nil {
		t.Fatal(err)
	}
	defer a.Body.Close()
	raw, err := io.ReadAll(a.Body)
	if err != nil || a.StatusCode != http.StatusOK {
		t.Fatalf("%s: %s %v %.300s", address, a.Status, err, raw)
	}
	return raw
}

// What fails is shown with its reason, played again alone, and told apart from an honest candidate's campaign.
func TestWalkThroughAFailure(t *testing.T) {
	if testing.Short() {
		t.Skip("starts a browser and plays a plan")
	}
	c := newConsoled(t)
	c.start(t)
	ctx, cancel := context.WithTimeout(browsertest.Tab(t), 4*time.Minute)
	defer cancel()
	w := &walker{t: t, ctx: ctx, said: browsertest.Complaints(t, ctx)}
	w.do(chromedp.EmulateViewport(1280, 900))
	play := func(candidate string) {
		t.Helper()
		w.do(chromedp.Navigate("http://" + c.at + "/campaigns/new?candidate=" + candidate + "&what=some&selector=fournisseur/A/V10"))
		w.click("#forecast button.go")
		w.holds(`location.pathname.startsWith("/campaigns/") && document.querySelector("#state .pill.finished") && document.querySelector("#report")`)
	}
	play("essai-fournisseur-a")
	if got := w.text("#cases"); got != "" {
		t.Errorf("an honest candidate: %s", got)
	}
	play("essai-fournisseur-a-skips-audience")
	w.holds(`document.querySelector("#cases .tally.fail")`)
	browsertest.Shoot(t, ctx, "walk-failure.png")
	address := w.text("#cases code")
	if !regexp.MustCompile(`^fournisseur/A/V10-`).MatchString(address) {
		t.Errorf("what failed is %s", address)
	}
	failed := browsertest.Evaluate[string](t, ctx, "location.pathname")
	w.do(chromedp.Navigate("http://" + c.at + failed + "/compare"))
	others := browsertest.Evaluate[int](t, ctx, `document.querySelectorAll("select[name=with] option").length`)
	w.click(".filter button")
	w.holds(`document.querySelector("#c-failing") && [...document.querySelectorAll(".note")].some((n) => n.textContent.includes("mêmes candidats"))`)
	if others != 1 {
		t.Errorf("%d campaigns to compare with", others)
	}
	browsertest.Shoot(t, ctx, "walk-compare.png")
	w.do(chromedp.Navigate("http://" + c.at + failed))
	w.click("#rerun")
	w.holds(`location.pathname !== "` + failed + `" && document.querySelector("#state .pill.finished") && document.querySelector("#cases .tally.fail")`)
	w.click(`#cases a[href^="/exchanges"]`)
	w.holds(`location.pathname === "/exchanges" && document.querySelectorAll("#rows tr").length > 0`)
	w.do(chromedp.Navigate("http://" + c.at + "/exchanges"))
	w.picture("console-exchanges.png")
	w.do(chromedp.Navigate("http://" + c.at + "/exchanges?fault=vi-audience-absent"))
	w.click("#rows a")
	w.holds(`/^.exchanges.[0-9]+$/.test(location.pathname) && document.querySelector("h1")`)
	w.picture("console-exchange.png")
	w.silent()
}
