package lps_test

import (
	"bytes"
	"context"
	"encoding/json"
	"net/http"
	"net/http/httptest"
	"strings"
	"testing"
	"time"

	"etalon/internal/bench/benchtest"
	"etalon/internal/candidate"
	"etalon/stubs/lps"
)

var shared = benchtest.Share(candidate.MSSConvention, time.Second)

func TestMain(m *testing.M) { benchtest.Main(m, shared.Close) }

func start(t *testing.T, flaws ...string) *lps.Program {
	t.Helper()
	return benchtest.Started(t, lps.Start, lps.Config{
		Bench: shared.World(t).Bench(t), Client: "tf-lps", Secret: "secret", NIL: "DEV1", Author: "Dr Anne", Flaws: flaws, Patience: time.Second,
	})
}

// Every flaw says what must fail, in both languages, and can be committed; another name is refused.
func TestFlaws(t *testing.T) {
	seen := map[string]bool{}
	for _, f := range lps.Flaws() {
		if len(f.Must) == 0 || f.Title.FR == "" || f.Title.EN == "" || seen[f.Name] {
			t.Errorf("flaw %+v", f)
		}
		seen[f.Name] = true
		start(t, f.Name)
	}
	if len(seen) < 70 {
		t.Errorf("%d flaws", len(seen))
	}
	if _, err := lps.Start(lps.Config{Bench: shared.World(t).Bench(t), Flaws: []string{"sings"}}); err == nil {
		t.Error("an unknown flaw is committed")
	}
}

// A program tells what it cannot do, and goes on.
func TestGesturesThatFail(t *testing.T) {
	p := start(t)
	nowhere := lps.Gesture{Mailbox: "anne@dom.test", Identity: "899700000017", Secret: "s", Issuer: "https://127.0.0.1:1/auth/realms/esante-wallet", IMAP: "127.0.0.1:1", SMTP: "127.0.0.1:1"}
	for gesture, signIn := range map[string]bool{lps.Connect: false, lps.Send: false, lps.Fetch: true, lps.Receipt: false, "sing": false} {
		g := nowhere
		g.Gesture, g.To = gesture, []string{"bruno@dom.test"}
		if a := p.Do(context.Background(), g); a.Error == "" || a.SignIn != signIn {
			t.Errorf("%s: %+v", gesture, a)
		}
	}
	for _, gesture := range []string{lps.Logout, lps.Forget, lps.Restart, lps.Elsewhere} {
		if a := p.Do(context.Background(), lps.Gesture{Gesture: gesture}); a.Error != "" {
			t.Errorf("%s: %+v", gesture, a)
		}
	}
	big := nowhere
	big.Gesture, big.To, big.Size = lps.Send, []string{"1@patient.mssante.fr"}, 26<<20
	if a := p.Do(context.Background(), big); !strings.Contains(a.Error, "25 Mo") {
		t.Errorf("too big: %+v", a)
	}
}

// The desk takes gestures as JSON, from this machine alone, and tells failures by its status.
func TestDesk(t *testing.T) {
	server := httptest.NewServer(start(t).Handler())
	t.Cleanup(server.Close)
	post := func(body string) (int, lps.Answer) {
		t.Helper()
		answer, err := http.Post(server.URL+"/", "application/json", strings.NewReader(body))
		if err != nil {
			t.Fatal(err)
		}
		defer answer.Body.Close()
		var a lps.Answer
		var b bytes.Buffer
		_, _ = b.ReadFrom(answer.Body)
		_ = json.Unmarshal(b.Bytes(), &a)
		return answer.StatusCode, a
	}
	if status, a := post(`{"gesture": "elsewhere"}`); status != http.StatusOK || a.Error != "" {
		t.Errorf("done: %d %+v", status, a)
	}
	if status, a := post(`{"gesture": "fetch"}`); status != http.StatusConflict || !a.SignIn {
		t.Errorf("not done: %d %+v", status, a)
	}
	if status, _ := post("bonjour"); status != http.StatusBadRequest {
		t.Errorf("not JSON: %d", status)
	}
}
