package scenario

import (
	"log/slog"

	"etalon/internal/bench"
	"etalon/internal/report"
	"etalon/internal/verdict"
)

// Abridged is looked at from outside.
var Abridged = abridged

// NewWorld is a scenario of a requirement, without a candidate.
func NewWorld(row verdict.Requirement, texts report.Texts) *World {
	return &World{
		Trial: Trial{Address: Address{Role: "fournisseur", Mode: "A", Case: row.ID + "-N1"}, Row: row},
		Run:   &Run{Config: Config{Texts: texts, Log: slog.New(slog.DiscardHandler)}}, Started: bench.Wall(),
	}
}

// Step ends a step.
func (w *World) Step(text string, err error) { w.stepped(text, err) }

// Conclude settles what was put off and weighs.
func (w *World) Conclude() verdict.Case {
	w.close(func() {})
	return w.conclude()
}
