package emitter

import (
	"slices"
	"sync"

	"etalon/internal/interops"
)

// Crossing keeps the VIs of what is under way in one place, and presents the first that it finds there for a service:
// what is alone finds its own, simultaneous users get each other's (L02-N2). The zero value has none.
type Crossing struct {
	mu       sync.Mutex
	underway []underway
}

type underway struct {
	key     any
	service string
	vi      interops.VI
}

// Enter keeps the VI that was made for key, a comparable value, in place of its last.
func (c *Crossing) Enter(key any, service string, vi interops.VI) {
	c.mu.Lock()
	defer c.mu.Unlock()
	i := slices.IndexFunc(c.underway, func(u underway) bool { return u.key == key })
	if i < 0 {
		c.underway = append(c.underway, underway{key, service, vi})
		return
	}
	c.underway[i].vi = vi
}

// Present returns the VI that leaves for a service in place of one that was entered.
func (c *Crossing) Present(service string, own interops.VI) interops.VI {
	c.mu.Lock()
	defer c.mu.Unlock()
	i := slices.IndexFunc(c.underway, func(u underway) bool { return u.service == service })
	if i < 0 {
		return own
	}
	return c.underway[i].vi
}

// Leave forgets the VI of key.
func (c *Crossing) Leave(key any) {
	c.mu.Lock()
	defer c.mu.Unlock()
	c.underway = slices.DeleteFunc(c.underway, func(u underway) bool { return u.key == key })
}
