package portal

import (
	"encoding/base64"
	"errors"
	"fmt"
	"io"
	"net/http"
	"sync"
	"sync/atomic"
	"time"

	"etalon/internal/bench"
	"etalon/internal/interops"
)

// cookieName is that of the home session.
const cookieName = "portail"

// maxSessions bounds what the portal remembers.
const maxSessions = 1 << 14

// bounds are how long a session lives without use, and at all (P12-N2).
type bounds struct{ idle, absolute time.Duration }

var sound = bounds{idle: 30 * time.Minute, absolute: 8 * time.Hour}

var errTooManySessions = errors.New("open session: too many are open")

// session is an agent's session at home, with what she opened outside. Its key is the cookie's value.
type session struct {
	key           string
	user          interops.User
	created, seen time.Time
	out           map[string]*outward // by service
	closed        atomic.Bool         // ended, but kept by a flaw
}

// outward is a session at a partner, which the portal holds for the agent: the partner's cookies never reach her
// browser.
type outward struct {
	target       target
	user         string
	project      string
	pagm         string // the rights that it was opened with
	jar          http.CookieJar
	opened, seen time.Time
}

// sessions are those of every agent. They may be shared.
type sessions struct {
	mu    sync.Mutex
	byKey map[string]*session
}

func newSessions() *sessions { return &sessions{byKey: map[string]*session{}} }

// open keeps a new session under a new key.
func (s *sessions) open(user interops.User, now time.Time) (*session, error) {
	var secret [32]byte
	if _, err := io.ReadFull(bench.Entropy(), secret[:]); err != nil {
		return nil, fmt.Errorf("draw session key: %w", err)
	}
	one := &session{
		key: base64.RawURLEncoding.EncodeToString(secret[:]), user: user, created: now, seen: now, out: map[string]*outward{},
	}
	s.mu.Lock()
	defer s.mu.Unlock()
	if len(s.byKey) >= maxSessions {
		return nil, errTooManySessions
	}
	s.byKey[one.key] = one
	return one, nil
}

// find returns the live session of a key, and counts its use. One that is over by then is forgotten, and what it had
// opened outside is returned to be closed.
func (s *sessions) find(key string, within bounds, now time.Time) (one *session, over []*outward) {
	s.mu.Lock()
	defer s.mu.Unlock()
	one, ok := s.byKey[key]
	switch {
	case !ok:
		return nil, nil
	case now.Sub(one.seen) >= within.idle || now.Sub(one.created) >= within.absolute:
		return nil, s.forget(one)
	}
	one.seen = now
	return one, nil
}

// end forgets every session for which it holds, and returns what they had opened outside.
func (s *sessions) end(holds func(*session) bool) []*outward {
	s.mu.Lock()
	defer s.mu.Unlock()
	var over []*outward
	for _, one := range s.byKey {
		if holds(one) {
			over = append(over, s.forget(one)...)
		}
	}
	return over
}

// forget drops a session under the lock.
func (s *sessions) forget(one *session) []*outward {
	delete(s.byKey, one.key)
	var over []*outward
	for _, o := range one.out {
		over = append(over, o)
	}
	return over
}

// outward returns the session that an agent has with a service, under the same rights and still within its bounds, and
// counts its use.
func (s *sessions) outward(one *session, service, pagm string, within bounds, now time.Time) (*outward, bool) {
	s.mu.Lock()
	defer s.mu.Unlock()
	o, ok := one.out[service]
	if !ok || o.pagm != pagm || now.Sub(o.seen) >= within.idle || now.Sub(o.opened) >= within.absolute {
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
	s.mu.Lock()
	defer s.mu.Unlock()
	var over []*outward
	for _, one := range s.byKey {
		for service, o := range one.out {
			if one.user.ID == user && (project == "" || o.project == project) {
				delete(one.out, service)
				over = append(over, o)
			}
		}
	}
	return over
}

// of returns the sessions of a user.
func (s *sessions) of(user string) []*session {
	s.mu.Lock()
	defer s.mu.Unlock()
	var all []*session
	for _, one := range s.byKey {
		if one.user.ID == user {
			all = append(all, one)
		}
	}
	return all
}

// inherit gives a session what another has open outside, and forgets that one, as only a flaw does.
func (s *sessions) inherit(before, next *session) {
	s.mu.Lock()
	defer s.mu.Unlock()
	if before == nil {
		return
	}
	next.out = before.out
	delete(s.byKey, before.key)
}

// outside tells whether a session has anything open at a partner.
func (s *sessions) outside(one *session) bool {
	s.mu.Lock()
	defer s.mu.Unlock()
	return len(one.out) > 0
}
