package scenario

import (
	"context"
	"fmt"
	"io"
	"runtime/debug"
	"sync"
	"time"

	"etalon/internal/access"
	"etalon/internal/bench"
	"etalon/internal/interops"
	"etalon/internal/verdict"
)

// World is what one scenario knows: the trial, what was sent, what was found, and what kept us from our work.
// One goroutine uses it at a time, but for the partner that watches the exchanges of a client candidate.
type World struct {
	Trial
	run     *run
	source  io.Reader // identifiers and markers, from the seed and the address
	around  io.Reader // those of the controls, of which a scenario needs more or fewer as others ran before it
	started time.Time
	// protocolStart is the protocol time at which the scenario began: logins of its users go back from there.
	protocolStart time.Time

	mu        sync.Mutex
	findings  []found
	trouble   *verdict.Reason
	steps     []verdict.Step
	exchanges []verdict.Exchange
	noted     int     // findings that the steps so far account for
	later     []later // checks that wait for the closing control
	checks    int     // outcome steps that looked at something

	altered   []access.TraceRecord // our altered copy of the traces (X05)
	owed      owed                 // what the scenario did to the candidate and must undo
	anonymous int                  // status of the anonymous reading of the traces (X08)

	provider providerWorld
	client   clientWorld
	inquiry  inquiryWorld
}

// found is a finding and whether it rests on an effect that was seen, which nothing that follows can undo.
type found struct {
	verdict.Finding
	firm bool
}

type worldKey struct{}

// worldOf returns the scenario's world.
func worldOf(ctx context.Context) *World { return ctx.Value(worldKey{}).(*World) }

// finds records a departure that later trouble makes doubtful: the case becomes inconclusive without it.
func (w *World) finds(f verdict.Finding) { w.record(found{Finding: f}) }

// sees records a departure proved by an effect.
func (w *World) sees(f verdict.Finding) { w.record(found{Finding: f, firm: true}) }

func (w *World) record(f found) {
	if _, excluded := w.run.Candidate.Excludes(w.Role, f.Requirement); excluded {
		return // the candidate does not claim it
	}
	w.mu.Lock()
	defer w.mu.Unlock()
	f.Want, f.Got = brief(f.Want), brief(f.Got)
	for _, old := range w.findings {
		if old.Requirement == f.Requirement && old.Rule == f.Rule && old.Got == f.Got {
			return
		}
	}
	w.findings = append(w.findings, f)
}

// own makes a finding that names the trial's own requirement.
func (w *World) own(rule, want, got string, evidence ...string) verdict.Finding {
	return verdict.Finding{Requirement: w.Row.ID, Rule: rule, Want: want, Got: got, Evidence: evidence}
}

// cannot tells why the scenario cannot be judged; the first reason stands.
func (w *World) cannot(key string, args ...string) error {
	w.mu.Lock()
	defer w.mu.Unlock()
	if w.trouble == nil {
		w.trouble = &verdict.Reason{Key: key, Args: briefly(args)}
	}
	return fmt.Errorf("%s: %v", key, args)
}

// troubled tells that the scenario cannot be judged any more.
func (w *World) troubled() bool {
	w.mu.Lock()
	defer w.mu.Unlock()
	return w.trouble != nil
}

// later is a check that was put off, and the step that asked for it.
type later struct {
	check func()
	step  int
}

// afterwards puts off a check until the closing control has gone through, or the scenario ends.
func (w *World) afterwards(check func()) { w.later = append(w.later, later{check, len(w.steps)}) }

// settle makes the checks that were put off; what they find is noted at the step that asked for them.
func (w *World) settle() {
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

// checked tells that an outcome step did look.
func (w *World) checked() { w.checks++ }

// stepped notes a step that was played.
func (w *World) stepped(text string, err error) {
	w.mu.Lock()
	defer w.mu.Unlock()
	step := verdict.Step{Text: text, OK: err == nil && len(w.findings) == w.noted}
	if err != nil {
		step.Note = brief(err.Error())
		if w.trouble == nil {
			w.trouble = &verdict.Reason{Key: verdict.ReasonHarnessError, Args: []string{step.Note}}
		}
	}
	w.noted = len(w.findings)
	w.steps = append(w.steps, step)
}

// rescue turns a panic of ours into trouble (rule 1).
func (w *World) rescue() {
	if cause := recover(); cause != nil {
		_ = w.cannot(verdict.ReasonPanic, fmt.Sprint(cause))
		w.run.log.Error("panic in scenario", "case", w.Address.String(), "cause", cause, "stack", string(debug.Stack()))
	}
}

// conclude weighs what the scenario saw.
func (w *World) conclude() verdict.Case {
	w.mu.Lock()
	defer w.mu.Unlock()
	c := verdict.Case{
		Address: w.Address.String(), Requirement: w.Row.ID, Basis: w.Basis(), Title: w.Name, Fault: w.Fault,
		Steps: w.steps, Exchanges: w.exchanges, Started: w.started, MS: bench.Wall().Sub(w.started).Milliseconds(),
		Findings: []verdict.Finding{},
	}
	for _, f := range w.findings {
		if f.firm || w.trouble == nil {
			c.Findings = append(c.Findings, f.Finding)
		}
	}
	c.Verdict, c.Why = w.weigh(c.Findings)
	c.Reason = w.run.texts.Reason("fr", c.Why)
	return c
}

// weigh gives the verdict on the trial's own requirement.
func (w *World) weigh(findings []verdict.Finding) (verdict.Verdict, verdict.Reason) {
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
	return verdict.Pass, verdict.Reason{Key: verdict.ReasonOK}
}

// profile is the profile that the run judges by.
func (w *World) profile() *interops.Profile { return w.run.bench.Profile }

// project is the one that the scenario plays in.
func (w *World) project() interops.Project {
	if w.client.side != nil {
		return w.client.side.project
	}
	return w.provider.to.Project
}
