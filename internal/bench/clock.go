// Package bench is what every partner and the judge stand on: the two clocks, seeded randomness, the
// trace log, the recorder that redacts what it keeps, and the flaws that mock parties commit by name. It is
// the only place, with cmd, where time and randomness enter the program. It knows nothing of messages,
// faults or features.
package bench

import (
	"context"
	"sync"
	"time"
)

// Clock is the protocol clock: every message made or judged uses it; deadlines and report dates never do.
// It follows the wall clock, shifted, until it is frozen. The zero value follows the wall clock.
type Clock struct {
	mu     sync.RWMutex
	shift  time.Duration
	frozen time.Time
	home   time.Time // where a stopped clock stands when nothing moves it
}

// Now returns the protocol time, in UTC.
func (c *Clock) Now() time.Time {
	c.mu.RLock()
	defer c.mu.RUnlock()
	if !c.frozen.IsZero() {
		return c.frozen
	}
	return Wall().Add(c.shift)
}

// Freeze stops the clock at an instant.
func (c *Clock) Freeze(at time.Time) {
	c.mu.Lock()
	defer c.mu.Unlock()
	c.frozen = at.UTC()
}

// Stop takes the clock off the wall clock for good: it stands at an instant, Set makes it stand at another, and Follow brings
// it back. Two runs that stop it at one instant then see the same instants, whatever they do to the clock (rule 7).
func (c *Clock) Stop(at time.Time) {
	c.mu.Lock()
	defer c.mu.Unlock()
	c.home, c.frozen, c.shift = at.UTC(), at.UTC(), 0
}

// Stopped tells that the clock was taken off the wall clock: what a running clock says cannot be compared with it.
func (c *Clock) Stopped() bool {
	c.mu.RLock()
	defer c.mu.RUnlock()
	return !c.home.IsZero()
}

// At is what the clock, as it stands or runs now, said at an instant of the wall clock.
func (c *Clock) At(wall time.Time) time.Time {
	c.mu.RLock()
	defer c.mu.RUnlock()
	if !c.frozen.IsZero() {
		return c.frozen
	}
	return wall.Add(c.shift)
}

// Set moves the clock to an instant, from which it runs on, unless it is stopped.
func (c *Clock) Set(at time.Time) {
	c.mu.Lock()
	defer c.mu.Unlock()
	if !c.home.IsZero() {
		c.frozen = at.UTC()
		return
	}
	c.frozen, c.shift = time.Time{}, at.Sub(Wall())
}

// Advance moves the clock by d, frozen or not.
func (c *Clock) Advance(d time.Duration) {
	c.mu.Lock()
	defer c.mu.Unlock()
	if !c.frozen.IsZero() {
		c.frozen = c.frozen.Add(d)
		return
	}
	c.shift += d
}

// Follow makes the clock follow the wall clock again, or stand where it was stopped.
func (c *Clock) Follow() {
	c.mu.Lock()
	defer c.mu.Unlock()
	c.frozen, c.shift = c.home, 0
}

// Wall returns the wall time in UTC: for deadlines, certificates and report dates.
func Wall() time.Time { return time.Now().UTC() }

// pauseLength is how often a thing that announces itself to nobody, such as a growing file, is looked at.
const pauseLength = 4 * time.Millisecond

// Pause waits for the next moment to look again at a thing that announces itself to nobody.
func Pause(ctx context.Context) error { return Sleep(ctx, pauseLength) }

// Sleep lets a time pass on the wall clock. The error tells why the context was over before.
func Sleep(ctx context.Context, d time.Duration) error {
	timer := time.NewTimer(d)
	defer timer.Stop()
	select {
	case <-ctx.Done():
		return context.Cause(ctx)
	case <-timer.C:
		return nil
	}
}

// Until looks again and again whether something holds, for no longer than a time; it tells whether it does.
func Until(ctx context.Context, within time.Duration, holds func() bool) bool {
	over, cancel := context.WithTimeout(ctx, within)
	defer cancel()
	for !holds() {
		if Pause(over) != nil {
			return holds()
		}
	}
	return true
}
