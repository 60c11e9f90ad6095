package portal

import (
	"net/http"
	"sync"
	"sync/atomic"
	"time"

	"etalon/internal/emitter"
	"etalon/internal/interops"
)

// cookieName is that of the home session.
const cookieName = "portail"

// session is an agent's session at home, with what she opened outside.
type session struct {
	user   interops.User
	out    map[string]*outward // by service
	closed atomic.Bool         // ended, but kept by a flaw
}

func newSession(user interops.User) *session { return &session{user: user, out: map[string]*outward{}} }

// outward is a session at a partner, which the portal holds for the agent: the partner's cookies never reach her
// browser.
type outward struct {
	target       target
	user         string
	project      string
	pagm         string         // the rights that it was opened with
	jar          http.CookieJar // nil where the agent's browser holds the session
	opened, seen time.Time
}

// sessions are those of every agent, with what each has outside. They may be shared.
type sessions struct {
	emitter.Sessions[*session]
	mu sync.Mutex // of what is outside
}

// end forgets the sessions for which it holds, and returns what they had opened outside.
func (s *sessions) end(holds func(*session) bool) []*outward {
	return s.outside(s.End(holds)...)
}

// outside lists what sessions have open at partners.
func (s *sessions) outside(all ...*session) []*outward {
	s.mu.Lock()
	defer s.mu.Unlock()
	var open []*outward
	for _, one := range all {
		for _, o := range one.out {
			open = append(open, o)
		}
	}
	return open
}

// outward returns the session that an agent has with a service, under the same rights and still within its bounds, and
// counts its use.
func (s *sessions) outward(one *session, service, pagm string, within emitter.Bounds, now time.Time) (*outward, bool) {
	s.mu.Lock()
	defer s.mu.Unlock()
	o, ok := one.out[service]
	if !ok || o.pagm != pagm || now.Sub(o.seen) >= within.Idle || now.Sub(o.opened) >= within.Absolute {
		return nil, false
	}
	o.seen = now
	return o, true
}

// replace keeps the session that an agent has with a service, none when it is nil, and returns the one before.
func (s *sessions) replace(one *session, service string, o *outward) *outward {
	s.mu.Lock()
	defer s.mu.Unlock()
	before := one.out[service]
	delete(one.out, service)
	if o != nil {
		one.out[service] = o
	}
	return before
}

// withdrawn takes the sessions that a user has outside under a project out of hers, and returns them.
func (s *sessions) withdrawn(user, project string) []*outward {
	hers := s.of(user)
	s.mu.Lock()
	defer s.mu.Unlock()
	var over []*outward
	for _, one := range hers {
		for service, o := range one.out {
			if project == "" || o.project == project {
				delete(one.out, service)
				over = append(over, o)
			}
		}
	}
	return over
}

// of returns the sessions of a user.
func (s *sessions) of(user string) []*session {
	return s.Where(func(one *session) bool { return one.user.ID == user })
}

// inherit gives a session what another has open outside, and forgets that one, as only a flaw does.
func (s *sessions) inherit(before, next *session) {
	s.End(func(one *session) bool { return one == before })
	s.mu.Lock()
	defer s.mu.Unlock()
	if before != nil {
		next.out = before.out
	}
}
