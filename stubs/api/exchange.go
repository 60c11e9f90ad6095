package api

import (
	"context"
	"crypto/x509"
	"encoding/json"
	"fmt"
	"io"
	"net/http"
	"net/url"
	"slices"
	"strings"
	"time"

	"etalon/internal/bench"
	"etalon/internal/jws"
	"etalon/internal/oidc"
)

// exchange gives a token for one of Pro Santé Connect (RFC 8693 §2).
func (a *API) exchange(v *visit) (any, error) {
	form, err := oidc.ReadForm(v.w, v.r)
	if err != nil {
		return nil, err
	}
	client, certificate, err := a.client(v)
	if err != nil {
		return nil, err
	}
	if err := a.asked(form, client); err != nil {
		return nil, err
	}
	person, err := a.examined(v.r.Context(), form.Get("subject_token"))
	if err != nil {
		return nil, err
	}
	return a.give(client, certificate, person, form.Get("scope"))
}

// asked refuses a request that is not that of an exchange, or asks for more than the client has.
func (a *API) asked(form url.Values, client Client) error {
	types := []string{oidc.TokenTypeAccess, oidc.TokenTypeJWT}
	switch {
	case form.Get("grant_type") != oidc.GrantExchange:
		return oidc.Refuse(oidc.UnsupportedGrant, "want a token exchange")
	case !slices.Contains(types, form.Get("subject_token_type")) && !a.policy.anyType:
		return oidc.Refuse(oidc.InvalidRequest, "want the subject_token_type of an access token or of a JWT")
	case form.Get("scope") == "" && !a.policy.noScope:
		return oidc.Refuse(oidc.InvalidScope, "want a scope")
	}
	for _, scope := range strings.Fields(form.Get("scope")) {
		if !slices.Contains(client.Scopes, scope) && !a.policy.anyScope {
			return oidc.Refuse(oidc.InvalidScope, "more than the client may have")
		}
	}
	return nil
}

// examined tells whom a token of Pro Santé Connect names, as introspection says.
func (a *API) examined(ctx context.Context, token string) (string, error) {
	if a.policy.unexamined != nil {
		if person, ok := a.policy.unexamined(a, token); ok {
			return person, nil
		}
		return "", oidc.Refuse(oidc.InvalidGrant, "the subject token is not good")
	}
	said, err := a.introspection(ctx, token)
	if err != nil {
		return "", err
	}
	active, _ := said["active"].(bool)
	findings := oidc.VerifyClaims(said, oidc.Expectation{Issuer: a.config.Provider.Issuer, Now: a.now()}).Findings
	if !active || len(findings) > 0 {
		return "", oidc.Refuse(oidc.InvalidGrant, "the subject token is not good")
	}
	person, _ := said["preferred_username"].(string)
	return person, nil
}

// maxAnswer bounds what Pro Santé Connect says.
const maxAnswer = 1 << 20

// introspection asks Pro Santé Connect about a token (RFC 7662).
func (a *API) introspection(ctx context.Context, token string) (map[string]any, error) {
	form := url.Values{"token": {token}, "token_type_hint": {"access_token"}}
	r, err := http.NewRequestWithContext(ctx, http.MethodPost, a.config.Provider.Introspection, strings.NewReader(form.Encode()))
	if err != nil {
		return nil, fmt.Errorf("introspect: %w", err)
	}
	r.Header.Set("Content-Type", "application/x-www-form-urlencoded")
	r.SetBasicAuth(url.QueryEscape(a.config.Client), url.QueryEscape(a.config.Secret))
	answer, err := a.config.HTTP.Do(r)
	if err != nil {
		return nil, fmt.Errorf("introspect: %w", err)
	}
	defer answer.Body.Close()
	raw, err := io.ReadAll(io.LimitReader(answer.Body, maxAnswer))
	if err != nil || answer.StatusCode != http.StatusOK {
		return nil, fmt.Errorf("introspect: %s, %w", answer.Status, err)
	}
	said, err := jws.Object(raw)
	if err != nil {
		return nil, fmt.Errorf("introspect: %w", err)
	}
	return said, nil
}

// give makes a token that is bound to the certificate.
func (a *API) give(client Client, certificate *x509.Certificate, person, scope string) (any, error) {
	id, err := bench.NewUUID(a.ids)
	if err != nil {
		return nil, err
	}
	now := a.now()
	expires := now.Add(a.policy.life)
	claims := map[string]any{
		"iss": a.URL(""), "sub": person, "client_id": client.ID, "jti": id, "scope": scope, "iat": now.Unix(), "exp": expires.Unix(),
	}
	if print := a.policy.print(a, certificate); print != "" {
		claims["cnf"] = oidc.Confirm(print)
	}
	token := "api-" + id
	if !a.config.Opaque {
		if token, err = oidc.NewDraft(claims, a.key, bench.Entropy()).Compact(); err != nil {
			return nil, err
		}
	}
	a.mu.Lock()
	a.issued.Put(token, &issued{claims: claims, certificate: certificate, expires: expires})
	a.mu.Unlock()
	given := oidc.ExchangeAnswer{
		Access: token, IssuedType: oidc.TokenTypeAccess, Type: "Bearer", Expires: int(a.policy.life / time.Second), Scope: scope,
	}
	a.policy.answer(&given)
	return given, nil
}

// alive finds a token that was given and still serves.
func (a *API) alive(token string) (*issued, bool) {
	a.mu.Lock()
	defer a.mu.Unlock()
	t, known := a.issued.Get(token)
	if !known || t.revoked || !a.now().Before(t.expires) {
		return nil, false
	}
	return t, true
}

// introspect tells a client what a token of the API is worth.
func (a *API) introspect(v *visit) (any, error) {
	form, err := oidc.ReadForm(v.w, v.r)
	if err != nil {
		return nil, err
	}
	if _, _, err := a.client(v); err != nil {
		return nil, err
	}
	t, alive := a.alive(form.Get("token"))
	if !alive {
		return oidc.Inactive(), nil
	}
	said := map[string]any{"active": true}
	oidc.Set(said, t.claims)
	return said, nil
}

// revoke ends a token of the client (RFC 7009). An unknown one is as good as ended.
func (a *API) revoke(v *visit) (any, error) {
	form, err := oidc.ReadForm(v.w, v.r)
	if err != nil {
		return nil, err
	}
	client, _, err := a.client(v)
	if err != nil {
		return nil, err
	}
	a.mu.Lock()
	defer a.mu.Unlock()
	if t, known := a.issued.Get(form.Get("token")); known && t.claims["client_id"] == client.ID {
		t.revoked = true
	}
	return struct{}{}, nil
}

// rechecked is how long the resource makes do with what it was told of a token (API-15).
const rechecked = 30 * time.Minute

// resource gives what it holds to who shows a token, by the certificate to which it is bound.
func (a *API) resource(v *visit) (any, error) {
	scheme, token, _ := strings.Cut(v.r.Header.Get("Authorization"), " ")
	if !strings.EqualFold(scheme, "Bearer") {
		return nil, oidc.Refuse(oidc.InvalidToken, "want a Bearer token")
	}
	t, good := a.recalled(token)
	if !good {
		return nil, oidc.Refuse(oidc.InvalidToken, "the token is not good")
	}
	certificate, err := a.presented(v)
	if err != nil || a.policy.refusesAll || !a.policy.bound(t, certificate) {
		return nil, oidc.Refuse(oidc.InvalidToken, "the token is another certificate's")
	}
	return json.RawMessage(a.config.Content), nil
}

// recalled tells whether a token is good, by what was told of it less than half an hour ago or by asking again.
func (a *API) recalled(token string) (*issued, bool) {
	a.mu.Lock()
	at, asked := a.decisions.Get(token)
	t, known := a.issued.Get(token)
	a.mu.Unlock()
	if asked && known && a.now().Before(t.expires) && (a.policy.remembers || a.now().Sub(at).Abs() < rechecked) {
		return t, true
	}
	t, good := a.alive(token)
	if good {
		a.mu.Lock()
		a.decisions.Put(token, a.now())
		a.mu.Unlock()
	}
	return t, good
}
