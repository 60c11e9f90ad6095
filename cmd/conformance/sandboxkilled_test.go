package main

import (
	"bufio"
	"crypto/ecdsa"
	"crypto/elliptic"
	"crypto/rand"
	"crypto/x509"
	"encoding/pem"
	"fmt"
	"io"
	"math/big"
	"os"
	"os/exec"
	"path/filepath"
	"regexp"
	"slices"
	"strings"
	"testing"
	"time"

	"etalon/internal/stand"
)

// admitting writes a TLS pair of localhost and an access file that admits one vendor, whose token it returns.
func admitting(t *testing.T, dir string) (pair, access, secret string) {
	t.Helper()
	key, err := ecdsa.GenerateKey(elliptic.P256(), rand.Reader)
	if err != nil {
		t.Fatal(err)
	}
	template := &x509.Certificate{SerialNumber: big.NewInt(1), DNSNames: []string{"localhost"}, NotBefore: time.Now().Add(-time.Hour), NotAfter: time.Now().Add(time.Hour)}
	der, err := x509.CreateCertificate(rand.Reader, template, template, key.Public(), key)
	if err != nil {
		t.Fatal(err)
	}
	raw, err := x509.MarshalPKCS8PrivateKey(key)
	if err != nil {
		t.Fatal(err)
	}
	pair, access = filepath.Join(dir, "pair.pem"), filepath.Join(dir, "access.yaml")
	content := slices.Concat(pem.EncodeToMemory(&pem.Block{Type: "CERTIFICATE", Bytes: der}), pem.EncodeToMemory(&pem.Block{Type: "PRIVATE KEY", Bytes: raw}))
	if err := os.WriteFile(pair, content, 0o600); err != nil {
		t.Fatal(err)
	}
	out, err := exec.Command(filepath.Join(tools, "sandbox"), "token", "editeur-a", "--rank", "vendor", "--lang", "en").Output()
	if err != nil {
		t.Fatal(err)
	}
	lines := strings.Split(string(out), "\n")
	if err := os.WriteFile(access, []byte("hosts: [localhost]\npeople:\n"+lines[2]+"\n"), 0o600); err != nil {
		t.Fatal(err)
	}
	return pair, access, regexp.MustCompile(`etalon_\S+`).FindString(lines[0])
}

// A run that a sandbox plays behind TLS and an access file, and that is killed in the middle with it, goes on once it is there
// again, by the command that is told.
func TestRunOutlivesItsSandbox(t *testing.T) {
	if err := buildSandbox(); err != nil {
		t.Fatal(err)
	}
	dir := t.TempDir()
	pair, access, secret := admitting(t, dir)
	t.Setenv("ETALON_TOKEN", secret)
	var ports [7]any
	for i := range ports {
		port, err := stand.FreePort()
		if err != nil {
			t.Fatal(err)
		}
		ports[i] = port
	}
	config := filepath.Join(dir, "candidate.yaml")
	if err := os.WriteFile(config, fmt.Appendf(nil, sandboxFile, ports[:6]...), 0o600); err != nil {
		t.Fatal(err)
	}
	serve := func() (kill func()) {
		cmd := exec.Command(filepath.Join(tools, "sandbox"), "serve", "--config", config, "--listen", fmt.Sprintf("127.0.0.1:%d", ports[6]), "--tls-cert", pair, "--access", access, "--lang", "en", "--store", filepath.Join(dir, "store"))
		out, err := cmd.StdoutPipe()
		if err != nil {
			t.Fatal(err)
		}
		if err := cmd.Start(); err != nil {
			t.Fatal(err)
		}
		kill = func() {
			_ = cmd.Process.Kill()
			_, _ = io.Copy(io.Discard, out)
			_ = cmd.Wait()
		}
		for lines := bufio.NewScanner(out); lines.Scan(); {
			if strings.Contains(lines.Text(), "console and management:") {
				return kill
			}
		}
		kill()
		t.Fatal("sandbox serve ended before it was ready")
		return nil
	}
	kill := serve()
	at, out := fmt.Sprintf("https://localhost:%d", ports[6]), filepath.Join(dir, "run")
	cmd := exec.Command("conformance", "run", "essai-fournisseur-a", "fournisseur/A/V10", "fournisseur/A/V11", "fournisseur/A/V12", "fournisseur/A/V16", "--sandbox", at, "--sandbox-ca", pair, "--out", out)
	progress, err := cmd.StderrPipe()
	if err != nil {
		t.Fatal(err)
	}
	if err := cmd.Start(); err != nil {
		t.Fatal(err)
	}
	var told strings.Builder
	killed := false
	for lines := bufio.NewScanner(progress); lines.Scan(); {
		told.WriteString(lines.Text() + "\n")
		if !killed && strings.HasPrefix(lines.Text(), "réussi") {
			kill()
			killed, kill = true, serve()
		}
	}
	defer func() { kill() }()
	_ = cmd.Wait()
	again := regexp.MustCompile(`hint: conformance (resume https://\S+) .*--out (\S+)`).FindStringSubmatch(told.String())
	if cmd.ProcessState.ExitCode() != exitHarness || again == nil || again[2] != out {
		t.Fatalf("status %d\n%s", cmd.ProcessState.ExitCode(), told.String())
	}
	if _, stderr, status := conformance(t, append(strings.Fields(again[1]), "--sandbox-ca", pair, "--out", out)...); status != exitOK || strings.Contains(stderr, "ÉCHEC") {
		t.Errorf("resume: %d\n%s", status, stderr)
	}
	if stdout, stderr, status := conformance(t, "report", out); status != exitOK || strings.Contains(stdout, "INCOMPLET") {
		t.Errorf("report: %d\n%s\n%s", status, stdout, stderr)
	}
	t.Setenv("ETALON_TOKEN", "etalon_autre")
	if _, stderr, status := conformance(t, append(strings.Fields(again[1]), "--sandbox-ca", pair, "--out", out+"-2")...); status != exitUsage || !strings.Contains(stderr, "ETALON_TOKEN") {
		t.Errorf("without its token: %d\n%s", status, stderr)
	}
}
