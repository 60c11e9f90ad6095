package api_test

import (
	"crypto/tls"
	"io"
	"io/fs"
	"log"
	"net"
	"net/http"
	"net/http/httptest"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"

	"etalon/internal/candidate"
	"etalon/internal/sides/sidetest"
	"etalon/internal/verdict"
)

// careless starts an API that gives its answer to whoever asks, and declares it with what change makes of it.
func careless(t *testing.T, answer string, change func(*candidate.PSCAPI)) string {
	t.Helper()
	return answering(t, answer, false, change)
}

// answering is careless; a strict one ends the link of who has no certificate of the test authority.
func answering(t *testing.T, answer string, strict bool, change func(*candidate.PSCAPI)) string {
	t.Helper()
	credential, err := sidetest.Of(t).Stand.Bench.PKI.Credential(candidate.APIOrganism + "/tls")
	if err != nil {
		t.Fatal(err)
	}
	mux := http.NewServeMux()
	mux.HandleFunc("/token", func(w http.ResponseWriter, _ *http.Request) { _, _ = w.Write([]byte(answer)) })
	mux.HandleFunc("/r", func(w http.ResponseWriter, _ *http.Request) { _, _ = w.Write([]byte("dossier")) })
	s := httptest.NewUnstartedServer(mux)
	s.Config.ErrorLog = log.New(io.Discard, "", 0)
	s.TLS = &tls.Config{Certificates: []tls.Certificate{credential.TLS()}, ClientAuth: tls.RequestClientCert}
	if strict {
		s.TLS.ClientAuth, s.TLS.ClientCAs = tls.RequireAndVerifyClientCert, sidetest.Of(t).Stand.Bench.RootPool()
	}
	s.StartTLS()
	t.Cleanup(s.Close)
	declared := &candidate.PSCAPI{
		Token: s.URL + "/token", Resource: s.URL + "/r", Scope: "s", Parameters: map[string]string{"client_secret": "dit+à/tous=42"},
		PSC: candidate.PSC{Listen: "auto"},
	}
	if change != nil {
		change(declared)
	}
	file := filepath.Join(t.TempDir(), "candidate.yaml")
	if err := (candidate.StubCandidate{Name: "API", Version: "1", PSCAPI: declared}).Write(file); err != nil {
		t.Fatal(err)
	}
	return file
}

// unboundJWT is a token that says nothing of its binding.
const unboundJWT = "eyJhbGciOiJIUzI1NiJ9.eyJzdWIiOiJhIn0.c2lnbmF0dXJlLXF1aS1vdXZyZQ"

// A token that stands in an answer of careless JSON was given, and the record holds neither it nor what renews it, nor what
// proves who asks.
func TestTokenOfACarelessAnswer(t *testing.T) {
	const renewing = `renouvelle\/tout+de=suite`
	for name, answer := range map[string]string{
		"twice":    `{"scope":"s","access_token":"` + unboundJWT + `","scope":"s","refresh_token":"` + renewing + `"}`,
		"followed": `{"access_token":"` + unboundJWT + `","refresh_token":"` + renewing + `"} ;`,
		"broken":   `{"access_token":"` + unboundJWT + `","refresh_token":"` + renewing + `",}`,
	} {
		out := filepath.Join(t.TempDir(), "run")
		run := rig{selector: []string{"API-01", "API-02"}, out: out}.run(t, careless(t, answer, nil))
		if got := failed(run); !slices.Equal(got, []string{"API-01", "API-02"}) || len(run.Trouble) > 0 {
			t.Errorf("%s: failed %v, trouble %+v", name, got, run.Trouble)
			sidetest.Told(t, run)
		}
		err := filepath.WalkDir(out, func(path string, entry fs.DirEntry, err error) error {
			if err != nil || entry.IsDir() {
				return err
			}
			raw, err := os.ReadFile(path)
			for _, secret := range []string{unboundJWT, renewing, "renouvelle/tout", "renouvelle%2Ftout", "dit+à/tous=42", "dit%2B%C3%A0%2Ftous%3D42"} {
				if strings.Contains(string(raw), secret) {
					t.Errorf("%s: %s holds %q", name, filepath.Base(path), secret)
				}
			}
			return err
		})
		if err != nil {
			t.Error(err)
		}
	}
}

// A token that names no certificate may be bound by introspection alone (RFC 8705 §3.2): where none is declared, nobody knows.
func TestBindingThatCannotBeSeen(t *testing.T) {
	run := rig{selector: []string{"API-09"}}.run(t, careless(t, `{"access_token":"`+unboundJWT+`"}`, nil))
	if len(run.Cases) != 1 || run.Cases[0].Verdict != verdict.Inconclusive || run.Cases[0].Why.Key != verdict.ReasonNotDeclared {
		sidetest.Told(t, run)
		t.Errorf("%+v", run.Cases)
	}
}

// Who answers nothing in clear has refused nothing; where nobody listens, nothing can be had.
func TestSilenceInClearIsNoRefusal(t *testing.T) {
	deaf, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { _ = deaf.Close() })
	closed, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	nobody := closed.Addr().String()
	_ = closed.Close()
	for place, want := range map[string]verdict.Verdict{deaf.Addr().String(): verdict.Inconclusive, nobody: verdict.Pass, "nulle-part.invalid": verdict.Inconclusive} {
		run := rig{selector: []string{"API-17"}}.run(t, careless(t, `{"access_token":"`+unboundJWT+`"}`, func(a *candidate.PSCAPI) { a.Plain = "http://" + place + "/r" }))
		if len(run.Cases) != 1 || run.Cases[0].Verdict != want {
			sidetest.Told(t, run)
			t.Errorf("%s: want %s", place, want)
		}
	}
}

// A link that ends at the certificate is a refusal, whatever it is called and whenever TLS tells of it.
func TestRefusalByTheLink(t *testing.T) {
	run := rig{selector: []string{"*/*/API-03-N2", "*/*/API-03-N3", "*/*/API-03-N4", "API-02"}}.run(t, answering(t, `{"access_token":"`+unboundJWT+`"}`, true, nil))
	for _, c := range run.Cases {
		if c.Verdict != verdict.Pass {
			t.Errorf("%s: %s %+v %+v", c.Address, c.Verdict, c.Why, c.Findings)
		}
	}
	if len(run.Cases) != 4 {
		t.Errorf("%d cases", len(run.Cases))
	}
}
