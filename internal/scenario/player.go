package scenario

import (
	"context"
	"slices"
	"sync"

	"etalon/internal/verdict"
)

// player follows the scenarios of one role as they are played.
type player struct {
	run      *Run
	side     Side
	admitted map[string]Trial

	mu  sync.Mutex
	err error
}

// hooks are the runner's ears.
func (p *player) hooks() Hooks {
	return Hooks{Begin: p.begin, Doing: p.doing, Step: p.step, End: p.end}
}

// begin admits a scenario and gives it its world. It is played for one role and mode, of which it has one address at most.
func (p *player) begin(ctx context.Context, addresses []string) (context.Context, bool) {
	at := slices.IndexFunc(addresses, func(a string) bool { _, ok := p.admitted[a]; return ok })
	if at < 0 || ctx.Err() != nil || p.failed() != nil {
		return ctx, false
	}
	name := addresses[at]
	w := p.run.NewWorld(p.admitted[name], p.run.Bench.Seed.Source(name), p.run.Bench.Seed.Source(name+"\x00around"))
	p.run.Progress.Playing(name)
	ctx = context.WithValue(ctx, worldKey{}, w)
	entered, err := p.side.Enter(ctx, w)
	if err != nil {
		_ = w.Cannot(verdict.ReasonHarnessError, err.Error())
	}
	return entered, true
}

// doing tells that a step begins.
func (p *player) doing(ctx context.Context, text string) {
	p.run.witness().Doing(Of(ctx).Address.String(), text)
}

// step notes a step.
func (p *player) step(ctx context.Context, text string, err error) { Of(ctx).stepped(text, err) }

// end writes the verdict of a scenario.
func (p *player) end(ctx context.Context) {
	w := Of(ctx)
	w.close(func() { p.side.Leave(ctx) })
	if ctx.Err() != nil {
		w.abort()
	}
	c := w.conclude()
	if err := p.run.Journal.Case(c); err != nil {
		p.mu.Lock()
		if p.err == nil { // those that were being played beside it meet the same
			p.err = err
		}
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
