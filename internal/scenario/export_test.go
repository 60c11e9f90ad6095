package scenario

import (
	"io"
	"log/slog"
	"maps"
	"slices"

	"etalon/internal/bench"
	"etalon/internal/report"
	"etalon/internal/verdict"
	"etalon/stubs/client"
)

// What the tests look at from outside.
var (
	BodyDigest    = bodyDigest
	Fingerprints  = fingerprints
	Brief         = brief
	Abridged      = abridged
	ReturnAddress = returnAddress
	Astray        = astray
	Leads         = leads
	Visible       = visible
	ChoiceAddress = choiceAddress
)

// Outcome names what an exchange looks like.
func Outcome(x client.Exchange) string {
	return [...]string{"unanswered", "refused", "answered"}[outcomeOf(x)]
}

// NewWorld is a scenario of a requirement, without a candidate.
func NewWorld(row verdict.Requirement, texts report.Texts) *World {
	return &World{
		Trial: Trial{Address: Address{Role: "fournisseur", Mode: "A", Case: row.ID + "-N1"}, Row: row},
		run:   &run{texts: texts, log: slog.New(slog.DiscardHandler)}, started: bench.Wall(),
	}
}

// Leaver is the number of the person who leaves in a scenario of a source.
func (w *World) Leaver(source io.Reader) (int, error) {
	w.source = source
	return w.leaver()
}

// Finds and the following are the scenario's own gestures.
func (w *World) Finds(f verdict.Finding) { w.finds(f) }

// Sees records a firm finding.
func (w *World) Sees(f verdict.Finding) { w.sees(f) }

// Cannot records trouble.
func (w *World) Cannot(key string, args ...string) { _ = w.cannot(key, args...) }

// Checked tells that an outcome step looked.
func (w *World) Checked() { w.checked() }

// Afterwards puts a check off.
func (w *World) Afterwards(check func()) { w.afterwards(check) }

// Step ends a step.
func (w *World) Step(text string, err error) { w.stepped(text, err) }

// Conclude settles what was put off and weighs.
func (w *World) Conclude() verdict.Case {
	func() {
		defer w.rescue()
		w.settle()
	}()
	return w.conclude()
}

// Unknown lists the needs that a side does not know.
func Unknown(c Config, scope string, needs []string) ([]string, error) {
	r := &run{Config: c, bench: c.Bench, people: people{c.Bench.Profile}, texts: c.Texts, log: slog.New(slog.DiscardHandler)}
	s, err := r.side(scope)
	if err != nil {
		return nil, err
	}
	switch side := s.(type) {
	case *providerSide:
		err = side.prepare()
	case *clientSide:
		err = side.prepare()
	}
	if err != nil {
		return nil, err
	}
	var unknown []string
	for _, need := range needs {
		if a := s.has(need); !a.met && a.why.Key == verdict.ReasonHarnessError {
			unknown = append(unknown, need)
		}
	}
	return unknown, s.close()
}

// Words lists the words that a table of the steps knows.
func Words(table string) []string {
	return slices.Sorted(maps.Keys(map[string]map[string]bool{
		"variant": set(variants), "application": set(appVariants), "element": set(elementRules),
		"signature": set(signatureRules), "breakdown": set(breakdowns),
	}[table]))
}

func set[T any](m map[string]T) map[string]bool {
	out := map[string]bool{}
	for word := range m {
		out[word] = true
	}
	return out
}

// What mode R shows of its tokens and sends for a body.
var (
	TokenPrint = tokenPrint
	CalledBody = calledBody
)

// Refusal returns the rule that a refusal departs from in one aspect; "" when in none.
func Refusal(aspect string, x client.Exchange) string {
	rule, _, _ := refusalAspects[aspect](x)
	return rule
}
