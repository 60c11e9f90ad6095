package lps_test

import (
	"bytes"
	"encoding/json"
	"io"
	"net/http"
	"net/http/httptest"
	"path/filepath"
	"sync"
	"testing"

	"etalon/internal/candidate"
	"etalon/internal/sides/sidetest"
)

// The record of a run holds no token, no secret of a client and no password, whatever the driver of the program tells back.
func TestRecordHoldsNoSecret(t *testing.T) {
	t.Parallel()
	for _, flaws := range [][]string{nil, {"speaks-old-tls"}} {
		var mu sync.Mutex
		var secrets []string
		out := filepath.Join(t.TempDir(), "run")
		run := sidetest.Rig{Role: candidate.RoleLPS, Flaws: flaws, Only: []string{"LPS-01", "LPS-20", "LPS-21"}, Domains: domains(), Out: out, Declare: func(c *candidate.Candidate) {
			behind := c.LPS.Drive.HTTP.URL
			secrets = append(secrets, c.LPS.PSC.Client.Secret)
			echo := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
				raw, err := io.ReadAll(r.Body)
				var asked struct{ Secret string }
				if err == nil && json.Unmarshal(raw, &asked) == nil && asked.Secret != "" {
					mu.Lock()
					secrets = append(secrets, asked.Secret)
					mu.Unlock()
				}
				answer, err := http.Post(behind, r.Header.Get("Content-Type"), bytes.NewReader(raw))
				if err != nil {
					http.Error(w, err.Error(), http.StatusBadGateway)
					return
				}
				defer answer.Body.Close()
				said := map[string]any{}
				_ = json.NewDecoder(answer.Body).Decode(&said) // a gesture may say nothing
				mu.Lock()
				said["echo"] = sidetest.Echo(t, secrets...)
				mu.Unlock()
				told, err := json.Marshal(said)
				if err != nil {
					t.Error(err)
				}
				w.Header().Set("Content-Type", "application/json")
				w.WriteHeader(max(answer.StatusCode, http.StatusOK))
				_, _ = w.Write(told)
			}))
			t.Cleanup(echo.Close)
			c.LPS.Drive.HTTP.URL = echo.URL
			for _, d := range c.LPS.Verbs {
				if d.HTTP != nil && d.HTTP.URL == behind {
					d.HTTP.URL = echo.URL
				}
			}
		}}.Judge(t)
		if len(run.Trouble) > 0 || len(run.Cases) == 0 || len(secrets) < 2 {
			t.Errorf("%v: trouble %+v, %d cases, %d secrets", flaws, run.Trouble, len(run.Cases), len(secrets))
			sidetest.Told(t, run)
		}
		sidetest.NoSecret(t, out, secrets...)
	}
}
