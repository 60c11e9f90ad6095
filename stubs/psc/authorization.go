package psc

import (
	"crypto/subtle"
	"net/http"
	"net/url"
	"slices"
	"strings"
	"time"

	"etalon/internal/bench"
	"etalon/internal/emitter"
	"etalon/internal/mssante"
	"etalon/internal/oidc"
)

// cookieName is that of the session in which a person stays logged in.
const cookieName = "psc"

// Fields of the login form, beside the parameters of the request.
const (
	FieldName   = "identifiant"
	FieldSecret = "secret"
	FieldRefuse = "refus"
)

// login is the session of a person's browser.
type login struct {
	person Person
	at     time.Time
	id     string // sid of the tokens
}

// grant is what a person allowed a client.
type grant struct {
	client   Client
	person   Person
	session  string
	at       time.Time // of the login
	scope    string
	nonce    string
	redirect string
	proof    oidc.Challenge
	expires  time.Time
	used     bool     // of a code: a second use ends what it gave
	given    []string // jti of the tokens that it gave, the last maxGiven
}

// authorize answers an authorization request (OIDC Core §3.1.2), and the form by which a person logs in for it.
func (v *visit) authorize() (answer, error) {
	if err := v.r.ParseForm(); err != nil {
		return v.trouble(http.StatusBadRequest, "La demande est illisible.")
	}
	q := v.r.Form
	if err := oidc.Single(q); err != nil {
		return v.trouble(http.StatusBadRequest, "Un paramètre de la demande vient deux fois.")
	}
	c, known := v.find(q.Get("client_id"))
	v.entry.Client = c.ID
	if !known || !v.admits(c, q.Get("redirect_uri")) { // nobody is sent to an address that is not known (RFC 6749 §4.1.2.1)
		return v.trouble(http.StatusBadRequest, "Le service est inconnu, ou son adresse de retour n'est pas déclarée.")
	}
	asked, err := oidc.ReadAuthorization(q)
	g := &grant{client: c, scope: asked.Scope, nonce: asked.Nonce, redirect: asked.Redirect, proof: asked.Proof}
	if err == nil && !offered(asked.Scope) {
		err = oidc.Refuse(oidc.InvalidScope, "want scopes that are offered")
	}
	if err != nil {
		return v.back(g, v.refused(err))
	}
	return v.identify(g, asked, q)
}

func scopes(scope string) []string { return strings.Fields(scope) }

func offered(scope string) bool {
	return !slices.ContainsFunc(scopes(scope), func(s string) bool { return !slices.Contains(oidc.Scopes(), s) })
}

// refused are the parameters of a refusal.
func (v *visit) refused(err error) url.Values {
	e, ok := err.(*oidc.Error)
	if !ok {
		e = oidc.Refuse("server_error", "")
	}
	v.entry.Answer = e.Code
	return url.Values{"error": {e.Code}, "error_description": {e.Description}}
}

// identify finds who is before the browser: by the session that it has, or by the form.
func (v *visit) identify(g *grant, asked oidc.Authorization, q url.Values) (answer, error) {
	posted := v.r.PostForm
	switch {
	case posted.Has(FieldRefuse) && !emitter.Foreign(v.r):
		return v.back(g, v.refused(oidc.Refuse(oidc.AccessDenied, "the person refused")))
	case posted.Has(FieldName):
		return v.prove(g, q)
	}
	session, alive := v.session()
	if alive && !asked.Wants(oidc.PromptLogin) && asked.Young(v.now().Sub(session.at)) {
		return v.allow(g, session)
	}
	if asked.Wants(oidc.PromptNone) {
		return v.back(g, v.refused(oidc.Refuse(oidc.LoginRequired, "nobody is logged in")))
	}
	return v.ask(g, q, http.StatusOK, "")
}

// session finds the session of the browser.
func (v *visit) session() (*login, bool) {
	cookie, err := v.r.Cookie(cookieName)
	if err != nil {
		return nil, false
	}
	bounds := emitter.Bounds{Idle: v.config.Lifetimes.Idle, Absolute: v.config.Lifetimes.Session}
	s, _, alive := v.sessions.Find(cookie.Value, bounds, v.now())
	return s, alive
}

// prove logs a person in, under a new key of session.
func (v *visit) prove(g *grant, q url.Values) (answer, error) {
	form := v.r.PostForm
	p, known := v.person(mssante.IdNat(form.Get(FieldName)))
	if !known || emitter.Foreign(v.r) || subtle.ConstantTimeCompare([]byte(p.Secret), []byte(form.Get(FieldSecret))) != 1 {
		return v.ask(g, q, http.StatusUnauthorized, "L'identifiant ou le secret ne convient pas.")
	}
	id, err := bench.NewUUID(v.ids)
	if err != nil {
		return answer{}, err
	}
	if before, alive := v.session(); alive {
		v.sessions.End(func(s *login) bool { return s == before })
	}
	s := &login{p, v.now(), id}
	key, err := v.sessions.Open(s, s.at)
	if err != nil {
		return answer{}, err
	}
	a, err := v.allow(g, s)
	if err == nil {
		a.Header.Set("Set-Cookie", emitter.Cookie(cookieName, key).String())
	}
	return a, err
}

// allow sends the browser back with a code.
func (v *visit) allow(g *grant, s *login) (answer, error) {
	code := bench.NewSecret()
	g.person, g.session, g.at, g.expires = s.person, s.id, s.at, v.now().Add(v.config.Lifetimes.Code)
	v.mu.Lock()
	v.codes.Put(code, g)
	v.mu.Unlock()
	return v.back(g, url.Values{"code": {code}, "session_state": {g.session}})
}

// back sends the browser to the client, with state and iss (RFC 9207), and as the client's turn has it.
func (v *visit) back(g *grant, with url.Values) (answer, error) {
	with.Set("iss", v.Issuer())
	if state := v.r.Form.Get("state"); state != "" {
		with.Set("state", state)
	}
	departures, err := v.departures(g.client.ID, g.person.IdNat)
	if err != nil {
		return answer{}, err
	}
	if f := v.commits(ofCallback); f.Name != "" {
		h, err := v.honest(g.person, KeyLive)
		if err != nil {
			return answer{}, err
		}
		departures = f.Flow.Callback(h)
	}
	for name, value := range departures {
		if text, ok := value.(string); ok {
			with.Set(name, text)
		} else {
			with.Del(name)
		}
	}
	return emitter.Elsewhere(oidc.Join(g.redirect, with)), nil
}
