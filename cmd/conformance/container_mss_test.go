package main

import (
	"fmt"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"etalon/internal/candidate"
	"etalon/internal/container/enginetest"
	"etalon/internal/stand"
)

// containedOperator writes the folder of an MSSanté operator that is given as a Dockerfile, and returns its candidate file.
// The operator calls Pro Santé Connect by the name that this machine has in the container.
func containedOperator(t *testing.T, flaws string) string {
	t.Helper()
	program, err := built("operator")
	if err != nil {
		t.Fatal(err)
	}
	dir := t.TempDir()
	if err := os.Link(program, filepath.Join(dir, "operator")); err != nil {
		t.Fatal(err)
	}
	provider, revocation := freePort(t), freePort(t)
	for name, text := range map[string]string{
		"Dockerfile": strings.ReplaceAll(dockerfile, "gateway", "operator"),
		"candidate.yaml": fmt.Sprintf(`candidate: {name: Opérateur en conteneur, vendor: Étalon, version: "1"}
container:
  dockerfile: Dockerfile
  ports: [1143, 1587]
  env: {PSC: "https://${container:host}:%d", MAILBOX: anne.test-un@operateur.test.invalid, HOLDER: "899700000017", FLAWS: %q}
  wait: {log: "operator: ready"}
mssante:
  host: mail.operateur.test.invalid
  token_check: both
  mailboxes:
    - {address: anne.test-un@operateur.test.invalid, type: PER, holder: "899700000017"}
  psc: {listen: "127.0.0.1:%[1]d", host: %[3]s}
pki: {dir: pki}
roles:
  mss-imap: {address: "${container:1143}"}
  mss-smtp: {address: "${container:1587}"}
listen: {ports: {revocation: %[4]d}}
`, provider, flaws, candidate.ContainerHostName, revocation),
	} {
		if err := os.WriteFile(filepath.Join(dir, name), []byte(text), 0o644); err != nil {
			t.Fatal(err)
		}
	}
	file := filepath.Join(dir, "candidate.yaml")
	subject, err := candidate.Ahead(file)
	if err != nil {
		t.Fatal(err)
	}
	set, err := stand.NewPKI(subject.Convention, fmt.Sprintf("http://127.0.0.1:%d", revocation), false, subject.Hosts()...)
	if err == nil {
		err = set.Save(filepath.Join(dir, "pki"))
	}
	if err != nil {
		t.Fatal(err)
	}
	return file
}

func TestOperatorGivenAsADockerfile(t *testing.T) {
	enginetest.Need(t)
	for name, c := range map[string]struct {
		flaws     string
		selectors []string
		status    int
		says      []string
	}{
		"honest":                   {"", []string{"mss-imap/-/TOK-01", "mss-imap/-/TOK-04", "mss-imap/-/INTR-11", "mss-smtp/-/TOK-04"}, exitOK, nil},
		"accepts an expired token": {"skips-expiry", []string{"mss-imap/-/TOK-04"}, exitFailed, []string{"mss-imap/-/TOK-04-N"}},
	} {
		t.Run(name, func(t *testing.T) {
			stdout, stderr, status := conformance(t, append([]string{"run", containedOperator(t, c.flaws), "--out", filepath.Join(t.TempDir(), "run")}, c.selectors...)...)
			if status != c.status {
				t.Errorf("status %d, want %d\n%s\n%s", status, c.status, stdout, stderr)
			}
			says(t, stdout, c.says...)
			says(t, stderr, "conteneur : retiré")
			noneLeft(t)
		})
	}
}
