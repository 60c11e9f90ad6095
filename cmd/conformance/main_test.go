package main

import (
	"bytes"
	"errors"
	"flag"
	"os"
	"os/exec"
	"path/filepath"
	"sync"
	"testing"

	"github.com/rogpeppe/go-internal/testscript"

	"etalon/internal/container/enginetest"
)

// update rewrites the golden files.
var update = flag.Bool("update", false, "rewrite the golden files")

// tools is the folder of the sandbox built for the tests.
var tools string

// withTools runs the tests with a folder for what they build.
type withTools struct{ *testing.M }

func (m withTools) Run() int {
	dir, err := os.MkdirTemp("", "etalon-tools-")
	if err != nil {
		panic(err)
	}
	defer os.RemoveAll(dir)
	tools = dir
	defer enginetest.End()
	return m.M.Run()
}

func TestMain(m *testing.M) {
	testscript.Main(withTools{m}, map[string]func(){"conformance": main})
}

// buildSandbox builds the other program, once.
var buildSandbox = sync.OnceValue(func() error {
	out, err := exec.Command("go", "build", "-o", filepath.Join(tools, "sandbox"), "etalon/cmd/sandbox").CombinedOutput()
	if err != nil {
		return errors.New("build sandbox: " + string(out))
	}
	return nil
})

// conformance runs the program, which TestMain has put on the path, and returns what it wrote and its status.
func conformance(t *testing.T, args ...string) (stdout, stderr string, status int) {
	t.Helper()
	var out, diagnostics bytes.Buffer
	cmd := exec.Command("conformance", args...)
	cmd.Env = append(os.Environ(), "LC_ALL=fr_FR.UTF-8")
	cmd.Stdout, cmd.Stderr = &out, &diagnostics
	if err := cmd.Run(); cmd.ProcessState == nil {
		t.Fatal(err)
	}
	return out.String(), diagnostics.String(), cmd.ProcessState.ExitCode()
}
