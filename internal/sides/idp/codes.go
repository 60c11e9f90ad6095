package idp

import (
	"context"
	"sync"
	"time"

	"etalon/internal/candidate"
)

// codes remembers which codes of the moment were typed: a provider that follows RFC 6238 §5.2 takes each once, and whoever logs
// in with the same secret in the same step would be turned down for what we did.
type codes struct {
	mu    sync.Mutex
	typed map[codeUse]int
	once  bool // the provider has turned down a code that was typed before, and taken another
}

// codeUse is a code: of a secret, in a step.
type codeUse struct {
	secret string
	step   int64
}

// take takes a code to be typed; false when it is to be another: one that nobody typed, where that is wanted or known to be.
func (c *codes) take(use codeUse, fresh bool) bool {
	c.mu.Lock()
	defer c.mu.Unlock()
	if c.typed == nil {
		c.typed = map[codeUse]int{}
	}
	if c.typed[use] > 0 && (fresh || c.once) {
		return false
	}
	c.typed[use]++
	return true
}

// shared tells whether a code was typed more than once.
func (c *codes) shared(use codeUse) bool {
	c.mu.Lock()
	defer c.mu.Unlock()
	return c.typed[use] > 1
}

// learns notes that the provider takes a code once.
func (c *codes) learns() {
	c.mu.Lock()
	defer c.mu.Unlock()
	c.once = true
}

// afterStep is how long after the beginning of a step its code is typed, where we waited for it: clocks differ.
const afterStep = time.Second

// codeFor waits for a code that may be typed, and returns its moment: that of now, or of the next step that nobody used.
func (p *part) codeFor(ctx context.Context, w *way, who candidate.IDPerson) (time.Time, error) {
	for {
		now := p.theirNow()
		w.typed = codeUse{who.TOTP, now.Unix() / totpStep}
		if p.side.codes.take(w.typed, w.again) {
			return now, nil
		}
		next := time.Unix((w.typed.step+1)*totpStep, 0).Sub(now) + afterStep
		w.until = w.until.Add(next)
		if err := p.side.waits(ctx, next); err != nil {
			return now, err
		}
	}
}

// retypes tells whether a way that came back to a form that was filled in goes on from it: the code that was turned down had
// served another login too, and a person waits for the next one. Once.
func (p *part) retypes(w *way) bool {
	if w.again || w.typed.secret == "" || !p.side.codes.shared(w.typed) {
		return false
	}
	w.again, w.filled = true, nil
	return true
}
