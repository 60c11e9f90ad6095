package ops_test

import (
	"bytes"
	"encoding/json"
	"os"
	"os/exec"
	"path/filepath"
	"testing"
	"time"

	"etalon/internal/candidate"
	"etalon/internal/record"
	"etalon/internal/verdict"
)

// killedRun tells the test binary to be the run that will be killed, and where its record goes.
const killedRun = "ETALON_TEST_KILLED_RUN"

// TestRunThatIsKilled is the run that TestKilled starts in another process.
func TestRunThatIsKilled(t *testing.T) {
	dir := os.Getenv(killedRun)
	if dir == "" {
		t.Skip("only as a child of TestKilled")
	}
	trial{role: candidate.RoleProvider, dir: dir}.judge(t)
	t.Error("the run reached its end")
}

// A run that is killed leaves a record that is whole as far as it went, and marked incomplete.
func TestKilled(t *testing.T) {
	moments := []int{1, 25, 90}
	if testing.Short() {
		moments = moments[:1]
	}
	for _, cases := range moments {
		dir := filepath.Join(t.TempDir(), "run")
		child := exec.Command(os.Args[0], "-test.run=^TestRunThatIsKilled$")
		child.Env = append(os.Environ(), killedRun+"="+dir)
		if err := child.Start(); err != nil {
			t.Fatal(err)
		}
		before := waitForCases(t, filepath.Join(dir, record.File), cases)
		if err := child.Process.Kill(); err != nil {
			t.Fatal(err)
		}
		if err := child.Wait(); err == nil {
			t.Fatal("the child ended by itself")
		}
		run, err := record.Load(dir)
		if err != nil {
			t.Fatal(err)
		}
		if run.Complete || run.Level != (verdict.Levels{}) || run.Exit(verdict.Majeure) != 3 {
			t.Errorf("complete %t, level %v, exit %d", run.Complete, run.Level, run.Exit(verdict.Majeure))
		}
		for _, line := range before {
			var want struct{ Case verdict.Case }
			if err := json.Unmarshal(line, &want); err != nil {
				t.Fatal(err)
			}
			if got := caseOf(t, run, want.Case.Address[len("fournisseur/A/"):]); got.Verdict != want.Case.Verdict || len(got.Steps) != len(want.Case.Steps) {
				t.Errorf("%s: %s, want %s", got.Address, got.Verdict, want.Case.Verdict)
			}
		}
		noneTorn(t, dir, run)
	}
}

// waitForCases waits until a record holds so many cases, and returns their lines.
func waitForCases(t *testing.T, path string, n int) [][]byte {
	t.Helper()
	deadline := time.Now().Add(time.Minute)
	for time.Now().Before(deadline) {
		raw, _ := os.ReadFile(path)
		var cases [][]byte
		for _, line := range bytes.SplitAfter(raw, []byte("\n")) {
			if bytes.HasPrefix(line, []byte(`{"case":`)) && bytes.HasSuffix(line, []byte("\n")) {
				cases = append(cases, line)
			}
		}
		if len(cases) >= n {
			return cases
		}
		<-time.After(2 * time.Millisecond)
	}
	t.Fatalf("no %d cases in a minute", n)
	return nil
}

// noneTorn checks every evidence of a record against its digest.
func noneTorn(t *testing.T, dir string, run *verdict.Run) {
	t.Helper()
	read := record.EvidenceOf(dir)
	for _, e := range run.Evidence {
		if raw, err := read(e.Digest); err != nil || len(raw) != e.Size {
			t.Errorf("evidence %s: %d bytes of %d, %v", e.Digest, len(raw), e.Size, err)
		}
	}
	for _, c := range run.Cases {
		for _, x := range c.Exchanges {
			for _, digest := range []string{x.Request, x.Response, x.Twin} {
				if digest == "" {
					continue
				}
				if _, err := read(digest); err != nil {
					t.Errorf("%s: %v", c.Address, err)
				}
			}
		}
	}
}
