package report_test

import (
	"bytes"
	"os"
	"os/exec"
	"path/filepath"
	"slices"
	"strings"
	"testing"

	"etalon/internal/bench/benchtest"
)

// verifyBlocks returns the two blocks of commands of docs/verify.md.
func verifyBlocks(t *testing.T) (sound, trust string) {
	t.Helper()
	benchtest.Needs(t, "openssl", "unzip", "sha256sum")
	b, err := os.ReadFile("verify.md")
	if err != nil {
		t.Fatal(err)
	}
	var blocks []string
	for _, part := range strings.Split(string(b), "```sh\n")[1:] {
		block, _, _ := strings.Cut(part, "```")
		blocks = append(blocks, block)
	}
	if len(blocks) != 2 {
		t.Fatalf("docs/verify.md holds %d blocks of commands, not 2", len(blocks))
	}
	return blocks[0], blocks[1]
}

// sh runs documented commands, as they stand, in a folder.
func sh(dir, commands string) (string, error) {
	c := exec.Command("sh", "-c", commands)
	c.Dir = dir
	out, err := c.CombinedOutput()
	return string(out), err
}

// folder holds an archive and the roots, as the page asks.
func folder(t *testing.T, archive []byte, root string) string {
	t.Helper()
	dir := t.TempDir()
	roots, err := os.ReadFile(filepath.Join("testdata", "keys", root+".pem"))
	if err != nil {
		t.Fatal(err)
	}
	for name, b := range map[string][]byte{"report.zip": archive, "racines.pem": roots} {
		if err := os.WriteFile(filepath.Join(dir, name), b, 0o600); err != nil {
			t.Fatal(err)
		}
	}
	return dir
}

func TestVerifyPageIsPublished(t *testing.T) {
	here, err := os.ReadFile("verify.md")
	if err != nil {
		t.Fatal(err)
	}
	golden(t, filepath.Join("..", "..", "docs", "verify.md"), here)
}

// TestDocumentedCommandsAccept runs docs/verify.md over good archives, with each kind of key.
func TestDocumentedCommandsAccept(t *testing.T) {
	sound, trust := verifyBlocks(t)
	for _, key := range []string{"ecdsa", "rsa", "ed25519"} {
		for _, sample := range []string{"mixed", "empty"} {
			dir := folder(t, archive(t, sample, signer(t, key)), "root")
			if out, err := sh(dir, sound); err != nil || !strings.HasSuffix(out, "archive saine\n") {
				t.Fatalf("%s %s: %v\n%s", key, sample, err, out)
			}
			if out, err := sh(dir, trust); err != nil || !strings.Contains(out, "signataire de confiance, 2036-03-10T09:32:00Z") {
				t.Errorf("%s %s: %v\n%s", key, sample, err, out)
			}
		}
	}
	dir := folder(t, archive(t, "mixed", signer(t, "ecdsa")), "other-root")
	if out, err := sh(dir, sound); err != nil {
		t.Fatalf("%v\n%s", err, out)
	}
	if out, err := sh(dir, trust); err == nil {
		t.Errorf("trusted under another root:\n%s", out)
	}
}

// TestDocumentedCommandsRefuse runs them over archives that were changed and packed again.
func TestDocumentedCommandsRefuse(t *testing.T) {
	sound, _ := verifyBlocks(t)
	whole := archive(t, "mixed", signer(t, "ecdsa"))
	foreign := unpack(t, archive(t, "all-pass", signer(t, "ecdsa")))
	for name, change := range map[string]func([]file) []file{
		"a verdict rewritten":    edit("run.json", `"fail": 2`, `"fail": 0`),
		"the page rewritten":     edit("report.html", "Non conforme", "Conforme"),
		"the manifest rewritten": edit("manifest.json", `"size":`, `"size":1`),
		"the candidate renamed":  edit("candidate.json", "Exemple", "Example"),
		"a signature changed":    edit("attestation.dsse.json", `"sig":"M`, `"sig":"N`),
		"a statement changed":    edit("test-result.dsse.json", `"payload":"e`, `"payload":"f`),
		"a member removed":       func(f []file) []file { return slices.DeleteFunc(f, named("junit.xml")) },
		"evidence removed": func(f []file) []file {
			return slices.DeleteFunc(f, func(f file) bool { return strings.HasPrefix(f.name, "evidence/") })
		},
		"a member added":             func(f []file) []file { return append(f, file{"zz.txt", nil}) },
		"a member twice":             func(f []file) []file { return append(f, f[len(f)-1]) },
		"the signature of another":   func(f []file) []file { return swap(f, foreign, "attestation.dsse.json") },
		"the certificate of another": func(f []file) []file { return swap(f, unpack(t, archive(t, "mixed", signer(t, "rsa"))), "chain.pem") },
	} {
		b := pack(change(unpack(t, whole)))
		if bytes.Equal(b, whole) {
			t.Errorf("%s: the archive did not change", name)
		}
		if out, err := sh(folder(t, b, "root"), sound); err == nil {
			t.Errorf("%s: accepted\n%s", name, out)
		}
	}
}

func named(name string) func(file) bool { return func(f file) bool { return f.name == name } }

func edit(name, old, by string) func([]file) []file {
	return func(files []file) []file {
		i := slices.IndexFunc(files, named(name))
		files[i].b = bytes.Replace(files[i].b, []byte(old), []byte(by), 1)
		return files
	}
}

func swap(files, from []file, name string) []file {
	files[slices.IndexFunc(files, named(name))].b = from[slices.IndexFunc(from, named(name))].b
	return files
}
