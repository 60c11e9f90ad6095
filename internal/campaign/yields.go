package campaign

import (
	"slices"
	"sync"

	"etalon/internal/candidate"
)

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

// Lend has the sandbox's own partners let go of their ports where a candidate file fixes one of them; give is to be called
// once, when they are needed no more, and is nil where none is.
func (d *Desk) Lend(subject *candidate.Candidate) (give func() error, err error) {
	held := func(port int) bool { return slices.Contains(d.config.Held, port) }
	if d.config.Yield == nil || !slices.ContainsFunc(subject.FixedPorts(), held) {
		return nil, nil
	}
	return d.yields.take()
}

// Roster knows the candidates that the desk runs campaigns against, Suite reads what they are judged with.
func (d *Desk) Roster() Roster         { return d.config.Roster }
func (d *Desk) Suite() (*Suite, error) { return d.suite() }
