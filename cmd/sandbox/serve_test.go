package main

import (
	"bufio"
	"crypto/tls"
	"crypto/x509"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"net/http"
	"net/http/cookiejar"
	"net/url"
	"os"
	"os/exec"
	"path/filepath"
	"regexp"
	"slices"
	"strings"
	"syscall"
	"testing"
	"time"

	"etalon/internal/candidate"
	"etalon/internal/pki"
	"etalon/internal/stand"
	"etalon/internal/store"
)

// sandboxConfig is a candidate file that gives the sandbox a PKI and its ports, the last of them where the
// certificates of the PKI say that revocation lists are.
const sandboxConfig = `candidate: {name: Essai, vendor: Essai, version: "1"}
pki: {dir: pki}
listen: {address: 127.0.0.1, ports: {provider: %d, client: %d, probe: %d, revocation: %d, service: %d, portal: %d}}
roles:
  fournisseur:
    A: {endpoint: "https://127.0.0.1:1/interops/service-a"}
`

// served is a sandbox that plays, with the client's credentials of its PKI.
type served struct {
	provider, management, client, acs, portal string
	store                                     string // its folder

	set *pki.Set
}

// sandboxFile writes a candidate file of free ports, with its PKI.
func sandboxFile(t *testing.T) (config string, set *pki.Set) {
	t.Helper()
	dir := t.TempDir()
	var ports [6]any
	for i := range ports {
		port, err := stand.FreePort()
		if err != nil {
			t.Fatal(err)
		}
		ports[i] = port
	}
	set, err := stand.NewPKI(candidate.DefaultConvention(), fmt.Sprintf("http://127.0.0.1:%d", ports[3]), false)
	if err != nil {
		t.Fatal(err)
	}
	if err := set.Save(filepath.Join(dir, "pki")); err != nil {
		t.Fatal(err)
	}
	config = filepath.Join(dir, "candidate.yaml")
	if err := os.WriteFile(config, fmt.Appendf(nil, sandboxConfig, ports[:]...), 0o600); err != nil {
		t.Fatal(err)
	}
	return config, set
}

// serve starts sandbox serve in a process of its own and reads the addresses that it prints when it is ready.
func serve(t *testing.T) served {
	t.Helper()
	return serveWith(t, func(served) []string { return []string{"--listen", "127.0.0.1:0"} })
}

// serveWith is serve with other flags.
func serveWith(t *testing.T, flags func(served) []string) served {
	t.Helper()
	config, set := sandboxFile(t)
	kept := filepath.Join(t.TempDir(), "store")
	cmd := exec.Command("sandbox", append([]string{"serve", "--config", config, "--lang", "en", "--store", kept}, flags(served{set: set})...)...)
	return ready(t, cmd, served{set: set, store: kept})
}

// ready starts a sandbox and reads the addresses that it prints.
func ready(t *testing.T, cmd *exec.Cmd, s served) served {
	t.Helper()
	out, err := cmd.StdoutPipe()
	if err != nil {
		t.Fatal(err)
	}
	if err := cmd.Start(); err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() {
		_ = cmd.Process.Signal(syscall.SIGTERM)
		if err := cmd.Wait(); err != nil {
			t.Errorf("sandbox serve: %v", err)
		}
	})
	lines := bufio.NewScanner(out)
	for _, into := range []*string{&s.provider, &s.management, &s.client, &s.acs, &s.portal} {
		if !lines.Scan() {
			t.Fatal("sandbox serve ended before it was ready")
		}
		*into = strings.TrimRight(regexp.MustCompile(`https?://[^ ;]+`).FindString(lines.Text()), "/")
	}
	return s
}

// link is a client that presents a credential of the test PKI.
func (s served) link(t *testing.T, credential string) *http.Client {
	t.Helper()
	c, err := s.set.Credential(credential)
	if err != nil {
		t.Fatal(err)
	}
	config := pki.ClientConfig(c, time.Now, pki.AcceptAny)
	return &http.Client{Transport: &http.Transport{TLSClientConfig: config}}
}

func TestServeAcceptsMutualTLS(t *testing.T) {
	s := serve(t)
	answer, err := s.link(t, "organisme-client/tls").Post(s.provider, "text/xml; charset=utf-8", strings.NewReader("<a/>"))
	if err != nil {
		t.Fatal(err)
	}
	defer answer.Body.Close()
	body, err := io.ReadAll(answer.Body)
	if err != nil || !strings.Contains(string(body), "Fault") || answer.TLS.Version < tls.VersionTLS12 {
		t.Errorf("answer %s, %v: want a fault over TLS 1.2 or later\n%s", answer.Status, err, body)
	}
	for _, refused := range []string{"organisme-client/tls~expired", "organisme-client/tls~unknown-ca"} {
		answer, err := s.link(t, refused).Post(s.provider, "text/xml; charset=utf-8", strings.NewReader("<a/>"))
		if err == nil {
			answer.Body.Close()
			t.Errorf("%s: the link was accepted, %s", refused, answer.Status)
		}
	}
}

// What happens at the partner's socket is told at once to those who follow: the median of some calls is told in no more than
// a few times what a call takes, on whatever machine, where a console that only looks from time to time takes a hundred.
func TestCallsAreToldAtOnce(t *testing.T) {
	const many, few = 21, 20
	s := serve(t)
	request, err := http.NewRequestWithContext(t.Context(), http.MethodGet, s.management+"/api/events?role=fournisseur", nil)
	if err != nil {
		t.Fatal(err)
	}
	stream, err := http.DefaultClient.Do(request)
	if err != nil {
		t.Fatal(err)
	}
	defer stream.Body.Close()
	lines, client := bufio.NewScanner(stream.Body), s.link(t, "organisme-client/tls")
	lines.Buffer(nil, 1<<20)
	var called, took []time.Duration
	for range many {
		began := time.Now()
		answer, err := client.Post(s.provider, "text/xml; charset=utf-8", strings.NewReader("<a/>"))
		if err != nil {
			t.Fatal(err)
		}
		_, _ = io.Copy(io.Discard, answer.Body)
		answer.Body.Close()
		called, began = append(called, time.Since(began)), time.Now()
		for lines.Scan() && !strings.HasPrefix(lines.Text(), "data: ") {
		}
		var x store.Exchange
		if err := json.Unmarshal([]byte(strings.TrimPrefix(lines.Text(), "data: ")), &x); err != nil || x.Status == 0 {
			t.Fatalf("%v, %q", err, lines.Text())
		}
		took = append(took, time.Since(began))
	}
	slices.Sort(called)
	slices.Sort(took)
	t.Logf("calls: median %s; told after: median %s, longest %s", called[many/2], took[many/2], took[many-1])
	if took[many/2] > few*called[many/2] {
		t.Errorf("the median call took %s and was told after %s more", called[many/2], took[many/2])
	}
}

func TestServeManagement(t *testing.T) {
	s := serve(t)
	if status, roots := get(t, s.management+"/roots.pem", nil); status != http.StatusOK || roots != string(s.set.RootsPEM()) {
		t.Errorf("roots.pem: status %d, want the roots of the PKI, got %q", status, roots)
	}
	if status, clock := get(t, s.management+"/clock", nil); status != http.StatusOK || !strings.HasSuffix(clock, "Z") {
		t.Errorf("clock: status %d, %s", status, clock)
	}
	page := func(r *http.Request) { r.Header.Set("Origin", "https://example.org") }
	if status, _ := get(t, s.management+"/clock", page); status != http.StatusForbidden {
		t.Errorf("clock, asked by a page of a browser: status %d, want %d", status, http.StatusForbidden)
	}
	rebound := func(r *http.Request) { r.Host = "example.org" }
	if status, _ := get(t, s.management+"/clock", rebound); status != http.StatusForbidden {
		t.Errorf("clock, under another name: status %d, want %d", status, http.StatusForbidden)
	}
}

// get asks for a page, as change has it.
func get(t *testing.T, url string, change func(*http.Request)) (int, string) {
	t.Helper()
	request, err := http.NewRequestWithContext(t.Context(), http.MethodGet, url, nil)
	if err != nil {
		t.Fatal(err)
	}
	if change != nil {
		change(request)
	}
	answer, err := http.DefaultClient.Do(request)
	if err != nil {
		t.Fatal(fmt.Errorf("get %s: %w", url, err))
	}
	defer answer.Body.Close()
	body, err := io.ReadAll(answer.Body)
	if err != nil {
		t.Fatal(err)
	}
	return answer.StatusCode, string(body)
}

// A person logs in to the partner's portal and comes out at the partner's service, with a session there; and a fault
// armed in mode P is one of the service's alone.
func TestServeModeP(t *testing.T) {
	s := serve(t)
	jar, err := cookiejar.New(nil)
	if err != nil {
		t.Fatal(err)
	}
	roots := x509.NewCertPool()
	roots.AppendCertsFromPEM(s.set.RootsPEM())
	person := &http.Client{Jar: jar, Transport: &http.Transport{
		TLSClientConfig: &tls.Config{RootCAs: roots}, DisableKeepAlives: true,
	}}
	login, err := url.Parse(s.portal)
	if err != nil {
		t.Fatal(err)
	}
	login.Path = "/login"
	page, status := visit(t, func() (*http.Response, error) {
		return person.PostForm(login.String(), url.Values{"identifiant": {"agent-0001"}, "secret": {"essai-agent-0001"}})
	})
	if status != http.StatusOK {
		t.Fatalf("login: %d\n%s", status, page)
	}
	out := func() (string, int) {
		return visit(t, func() (*http.Response, error) { return person.Get(s.portal + "/dossiers") })
	}
	if page, status = out(); status != http.StatusOK || !strings.Contains(page, "agent-0001") {
		t.Errorf("the partner's page: %d\n%s", status, page)
	}
	arm := func(body string, want int) {
		t.Helper()
		answer, err := http.Post(s.management+"/faults", "application/json", strings.NewReader(body))
		if err != nil {
			t.Fatal(err)
		}
		answer.Body.Close()
		if answer.StatusCode != want {
			t.Errorf("%s: %d, want %d", body, answer.StatusCode, want)
		}
	}
	for body, want := range map[string]int{
		`{"fault": "tls-server-certificate-expired", "mode": "P"}`:  http.StatusNoContent,
		`{"fault": "tls-server-certificate-expired", "mode": "S"}`:  http.StatusNotFound,
		`{"fault": "vi-audience-other", "mode": "P"}`:               http.StatusNotFound,
		`{"fault": "tls-server-certificate-expired", "modus": "P"}`: http.StatusBadRequest,
	} {
		arm(body, want)
	}
	if page, status = out(); status == http.StatusOK {
		t.Errorf("the portal sends a person to a service whose certificate is expired: %s", page)
	}
	arm(`{"fault": "", "mode": "P"}`, http.StatusNoContent)
	if page, status = out(); status != http.StatusOK {
		t.Errorf("once disarmed: %d\n%s", status, page)
	}
}

// visit makes a request and returns the page where it ends.
func visit(t *testing.T, do func() (*http.Response, error)) (string, int) {
	t.Helper()
	answer, err := do()
	if err != nil {
		t.Fatal(err)
	}
	defer answer.Body.Close()
	body, err := io.ReadAll(answer.Body)
	if err != nil {
		t.Fatal(err)
	}
	return string(body), answer.StatusCode
}

// What the partners see and do is in the console, with its faults and without credentials, and in a backup made meanwhile.
func TestServeKeepsWhatItSees(t *testing.T) {
	s := serve(t)
	answer, err := http.Post(s.management+"/faults", "application/json", strings.NewReader(`{"fault": "answer-fault-invalid-vi", "mode": "A"}`))
	if err != nil {
		t.Fatal(err)
	}
	answer.Body.Close()
	if answer.StatusCode != http.StatusNoContent {
		t.Fatalf("arm: %s", answer.Status)
	}
	request, err := http.NewRequestWithContext(t.Context(), http.MethodPost, s.provider+"?q=1", strings.NewReader("<a>marqueur</a>"))
	if err != nil {
		t.Fatal(err)
	}
	request.Header.Set("Content-Type", "text/xml; charset=utf-8")
	request.Header.Set("Authorization", "Bearer canary-of-a-credential")
	if answer, err = s.link(t, "organisme-client/tls").Do(request); err != nil {
		t.Fatal(err)
	}
	answer.Body.Close()
	var page store.Page
	status, body := get(t, s.management+"/api/exchanges?q=marqueur", nil)
	if err := json.Unmarshal([]byte(body), &page); err != nil || status != http.StatusOK || page.Total != 1 {
		t.Fatalf("status %d, %v\n%s", status, err, body)
	}
	x := page.Exchanges[0]
	if x.Role != "fournisseur" || x.Mode != "A" || x.Partner != "organisme-fournisseur" || x.Status != answer.StatusCode || x.Fault != "answer-fault-invalid-vi" || x.Violates == "" || x.TLS == nil || !strings.Contains(x.Peer, "organisme-client") || len(x.Findings) == 0 {
		t.Errorf("kept %+v", x)
	}
	if strings.Contains(body, "canary-of-a-credential") || !strings.Contains(x.Request.Head, "redacted:") {
		t.Errorf("a credential is kept: %s", body)
	}
	if status, page := get(t, s.management+"/exchanges", nil); status != http.StatusOK || !strings.Contains(page, "answer-fault-invalid-vi") {
		t.Errorf("page: %d\n%s", status, page)
	}
	backup := filepath.Join(t.TempDir(), "backup.zip")
	again := filepath.Join(t.TempDir(), "again")
	for _, args := range [][]string{{"backup", "--store", s.store, backup}, {"restore", "--store", again, backup}} {
		if out, err := exec.Command("sandbox", args...).CombinedOutput(); err != nil {
			t.Fatalf("%v: %v\n%s", args, err, out)
		}
	}
	for _, args := range [][]string{{"backup", "--store", s.store, backup}, {"restore", "--store", again, backup}, {"restore", "--store", again + "-2", s.store}, {"backup", "--store", again + "-3", backup + "-2"}} {
		out, err := exec.Command("sandbox", args...).CombinedOutput()
		var exit *exec.ExitError
		if !errors.As(err, &exit) || exit.ExitCode() != 2 || !strings.Contains(string(out), "hint: ") {
			t.Errorf("%v: %v\n%s", args, err, out)
		}
	}
	restored, err := store.Open(t.Context(), again)
	if err != nil {
		t.Fatal(err)
	}
	defer restored.Close()
	if got, err := restored.Exchange(t.Context(), "", x.ID); err != nil || got.Fault != x.Fault {
		t.Errorf("restored %+v, %v", got, err)
	}
}
