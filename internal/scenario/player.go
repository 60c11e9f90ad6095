package scenario

import (
	"context"
	"errors"
	"slices"
	"sync"

	"etalon/internal/bench"
	"etalon/internal/verdict"
)

// player follows the scenarios of one role as they are played.
type player struct {
	run      *run
	side     side
	admitted map[string]Trial

	mu  sync.Mutex
	err error
}

// hooks are the runner's ears.
func (p *player) hooks() Hooks { return Hooks{Begin: p.begin, Step: p.step, End: p.end} }

// begin admits a scenario and gives it its world. It is played for one role and mode, of which it has one address at most.
func (p *player) begin(ctx context.Context, addresses []string) (context.Context, bool) {
	at := slices.IndexFunc(addresses, func(a string) bool { _, ok := p.admitted[a]; return ok })
	if at < 0 || ctx.Err() != nil || p.failed() != nil {
		return ctx, false
	}
	name := addresses[at]
	w := &World{Trial: p.admitted[name], run: p.run, source: p.run.bench.Seed.Source(name), around: p.run.bench.Seed.Source(name + "\x00around"), started: bench.Wall(), protocolStart: p.run.bench.Clock.Now()}
	p.run.Progress.Playing(name)
	if err := p.side.enter(ctx, w); err != nil {
		_ = w.cannot(verdict.ReasonHarnessError, err.Error())
	}
	return context.WithValue(ctx, worldKey{}, w), true
}

// step notes a step.
func (p *player) step(ctx context.Context, text string, err error) { worldOf(ctx).stepped(text, err) }

// end writes the verdict of a scenario.
func (p *player) end(ctx context.Context) {
	w := worldOf(ctx)
	defer p.side.leave(w)
	func() {
		defer w.rescue()
		w.settle()
		w.restore(ctx)
	}()
	if ctx.Err() != nil {
		_ = w.cannot(verdict.ReasonAborted)
	}
	c := w.conclude()
	if err := p.run.journal.Case(c); err != nil {
		p.mu.Lock()
		p.err = errors.Join(p.err, err)
		p.mu.Unlock()
	}
	p.run.Progress.Judged(c)
}

// failed returns what kept verdicts from being written.
func (p *player) failed() error {
	p.mu.Lock()
	defer p.mu.Unlock()
	return p.err
}
