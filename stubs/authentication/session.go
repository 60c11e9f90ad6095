package authentication

import (
	"errors"
	"slices"
	"sync"
	"time"

	"etalon/internal/interops"
)

// How long a session lasts, on the protocol clock: unused, and at most.
const (
	idleSession    = 30 * time.Minute
	longestSession = 8 * time.Hour
)

// maxSessions bounds the memory of sessions.
const maxSessions = 1 << 16

// errSessionsFull tells that no more sessions can be held: nobody else gets in.
var errSessionsFull = errors.New("open session: too many are open")

// session is one person authenticated by this operator in one browser.
type session struct {
	id     string // the cookie's value: a secret, renewed at each login
	index  string // SessionIndex (S19)
	person Account
	means  interops.Means
	login  time.Time // AuthnInstant of every VI (S12)
	used   time.Time
	// identified is the assurance of another operator, where one came (C06, C08); nil when ours is the only one.
	identified *interops.ContextToken
	visits     []visit
}

// visit is a service operator that got a VI in a session: who must hear of its end (D01).
type visit struct {
	organism string
	project  interops.Project
	vi       interops.VI // the last one sent there
}

// alive tells whether a session still serves at an instant (S01-N2).
func (s session) alive(now time.Time) bool {
	return now.Before(s.used.Add(idleSession)) && now.Before(s.login.Add(longestSession))
}

// visit returns what was sent to a service operator; visited tells whether anything was.
func (s session) visit(organism string) visit {
	i := slices.IndexFunc(s.visits, func(v visit) bool { return v.organism == organism })
	if i < 0 {
		return visit{organism: organism}
	}
	return s.visits[i]
}

func (s session) visited(organism string) bool {
	return slices.ContainsFunc(s.visits, func(v visit) bool { return v.organism == organism })
}

// sessions are those of all browsers. A session that is over is kept for as long as the services that it visited may
// hold one of theirs: its end can still be told to them. It may be shared.
type sessions struct {
	mu   sync.Mutex
	byID map[string]*session
}

func newSessions() *sessions { return &sessions{byID: map[string]*session{}} }

// open keeps a new session.
func (all *sessions) open(s session, now time.Time) error {
	all.mu.Lock()
	defer all.mu.Unlock()
	if len(all.byID) >= maxSessions {
		for id, old := range all.byID {
			if !now.Before(old.login.Add(2 * longestSession)) {
				delete(all.byID, id)
			}
		}
	}
	if len(all.byID) >= maxSessions {
		return errSessionsFull
	}
	all.byID[s.id] = &s
	return nil
}

// find returns the session of that identifier when it is alive as alive says, and counts its use.
func (all *sessions) find(id string, now time.Time, alive func(session, time.Time) bool) (session, bool) {
	all.mu.Lock()
	defer all.mu.Unlock()
	s, known := all.byID[id]
	if !known || id == "" || !alive(*s, now) {
		return session{}, false
	}
	s.used = now
	return *s, true
}

// renew makes a session that of a new login of the same person, under a new identifier: its SessionIndex and the
// services that it visited stay. False when it has ended meanwhile.
func (all *sessions) renew(id string, login session) (session, bool) {
	all.mu.Lock()
	defer all.mu.Unlock()
	s, known := all.byID[id]
	if !known {
		return session{}, false
	}
	delete(all.byID, id)
	login.index, login.visits = s.index, s.visits
	if login.identified == nil {
		login.identified = s.identified
	}
	all.byID[login.id] = &login
	return login, true
}

// visit notes that a VI goes to a service operator; false when the session has ended meanwhile: then nothing may leave.
// again tells that the session has sent a VI before.
func (all *sessions) visit(id string, v visit) (again, ok bool) {
	all.mu.Lock()
	defer all.mu.Unlock()
	s, known := all.byID[id]
	if !known {
		return false, false
	}
	again = len(s.visits) > 0
	visits := slices.DeleteFunc(slices.Clone(s.visits), func(old visit) bool { return old.organism == v.organism })
	s.visits = append(visits, v)
	return again, true
}

// end removes the sessions for which is holds, and returns them.
func (all *sessions) end(is func(session) bool) []session {
	all.mu.Lock()
	defer all.mu.Unlock()
	var ended []session
	for id, s := range all.byID {
		if is(*s) {
			delete(all.byID, id)
			ended = append(ended, *s)
		}
	}
	return ended
}

// first returns a session for which is holds.
func (all *sessions) first(is func(session) bool) (session, bool) {
	all.mu.Lock()
	defer all.mu.Unlock()
	for _, s := range all.byID {
		if is(*s) {
			return *s, true
		}
	}
	return session{}, false
}

// holder returns who holds the session of an index (D03).
func (all *sessions) holder(index string) (nameID string, known bool) {
	s, known := all.first(func(s session) bool { return s.index == index })
	return s.person.ID, known
}
