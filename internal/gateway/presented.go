package gateway

import (
	"errors"
	"sync"
	"time"
)

// MaxPresented bounds the memory of presented VIs in a process.
const MaxPresented = 1 << 16

// ErrPresentedFull tells that too many VIs are alive to remember one more: nothing may pass unremembered.
var ErrPresentedFull = errors.New("remember VI: too many are alive")

// Presented remembers the VIs of one process as long as they live, by a key that names each (L06, V16).
type Presented struct {
	mu    sync.Mutex
	limit int
	until map[string]time.Time
}

// NewPresented is a memory of that many VIs at most.
func NewPresented(limit int) *Presented {
	return &Presented{limit: limit, until: map[string]time.Time{}}
}

// Take records that a VI that lives until an instant is presented; again tells that it was before. Its error means that
// the VI could not be remembered: it must not pass.
func (m *Presented) Take(key string, until, now time.Time) (again bool, err error) {
	m.mu.Lock()
	defer m.mu.Unlock()
	if end, there := m.until[key]; there && !now.After(end) {
		return true, nil
	}
	if len(m.until) >= m.limit {
		for k, end := range m.until {
			if now.After(end) {
				delete(m.until, k)
			}
		}
	}
	if len(m.until) >= m.limit {
		return false, ErrPresentedFull
	}
	m.until[key] = until
	return false, nil
}
