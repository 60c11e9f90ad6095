package portal

import (
	"net/http"
	"net/url"
	"slices"
	"time"

	"etalon/internal/bench"
	"etalon/internal/emitter"
	"etalon/internal/inquiry"
	"etalon/internal/interops"
	"etalon/internal/sso"
)

// policy is what the portal does at the places where one may neglect something. The zero flags and the functions of
// honest neglect nothing.
type policy struct {
	emitter.Policy // on the link, the VI and the traces

	desk inquiry.Neglect // where partners ask for traces

	// On who leaves, and for what.
	bounds     emitter.Bounds
	inForce    func(interops.Project, time.Time) bool
	recognised func(*Portal, *visit) bool
	rights     func(*Portal, *session, interops.Project) []string
	answers    func(*visit) *emitter.Answer // before the visit is looked at, unless nil

	// On sessions.
	succeeds  func(p *Portal, before, next *session) // at a login; before is nil when the browser had none
	ends      func(*Portal, *session) []*outward
	withdrawn func(p *Portal, user, project string) []*outward
	expels    func(*Portal, *session) []*outward // when the logout comes from elsewhere
	lingers   bool                               // the cookie stays after a logout
	reuses    func(*exit, *outward) bool         // what is open at the partner serves when the agent asks for the service again

	// On the VI and its life.
	kept      func(*exit, time.Time) (interops.VI, bool)
	vi        func(*exit, *interops.VI)            // after its honest content is made
	presented func(*exit, interops.VI) interops.VI // which VI leaves, once the exit's own is ready
	ended     func(*exit)

	// On the Response, and what else leaves.
	draft      func(*exit, *sso.Draft)
	wire       func([]byte) ([]byte, error)
	relayState func(page *url.URL) string
	form       func(*exit, url.Values)
	address    func(*url.URL, url.Values) // of the ACS, with what is posted to it
	getsACS    bool
	smuggles   bool // what the agent sends is not looked at
	forward    func(http.Header, *http.Request)
	sent       func(*Portal, *exit, []byte)
	shown      func(*exit, *emitter.Answer) // the page of a refusal by the partner
}

// honest neglects nothing.
func honest() policy {
	return policy{
		Policy:     emitter.Honest(),
		bounds:     emitter.SoundBounds,
		inForce:    interops.Project.InForce,
		recognised: (*Portal).found,
		rights:     (*Portal).held,
		answers:    func(*visit) *emitter.Answer { return nil },
		succeeds:   (*Portal).succeeds,
		ends:       (*Portal).ends,
		expels:     (*Portal).ends,
		reuses:     func(*exit, *outward) bool { return false },
		withdrawn: func(p *Portal, user, project string) []*outward {
			return p.sessions.withdrawn(user, project)
		},
		kept:       func(*exit, time.Time) (interops.VI, bool) { return interops.VI{}, false },
		vi:         func(*exit, *interops.VI) {},
		presented:  func(_ *exit, vi interops.VI) interops.VI { return vi },
		ended:      func(*exit) {},
		draft:      func(*exit, *sso.Draft) {},
		relayState: relayState,
		form:       func(*exit, url.Values) {},
		address:    func(*url.URL, url.Values) {},
		forward:    func(http.Header, *http.Request) {},
		sent:       func(*Portal, *exit, []byte) {},
		shown:      func(*exit, *emitter.Answer) {},
	}
}

// policyOf returns the honest policy with the neglects of that name.
func policyOf(names []string) (policy, error) {
	p := honest()
	err := bench.Commit(&p, slices.Concat(Flaws(), Behaviours()), names)
	return p, err
}

// held are the rights that an agent holds now in a project and that the convention agrees (P12, L04).
func (p *Portal) held(one *session, project interops.Project) []string {
	return slices.DeleteFunc(p.rights.Of(one.user.ID, project.Name), func(name string) bool {
		_, agreed := project.Agreed(name)
		return !agreed
	})
}
