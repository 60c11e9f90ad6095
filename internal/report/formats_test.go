package report_test

import (
	"bytes"
	"encoding/json"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"

	"github.com/santhosh-tekuri/jsonschema/v6"

	"etalon/internal/report"
	"etalon/internal/report/reporttest"
	"etalon/internal/verdict"
)

// render writes a record in a format.
func render(t testing.TB, format string, run *verdict.Run, o report.Options) []byte {
	t.Helper()
	f, err := report.Find(format)
	if err != nil {
		t.Fatal(err)
	}
	var out bytes.Buffer
	if err := f.Write(&out, run, o); err != nil {
		t.Fatal(err)
	}
	return out.Bytes()
}

// golden compares with a file, or rewrites it with -update.
func golden(t *testing.T, path string, got []byte) {
	t.Helper()
	if *update {
		if err := os.MkdirAll(filepath.Dir(path), 0o755); err != nil {
			t.Fatal(err)
		}
		if err := os.WriteFile(path, got, 0o644); err != nil {
			t.Fatal(err)
		}
	}
	want, err := os.ReadFile(path)
	if err != nil {
		t.Fatal(err)
	}
	if !bytes.Equal(got, want) {
		t.Errorf("%s differs from what is written now: see the difference after `go test ./internal/report -update`", path)
	}
}

var extensions = map[string]string{"text": "txt", "json": "json", "junit": "xml", "html": "html", "csv": "csv",
	"gitb": "gitb.xml", "messages": "ndjson", "sarif": "sarif", "badge": "svg"}

// textual are the formats that are text: pages are looked at by a program that reads them (pdf_test.go).
func textual() []report.Format {
	return slices.DeleteFunc(slices.Clone(report.Formats), func(f report.Format) bool { return f.Name == "pdf" })
}

func TestGoldens(t *testing.T) {
	for _, s := range reporttest.Samples {
		dir, run := reporttest.Recorded(t, s.Name)
		for _, f := range textual() {
			golden(t, filepath.Join("testdata", "golden", s.Name+"."+extensions[f.Name]), render(t, f.Name, run, reporttest.Options(t, dir, "fr")))
		}
		golden(t, filepath.Join("testdata", "golden", s.Name+".en.txt"), render(t, "text", run, reporttest.Options(t, dir, "en")))
	}
}

// TestPublishedSamples keeps one sample of each format, and the archive, beside the schemas.
func TestPublishedSamples(t *testing.T) {
	dir, run := reporttest.Recorded(t, "mixed")
	for _, f := range textual() {
		golden(t, filepath.Join("..", "..", "reports", "sample", "report."+extensions[f.Name]), render(t, f.Name, run, reporttest.Options(t, dir, "fr")))
	}
	golden(t, filepath.Join("..", "..", "reports", "sample", "report.zip"), reporttest.Archive(t, "mixed", reporttest.Signer(t, "ed25519")))
}

func TestRecordFollowsPublishedSchema(t *testing.T) {
	schema, err := jsonschema.NewCompiler().Compile("../../reports/run.schema.json")
	if err != nil {
		t.Fatal(err)
	}
	for _, s := range reporttest.Samples {
		dir, run := reporttest.Recorded(t, s.Name)
		v, err := jsonschema.UnmarshalJSON(bytes.NewReader(render(t, "json", run, reporttest.Options(t, dir, "fr"))))
		if err != nil {
			t.Fatal(err)
		}
		if err := schema.Validate(v); err != nil {
			t.Errorf("%s: %v", s.Name, err)
		}
	}
	for name, spoil := range map[string]func(map[string]any){
		"unknown verdict": func(m map[string]any) { m["cases"].([]any)[0].(map[string]any)["verdict"] = "ok" },
		"no level":        func(m map[string]any) { delete(m, "level") },
		"null cases":      func(m map[string]any) { m["cases"] = nil },
		"unknown field":   func(m map[string]any) { m["score"] = 12 },
		"bare digest":     func(m map[string]any) { m["evidence"].([]any)[0].(map[string]any)["digest"] = "00" },
		"address":         func(m map[string]any) { m["cases"].([]any)[0].(map[string]any)["address"] = "V10" },
	} {
		dir, run := reporttest.Recorded(t, "mixed")
		var m map[string]any
		if err := json.Unmarshal(render(t, "json", run, reporttest.Options(t, dir, "fr")), &m); err != nil {
			t.Fatal(err)
		}
		spoil(m)
		if schema.Validate(m) == nil {
			t.Errorf("the schema accepts a record with: %s", name)
		}
	}
}

// TestManifestFollowsPublishedSchema reads the manifest out of an archive.
func TestManifestFollowsPublishedSchema(t *testing.T) {
	schema, err := jsonschema.NewCompiler().Compile("../../reports/manifest.schema.json")
	if err != nil {
		t.Fatal(err)
	}
	for _, f := range reporttest.Unpack(t, reporttest.Archive(t, "mixed", reporttest.Signer(t, "rsa"))) {
		if f.Name != "manifest.json" {
			continue
		}
		v, err := jsonschema.UnmarshalJSON(bytes.NewReader(f.Bytes))
		if err != nil {
			t.Fatal(err)
		}
		if err := schema.Validate(v); err != nil {
			t.Error(err)
		}
	}
}

// TestExperimentalModeIsSaid puts the word before the level of a run that judges mode R, and of no other.
func TestExperimentalModeIsSaid(t *testing.T) {
	dir, run := reporttest.Recorded(t, "mixed")
	for scope, want := range map[string]bool{"client/R": true, "client/A": false} {
		run.Scope = []string{scope}
		for format, word := range map[string]string{"text": "EXPÉRIMENTAL", "html": "<strong>EXPÉRIMENTAL</strong>"} {
			if got := bytes.Contains(render(t, format, run, reporttest.Options(t, dir, "fr")), []byte(word)); got != want {
				t.Errorf("%s of %s: said %t", format, scope, got)
			}
		}
	}
}

func TestFindRefusesUnknownFormat(t *testing.T) {
	if _, err := report.Find("docx"); err == nil || !strings.Contains(err.Error(), "text, json, junit, html, csv, pdf") {
		t.Errorf("%v", err)
	}
}

// TestProfileWording: what rests on N or P alone is never called a departure from the standard.
func TestProfileWording(t *testing.T) {
	dir, run := reporttest.Recorded(t, "mixed")
	text := string(render(t, "text", run, reporttest.Options(t, dir, "fr")))
	for id, want := range map[string]string{"V10": "Écart au standard", "V09": "Écart au profil de test"} {
		_, after, found := strings.Cut(text, "] "+id+" ")
		if !found {
			t.Fatalf("%s is not among the failures:\n%s", id, text)
		}
		if line := strings.Split(after, "\n")[1]; strings.TrimSpace(line) != want {
			t.Errorf("%s is worded %q, want %q", id, line, want)
		}
	}
	if all := text + string(render(t, "html", run, reporttest.Options(t, dir, "fr"))); strings.Contains(strings.ToLower(all), "non conforme à interops") {
		t.Error("a report says what no one may say")
	}
}

// TestHostileWords: a partner's words are shown, and neither run nor move a line.
func TestHostileWords(t *testing.T) {
	dir, run := reporttest.Recorded(t, "mixed")
	for _, f := range textual() {
		out := string(render(t, f.Name, run, reporttest.Options(t, dir, "fr")))
		if f.Name != "json" && strings.ContainsAny(out, "\x1b\u202e") {
			t.Errorf("%s lets a terminal escape or a bidirectional mark through", f.Name)
		}
		if f.Name == "html" && (strings.Contains(out, "<script") || strings.Contains(out, "http-equiv=\"refresh\"") || strings.Contains(out, "src=")) {
			t.Error("the page holds a script or a link out")
		}
	}
}
