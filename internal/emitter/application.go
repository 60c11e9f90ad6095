package emitter

import (
	"encoding/json"
	"errors"
	"fmt"
	"net/http"
	"strings"
	"sync"
	"unicode"
	"unicode/utf8"

	"etalon/internal/interops"
)

// IdentityHeader is that by which an application tells its gateway who calls: an interops.User as JSON.
const IdentityHeader = "X-Etalon-Identity"

// Limits of what an application may tell.
const (
	maxIdentity  = 16 << 10
	maxRequestID = 128
)

// ErrNoIdentity tells that an application names nobody.
var ErrNoIdentity = errors.New("read identity: the application names no user")

// Identity reads who calls from the header of that name, once and in the form that read knows. It refuses with
// ErrNoIdentity when there is none, and an identity that names nobody or no login, or that no message may carry.
func Identity(r *http.Request, name string, read func(text string) (interops.User, error)) (interops.User, error) {
	values := r.Header.Values(name)
	switch {
	case len(values) == 0:
		return interops.User{}, ErrNoIdentity
	case len(values) > 1:
		return interops.User{}, fmt.Errorf("read identity: header %s stands twice", name)
	case len(values[0]) > maxIdentity:
		return interops.User{}, fmt.Errorf("read identity: header %s is longer than %d bytes", name, maxIdentity)
	}
	u, err := read(values[0])
	if err == nil {
		err = sound(u)
	}
	if err != nil {
		return interops.User{}, fmt.Errorf("read identity: %w", err)
	}
	return u, nil
}

// IdentityJSON reads the identity that IdentityHeader holds.
func IdentityJSON(text string) (u interops.User, err error) {
	err = json.Unmarshal([]byte(text), &u)
	return u, err
}

// sound refuses a user who is nobody or has no login, and values that no message may carry.
func sound(u interops.User) error {
	switch {
	case strings.TrimSpace(u.ID) == "":
		return errors.New("it names nobody")
	case u.AuthnInstant.IsZero():
		return errors.New("it tells no login")
	}
	for _, value := range append([]string{u.ID, u.Format, u.Class}, u.PAGM...) {
		if !utf8.ValidString(value) || strings.ContainsFunc(value, unicode.IsControl) {
			return fmt.Errorf("value %.40q is no text", value)
		}
	}
	return nil
}

// RequestID is the X-Request-Id that an application gave, when it is one that a trace and a message may repeat; else a
// new one.
func (p *Party) RequestID(r *http.Request) (string, error) {
	id := r.Header.Get("X-Request-Id")
	unprintable := func(c rune) bool { return c <= ' ' || c > '~' }
	if id == "" || len(id) > maxRequestID || strings.ContainsFunc(id, unprintable) {
		return p.NewUUID()
	}
	return id, nil
}

// Underway counts the calls that a party is serving. The zero value has none.
type Underway struct {
	mu    sync.Mutex
	ended bool
	calls sync.WaitGroup
}

// Begin counts one more call; false once the party is closed. Each call that began ends with Done.
func (u *Underway) Begin() bool {
	u.mu.Lock()
	defer u.mu.Unlock()
	if !u.ended {
		u.calls.Add(1)
	}
	return !u.ended
}

// Done tells that a call is over.
func (u *Underway) Done() { u.calls.Done() }

// End lets no call begin any more, and waits for the others.
func (u *Underway) End() {
	u.mu.Lock()
	u.ended = true
	u.mu.Unlock()
	u.calls.Wait()
}
