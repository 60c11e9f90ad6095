package operator

import (
	"net"
	"time"
)

// Bounds of the guard against repeated attempts.
const (
	patience   = 5 // refusals in a row that are not delayed
	maxGuard   = 10
	maxWatched = 10000 // addresses
)

// guard delays the refusals of an address that is refused again and again; a login that goes through makes it forget
// (IMAP-25).
func (o *Operator) guard(l *link, refused bool) {
	if o.config.Guard == 0 || o.policy.unguarded {
		return
	}
	host, _, err := net.SplitHostPort(l.RemoteAddr().String())
	if err != nil {
		return
	}
	timer := time.NewTimer(o.delay(host, refused))
	defer timer.Stop()
	select {
	case <-timer.C:
	case <-o.ended:
	}
}

// delay counts a refusal, or forgets all of them, and tells how long the answer waits.
func (o *Operator) delay(host string, refused bool) time.Duration {
	o.mu.Lock()
	defer o.mu.Unlock()
	if !refused || len(o.failing) >= maxWatched {
		delete(o.failing, host)
		return 0
	}
	o.failing[host]++
	return o.config.Guard * time.Duration(min(max(0, o.failing[host]-patience), maxGuard))
}
