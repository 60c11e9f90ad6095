package ops_test

import (
	"bytes"
	"strings"
	"testing"

	"etalon/internal/bench"
	"etalon/internal/candidate"
	"etalon/internal/scenario"
	"etalon/internal/stand"
	"etalon/internal/verdict"
)

// One seed and one stopped clock give one canonical record, however many cases run at once (rule 7).
func TestDeterminism(t *testing.T) {
	some := func(requirements string) (selectors []string) {
		for id := range strings.FieldsSeq(requirements) {
			selectors = append(selectors, "*/A/"+id)
		}
		return selectors
	}
	at := bench.Wall()
	for name, x := range map[string]struct {
		trial
		short string
	}{
		"provider":         {trial{role: candidate.RoleProvider, selector: some("A02 A05 A14 F03 G01 K01 L05 T01 T03 V10 V14 X02 X05 X06")}, "*/A/V10"},
		"flawed provider":  {trial{role: candidate.RoleProvider, flaws: []string{"skips-audience"}, selector: []string{"*/A/V10", "*/A/F05", "*/A/X02"}}, "*/A/V10"},
		"refusing one":     {trial{role: candidate.RoleProvider, flaws: []string{"refuses-everything"}}, ""},
		"resources":        {trial{role: candidate.RoleProvider, mode: "R", selector: strings.Fields("fournisseur/R/R01 fournisseur/R/R02 fournisseur/R/R05 fournisseur/R/G01 fournisseur/R/G07")}, "*/R/R02"},
		"receiver":         {trial{role: candidate.RoleProvider, mode: "P", selector: strings.Fields("fournisseur/P/G07 fournisseur/P/L06 fournisseur/P/P01 fournisseur/P/P05 fournisseur/P/P06 fournisseur/P/P07 fournisseur/P/P10 fournisseur/P/V10")}, "*/P/V10"},
		"service operator": {member().only("S02 S04 S06 C05 D01 D02 K04 L06 V10"), "*/S/V10"},
		"client":           {trial{role: candidate.RoleClient, selector: some("A13 A15 G10 L01 L04 T02 T07 V02 V18 X01 X05")}, "*/A/V18"},
		"client in a mess": {trial{role: candidate.RoleClient, flaws: []string{"sends-without-vi"}, selector: []string{"*/A/A13", "*/A/A14"}}, "*/A/A14"},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			if testing.Short() && x.short != "" {
				x.selector = []string{x.short}
			}
			x.seed = "one seed"
			x.stopped = at
			x.change = func(c *scenario.Config, _ *stand.Stub) { c.Bench.Clock.Stop(at) }
			var first []byte
			for _, jobs := range []int{1, 4} {
				x.jobs = jobs
				got, err := verdict.Canonical(x.judge(t))
				if err != nil {
					t.Fatal(err)
				}
				if first == nil {
					first = got
				}
				if !bytes.Equal(first, got) {
					t.Fatalf("%d jobs: %s", jobs, firstDifference(first, got))
				}
			}
			other := x.trial
			other.seed = "another seed"
			run := other.judge(t)
			run.Seed = string(x.seed) + " judge" // what is left differs by what was drawn, of which a role that is not judged keeps nothing
			if len(run.Trouble) > 0 {
				return
			}
			if got, err := verdict.Canonical(run); err != nil || bytes.Equal(got, first) {
				t.Errorf("another seed gives the same record (%v)", err)
			}
		})
	}
}

// firstDifference shows where two texts part, with the lines before.
func firstDifference(a, b []byte) string {
	left, right := strings.Split(string(a), "\n"), strings.Split(string(b), "\n")
	for i := range min(len(left), len(right)) {
		if left[i] != right[i] {
			return strings.Join(left[max(0, i-60):i], "\n") + "\n-" + left[i] + "\n+" + right[i]
		}
	}
	return "one is longer"
}
