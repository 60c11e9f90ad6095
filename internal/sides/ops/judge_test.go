package ops_test

import (
	"slices"
	"strings"
	"testing"
	"testing/fstest"

	"etalon/features"
	"etalon/internal/candidate"
	"etalon/internal/scenario"
	"etalon/internal/stand"
	"etalon/internal/verdict"
)

// heard keeps what a run says.
type heard struct {
	scenario.Quiet
	lines *[]string
}

func (h heard) Say(line verdict.Text) { *h.lines = append(*h.lines, line.FR) }

// playing is a features' tree of that file alone, as if it played nothing in a mode.
func playing(t *testing.T, file, without string) fstest.MapFS {
	t.Helper()
	tree := fstest.MapFS{}
	for _, name := range []string{"interops/requirements.csv", file} {
		raw, err := features.FS.ReadFile(name)
		if err != nil {
			t.Fatal(err)
		}
		tree[name] = &fstest.MapFile{Data: []byte(strings.ReplaceAll(string(raw), " @mode:"+without, ""))}
	}
	return tree
}

// A mode that the candidate declares and that nothing plays is told once, and enters neither the scope nor a level.
func TestUnplayedMode(t *testing.T) {
	var said []string
	run := trial{
		role: candidate.RoleProvider, selector: []string{"fournisseur/A/V10-P"},
		change: func(c *scenario.Config, _ *stand.Stub) {
			c.Candidate.Provider.R = &candidate.ProviderR{}
			c.Tree = playing(t, "interops/A/fournisseur/V10-audience.feature", "R")
			c.Progress = heard{lines: &said}
		},
	}.judge(t)
	if !slices.Equal(run.Scope, []string{"fournisseur/A"}) {
		t.Errorf("scope %v", run.Scope)
	}
	if len(said) != 1 || !strings.Contains(said[0], "fournisseur/R") {
		t.Errorf("said %q, want fournisseur/R once", said)
	}
	for _, q := range run.Requirements {
		if q.Mode == "R" {
			t.Errorf("%s weighs in mode R", q.ID)
		}
	}
}
