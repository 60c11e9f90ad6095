package service

import (
	"net/http"
	"net/url"
	"slices"
	"sync"
	"time"

	"etalon/internal/bench"
)

// A Response posted by a browser may have been put there by somebody else: nothing in the message ties it to the
// person at the keyboard, and an unsolicited one answers no request (P11). So a browser that already holds a session
// of one person never gets that of another behind her back: a page names the new identity, and she says whether she
// wants it. A browser without a session has nothing to lose but what is then entered under the wrong name; every page
// of ours says under which one it is.

// confirmLimit is how long a person may take to answer.
const confirmLimit = 5 * time.Minute

// maxConfirmations bounds the questions that wait for an answer.
const maxConfirmations = 1 << 12

// confirmation is a session that waits for the word of the person.
type confirmation struct {
	session session
	target  string
	from    []string // sessions that it takes the place of
	until   time.Time
}

// confirmations wait, by the secret of their page.
type confirmations struct {
	mu       sync.Mutex
	bySecret map[string]confirmation
}

func newConfirmations() *confirmations { return &confirmations{bySecret: map[string]confirmation{}} }

func (c *confirmations) keep(secret string, one confirmation, now time.Time) error {
	c.mu.Lock()
	defer c.mu.Unlock()
	for s, other := range c.bySecret {
		if !now.Before(other.until) {
			delete(c.bySecret, s)
		}
	}
	if len(c.bySecret) >= maxConfirmations {
		return errSessionsFull
	}
	c.bySecret[secret] = one
	return nil
}

// take returns a confirmation once.
func (c *confirmations) take(secret string, now time.Time) (confirmation, bool) {
	c.mu.Lock()
	defer c.mu.Unlock()
	one, ok := c.bySecret[secret]
	delete(c.bySecret, secret)
	return one, ok && now.Before(one.until)
}

func (c *confirmations) clear() {
	c.mu.Lock()
	defer c.mu.Unlock()
	c.bySecret = map[string]confirmation{}
}

// ask keeps a session that would replace that of another person, and returns the page that asks.
func (s *Service) ask(v *visit, one session, target string, held []session) answer {
	secret, err := newSecret(bench.Entropy())
	if err == nil {
		c := confirmation{session: one, target: target, until: v.now.Add(confirmLimit)}
		for _, h := range held {
			c.from = append(c.from, h.id)
		}
		err = s.waiting.keep(secret, c, v.now)
	}
	if err != nil {
		return s.unavailable(v, err)
	}
	return s.page(v, http.StatusOK, pageConfirm, map[string]string{
		"User": one.user, "Held": held[0].user, "Action": v.face.base + confirmPath, "Secret": secret, "Home": v.face.base + appPath,
	})
}

// confirm takes the answer of the person: only from our own page, and from the browser that holds the session that
// is to be replaced.
func (s *Service) confirm(v *visit) answer {
	form, err := url.ParseQuery(string(v.incoming.Raw))
	if err != nil || v.foreign() {
		return s.forbidden(v, "La confirmation ne vient pas de cette page.")
	}
	c, ok := s.waiting.take(form.Get("confirmation"), v.now)
	if !ok || c.session.face != v.face.service.Name {
		return s.forbidden(v, "La confirmation est trop ancienne, ou déjà donnée.")
	}
	held := slices.ContainsFunc(v.request.CookiesNamed(cookieSession), func(k *http.Cookie) bool { return slices.Contains(c.from, k.Value) })
	if !held {
		return s.forbidden(v, "La confirmation ne vient pas du navigateur qui tient la session.")
	}
	for _, id := range c.from {
		s.sessions.end(id)
	}
	return s.admit(v, c.session, c.target)
}

// foreign tells whether a form comes from a page of another site.
func (v *visit) foreign() bool {
	origin := v.request.Header.Get("Origin")
	return origin != "" && origin != v.service.origin() || v.request.Header.Get("Sec-Fetch-Site") == "cross-site"
}
