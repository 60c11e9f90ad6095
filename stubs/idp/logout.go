package idp

import (
	"net/http"
	"net/url"
	"slices"

	"etalon/internal/emitter"
	"etalon/internal/jws"
	"etalon/internal/oidc"
)

// fieldGo is the field by which a person confirms a logout.
const fieldGo = "suite"

// logout ends the session of who shows an ID token of ours, over or not; without one the person is asked (OIDC RP-Initiated
// Logout §2).
func (v *visit) logout() (answer, error) {
	q, err := v.parameters()
	if err != nil {
		return v.unreadable(err)
	}
	one, alive := v.session()
	id, client, hinted := v.hint(q.Get("id_token_hint"))
	switch {
	case hinted && (q.Get("client_id") == "" || q.Get("client_id") == client):
	case q.Has("id_token_hint"):
		return v.trouble(http.StatusBadRequest, textHint)
	case alive && !(v.r.PostForm.Has(fieldGo) && v.genuine()):
		return v.confirm(q)
	case alive:
		id = one.id
	}
	if client == "" {
		client = q.Get("client_id")
	}
	v.end(id, client)
	return v.farewell(client, q)
}

// confirm asks the person.
func (v *visit) confirm(q url.Values) (answer, error) {
	shown := v.view(pageLogout, "")
	shown.Action = pathRealm + pathLogout
	for name := range q {
		if name != fieldGo && name != fieldCSRF {
			shown.Hidden[name] = q.Get(name)
		}
	}
	browser, cookie := v.browser()
	shown.Hidden[fieldCSRF] = v.seal(browser)
	a, err := emitter.Page(http.StatusOK, pages, pageLogout, shown)
	if err == nil && cookie != nil {
		a.Header.Add("Set-Cookie", cookie.String())
	}
	return a, err
}

// hint returns the session and the client of an ID token of ours.
func (v *visit) hint(token string) (id, client string, ok bool) {
	t, err := jws.Parse(token)
	if err != nil || len(token) > oidc.MaxToken {
		return "", "", false
	}
	if !slices.ContainsFunc(v.keys, func(k oidc.Key) bool {
		return (k.ID == t.Text("kid") || t.Text("kid") == "") && t.SignedBy(k.Algorithm, k.Signer.Public())
	}) {
		return "", "", false
	}
	id, _ = t.Claims["sid"].(string)
	client, _ = t.Claims["aud"].(string)
	return id, client, id != ""
}

// end ends a session, with the access tokens that were given in it.
func (v *visit) end(id, client string) {
	if id == "" {
		return
	}
	gone := func(one *session) bool { return one.id == id }
	for _, one := range v.sessions.Where(gone) {
		v.tell(Record{Event: EventLogout, Client: client, Result: ResultAccepted}.of(v, *one))
	}
	if !v.policy.keepsLogin {
		v.sessions.End(gone)
	}
	v.mu.Lock()
	defer v.mu.Unlock()
	for _, token := range v.access.Keys() {
		if g, _ := v.access.Get(token); g.session.id == id {
			v.access.Take(token)
		}
	}
}

// farewell sends the browser where the client wants it, if that address is one of its own.
func (v *visit) farewell(client string, q url.Values) (answer, error) {
	address := q.Get("post_logout_redirect_uri")
	var a answer
	var err error
	c, known := v.find(client)
	switch {
	case address == "":
		a, err = v.trouble(http.StatusOK, textFarewell)
	case !known || !v.policy.farewells(c.Farewells, address):
		a, err = v.trouble(http.StatusBadRequest, textUnknown)
	default:
		with := url.Values{}
		if q.Has("state") {
			with.Set("state", q.Get("state"))
		}
		a = emitter.Elsewhere(oidc.Join(address, with))
	}
	if err == nil && !v.policy.keepsLogin {
		a.Header.Add("Set-Cookie", v.cookie(cookieSession, "").String())
	}
	return a, err
}
