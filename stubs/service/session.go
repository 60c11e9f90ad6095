package service

import (
	"encoding/base64"
	"errors"
	"io"
	"net/http"
	"sync"
	"time"

	"etalon/internal/saml"
)

// Lengths of a session (§7): whatever the VI allows, it ends when nobody uses it, and at the end of a working day.
const (
	idleLimit     = 30 * time.Minute
	absoluteLimit = 8 * time.Hour
	maxSessions   = 1 << 14
)

// Cookies of the receiver. The session's is not sent along by a browser when another site posts (SameSite=Lax); in
// the transport browser-post the other one is, and tells the ACS alone which session the browser has, so that a
// session is never replaced behind the back of whoever holds it (P11).
const (
	cookieSession = "session"
	cookieBrowser = "navigateur"
)

// errSessionsFull tells that too many sessions are alive to open one more.
var errSessionsFull = errors.New("open session: too many are alive")

// session is what a VI was transcribed into (P10).
type session struct {
	id      string
	browser string // value of cookieBrowser; empty where there is none
	face    string // Service.Name
	issuer  string
	user    string
	index   string   // SessionIndex, by which an operator ends it
	pagm    []string // agreed profiles
	judged  saml.Judged
	peer    string // TLS identity of the partner that opened it; empty where browsers come by themselves
	blind   bool   // a flaw let it open: its profiles are not looked at
	free    bool   // its service asks for no profile

	created, seen time.Time
	end           time.Time // SessionNotOnOrAfter; zero when there is none
}

// who tells whether two sessions are of the same person.
func (s *session) who(other *session) bool { return s.issuer == other.issuer && s.user == other.user }

// opens tells whether one of the session's profiles opens an operation (P09).
func (s *session) opens(operation string) bool {
	if s.blind || s.free {
		return true
	}
	j := s.judged
	j.VI.PAGM = s.pagm
	return j.Opens(operation)
}

// bounds are the limits of sessions that are respected.
type bounds struct{ end, idle, absolute bool }

// alive tells whether a session may be used at an instant (P08).
func (b bounds) alive(s *session, now time.Time) bool {
	switch {
	case b.end && !s.end.IsZero() && !now.Before(s.end):
		return false
	case b.idle && !now.Before(s.seen.Add(idleLimit)):
		return false
	case b.absolute && !now.Before(s.created.Add(absoluteLimit)):
		return false
	}
	return true
}

// sessions are those that are open. They may be shared by several goroutines.
type sessions struct {
	mu   sync.Mutex
	byID map[string]*session
	// over tells, by SessionIndex, who held a session that ended: an operator may still ask for its end.
	over map[string]string
}

func newSessions() *sessions {
	return &sessions{byID: map[string]*session{}, over: map[string]string{}}
}

// open keeps a session. Those that are over make room.
func (s *sessions) open(one *session, b bounds, now time.Time) error {
	s.mu.Lock()
	defer s.mu.Unlock()
	if len(s.byID) >= maxSessions {
		for id, other := range s.byID {
			if !b.alive(other, now) {
				delete(s.byID, id)
			}
		}
	}
	if len(s.byID) >= maxSessions {
		return errSessionsFull
	}
	s.byID[one.id] = one
	return nil
}

// find returns a copy of the session that lives under an identifier and counts its use, or none.
func (s *sessions) find(id string, b bounds, now time.Time) (session, bool) {
	s.mu.Lock()
	defer s.mu.Unlock()
	one, ok := s.byID[id]
	if !ok {
		return session{}, false
	}
	if !b.alive(one, now) {
		delete(s.byID, id)
		return session{}, false
	}
	one.seen = now
	return *one, true
}

// ofBrowser returns the sessions that live in a browser, by the value of cookieBrowser.
func (s *sessions) ofBrowser(value string, b bounds, now time.Time) []session {
	if value == "" {
		return nil
	}
	return s.where(func(one *session) bool { return one.browser == value && b.alive(one, now) })
}

// where returns copies of the sessions for which is holds.
func (s *sessions) where(is func(*session) bool) []session {
	s.mu.Lock()
	defer s.mu.Unlock()
	var found []session
	for _, one := range s.byID {
		if is(one) {
			found = append(found, *one)
		}
	}
	return found
}

// end closes a session; false when there was none.
func (s *sessions) end(id string) bool {
	s.mu.Lock()
	defer s.mu.Unlock()
	one, there := s.byID[id]
	delete(s.byID, id)
	if there && one.index != "" {
		if len(s.over) >= maxSessions {
			clear(s.over)
		}
		s.over[one.index] = one.user
	}
	return there
}

// former returns who held the session of an index that ended.
func (s *sessions) former(index string) (string, bool) {
	s.mu.Lock()
	defer s.mu.Unlock()
	user, there := s.over[index]
	return user, there
}

func (s *sessions) clear() {
	s.mu.Lock()
	defer s.mu.Unlock()
	s.byID = map[string]*session{}
}

// secretLength is that of what newSecret draws.
var secretLength = base64.RawURLEncoding.EncodedLen(32)

// newSecret draws an identifier that nobody can guess: 256 bits.
func newSecret(r io.Reader) (string, error) {
	var b [32]byte
	if _, err := io.ReadFull(r, b[:]); err != nil {
		return "", err
	}
	return base64.RawURLEncoding.EncodeToString(b[:]), nil
}

// cookie is the honest cookie of a session with a face.
func cookie(f face, id string) *http.Cookie {
	return &http.Cookie{
		Name: cookieSession, Value: id, Path: f.base + "/", Secure: true, HttpOnly: true, SameSite: http.SameSiteLaxMode,
	}
}

// browserCookie tells the ACS, and it alone, which session the browser has.
func browserCookie(f face, value string) *http.Cookie {
	return &http.Cookie{
		Name: cookieBrowser, Value: value, Path: f.base + acsPath, Secure: true, HttpOnly: true, SameSite: http.SameSiteNoneMode,
	}
}
