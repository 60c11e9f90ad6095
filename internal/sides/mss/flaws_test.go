package mss_test

import (
	"slices"
	"strings"
	"testing"

	"etalon/stubs/operator"
)

// ofTokens tells a requirement on tokens and on who is asked about them.
func ofTokens(id string) bool { return strings.HasPrefix(id, "TOK-") || strings.HasPrefix(id, "INTR-") }

// Some neglects of each kind are caught in the requirements that they breach, and in no other. The self-test plays them
// all.
func TestNeglectedTokensAreCaught(t *testing.T) {
	names := strings.Fields("skips-signature follows-issuer skips-expiry skips-introspection remembers-decisions takes-other-person " +
		"trusts-header-key takes-token-once takes-any-life fails-open")
	if testing.Short() {
		names = names[:2]
	}
	for _, f := range operator.Flaws() {
		if !slices.Contains(names, f.Name) {
			continue
		}
		t.Run(f.Name, func(t *testing.T) {
			t.Parallel()
			asked := slices.DeleteFunc(slices.Concat(f.Must, f.May), func(id string) bool { return !ofTokens(id) })
			run := rig{flaws: []string{f.Name}, selector: only(append(asked, "TOK-09", "TOK-31")...)}.judge(t)
			got, _ := failed(run)
			for _, id := range f.Must {
				if ofTokens(id) && !slices.Contains(got, id) {
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
