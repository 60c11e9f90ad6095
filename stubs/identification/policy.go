package identification

import (
	"slices"
	"time"

	"etalon/internal/bench"
	"etalon/internal/emitter"
	"etalon/internal/interops"
	"etalon/internal/sso"
)

// policy is what the operator does at the places where one may neglect something. The functions of honest neglect
// nothing.
type policy struct {
	emitter.Policy // on the key, the signature and the traces

	identified func(o *Operator, id, secret, means string) (session, bool)
	recognised func(*Operator, *visit) bool
	inForce    func(sphere *interops.Sphere, operator string, at time.Time) bool
	token      func(*Operator, *commitment, *interops.ContextToken) // after its honest content is made
	draft      func(*sso.ContextDraft)
}

// honest neglects nothing.
func honest() policy {
	return policy{
		Policy:     emitter.Honest(),
		identified: (*Operator).identified,
		recognised: (*Operator).found,
		inForce:    (*interops.Sphere).InForce,
		token:      func(*Operator, *commitment, *interops.ContextToken) {},
		draft:      func(*sso.ContextDraft) {},
	}
}

// policyOf returns the honest policy with the neglects of that name.
func policyOf(names []string) (policy, error) {
	p := honest()
	err := bench.Commit(&p, slices.Concat(Flaws(), Behaviours()), names)
	return p, err
}
