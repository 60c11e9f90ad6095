package container

import (
	"context"
	"errors"
	"net"
	"testing"
)

// A connection that has not held yet when the time of the container is over says nothing.
func TestTakenTooLateIsNotTaken(t *testing.T) {
	l, err := net.Listen("tcp", "127.0.0.1:0") // the system takes connections, and nobody drops them
	if err != nil {
		t.Fatal(err)
	}
	defer l.Close()
	if err := takes(t.Context(), l.Addr().String()); err != nil {
		t.Errorf("a connection that holds: %v", err)
	}
	ctx, cancel := context.WithTimeout(t.Context(), holds/3)
	defer cancel()
	if err := takes(ctx, l.Addr().String()); !errors.Is(err, context.DeadlineExceeded) {
		t.Errorf("a connection that had no time to hold: %v", err)
	}
}
