package remote_test

import (
	"context"
	"errors"
	"fmt"
	"net/http"
	"net/http/httptest"
	"slices"
	"strings"
	"sync/atomic"
	"testing"

	"etalon/internal/campaign"
	"etalon/internal/remote"
	"etalon/internal/store"
)

// at serves a handler, and is a client of it.
func at(t *testing.T, token string, h http.HandlerFunc) *remote.Sandbox {
	t.Helper()
	server := httptest.NewServer(h)
	t.Cleanup(server.Close)
	s, err := remote.New(server.URL, remote.Options{Token: token, Lang: "en"})
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(s.Close)
	return s
}

func TestAddresses(t *testing.T) {
	for address, want := range map[string]error{
		"http://127.0.0.1:8540":       nil,
		"http://localhost:8540/":      nil,
		"http://[::1]:8540":           nil,
		"https://bac.exemple.test":    nil,
		"http://bac.exemple.test":     remote.ErrAddress,
		"http://192.0.2.1:8540":       remote.ErrAddress,
		"127.0.0.1:8540":              remote.ErrAddress,
		"ftp://127.0.0.1":             remote.ErrAddress,
		"http://127.0.0.1:8540/api":   remote.ErrAddress,
		"http://a:b@127.0.0.1:8540":   remote.ErrAddress,
		"http://127.0.0.1:8540?x=1":   remote.ErrAddress,
		"https://":                    remote.ErrAddress,
		"http://127.0.0.1:8540\x00/a": remote.ErrAddress,
	} {
		if _, err := remote.New(address, remote.Options{}); !errors.Is(err, want) {
			t.Errorf("%q: %v, want %v", address, err, want)
		}
	}
}

func TestWhatAnswersIsASandbox(t *testing.T) {
	for name, c := range map[string]struct {
		status int
		body   string
		want   error
	}{
		"a sandbox":       {200, `{"api":"1","version":"2.0","catalogue":"sha256:a"}`, nil},
		"a later one":     {200, `{"api":"2","version":"9.0","catalogue":"sha256:a"}`, remote.ErrVersion},
		"a page":          {200, `<html></html>`, remote.ErrOther},
		"another program": {200, `{"version": "1"}`, remote.ErrOther},
		"not found":       {404, `404 page not found`, remote.ErrOther},
		"an earlier one":  {404, `{"error":"unknown-address","about":"/api/version"}`, remote.ErrOther},
		"a redirect":      {303, ``, remote.ErrOther},
		"a stranger":      {401, `{"error":"sign-in"}`, remote.ErrToken},
	} {
		s := at(t, "secret", func(w http.ResponseWriter, r *http.Request) {
			if r.URL.Path != "/api/version" || r.Header.Get("Authorization") != "Bearer secret" || r.Header.Get("Accept-Language") != "en" {
				t.Errorf("%s %v", r.URL, r.Header)
			}
			w.WriteHeader(c.status)
			fmt.Fprint(w, c.body)
		})
		if about, err := s.Meet(t.Context()); !errors.Is(err, c.want) || err == nil && about.Version != "2.0" {
			t.Errorf("%s: %+v, %v, want %v", name, about, err, c.want)
		}
	}
	gone := httptest.NewServer(nil)
	gone.Close()
	s, err := remote.New(gone.URL, remote.Options{})
	if err == nil {
		_, err = s.Meet(t.Context())
	}
	if !errors.Is(err, remote.ErrNobody) {
		t.Errorf("nobody: %v", err)
	}
}

func TestTLSIsVerified(t *testing.T) {
	server := httptest.NewTLSServer(http.HandlerFunc(func(w http.ResponseWriter, _ *http.Request) { fmt.Fprint(w, `{"api":"1"}`) }))
	t.Cleanup(server.Close)
	s, err := remote.New(server.URL, remote.Options{})
	if err != nil {
		t.Fatal(err)
	}
	if _, err := s.Meet(t.Context()); !errors.Is(err, remote.ErrNobody) || !strings.Contains(err.Error(), "certificate") {
		t.Errorf("an authority that is not trusted: %v", err)
	}
	roots := server.Client().Transport.(*http.Transport).TLSClientConfig.RootCAs
	if s, err = remote.New(server.URL, remote.Options{Roots: roots}); err != nil {
		t.Fatal(err)
	}
	t.Cleanup(s.Close)
	if _, err := s.Meet(t.Context()); err != nil {
		t.Errorf("one that is: %v", err)
	}
}

func TestRefusalsAreTold(t *testing.T) {
	s := at(t, "", func(w http.ResponseWriter, r *http.Request) {
		w.WriteHeader(http.StatusConflict)
		fmt.Fprintf(w, `{"error":"campaign-running","about":%q}`, r.Method+" "+r.URL.EscapedPath())
	})
	_, start := s.Start(t.Context(), campaign.Order{Candidate: "a"})
	_, stop := s.Stop(t.Context(), "c/1")
	_, resume := s.Resume(t.Context(), "c 1")
	_, report := s.Report(t.Context(), "c1", "json")
	for want, err := range map[string]error{
		"campaign-running: POST /api/campaigns":                 start,
		"campaign-running: POST /api/campaigns/c%2F1/stop":      stop,
		"campaign-running: POST /api/campaigns/c%201/resume":    resume,
		"campaign-running: GET /api/campaigns/c1/report":        report,
		"campaign-running: POST /api/campaigns/c1/gestures/g%3": s.Done(t.Context(), "c1", "g%3"),
	} {
		var refused *remote.Refusal
		if !errors.As(err, &refused) || refused.Status != http.StatusConflict || strings.ReplaceAll(refused.Error(), "g%253", "g%3") != want {
			t.Errorf("%v, want %s", err, want)
		}
	}
}

// notes is a watcher that remembers.
type notes struct {
	all []string
	cut int
}

func (n *notes) Stands(c remote.Campaign) { n.all = append(n.all, string(c.State)) }
func (n *notes) Happens(e campaign.Event) { n.all = append(n.all, fmt.Sprintf("%d %s", e.Seq, e.Kind)) }
func (n *notes) Cut(error)                { n.cut++ }

// A link that breaks in the middle of an event is made again after the last that was told: each is told once.
func TestFollowMakesTheLinkAgain(t *testing.T) {
	var links atomic.Int32
	s := at(t, "", func(w http.ResponseWriter, r *http.Request) {
		switch links.Add(1) {
		case 1:
			fmt.Fprint(w, "retry: 1000\n\n", `id: 4`+"\nevent: standing\ndata: {\"state\":\ndata: \"running\"}\n\n", ": \n\n",
				"id: 5\nevent: playing\ndata: {\"seq\":5,\"kind\":\"playing\"}\n\nid: 6\nevent: judged\ndata: {\"seq\":6,")
		default:
			if r.Header.Get("Last-Event-ID") != "5" {
				t.Errorf("Last-Event-ID %q", r.Header.Get("Last-Event-ID"))
			}
			fmt.Fprint(w, "id: 6\nevent: judged\ndata: {\"seq\":6,\"kind\":\"judged\"}\n\nid: 6\nevent: over\ndata: {\"id\":\"c1\",\"state\":\"finished\"}\n\n")
		}
	})
	var n notes
	over, err := s.Follow(t.Context(), "c1", &n)
	if want := []string{"running", "5 playing", "6 judged", "finished"}; err != nil || over.State != store.Finished || over.Running() || !slices.Equal(n.all, want) || n.cut != 1 {
		t.Errorf("%+v, %v, told %q, cut %d", over, err, n.all, n.cut)
	}
}

func TestFollowGivesUp(t *testing.T) {
	for name, c := range map[string]struct {
		status int
		body   string
		want   any
	}{
		"no such campaign":   {404, `{"error":"unknown","about":"c1"}`, new(*remote.Refusal)},
		"what is no event":   {200, "event: judged\ndata: <html>\n\n", nil},
		"an event too large": {404, strings.Repeat("x", 1<<20), nil},
	} {
		s := at(t, "", func(w http.ResponseWriter, _ *http.Request) {
			w.WriteHeader(c.status)
			fmt.Fprint(w, c.body)
		})
		_, err := s.Follow(t.Context(), "c1", &notes{})
		if c.want != nil && !errors.As(err, c.want) || c.want == nil && !errors.Is(err, remote.ErrOther) {
			t.Errorf("%s: %v", name, err)
		}
	}
}

// cutting ends a context when a link breaks.
type cutting struct {
	notes
	end func()
}

func (c *cutting) Cut(error) { c.end() }

func TestFollowEndsWithItsContext(t *testing.T) {
	s := at(t, "", func(w http.ResponseWriter, _ *http.Request) { fmt.Fprint(w, "retry: 1000\n\n") })
	ctx, cancel := context.WithCancel(t.Context())
	defer cancel()
	if _, err := s.Follow(ctx, "c1", &cutting{end: cancel}); !errors.Is(err, context.Canceled) {
		t.Errorf("%v", err)
	}
}
