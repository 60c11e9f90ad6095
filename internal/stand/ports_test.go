package stand_test

import (
	"fmt"
	"os"
	"os/exec"
	"strings"
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

// Nor does another process of this machine hand it out, before who was given it listens.
func TestFreePortIsLeasedFromOtherProcesses(t *testing.T) {
	const told = "STAND_TEST_LEASED"
	if port := os.Getenv(told); port != "" {
		var n int
		if _, err := fmt.Sscan(port, &n); err != nil {
			t.Fatal(err)
		}
		fmt.Println("leased", stand.Lease(n))
		return
	}
	port, err := stand.FreePort()
	if err != nil {
		t.Fatal(err)
	}
	asks := func() bool {
		other := exec.Command(os.Args[0], "-test.run=^"+t.Name()+"$", "-test.v")
		other.Env = append(os.Environ(), fmt.Sprintf("%s=%d", told, port))
		out, err := other.CombinedOutput()
		if err != nil {
			t.Fatalf("%v\n%s", err, out)
		}
		return strings.Contains(string(out), "leased true")
	}
	if asks() {
		t.Errorf("port %d: handed out by another process too", port)
	}
	stand.Release(port)
	if !asks() {
		t.Errorf("port %d: not handed out by another process, though it was given back", port)
	}
}
