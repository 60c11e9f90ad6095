package authentication

import (
	"errors"
	"sync"
	"time"

	"etalon/internal/interops"
	"etalon/internal/sso"
)

// passage is what a browser came for: a service, the operator's own page when there is none, or the authentication
// that follows an identification elsewhere.
type passage struct {
	target *target
	// request is the AuthnRequest that asked; nil for a rebond that starts here.
	request *sso.AuthnRequest
	acs     string
	relay   string
	// identified is the context token that brought the person; nil when none did.
	identified *interops.ContextToken
	// fresh tells that a login must be made whatever session there is (ForceAuthn, context token).
	fresh bool
}

// pendingLife is how long a login page may stay open, on the protocol clock.
const pendingLife = 10 * time.Minute

// maxPending bounds the memory of login pages.
const maxPending = 1 << 15

var errPendingFull = errors.New("remember login page: too many are open")

// pending are the login pages that were shown: what each was for, and in which browser. It may be shared.
type pending struct {
	mu      sync.Mutex
	byToken map[string]page
}

// page is one login page; browser is the cookie of the browser to which it was shown.
type page struct {
	browser string
	passage passage
	until   time.Time
}

func newPending() *pending { return &pending{byToken: map[string]page{}} }

// keep remembers a page under a token.
func (p *pending) keep(token string, shown page, now time.Time) error {
	p.mu.Lock()
	defer p.mu.Unlock()
	if len(p.byToken) >= maxPending {
		for old, is := range p.byToken {
			if !now.Before(is.until) {
				delete(p.byToken, old)
			}
		}
	}
	if len(p.byToken) >= maxPending {
		return errPendingFull
	}
	shown.until = now.Add(pendingLife)
	p.byToken[token] = shown
	return nil
}

// find returns the passage of a page that was shown to a browser; another browser finds nothing.
func (p *pending) find(token, browser string, now time.Time) (passage, bool) {
	p.mu.Lock()
	defer p.mu.Unlock()
	shown, known := p.byToken[token]
	if !known || browser == "" || shown.browser != browser || !now.Before(shown.until) {
		return passage{}, false
	}
	return shown.passage, true
}

// drop forgets a page: a login serves once. False when another request has used it.
func (p *pending) drop(token string) bool {
	p.mu.Lock()
	defer p.mu.Unlock()
	_, known := p.byToken[token]
	delete(p.byToken, token)
	return known
}
