package candidate_test

import (
	"errors"
	"flag"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/rogpeppe/go-internal/txtar"

	"etalon/internal/candidate"
)

var update = flag.Bool("update", false, "rewrite the goldens")

// TestBadFiles loads the candidate.yaml of each archive beside the archive's other files, and compares
// every problem, in both languages, with its last two members.
func TestBadFiles(t *testing.T) {
	archives, err := filepath.Glob("testdata/bad/*.txtar")
	if err != nil || len(archives) < 10 {
		t.Fatalf("%d archives: %v", len(archives), err)
	}
	for _, path := range archives {
		t.Run(strings.TrimSuffix(filepath.Base(path), ".txtar"), func(t *testing.T) {
			archive, err := txtar.ParseFile(path)
			if err != nil {
				t.Fatal(err)
			}
			files, wants := map[string]string{}, map[string]string{}
			inputs := archive.Files[:0]
			for _, f := range archive.Files {
				if lang, ok := strings.CutPrefix(f.Name, "want."); ok {
					wants[lang] = string(f.Data)
					continue
				}
				files[f.Name] = string(f.Data)
				inputs = append(inputs, f)
			}
			dir := write(t, files)
			_, err = candidate.Load(filepath.Join(dir, "candidate.yaml"))
			var problems candidate.Problems
			if !errors.As(err, &problems) {
				t.Fatalf("error %v, want Problems", err)
			}
			got := map[string]string{}
			for _, lang := range []string{"fr", "en"} {
				got[lang] = strings.ReplaceAll(problems.In(lang), dir+string(filepath.Separator), "") + "\n"
			}
			if *update {
				archive.Files = append(inputs, txtar.File{Name: "want.fr", Data: []byte(got["fr"])}, txtar.File{Name: "want.en", Data: []byte(got["en"])})
				if err := os.WriteFile(path, txtar.Format(archive), 0o644); err != nil {
					t.Fatal(err)
				}
				return
			}
			for lang, text := range got {
				if text != wants[lang] {
					t.Errorf("%s: got\n%swant\n%s", lang, text, wants[lang])
				}
			}
		})
	}
}
