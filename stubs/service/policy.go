package service

import (
	"net/http"
	"slices"

	"etalon/internal/bench"
	"etalon/internal/gateway"
	"etalon/internal/inquiry"
	"etalon/internal/interops"
	"etalon/internal/sso"
	"etalon/internal/verdict"
)

// policy is what the receiver does at the places where a gateway may neglect something. That of honest neglects
// nothing.
type policy struct {
	gateway.Neglect // on the link, the VI and the traces

	// On the Response: how it is read after sso.Verify, and what is overlooked of it.
	reading func(*visit)
	excused func(verdict.Finding, *visit) bool
	endless bool // messages of any length are read

	// On its life.
	remember func(Config) (presented, error)

	// On the session.
	identifier func(*visit) (string, error)
	succeeds   func(before, now *session) // what a session takes over from the one whose place it takes
	cookie     func(*http.Cookie)
	bounds     bounds
	unbound    bool                                 // a session serves any partner
	stray      func(*visit) (session, bool)         // the session of a visit without one
	silent     bool                                 // a session is replaced without a word
	target     func(*visit, string) (string, error) // where a return address leads
	opens      func(*visit, session, string) bool   // whether a session opens a resource
	identify   func(*visit, http.Header)            // what the application is told
	refusal    func(*visit, *answer)                // the page of a refused Response
	page       func(*visit, *answer)                // the pages of a session

	// In a sphere.
	free                  func(*visit) (session, bool)                 // the session of who needs none
	welcome               func(*visit, string) (answer, bool)          // what meets who comes unasked
	chooses               func(*visit, string) (Operator, bool)        // the operator that a choice designates
	ask                   func(*visit, Operator, string) answer        // sends to an operator
	outage                func(*visit, Operator, string, error) answer // an operator cannot be reached
	closes                func(*session, sso.JudgedLogout) bool        // what a LogoutRequest closes
	localDeaf, muteLogout bool                                         // a local logout closes nothing; no logout is traced

	// On the traces.
	untraced bool // a session opens when its trace cannot be kept
	note     func(*interops.Trace, *visit)
	keep     func(*bench.TraceLog, interops.Trace) error

	desk inquiry.Neglect // where partners ask for traces
}

func honest() policy {
	return policy{
		reading:    func(*visit) {},
		excused:    func(verdict.Finding, *visit) bool { return false },
		remember:   remember,
		identifier: func(*visit) (string, error) { return newSecret(bench.Entropy()) },
		succeeds:   func(*session, *session) {},
		cookie:     func(*http.Cookie) {},
		bounds:     bounds{end: true, idle: true, absolute: true},
		stray:      func(*visit) (session, bool) { return session{}, false },
		target:     func(v *visit, relay string) (string, error) { return v.service.local(v.face, relay) },
		opens:      opens,
		identify:   func(*visit, http.Header) {},
		refusal:    func(*visit, *answer) {},
		page:       func(*visit, *answer) {},
		free:       anonymous,
		welcome:    func(*visit, string) (answer, bool) { return answer{}, false },
		chooses:    listed,
		ask:        ask,
		outage:     func(v *visit, o Operator, _ string, err error) answer { return v.service.outage(v, o, err) },
		closes:     meant,
		note:       func(*interops.Trace, *visit) {},
		keep:       (*bench.TraceLog).Append,
	}
}

// policyOf returns the honest policy with the neglects of those names that the role knows.
func policyOf(role string, names []string) (policy, error) {
	p := honest()
	var known []bench.Flaw[policy]
	for _, f := range slices.Concat(FlawsOf(role), BehavioursOf(role)) {
		known = append(known, f.Flaw)
	}
	err := bench.Commit(&p, known, names)
	return p, err
}

// overlooks makes the receiver blind to findings of those rules.
func overlooks(rules ...string) func(*policy) {
	return overlooksWhen(func(verdict.Finding, *visit) bool { return true }, rules...)
}

// overlooksWhen makes the receiver blind to those findings of the rules for which blind holds.
func overlooksWhen(blind func(verdict.Finding, *visit) bool, rules ...string) func(*policy) {
	return func(p *policy) {
		before := p.excused
		p.excused = func(f verdict.Finding, v *visit) bool {
			return slices.Contains(rules, f.Rule) && blind(f, v) || before(f, v)
		}
	}
}

// rereads changes what the receiver takes of a Response after it was judged.
func rereads(p *policy, change func(*visit)) {
	before := p.reading
	p.reading = func(v *visit) {
		before(v)
		change(v)
	}
}
