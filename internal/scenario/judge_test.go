package scenario_test

import (
	"slices"
	"strings"
	"testing"

	"etalon/internal/candidate"
	"etalon/internal/scenario"
	"etalon/internal/stand"
)

// heard keeps what a run says.
type heard struct {
	scenario.Quiet
	lines *[]string
}

func (h heard) Say(line string) { *h.lines = append(*h.lines, line) }

// A mode that the candidate declares and that nothing plays is told once, and enters neither the scope nor a level.
func TestUnplayedMode(t *testing.T) {
	var said []string
	run := trial{
		role: candidate.RoleProvider, selector: []string{"fournisseur/A/V10-P"},
		change: func(c *scenario.Config, _ *stand.Stub) {
			c.Candidate.Provider.R = &candidate.ProviderR{}
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
