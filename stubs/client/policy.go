package client

import (
	"net/http"
	"slices"
	"time"

	"etalon/internal/bench"
	"etalon/internal/emitter"
	"etalon/internal/inquiry"
	"etalon/internal/interops"
)

// policy is what the gateway does at the places where one may neglect something. The zero flags and the
// functions of honest neglect nothing.
type policy struct {
	emitter.Policy // on the link, the VI and the traces

	// On who calls, and for what.
	inForce  func(interops.Project, time.Time) bool
	identity func(*Gateway, *call, caller, error) (caller, error)
	entitled func(*Gateway, *call) bool

	// On the VI and its life.
	key     func(emitter.Purpose) emitter.Purpose // what a kept VI is found by
	usable  func(vi interops.VI, now time.Time, skew time.Duration) bool
	hoards  bool                                 // kept VIs survive a withdrawn right and a logout
	vi      func(*call, *interops.VI)            // after its honest content is made
	present func(*call, interops.VI) interops.VI // which VI leaves, once the call's own is ready
	ended   func(*call)

	// On what leaves.
	deaf          bool // no VI is ever made
	naked         bool // a call leaves without one while the token service is down
	nakedRetry    bool // and once more after a refusal
	keepsSecurity bool // of the application
	copiesVI      bool // into the address
	forward       func(http.Header, *http.Request)
	body          func([]byte) []byte
	sent          func(*Gateway, *call, []byte)

	desk inquiry.Neglect // where partners ask for traces

	// On what comes back.
	retries             int  // renewals after vi:InvalidVI
	endless             bool // every technical fault is tried again
	keepsRefused        bool // with the VI that was refused
	keepsAnswerSecurity bool
	relay               func(*reply)               // the partner's answer, before the application gets it
	refusal             func(own *reply, by reply) // the gateway's answer in place of a technical fault
	answers             func(*http.Request) *reply // before the call is looked at, unless nil
}

// honest neglects nothing.
func honest() policy {
	return policy{
		Policy:   emitter.Honest(),
		inForce:  interops.Project.InForce,
		identity: (*Gateway).admit,
		entitled: (*Gateway).entitled,
		key:      func(k emitter.Purpose) emitter.Purpose { return k },
		usable: func(vi interops.VI, now time.Time, skew time.Duration) bool {
			return now.Before(vi.NotOnOrAfter.Add(-skew)) // L01
		},
		vi:      func(*call, *interops.VI) {},
		present: func(_ *call, vi interops.VI) interops.VI { return vi },
		ended:   func(*call) {},
		forward: func(http.Header, *http.Request) {},
		body:    func(b []byte) []byte { return b },
		sent:    func(*Gateway, *call, []byte) {},
		retries: 1,
		relay:   func(*reply) {},
		refusal: func(*reply, reply) {},
		answers: func(*http.Request) *reply { return nil },
	}
}

// policyOf returns the honest policy with the neglects of that name.
func policyOf(names []string) (policy, error) {
	p := honest()
	err := bench.Commit(&p, slices.Concat(Flaws(), Behaviours()), names)
	return p, err
}
