package emitter_test

import (
	"crypto/tls"
	"html/template"
	"io"
	"log/slog"
	"net/http"
	"net/http/httptest"
	"strings"
	"testing"
	"time"

	"etalon/internal/bench"
	"etalon/internal/emitter"
)

func TestFront(t *testing.T) {
	p, b := newParty(t)
	log := slog.New(slog.DiscardHandler)
	f, err := p.OpenFront(emitter.FrontConfig{Host: "localhost", Credential: "organisme-client/tls", Log: log})
	if err != nil {
		t.Fatal(err)
	}
	came := make(chan string, 1)
	f.Serve(p, http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		_, _ = io.WriteString(w, "page "+r.URL.Path)
	}), emitter.Gestures{"logout": func(s emitter.Subject) { came <- s.User }})
	browser := &http.Client{Transport: &http.Transport{TLSClientConfig: &tls.Config{RootCAs: b.PKI.Roots(), Time: b.Clock.Now}}, Timeout: 10 * time.Second}
	defer browser.CloseIdleConnections()
	if !strings.HasPrefix(f.URL("/"), "https://localhost:") {
		t.Errorf("URL %s", f.URL("/"))
	}
	response, err := browser.Get(f.URL("/a"))
	if err != nil {
		t.Fatal(err)
	}
	raw, _ := io.ReadAll(response.Body)
	_ = response.Body.Close()
	if string(raw) != "page /a" {
		t.Errorf("page %s", raw)
	}
	if response, err = browser.Post(f.ManageURL("logout"), "", nil); err != nil {
		t.Fatal(err)
	}
	_ = response.Body.Close()
	if response.StatusCode != http.StatusNoContent || len(came) != 1 {
		t.Errorf("gesture: %d", response.StatusCode)
	}
	if err := f.Close(); err != nil {
		t.Error(err)
	}
	if _, err := browser.Get(f.URL("/a")); err == nil {
		t.Error("it answers after its end")
	}
	for name, c := range map[string]emitter.FrontConfig{
		"credential": {Credential: "rien", Log: log},
		"listen":     {Credential: "organisme-client/tls", Listen: "256.0.0.1:0", Log: log},
		"desk":       {Credential: "organisme-client/tls", Manage: "256.0.0.1:0", Log: log},
	} {
		if _, err := p.OpenFront(c); err == nil {
			t.Errorf("%s: opened", name)
		}
	}
}

func TestSessions(t *testing.T) {
	var s emitter.Sessions[string]
	at := func(d time.Duration) time.Time { return bench.Wall().Truncate(time.Hour).Add(d) }
	within := emitter.Bounds{Idle: 10 * time.Minute, Absolute: 30 * time.Minute}
	first, err := s.Open("a", at(0))
	if err != nil {
		t.Fatal(err)
	}
	second, _ := s.Open("a", at(0))
	if first == second || len(first) < 40 {
		t.Errorf("keys %s %s", first, second)
	}
	for _, c := range []struct {
		key          string
		at           time.Duration
		there, alive bool
	}{
		{"rien", 0, false, false}, {first, 9 * time.Minute, true, true}, {first, 18 * time.Minute, true, true}, {second, 18 * time.Minute, true, false},
		{second, 18 * time.Minute, false, false}, {first, 27 * time.Minute, true, true}, {first, 30 * time.Minute, true, false},
	} {
		if _, there, alive := s.Find(c.key, within, at(c.at)); there != c.there || alive != c.alive {
			t.Errorf("%s at %s: there %v, alive %v", c.key, c.at, there, alive)
		}
	}
	for _, v := range []string{"a", "b", "a"} {
		if _, err := s.Open(v, at(0)); err != nil {
			t.Fatal(err)
		}
	}
	a := func(v string) bool { return v == "a" }
	if n := len(s.Where(a)); n != 2 {
		t.Errorf("%d sessions", n)
	}
	if n := len(s.End(a)); n != 2 || len(s.Where(a)) != 0 || len(s.Where(func(string) bool { return true })) != 1 {
		t.Errorf("%d sessions ended", n)
	}
}

func TestCookieAndOrigin(t *testing.T) {
	if c := emitter.Cookie("n", "v"); !c.Secure || !c.HttpOnly || c.SameSite != http.SameSiteLaxMode || c.MaxAge != 0 {
		t.Errorf("cookie %v", c)
	}
	if c := emitter.Cookie("n", ""); c.MaxAge >= 0 {
		t.Errorf("cookie that ends: %v", c)
	}
	for origin, want := range map[string]bool{"": false, "https://a.test": false, "https://b.test": true, "null": true} {
		r, _ := http.NewRequest(http.MethodPost, "https://a.test/login", nil)
		if origin != "" {
			r.Header.Set("Origin", origin)
		}
		if got := emitter.Foreign(r); got != want {
			t.Errorf("origin %q: %v", origin, got)
		}
	}
}

func TestPagesAreBoundedAndKeptByNobody(t *testing.T) {
	p, _ := newParty(t)
	pages := template.Must(template.New("a").Parse(`<p>{{.}}</p>`))
	ids := map[string]bool{}
	handler := p.Handle(func(r *http.Request, id string) emitter.Answer {
		ids[id] = true
		if _, err := io.ReadAll(r.Body); err != nil {
			return emitter.Answer{Status: http.StatusRequestEntityTooLarge}
		}
		a, err := emitter.Page(http.StatusOK, pages, "a", "<script>")
		if err != nil {
			t.Error(err)
		}
		return a
	})
	for body, want := range map[string]int{"a=1": 200, strings.Repeat("a", emitter.MaxForm+1): 413} {
		w := httptest.NewRecorder()
		handler(w, httptest.NewRequest(http.MethodPost, "/", strings.NewReader(body)))
		if w.Code != want {
			t.Errorf("%d bytes: %d", len(body), w.Code)
		}
		if want == 200 && (w.Body.String() != "<p>&lt;script&gt;</p>" || w.Header().Get("Cache-Control") != "no-store") {
			t.Errorf("page %s %v", w.Body, w.Header())
		}
	}
	if len(ids) != 2 || ids[""] {
		t.Errorf("identifiers %v", ids)
	}
	if a, err := emitter.Page(http.StatusOK, pages, "b", nil); err == nil || a.Status != http.StatusInternalServerError {
		t.Errorf("no such page: %d %v", a.Status, err)
	}
	if a := emitter.Elsewhere("/b"); a.Status != http.StatusSeeOther || a.Header.Get("Location") != "/b" {
		t.Errorf("elsewhere %v", a)
	}
}
