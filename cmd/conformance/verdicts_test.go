package main

import (
	"bufio"
	"context"
	"encoding/json"
	"os"
	"os/exec"
	"path/filepath"
	"slices"
	"strings"
	"syscall"
	"testing"

	"etalon/features"
	"etalon/internal/candidate"
	"etalon/internal/scenario"
	"etalon/internal/sides"
)

// apart are flaws that this test plays in a process of their own, and the honest stub of each role.
var apart = []struct {
	role candidate.Role
	flaw string
}{
	{candidate.RoleProvider, ""},
	{candidate.RoleProvider, "skips-audience"},
	{candidate.RoleClient, ""},
	{candidate.RoleClient, "omits-pagm"},
}

// TestTwoProcesses plays stubs in a process of their own and judges them from another: the verdicts are those of
// the self-test, which plays both in one.
func TestTwoProcesses(t *testing.T) {
	if testing.Short() {
		t.Skip("plays the whole plan")
	}
	if err := buildSandbox(); err != nil {
		t.Fatal(err)
	}
	for _, c := range apart {
		t.Run(string(c.role)+" "+c.flaw, func(t *testing.T) {
			dir := t.TempDir()
			args := []string{"stub", string(c.role), "--dir", filepath.Join(dir, "stub")}
			if c.flaw != "" {
				args = append(args, "--flaw", c.flaw)
			}
			file := startStub(t, args)
			_, diagnostics, status := conformance(t, "run", file, "--long", "--out", filepath.Join(dir, "run"))
			level, failed := outcome(t, filepath.Join(dir, "run", "run.json"))
			if c.flaw == "" {
				if status != exitOK || level != "conforme" || len(failed) > 0 {
					t.Errorf("honest stub: status %d, level %s, failed %v\n%s", status, level, failed, diagnostics)
				}
				return
			}
			if want := selftested(t, c.role, c.flaw); status != exitFailed || !slices.Equal(failed, want) {
				t.Errorf("flaw %s: status %d, failed %v, want %v as in the self-test", c.flaw, status, failed, want)
			}
		})
	}
}

// startStub starts the sandbox and returns the candidate file that it prints when it is ready.
func startStub(t *testing.T, args []string) string {
	t.Helper()
	cmd := exec.Command(filepath.Join(tools, "sandbox"), args...)
	out, err := cmd.StdoutPipe()
	if err != nil {
		t.Fatal(err)
	}
	if err := cmd.Start(); err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() {
		_ = cmd.Process.Signal(syscall.SIGTERM)
		if err := cmd.Wait(); err != nil {
			t.Errorf("sandbox %v: %v", args, err)
		}
	})
	line, err := bufio.NewReader(out).ReadString('\n')
	if err != nil {
		t.Fatalf("sandbox %v: %v", args, err)
	}
	return strings.TrimSpace(line)
}

// outcome reads the level of a run and the requirements that failed.
func outcome(t *testing.T, path string) (level string, failed []string) {
	t.Helper()
	raw, err := os.ReadFile(path)
	if err != nil {
		t.Fatal(err)
	}
	var run struct {
		Level        struct{ Profile string }
		Requirements []struct{ ID, Verdict string }
	}
	if err := json.Unmarshal(raw, &run); err != nil {
		t.Fatal(err)
	}
	for _, q := range run.Requirements {
		if q.Verdict == "fail" {
			failed = append(failed, q.ID)
		}
	}
	slices.Sort(failed)
	return run.Level.Profile, failed
}

// selftested returns what fails for a flaw on the whole plan of the self-test.
func selftested(t *testing.T, role candidate.Role, flaw string) []string {
	t.Helper()
	s, err := loadSuite()
	if err != nil {
		t.Fatal(err)
	}
	table, err := scenario.Selftest{
		Tree: features.FS, Domains: sides.Domains(), Texts: s.Texts, Catalogue: s.Catalogue, Scopes: []string{string(role) + "/A"}, Flaws: []string{flaw}, Full: true,
	}.Run(context.Background())
	if err != nil || !table.Sound() || len(table.Roles) != 1 || len(table.Roles[0].Flaws) != 1 {
		t.Fatalf("self-test of %s: %+v, %v", flaw, table, err)
	}
	return slices.Sorted(slices.Values(table.Roles[0].Flaws[0].Failed))
}
