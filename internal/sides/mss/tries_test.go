package mss_test

import (
	"net"
	"testing"

	"etalon/internal/sides/mss"
	"etalon/internal/sides/sidetest"
	"etalon/stubs/psc"
)

// A case is not lost for a message that cannot be removed, and a token that we cannot make says nothing of the operator; the
// want of a session that the case is about does leave it without verdict.
func TestMeansOutOfReach(t *testing.T) {
	gone, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	nowhere := gone.Addr().String()
	_ = gone.Close()
	b := sidetest.Of(t).Stand.Bench
	provider, err := psc.Start(psc.Config{Bench: b})
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { _ = provider.Close() })
	if removal, minting, session := mss.Unreached(t.Context(), b, provider, nowhere); removal || minting || !session {
		t.Errorf("removal %t, token %t, session %t", removal, minting, session)
	}
}
