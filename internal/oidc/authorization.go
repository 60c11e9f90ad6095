package oidc

import (
	"net/url"
	"slices"
	"strconv"
	"strings"
	"time"

	"etalon/internal/mssante"
)

// The words of the parameter prompt (OIDC Core §3.1.2.1).
const (
	PromptNone  = "none"
	PromptLogin = "login"
)

// Authorization is a request of the code flow (OIDC Core §3.1.2.1), whoever the client is.
type Authorization struct {
	Client, Redirect, Scope, State, Nonce string
	// Prompts are the words of prompt.
	Prompts []string
	// MaxAge is the greatest age of a login that will do; nil for any.
	MaxAge *time.Duration
	Proof  Challenge
}

// ReadAuthorization reads the parameters of a request. Client and Redirect are always returned, for who must know where a
// refusal may go. It refuses what is no request of the code flow, with an *Error.
func ReadAuthorization(q url.Values) (Authorization, error) {
	a := Authorization{
		Client: q.Get("client_id"), Redirect: q.Get("redirect_uri"), Scope: q.Get("scope"), State: q.Get("state"), Nonce: q.Get("nonce"),
		Prompts: strings.Fields(q.Get("prompt")),
	}
	var err error
	if a.Proof, err = ReadChallenge(q); err != nil {
		return a, err
	}
	switch {
	case q.Get("response_type") != "code":
		return a, Refuse(UnsupportedResponse, "want code")
	case q.Has("request") || q.Has("request_uri"):
		return a, Refuse(InvalidRequest, "request objects are not taken")
	case !slices.Contains(a.Scopes(), mssante.ScopeOpenID):
		return a, Refuse(InvalidScope, "want openid")
	case q.Has("response_mode") && q.Get("response_mode") != "query":
		return a, Refuse(InvalidRequest, "want response_mode query")
	case a.Wants(PromptNone) && len(a.Prompts) > 1:
		return a, Refuse(InvalidRequest, "prompt none goes with no other")
	}
	if age := q.Get("max_age"); age != "" {
		seconds, err := strconv.ParseUint(age, 10, 32)
		if err != nil {
			return a, Refuse(InvalidRequest, "want seconds in max_age")
		}
		most := time.Duration(seconds) * time.Second
		a.MaxAge = &most
	}
	return a, nil
}

// Scopes are the words of the scope.
func (a Authorization) Scopes() []string { return strings.Fields(a.Scope) }

// Wants tells whether prompt has a word.
func (a Authorization) Wants(prompt string) bool { return slices.Contains(a.Prompts, prompt) }

// Young tells whether a login of that age will do: max_age zero takes none but a new one.
func (a Authorization) Young(age time.Duration) bool { return a.MaxAge == nil || age < *a.MaxAge }

// Join adds parameters to an address, in the place of those that it has by the same names.
func Join(address string, with url.Values) string {
	u, err := url.Parse(address)
	if err != nil { // it was registered
		return address
	}
	q := u.Query()
	for name, values := range with {
		q[name] = values
	}
	u.RawQuery = q.Encode()
	return u.String()
}
