package main

import (
	"bytes"
	"encoding/json"
	"io"
	"net"
	"net/http"
	"net/http/httptest"
	"path/filepath"
	"strings"
	"sync"
	"sync/atomic"
	"testing"

	"etalon/internal/bench/benchtest"
)

// What a careless candidate tells is in nothing that the programs print: not in what doctor says, for people or programs, nor in what a
// run writes on its outputs, whether the candidate tells it in its answer, its gesture fails with it, or its program dies of it.
func TestCanariesArePrintedNowhere(t *testing.T) {
	canaries := benchtest.Plant(t, 1)
	var heard atomic.Int64
	telling := http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		heard.Add(1)
		canaries.ServeHTTP(w, r)
	})
	exports := map[string][]byte{}
	for name, d := range map[string]seed{
		"answer": {scope: "fournisseur/A", spoil: served("endpoint: ", "organisme-fournisseur/tls", 0, telling)},
		"gesture": {scope: "fournisseur/P", spoil: sets("clock: {http: ", func(s *situation, _ string) string {
			server := httptest.NewServer(telling)
			s.t.Cleanup(server.Close)
			return server.URL
		}), only: []string{"fournisseur/P/P08"}},
		"discovery": {scope: "fournisseur-identite/-", spoil: served(`"issuer":`, "identite-locale/tls", 0, func(w http.ResponseWriter, _ *http.Request) {
			heard.Add(1)
			_ = json.NewEncoder(w).Encode(map[string]any{"issuer": canaries.Words, "token_endpoint_auth_methods_supported": strings.Split(canaries.Words, "\n")})
		}), only: []string{"fournisseur-identite/-/FI-01"}},
		"greeting": {scope: "mss-imap/-", spoil: sets(`mss-imap: {"address":`, func(s *situation, _ string) string {
			listener, err := net.Listen("tcp", "127.0.0.1:0")
			if err != nil {
				s.t.Fatal(err)
			}
			var serving sync.WaitGroup
			serving.Go(func() {
				for {
					conn, err := listener.Accept()
					if err != nil {
						return
					}
					heard.Add(1)
					_, _ = io.WriteString(conn, "* BYE "+strings.ReplaceAll(canaries.Words, "\n", " ")+"\r\n")
					_ = conn.Close()
				}
			})
			s.t.Cleanup(func() {
				_ = listener.Close()
				serving.Wait()
			})
			return listener.Addr().String()
		}), only: []string{"mss-imap/-/IMAP-01"}},
		"program": {scope: "client/A", spoil: func(s *situation) {
			s.write("dit.txt", canaries.Words+canaries.Mail)
			driven(`{command: [sh, -c, "cat dit.txt; cat dit.txt >&2; exit 3"]}`)(s)
			heard.Add(1)
		}},
		"program of one line": {scope: "client/A", spoil: func(s *situation) {
			s.write("dit.txt", string(bytes.ReplaceAll([]byte(canaries.Words), []byte("\n"), []byte(" "))))
			driven(`{command: [sh, -c, "cat dit.txt >&2; exit 3"]}`)(s)
			heard.Add(1)
		}},
	} {
		t.Run(name, func(t *testing.T) {
			before := heard.Load()
			s := situate(t, d)
			for what, args := range map[string][]string{
				"doctor fr": {"doctor", s.file, "--lang", "fr"}, "doctor en": {"doctor", s.file, "--lang", "en"}, "doctor --json": {"doctor", s.file, "--json"},
				"run": append([]string{"run", s.file, "--lang", "fr", "--out", filepath.Join(t.TempDir(), "run")}, d.only...),
			} {
				var out, diagnostics bytes.Buffer
				run(t.Context(), args, streams{out: &out, err: &diagnostics})
				if out.Len() == 0 {
					t.Errorf("%s says nothing: %s", what, diagnostics.String())
				}
				exports[name+", "+what], exports[name+", "+what+", diagnostics"] = out.Bytes(), diagnostics.Bytes()
			}
			if heard.Load() == before {
				t.Error("nothing was told")
			}
		})
	}
	leaks := benchtest.Hunt(t, exports, canaries)
	t.Logf("%d canaries, %d outputs, %d leaks", len(canaries.All), len(exports), len(leaks))
}
