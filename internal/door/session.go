package door

import (
	"context"
	"crypto/sha256"
	"net/http"
	"sync"
	"time"

	"etalon/internal/bench"
)

// session is one browser in which a person signed in.
type session struct {
	Person
	used, until time.Time
	open        int // requests that it makes at this moment
	// ended is done when the session is: what its browser still follows ends with it.
	ended context.Context
	end   context.CancelFunc
}

// sessions are those that live. They are known by a digest of what the browser keeps, and end with the program.
type sessions struct {
	idle, life time.Duration

	mu  sync.Mutex
	all map[[sha256.Size]byte]*session
}

// The bounds of sessions: of one person, and in all. Who opens more ends the one that was used the longest ago.
const (
	maxOwnSessions = 20
	maxSessions    = 5000
)

// begin opens a session and returns the secret that its browser is to keep. It ends with what let the person in, unless that
// instant is zero.
func (s *sessions) begin(p Person, until, now time.Time) string {
	secret := bench.NewSecret()
	if longest := now.Add(s.life); until.IsZero() || until.After(longest) {
		until = longest
	}
	ended, end := context.WithTimeout(context.Background(), until.Sub(now))
	s.mu.Lock()
	defer s.mu.Unlock()
	for key, one := range s.all {
		if s.over(one, now) {
			s.drop(key)
		}
	}
	s.room(maxOwnSessions, func(one *session) bool { return one.Person == p })
	s.room(maxSessions, func(*session) bool { return true })
	if s.all == nil {
		s.all = map[[sha256.Size]byte]*session{}
	}
	s.all[sha256.Sum256([]byte(secret))] = &session{Person: p, used: now, until: until, ended: ended, end: end}
	return secret
}

// room ends the oldest of some where there are as many as may be.
func (s *sessions) room(most int, of func(*session) bool) {
	many := 0
	var oldest *session
	var at [sha256.Size]byte
	for key, one := range s.all {
		if of(one) {
			if many++; oldest == nil || one.used.Before(oldest.used) {
				oldest, at = one, key
			}
		}
	}
	if many >= most {
		s.drop(at)
	}
}

func (s *sessions) over(one *session, now time.Time) bool {
	return one.open == 0 && now.Sub(one.used) >= s.idle || !now.Before(one.until)
}

func (s *sessions) drop(key [sha256.Size]byte) {
	s.all[key].end()
	delete(s.all, key)
}

// of is the session of a secret, which is being used until left; nil when it is over, or never was.
func (s *sessions) of(secret string, now time.Time) *session {
	key := sha256.Sum256([]byte(secret))
	s.mu.Lock()
	defer s.mu.Unlock()
	one := s.all[key]
	if one == nil {
		return nil
	}
	if s.over(one, now) {
		s.drop(key)
		return nil
	}
	one.used = now
	one.open++
	return one
}

// left tells that a request of a session has ended: who follows what happens is not idle.
func (s *sessions) left(one *session, now time.Time) {
	s.mu.Lock()
	defer s.mu.Unlock()
	one.open--
	one.used = now
}

// finish ends the session of a secret, if there is one.
func (s *sessions) finish(secret string) {
	key := sha256.Sum256([]byte(secret))
	s.mu.Lock()
	defer s.mu.Unlock()
	if s.all[key] != nil {
		s.drop(key)
	}
}

// Names of cookies: what a browser keeps of a session, and of a login that began at the provider.
const (
	sessionCookie = "etalon"
	loginCookie   = "etalon-login"
)

// cookieName binds a cookie to this very host where the link is TLS (RFC 6265bis §4.1.3.2); without, on this machine alone,
// no browser would take it so.
func cookieName(r *http.Request, name string) string {
	if r.TLS != nil {
		return "__Host-" + name
	}
	return name
}

// kept is what a browser keeps under a name; empty when nothing.
func kept(r *http.Request, name string) string {
	cookie, err := r.Cookie(cookieName(r, name))
	if err != nil {
		return ""
	}
	return cookie.Value
}

// keep has a browser keep a secret, until it ends; nothing has it forget. A link from elsewhere may show a page, and no more:
// what changes something is posted, and never from another site (SameSite=Lax, and the Origin that is checked).
func keep(w http.ResponseWriter, r *http.Request, name, secret string) {
	cookie := &http.Cookie{Name: cookieName(r, name), Value: secret, Path: "/", HttpOnly: true, Secure: r.TLS != nil, SameSite: http.SameSiteLaxMode}
	if secret == "" {
		cookie.MaxAge = -1
	}
	http.SetCookie(w, cookie)
}
