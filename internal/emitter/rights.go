package emitter

import (
	"slices"
	"sync"
	"time"

	"etalon/internal/interops"
)

// Rights holds the rights of users, their last login that was seen, and who has logged out. It may be shared.
type Rights struct {
	mu     sync.Mutex
	rights []interops.Habilitation
	seen   map[string]time.Time // user to login
	out    map[string]time.Time // user to the last login that is over
}

// NewRights returns the register of those rights.
func NewRights(rights []interops.Habilitation) *Rights {
	r := &Rights{seen: map[string]time.Time{}, out: map[string]time.Time{}}
	for _, h := range rights {
		h.PAGM = slices.Clone(h.PAGM)
		r.rights = append(r.rights, h)
	}
	return r
}

// Covers tells whether a user holds every PAGM in a project, and asks for at least one.
func (r *Rights) Covers(user, project string, pagm []string) bool {
	return r.holds(user, pagm, func(h interops.Habilitation) bool { return h.Project == project })
}

// CoversSomewhere is Covers for whatever project.
func (r *Rights) CoversSomewhere(user string, pagm []string) bool {
	return r.holds(user, pagm, func(interops.Habilitation) bool { return true })
}

func (r *Rights) holds(user string, pagm []string, counts func(interops.Habilitation) bool) bool {
	r.mu.Lock()
	defer r.mu.Unlock()
	return len(pagm) > 0 && slices.ContainsFunc(r.rights, func(h interops.Habilitation) bool {
		return h.User == user && counts(h) && h.Covers(pagm)
	})
}

// First returns a right that someone holds.
func (r *Rights) First() interops.Habilitation {
	r.mu.Lock()
	defer r.mu.Unlock()
	i := slices.IndexFunc(r.rights, func(h interops.Habilitation) bool { return len(h.PAGM) > 0 })
	if i < 0 {
		return interops.Habilitation{}
	}
	return r.rights[i]
}

// Of returns the PAGM that a user holds in a project.
func (r *Rights) Of(user, project string) []string {
	r.mu.Lock()
	defer r.mu.Unlock()
	i := slices.IndexFunc(r.rights, func(h interops.Habilitation) bool { return h.User == user && h.Project == project })
	if i < 0 {
		return nil
	}
	return slices.Clone(r.rights[i].PAGM)
}

// Withdraw takes PAGM from a user in a project; all of them when none is named.
func (r *Rights) Withdraw(user, project string, pagm []string) {
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

// Grant gives a user PAGM in a project.
func (r *Rights) Grant(user, project string, pagm []string) {
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

// Logout ends the logins of a user that were seen; where none was, those made until now.
func (r *Rights) Logout(user string, now time.Time) {
	r.mu.Lock()
	defer r.mu.Unlock()
	last, ok := r.seen[user]
	if !ok {
		last = now
	}
	r.out[user] = last
}

// LoggedIn tells whether a login of that instant still stands, and remembers it.
func (r *Rights) LoggedIn(user string, login time.Time) bool {
	r.mu.Lock()
	defer r.mu.Unlock()
	if login.After(r.seen[user]) {
		r.seen[user] = login
	}
	out, gone := r.out[user]
	return !gone || login.After(out)
}
