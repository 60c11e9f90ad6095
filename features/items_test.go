package features_test

import (
	"fmt"
	"io/fs"
	"slices"
	"strings"
	"testing"

	"etalon/features"
)

// The items of the référentiel of identity providers are forty, in its order, and each is decided by rows of the catalogue.
func TestItemsOfIdentityProviders(t *testing.T) {
	items := table(t, domains[2], "items.csv")
	var want []string
	for n := range 36 {
		want = append(want, fmt.Sprintf("EXI FI %02d", n+1))
		switch n + 1 {
		case 23:
			want = append(want, "RECO FI 01", "RECO FI 02")
		case 25:
			want = append(want, "RECO FI 03")
		case 28:
			want = append(want, "RECO FI 04")
		}
	}
	var got []string
	kinds := map[string]int{}
	for _, x := range items {
		got = append(got, x["item"])
		kinds[x["kind"]]++
		for _, e := range split(x["entity"]) {
			if e != "FI" && e != "ES" {
				t.Errorf("%s: entity %q", x["item"], e)
			}
		}
		if x["title_fr"] == "" || x["title_en"] == "" || x["rows"] == "" || x["entity"] == "" {
			t.Errorf("%s: %v: want a title in both languages, entities and rows", x["item"], x)
		}
	}
	if !slices.Equal(got, want) {
		t.Errorf("the items are %v,\nwant %v", got, want)
	}
	if kinds["automatic"] != 12 || kinds["mixed"] != 12 || kinds["declared"] != 16 {
		t.Errorf("kinds %v, want 12 automatic, 12 mixed, 16 declared", kinds)
	}
}

// Every row of an item exists, and every row of the catalogue about identity providers belongs to one item at least.
func TestRowsOfItems(t *testing.T) {
	rows, decides := catalogue(t), map[string]string{}
	_, err := fs.Stat(features.FS, "psc/fi/requirements.csv")
	begun := err == nil
	for _, x := range table(t, domains[2], "items.csv") {
		for _, id := range split(x["rows"]) {
			r, ok := rows[id]
			if !ok && (begun || !strings.HasPrefix(id, "FI-")) {
				t.Errorf("%s: no row %s", x["item"], id)
			}
			if ok && !slices.Equal(r.roles, []string{"fournisseur-identite"}) {
				t.Errorf("%s: %s is a row of %v", x["item"], id, r.roles)
			}
			decides[id] = x["item"]
		}
		own := strings.ReplaceAll(x["item"], " ", "-")
		if _, ok := rows[own]; ok && !slices.Contains(split(x["rows"]), own) {
			t.Errorf("%s is not decided by its own row", x["item"])
		}
	}
	for id := range rows {
		if (strings.HasPrefix(id, "FI-") || strings.Contains(id, "-FI-")) && decides[id] == "" {
			t.Errorf("%s belongs to no item", id)
		}
	}
}

// A row of one entity alone asks for it: an identity provider's report does not wait for an establishment's items.
func TestRowsOfOneEntityAskForIt(t *testing.T) {
	needs := map[string]string{"FI": "@besoin:entite-fournisseur", "ES": "@besoin:entite-etablissement"}
	entity := map[string]string{}
	for _, x := range table(t, domains[2], "items.csv") {
		for _, id := range split(x["rows"]) {
			if strings.Contains(id, "-FI-") {
				entity[id] = x["entity"]
			}
		}
	}
	for _, s := range scenarios(t) {
		for of, need := range needs {
			if want := entity[s.requirement] == of; entity[s.requirement] != "" && slices.Contains(s.tags, need) != want {
				t.Errorf("%s: tag %s: want %t", s.address(), need, want)
			}
		}
	}
}
