package consumer

import (
	"net/http"
	"slices"
	"time"

	"etalon/internal/bench"
	"etalon/internal/emitter"
	"etalon/internal/inquiry"
	"etalon/internal/interops"
	"etalon/internal/rest"
)

// policy is what the gateway does at the places where one may neglect something. The zero flags and the functions of
// honest neglect nothing.
type policy struct {
	emitter.Policy // on the link, the VI and the traces

	// On the VI and its life.
	key     func(emitter.Purpose) emitter.Purpose // what a kept VI is found by
	usable  func(vi interops.VI, now time.Time, skew time.Duration) bool
	vi      func(*call, *interops.VI)            // after its honest content is made
	present func(*call, interops.VI) interops.VI // which VI leaves, once the call's own is ready
	ended   func(*call)

	// On the token.
	jwt   func(*rest.JWT) error
	place func(b bearing, body []byte) []byte // puts it into the request, and returns the body that leaves
	sent  func(g *Gateway, c *call, token string)

	deaf  bool // no token is ever made
	naked bool // a call leaves without one where none can be made

	desk inquiry.Neglect // where partners ask for traces

	// On what comes back.
	refusal func(own *reply, token string) // the gateway's answer in place of a refusal of the token
	answers func(*http.Request) *reply     // before the call is looked at, unless nil
}

// honest neglects nothing.
func honest() policy {
	return policy{
		Policy: emitter.Honest(),
		key:    func(k emitter.Purpose) emitter.Purpose { return k },
		usable: func(vi interops.VI, now time.Time, skew time.Duration) bool {
			return now.Before(vi.NotOnOrAfter.Add(-skew))
		},
		vi:      func(*call, *interops.VI) {},
		present: func(_ *call, vi interops.VI) interops.VI { return vi },
		ended:   func(*call) {},
		jwt:     func(*rest.JWT) error { return nil },
		place:   bearing.inHeader,
		sent:    func(*Gateway, *call, string) {},
		refusal: func(*reply, string) {},
		answers: func(*http.Request) *reply { return nil },
	}
}

// policyOf returns the honest policy with the neglects of that name.
func policyOf(names []string) (policy, error) {
	p := honest()
	all := slices.Concat(only(Flaws()), Behaviours())
	err := bench.Commit(&p, all, names)
	return p, err
}
