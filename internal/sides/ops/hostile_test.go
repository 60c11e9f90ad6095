package ops_test

import (
	"bytes"
	"crypto/tls"
	"fmt"
	"io"
	"net/http"
	"net/http/httptest"
	"os"
	"path/filepath"
	"strings"
	"sync/atomic"
	"testing"
	"time"

	"etalon/internal/candidate"
	"etalon/internal/scenario"
	"etalon/internal/stand"
	"etalon/internal/verdict"
)

// hostile serves a provider candidate that relays every call to the probe as long as honest says so, and plays act
// else. It returns the candidate file.
func hostile(t *testing.T, honest func(call int64) bool, act http.HandlerFunc) *stand.Stub {
	t.Helper()
	s := suiteOf(t)
	convention := candidate.DefaultConvention()
	project := convention.Projects[0]
	credential, err := s.pki().Credential(project.Provider + "/tls")
	if err != nil {
		t.Fatal(err)
	}
	port, err := stand.FreePort()
	if err != nil {
		t.Fatal(err)
	}
	var calls atomic.Int64
	server := httptest.NewUnstartedServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		if !honest(calls.Add(1)) {
			act(w, r)
			return
		}
		body, _ := io.ReadAll(r.Body)
		answer, err := http.Post(fmt.Sprintf("http://127.0.0.1:%d/", port), "text/xml", bytes.NewReader(body))
		if err != nil {
			http.Error(w, "", http.StatusBadGateway)
			return
		}
		defer answer.Body.Close()
		w.Header().Set("Content-Type", "text/xml")
		_, _ = io.Copy(w, answer.Body)
	}))
	server.TLS = &tls.Config{Certificates: []tls.Certificate{credential.TLS()}, ClientAuth: tls.RequestClientCert}
	server.Config.ErrorLog = nil
	server.StartTLS()
	t.Cleanup(func() {
		server.CloseClientConnections()
		server.Close()
	})
	path := filepath.Join(t.TempDir(), "candidate.yaml")
	err = candidate.StubCandidate{
		Name: "Hostile", Version: "1", Address: "127.0.0.1", Ports: candidate.Ports{Probe: port},
		Provider: &candidate.StubRole{
			Organism: project.Provider, Project: project.Name, Service: project.Services[0].Name,
			URL: server.URL + "/interops", Backend: candidate.BackendProbe,
		},
	}.Write(path)
	if err != nil {
		t.Fatal(err)
	}
	return &stand.Stub{Candidate: path}
}

// script is what an answer may hold to attack whoever reads the report or the terminal.
const script = "\x1b[2J\x1b]0;owned\a<script>alert(1)</script>"

// answers are what hostile candidates give back.
var answers = map[string]http.HandlerFunc{
	"closes mid-answer": func(w http.ResponseWriter, _ *http.Request) {
		w.Header().Set("Content-Length", "100000")
		_, _ = io.WriteString(w, "<s:Envelope")
		panic(http.ErrAbortHandler)
	},
	"never answers": func(_ http.ResponseWriter, r *http.Request) {
		_, _ = io.Copy(io.Discard, r.Body)
		<-r.Context().Done()
	},
	"huge answer": func(w http.ResponseWriter, _ *http.Request) {
		block := bytes.Repeat([]byte("A"), 1<<20)
		for range 12 {
			if _, err := w.Write(block); err != nil {
				return
			}
		}
	},
	"binary garbage": func(w http.ResponseWriter, _ *http.Request) {
		w.Header().Set("Content-Type", "text/xml")
		_, _ = w.Write([]byte("\x00\xff\xfe<\x01\x02?xml\x80"))
	},
	"page with script": func(w http.ResponseWriter, _ *http.Request) {
		w.Header().Set("Content-Type", "text/html")
		w.WriteHeader(http.StatusInternalServerError)
		_, _ = io.WriteString(w, "<html>"+script+"</html>")
	},
	"redirects to itself": func(w http.ResponseWriter, r *http.Request) {
		http.Redirect(w, r, r.URL.String(), http.StatusTemporaryRedirect)
	},
	"gives the message back": func(w http.ResponseWriter, r *http.Request) {
		w.Header().Set("Content-Type", "text/xml")
		_, _ = io.Copy(w, r.Body)
	},
	"endless fault code": func(w http.ResponseWriter, _ *http.Request) {
		w.Header().Set("Content-Type", "text/xml")
		w.WriteHeader(http.StatusInternalServerError)
		fmt.Fprintf(w, `<s:Envelope xmlns:s="http://schemas.xmlsoap.org/soap/envelope/"><s:Body><s:Fault><faultcode xmlns:x="urn:x">x:%s</faultcode><faultstring>x</faultstring></s:Fault></s:Body></s:Envelope>`, strings.Repeat("a", 1<<20))
	},
	"endless status line": raw("HTTP/1.1 " + strings.Repeat("9", 1<<20) + "\r\n\r\n"),
	"no HTTP at all":      raw(script + "\r\n\r\n"),
}

// raw writes bytes on the connection in place of an answer.
func raw(text string) http.HandlerFunc {
	return func(w http.ResponseWriter, _ *http.Request) {
		conn, _, err := w.(http.Hijacker).Hijack()
		if err != nil {
			return
		}
		_, _ = io.WriteString(conn, text)
		_ = conn.Close()
	}
}

// patience keeps the test of a silent candidate short; the others answer at once, and may be waited for.
func patience(name string) func(*scenario.Config, *stand.Stub) {
	return func(c *scenario.Config, _ *stand.Stub) {
		if name == "never answers" {
			c.Patience = 2 * time.Second
		}
	}
}

// A candidate that is hostile from the first exchange is not judged, and never brings the judge down.
func TestHostileFromTheStart(t *testing.T) {
	for name, act := range answers {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			stub := hostile(t, func(int64) bool { return false }, act)
			dir := t.TempDir()
			run := trial{role: candidate.RoleProvider, selector: []string{"fournisseur/A/V10"}, change: patience(name), dir: dir + "/run"}.run(t, stub)
			if len(run.Trouble) != 1 {
				t.Fatalf("trouble %v", run.Trouble)
			}
			same(t, "accusations", accusations(run), nil)
			key := map[string]string{
				"never answers": verdict.ReasonUnreachable, "huge answer": verdict.ReasonMisdeclared,
				"binary garbage": verdict.ReasonMisdeclared, "gives the message back": verdict.ReasonMisdeclared,
			}[name]
			if key == "" {
				key = verdict.ReasonRoleHonestRefused
			}
			if got := run.Trouble[0].Reason.Key; got != key {
				t.Errorf("reason %s, want %s", got, key)
			}
			bounded(t, dir+"/run", run)
		})
	}
}

// A candidate that is hostile to faulty messages alone is judged by the effect: nothing reached the application.
func TestHostileToFaults(t *testing.T) {
	// What each answer adds to the verdict of the case, which is a refusal by the effect: F10 where it is no fault.
	departs := map[string]string{"huge answer": "F10", "binary garbage": "F10", "gives the message back": "F10"}
	for name, act := range answers {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			// Calls: the gate, the opening control, the faulty message, the closing control.
			stub := hostile(t, func(call int64) bool { return call != 3 }, act)
			dir := t.TempDir()
			run := trial{
				role: candidate.RoleProvider, selector: []string{"fournisseur/A/V08-N1"}, jobs: 1, change: patience(name), dir: dir + "/run",
			}.run(t, stub)
			c := caseOf(t, run, "V08-N1")
			want := verdict.Pass
			if name == "never answers" {
				want = verdict.Inconclusive // nobody knows whether it would have been refused
			}
			if c.Verdict != want {
				t.Errorf("%s (%v), want %s", c.Verdict, c.Why, want)
			}
			var accused []string
			for _, f := range c.Findings {
				accused = append(accused, f.Requirement)
			}
			same(t, "accused of", accused, strings.Fields(departs[name]))
			bounded(t, dir+"/run", run)
		})
	}
}

// A VI that comes back in the answer to a faulty message is seen for what it is, and for nothing else.
func TestAnswerWithTheVI(t *testing.T) {
	t.Parallel()
	stub := hostile(t, func(call int64) bool { return call != 3 }, answers["gives the message back"])
	run := trial{role: candidate.RoleProvider, selector: []string{"fournisseur/A/L08-N2"}, jobs: 1}.run(t, stub)
	same(t, "failed", failed(run), []string{"L08"})
}

// A candidate that turns hostile for good stops being judged.
func TestTurnsHostile(t *testing.T) {
	for _, name := range []string{"closes mid-answer", "never answers", "binary garbage"} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			stub := hostile(t, func(call int64) bool { return call < 4 }, answers[name])
			run := trial{
				role: candidate.RoleProvider, selector: []string{"fournisseur/A/V13-N1", "fournisseur/A/V13-N2", "fournisseur/A/V13-N3"},
				jobs: 1, change: patience(name),
			}.run(t, stub)
			for _, c := range run.Cases {
				if c.Verdict == verdict.Pass {
					t.Errorf("%s passes against a candidate that takes nothing any more", c.Address)
				}
			}
			if run.Level != (verdict.Levels{}) {
				t.Errorf("level %v", run.Level)
			}
		})
	}
}

// bounded checks that what a candidate sends does not fill the disk, nor the lines of a record, and that no
// panic of ours was hidden.
func bounded(t *testing.T, dir string, run *verdict.Run) {
	t.Helper()
	files, err := filepath.Glob(filepath.Join(dir, "evidence", "*"))
	if err != nil || len(files) == 0 {
		t.Fatalf("evidence: %d files, %v", len(files), err)
	}
	for _, name := range files {
		info, err := os.Stat(name)
		if err != nil || info.Size() > 300<<10 {
			t.Errorf("%s: %d bytes, %v", filepath.Base(name), info.Size(), err)
		}
	}
	record, err := os.ReadFile(filepath.Join(dir, "record.jsonl"))
	if err != nil {
		t.Fatal(err)
	}
	for i, line := range bytes.Split(record, []byte("\n"))[1:] {
		if len(line) > 32<<10 {
			t.Errorf("line %d of the record: %d bytes", i+2, len(line))
		}
	}
	if bytes.ContainsAny(record, "\x1b\a") {
		t.Error("the record holds control characters")
	}
	for _, c := range run.Cases {
		if c.Why.Key == verdict.ReasonPanic || c.Why.Key == verdict.ReasonHarnessError {
			t.Errorf("%s: %v", c.Address, c.Why)
		}
	}
}
