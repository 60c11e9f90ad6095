package psc

import (
	"net/http"
	"net/url"

	"etalon/internal/emitter"
	"etalon/internal/jws"
	"etalon/internal/oidc"
)

// logout ends the session of who shows an ID token of ours, over or not, and sends the browser to an address of the
// client's that was registered (OIDC RP-Initiated Logout §2). Without such a token the person is asked.
func (v *visit) logout() (answer, error) {
	if err := v.r.ParseForm(); err != nil {
		return v.trouble(http.StatusBadRequest, "La demande est illisible.")
	}
	q := v.r.Form
	if err := oidc.Single(q); err != nil {
		return v.trouble(http.StatusBadRequest, "Un paramètre de la demande vient deux fois.")
	}
	session, alive := v.session()
	hint, hinted := v.hint(q.Get("id_token_hint"))
	switch {
	case hinted:
	case q.Has("id_token_hint"):
		return v.trouble(http.StatusBadRequest, "Le jeton d'identité n'est pas de Pro Santé Connect.")
	case alive && (!v.r.PostForm.Has("suite") || emitter.Foreign(v.r)):
		return emitter.Page(http.StatusOK, pages, pageLogout, view{})
	case alive:
		hint = session.id
	}
	v.end(hint)
	return v.farewell(q)
}

// hint returns the session of an ID token of ours.
func (v *visit) hint(token string) (session string, ok bool) {
	t, err := jws.Parse(token)
	if err != nil {
		return "", false
	}
	v.entry.Token = see(token)
	client, _ := t.Claims["aud"].(string)
	c, known := v.find(client)
	v.entry.Client = client
	if t.Claims["typ"] != oidc.TypeID || !known || !(v.signed(t) || c.Sealed && t.SealedWith([]byte(c.Secret))) {
		return "", false
	}
	session, _ = t.Claims["sid"].(string)
	return session, true
}

// end ends a session, with what it gave.
func (v *visit) end(session string) {
	if session == "" {
		return
	}
	v.sessions.End(func(s *login) bool { return s.id == session })
	v.mu.Lock()
	defer v.mu.Unlock()
	v.ended.Put(session, true)
}

// farewell sends the browser where the client wants it, if that address is one of its own.
func (v *visit) farewell(q url.Values) (answer, error) {
	address := q.Get("post_logout_redirect_uri")
	if address == "" {
		a, err := emitter.Page(http.StatusOK, pages, pageSay, view{Text: "Vous êtes déconnecté."})
		if err == nil {
			a.Header.Set("Set-Cookie", emitter.Cookie(cookieName, "").String())
		}
		return a, err
	}
	id := v.entry.Client
	if id == "" {
		id = q.Get("client_id")
	}
	c, known := v.find(id)
	if !known || !admits(c.Farewells, address) {
		return v.trouble(http.StatusBadRequest, "L'adresse de retour n'est pas déclarée par le service.")
	}
	with := url.Values{}
	if q.Has("state") {
		with.Set("state", q.Get("state"))
	}
	a := emitter.Elsewhere(oidc.Join(address, with))
	a.Header.Set("Set-Cookie", emitter.Cookie(cookieName, "").String())
	return a, nil
}
