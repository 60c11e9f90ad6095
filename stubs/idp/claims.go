package idp

import (
	"net/http"
	"slices"
	"strings"

	"etalon/internal/oidc"
)

// say fills in the claims of an ID token (OIDC Core §2), with the means of the login and the establishment (EXI FI 19 to 23).
func (v *visit) say(i *issue) {
	m := v.policy.means(i.session.means, i)
	oidc.Set(i.claims, map[string]any{
		"iss": v.Issuer(), "sub": i.account.id, "aud": i.client.ID, "azp": i.client.ID, "iat": i.now.Unix(), "exp": i.now.Add(tokenLife).Unix(),
		"auth_time": i.session.at.Unix(), "amr": m.AMR, "acr": m.ACR, "sid": i.session.id, "tid": i.account.Establishment,
	})
	if i.asked.Nonce != "" {
		i.claims["nonce"] = i.asked.Nonce
	}
	oidc.Set(i.claims, identity(i.account, i.asked))
	for _, change := range v.policy.claims {
		change(i)
	}
}

// identity is what a client is told of a person, as far as it asked.
func identity(a account, asked oidc.Authorization) map[string]any {
	told := map[string]any{}
	if slices.Contains(asked.Scopes(), "profile") {
		told["family_name"], told["given_name"], told["name"] = a.FamilyName, a.Given, a.Given+" "+a.FamilyName
	}
	if slices.Contains(asked.Scopes(), "email") {
		told["email"], told["email_verified"] = a.Email, true
	}
	return told
}

// userInfo tells of the person for whom an access token was given (OIDC Core §5.3).
func (v *visit) userInfo() (answer, error) {
	token, ok := strings.CutPrefix(v.r.Header.Get("Authorization"), "Bearer ")
	v.mu.Lock()
	g, there := v.access.Get(token)
	if v.policy.openInfo && v.r.Header.Get("Authorization") == "" {
		g, there = &grant{account: v.accounts[0].id, asked: oidc.Authorization{Scope: "openid profile email"}, expires: v.now().Add(tokenLife)}, true
		ok = true
	}
	v.mu.Unlock()
	if !ok || !there || !v.now().Before(g.expires) {
		return answer{}, oidc.Refuse(oidc.InvalidToken, "the token is unknown or expired")
	}
	who, known := v.who(g.account)
	if !known {
		return answer{}, oidc.Refuse(oidc.InvalidToken, "the account is closed")
	}
	i := &issue{grant: g, account: who, now: v.now(), claims: map[string]any{}}
	v.say(i)
	told := identity(who, g.asked)
	for _, name := range []string{"sub", "tid", "family_name", "given_name", "email"} {
		if value, said := i.claims[name]; said {
			told[name] = value
		} else {
			delete(told, name)
		}
	}
	v.policy.info(told, i)
	return jsonAnswer(http.StatusOK, told), nil
}
