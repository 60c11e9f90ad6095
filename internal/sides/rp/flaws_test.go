package rp_test

import (
	"os"
	"slices"
	"strings"
	"testing"

	"etalon/stubs/rp"
)

// Some neglects of each kind are caught in the requirements that they breach, and in no other of those that they may touch.
// The self-test plays them all.
func TestFlawsAreCaught(t *testing.T) {
	names := strings.Fields("skips-state sends-no-nonce sends-other-redirect skips-browser skips-signature shows-no-certificate trusts-any-server " +
		"keeps-old-refresh-token logs-out-alone crashes-on-denial asks-again-on-denial skips-userinfo-subject skips-person polls-in-haste")
	if testing.Short() {
		names = names[:3]
	}
	for _, f := range rp.Flaws() {
		if !slices.Contains(names, f.Name) {
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
