package report_test

import (
	"encoding/json"
	"slices"
	"strings"
	"testing"

	"etalon/internal/record"
	"etalon/internal/report"
	"etalon/internal/report/reporttest"
	"etalon/internal/verdict"
)

// Every format that a person or an authority reads has the items of the référentiel in its order, with whose they are, how
// they are tried, their verdict and their documents.
func TestItemsOfTheReferential(t *testing.T) {
	dir, run := reporttest.Recorded(t, "identity")
	want := map[string]verdict.Verdict{
		"EXI FI 01": verdict.Review, "EXI FI 04": verdict.NotApplicable, "EXI FI 06": verdict.Inconclusive, "EXI FI 16": verdict.Fail,
		"RECO FI 01": verdict.Pass, "RECO FI 04": verdict.Inconclusive,
	}
	order := []string{"EXI FI 01", "EXI FI 04", "EXI FI 06", "EXI FI 16", "RECO FI 01", "RECO FI 04"}
	var told struct {
		Items []verdict.Item `json:"items"`
	}
	if err := json.Unmarshal(render(t, "json", run, reporttest.Options(t, dir, "fr")), &told); err != nil {
		t.Fatal(err)
	}
	for i, x := range told.Items {
		if x.ID != order[i] || x.Verdict != want[x.ID] || len(x.Entities) == 0 || x.Kind == "" {
			t.Errorf("item %d: %+v, want %s %s", i, x, order[i], want[order[i]])
		}
	}
	if len(told.Items) != len(order) {
		t.Errorf("%d items", len(told.Items))
	}
	for _, format := range []string{"text", "html"} {
		for lang, words := range map[string][]string{
			"fr": {"Référentiel des fournisseurs d'identité", "Équipes de sécurité", "organigramme.pdf", "2036-01-31", "page 3", record.Digest([]byte("organigramme")), "fichier illisible"},
			"en": {"Référentiel of identity providers", "Security teams", "organigramme.pdf", record.Digest([]byte("organigramme")), "file not readable"},
		} {
			out := strings.ReplaceAll(string(render(t, format, run, reporttest.Options(t, dir, lang))), "&#39;", "'")
			at := strings.LastIndex(out, words[0]) // the section; before it stands the link to it
			var places []int
			for _, id := range order {
				places = append(places, strings.Index(out[at:], id))
			}
			if !slices.IsSorted(places) || places[0] < 0 {
				t.Errorf("%s, %s: the items stand at %v", format, lang, places)
			}
			for _, w := range words {
				if !strings.Contains(out, w) {
					t.Errorf("%s, %s: %q is not told", format, lang, w)
				}
			}
		}
	}
	text := strings.ToLower(string(render(t, "text", run, reporttest.Options(t, dir, "fr"))))
	for _, w := range []string{"établissement · déclarée · relève de l'établissement", "fournisseur, établissement · déclarée · à examiner", "fournisseur · automatique · échec"} {
		if !strings.Contains(text, w) {
			t.Errorf("%q is not in\n%s", w, text)
		}
	}
}

// A run without référentiel says nothing of one.
func TestNoItems(t *testing.T) {
	dir, run := reporttest.Recorded(t, "mixed")
	for _, f := range report.Formats {
		if out := string(render(t, f.Name, run, reporttest.Options(t, dir, "fr"))); strings.Contains(out, "férentiel des") || strings.Contains(out, `"items"`) {
			t.Errorf("%s tells of items", f.Name)
		}
	}
}
