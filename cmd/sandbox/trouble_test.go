package main

import (
	"bytes"
	"fmt"
	"net/http"
	"os"
	"os/exec"
	"path/filepath"
	"regexp"
	"strconv"
	"strings"
	"testing"
	"time"

	"etalon/internal/bench/benchtest"
)

// small makes a command that runs with a disk of so many octets at a folder, which nobody else sees.
func small(t *testing.T, dir, size string, args ...string) *exec.Cmd {
	t.Helper()
	inside := []string{"-Urm", "sh", "-c", `mount -t tmpfs -o size=` + size + ` none "$1" && shift && exec "$@"`, "sh", dir}
	if out, err := exec.Command("unshare", append(inside, "true")...).CombinedOutput(); err != nil {
		benchtest.LeaveOut(t, "no small disk can be made: %v %s", err, out)
	}
	return exec.Command("unshare", append(inside, args...)...)
}

// A disk without room for the store is told before anything starts.
func TestServeOnAFullDisk(t *testing.T) {
	for lang, want := range map[string]string{"fr": "le disque du magasin %s est plein : faites de la place", "en": "the disk of the store %s is full: make room"} {
		dir := t.TempDir()
		out, err := small(t, dir, "64k", "sandbox", "serve", "--lang", lang, "--listen", "127.0.0.1:0", "--store", dir).CombinedOutput()
		exit, _ := err.(*exec.ExitError)
		if exit == nil || exit.ExitCode() != 2 || !strings.Contains(string(out), fmt.Sprintf(want, dir)) {
			t.Errorf("%s: %v\n%s", lang, err, out)
		}
	}
}

// When the disk fills up the partners go on, people are told, and what was kept is still there.
func TestDiskFillsUp(t *testing.T) {
	config, set := sandboxFile(t)
	dir := t.TempDir()
	cmd := small(t, dir, "2m", "sandbox", "serve", "--config", config, "--lang", "en", "--listen", "127.0.0.1:0", "--store", filepath.Join(dir, "store"))
	var said bytes.Buffer
	cmd.Stderr = &said
	t.Cleanup(func() {
		if got := said.String(); strings.Count(got, "is full: make room") != 1 {
			t.Errorf("said %q", got)
		}
	})
	s := ready(t, cmd, served{set: set})
	link := s.link(t, "organisme-client/tls")
	kept := func() (total, lost int) {
		t.Helper()
		status, page := get(t, s.management+"/exchanges", nil)
		if status != http.StatusOK {
			t.Fatalf("%d %s", status, page)
		}
		if m := regexp.MustCompile(`data-total="(\d+)"`).FindStringSubmatch(page); m != nil {
			total, _ = strconv.Atoi(m[1])
		}
		if m := regexp.MustCompile(`pas pu être gardés depuis le démarrage : (\d+)`).FindStringSubmatch(page); m != nil {
			lost, _ = strconv.Atoi(m[1])
		}
		return total, lost
	}
	before, lost := 0, 0
	for n := 0; lost == 0 && n < 200; n++ {
		before, _ = kept()
		answer, err := link.Post(s.provider, "text/xml; charset=utf-8", strings.NewReader(fmt.Sprintf("<a>%d%s</a>", n, strings.Repeat("x", 100_000))))
		if err != nil {
			t.Fatalf("the partner does not go on: %v", err)
		}
		answer.Body.Close()
		_, lost = kept()
	}
	total, lost := kept()
	if lost == 0 || total < before || before < 3 {
		t.Errorf("%d are kept, %d before, %d lost", total, before, lost)
	}
}

// clean is a candidate file that prepares nothing: keys are made at the start, on any free ports.
const clean = `candidate: {name: Essai, vendor: Essai, version: "1"}
listen: {address: 127.0.0.1, ports: auto}
roles:
  fournisseur:
    A: {endpoint: "https://127.0.0.1:1/interops/service-a"}
`

// On a clean folder the console is open within a second of the start. What fails is far beyond, and counts what the processor
// did for it: the machine of a test has other things to do.
func TestConsoleOpensSoon(t *testing.T) {
	dir := t.TempDir()
	config := filepath.Join(dir, "candidate.yaml")
	if err := os.WriteFile(config, []byte(clean), 0o600); err != nil {
		t.Fatal(err)
	}
	cmd := exec.Command("sandbox", "serve", "--config", config, "--lang", "en", "--listen", "127.0.0.1:0", "--store", filepath.Join(dir, "store"))
	t.Cleanup(func() { // once it has ended
		if worked := cmd.ProcessState.UserTime() + cmd.ProcessState.SystemTime(); worked > 10*time.Second {
			t.Errorf("%s of work", worked)
		}
	})
	began := time.Now()
	s := ready(t, cmd, served{})
	status, _ := get(t, s.management+"/exchanges", nil)
	took := time.Since(began)
	t.Logf("the console was open after %s", took.Round(time.Millisecond))
	if status != http.StatusOK || took > 2*time.Minute {
		t.Errorf("%d after %s", status, took)
	}
}
