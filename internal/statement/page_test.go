package statement_test

import (
	"bytes"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"testing"

	"etalon/internal/bench/benchtest"
	"etalon/internal/statement"
)

// openssl runs the commands of docs/report.md in a folder with a report and a statement over it.
func openssl(t *testing.T, report, said []byte) (string, error) {
	t.Helper()
	page, err := os.ReadFile("../../docs/report.md")
	if err != nil {
		t.Fatal(err)
	}
	_, after, _ := strings.Cut(string(page), "## Vérifier sans nous")
	_, script, _ := strings.Cut(after, "```sh\n")
	script, _, found := strings.Cut(script, "```")
	if !found {
		t.Fatal("docs/report.md holds no commands")
	}
	dir := t.TempDir()
	for name, b := range map[string][]byte{"report.zip": report, "review.zip": said} {
		if err := os.WriteFile(filepath.Join(dir, name), b, 0o600); err != nil {
			t.Fatal(err)
		}
	}
	cmd := exec.Command("sh", "-c", script)
	cmd.Dir = dir
	out, err := cmd.CombinedOutput()
	return string(out), err
}

// The commands of the page agree with the program, on a review, a handover, and altered ones.
func TestPageVerifies(t *testing.T) {
	benchtest.Needs(t, "openssl", "unzip", "sha256sum")
	of := signed(t, sample())
	r := reviewed(t, order(of, nil, all("accepted")...))
	handed, _, err := statement.MakeHandover(handover(of))
	if err != nil {
		t.Fatal(err)
	}
	for name, said := range map[string][]byte{"review": r.Raw, "handover": handed} {
		if out, err := openssl(t, of.Raw, said); err != nil || !strings.HasSuffix(out, "archive saine\n") {
			t.Errorf("%s: %v\n%s", name, err, out)
		}
	}
	other := sample()
	other.Seed = "another"
	if out, err := openssl(t, archive(t, other, signer("opérateur")), r.Raw); err == nil {
		t.Errorf("with another report:\n%s", out)
	}
	for _, at := range []string{"lu et accepted", "Camille", "sha256", "-----BEGIN"} {
		changed := bytes.Clone(r.Raw)
		changed[bytes.Index(changed, []byte(at))] ^= 1
		if out, err := openssl(t, of.Raw, changed); err == nil {
			t.Errorf("changed at %q:\n%s", at, out)
		}
	}
}
