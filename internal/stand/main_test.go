package stand_test

import (
	"testing"

	"go.uber.org/goleak"
)

// TestMain makes sure that whatever parties start is ended with them.
func TestMain(m *testing.M) { goleak.VerifyTestMain(m) }
