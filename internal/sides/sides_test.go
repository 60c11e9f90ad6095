package sides_test

import (
	"testing"

	"etalon/features"
	"etalon/internal/scenario"
	"etalon/internal/sides"
)

// Every sentence of every feature has one step in all domains, and every step a sentence.
func TestEverySentenceHasOneStep(t *testing.T) {
	catalogue, err := scenario.LoadCatalogue(features.FS)
	if err != nil {
		t.Fatal(err)
	}
	plan, err := scenario.LoadPlan(features.FS, catalogue)
	if err != nil {
		t.Fatal(err)
	}
	var steps []scenario.Step
	for _, d := range sides.Domains() {
		steps = append(steps, d.Steps...)
	}
	used, known := make([]bool, len(steps)), map[string]bool{}
	for _, trial := range plan {
		for _, sentence := range trial.Steps {
			if known[sentence] {
				continue
			}
			n := 0
			for i, s := range steps {
				if s.Sentence.MatchString(sentence) {
					used[i] = true
					n++
				}
			}
			known[sentence] = n == 1
			if n != 1 {
				t.Errorf("%s: %q matches %d steps", trial.Address, sentence, n)
			}
		}
	}
	if len(known) < 500 {
		t.Errorf("%d sentences read: the test looks at the wrong tree", len(known))
	}
	for i, s := range steps {
		if !used[i] {
			t.Errorf("step %s: no sentence uses it", s.Sentence)
		}
	}
}
