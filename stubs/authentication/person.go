package authentication

import (
	"crypto/subtle"
	"slices"
	"sync"

	"etalon/internal/interops"
)

// Person is someone whom the operator can authenticate. Test persons are synthetic.
type Person struct {
	ID string // becomes the NameID
	// Format is the NameID format; unspecified when empty.
	Format string
	// Secret is what the person types, whatever the means: a sandbox has no cards.
	Secret string
	// Means are the names of the means that the person holds; all of the operator's when empty.
	Means []string
}

// holds tells whether a person has a means.
func (p Person) holds(means string) bool { return len(p.Means) == 0 || slices.Contains(p.Means, means) }

// register holds the persons and their rights. It may be shared.
type register struct {
	mu     sync.RWMutex
	people map[string]Person
	rights []interops.Habilitation
}

func newRegister(people []Person, rights []interops.Habilitation) *register {
	r := &register{people: map[string]Person{}}
	for _, p := range people {
		r.people[p.ID] = p
	}
	for _, h := range rights {
		h.PAGM = slices.Clone(h.PAGM)
		r.rights = append(r.rights, h)
	}
	return r
}

// authenticate returns the person of that name when the secret is theirs and they hold the means.
func (r *register) authenticate(id, secret, means string) (Person, bool) {
	p, known := r.find(id)
	same := subtle.ConstantTimeCompare([]byte(p.Secret), []byte(secret)) == 1
	return p, known && same && p.Secret != "" && p.holds(means)
}

// find returns the person of that name.
func (r *register) find(id string) (Person, bool) {
	r.mu.RLock()
	defer r.mu.RUnlock()
	p, known := r.people[id]
	return p, known
}

// granted returns the PAGM of a person in a project, of those that the project agrees (S18).
func (r *register) granted(person string, project interops.Project) []string {
	r.mu.RLock()
	defer r.mu.RUnlock()
	var all []string
	for _, h := range r.rights {
		if h.User != person || h.Project != project.Name {
			continue
		}
		for _, name := range h.PAGM {
			if _, agreed := project.Agreed(name); agreed && !slices.Contains(all, name) {
				all = append(all, name)
			}
		}
	}
	return all
}

// everywhere returns the PAGM of a person in every project, as only a flaw asks.
func (r *register) everywhere(person string) []string {
	r.mu.RLock()
	defer r.mu.RUnlock()
	var all []string
	for _, h := range r.rights {
		for _, name := range h.PAGM {
			if h.User == person && !slices.Contains(all, name) {
				all = append(all, name)
			}
		}
	}
	return all
}

// grant gives a person PAGM in a project.
func (r *register) grant(person, project string, pagm []string) {
	r.mu.Lock()
	defer r.mu.Unlock()
	r.rights = append(r.rights, interops.Habilitation{User: person, Project: project, PAGM: slices.Clone(pagm)})
}

// withdraw takes PAGM from a person in a project; all of them when none is named.
func (r *register) withdraw(person, project string, pagm []string) {
	r.mu.Lock()
	defer r.mu.Unlock()
	for i, h := range r.rights {
		if h.User == person && h.Project == project {
			r.rights[i].PAGM = slices.DeleteFunc(slices.Clone(h.PAGM), func(name string) bool {
				return len(pagm) == 0 || slices.Contains(pagm, name)
			})
		}
	}
}
