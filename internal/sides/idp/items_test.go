package idp_test

import (
	"bytes"
	"encoding/json"
	"maps"
	"slices"
	"strings"
	"testing"

	"etalon/features"
	"etalon/internal/candidate"
	"etalon/internal/report"
	"etalon/internal/scenario"
	"etalon/internal/sides/sidetest"
	"etalon/internal/verdict"
)

// An honest provider that hands five documents over, one of them a signed PDF: nothing fails, the five wait for a person and
// the level with them, and the report has the forty items in order. What is the establishment's alone is not waited for.
func TestReportWithFiveDocuments(t *testing.T) {
	five := []string{"EXI-FI-01", "EXI-FI-02", "EXI-FI-06", "EXI-FI-09", "FI-55"}
	run := rig{declare: func(p *candidate.IdentityProvider) {
		p.Entity = candidate.EntityProvider
		maps.DeleteFunc(p.Evidence, func(row string, _ candidate.Evidence) bool { return !slices.Contains(five, row) })
	}}.judge(t)
	if run.Counts.Review != len(five) || run.Counts.Fail != 0 || run.Counts.Pass < 80 || run.Level.Standard != verdict.Undetermined || run.Level.Profile != verdict.Undetermined {
		t.Errorf("%+v, levels %s and %s", run.Counts, run.Level.Standard, run.Level.Profile)
	}
	want, err := scenario.LoadItems(features.FS)
	if err != nil {
		t.Fatal(err)
	}
	if len(run.Items) != 40 || len(want) != 40 {
		t.Fatalf("%d items", len(run.Items))
	}
	found := map[string]verdict.Verdict{}
	for _, x := range run.Items {
		found[x.ID] = x.Verdict
	}
	for id, v := range map[string]verdict.Verdict{
		"EXI FI 01": verdict.Review, "EXI FI 03": verdict.Inconclusive, "EXI FI 04": verdict.NotApplicable, "EXI FI 06": verdict.Review,
		"EXI FI 16": verdict.Pass, "EXI FI 19": verdict.Pass, "RECO FI 02": verdict.Pass, "RECO FI 04": verdict.Pass, "EXI FI 30": verdict.Pass, "EXI FI 36": verdict.Review,
	} {
		if found[id] != v {
			t.Errorf("%s: %s, want %s", id, found[id], v)
		}
	}
	for _, format := range []string{"html", "json", "text"} {
		f, err := report.Find(format)
		if err != nil {
			t.Fatal(err)
		}
		var out bytes.Buffer
		if err := f.Write(&out, run, report.Options{Lang: "fr", Texts: sidetest.Of(t).Texts, Catalogue: sidetest.Of(t).Catalogue}); err != nil {
			t.Fatal(err)
		}
		if format == "json" {
			var told struct{ Items []verdict.Item }
			if err := json.Unmarshal(out.Bytes(), &told); err != nil || len(told.Items) != 40 || len(told.Items[5].Evidence) != 1 {
				t.Errorf("%d items in json, %v", len(told.Items), err)
			}
		}
		rest := out.String()
		for _, x := range want {
			_, after, ok := strings.Cut(rest, x.ID)
			if !ok {
				t.Fatalf("%s: %s is missing, or out of its place", format, x.ID)
			}
			rest = after
		}
	}
}
