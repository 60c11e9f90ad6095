package idp_test

import (
	"os"
	"slices"
	"testing"

	"etalon/stubs/idp"
)

// Every neglect of the mock provider is caught in the requirements that it breaches, and in no other. On the requirements
// named; with FLAWS_WHOLE set, on the whole plan.
func TestFlawsAreCaught(t *testing.T) {
	whole := os.Getenv("FLAWS_WHOLE") != ""
	for i, f := range idp.Flaws() {
		if testing.Short() && i%10 != 0 {
			continue
		}
		if only := os.Getenv("FLAW"); only != "" && only != f.Name {
			continue
		}
		t.Run(f.Name, func(t *testing.T) {
			t.Parallel()
			asked := append(slices.Concat(f.Must, f.May), "FI-05", "FI-12")
			if whole {
				asked = nil
			}
			run := rig{flaws: []string{f.Name}, selector: asked}.judge(t)
			got := failed(run)
			for _, id := range f.Must {
				if !slices.Contains(got, id) {
					t.Errorf("%s is not failed", id)
				}
			}
			for _, id := range got {
				if !slices.Contains(f.Must, id) && !slices.Contains(f.May, id) {
					t.Errorf("%s is failed wrongly", id)
				}
			}
			if len(run.Trouble) > 0 || t.Failed() {
				told(t, run)
			}
		})
	}
}
