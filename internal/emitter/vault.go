package emitter

import (
	"maps"
	"slices"
	"strings"
	"sync"
	"time"

	"etalon/internal/interops"
)

// Purpose is what one VI may serve: a user with one login, one service, one set of rights (L02, L03).
type Purpose struct {
	User, Class, Format    string
	Service, Project, PAGM string
	Authn                  int64 // the login's instant
}

// PurposeOf is that of a call for a user; the order of the rights counts for nothing.
func PurposeOf(u interops.User, project, service string) Purpose {
	pagm := slices.Sorted(slices.Values(u.PAGM))
	return Purpose{
		User: u.ID, Class: u.Class, Format: u.Format, Service: service, Project: project,
		PAGM: strings.Join(pagm, "\x00"), Authn: u.AuthnInstant.UnixNano(),
	}
}

// Vault keeps VIs for reuse within their life. The zero value is empty; it may be shared.
type Vault struct {
	mu   sync.Mutex
	kept map[Purpose]interops.VI
}

// Find returns the VI kept for a purpose.
func (v *Vault) Find(k Purpose) (interops.VI, bool) {
	v.mu.Lock()
	defer v.mu.Unlock()
	vi, ok := v.kept[k]
	return vi, ok
}

// Put keeps a VI for a purpose, and forgets those that are over.
func (v *Vault) Put(k Purpose, vi interops.VI, now time.Time) {
	v.mu.Lock()
	defer v.mu.Unlock()
	if v.kept == nil {
		v.kept = map[Purpose]interops.VI{}
	}
	maps.DeleteFunc(v.kept, func(_ Purpose, old interops.VI) bool { return !now.Before(old.NotOnOrAfter) })
	v.kept[k] = vi
}

// Drop forgets the VI of a purpose.
func (v *Vault) Drop(k Purpose) {
	v.mu.Lock()
	defer v.mu.Unlock()
	delete(v.kept, k)
}

// Purge forgets every VI of a user (L04).
func (v *Vault) Purge(user string) {
	v.mu.Lock()
	defer v.mu.Unlock()
	maps.DeleteFunc(v.kept, func(k Purpose, _ interops.VI) bool { return k.User == user })
}

// Clear forgets every VI: what a restart does.
func (v *Vault) Clear() {
	v.mu.Lock()
	defer v.mu.Unlock()
	clear(v.kept)
}
