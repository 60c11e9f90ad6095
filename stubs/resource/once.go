package resource

import (
	"errors"
	"sync"
	"time"
)

// maxPresented bounds the memory of presented VIs.
const maxPresented = 1 << 16

// errPresentedFull tells that too many VIs are alive to remember one more: nothing may pass unremembered.
var errPresentedFull = errors.New("remember VI: too many are alive")

// presented remembers the VIs for one time use as long as they live (V16).
type presented struct {
	mu    sync.Mutex
	limit int
	until map[string]time.Time
}

func newPresented(limit int) *presented {
	return &presented{limit: limit, until: map[string]time.Time{}}
}

// take records that a VI is presented, and tells whether it was before.
func (m *presented) take(key string, until, now time.Time) (again bool, err error) {
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
		return false, errPresentedFull
	}
	m.until[key] = until
	return false, nil
}

// shelf is the shared cache of a careless provider: answers by address, whoever asks.
type shelf struct {
	mu      sync.Mutex
	answers map[string]answer
}

func newShelf() *shelf { return &shelf{answers: map[string]answer{}} }

// maxShelf bounds the answers kept.
const maxShelf = 1 << 12

// find returns what was answered at an address.
func (s *shelf) find(address string) (answer, bool) {
	s.mu.Lock()
	defer s.mu.Unlock()
	a, there := s.answers[address]
	return a, there
}

// put keeps the answer of an address, while there is room.
func (s *shelf) put(address string, a answer) {
	s.mu.Lock()
	defer s.mu.Unlock()
	if len(s.answers) < maxShelf {
		s.answers[address] = a
	}
}
