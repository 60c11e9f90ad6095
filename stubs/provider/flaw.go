package provider

import (
	"slices"

	"etalon/internal/bench"
	"etalon/internal/gateway"
	"etalon/internal/inquiry"
)

// Flaw is one neglect of the mock provider, with the requirements that a report must find failed.
type Flaw = bench.Flaw[policy]

// Flaws returns every neglect, in the order of the catalogue's chapters.
func Flaws() []Flaw {
	return slices.Concat(
		shared(gateway.LinkFlaws(), gateway.CallerFlaws()), contentFlaws(), timeFlaws(), audienceFlaws(), rightFlaws(), signatureFlaws(), certificateFlaws(),
		wrappingFlaws(), parserFlaws(), lifeFlaws(), headerFlaws(), messageFlaws(), effectFlaws(), faultFlaws(),
		traceFlaws(), inquiryFlaws(), shared(gateway.ConventionFlaws()),
	)
}

// blind is a flaw that overlooks the findings of some rules. must and may are requirements, separated by spaces.
func blind(name, must, may, fr, en string, rules ...string) Flaw {
	return neglecting(name, must, may, fr, en, overlooks(rules...))
}

// neglecting is a flaw with a neglect of its own.
func neglecting(name, must, may, fr, en string, neglect func(*policy)) Flaw {
	return bench.Neglecting(name, must, may, fr, en, neglect)
}

// shared are the neglects of any gateway as flaws of this one: their effect is that of A04.
func shared(flaws ...[]gateway.Flaw) []Flaw {
	all := within(slices.Concat(flaws...))
	for i := range all {
		all[i].May = append([]string{"A04"}, all[i].May...)
	}
	return all
}

func within(flaws []gateway.Flaw) []Flaw {
	return bench.Within(flaws, func(p *policy) *gateway.Neglect { return &p.Neglect })
}

// inquiryFlaws neglect the exchange of traces with partners (X12 to X14).
func inquiryFlaws() []Flaw {
	return bench.Within(inquiry.Flaws(), func(p *policy) *inquiry.Neglect { return &p.desk })
}
