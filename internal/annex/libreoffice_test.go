package annex_test

import (
	"context"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"etalon/internal/annex"
	"etalon/internal/bench/benchtest"
)

// TestLibreOfficeOpensTheDocument has LibreOffice read the documents back, and looks for every cell in what it read.
func TestLibreOfficeOpensTheDocument(t *testing.T) {
	benchtest.Needs(t, "soffice")
	dir := t.TempDir()
	want := map[string][]string{}
	var files []string
	for name, c := range map[string]func() ([]byte, []annex.Annex){
		"sphere":    func() ([]byte, []annex.Annex) { c := sphere(t); return odt(t, c), annex.All(c, levels) },
		"bilateral": func() ([]byte, []annex.Annex) { c := bilateral(t); return odt(t, c), annex.All(c, levels) },
		"hostile":   func() ([]byte, []annex.Annex) { c := hostile(t); return odt(t, c), annex.All(c, levels) },
	} {
		raw, annexes := c()
		path := filepath.Join(dir, name+".odt")
		if err := os.WriteFile(path, raw, 0o600); err != nil {
			t.Fatal(err)
		}
		files, want[name] = append(files, path), cells(annexes)
	}
	ctx, cancel := context.WithTimeout(t.Context(), 2*time.Minute)
	defer cancel()
	args := append([]string{"--headless", "--norestore", "-env:UserInstallation=file://" + filepath.Join(dir, "profile"),
		"--convert-to", "txt:Text (encoded):UTF8", "--outdir", dir}, files...)
	if out, err := exec.CommandContext(ctx, "soffice", args...).CombinedOutput(); err != nil {
		t.Fatalf("soffice: %v\n%s", err, out)
	}
	for name, cells := range want {
		raw, err := os.ReadFile(filepath.Join(dir, name+".txt"))
		if err != nil {
			t.Fatal(err)
		}
		text := strings.Join(strings.Fields(string(raw)), " ")
		if len(cells) < 50 {
			t.Fatalf("%s: %d cells to look for", name, len(cells))
		}
		for _, cell := range cells {
			if !strings.Contains(text, strings.Join(strings.Fields(cell), " ")) {
				t.Errorf("%s: LibreOffice does not show %q", name, cell)
			}
		}
	}
}

// cells lists every text of the annexes.
func cells(annexes []annex.Annex) []string {
	var out []string
	for _, a := range annexes {
		out = append(out, a.Title)
		for _, p := range a.Parts {
			out = append(out, p.Title, p.Note)
			if len(p.Table.Groups) == 0 {
				continue // "Néant." stands in its place
			}
			out = append(out, p.Table.Head...)
			for _, g := range p.Table.Groups {
				out = append(out, g.First)
				for _, cells := range g.Rows {
					for _, c := range cells {
						out = append(out, c...)
					}
				}
			}
		}
	}
	return out
}
