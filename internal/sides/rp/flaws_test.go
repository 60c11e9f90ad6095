package rp_test

import (
	"os"
	"slices"
	"testing"

	"etalon/stubs/rp"
)

// Every neglect is caught in the requirements that it breaches, and in no other of those that it may touch. Those that have
// to wait are left to the self-test when the tests are to be short.
func TestFlawsAreCaught(t *testing.T) {
	slow := []string{"ignores-slow-down", "polls-in-haste", "polls-on"}
	for i, f := range rp.Flaws() {
		if testing.Short() && (i%4 != 0 || slices.Contains(slow, f.Name)) {
			continue
		}
		t.Run(f.Name, func(t *testing.T) {
			t.Parallel()
			run := rig{flaws: []string{f.Name}, selector: only(append(slices.Concat(f.Must, f.May), "PSC-07", "PSC-20")...)}.judge(t)
			got, unclear := failed(run)
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
			if len(unclear) > 0 {
				t.Errorf("without verdict: %v", unclear)
			}
			if len(run.Trouble) > 0 || t.Failed() {
				told(t, run)
			}
		})
	}
}

// edited changes a file.
func edited(t testing.TB, name string, change func(string) string) {
	t.Helper()
	raw, err := os.ReadFile(name)
	if err == nil {
		err = os.WriteFile(name, []byte(change(string(raw))), 0o600)
	}
	if err != nil {
		t.Fatal(err)
	}
}
