package idp_test

import (
	"os"
	"slices"
	"testing"

	"etalon/internal/sides/sidetest"
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
			sidetest.Caught(t, run, sidetest.Failed(run), f.Must, f.May)
		})
	}
}
