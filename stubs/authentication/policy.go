package authentication

import (
	"slices"
	"time"

	"etalon/internal/bench"
	"etalon/internal/emitter"
	"etalon/internal/interops"
	"etalon/internal/sso"
	"etalon/internal/verdict"
)

// policy is what the operator does at the places where one may neglect something. The zero flags and the functions of
// honest neglect nothing.
type policy struct {
	emitter.Policy // on the VI, its traces and the way to the partners

	answers func(*Operator, *call) // takes every request, unless nil

	// On the messages that come.
	excused  func([]verdict.Finding) []verdict.Finding                    // what is left to refuse a message for
	refuses  func(*Operator, *sso.JudgedRequest) bool                     // an AuthnRequest (S09)
	members  func(*interops.Convention, time.Time) *interops.Convention   // the convention as it is believed (S15)
	stranger bool                                                         // who sends a LogoutRequest need not have been visited
	replays  bool                                                         // a LogoutRequest may come again (D02)
	twice    bool                                                         // and a context token (C04)
	means    func(s session, name interops.NameID, indexes []string) bool // what a LogoutRequest means (D03)
	matched  func(waiting, answered string) bool                          // whether a LogoutResponse is that awaited (D06)

	// On persons and sessions.
	session       func(o *Operator, c *call, id string) (session, bool)
	sessionID     func(*call) (string, error)
	authenticated func(person Account, ok bool) bool
	identified    func(Account, interops.ContextToken) bool // who logs in is who was identified (C06)
	continues     func(session, Account) bool               // who logs in is whose session it is (S13)
	rank          func(*Operator, session) int              // what a session reached
	passive       func(passage) bool
	forced        func(passage) bool
	homeless      bool                       // a VI may leave without session
	identifies    func(interops.Member) bool // whether the operator identifies persons itself (C07)

	// On the VI.
	vi      func(*Operator, *call, passage, session, *interops.VI) // after its honest content is made
	deliver func(o *Operator, c *call, p passage, raw []byte)      // the way to the service

	describes func(*sso.Metadata, *sso.Sending, time.Time) // the operator's metadata (S16)

	// On the end of sessions.
	survives bool                            // the operator's own session outlives the logout
	lingers  bool                            // the browser keeps its cookie
	ends     func(ended, other session) bool // which sessions end with one
	told     func([]visit) []visit           // who hears of it
	stops    bool                            // the chain stops at the first that cannot be told
	complete bool                            // success is announced whatever happened
	mute     bool                            // no record is kept of it
}

// honest neglects nothing.
func honest() policy {
	return policy{
		Policy:  emitter.Honest(),
		excused: func(found []verdict.Finding) []verdict.Finding { return found },
		refuses: func(o *Operator, r *sso.JudgedRequest) bool { return len(o.policy.excused(r.Findings)) > 0 },
		members: func(c *interops.Convention, _ time.Time) *interops.Convention { return c },
		means: func(s session, name interops.NameID, indexes []string) bool {
			return slices.Contains(indexes, s.index) && s.person.ID == name.Value && (name.Format == "" || s.person.Format == name.Format)
		},
		matched: func(waiting, answered string) bool { return waiting == answered },
		session: func(o *Operator, c *call, id string) (session, bool) {
			return o.sessions.find(id, c.now, session.alive)
		},
		sessionID:     func(*call) (string, error) { return bench.NewUUID(bench.Entropy()) },
		authenticated: func(_ Account, ok bool) bool { return ok },
		identified:    func(a Account, t interops.ContextToken) bool { return a.ID == t.NameID.Value },
		continues:     func(s session, a Account) bool { return s.person.ID == a.ID },
		rank:          (*Operator).rank,
		passive:       func(p passage) bool { return p.request != nil && p.request.IsPassive },
		forced:        func(p passage) bool { return p.request != nil && p.request.ForceAuthn },
		identifies:    func(m interops.Member) bool { return m.Plays(interops.IdentificationOperator) },
		describes:     func(*sso.Metadata, *sso.Sending, time.Time) {},
		vi:            func(*Operator, *call, passage, session, *interops.VI) {},
		deliver:       func(o *Operator, c *call, p passage, raw []byte) { o.post(c, p.acs, raw, p.relay) },
		ends:          func(ended, other session) bool { return ended.id == other.id },
		told:          func(all []visit) []visit { return all },
	}
}

// policyOf returns the honest policy with the neglects of that name.
func policyOf(names []string) (policy, error) {
	p := honest()
	err := bench.Commit(&p, slices.Concat(Flaws(), Behaviours()), names)
	return p, err
}
