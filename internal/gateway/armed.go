package gateway

import (
	"context"
	"sync"
	"time"

	"etalon/internal/bench"
	"etalon/internal/mutation"
)

// armed is the conduct of the next exchanges or connections.
type armed struct {
	mu      sync.Mutex
	left    int // negative: until the next arming
	conduct mutation.Conduct
}

// Arm makes the next n exchanges, or connections for a conduct of TLS, misbehave; for ever when n is
// negative, and no longer when it is zero. A conduct of TLS ends the idle connections first, so that the
// next exchange makes a handshake.
func (d *Door) Arm(n int, conduct mutation.Conduct) {
	d.armed.mu.Lock()
	before := onLink(d.armed.conduct)
	d.armed.left, d.armed.conduct = n, conduct
	d.armed.mu.Unlock()
	if before || onLink(conduct) {
		d.retire()
	}
}

// Armed tells what is armed and for how many exchanges more; negative until the next arming, zero when nothing is.
func (d *Door) Armed() (fault string, left int) {
	d.armed.mu.Lock()
	defer d.armed.mu.Unlock()
	if d.armed.left == 0 {
		return "", 0
	}
	return d.armed.conduct.Fault, d.armed.left
}

// onLink tells whether a conduct is one of the connection.
func onLink(c mutation.Conduct) bool {
	return c.ServerCertificate != "" || c.MinTLS != 0 || c.MaxTLS != 0 || c.Plain
}

// connection returns the conduct of the next connection, honest unless one is armed.
func (a *armed) connection() mutation.Conduct { return a.take(onLink) }

// Answer returns the armed answer of the next exchange and the fault that it is, if there is one.
func (d *Door) Answer() (armed mutation.Answer, fault string, ok bool) {
	c := d.armed.take(func(c mutation.Conduct) bool { return c.Answer != nil })
	if c.Answer == nil {
		return mutation.Answer{}, "", false
	}
	return *c.Answer, c.Fault, true
}

// take uses the armed conduct once, if it is of that kind.
func (a *armed) take(kind func(mutation.Conduct) bool) mutation.Conduct {
	a.mu.Lock()
	defer a.mu.Unlock()
	if a.left == 0 || !kind(a.conduct) {
		return mutation.Conduct{}
	}
	if a.left > 0 {
		a.left--
	}
	return a.conduct
}

// Wait waits on the wall clock; false when the caller went away.
func Wait(ctx context.Context, d time.Duration) bool {
	return d <= 0 || bench.Sleep(ctx, d) == nil
}
