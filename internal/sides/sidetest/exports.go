package sidetest

import (
	"bytes"
	"testing"

	"etalon/features"
	"etalon/internal/bench/benchtest"
	"etalon/internal/record"
	"etalon/internal/report"
	"etalon/internal/scenario"
	"etalon/internal/verdict"
)

// Exports are what leaves a run, by name: the files of its folder, and every format in both languages.
func Exports(t testing.TB, dir string, run *verdict.Run) map[string][]byte {
	t.Helper()
	texts, err := report.LoadTexts(features.FS)
	if err != nil {
		t.Fatal(err)
	}
	catalogue, err := scenario.LoadCatalogue(features.FS)
	if err != nil {
		t.Fatal(err)
	}
	out := benchtest.Folder(t, dir)
	for _, f := range report.Formats {
		for _, lang := range []string{"fr", "en"} {
			var b bytes.Buffer
			if err := f.Write(&b, run, report.Options{Texts: texts, Catalogue: catalogue, Evidence: record.EvidenceOf(dir), Lang: lang}); err != nil {
				t.Fatal(err)
			}
			out[f.Name+" "+lang] = b.Bytes()
		}
	}
	return out
}
