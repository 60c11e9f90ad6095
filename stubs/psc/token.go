package psc

import (
	"cmp"
	"net/http"
	"net/url"
	"slices"
	"time"

	"etalon/internal/bench"
	"etalon/internal/jws"
	"etalon/internal/mssante"
	"etalon/internal/oidc"
)

// token answers at the token endpoint.
func (v *visit) token() (answer, error) {
	form, err := v.demand()
	if err != nil {
		return answer{}, err
	}
	c, err := v.client(form)
	if err != nil {
		return answer{}, err
	}
	grantType := form.Get("grant_type")
	if code := cmp.Or(v.commits(ofGrant(grantType)).Flow.Error, v.refuses(c.ID, v.granted(form), grantType)); code != "" {
		return answer{}, oidc.Refuse(code, "ordered by the test")
	}
	var g *grant
	switch grantType {
	case oidc.GrantCode:
		g, err = v.redeem(c, form)
	case oidc.GrantRefresh:
		g, err = v.renew(c, form)
	case oidc.GrantCIBA:
		g, err = v.polled(c, form)
	case "":
		err = oidc.Refuse(oidc.InvalidRequest, "want a grant_type")
	default:
		err = oidc.Refuse(oidc.UnsupportedGrant, "want authorization_code, refresh_token or CIBA")
	}
	if err != nil {
		return answer{}, err
	}
	given, err := v.give(g)
	if err != nil {
		return answer{}, err
	}
	return jsonAnswer(http.StatusOK, given), nil
}

// granted is the person whose grant a form shows; empty when there is none.
func (v *visit) granted(form url.Values) mssante.IdNat {
	_, claims, _ := v.truth(form.Get("refresh_token"))
	id, _ := claims["jti"].(string)
	v.mu.Lock()
	defer v.mu.Unlock()
	g, there := v.codes.Get(form.Get("code"))
	if !there {
		g, there = v.refreshes.Get(id)
	}
	if d, decoupled := v.requests.Get(form.Get("auth_req_id")); !there && decoupled {
		g, there = d.grant, true
	}
	if !there {
		return ""
	}
	return g.person.IdNat
}

// redeem takes a code, once: a second use ends what the first gave (RFC 6749 §4.1.2).
func (v *visit) redeem(c Client, form url.Values) (*grant, error) {
	v.mu.Lock()
	defer v.mu.Unlock()
	g, there := v.codes.Get(form.Get("code"))
	switch {
	case !there || g.client.ID != c.ID || !v.now().Before(g.expires):
		return nil, oidc.Refuse(oidc.InvalidGrant, "the code is unknown, expired, or another client's")
	case g.used:
		for _, id := range g.given {
			v.revoked.Put(id, true)
		}
		return nil, oidc.Refuse(oidc.InvalidGrant, "the code was used before")
	}
	g.used = true // whatever comes of it: a code is tried once
	switch {
	case g.redirect != form.Get("redirect_uri"):
		return nil, oidc.Refuse(oidc.InvalidGrant, "another redirect_uri than that of the request")
	case !g.proof.Met(form.Get("code_verifier")):
		return nil, oidc.Refuse(oidc.InvalidGrant, "the code_verifier does not meet the challenge")
	}
	return g, nil
}

// renew takes a refresh token, once: who gets another keeps that one.
func (v *visit) renew(c Client, form url.Values) (*grant, error) {
	t, claims, alive := v.truth(form.Get("refresh_token"))
	id, _ := claims["jti"].(string)
	v.mu.Lock()
	defer v.mu.Unlock()
	g, there := v.refreshes.Get(id)
	if !alive || !there || t.Text("alg") != jws.HS256 || g.client.ID != c.ID || v.now().Sub(g.at) >= v.config.Lifetimes.Session {
		return nil, oidc.Refuse(oidc.InvalidGrant, "the refresh token is unknown, over, or another client's")
	}
	if wanted := form.Get("scope"); wanted != "" && slices.ContainsFunc(scopes(wanted), func(s string) bool { return !slices.Contains(scopes(g.scope), s) }) {
		return nil, oidc.Refuse(oidc.InvalidScope, "more than was granted")
	}
	v.refreshes.Take(id)
	v.revoked.Put(id, true)
	return g, nil
}

// give makes the tokens of a grant, in the last shape that the client's turn has for them.
func (v *visit) give(g *grant) (oidc.TokenAnswer, error) {
	life := v.config.Lifetimes
	turn, fault := v.turn(g.client.ID, g.person.IdNat)
	claims, err := v.claims(g, life.Access)
	if err != nil {
		return oidc.TokenAnswer{}, err
	}
	key, err := v.keys.named(KeyLive)
	if err != nil {
		return oidc.TokenAnswer{}, err
	}
	var h oidc.Honest
	ofToken, ofConfirmation := v.commits(ofAccess), v.commits(ofID)
	if turn.Fault != "" || ofToken.Name != "" || ofConfirmation.Name != "" {
		if h, err = v.honest(g.person, KeyLive); err != nil {
			return oidc.TokenAnswer{}, err
		}
	}
	if ofConfirmation.Name != "" {
		fault = ofConfirmation
	}
	access, err := v.written(oidc.NewDraft(claims, key, bench.Entropy()), turn.Access, func(d *oidc.Draft) (string, error) { return ofToken.Make(h, d) })
	if err != nil {
		return oidc.TokenAnswer{}, err
	}
	if lie := ofToken.Settle(h).Answer; lie.Kind != oidc.AnswerTruth {
		v.force(access, lie)
	}
	given := oidc.TokenAnswer{
		Access: access, Expires: int(life.Access / time.Second), RefreshExpires: int(life.Refresh / time.Second), Type: "Bearer",
		Session: g.session, Scope: g.scope,
	}
	confirmed := oidc.IDClaims(claims, access)
	if confirmed["jti"], err = bench.NewUUID(v.ids); err != nil {
		return given, err
	}
	d := oidc.NewDraft(confirmed, key, bench.Entropy())
	if g.client.confirmed() == jws.HS256 {
		d.SignedWith([]byte(g.client.Secret))
		delete(d.Header, "kid")
	}
	if given.ID, err = v.written(d, turn.ID, func(d *oidc.Draft) (string, error) { return fault.MakeID(h, d) }); err != nil {
		return given, err
	}
	given.Refresh, err = v.refreshing(g, claims)
	return given, err
}

// written is a token in its last shape.
func (v *visit) written(d *oidc.Draft, as Shape, write func(*oidc.Draft) (string, error)) (string, error) {
	if err := v.shape(d, as); err != nil {
		return "", err
	}
	return write(d)
}

// maxGiven bounds what is remembered of the tokens of one grant.
const maxGiven = 64

// refreshing makes the refresh token of a grant, and remembers what it is for.
func (v *visit) refreshing(g *grant, claims map[string]any) (string, error) {
	c := oidc.RefreshClaims(claims)
	id, err := bench.NewUUID(v.ids)
	if err != nil {
		return "", err
	}
	c["jti"], c["exp"] = id, v.now().Add(v.config.Lifetimes.Refresh).Unix()
	d := &oidc.Draft{Header: map[string]any{"typ": "JWT"}, Claims: c}
	d.SignedWith(v.secret)
	access, _ := claims["jti"].(string)
	v.mu.Lock()
	v.refreshes.Put(id, g)
	if g.given = append(g.given, access, id); len(g.given) > maxGiven {
		g.given = g.given[len(g.given)-maxGiven:]
	}
	v.mu.Unlock()
	return d.Compact()
}

// truth tells what a token says, and whether it is alive: ours, in its life, neither revoked nor of a session that is over.
// An ID token is no token of which one asks. What cannot be read says nothing.
func (s *Stub) truth(token string) (t jws.Token, claims map[string]any, alive bool) {
	t, err := jws.Parse(token)
	if err != nil || len(token) > oidc.MaxForm {
		return jws.Token{}, nil, false
	}
	said, malformed := oidc.ReadAccess(t.Claims)
	if !s.ours(t) || len(malformed) > 0 || said.Issuer != s.Issuer() || !within(said, s.now()) {
		return t, t.Claims, false
	}
	s.mu.Lock()
	defer s.mu.Unlock()
	_, revoked := s.revoked.Get(said.ID)
	_, ended := s.ended.Get(said.Session)
	return t, t.Claims, !revoked && !ended
}

// within tells whether an instant is in the life of a token.
func within(t mssante.AccessToken, at time.Time) bool {
	return at.Before(t.Expires) && !t.NotBefore.After(at) && !t.IssuedAt.After(at)
}

// ours tells whether a token is an access token that a published key signed, or a refresh token that our secret seals. One
// that declares something critical is none: ours never do (RFC 7515 §4.1.11).
func (s *Stub) ours(t jws.Token) bool {
	if _, critical := t.Header["crit"]; critical {
		return false
	}
	switch t.Claims["typ"] {
	case oidc.TypeAccess:
		return s.signed(t)
	case oidc.TypeRefresh:
		return t.SealedWith(s.secret)
	}
	return false
}

// signed tells whether a published key signed a token.
func (s *Stub) signed(t jws.Token) bool {
	return slices.ContainsFunc(s.keys.published(), func(k oidc.Key) bool {
		return k.ID == t.Text("kid") && k.Algorithm == t.Text("alg") && t.SignedBy(k.Algorithm, k.Signer.Public())
	})
}
