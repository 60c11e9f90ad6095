package lps_test

import (
	"bytes"
	"encoding/json"
	"io"
	"net"
	"net/http"
	"net/http/httptest"
	"path/filepath"
	"sync/atomic"
	"testing"

	"etalon/internal/bench"
	"etalon/internal/bench/benchtest"
	"etalon/internal/candidate"
	"etalon/internal/pki"
	"etalon/internal/sides/sidetest"
)

// What a mail program says over IMAP and SMTP beside its gestures, in clear and under TLS, in what it proves who it is with, in commands
// and in messages, and what its driver tells, is in nothing that a run leaves.
func TestCanariesOfDialogues(t *testing.T) {
	said, told := benchtest.Plant(t, 1), benchtest.Plant(t, 201)
	out := filepath.Join(t.TempDir(), "run")
	var links atomic.Int64
	run := sidetest.Rig{Role: candidate.RoleLPS, Only: []string{"LPS-01", "LPS-20", "LPS-21"}, Domains: domains(), Out: out, Declare: func(c *candidate.Candidate) {
		behind := c.LPS.Drive.HTTP.URL
		careless := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
			raw, err := io.ReadAll(r.Body)
			if err != nil {
				t.Error(err)
			}
			var gesture struct{ IMAP, SMTP string }
			if json.Unmarshal(raw, &gesture) == nil && links.Load() == 0 {
				for _, face := range []string{gesture.IMAP, gesture.SMTP} {
					if _, port, err := net.SplitHostPort(face); err == nil {
						links.Add(int64(said.Converse(t, "127.0.0.1:"+port, pki.ClientConfig(pki.Credential{}, bench.Wall, pki.AcceptAny))))
					}
				}
			}
			answer, err := http.Post(behind, r.Header.Get("Content-Type"), bytes.NewReader(raw))
			if err != nil {
				http.Error(w, told.Words, http.StatusBadGateway)
				return
			}
			defer answer.Body.Close()
			all := map[string]any{}
			_ = json.NewDecoder(answer.Body).Decode(&all) // a gesture may say nothing
			all["journal"], all["courrier"] = told.Words, told.Mail
			for name, values := range told.Header {
				w.Header()[name] = values
			}
			w.Header().Set("Content-Type", "application/json")
			w.WriteHeader(answer.StatusCode)
			if err := json.NewEncoder(w).Encode(all); err != nil {
				t.Error(err)
			}
		}))
		t.Cleanup(careless.Close)
		c.LPS.Drive.HTTP.URL = careless.URL
		for _, d := range c.LPS.Verbs {
			if d.HTTP != nil && d.HTTP.URL == behind {
				d.HTTP.URL = careless.URL
			}
		}
	}}.Judge(t)
	exports := sidetest.Exports(t, out, run)
	dialogues := 0
	for name, raw := range exports {
		if filepath.Dir(name) == "evidence" && bytes.Contains(raw, []byte("STARTTLS")) && bytes.Contains(raw, []byte("X-API-Key")) {
			dialogues++
		}
	}
	if links.Load() < 10 || dialogues == 0 {
		t.Errorf("%d links, %d of them in the evidence", links.Load(), dialogues)
	}
	leaks := benchtest.Hunt(t, exports, said, told)
	t.Logf("%d links, %d dialogues kept, %d cases, %d exports, %d leaks", links.Load(), dialogues, len(run.Cases), len(exports), len(leaks))
}
