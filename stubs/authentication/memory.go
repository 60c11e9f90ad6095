package authentication

import (
	"errors"
	"sync"
	"time"
)

// errMemoryFull tells that too many messages are alive to remember one more: nothing may pass unremembered.
var errMemoryFull = errors.New("remember message: too many are alive")

// memory remembers the messages that serve once, by issuer and identifier, as long as they live. It may be shared.
type memory struct {
	mu    sync.Mutex
	limit int
	until map[[2]string]time.Time
}

func newMemory(limit int) *memory { return &memory{limit: limit, until: map[[2]string]time.Time{}} }

// take remembers a message; again tells that it came before.
func (m *memory) take(issuer, id string, until, now time.Time) (again bool, err error) {
	m.mu.Lock()
	defer m.mu.Unlock()
	key := [2]string{issuer, id}
	if end, met := m.until[key]; met && !now.After(end) {
		return true, nil
	}
	if len(m.until) >= m.limit {
		for old, end := range m.until {
			if now.After(end) {
				delete(m.until, old)
			}
		}
	}
	if len(m.until) >= m.limit {
		return false, errMemoryFull
	}
	m.until[key] = until
	return false, nil
}
