package resource

import (
	"slices"

	"etalon/internal/bench"
	"etalon/internal/gateway"
	"etalon/internal/inquiry"
	"etalon/internal/interops"
	"etalon/internal/verdict"
)

// policy is what the provider does at the places where a gateway may neglect something. The zero flags and the functions
// of honest neglect nothing.
type policy struct {
	gateway.Neglect // on the link, the VI and the traces

	// On the call: how it is read after rest.Verify, and what is overlooked of it.
	reading func(*call)
	excused func(verdict.Finding, *call) bool

	// On the effects.
	untraced bool                         // the call goes on when its trace cannot be kept
	opens    func(*call) bool             // whether the PAGM open what is asked
	relay    func(*call, *answer)         // what becomes of the application's answer
	refused  func(*call, *answer)         // what becomes of a refusal
	recall   func(*call) (answer, bool)   // an answer that was kept
	store    func(*call, answer)          // keeps an answer
	note     func(*interops.Trace, *call) // what the record gets beyond its fields
	keep     func(*bench.TraceLog, interops.Trace) error

	desk inquiry.Neglect // where partners ask for traces
}

func honest() policy {
	return policy{
		reading: func(*call) {},
		excused: func(verdict.Finding, *call) bool { return false },
		opens:   opens,
		relay:   func(*call, *answer) {},
		refused: func(*call, *answer) {},
		recall:  func(*call) (answer, bool) { return answer{}, false },
		store:   func(*call, answer) {},
		note:    func(*interops.Trace, *call) {},
		keep:    (*bench.TraceLog).Append,
	}
}

// policyOf returns the honest policy with the neglects of those names.
func policyOf(names []string) (policy, error) {
	p := honest()
	var known []bench.Flaw[policy]
	for _, f := range slices.Concat(Flaws(), Behaviours()) {
		known = append(known, f.Flaw)
	}
	err := bench.Commit(&p, known, names)
	return p, err
}

// overlooks makes the provider blind to findings of those rules.
func overlooks(rules ...string) func(*policy) {
	return overlooksWhen(func(verdict.Finding, *call) bool { return true }, rules...)
}

// overlooksWhen makes the provider blind to those findings of the rules for which blind holds.
func overlooksWhen(blind func(verdict.Finding, *call) bool, rules ...string) func(*policy) {
	return func(p *policy) {
		before := p.excused
		p.excused = func(f verdict.Finding, c *call) bool {
			return slices.Contains(rules, f.Rule) && blind(f, c) || before(f, c)
		}
	}
}

// rereads changes what the provider takes of a call after it was judged.
func rereads(p *policy, change func(*call)) {
	before := p.reading
	p.reading = func(c *call) {
		before(c)
		change(c)
	}
}
