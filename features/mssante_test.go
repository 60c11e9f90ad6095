package features_test

import (
	"testing"

	"etalon/internal/oidc"
)

// The named faults are those of oidc, and every one of a requirement that is played is used.
func TestMailFaultsExistAndAreUsed(t *testing.T) {
	used, tried := map[string]bool{}, map[string]bool{}
	for _, s := range scenarios(t) {
		if s.interops() {
			continue
		}
		tried[s.requirement] = true
		for _, step := range s.steps {
			for _, name := range faults(step) {
				used[name] = true
				if _, ok := oidc.FaultByName(name); !ok {
					t.Errorf("%s: fault %q is not in the catalogue of faults", s.address(), name)
				}
			}
		}
	}
	for _, f := range oidc.Faults() {
		if tried[f.Violates] && !used[f.Name] && f.Name != "psc-keys-unavailable" { // a sentence of its own
			t.Errorf("fault %s of %s: no scenario commits it", f.Name, f.Violates)
		}
	}
}
