package scenario

import (
	"context"
	"fmt"
	"io"
	"runtime/debug"
	"slices"
	"sync"
	"time"

	"etalon/internal/bench"
	"etalon/internal/candidate"
	"etalon/internal/interops"
	"etalon/internal/redact"
	"etalon/internal/verdict"
)

// World is what one scenario knows: the trial, what was sent, what was found, and what kept us from our work.
// One goroutine uses it at a time, but for the partner that watches the exchanges of a client candidate.
type World struct {
	Trial
	Run    *Run
	Source io.Reader // identifiers and markers, from the seed and the address
	Around io.Reader // those of the controls, of which a scenario needs more or fewer as others ran before it
	// Started is when the scenario began; ProtocolStart the protocol time then: logins of its users go back from there.
	Started, ProtocolStart time.Time
	// Veil takes the secrets that it is told of out of all that the world keeps and says.
	Veil *redact.Veil

	mu        sync.Mutex
	findings  []found
	trouble   *verdict.Reason
	aborted   bool            // stopped in the middle
	review    *verdict.Reason // what a person must look at
	steps     []verdict.Step
	exchanges []verdict.Exchange
	noted     int     // findings that the steps so far account for
	later     []later // checks that wait for the closing control
	checks    int     // outcome steps that looked at something
}

// NewWorld is what a scenario begins with.
func (r *Run) NewWorld(t Trial, source, around io.Reader) *World {
	w := &World{Trial: t, Run: r, Source: source, Around: around, Started: bench.Wall(), ProtocolStart: r.Bench.Clock.Now()}
	if r.Veil != nil {
		w.Veil = r.Veil.Over()
	}
	return w
}

// Gate is what the honest exchange begins with that a role opens with, before any case.
func (r *Run) Gate(role candidate.Role, mode interops.Mode) *World {
	t := Trial{Address: Address{Role: string(role), Mode: string(mode), Case: "gate"}}
	source := r.Bench.Seed.Source("gate\x00" + t.Scope())
	w := r.NewWorld(t, source, source)
	r.gate = w.Veil
	return w
}

// found is a finding and whether it rests on an effect that was seen, which nothing that follows can undo.
type found struct {
	verdict.Finding
	firm bool
}

type worldKey struct{}

// Of returns the scenario's world.
func Of(ctx context.Context) *World { return ctx.Value(worldKey{}).(*World) }

// AddressOf is that of the case which is played in a context; empty outside of one.
func AddressOf(ctx context.Context) string {
	if w, ok := ctx.Value(worldKey{}).(*World); ok {
		return w.Address.String()
	}
	return ""
}

// Finds records a departure that later trouble makes doubtful: the case becomes inconclusive without it.
func (w *World) Finds(f verdict.Finding) { w.record(found{Finding: f}) }

// Sees records a departure proved by an effect.
func (w *World) Sees(f verdict.Finding) { w.record(found{Finding: f, firm: true}) }

func (w *World) record(f found) {
	if _, excluded := w.Run.Candidate.Excludes(w.Role, f.Requirement); excluded {
		return // the candidate does not claim it
	}
	w.mu.Lock()
	defer w.mu.Unlock()
	f.Want, f.Got = w.told(f.Want), w.told(f.Got)
	for _, old := range w.findings {
		if old.Requirement == f.Requirement && old.Rule == f.Rule && old.Got == f.Got {
			return
		}
	}
	w.findings = append(w.findings, f)
}

// Found tells whether a departure was recorded for which match holds.
func (w *World) Found(match func(verdict.Finding) bool) bool {
	w.mu.Lock()
	defer w.mu.Unlock()
	return slices.ContainsFunc(w.findings, func(f found) bool { return match(f.Finding) })
}

// Own makes a finding that names the trial's own requirement.
func (w *World) Own(rule, want, got string, evidence ...string) verdict.Finding {
	return verdict.Finding{Requirement: w.Row.ID, Rule: rule, Want: want, Got: got, Evidence: evidence}
}

// Cannot tells why the scenario cannot be judged; the first reason stands.
func (w *World) Cannot(key string, args ...string) error {
	args = briefly(w.Veil, args)
	w.mu.Lock()
	defer w.mu.Unlock()
	if w.trouble == nil {
		w.trouble = &verdict.Reason{Key: key, Args: args}
	}
	return fmt.Errorf("%s: %v", key, args)
}

// abort tells that the run is stopped while the scenario is played: whatever it saw since, it is to be played again.
func (w *World) abort() {
	w.mu.Lock()
	defer w.mu.Unlock()
	w.trouble, w.aborted = &verdict.Reason{Key: verdict.ReasonAborted}, true
}

// Troubled tells that the scenario cannot be judged any more.
func (w *World) Troubled() bool {
	w.mu.Lock()
	defer w.mu.Unlock()
	return w.trouble != nil
}

// later is a check that was put off, and the step that asked for it.
type later struct {
	check func()
	step  int
}

// Afterwards puts off a check until the closing control has gone through, or the scenario ends.
func (w *World) Afterwards(check func()) { w.later = append(w.later, later{check, len(w.steps)}) }

// Settle makes the checks that were put off; what they find is noted at the step that asked for them.
func (w *World) Settle() {
	for len(w.later) > 0 {
		next := w.later[0]
		w.later = w.later[1:]
		before := len(w.findings)
		next.check()
		if len(w.findings) > before && next.step < len(w.steps) {
			w.steps[next.step].OK = false
			w.noted += len(w.findings) - before
		}
	}
}

// Checked tells that an outcome step did look.
func (w *World) Checked() { w.checks++ }

// stepped notes a step that was played.
func (w *World) stepped(text string, err error) {
	w.mu.Lock()
	defer w.mu.Unlock()
	step := verdict.Step{Text: text, OK: err == nil && len(w.findings) == w.noted}
	if err != nil {
		step.Note = w.told(err.Error())
		if w.trouble == nil {
			w.trouble = &verdict.Reason{Key: verdict.ReasonHarnessError, Args: []string{step.Note}}
		}
	}
	w.noted = len(w.findings)
	w.steps = append(w.steps, step)
}

// AwaitReview tells that the outcome rests on something that a person must look at: the case reads à examiner, unless
// it fails.
func (w *World) AwaitReview(what string) {
	w.mu.Lock()
	defer w.mu.Unlock()
	w.review = &verdict.Reason{Key: verdict.ReasonReview, Args: briefly(w.Veil, []string{what})}
}

// close makes the checks that were put off and gives the side its part back. A panic of ours becomes trouble.
func (w *World) close(leave func()) {
	defer func() {
		defer w.rescue()
		leave()
	}()
	defer w.rescue()
	w.Settle()
}

// rescue turns a panic of ours into trouble (rule 1).
func (w *World) rescue() {
	if cause := recover(); cause != nil {
		_ = w.Cannot(verdict.ReasonPanic, fmt.Sprint(cause))
		w.Run.Log.Error("panic in scenario", "case", w.Address.String(), "cause", cause, "stack", string(debug.Stack()))
	}
}

// conclude weighs what the scenario saw.
func (w *World) conclude() verdict.Case {
	w.mu.Lock()
	defer w.mu.Unlock()
	c := verdict.Case{
		Address: w.Address.String(), Requirement: w.Row.ID, Basis: w.Basis(), Title: w.Name, Fault: w.Fault,
		Steps: w.steps, Exchanges: w.exchanges, Started: w.Started, MS: bench.Wall().Sub(w.Started).Milliseconds(),
		Findings: []verdict.Finding{},
	}
	for _, f := range w.findings {
		if f.firm || w.trouble == nil {
			c.Findings = append(c.Findings, f.Finding)
		}
	}
	c.Verdict, c.Why = w.weigh(c.Findings)
	w.again(&c)
	verdict.Waive(&c, w.Run.Waivers)
	c.Reason = w.Run.Texts.Reason("fr", c.Why)
	return c
}

// weigh gives the verdict on the trial's own requirement.
func (w *World) weigh(findings []verdict.Finding) (verdict.Verdict, verdict.Reason) {
	if w.aborted {
		return verdict.Inconclusive, *w.trouble
	}
	for _, f := range findings {
		if f.Requirement == w.Row.ID {
			return verdict.Fail, verdict.Reason{Key: verdict.ReasonFinding, Args: []string{f.Requirement, f.Rule}}
		}
	}
	switch {
	case w.trouble != nil:
		return verdict.Inconclusive, *w.trouble
	case w.checks == 0:
		return verdict.Inconclusive, verdict.Reason{Key: verdict.ReasonHarnessError, Args: []string{"no outcome step looked at anything"}}
	}
	if w.review != nil {
		return verdict.Review, *w.review
	}
	return verdict.Pass, verdict.Reason{Key: verdict.ReasonOK}
}
