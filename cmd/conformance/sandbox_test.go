package main

import (
	"bufio"
	"bytes"
	"fmt"
	"io"
	"net/http"
	"net/http/httptest"
	"os"
	"os/exec"
	"path/filepath"
	"regexp"
	"strings"
	"syscall"
	"testing"

	"etalon/internal/stand"
)

// sandboxFile is a candidate file that gives a sandbox its ports.
const sandboxFile = `candidate: {name: Essai, vendor: Essai, version: "1"}
listen: {address: 127.0.0.1, ports: {provider: %d, client: %d, probe: %d, revocation: %d, service: %d, portal: %d}}
roles:
  fournisseur:
    A: {endpoint: "https://127.0.0.1:1/interops/service-a"}
`

// sandboxServes starts a sandbox until the test ends, and returns its management address.
func sandboxServes(t *testing.T) string {
	t.Helper()
	if err := buildSandbox(); err != nil {
		t.Fatal(err)
	}
	dir := t.TempDir()
	var ports [6]any
	for i := range ports {
		port, err := stand.FreePort()
		if err != nil {
			t.Fatal(err)
		}
		ports[i] = port
	}
	config := filepath.Join(dir, "candidate.yaml")
	if err := os.WriteFile(config, fmt.Appendf(nil, sandboxFile, ports[:]...), 0o600); err != nil {
		t.Fatal(err)
	}
	out := begin(t, "serve", "--config", config, "--listen", "127.0.0.1:0", "--lang", "en", "--store", filepath.Join(dir, "store"))
	for lines := bufio.NewScanner(out); lines.Scan(); {
		if found := regexp.MustCompile(`console and management: (http://[^ ]+)/;`).FindStringSubmatch(lines.Text()); found != nil {
			return found[1]
		}
	}
	t.Fatal("sandbox serve ended before it was ready")
	return ""
}

// begin starts the partner and returns what it writes; it is ended with the test, and must end well.
func begin(t *testing.T, args ...string) *bufio.Reader {
	t.Helper()
	cmd := exec.Command(filepath.Join(tools, "sandbox"), args...)
	pipe, err := cmd.StdoutPipe()
	if err != nil {
		t.Fatal(err)
	}
	if err := cmd.Start(); err != nil {
		t.Fatal(err)
	}
	out := bufio.NewReader(pipe)
	t.Cleanup(func() {
		_ = cmd.Process.Signal(syscall.SIGTERM)
		_, _ = io.Copy(io.Discard, out)
		if err := cmd.Wait(); err != nil {
			t.Errorf("sandbox %s: %v", args[0], err)
		}
	})
	return out
}

func TestRunIsPlayedByASandbox(t *testing.T) {
	at := sandboxServes(t)
	out := filepath.Join(t.TempDir(), "run")
	stdout, stderr, status := conformance(t, "run", "essai-fournisseur-a", "fournisseur/A/V10", "--sandbox", at, "--out", out)
	if status != exitOK || !strings.Contains(stdout, "Rapport de conformité") || !strings.Contains(stderr, "réussi          fournisseur/A/V10-N1") {
		t.Fatalf("status %d\n%s\n%s", status, stdout, stderr)
	}
	for _, file := range []string{"report.zip", "report.html", "run.json", "junit.xml", "report.txt", "report.pdf"} {
		if info, err := os.Stat(filepath.Join(out, file)); err != nil || info.Size() == 0 {
			t.Errorf("%s: %v", file, err)
		}
	}
	if _, stderr, status := conformance(t, "verify", filepath.Join(out, "report.zip")); status != exitUndetermined {
		t.Errorf("verify: %d\n%s", status, stderr)
	}
	if stdout, stderr, status := conformance(t, "report", out); status != exitOK || !strings.Contains(stdout, "8 réussis") {
		t.Errorf("report: %d\n%s\n%s", status, stdout, stderr)
	}
	if _, stderr, status := conformance(t, "run", "essai-fournisseur-a", "--sandbox", at, "--out", out); status != exitUsage || !strings.Contains(stderr, "contient déjà une exécution") {
		t.Errorf("the same folder: %d\n%s", status, stderr)
	}
	other := out + "-2"
	if _, stderr, status := conformance(t, "run", "essai-fournisseur-a-skips-audience", "fournisseur/A/V10", "--sandbox", at, "--out", other); status != exitFailed || !strings.Contains(stderr, "ÉCHEC           fournisseur/A/V10-N1") {
		t.Errorf("one that has a flaw: %d\n%s", status, stderr)
	}
	for name, c := range map[string]struct {
		args []string
		want string
	}{
		"unknown":          {[]string{"inconnu"}, "unknown-candidate"},
		"no such file":     {[]string{"absent/candidate.yaml"}, "ce fichier n'existe pas"},
		"nothing selected": {[]string{"essai-fournisseur-a", "client/A"}, "nothing-selected"},
		"our seed":         {[]string{"essai-fournisseur-a", "--seed", "1"}, "--seed"},
		"our key":          {[]string{"essai-fournisseur-a", "--sign-key", "k.p12"}, "--sign-key"},
	} {
		if _, stderr, status := conformance(t, append([]string{"run", "--sandbox", at, "--out", out + "-3"}, c.args...)...); status != exitUsage || !strings.Contains(stderr, c.want) {
			t.Errorf("%s: %d\n%s", name, status, stderr)
		}
	}
}

// Waivers and a baseline go to the sandbox with the order: what is wrong with them is told as here, and the exit status follows them.
func TestRunAtASandboxWithWaiversAndBaseline(t *testing.T) {
	at, dir := sandboxServes(t), t.TempDir()
	file := func(name, text string) string {
		path := filepath.Join(dir, name)
		if err := os.WriteFile(path, []byte(text), 0o600); err != nil {
			t.Fatal(err)
		}
		return path
	}
	flawed := []string{"run", "essai-fournisseur-a-skips-audience", "fournisseur/A/V10", "--sandbox", at, "--lang", "en", "--out"}
	play := func(out string, want int, says string, more ...string) {
		t.Helper()
		stdout, stderr, status := conformance(t, append(append(flawed[:len(flawed):len(flawed)], filepath.Join(dir, out)), more...)...)
		if status != want || !strings.Contains(stdout+stderr, says) {
			t.Errorf("%s: %d, want %d and %q\n%s\n%s", out, status, want, says, stdout, stderr)
		}
	}
	play("first", exitFailed, "FAIL")
	play("waived", exitUndetermined, "waived", "--waivers", file("good.yaml", "waivers:\n  - {requirement: V10, reason: a, owner: b, expires: 2099-01-01}\n"))
	wrong := file("wrong.yaml", "waivers:\n  - {requirement: ZZ99, reason: a, owner: b, expires: 2099-01-01}\n")
	play("wrong", exitUsage, wrong+":2:", "--waivers", wrong)
	play("expired", exitUsage, "the waiver has expired", "--waivers", file("expired.yaml", "waivers:\n  - {requirement: V10, reason: a, owner: b, expires: 2020-01-01}\n"))
	play("known", exitOK, "regression gate (majeure): exit 0; without --baseline it would be 1", "--baseline", filepath.Join(dir, "first"))
	play("altered", exitUsage, "--baseline", "--baseline", file("report.zip", "PK"))
	play("ours", exitUsage, "the sandbox decides of that", "--validity", "3")
	for _, out := range []string{"wrong", "expired", "altered", "ours"} {
		if _, err := os.Stat(filepath.Join(dir, out)); err == nil {
			t.Errorf("%s was played", out)
		}
	}
	_, stderr, _ := conformance(t, append(flawed[:len(flawed):len(flawed)], filepath.Join(dir, "last"))...)
	campaign := regexp.MustCompile(at + `/campaigns/[0-9a-f-]+`).FindString(stderr)
	if stdout, stderr, status := conformance(t, "resume", campaign, "--out", filepath.Join(dir, "again"), "--baseline", filepath.Join(dir, "first"), "--lang", "en"); status != exitOK || !strings.Contains(stdout, "regression gate (majeure): exit 0") {
		t.Errorf("resume %s: %d\n%s\n%s", campaign, status, stdout, stderr)
	}
	honest, _, _ := conformance(t, "run", "essai-fournisseur-a", "fournisseur/A/V10", "--sandbox", at, "--out", filepath.Join(dir, "honest"))
	if stdout, stderr, status := conformance(t, "resume", campaign, "--out", filepath.Join(dir, "other"), "--baseline", filepath.Join(dir, "honest"), "--lang", "en"); status != exitUsage || !strings.Contains(stderr, "another candidate") {
		t.Errorf("another candidate: %d\n%s\n%s\n%s", status, stdout, stderr, honest)
	}
}

// A campaign is stopped by Ctrl-C, and goes on by the command that is told.
func TestRunAtASandboxIsStoppedAndResumed(t *testing.T) {
	at := sandboxServes(t)
	out := filepath.Join(t.TempDir(), "run")
	cmd := exec.Command("conformance", "run", "essai-fournisseur-a", "fournisseur/A/V1*", "fournisseur/A/V10", "fournisseur/A/V11", "fournisseur/A/V12", "--sandbox", at, "--out", out)
	progress, err := cmd.StderrPipe()
	if err != nil {
		t.Fatal(err)
	}
	if err := cmd.Start(); err != nil {
		t.Fatal(err)
	}
	var told strings.Builder
	for lines := bufio.NewScanner(progress); lines.Scan(); {
		told.WriteString(lines.Text() + "\n")
		if strings.HasPrefix(lines.Text(), "réussi") {
			_ = cmd.Process.Signal(os.Interrupt)
		}
	}
	_ = cmd.Wait()
	again := regexp.MustCompile(`hint: conformance (resume http://\S+) --out (\S+)`).FindStringSubmatch(told.String())
	if cmd.ProcessState.ExitCode() != exitHarness || again == nil || again[2] != out {
		t.Fatalf("status %d\n%s", cmd.ProcessState.ExitCode(), told.String())
	}
	if _, stderr, status := conformance(t, append(strings.Fields(again[1]), "--out", out)...); status != exitOK || strings.Contains(stderr, "ÉCHEC") {
		t.Errorf("resume: %d\n%s", status, stderr)
	}
	if _, stderr, status := conformance(t, append(strings.Fields(again[1]), "--out", out+"-2")...); status != exitOK {
		t.Errorf("of one that is over, what it left: %d\n%s", status, stderr)
	}
	for _, place := range []string{at, at + "/campaigns/", at + "/campaigns/none"} {
		if _, stderr, status := conformance(t, "resume", place, "--out", out+"-3"); status != exitUsage {
			t.Errorf("resume %s: %d\n%s", place, status, stderr)
		}
	}
}

// A file is kept under its product's name; what a page may not ask for is refused with its line.
func TestCandidateFileIsSentToASandbox(t *testing.T) {
	at := sandboxServes(t)
	dir := t.TempDir()
	file := filepath.Join(dir, "candidate.yaml")
	send := func(text string) (string, int) {
		t.Helper()
		if err := os.WriteFile(file, []byte(text), 0o600); err != nil {
			t.Fatal(err)
		}
		_, stderr, status := conformance(t, "run", file, "fournisseur/A/V10", "--sandbox", at, "--out", filepath.Join(dir, "run"))
		return stderr, status
	}
	gone, err := stand.FreePort()
	if err != nil {
		t.Fatal(err)
	}
	text := fmt.Sprintf("candidate: {name: Passerelle, vendor: Exemple, version: \"1\"}\nroles:\n  fournisseur:\n    A: {endpoint: \"https://127.0.0.1:%d/a\"}\nlisten: {ports: auto}\n", gone)
	if stderr, status := send(text); status != exitUsage || !strings.Contains(stderr, at+"/candidates/passerelle-") {
		t.Errorf("one that cannot be reached: %d\n%s", status, stderr)
	}
	if stderr, status := send(strings.Replace(text, "version: \"1\"", "version: \"2\"", 1)); !strings.Contains(stderr, at+"/candidates/passerelle-") {
		t.Errorf("its next version: %d\n%s", status, stderr)
	}
	a, err := http.Get(at + "/api/candidates")
	if err != nil {
		t.Fatal(err)
	}
	defer a.Body.Close()
	if raw, err := io.ReadAll(a.Body); err != nil || bytes.Count(raw, []byte(`"name":"Passerelle"`)) != 1 || !bytes.Contains(raw, []byte(`"version":"2"`)) {
		t.Errorf("%v %s", err, raw)
	}
	for barred, want := range map[string]string{
		strings.Replace(text, "roles:\n", "roles:\n  client:\n    A: {drive: {command: [sh]}}\n", 1): file + ":4:",
		"candidate: [": file + ":",
		strings.Replace(text, "endpoint", "endpiont", 1): "endpiont",
	} {
		if stderr, status := send(barred); status != exitUsage || !strings.Contains(stderr, want) {
			t.Errorf("%s: %d\n%s", want, status, stderr)
		}
	}
}

func TestWhatIsNoSandboxIsTold(t *testing.T) {
	answers := func(status int, body string) string {
		server := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, _ *http.Request) {
			w.WriteHeader(status)
			fmt.Fprint(w, body)
		}))
		t.Cleanup(server.Close)
		return server.URL
	}
	other := filepath.Join(t.TempDir(), "roots.pem")
	if err := os.WriteFile(other, []byte("none"), 0o600); err != nil {
		t.Fatal(err)
	}
	for name, c := range map[string]struct {
		args       []string
		says, hint string
	}{
		"nobody":          {[]string{"http://127.0.0.1:1"}, "personne n'y répond", "sandbox serve"},
		"another program": {[]string{answers(200, "<html>")}, "n'est pas un bac à sable", "--sandbox http://127.0.0.1:8540"},
		"another version": {[]string{answers(200, `{"api":"7"}`)}, "une autre version", "conformance version"},
		"a refused token": {[]string{answers(401, `{"error":"sign-in"}`)}, "n'admet pas ce jeton", "ETALON_TOKEN"},
		"in clear":        {[]string{"http://bac.exemple.test"}, "attendu http://ADRESSE:PORT sur cette machine", "--sandbox"},
		"no authority":    {[]string{"https://bac.exemple.test", "--sandbox-ca", other}, "ne contient pas de certificat en PEM", "roots.pem"},
	} {
		_, stderr, status := conformance(t, append([]string{"run", "x", "--out", filepath.Join(t.TempDir(), "run"), "--sandbox"}, c.args...)...)
		if _, hint, _ := strings.Cut(stderr, "hint: "); status != exitUsage || !strings.Contains(stderr, c.says) || !strings.Contains(hint, c.hint) {
			t.Errorf("%s: %d\n%s", name, status, stderr)
		}
	}
}

// A gesture is asked for on the terminal, and told to the sandbox by a line; what it says changes nothing in the terminal.
func TestGesturesOfACampaignThereAreMadeHere(t *testing.T) {
	made := make(chan struct{})
	mux := http.NewServeMux()
	mux.HandleFunc("GET /api/version", func(w http.ResponseWriter, _ *http.Request) { fmt.Fprint(w, `{"api":"1"}`) })
	mux.HandleFunc("POST /api/campaigns", func(w http.ResponseWriter, _ *http.Request) {
		fmt.Fprint(w, `{"id":"c1","candidate_id":"x","state":"running"}`)
	})
	mux.HandleFunc("GET /api/campaigns/c1/events", func(w http.ResponseWriter, r *http.Request) {
		fmt.Fprint(w, "id: 1\nevent: standing\ndata: {\"state\":\"running\",\"standing\":{\"gestures\":[{\"id\":\"g 1\",\"sentence\":\"Redémarrez la \\u001b[31mpasserelle\"}]}}\n\n")
		_ = http.NewResponseController(w).Flush()
		select {
		case <-made:
		case <-r.Context().Done():
			return
		}
		fmt.Fprint(w, "id: 2\nevent: done\ndata: {\"seq\":2,\"kind\":\"done\",\"gesture\":\"g 1\"}\n\nid: 2\nevent: over\ndata: {\"id\":\"c1\",\"state\":\"failed\",\"why\":\"disque plein\"}\n\n")
	})
	mux.HandleFunc("POST /api/campaigns/c1/gestures/{gesture}", func(_ http.ResponseWriter, r *http.Request) {
		if r.PathValue("gesture") == "g 1" {
			close(made)
		}
	})
	server := httptest.NewServer(mux)
	t.Cleanup(server.Close)
	cmd := exec.Command("conformance", "run", "x", "--sandbox", server.URL, "--out", filepath.Join(t.TempDir(), "run"), "--lang", "fr")
	cmd.Stdin = strings.NewReader("\n")
	told, _ := cmd.CombinedOutput()
	if code := cmd.ProcessState.ExitCode(); code != exitHarness || !strings.Contains(string(told), "À vous : Redémarrez la ") || strings.Contains(string(told), "\x1b") || !strings.Contains(string(told), "n'a pu être finie : disque plein") {
		t.Errorf("status %d\n%s", code, told)
	}
}
