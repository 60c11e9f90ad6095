package service

import (
	"slices"
	"strings"

	"etalon/internal/gateway"
	"etalon/internal/inquiry"
	"etalon/internal/verdict"
)

// Flaw is one neglect of the mock receiver, with the requirements that a report must find failed.
type Flaw struct {
	// Name is a verb of neglect: "keeps-session-id".
	Name  string
	Title verdict.Text
	// Role is the role that a candidate with the flaw plays.
	Role string
	// Transport is the only one in which the flaw shows; empty for all.
	Transport string
	// Must lists the requirements that fail, May those that may fail with them; a failure elsewhere is a
	// false alarm.
	Must, May []string
	neglect   func(*policy)
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
		pageFlaws(), traceFlaws(), inquiryFlaws(), conventionFlaws(),
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
	return Flaw{
		Name: name, Role: Provider, Must: strings.Fields(must), May: strings.Fields(may), Title: verdict.Text{FR: fr, EN: en},
		neglect: neglect,
	}
}

// effects are the requirements that speak of what a refused VI must not do: a case of them may be played with any
// fault that a flaw overlooks.
var effects = []string{"P06", "P07"}

// shared are the blindnesses of any receiver as flaws of this one.
func shared(all []gateway.Blindness) []Flaw {
	flaws := make([]Flaw, len(all))
	for i, b := range all {
		flaws[i] = Flaw{
			Name: b.Name, Role: Provider, Title: b.Title, Must: b.Must, May: append(slices.DeleteFunc(slices.Clone(b.May), elsewhere), effects...),
			neglect: func(p *policy) {
				before := p.excused
				p.excused = func(f verdict.Finding, v *visit) bool { return b.Overlooks(f, v.judged.Findings) || before(f, v) }
			},
		}
	}
	return flaws
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
	all := inquiry.Flaws()
	flaws := make([]Flaw, len(all))
	for i, f := range all {
		flaws[i] = neglecting(f.Name, f.Must, f.May, f.Title.FR, f.Title.EN, func(p *policy) { f.Neglect(&p.desk) })
	}
	return flaws
}
