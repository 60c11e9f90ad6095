package main

import (
	"os"
	"os/exec"
	"path/filepath"
	"regexp"
	"strings"
	"testing"
)

// recipe is a block of YAML of a page; recipeCommand a command that it has a shell run.
var (
	recipe        = regexp.MustCompile("(?s)```yaml\n(.*?)```")
	recipeCommand = regexp.MustCompile(`^    - (?:\{.*)?(?:run: )?((?:conformance|exit) .*)$`)
)

// mock starts a mock provider and returns its candidate file.
func mock(t *testing.T, dir string, args ...string) string {
	t.Helper()
	if _, err := begin(t, append([]string{"stub", "fournisseur", "--dir", dir}, args...)...).ReadString('\n'); err != nil {
		t.Fatal(err)
	}
	return filepath.Join(dir, "candidate.yaml")
}

// TestRecipes runs the commands of docs/ci.md as their pages have them, each recipe having ten lines at most: a candidate that
// regressed fails, and leaves what is uploaded; one that fails as it did does not.
func TestRecipes(t *testing.T) {
	if err := buildSandbox(); err != nil {
		t.Fatal(err)
	}
	page, err := os.ReadFile("../../docs/ci.md")
	if err != nil {
		t.Fatal(err)
	}
	recipes := recipe.FindAllStringSubmatch(string(page), -1)
	if len(recipes) != 2 {
		t.Fatalf("%d recipes, want GitLab's and GitHub's", len(recipes))
	}
	dir := t.TempDir()
	stub := filepath.Join(dir, "fautif")
	raw, err := os.ReadFile(mock(t, stub, "--flaw", "skips-audience"))
	if err != nil {
		t.Fatal(err)
	}
	whole, err := exec.LookPath("conformance")
	if err != nil {
		t.Fatal(err)
	}
	for _, x := range []struct {
		name, reference string // the case that the baseline played
		want            int
	}{{"a regression", "V10-P", 1}, {"known failures", "V10", 0}} {
		for i, text := range recipes {
			if lines := strings.Count(text[1], "\n"); lines > 10 {
				t.Errorf("recipe %d: %d lines", i+1, lines)
			}
			at := filepath.Join(dir, strings.ReplaceAll(x.name, " ", "-"), []string{"gitlab", "github"}[i])
			writeFile(t, filepath.Join(at, "candidate.yaml"), strings.NewReplacer(`"pki"`, `"`+stub+`/pki"`, `"traces.jsonl"`, `"`+stub+`/traces.jsonl"`, `"application.log"`, `"`+stub+`/application.log"`).Replace(string(raw)))
			// The recipe judges the whole scope; the test one requirement of it.
			writeFile(t, filepath.Join(at, "bin", "conformance"), "#!/bin/sh\nif [ \"$1\" = run ]; then set -- \"$@\" ${ONLY:-fournisseur/A/V10}; fi\nexec "+whole+" \"$@\"\n")
			var script strings.Builder
			for line := range strings.Lines(text[1]) {
				if m := recipeCommand.FindStringSubmatch(strings.TrimSuffix(line, "\n")); m != nil {
					command := m[1]
					if strings.Contains(line, "- {") {
						command = strings.TrimSuffix(command, "}")
					}
					script.WriteString(command + "\n")
					if i == 1 && strings.HasPrefix(m[1], "conformance run") {
						script.WriteString("status=$?\n") // a step that fails fails the job, and those of always() run
					}
				}
			}
			if i == 1 {
				script.WriteString("exit $status\n")
			}
			if got := strings.Count(script.String(), "conformance "); got != 2 {
				t.Fatalf("recipe %d: %d commands in\n%s", i+1, got, script.String())
			}
			if out, code := shell(t, at, "ONLY=fournisseur/A/"+x.reference+" conformance run candidate.yaml --out reference"); code != 0 && x.reference == "V10-P" {
				t.Fatalf("%d: %s", code, out)
			}
			if out, code := shell(t, at, script.String()); code != x.want {
				t.Errorf("%s, recipe %d: exit %d, want %d: %s", x.name, i+1, code, x.want, out)
			}
			for _, left := range []string{"junit.xml", "recette.sarif", "report.zip"} {
				if !exists(filepath.Join(at, "recette", left)) {
					t.Errorf("%s, recipe %d: no %s", x.name, i+1, left)
				}
			}
		}
	}
}

func writeFile(t *testing.T, path, text string) {
	t.Helper()
	if err := os.MkdirAll(filepath.Dir(path), 0o700); err != nil {
		t.Fatal(err)
	}
	if err := os.WriteFile(path, []byte(text), 0o700); err != nil {
		t.Fatal(err)
	}
}

// shell runs a script in a folder, what is in its bin first on the path.
func shell(t *testing.T, dir, script string) (out string, code int) {
	t.Helper()
	cmd := exec.Command("sh", "-c", script)
	cmd.Dir = dir
	cmd.Env = append(os.Environ(), "PATH="+filepath.Join(dir, "bin")+string(os.PathListSeparator)+os.Getenv("PATH"))
	raw, err := cmd.CombinedOutput()
	if cmd.ProcessState == nil {
		t.Fatal(err)
	}
	return string(raw), cmd.ProcessState.ExitCode()
}
