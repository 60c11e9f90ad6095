package idp

import (
	"net/http"
	"net/url"
	"slices"
	"strings"
	"time"

	"etalon/internal/bench"
	"etalon/internal/oidc"
)

// token answers at the token endpoint.
func (v *visit) token() (answer, error) {
	form, err := oidc.ReadForm(v.w, v.r)
	if err != nil {
		return answer{}, err
	}
	c, err := v.prove(form)
	if err != nil {
		return answer{}, err
	}
	switch form.Get("grant_type") {
	case oidc.GrantCode:
	case "":
		return answer{}, oidc.Refuse(oidc.InvalidRequest, "want a grant_type")
	default:
		return answer{}, oidc.Refuse(oidc.UnsupportedGrant, "want authorization_code")
	}
	g, err := v.redeem(c, form)
	if err != nil {
		return answer{}, err
	}
	given, err := v.give(g)
	if err != nil {
		return answer{}, err
	}
	return jsonAnswer(http.StatusOK, given), nil
}

// redeem takes a code, once: a second use ends what the first gave (RFC 6749 §4.1.2).
func (v *visit) redeem(c Client, form url.Values) (*grant, error) {
	v.mu.Lock()
	defer v.mu.Unlock()
	g, there := v.codes.Get(form.Get("code"))
	switch {
	case !there || !v.now().Before(g.expires):
		return nil, oidc.Refuse(oidc.InvalidGrant, "the code is unknown or expired")
	case g.client.ID != c.ID && !v.policy.codeOfOther:
		return nil, oidc.Refuse(oidc.InvalidGrant, "the code is another client's")
	case g.used && !v.policy.codeAgain:
		for _, token := range g.given {
			v.access.Take(token)
		}
		return nil, oidc.Refuse(oidc.InvalidGrant, "the code was used before")
	}
	g.used = true // whatever comes of it: a code is tried once
	verifier := form.Get("code_verifier")
	switch {
	case g.asked.Redirect != form.Get("redirect_uri") && !v.policy.anyRedirect:
		return nil, oidc.Refuse(oidc.InvalidGrant, "another redirect_uri than that of the request")
	case g.asked.Proof.Met(verifier), v.policy.anyVerifier && verifier != "", v.policy.noVerifier && verifier == "":
		given := *g
		given.client, given.from = c, g
		return &given, nil
	}
	return nil, oidc.Refuse(oidc.InvalidGrant, "the code_verifier does not meet the challenge")
}

// maxGiven bounds what is remembered of the tokens of one code.
const maxGiven = 16

// issue is an ID token in the making.
type issue struct {
	*grant
	claims  map[string]any
	account account
	now     time.Time
}

// give makes the tokens of a grant.
func (v *visit) give(g *grant) (map[string]any, error) {
	who, there := v.who(g.account)
	if !there {
		return nil, oidc.Refuse(oidc.InvalidGrant, "the account is closed")
	}
	i := &issue{grant: g, account: who, now: v.now(), claims: map[string]any{}}
	v.say(i)
	d := oidc.NewDraft(i.claims, v.keys[0], bench.Entropy())
	v.policy.draft(v.Stub, d)
	id, err := d.Compact()
	if err != nil {
		return nil, err
	}
	access := bench.NewSecret()
	v.mu.Lock()
	v.access.Put(access, &grant{client: g.client, asked: g.asked, params: g.params, account: g.account, session: g.session, expires: i.now.Add(tokenLife)})
	if g.from != nil && len(g.from.given) < maxGiven {
		g.from.given = append(g.from.given, access)
	}
	v.mu.Unlock()
	scope := strings.Join(slices.DeleteFunc(g.asked.Scopes(), func(s string) bool { return !slices.Contains(offered(), s) }), " ")
	given := map[string]any{"access_token": access, "token_type": "Bearer", "expires_in": int(tokenLife / time.Second), "id_token": id, "scope": scope}
	v.policy.answer(given)
	return given, nil
}

// offered are the scopes.
func offered() []string { return []string{"openid", "profile", "email"} }
