package lps_test

import (
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"

	"etalon/internal/sides/sidetest"
	"etalon/internal/verdict"
	"etalon/stubs/lps"
)

// The honest program passes everything.
func TestHonestProgram(t *testing.T) {
	run := mock(t, nil)
	for _, trouble := range run.Trouble {
		t.Errorf("trouble %+v", trouble)
	}
	for _, c := range run.Cases {
		if c.Verdict != verdict.Pass {
			t.Errorf("%s: %s, %s %+v", c.Address, c.Verdict, c.Reason, c.Findings)
		}
		if c.MS > 2000 {
			t.Logf("%s took %d ms", c.Address, c.MS)
		}
	}
	if len(run.Cases) < 69 {
		t.Errorf("%d cases were played: %+v", len(run.Cases), run.NotRun)
	}
}

// Some neglects of each kind are caught in the requirements that they breach, and in no other. The self-test plays them all.
func TestNeglectsAreCaught(t *testing.T) {
	names := strings.Fields("goes-on-in-clear never-looks-for-revocation hangs-at-challenge repeats-refused-token falls-back-to-password insists logs-response asks-for-failures-alone asks-for-reading-instead skips-revocation names-person hides-errors never-renews keeps-session-over never-over " +
		"forgets-reference breaks-references loses-document breaks-on-archive reads-description-in-clear")
	if testing.Short() {
		names = names[:3]
	}
	for _, f := range lps.Flaws() {
		if !slices.Contains(names, f.Name) {
			continue
		}
		t.Run(f.Name, func(t *testing.T) {
			t.Parallel()
			run := mock(t, []string{f.Name}, append(slices.Concat(f.Must, f.May), "LPS-30")...)
			sidetest.Caught(t, run, sidetest.Failed(run), f.Must, f.May)
		})
	}
}

// Whoever drives a program that does nothing, or cannot be driven, judges nothing.
func TestProgramThatDoesNothing(t *testing.T) {
	for name, drive := range map[string]string{
		"does nothing": `{command: ["true"]}`, "is not there": `{command: ["/nowhere/messagerie"]}`, "wants a person": `{manual: true}`,
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			file := filepath.Join(t.TempDir(), "candidate.yaml")
			text := `candidate: {name: Rien, vendor: Exemple, version: "1"}
roles: {lps: {mailbox: anne.test-un@operateur.test.invalid, nil: DEV1, drive: ` + drive + `, psc: {listen: auto}, operator: {ports: auto}}}
listen: {address: 127.0.0.1, ports: auto}
`
			if err := os.WriteFile(file, []byte(text), 0o600); err != nil {
				t.Fatal(err)
			}
			run := judge(t, file, "LPS-01", "LPS-02", "LPS-30")
			if len(run.Trouble) != 1 || len(sidetest.Failed(run)) > 0 {
				t.Errorf("trouble %+v, failed %v", run.Trouble, sidetest.Failed(run))
			}
			for _, c := range run.Cases {
				if c.Verdict != verdict.Inconclusive {
					t.Errorf("%s: %s", c.Address, c.Verdict)
				}
			}
		})
	}
}

// A program that works otherwise, and rightly, is accused of nothing, and all of it can be judged.
func TestProgramsThatWorkOtherwise(t *testing.T) {
	for _, b := range lps.Behaviours() {
		t.Run(b.Name, func(t *testing.T) {
			t.Parallel()
			run := mock(t, []string{b.Name})
			if len(run.Trouble) > 0 {
				t.Errorf("trouble %+v", run.Trouble)
			}
			for _, c := range run.Cases {
				if c.Verdict != verdict.Pass {
					t.Errorf("%s: %s, %s %+v", c.Address, c.Verdict, c.Reason, c.Findings)
				}
			}
		})
	}
}

// What a program does after it gave the hand back is seen as well.
func TestNeglectsInTheBackground(t *testing.T) {
	for flaw, must := range map[string]string{"sends-receipts-unasked": "LPS-43", "sends-any-size": "LPS-51"} {
		t.Run(flaw, func(t *testing.T) {
			t.Parallel()
			run := mock(t, []string{flaw, lps.WorksInBackground}, must, "LPS-30")
			sidetest.Caught(t, run, sidetest.Failed(run), []string{must}, nil)
		})
	}
}

// Who never read a revocation list has shown nothing of keeping one.
func TestListThatNobodyRead(t *testing.T) {
	run := mock(t, []string{"never-looks-for-revocation"}, "LPS-08")
	if c := sidetest.CaseOf(t, run, "LPS-08-P"); c.Verdict != verdict.Inconclusive || c.Why.Key != verdict.ReasonNoMessage {
		t.Errorf("%s %+v %+v", c.Verdict, c.Why, c.Findings)
	}
}
