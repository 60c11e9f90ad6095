package campaign

import (
	"context"
	"sync"

	"etalon/internal/bench"
	"etalon/internal/store"
	"etalon/internal/verdict"
)

// keeper puts what a campaign saw into the store, in order and beside the play, which does not wait for it. What it had not the
// time to put there is in the record, from which Desk.mend puts it.
type keeper struct {
	wire    wire
	store   *store.Store
	trouble func(error)
	told    bool // trouble, once

	mu     sync.Mutex
	queue  []func(context.Context) error
	closed bool
	wake   chan struct{}
	ended  chan struct{}
}

// newKeeper begins to keep for a campaign. trouble is told, once, what could not be kept.
func newKeeper(s *store.Store, w wire, trouble func(error)) *keeper {
	k := &keeper{wire: w, store: s, trouble: trouble, wake: make(chan struct{}, 1), ended: make(chan struct{})}
	go k.work()
	return k
}

// exchange keeps one of a case that is played.
func (k *keeper) exchange(address string, e verdict.Exchange) {
	at := bench.Wall()
	k.put(func(ctx context.Context) error {
		_, err := k.store.Add(ctx, k.wire.exchange(address, e, at))
		return err
	})
}

// judged keeps the verdict of a case, and how far the campaign is.
func (k *keeper) judged(c verdict.Case, now store.Campaign) {
	k.put(func(ctx context.Context) error {
		if err := k.store.Judged(ctx, now.ID, c.Address, c.Verdict.String()); err != nil {
			return err
		}
		return k.store.Save(ctx, now)
	})
}

// put has something done.
func (k *keeper) put(do func(context.Context) error) {
	k.mu.Lock()
	defer k.mu.Unlock()
	k.queue = append(k.queue, do)
	select {
	case k.wake <- struct{}{}:
	default:
	}
}

// work does what is put, until the keeper is closed and nothing is left.
func (k *keeper) work() {
	defer close(k.ended)
	for range k.wake {
		for {
			k.mu.Lock()
			queue, closed := k.queue, k.closed
			k.queue = nil
			k.mu.Unlock()
			for _, do := range queue {
				if err := do(context.Background()); err != nil && !k.told {
					k.told = true
					k.trouble(err)
				}
			}
			if len(queue) == 0 {
				if closed {
					return
				}
				break
			}
		}
	}
}

// close does what is left.
func (k *keeper) close() {
	k.mu.Lock()
	k.closed = true
	k.mu.Unlock()
	select {
	case k.wake <- struct{}{}:
	default:
	}
	<-k.ended
}
