package door

import (
	"maps"
	"net"
	"net/netip"
	"sync"
	"time"

	"golang.org/x/time/rate"
)

// meter lets each of many ask so often: who has not asked for a while may ask several times at once.
type meter struct {
	burst int
	each  rate.Limit

	mu    sync.Mutex
	known map[string]*rate.Limiter
}

// maxMeasured bounds how many a meter knows.
const maxMeasured = 10_000

// newMeter allows so many a minute to each.
func newMeter(aMinute int) *meter {
	return &meter{burst: aMinute, each: rate.Limit(float64(aMinute) / 60), known: map[string]*rate.Limiter{}}
}

// take counts one and returns 0, or how long to wait when there is none left.
func (m *meter) take(who string, now time.Time) time.Duration {
	m.mu.Lock()
	defer m.mu.Unlock()
	one, known := m.known[who]
	if !known {
		m.forget(now)
		one = rate.NewLimiter(m.each, m.burst)
		m.known[who] = one
	}
	taken := one.ReserveN(now, 1)
	wait := taken.DelayFrom(now)
	if wait > 0 {
		taken.CancelAt(now)
	}
	return wait
}

// spent returns how long to wait when there is none left; it counts nothing.
func (m *meter) spent(who string, now time.Time) time.Duration {
	m.mu.Lock()
	defer m.mu.Unlock()
	one, known := m.known[who]
	if !known {
		return 0
	}
	left := one.TokensAt(now)
	if left >= 1 {
		return 0
	}
	return time.Duration((1 - left) / float64(m.each) * float64(time.Second))
}

// forget makes room when there is none: first of those who may ask all that they want again, then of some, so that it is not
// done at each request.
func (m *meter) forget(now time.Time) {
	if len(m.known) < maxMeasured {
		return
	}
	maps.DeleteFunc(m.known, func(_ string, one *rate.Limiter) bool { return one.TokensAt(now) >= float64(m.burst) })
	for who := range m.known {
		if len(m.known) < maxMeasured*9/10 {
			return
		}
		delete(m.known, who)
	}
}

// crowd counts who asks at this moment. The zero value is ready.
type crowd struct {
	mu   sync.Mutex
	many map[string]int
}

// enter counts one more, unless there are as many as may be.
func (c *crowd) enter(who string, most int) bool {
	c.mu.Lock()
	defer c.mu.Unlock()
	if c.many[who] >= most {
		return false
	}
	if c.many == nil {
		c.many = map[string]int{}
	}
	c.many[who]++
	return true
}

// leave counts one less.
func (c *crowd) leave(who string) {
	c.mu.Lock()
	defer c.mu.Unlock()
	if c.many[who]--; c.many[who] <= 0 {
		delete(c.many, who)
	}
}

// origin is whom an address stands for: itself, or the network of one subscriber where one has many addresses (IPv6, /64).
func origin(remote string) string {
	host, _, err := net.SplitHostPort(remote)
	if err != nil {
		host = remote
	}
	at, err := netip.ParseAddr(host)
	if err != nil {
		return host
	}
	if at = at.Unmap().WithZone(""); at.Is6() {
		network, _ := at.Prefix(64)
		return network.String()
	}
	return at.String()
}
