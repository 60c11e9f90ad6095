package gateway

import "sync"

// Refusals counts refusals in a row, from several goroutines.
type Refusals struct {
	mu sync.Mutex
	n  int
}

// Add counts one more.
func (r *Refusals) Add() {
	r.mu.Lock()
	defer r.mu.Unlock()
	r.n++
}

// Take returns the count and starts again.
func (r *Refusals) Take() int {
	r.mu.Lock()
	defer r.mu.Unlock()
	n := r.n
	r.n = 0
	return n
}

// Count returns the count.
func (r *Refusals) Count() int {
	r.mu.Lock()
	defer r.mu.Unlock()
	return r.n
}
