package client

import (
	"maps"
	"slices"
	"strings"
	"sync"
	"time"

	"etalon/internal/interops"
)

// vaultKey is what one VI may serve: a user with one login, one service, one set of rights (L02, L03).
type vaultKey struct {
	user, class, format    string
	service, project, pagm string
	authn                  int64 // the login's instant
}

// vault keeps VIs for reuse within their life. It may be shared.
type vault struct {
	mu   sync.Mutex
	kept map[vaultKey]interops.VI
}

func newVault() *vault { return &vault{kept: map[vaultKey]interops.VI{}} }

// find returns the VI kept under a key.
func (v *vault) find(k vaultKey) (interops.VI, bool) {
	v.mu.Lock()
	defer v.mu.Unlock()
	vi, ok := v.kept[k]
	return vi, ok
}

// put keeps a VI under a key, and forgets those that are over.
func (v *vault) put(k vaultKey, vi interops.VI, now time.Time) {
	v.mu.Lock()
	defer v.mu.Unlock()
	maps.DeleteFunc(v.kept, func(_ vaultKey, old interops.VI) bool { return !now.Before(old.NotOnOrAfter) })
	v.kept[k] = vi
}

// drop forgets the VI of a key.
func (v *vault) drop(k vaultKey) {
	v.mu.Lock()
	defer v.mu.Unlock()
	delete(v.kept, k)
}

// purge forgets every VI of a user (L04).
func (v *vault) purge(user string) {
	v.mu.Lock()
	defer v.mu.Unlock()
	maps.DeleteFunc(v.kept, func(k vaultKey, _ interops.VI) bool { return k.user == user })
}

// clear forgets every VI: what a restart does.
func (v *vault) clear() {
	v.mu.Lock()
	defer v.mu.Unlock()
	clear(v.kept)
}

// pagmKey is a set of rights as a key.
func pagmKey(pagm []string) string {
	sorted := slices.Clone(pagm)
	slices.Sort(sorted)
	return strings.Join(sorted, "\x00")
}
