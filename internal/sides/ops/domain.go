// Package ops holds the sides of InterOPS: what the harness plays around a gateway of a social-protection body (OPS) in
// each role of modes A, P, S and R, the French sentences, and the controls that give a refusal its meaning. It judges no
// message, which the wires do, and writes no report.
package ops

import (
	"context"

	"etalon/internal/access"
	"etalon/internal/candidate"
	"etalon/internal/scenario"
	"etalon/internal/verdict"
)

// Domain is InterOPS.
func Domain() scenario.Domain {
	return scenario.Domain{Name: "interops", Steps: Steps(), Side: func(r *scenario.Run, scope string) (scenario.Side, error) {
		return newSide(r, scope), nil
	}}
}

// run is what the scenarios of one run share.
type run struct {
	*scenario.Run
	people people
}

// World is what one scenario knows: what the engine does, and what was sent to the candidate or came from it.
type World struct {
	*scenario.World
	run *run

	altered   []access.TraceRecord // our altered copy of the traces (X05)
	owed      owed                 // what the scenario did to the candidate and must undo
	anonymous int                  // status of the anonymous reading of the traces (X08)

	provider providerWorld
	client   clientWorld
	inquiry  inquiryWorld
}

type worldKey struct{}

// worldOf returns the scenario's world.
func worldOf(ctx context.Context) *World { return ctx.Value(worldKey{}).(*World) }

// into puts a scenario's world into its context.
func (w *World) into(ctx context.Context) context.Context {
	return context.WithValue(ctx, worldKey{}, w)
}

// newSide returns the harness's parts for a role and mode of InterOPS; nil for any other.
func newSide(engine *scenario.Run, scope string) scenario.Side {
	r := &run{Run: engine, people: people{engine.Bench.Profile}}
	role, mode := candidate.SplitScope(scope)
	switch scope {
	case "fournisseur/A", "fournisseur/P", "fournisseur/R", "operateur-service/S":
		return &providerSide{run: r, role: role, mode: mode}
	case "client/A", "client/P", "client/R", "operateur-identification/S", "operateur-authentification/S":
		return &clientSide{run: r, role: role, mode: mode}
	}
	return nil
}

// admits tells what the profile and the candidate's own authorities leave to play.
func (r *run) admits(t scenario.Trial) scenario.Answer {
	if !r.fieldAsked(t) {
		return scenario.Agrees(false, "trace.fields")
	}
	if r.pkiBound(t) {
		return scenario.Answer{Why: verdict.Reason{Key: verdict.ReasonPKIBound, Args: t.Faults()}}
	}
	return scenario.Met
}

// Admits implements scenario.Side for a candidate that receives VIs.
func (s *providerSide) Admits(t scenario.Trial) scenario.Answer {
	if !s.carries(t) {
		return scenario.Declares(false, "assertion")
	}
	return s.run.admits(t)
}

// Admits implements scenario.Side for a client candidate.
func (s *clientSide) Admits(t scenario.Trial) scenario.Answer { return s.run.admits(t) }
