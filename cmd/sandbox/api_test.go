package main

import (
	"bytes"
	"io"
	"net/http"
	"net/http/httptest"
	"net/http/httputil"
	"net/url"
	"os"
	"os/exec"
	"regexp"
	"strings"
	"sync"
	"testing"
	"time"

	"etalon/internal/bench/benchtest"
	"etalon/internal/console/consoletest"
)

// fence is a block of shell commands of a page.
var fence = regexp.MustCompile("(?s)```sh\n(.*?)```")

// asked counts the calls that were made, and those that were done.
type asked struct {
	mu   sync.Mutex
	made map[consoletest.Call]int
	done map[consoletest.Call]int
}

// over serves as another handler does, and counts.
func (a *asked) over(d *consoletest.Document, next http.Handler) http.Handler {
	return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		one, known := d.Of(r)
		status := &statusOf{ResponseWriter: w}
		defer func() { // also of an answer whose reader has left
			a.mu.Lock()
			defer a.mu.Unlock()
			if known {
				a.made[one]++
				if status.status < http.StatusBadRequest {
					a.done[one]++
				}
			}
		}()
		next.ServeHTTP(status, r)
	})
}

// statusOf remembers the status of an answer.
type statusOf struct {
	http.ResponseWriter
	status int
}

// WriteHeader implements http.ResponseWriter.
func (s *statusOf) WriteHeader(status int) {
	s.status = status
	s.ResponseWriter.WriteHeader(status)
}

// Unwrap is for http.ResponseController.
func (s *statusOf) Unwrap() http.ResponseWriter { return s.ResponseWriter }

// refusedInPage are the calls that the page shows refused: here nobody is awaited, no time-stamp is missing, and no MSSanté is played.
var refusedInPage = map[string]bool{
	"POST /api/campaigns/{id}/gestures/{gesture}": true,
	"POST /api/campaigns/{id}/stamp":              true,
	"GET /api/whitelist":                          true,
	"POST /api/candidates/{id}/doctor/done":       true,
}

// endedInPage is the call that may come late: what it ends has ended by then.
const endedInPage = "POST /api/candidates/{id}/doctor/stop"

// TestAPIPage runs the commands of docs/api.md, in order, by sh and curl against a sandbox, through a proxy that holds each
// answer to the document. Each call of the document is made.
func TestAPIPage(t *testing.T) {
	benchtest.Needs(t, "curl")
	page, err := os.ReadFile("../../docs/api.md")
	if err != nil {
		t.Fatal(err)
	}
	s := serve(t)
	_, document := get(t, s.management+"/api/openapi.yaml", nil)
	d := consoletest.Read(t, []byte(document))
	to, err := url.Parse(s.management)
	if err != nil {
		t.Fatal(err)
	}
	counted := &asked{made: map[consoletest.Call]int{}, done: map[consoletest.Call]int{}}
	proxy := httptest.NewServer(counted.over(d, d.Over(t, &httputil.ReverseProxy{
		Rewrite: func(r *httputil.ProxyRequest) {
			r.SetURL(to)
			if r.Out.Body == nil {
				return
			}
			if raw, err := io.ReadAll(r.Out.Body); err == nil { // the whole of it first: an answer may come before its end is seen
				r.Out.Body = io.NopCloser(bytes.NewReader(raw))
			}
		},
		FlushInterval: -1,
	})))
	t.Cleanup(proxy.Close)
	var script strings.Builder
	script.WriteString("set -eu\n")
	blocks := fence.FindAllStringSubmatch(string(page), -1)
	for _, block := range blocks {
		script.WriteString(block[1] + "echo\n")
	}
	sh := exec.CommandContext(t.Context(), "sh", "-x", "-c", strings.ReplaceAll(script.String(), "http://127.0.0.1:8540", proxy.URL))
	sh.Dir, sh.WaitDelay = t.TempDir(), time.Second
	if out, err := sh.CombinedOutput(); err != nil || len(blocks) < 10 {
		t.Errorf("%d blocks: %v\n%s", len(blocks), err, out)
	}
	proxy.Close() // which waits for the last to be answered
	for _, one := range d.Calls() {
		name := one.Method + " " + one.Path
		if counted.made[one] == 0 || name != endedInPage && (counted.done[one] == 0) != refusedInPage[name] {
			t.Errorf("docs/api.md: %s: made %d times, done %d times", name, counted.made[one], counted.done[one])
		}
	}
}
