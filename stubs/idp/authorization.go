package idp

import (
	"net/http"
	"net/url"
	"time"

	"etalon/internal/bench"
	"etalon/internal/emitter"
	"etalon/internal/oidc"
)

// grant is what a person allowed a client.
type grant struct {
	client  Client
	asked   oidc.Authorization
	params  url.Values // of the request, all of them
	account string
	session session
	silent  bool // by the session that the person had
	expires time.Time
	used    bool
	given   []string // access tokens
	from    *grant   // that of the code, of one that was redeemed
}

// codeLife is how long a code lives, tokenLife an access token and an ID token.
const (
	codeLife  = time.Minute
	tokenLife = 10 * time.Minute
)

// authorize answers an authorization request (OIDC Core §3.1.2).
func (v *visit) authorize() (answer, error) {
	q, err := v.parameters()
	if err != nil {
		return v.unreadable(err)
	}
	g, refused, err := v.demand(q)
	if g == nil {
		return refused, err
	}
	now := v.now()
	one, alive := v.session()
	if alive && (!g.asked.Wants(oidc.PromptLogin) || v.policy.sameLogin) && v.young(g, now.Sub(one.at)) {
		return v.allow(g, one, true)
	}
	if g.asked.Wants(oidc.PromptNone) {
		switch v.policy.silent {
		case silentCode:
			if a, known := v.named(v.config.Persons[0].Login); known {
				return v.allow(g, session{account: a.id, means: Card, at: now, id: a.id}, true)
			}
		case silentPage:
			return v.ask(pageLogin, g, q, http.StatusOK, "", nil)
		}
		return v.refuse(g, oidc.Refuse(oidc.LoginRequired, "nobody is logged in"))
	}
	return v.ask(pageLogin, g, q, http.StatusOK, "", nil)
}

// demand reads what a client asks for. Where there is no grant the answer is made: a page, or the way back to the client.
func (v *visit) demand(q url.Values) (*grant, answer, error) {
	asked, err := oidc.ReadAuthorization(v.tolerated(q))
	client, known := v.find(asked.Client)
	g := &grant{client: client, asked: asked, params: q}
	if !known || !v.policy.redirects(client.Redirects, asked.Redirect) { // nobody is sent to an address that is not known (RFC 6749 §4.1.2.1)
		v.tell(Record{Event: EventRequest, Client: asked.Client, Result: oidc.UnauthorizedClient})
		if !known && v.policy.unknownBack && safe(asked.Redirect) {
			a, err := v.back(g, url.Values{"error": {oidc.UnauthorizedClient}})
			return nil, a, err
		}
		a, err := v.trouble(http.StatusBadRequest, textUnknown)
		return nil, a, err
	}
	if err == nil && asked.Proof.Method == oidc.ChallengePlain {
		err = oidc.Refuse(oidc.InvalidRequest, "want S256")
	}
	if err != nil {
		a, err := v.refuse(g, err)
		return nil, a, err
	}
	return g, answer{}, nil
}

// tolerated is a request as a careless provider reads it.
func (v *visit) tolerated(q url.Values) url.Values {
	scope, kind := q.Get("scope"), q.Get("response_type")
	if !v.policy.anyScope && !v.policy.implicit {
		return q
	}
	lax := url.Values{}
	for name := range q {
		lax.Set(name, q.Get(name))
	}
	if v.policy.anyScope {
		lax.Set("scope", "openid "+scope)
	}
	if v.policy.implicit && kind == "token" {
		lax.Set("response_type", "code")
	}
	return lax
}

// young tells whether a login of that age is as recent as a request wants it.
func (v *visit) young(g *grant, age time.Duration) bool {
	if v.policy.anyAge || v.policy.zeroIsNone && g.asked.MaxAge != nil && *g.asked.MaxAge == 0 {
		return true
	}
	return g.asked.Young(age)
}

// allow sends the browser back with a code.
func (v *visit) allow(g *grant, one session, silent bool) (answer, error) {
	code := bench.NewSecret()
	g.account, g.session, g.silent, g.expires = one.account, one, silent, v.now().Add(codeLife)
	event := EventLogin
	if silent {
		event = EventSession
	}
	v.tell(Record{Event: event, Client: g.client.ID, Result: ResultAccepted}.of(v, one))
	if v.policy.implicit && g.params.Get("response_type") == "token" {
		return v.openly(g)
	}
	v.mu.Lock()
	v.codes.Put(code, g)
	v.mu.Unlock()
	return v.back(g, url.Values{"code": {code}})
}

// openly gives the tokens by the browser, as the implicit flow does that is closed to all (FI-15).
func (v *visit) openly(g *grant) (answer, error) {
	given, err := v.give(g)
	if err != nil {
		return answer{}, err
	}
	fragment := url.Values{"state": {g.asked.State}}
	for name, value := range given {
		if text, ok := value.(string); ok {
			fragment.Set(name, text)
		}
	}
	return emitter.Elsewhere(g.asked.Redirect + "#" + fragment.Encode()), nil
}
