package campaign

import "sync"

// yields has the sandbox's own partners let go of their ports while any campaign needs one of them.
type yields struct {
	yield func() (back func() error, err error)

	mu    sync.Mutex
	users int
	back  func() error
}

// take has them let go; give is to be called once.
func (y *yields) take() (give func() error, err error) {
	y.mu.Lock()
	defer y.mu.Unlock()
	if y.users == 0 {
		if y.back, err = y.yield(); err != nil {
			return nil, err
		}
	}
	y.users++
	return y.give, nil
}

// give lets them come back when nobody needs their ports any more.
func (y *yields) give() error {
	y.mu.Lock()
	defer y.mu.Unlock()
	if y.users--; y.users > 0 {
		return nil
	}
	return y.back()
}
