package bench_test

import (
	"bytes"
	"context"
	"crypto/tls"
	"encoding/json"
	"errors"
	"io"
	"log"
	"net"
	"net/http"
	"net/http/httptest"
	"os"
	"path/filepath"
	"regexp"
	"strconv"
	"strings"
	"sync"
	"testing"
	"time"

	"etalon/internal/bench"
	"etalon/internal/interops"
	"etalon/internal/journey"
)

// A stopped clock runs at no order, comes back to where it was stopped, and says what it stands at of any instant.
func TestStoppedClock(t *testing.T) {
	at := time.Date(2031, 5, 6, 7, 8, 9, 0, time.UTC)
	clock := &bench.Clock{}
	if wall := bench.Wall(); clock.Stopped() || !clock.At(wall).Equal(wall) {
		t.Error("a clock that nobody stopped stands still")
	}
	clock.Advance(time.Hour)
	if wall := bench.Wall(); !clock.At(wall).Equal(wall.Add(time.Hour)) {
		t.Error("a clock that was moved says another instant than it did")
	}
	clock.Stop(at)
	for order, want := range map[string]time.Time{
		"": at, "+90s": at.Add(90 * time.Second), at.Add(time.Hour).Format(time.RFC3339): at.Add(time.Hour),
	} {
		if err := clock.Tell(order); err != nil {
			t.Fatal(err)
		}
		if !clock.Stopped() || !clock.Now().Equal(want) || !clock.At(bench.Wall().Add(time.Minute)).Equal(want) {
			t.Errorf("%q: %s, want %s and standing", order, clock.Now(), want)
		}
		clock.Follow()
		if !clock.Now().Equal(at) {
			t.Errorf("%q, then back: %s, want %s", order, clock.Now(), at)
		}
	}
}

func TestClockObeysItsOrders(t *testing.T) {
	at := time.Date(2031, 5, 6, 7, 8, 9, 0, time.UTC)
	written := at.Format(time.RFC3339)
	for _, c := range []struct {
		name   string
		orders []string
		want   time.Time // zero: the wall clock
		still  bool
	}{
		{"zero value", nil, time.Time{}, false},
		{"set", []string{written}, at, false},
		{"set and advanced", []string{written, "+90s"}, at.Add(90 * time.Second), false},
		{"frozen", []string{"freeze " + written}, at, true},
		{"frozen and moved back", []string{"freeze " + written, "-4h"}, at.Add(-4 * time.Hour), true},
		{"frozen, then followed", []string{"freeze " + written, " \n"}, time.Time{}, false},
	} {
		clock := &bench.Clock{}
		for _, order := range c.orders {
			if err := clock.Tell(order); err != nil {
				t.Fatalf("%s: %q: %v", c.name, order, err)
			}
		}
		want := c.want
		if want.IsZero() {
			want = bench.Wall()
		}
		got := clock.Now()
		if off := got.Sub(want); off < -time.Second || off > time.Minute || c.still && off != 0 {
			t.Errorf("%s: %v, want %v", c.name, got, want)
		}
		if got.Location() != time.UTC {
			t.Errorf("%s: %v is not in UTC", c.name, got)
		}
	}
	clock := &bench.Clock{}
	clock.Freeze(at)
	for _, bad := range []string{"demain", "+soon", "freeze", "freeze demain", "2031-05-06", "90s"} {
		if err := clock.Tell(bad); err == nil || !clock.Now().Equal(at) {
			t.Errorf("%q: error %v, clock %v", bad, err, clock.Now())
		}
	}
}

func TestSeedGivesOneStreamPerLabel(t *testing.T) {
	read := func(s bench.Seed, label string) string {
		b := make([]byte, 64)
		if _, err := io.ReadFull(s.Source(label), b); err != nil {
			t.Fatal(err)
		}
		return string(b)
	}
	one := read("graine", "a")
	if one != read("graine", "a") {
		t.Error("one seed and one label give two streams")
	}
	for name, other := range map[string]string{
		"label": read("graine", "b"), "seed": read("autre", "a"), "boundary": read("grainea", ""),
	} {
		if other == one {
			t.Errorf("another %s gives the same stream", name)
		}
	}
	if a, b := bench.NewSeed(), bench.NewSeed(); a == b || len(a) != 16 {
		t.Errorf("seeds %q and %q", a, b)
	}
}

func TestIdentifiersAreNCNames(t *testing.T) {
	shape := regexp.MustCompile(`^_[0-9a-f]{8}-[0-9a-f]{4}-4[0-9a-f]{3}-[89ab][0-9a-f]{3}-[0-9a-f]{12}$`)
	seen := map[string]bool{}
	source := bench.Seed("x").Source("ids")
	for range 1000 {
		id, err := bench.NewID(source)
		if err != nil || !shape.MatchString(id) || seen[id] {
			t.Fatalf("identifier %q, seen %t, %v", id, seen[id], err)
		}
		seen[id] = true
	}
	if _, err := bench.NewID(strings.NewReader("short")); err == nil {
		t.Error("an identifier is drawn from a source that ran dry")
	}
}

func TestTraceLogChains(t *testing.T) {
	path := filepath.Join(t.TempDir(), "traces.jsonl")
	for range 2 { // the second time, the log goes on from its last record
		log, err := bench.OpenTraceLog(path)
		if err != nil {
			t.Fatal(err)
		}
		for _, id := range []string{"é<&>", "b"} {
			if err := log.Append(interops.Trace{EventID: id}); err != nil {
				t.Fatal(err)
			}
		}
		if err := log.Close(); err != nil {
			t.Fatal(err)
		}
	}
	raw, err := os.ReadFile(path)
	if err != nil {
		t.Fatal(err)
	}
	want := journey.FirstHash
	lines := strings.Split(strings.TrimSpace(string(raw)), "\n")
	if len(lines) != 4 {
		t.Fatalf("%d records, want 4", len(lines))
	}
	for i, line := range lines {
		var r interops.Trace
		if err := json.Unmarshal([]byte(line), &r); err != nil || r.PreviousHash != want || r.PAGM == nil {
			t.Errorf("record %d: previous %s, want %s; PAGM %v; %v", i+1, r.PreviousHash, want, r.PAGM, err)
		}
		if want, err = journey.Hash([]byte(line)); err != nil {
			t.Fatal(err)
		}
	}
}

// The traces of one VI are found among those of others, whatever its identifier is made of.
func TestTraceLogOfOneVI(t *testing.T) {
	log, err := bench.OpenTraceLog(filepath.Join(t.TempDir(), "traces.jsonl"))
	if err != nil {
		t.Fatal(err)
	}
	defer log.Close()
	for i, id := range []string{"_a", "_ab", `<"&>`, "_a", ""} {
		if err := log.Append(interops.Trace{EventID: strconv.Itoa(i), VIID: interops.TraceText(id), RequestID: "_a"}); err != nil {
			t.Fatal(err)
		}
	}
	for id, want := range map[string]string{"_a": "0 3", "_ab": "1", `<"&>`: "2", "_b": "", "": ""} {
		all, err := log.Of(id)
		var got []string
		for _, one := range all {
			got = append(got, one.EventID)
		}
		if strings.Join(got, " ") != want || err != nil {
			t.Errorf("%q: %v, %v", id, got, err)
		}
	}
	log.Break(true)
	if _, err := log.Of("_a"); !errors.Is(err, bench.ErrTraceUnavailable) {
		t.Errorf("broken: %v", err)
	}
}

func TestTraceLogRefusesWhatItCannotKeep(t *testing.T) {
	path := filepath.Join(t.TempDir(), "traces.jsonl")
	log, err := bench.OpenTraceLog(path)
	if err != nil {
		t.Fatal(err)
	}
	log.Break(true)
	if err := log.Append(interops.Trace{}); !errors.Is(err, bench.ErrTraceUnavailable) {
		t.Errorf("broken store: %v", err)
	}
	log.Break(false)
	if err := log.Append(interops.Trace{}); err != nil {
		t.Errorf("mended store: %v", err)
	}
	if err := log.Close(); err != nil {
		t.Fatal(err)
	}
	if err := log.Append(interops.Trace{}); !errors.Is(err, bench.ErrTraceUnavailable) {
		t.Errorf("closed store: %v", err)
	}
	if err := os.WriteFile(path, []byte("{torn"), 0o600); err != nil {
		t.Fatal(err)
	}
	if _, err := bench.OpenTraceLog(path); err == nil {
		t.Error("a log whose last record is torn goes on as if nothing were")
	}
	if _, err := bench.OpenTraceLog(filepath.Join(path, "below")); err == nil {
		t.Error("a log under a file was opened")
	}
}

func TestPauseEndsWithItsContext(t *testing.T) {
	ctx, cancel := context.WithCancel(context.Background())
	if err := bench.Pause(ctx); err != nil {
		t.Error(err)
	}
	cancel()
	if err := bench.Pause(ctx); !errors.Is(err, context.Canceled) {
		t.Errorf("cancelled pause: %v", err)
	}
	looks := 0
	if !bench.Until(context.Background(), time.Minute, func() bool { looks++; return looks > 2 }) || bench.Until(ctx, time.Minute, func() bool { return false }) {
		t.Errorf("waited for what holds, and for what does not: %d looks", looks)
	}
}

func TestManagementIsLocal(t *testing.T) {
	clock := &bench.Clock{}
	ask := func(change func(*http.Request)) int {
		r := httptest.NewRequest(http.MethodGet, "http://localhost:9/clock", nil)
		r.RemoteAddr = "[::1]:4242"
		change(r)
		w := httptest.NewRecorder()
		bench.LocalOnly(clock).ServeHTTP(w, r)
		return w.Code
	}
	for name, c := range map[string]struct {
		change func(*http.Request)
		want   int
	}{
		"local":        {func(*http.Request) {}, 200},
		"elsewhere":    {func(r *http.Request) { r.RemoteAddr = "192.0.2.1:4242" }, 403},
		"rebound name": {func(r *http.Request) { r.Host = "attaquant.test" }, 403},
		"a page":       {func(r *http.Request) { r.Header.Set("Origin", "null") }, 403},
		"other method": {func(r *http.Request) { r.Method = http.MethodPut }, 405},
	} {
		if got := ask(c.change); got != c.want {
			t.Errorf("%s: %d, want %d", name, got, c.want)
		}
	}
}

// The address must be free when stop returns, also when it comes before serving has begun.
func TestServeLeavesItsAddressFree(t *testing.T) {
	l, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	for range 200 {
		stop := bench.Serve(l, http.NotFoundHandler())
		if err := stop(); err != nil {
			t.Fatal(err)
		}
		if l, err = net.Listen("tcp", l.Addr().String()); err != nil {
			t.Fatal(err)
		}
	}
	stop := bench.Serve(l, http.NotFoundHandler())
	answer, err := http.Get("http://" + l.Addr().String())
	if err != nil || answer.StatusCode != http.StatusNotFound {
		t.Errorf("answer %v, %v", answer, err)
	} else if err := answer.Body.Close(); err != nil {
		t.Error(err)
	}
	if err := stop(); err != nil {
		t.Error(err)
	}
}

// A client that opened a connection and asked for nothing must not hold up the end.
func TestServeWaitsForNoSilentConnection(t *testing.T) {
	l, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	stop := bench.Serve(l, http.NotFoundHandler())
	silent, err := net.Dial("tcp", l.Addr().String())
	if err != nil {
		t.Fatal(err)
	}
	defer silent.Close()
	answer, err := http.Get("http://" + l.Addr().String()) // accepted after the silent one
	if err != nil {
		t.Fatal(err)
	}
	defer answer.Body.Close()
	started := time.Now()
	if err := stop(); err != nil {
		t.Error(err)
	}
	if took := time.Since(started); took > 4*time.Second {
		t.Errorf("stopped after %v", took)
	}
}

// A handshake that fails is tried on purpose, and says nothing; a handler of ours that fails does.
func TestServeTellsOfNoHandshake(t *testing.T) {
	var told syncedBuffer
	log.SetOutput(&told)
	defer log.SetOutput(os.Stderr)
	l, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	server := httptest.NewTLSServer(nil) // for its certificate
	defer server.Close()
	stop := bench.Serve(tls.NewListener(l, server.TLS), http.HandlerFunc(func(http.ResponseWriter, *http.Request) { panic("la nôtre") }))
	if conn, err := tls.Dial("tcp", l.Addr().String(), &tls.Config{ServerName: "inconnu.test"}); err == nil {
		t.Error("the certificate of nobody is trusted", conn.Close())
	}
	if answer, err := server.Client().Get("https://" + l.Addr().String()); err == nil {
		t.Error("a handler that fails answers", answer.Body.Close())
	}
	if err := stop(); err != nil {
		t.Error(err)
	}
	if got := told.String(); strings.Contains(got, "handshake") || !strings.Contains(got, "la nôtre") {
		t.Errorf("%q", got)
	}
}

// syncedBuffer is one that several may write to.
type syncedBuffer struct {
	mu sync.Mutex
	b  bytes.Buffer
}

func (s *syncedBuffer) Write(p []byte) (int, error) {
	s.mu.Lock()
	defer s.mu.Unlock()
	return s.b.Write(p)
}

func (s *syncedBuffer) String() string {
	s.mu.Lock()
	defer s.mu.Unlock()
	return s.b.String()
}
