package resource

import "sync"

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
