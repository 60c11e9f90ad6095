package benchtest

import (
	"bytes"
	"context"
	"slices"
	"sync"
	"time"

	"etalon/internal/bench"
)

// patience bounds the waiting for what a party tells.
const patience = 10 * time.Second

// Told keeps what a party tells of, in order: its Tell is an observer. The zero value was told nothing.
type Told[T any] struct {
	mu  sync.Mutex
	all []T
}

// Tell keeps one more.
func (k *Told[T]) Tell(x T) {
	k.mu.Lock()
	defer k.mu.Unlock()
	k.all = append(k.all, x)
}

// All returns what was told so far.
func (k *Told[T]) All() []T {
	k.mu.Lock()
	defer k.mu.Unlock()
	return slices.Clone(k.all)
}

// Last returns what was told last of what is wanted, or the zero value.
func (k *Told[T]) Last(wanted func(T) bool) T {
	for _, x := range slices.Backward(k.All()) {
		if wanted(x) {
			return x
		}
	}
	var none T
	return none
}

// Await returns all once there are so many, or when nothing more comes in time: a connection that is refused is told of
// after the peer knows.
func (k *Told[T]) Await(n int) []T {
	ctx, cancel := context.WithTimeout(context.Background(), patience)
	defer cancel()
	for len(k.All()) < n && bench.Pause(ctx) == nil {
	}
	return k.All()
}

// Log is a log that several goroutines write. The zero value is empty.
type Log struct {
	mu     sync.Mutex
	buffer bytes.Buffer
}

// Write appends to the log.
func (l *Log) Write(p []byte) (int, error) {
	l.mu.Lock()
	defer l.mu.Unlock()
	return l.buffer.Write(p)
}

// String is what was written so far.
func (l *Log) String() string {
	l.mu.Lock()
	defer l.mu.Unlock()
	return l.buffer.String()
}
