package features_test

import (
	"testing"

	"etalon/internal/oidc"
	"etalon/internal/whitelist"
)

// violated maps the faults of tokens and of the white list to the requirement that each violates.
func violated() map[string]string {
	all := map[string]string{}
	for _, f := range oidc.Faults() {
		all[f.Name] = f.Violates
	}
	for _, f := range whitelist.Faults() {
		all[f.Name] = f.Violates
	}
	return all
}

// The named faults are those of oidc and of whitelist, and every one of a requirement that is played is used.
func TestMailFaultsExistAndAreUsed(t *testing.T) {
	used, tried, known := map[string]bool{}, map[string]bool{}, violated()
	for _, s := range scenarios(t) {
		if s.interops() {
			continue
		}
		tried[s.requirement] = true
		for _, step := range s.steps {
			for _, name := range faults(step) {
				used[name] = true
				if _, ok := known[name]; !ok {
					t.Errorf("%s: fault %q is not in the catalogue of faults", s.address(), name)
				}
			}
		}
	}
	for name, violates := range known {
		if tried[violates] && !used[name] && name != "psc-keys-unavailable" { // a sentence of its own
			t.Errorf("fault %s of %s: no scenario commits it", name, violates)
		}
	}
}
