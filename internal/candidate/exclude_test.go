package candidate_test

import (
	"path/filepath"
	"slices"
	"testing"

	"etalon/internal/candidate"
	"etalon/internal/verdict"
)

// A candidate says what it does not claim, role by role; nobody else does.
func TestExcludes(t *testing.T) {
	dir := write(t, map[string]string{"candidate.yaml": `candidate: {name: P, vendor: V, version: "1"}
roles:
  fournisseur:
    A: {endpoint: "https://127.0.0.1:8443/a"}
    excludes: {V12: "l'âge de l'authentification n'est pas lu", V09: "aucune durée maximale"}
`})
	c, err := candidate.Load(filepath.Join(dir, "candidate.yaml"))
	if err != nil {
		t.Fatal(err)
	}
	want := []verdict.Exclusion{
		{Role: "fournisseur", Requirement: "V09", Reason: "aucune durée maximale"},
		{Role: "fournisseur", Requirement: "V12", Reason: "l'âge de l'authentification n'est pas lu"},
	}
	if got := c.Exclusions(); !slices.Equal(got, want) {
		t.Errorf("exclusions %v, want %v", got, want)
	}
	if reason, excluded := c.Excludes("fournisseur", "V09"); !excluded || reason != want[0].Reason {
		t.Errorf("V09: %q %v", reason, excluded)
	}
	for _, asked := range [][2]string{{"fournisseur", "V10"}, {"client", "V09"}, {"", ""}} {
		if _, excluded := c.Excludes(asked[0], asked[1]); excluded {
			t.Errorf("%v: excluded", asked)
		}
	}
}
