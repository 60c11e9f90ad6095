package console

import (
	"maps"
	"net"
	"net/netip"
	"sync"
	"time"
)

// meter lets each of many ask so often: who has not asked for a while may ask several times at once.
type meter struct {
	burst float64
	rate  float64 // a second

	mu     sync.Mutex
	levels map[string]level
}

// level is what is left to one of them, as of an instant.
type level struct {
	left float64
	at   time.Time
}

// maxMeasured bounds how many a meter knows.
const maxMeasured = 10_000

// newMeter allows so many a minute to each.
func newMeter(aMinute int) *meter {
	return &meter{burst: float64(aMinute), rate: float64(aMinute) / 60, levels: map[string]level{}}
}

// take counts one and returns 0, or how long to wait when there is none left.
func (m *meter) take(who string, now time.Time) time.Duration { return m.draw(who, now, 1) }

// spent returns how long to wait when there is none left; it counts nothing.
func (m *meter) spent(who string, now time.Time) time.Duration { return m.draw(who, now, 0) }

func (m *meter) draw(who string, now time.Time, many float64) time.Duration {
	m.mu.Lock()
	defer m.mu.Unlock()
	left := m.left(who, now)
	if left < 1 {
		return time.Duration((1 - left) / m.rate * float64(time.Second))
	}
	if many > 0 {
		if _, known := m.levels[who]; !known {
			m.forget(now)
		}
		m.levels[who] = level{left - many, now}
	}
	return 0
}

// left is what is left to one, which grows with time.
func (m *meter) left(who string, now time.Time) float64 {
	l, known := m.levels[who]
	if !known {
		return m.burst
	}
	return min(m.burst, l.left+max(0, now.Sub(l.at).Seconds())*m.rate)
}

// forget makes room when there is none: first of those who may ask all that they want again, then of some, so that it is not
// done at each request.
func (m *meter) forget(now time.Time) {
	if len(m.levels) < maxMeasured {
		return
	}
	maps.DeleteFunc(m.levels, func(who string, _ level) bool { return m.left(who, now) >= m.burst })
	for who := range m.levels {
		if len(m.levels) < maxMeasured*9/10 {
			return
		}
		delete(m.levels, who)
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
