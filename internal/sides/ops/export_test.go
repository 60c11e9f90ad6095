package ops

import (
	"io"
	"log/slog"
	"maps"
	"slices"

	"etalon/internal/bench"
	"etalon/internal/report"
	"etalon/internal/scenario"
	"etalon/internal/verdict"
	"etalon/stubs/client"
)

// What the tests look at from outside.
var (
	BodyDigest    = bodyDigest
	Fingerprints  = fingerprints
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
	engine := &scenario.Run{Config: scenario.Config{Texts: texts, Log: slog.New(slog.DiscardHandler)}}
	return &World{
		World: &scenario.World{
			Trial: scenario.Trial{Address: scenario.Address{Role: "fournisseur", Mode: "A", Case: row.ID + "-N1"}, Row: row},
			Run:   engine, Started: bench.Wall(),
		},
		run: &run{Run: engine},
	}
}

// Leaver is the number of the person who leaves in a scenario of a source.
func (w *World) Leaver(source io.Reader) (int, error) {
	w.Source = source
	return w.leaver()
}

// Unknown lists the needs that a side does not know.
func Unknown(c scenario.Config, scope string, needs []string) ([]string, error) {
	s := newSide(scenario.NewRun(c), scope)
	var err error
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
		if a := s.Has(need); !a.Met && a.Why.Key == verdict.ReasonHarnessError {
			unknown = append(unknown, need)
		}
	}
	return unknown, s.Close()
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
