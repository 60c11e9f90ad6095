package identification

import (
	"slices"

	"etalon/internal/bench"
	"etalon/internal/interops"
)

// Flaw is one neglect of the mock operator, with the requirements that a report must find failed.
type Flaw = bench.Flaw[policy]

// Flaws returns every neglect, in the order of the catalogue's chapters.
func Flaws() []Flaw {
	return slices.Concat(keyFlaws(), sphereFlaws(), contentFlaws(), personFlaws(), sealFlaws(), addressFlaws(), lifeFlaws(), traceFlaws())
}

// Behaviours returns the candidates that a judge must report for what they are: none of its own.
func Behaviours() []Flaw { return nil }

// neglecting is one flaw. must and may are requirements, separated by spaces.
func neglecting(name, must, may, fr, en string, neglect func(*policy)) Flaw {
	return bench.Neglecting(name, must, may, fr, en, neglect)
}

// states is a flaw that says something wrong in each token; the traces tell it too.
func states(name, may, fr, en string, touch func(*Operator, *commitment, *interops.ContextToken)) Flaw {
	return neglecting(name, "C02", may, fr, en, func(p *policy) { p.token = touch })
}
