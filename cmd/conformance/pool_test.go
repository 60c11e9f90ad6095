package main

import (
	"context"
	"errors"
	"slices"
	"testing"

	"etalon/features"
	"etalon/internal/scenario"
	"etalon/internal/sides"
)

// pooled is a self-test of some scopes with one flaw in each, all at once.
func pooled(t *testing.T, scopes ...string) scenario.Selftest {
	t.Helper()
	s, err := loadSuite()
	if err != nil {
		t.Fatal(err)
	}
	return scenario.Selftest{
		Tree: features.FS, Domains: sides.Domains(), Texts: s.Texts, Catalogue: s.Catalogue, Plan: s.Plan, Scopes: scopes,
		Flaws: []string{"skips-issuer"}, Jobs: 4,
	}
}

// The table keeps the order in which scopes are asked for, each once, whatever ends first.
func TestSelftestKeepsTheOrderOfItsScopes(t *testing.T) {
	table, err := pooled(t, "mss-smtp/-", "mss-imap/-", "mss-smtp/-").Run(t.Context())
	if err != nil || !table.Sound() || table.Flaws != 2 || table.Caught != 2 {
		t.Fatalf("%+v, %v", table, err)
	}
	var order []string
	for _, r := range table.Roles {
		order = append(order, r.Role+"/"+r.Mode)
		if len(r.Flaws) != 1 || !r.Flaws[0].Caught {
			t.Errorf("%s: %+v", r.Role, r.Flaws)
		}
	}
	if !slices.Equal(order, []string{"mss-smtp/-", "mss-imap/-"}) {
		t.Errorf("roles %v", order)
	}
}

// A flaw whose requirements nothing plays survives: nobody has seen it fail.
func TestSelftestCallsAnUnplayedFlawASurvivor(t *testing.T) {
	test := pooled(t, "mss-imap/-")
	test.Plan = slices.DeleteFunc(slices.Clone(test.Plan), func(trial scenario.Trial) bool {
		return trial.Row.ID == "TOK-18" || trial.Row.ID == "TOK-19"
	})
	table, err := test.Run(t.Context())
	if err != nil || table.Sound() || !slices.Equal(table.Survivors, []string{"mss-imap/-/skips-issuer"}) {
		t.Errorf("%+v, %v", table.Survivors, err)
	}
}

// One that is cut short is no verdict.
func TestSelftestCutShortIsAnError(t *testing.T) {
	ctx, cancel := context.WithCancel(t.Context())
	cancel()
	if _, err := pooled(t, "mss-imap/-").Run(ctx); !errors.Is(err, context.Canceled) {
		t.Errorf("%v", err)
	}
}
