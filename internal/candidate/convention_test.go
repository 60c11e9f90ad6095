package candidate_test

import (
	"errors"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/rogpeppe/go-internal/txtar"

	"etalon/internal/candidate"
)

// TestConventionFiles checks the convention.yaml of each archive, and compares what is wrong, or the notices when
// nothing is, in both languages, with its last two members.
func TestConventionFiles(t *testing.T) {
	archives, err := filepath.Glob("testdata/convention/*.txtar")
	if err != nil || len(archives) < 10 {
		t.Fatalf("%d archives: %v", len(archives), err)
	}
	for _, path := range archives {
		t.Run(strings.TrimSuffix(filepath.Base(path), ".txtar"), func(t *testing.T) {
			archive, err := txtar.ParseFile(path)
			if err != nil {
				t.Fatal(err)
			}
			dir := write(t, map[string]string{"convention.yaml": string(archive.Files[0].Data)})
			_, told, err := candidate.CheckConvention(filepath.Join(dir, "convention.yaml"), nil)
			if err != nil && !errors.As(err, &told) {
				t.Fatalf("error %v, want Problems", err)
			}
			kind := "notices"
			if err != nil {
				kind = "problems"
			}
			wants := map[string]string{}
			for _, lang := range []string{"fr", "en"} {
				wants[kind+"."+lang] = strings.ReplaceAll(told.In(lang), dir+string(filepath.Separator), "") + "\n"
			}
			if *update {
				archive.Files = append(archive.Files[:1], txtar.File{Name: kind + ".fr", Data: []byte(wants[kind+".fr"])}, txtar.File{Name: kind + ".en", Data: []byte(wants[kind+".en"])})
				if err := os.WriteFile(path, txtar.Format(archive), 0o644); err != nil {
					t.Fatal(err)
				}
				return
			}
			if len(archive.Files) != 3 {
				t.Fatalf("%d members, want convention.yaml and what is told in two languages", len(archive.Files))
			}
			for _, f := range archive.Files[1:] {
				if got := wants[f.Name]; got != string(f.Data) {
					t.Errorf("%s: got\n%swant\n%s", f.Name, got, f.Data)
				}
			}
		})
	}
}

// TestSamplesHoldTogether wants every sample convention sound, and no notice but of what a sample shows on purpose.
func TestSamplesHoldTogether(t *testing.T) {
	wants := map[string]int{"sphere.yaml": 1} // organisme-nouveau, whom not everyone accepted
	for _, name := range candidate.SampleNames() {
		path := filepath.Join(write(t, map[string]string{name: string(candidate.SampleText(name))}), name)
		_, notices, err := candidate.CheckConvention(path, nil)
		if err != nil || len(notices) != wants[name] {
			t.Errorf("%s: %v, notices\n%s", name, err, notices.In("fr"))
		}
	}
	if candidate.SampleText("candidate.yaml.tmpl") != nil {
		t.Error("a template that is no convention was given as a sample")
	}
}
