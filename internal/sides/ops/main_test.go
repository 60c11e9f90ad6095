package ops_test

import (
	"testing"

	"etalon/internal/bench/benchtest"
)

// TestMain makes sure that whatever runs and stubs start is ended with them.
func TestMain(m *testing.M) {
	benchtest.Main(m, func() {
		if s, err := loadSuite(); err == nil {
			_, _ = s.stand.Close(), s.sphere.Close()
		}
	})
}
