package service

import (
	"slices"
	"strings"

	"etalon/internal/bench"
	"etalon/internal/gateway"
	"etalon/internal/inquiry"
	"etalon/internal/verdict"
)

// Flaw is one neglect of the mock receiver, with the requirements that a report must find failed.
type Flaw struct {
	bench.Flaw[policy]
	// Role is the role that a candidate with the flaw plays.
	Role string
	// Transport is the only one in which the flaw shows; empty for all.
	Transport string
}

// Flaws returns every neglect of either role, in the order of the catalogue's chapters. A name is unique in its role.
func Flaws() []Flaw { return append(providerFlaws(), operatorFlaws()...) }

// FlawsOf returns the neglects of one role.
func FlawsOf(role string) []Flaw { return of(role, Flaws()) }

// BehavioursOf returns the whole behaviours of one role.
func BehavioursOf(role string) []Flaw { return of(role, Behaviours()) }

func of(role string, all []Flaw) []Flaw {
	return slices.DeleteFunc(all, func(f Flaw) bool { return f.Role != role })
}

// providerFlaws are those of mode P.
func providerFlaws() []Flaw {
	return slices.Concat(
		linkFlaws(), contentFlaws(), timeFlaws(), audienceFlaws(), rightFlaws(), signatureFlaws(), wrappingFlaws(),
		parserFlaws(), lifeFlaws(), responseFlaws(), transportFlaws(), sessionFlaws(), resourceFlaws(), identityFlaws(),
		pageFlaws(), traceFlaws(), inquiryFlaws(), shared(gateway.ConventionFlaws()),
	)
}

// playing are flaws of another role.
func playing(role string, flaws []Flaw) []Flaw {
	for i := range flaws {
		flaws[i].Role = role
	}
	return flaws
}

// blind is a flaw that overlooks the findings of some rules. must and may are requirements, separated by spaces.
func blind(name, must, may, fr, en string, rules ...string) Flaw {
	return neglecting(name, must, may, fr, en, overlooks(rules...))
}

// neglecting is a flaw with a neglect of its own.
func neglecting(name, must, may, fr, en string, neglect func(*policy)) Flaw {
	return Flaw{Flaw: bench.Neglecting(name, must, may, fr, en, neglect), Role: Provider}
}

// within makes neglects of a part that other parties have too flaws of this one.
func within[Part any](flaws []bench.Flaw[Part], part func(*policy) *Part) []Flaw {
	var all []Flaw
	for _, f := range bench.Within(flaws, part) {
		all = append(all, Flaw{Flaw: f, Role: Provider})
	}
	return all
}

// received are the neglects of any gateway as flaws of this one.
func received(flaws ...[]gateway.Flaw) []Flaw {
	return within(slices.Concat(flaws...), func(p *policy) *gateway.Neglect { return &p.Neglect })
}

// effects are the requirements that speak of what a refused VI must not do: a case of them may be played with any
// fault that a flaw overlooks.
var effects = []string{"P06", "P07"}

// shared are the neglects of any gateway that let in a faulty VI, with the effects that this has here.
func shared(flaws []gateway.Flaw) []Flaw {
	all := received(flaws)
	for i, f := range all {
		all[i].May = append(slices.DeleteFunc(slices.Clone(f.May), elsewhere), effects...)
	}
	return all
}

// elsewhere tells whether a requirement is one of mode A alone.
func elsewhere(requirement string) bool {
	return strings.HasPrefix(requirement, "A") || strings.HasPrefix(requirement, "F") || requirement == "V15" || requirement == "L05"
}

// has tells whether the Response has a finding of that rule.
func has(v *visit, rule string) bool {
	return slices.ContainsFunc(v.judged.Findings, func(f verdict.Finding) bool { return f.Rule == rule })
}

// inquiryFlaws neglect the exchange of traces with partners (X12 to X14).
func inquiryFlaws() []Flaw {
	return within(inquiry.Flaws(), func(p *policy) *inquiry.Neglect { return &p.desk })
}
