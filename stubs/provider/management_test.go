package provider_test

import (
	"net/http"
	"net/http/httptest"
	"strings"
	"testing"
	"time"

	"etalon/internal/bench"
)

func TestManagement(t *testing.T) {
	r := newRig(t, nil)
	h := r.provider.ManagementHandler()
	do := func(method, path, body string, change ...func(*http.Request)) *httptest.ResponseRecorder {
		req := httptest.NewRequest(method, "http://127.0.0.1:9/"+path, strings.NewReader(body))
		req.RemoteAddr = "127.0.0.1:4242"
		for _, f := range change {
			f(req)
		}
		w := httptest.NewRecorder()
		h.ServeHTTP(w, req)
		return w
	}
	at := r.Now.Add(-48 * time.Hour).Truncate(time.Second)
	written := at.Format(time.RFC3339)
	cases := []struct {
		name, method, path, body string
		status                   int
	}{
		{"read", "GET", "clock", "", 200},
		{"freeze", "POST", "clock", "freeze " + written, 204},
		{"advance", "POST", "clock", "+90s", 204},
		{"words", "POST", "clock", "demain", 400},
		{"bad length", "POST", "clock", "+soon", 400},
		{"too long", "POST", "clock", strings.Repeat("1", 8<<10), 400},
		{"other method", "DELETE", "clock", "", 405},
		{"break", "POST", "traces/break", ``, 204},
		{"mend", "POST", "traces/mend", ``, 204},
		{"unknown address", "POST", "secrets", ``, 404},
	}
	for _, c := range cases {
		if w := do(c.method, c.path, c.body); w.Code != c.status {
			t.Errorf("%s: %d %s", c.name, w.Code, w.Body)
		}
	}
	if got := r.bench.Clock.Now(); !got.Equal(at.Add(90 * time.Second)) {
		t.Errorf("clock at %v, want %v and 90 s", got, at)
	}
	do("POST", "clock", written)
	if got := r.bench.Clock.Now().Sub(at); got < 0 || got > time.Minute {
		t.Errorf("clock %v after the instant set", got)
	}
	do("POST", "clock", "")
	if got := r.bench.Clock.Now().Sub(bench.Wall()).Abs(); got > time.Minute {
		t.Errorf("clock %v from the wall clock", got)
	}
}

func TestManagementIsOfThisMachineAlone(t *testing.T) {
	r := newRig(t, nil)
	for name, change := range map[string]func(*http.Request){
		"from elsewhere":   func(q *http.Request) { q.RemoteAddr = "192.0.2.1:4242" },
		"by another name":  func(q *http.Request) { q.Host = "attacker.test:80" },
		"by a page":        func(q *http.Request) { q.Header.Set("Origin", "http://127.0.0.1:9") },
		"without a source": func(q *http.Request) { q.RemoteAddr = "" },
	} {
		req := httptest.NewRequest("POST", "http://127.0.0.1:9/traces/break", nil)
		req.RemoteAddr = "127.0.0.1:4242"
		change(req)
		w := httptest.NewRecorder()
		r.provider.ManagementHandler().ServeHTTP(w, req)
		if w.Code != http.StatusForbidden {
			t.Errorf("%s: %d", name, w.Code)
		}
	}
	if m := r.honest(t, r.targets()[0], "apres"); r.play(m).Code != http.StatusOK {
		t.Error("the trace store was broken by a caller that is refused")
	}
}
