package emitter

import (
	"errors"
	"net/http"
	"sync"
	"time"

	"etalon/internal/bench"
)

// Bounds are how long a session lives without use, and at all, by the protocol clock.
type Bounds struct{ Idle, Absolute time.Duration }

// SoundBounds are those of an honest party.
var SoundBounds = Bounds{Idle: 30 * time.Minute, Absolute: 8 * time.Hour}

// maxSessions bounds what a party remembers.
const maxSessions = 1 << 14

var errTooManySessions = errors.New("open session: too many are open")

// Sessions are those that browsers hold with a party, by the value of their cookie. The zero value has none; it may be
// shared.
type Sessions[T any] struct {
	mu    sync.Mutex
	byKey map[string]*held[T]
}

type held[T any] struct {
	value         T
	created, seen time.Time
}

// Open keeps a session and returns its key, which no one knew before (P06).
func (s *Sessions[T]) Open(value T, now time.Time) (string, error) {
	key := bench.NewSecret()
	s.mu.Lock()
	defer s.mu.Unlock()
	if len(s.byKey) >= maxSessions {
		return "", errTooManySessions
	}
	if s.byKey == nil {
		s.byKey = map[string]*held[T]{}
	}
	s.byKey[key] = &held[T]{value, now, now}
	return key, nil
}

// Find returns the session of a key, and counts its use. One that is over by then is forgotten: it is returned a last
// time, not alive.
func (s *Sessions[T]) Find(key string, within Bounds, now time.Time) (value T, there, alive bool) {
	s.mu.Lock()
	defer s.mu.Unlock()
	one, there := s.byKey[key]
	if !there {
		return value, false, false
	}
	if now.Sub(one.seen) >= within.Idle || now.Sub(one.created) >= within.Absolute {
		delete(s.byKey, key)
		return one.value, true, false
	}
	one.seen = now
	return one.value, true, true
}

// Where returns the sessions for which it holds.
func (s *Sessions[T]) Where(holds func(T) bool) []T {
	s.mu.Lock()
	defer s.mu.Unlock()
	var all []T
	for _, one := range s.byKey {
		if holds(one.value) {
			all = append(all, one.value)
		}
	}
	return all
}

// End forgets every session for which it holds, and returns them.
func (s *Sessions[T]) End(holds func(T) bool) []T {
	s.mu.Lock()
	defer s.mu.Unlock()
	var over []T
	for key, one := range s.byKey {
		if holds(one.value) {
			delete(s.byKey, key)
			over = append(over, one.value)
		}
	}
	return over
}

// Cookie is that of a browser's session with a party; without key it ends the one that the browser has.
func Cookie(name, key string) *http.Cookie {
	c := &http.Cookie{Name: name, Value: key, Path: "/", Secure: true, HttpOnly: true, SameSite: http.SameSiteLaxMode}
	if key == "" {
		c.MaxAge = -1
	}
	return c
}

// Foreign tells whether a form comes from a page of another site.
func Foreign(r *http.Request) bool {
	origin := r.Header.Get("Origin")
	return origin != "" && origin != "https://"+r.Host || r.Header.Get("Sec-Fetch-Site") == "cross-site"
}
