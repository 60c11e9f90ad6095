package benchtest

import (
	"fmt"
	"net/http"
	"os"
	"os/exec"
	"path/filepath"
	"testing"

	"go.uber.org/goleak"
)

// Main is the TestMain of a package: it runs the tests, ends what they share, and fails when they left anything running.
func Main(m *testing.M, end func(), options ...goleak.Option) {
	code := m.Run()
	end()
	http.DefaultClient.CloseIdleConnections()
	if code == 0 {
		if err := goleak.Find(options...); err != nil {
			fmt.Fprintln(os.Stderr, err)
			code = 1
		}
	}
	os.Exit(code)
}

// Needs leaves a test out where a program is not installed, named as it is called, or a file is not there, by its absolute
// path.
func Needs(t testing.TB, names ...string) {
	t.Helper()
	for _, name := range names {
		_, err := exec.LookPath(name)
		if filepath.IsAbs(name) {
			_, err = os.Stat(name)
		}
		if err != nil {
			LeaveOut(t, "%s is not installed, scripts/peers.sh installs it: %v", name, err)
		}
	}
}

// LeaveOut leaves a test out for what the machine lacks. The continuous integration lacks nothing: there it fails.
func LeaveOut(t testing.TB, format string, args ...any) {
	t.Helper()
	if os.Getenv("CI") == "true" {
		t.Fatalf(format, args...)
	}
	t.Skipf("left out: "+format, args...)
}
