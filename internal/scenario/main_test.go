package scenario_test

import (
	"fmt"
	"net/http"
	"os"
	"testing"

	"go.uber.org/goleak"
)

// TestMain makes sure that whatever runs and stubs start is ended with them.
func TestMain(m *testing.M) {
	code := m.Run()
	if s, err := loadSuite(); err == nil {
		_, _ = s.stand.Close(), s.sphere.Close()
	}
	http.DefaultClient.CloseIdleConnections()
	if code == 0 {
		if err := goleak.Find(); err != nil {
			fmt.Fprintln(os.Stderr, err)
			code = 1
		}
	}
	os.Exit(code)
}
