package idp

import (
	"net/http"
	"net/url"
	"slices"
	"time"

	"etalon/internal/bench"
	"etalon/internal/emitter"
	"etalon/internal/oidc"
)

// The cookies: of the session in which a person stays logged in, and of the forms that a browser was given.
const (
	cookieSession = "identite"
	cookieForm    = "identite-formulaire"
)

// Fields of the forms, beside the parameters of the request: by password and code, by card, and what forms are known by.
const (
	fieldUser   = "identifiant"
	fieldSecret = "secret"
	fieldCode   = "code"
	fieldCard   = "carte"
	fieldPIN    = "pin"
	fieldRefuse = "refus"
	fieldStep   = "etape"
	fieldCSRF   = "jeton"
)

// session is the login of a person in a browser.
type session struct {
	account string
	means   Means
	at      time.Time // of the explicit login
	id      string    // sid of the tokens
	nonce   string    // of the request that brought it about
}

// stepLife is how long a first factor waits for the second.
const stepLife = 5 * time.Minute

// cookie is one of the provider's.
func (v *visit) cookie(name, value string) *http.Cookie {
	c := emitter.Cookie(name, value)
	v.policy.cookie(c)
	return c
}

// session finds that of the browser, if it is not over.
func (v *visit) session() (session, bool) {
	cookie, err := v.r.Cookie(cookieSession)
	if err != nil {
		return session{}, false
	}
	bounds := emitter.Bounds{Idle: v.policy.limit, Absolute: v.policy.limit}
	if v.policy.sliding {
		bounds.Absolute = forever
	}
	one, _, alive := v.sessions.Find(cookie.Value, bounds, v.now())
	if !alive {
		return session{}, false
	}
	return *one, true
}

// forever is longer than any session.
const forever = 100 * 365 * 24 * time.Hour

// logIn takes a form of the login pages.
func (v *visit) logIn() (answer, error) {
	if _, err := v.parameters(); err != nil {
		return v.unreadable(err)
	}
	form := v.r.PostForm
	g, refused, err := v.demand(form)
	if g == nil {
		return refused, err
	}
	switch {
	case !v.genuine():
		return v.ask(pageLogin, g, form, http.StatusForbidden, textStale, nil)
	case form.Has(fieldRefuse):
		return v.refuse(g, oidc.Refuse(oidc.AccessDenied, "the person refused"))
	case form.Has(fieldStep):
		return v.second(g, form)
	case form.Has(fieldCard):
		return v.card(g, form)
	}
	return v.first(g, form)
}

// card takes a card, and asks for its PIN: of a card that is nobody's too.
func (v *visit) card(g *grant, form url.Values) (answer, error) {
	a, _ := v.named(form.Get(fieldCard))
	return v.wait(g, form, pagePIN, session{account: a.id, means: Card})
}

// wait asks for the second factor of a login.
func (v *visit) wait(g *grant, form url.Values, page string, one session) (answer, error) {
	step := bench.NewSecret()
	one.at = v.now()
	v.mu.Lock()
	v.steps.Put(step, one)
	v.mu.Unlock()
	a, err := v.ask(page, g, form, http.StatusOK, "", map[string]string{fieldStep: step})
	if v.policy.halfway && err == nil && one.account != "" {
		if one.id, err = bench.NewUUID(v.ids); err != nil {
			return a, err
		}
		key, err := v.sessions.Open(&one, one.at)
		if err != nil {
			return a, err
		}
		a.Header.Add("Set-Cookie", v.cookie(cookieSession, key).String())
	}
	return a, err
}

// first takes a password, and asks for the code that goes with it.
func (v *visit) first(g *grant, form url.Values) (answer, error) {
	a, known := v.named(form.Get(fieldUser))
	switch {
	case !known || !same(a.Secret, form.Get(fieldSecret)):
		return v.wrong(g, form, a, Code)
	case v.policy.alone && a.TOTP == "":
		return v.enter(g, a.id, Code)
	case a.TOTP == "":
		v.tell(Record{Event: EventLogin, Client: g.client.ID, Result: ResultFactor}.of(v, session{account: a.id, means: Password}))
		return v.ask(pageLogin, g, form, http.StatusForbidden, textFactor, nil)
	}
	return v.wait(g, form, pageCode, session{account: a.id, means: Code})
}

// second takes the code or the PIN; a first factor waits once, and not long.
func (v *visit) second(g *grant, form url.Values) (answer, error) {
	v.mu.Lock()
	waiting, there := v.steps.Take(form.Get(fieldStep))
	v.mu.Unlock()
	if !there || v.now().Sub(waiting.at) >= stepLife {
		return v.ask(pageLogin, g, form, http.StatusForbidden, textStale, nil)
	}
	a, known := v.who(waiting.account)
	if !known || !v.policy.anyCode && !a.proves(waiting.means, form, v.now()) {
		return v.wrong(g, form, a, waiting.means)
	}
	return v.enter(g, a.id, waiting.means)
}

// proves tells whether a form has the second factor of a person.
func (a account) proves(m Means, form url.Values, now time.Time) bool {
	if m.Name == Card.Name {
		return same(a.PIN, form.Get(fieldPIN))
	}
	return slices.ContainsFunc(a.codes(now), func(code string) bool { return same(code, form.Get(fieldCode)) })
}

// wrong asks again, without a word on what was wrong.
func (v *visit) wrong(g *grant, form url.Values, a account, m Means) (answer, error) {
	v.tell(Record{Event: EventLogin, Client: g.client.ID, Result: ResultRefused}.of(v, session{account: a.id, means: m}))
	return v.ask(pageLogin, g, form, http.StatusUnauthorized, textWrong, nil)
}

// enter logs a person in, under a new key of session, in the place of whoever was logged in.
func (v *visit) enter(g *grant, account string, m Means) (answer, error) {
	id, err := bench.NewUUID(v.ids)
	if err != nil {
		return answer{}, err
	}
	if before, alive := v.session(); alive {
		v.sessions.End(func(one *session) bool { return one.id == before.id })
	}
	one := &session{account, m, v.now(), id, g.asked.Nonce}
	key, err := v.sessions.Open(one, one.at)
	if err != nil {
		return answer{}, err
	}
	v.mu.Lock()
	v.counts[m.Name]++
	v.mu.Unlock()
	a, err := v.allow(g, *one, false)
	if err == nil {
		a.Header.Add("Set-Cookie", v.cookie(cookieSession, key).String())
	}
	return a, err
}
