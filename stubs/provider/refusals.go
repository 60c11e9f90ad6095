package provider

import "sync"

// refusals counts refusals in a row, from several goroutines.
type refusals struct {
	mu sync.Mutex
	n  int
}

// add counts one more.
func (r *refusals) add() {
	r.mu.Lock()
	defer r.mu.Unlock()
	r.n++
}

// take returns the count and starts again.
func (r *refusals) take() int {
	r.mu.Lock()
	defer r.mu.Unlock()
	n := r.n
	r.n = 0
	return n
}

// count returns the count.
func (r *refusals) count() int {
	r.mu.Lock()
	defer r.mu.Unlock()
	return r.n
}
