package provider

import (
	"slices"

	"etalon/internal/bench"
	"etalon/internal/gateway"
	"etalon/internal/inquiry"
	"etalon/internal/interops"
	"etalon/internal/soap"
	"etalon/internal/verdict"
)

// policy is what the provider does at the places where a gateway may neglect something. The zero flags and
// the functions of honest neglect nothing.
type policy struct {
	gateway.Neglect // on the link, the VI and the traces

	// On the message: how it is read after soap.Verify, and what is overlooked of it.
	reading func(*Provider, *call)
	excused func(verdict.Finding, *call) bool

	// On the effects.
	drops    func(*call) bool // true: the connection ends without an answer
	hasty    bool             // the application is called before the verdict
	untraced bool             // the call goes on when its trace cannot be kept
	endless  bool             // messages of any length are read
	unread   bool             // what cannot be read goes to the application as it is
	forward  func([]byte) []byte
	relay    func(*answer, *call)
	fault    func(*answer, soap.Fault, *call)
	note     func(*interops.Trace, *call) // what the record gets beyond its fields
	keep     func(*bench.TraceLog, interops.Trace) error
	refused  func(*Provider, *call, *answer) // after each refusal

	desk inquiry.Neglect // where partners ask for traces
}

func honest() policy {
	return policy{
		reading: func(*Provider, *call) {},
		excused: func(verdict.Finding, *call) bool { return false },
		drops:   func(*call) bool { return false },
		forward: func(message []byte) []byte { return message },
		relay:   func(*answer, *call) {},
		fault:   func(*answer, soap.Fault, *call) {},
		note:    func(*interops.Trace, *call) {},
		keep:    (*bench.TraceLog).Append,
		refused: func(*Provider, *call, *answer) {},
	}
}

// policyOf returns the honest policy with the neglects of that name.
func policyOf(names []string) (policy, error) {
	p := honest()
	err := bench.Commit(&p, slices.Concat(Flaws(), Behaviours()), names)
	return p, err
}

// overlooks makes the provider blind to findings of those rules.
func overlooks(rules ...string) func(*policy) {
	return overlooksWhen(func(verdict.Finding, *call) bool { return true }, rules...)
}

// overlooksWhen makes the provider blind to those findings of the rules for which blind holds: a wrong
// comparison, a case that was forgotten.
func overlooksWhen(blind func(verdict.Finding, *call) bool, rules ...string) func(*policy) {
	return func(p *policy) {
		before := p.excused
		p.excused = func(f verdict.Finding, c *call) bool {
			return slices.Contains(rules, f.Rule) && blind(f, c) || before(f, c)
		}
	}
}
