package stand_test

import (
	"testing"

	"etalon/internal/stand"
)

// A port that was handed out is not handed out again, though nobody listens on it yet.
func TestFreePortIsHandedOutOnce(t *testing.T) {
	given := map[int]bool{}
	for range 200 {
		port, err := stand.FreePort()
		if err != nil {
			t.Fatal(err)
		}
		if given[port] {
			t.Fatalf("port %d: handed out twice", port)
		}
		given[port] = true
	}
}
