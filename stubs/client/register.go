package client

import (
	"slices"
	"sync"
	"time"

	"etalon/internal/interops"
)

// register holds the rights of users, their last login that was seen, and who has logged out. It may be shared.
type register struct {
	mu     sync.Mutex
	rights []interops.Habilitation
	seen   map[string]time.Time // user to login
	out    map[string]time.Time // user to the last login that is over
}

func newRegister(rights []interops.Habilitation) *register {
	r := &register{seen: map[string]time.Time{}, out: map[string]time.Time{}}
	for _, h := range rights {
		h.PAGM = slices.Clone(h.PAGM)
		r.rights = append(r.rights, h)
	}
	return r
}

// covers tells whether a user holds every PAGM in a project, and asks for at least one.
func (r *register) covers(user, project string, pagm []string) bool {
	return r.holds(user, pagm, func(h interops.Habilitation) bool { return h.Project == project })
}

// coversSomewhere is covers for whatever project.
func (r *register) coversSomewhere(user string, pagm []string) bool {
	return r.holds(user, pagm, func(interops.Habilitation) bool { return true })
}

func (r *register) holds(user string, pagm []string, counts func(interops.Habilitation) bool) bool {
	r.mu.Lock()
	defer r.mu.Unlock()
	return len(pagm) > 0 && slices.ContainsFunc(r.rights, func(h interops.Habilitation) bool {
		return h.User == user && counts(h) && h.Covers(pagm)
	})
}

// first returns a right that someone holds.
func (r *register) first() interops.Habilitation {
	r.mu.Lock()
	defer r.mu.Unlock()
	i := slices.IndexFunc(r.rights, func(h interops.Habilitation) bool { return len(h.PAGM) > 0 })
	if i < 0 {
		return interops.Habilitation{}
	}
	return r.rights[i]
}

// withdraw takes PAGM from a user in a project; all of them when none is named.
func (r *register) withdraw(user, project string, pagm []string) {
	r.mu.Lock()
	defer r.mu.Unlock()
	for i, h := range r.rights {
		if h.User == user && h.Project == project {
			r.rights[i].PAGM = slices.DeleteFunc(slices.Clone(h.PAGM), func(p string) bool {
				return len(pagm) == 0 || slices.Contains(pagm, p)
			})
		}
	}
}

// grant gives a user PAGM in a project.
func (r *register) grant(user, project string, pagm []string) {
	r.mu.Lock()
	defer r.mu.Unlock()
	i := slices.IndexFunc(r.rights, func(h interops.Habilitation) bool { return h.User == user && h.Project == project })
	if i < 0 {
		r.rights = append(r.rights, interops.Habilitation{User: user, Project: project})
		i = len(r.rights) - 1
	}
	for _, p := range pagm {
		if !slices.Contains(r.rights[i].PAGM, p) {
			r.rights[i].PAGM = append(slices.Clone(r.rights[i].PAGM), p)
		}
	}
}

// logout ends the logins of a user that were seen; where none was, those made until now.
func (r *register) logout(user string, now time.Time) {
	r.mu.Lock()
	defer r.mu.Unlock()
	last, ok := r.seen[user]
	if !ok {
		last = now
	}
	r.out[user] = last
}

// loggedIn tells whether a login of that instant still stands, and remembers it.
func (r *register) loggedIn(user string, login time.Time) bool {
	r.mu.Lock()
	defer r.mu.Unlock()
	if login.After(r.seen[user]) {
		r.seen[user] = login
	}
	out, gone := r.out[user]
	return !gone || login.After(out)
}
