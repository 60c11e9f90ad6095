package oidc

import (
	"crypto/sha256"
	"crypto/subtle"
	"encoding/base64"
	"errors"
	"fmt"
	"maps"
	"mime"
	"net/http"
	"net/url"
	"slices"
	"strings"
)

// MaxForm bounds a request to an endpoint.
const MaxForm = 128 << 10

// Error is a refusal of an endpoint (RFC 6749 §5.2).
type Error struct {
	Status      int    `json:"-"`
	Code        string `json:"error"`
	Description string `json:"error_description,omitempty"`
}

// Error gives the code and the description.
func (e *Error) Error() string { return e.Code + ": " + e.Description }

// Refuse is a refusal with the status of its code: 401 of invalid_client and invalid_token, 400 of any other.
func Refuse(code, description string) *Error {
	status := http.StatusBadRequest
	if code == InvalidClient || code == InvalidToken {
		status = http.StatusUnauthorized
	}
	return &Error{status, code, description}
}

// The codes of refusals (RFC 6749 §4.1.2.1 and §5.2, RFC 6750 §3.1, OIDC Core §3.1.2.6, CIBA §11 and §13).
const (
	InvalidRequest       = "invalid_request"
	InvalidClient        = "invalid_client"
	InvalidGrant         = "invalid_grant"
	InvalidScope         = "invalid_scope"
	InvalidToken         = "invalid_token"
	UnauthorizedClient   = "unauthorized_client"
	UnsupportedGrant     = "unsupported_grant_type"
	UnsupportedResponse  = "unsupported_response_type"
	LoginRequired        = "login_required"
	AccessDenied         = "access_denied"
	AuthorizationPending = "authorization_pending"
	SlowDown             = "slow_down"
	ExpiredToken         = "expired_token"
	UnknownUser          = "unknown_user_id"
)

// TokenAnswer is what the token endpoint gives.
type TokenAnswer struct {
	Access         string `json:"access_token"`
	Expires        int    `json:"expires_in"`
	RefreshExpires int    `json:"refresh_expires_in,omitempty"`
	Refresh        string `json:"refresh_token,omitempty"`
	Type           string `json:"token_type"`
	ID             string `json:"id_token,omitempty"`
	NotBefore      int    `json:"not-before-policy"`
	Session        string `json:"session_state,omitempty"`
	Scope          string `json:"scope"`
}

// CIBAAnswer is what the endpoint of decoupled authentication gives (CIBA §7.3).
type CIBAAnswer struct {
	ID       string `json:"auth_req_id"`
	Expires  int    `json:"expires_in"`
	Interval int    `json:"interval"`
}

// ReadForm reads a form of a request's body, at most MaxForm. It refuses another type, a form that cannot be read and a
// parameter that comes twice (RFC 6749 §3.2), with an *Error.
func ReadForm(w http.ResponseWriter, r *http.Request) (url.Values, error) {
	kind, _, err := mime.ParseMediaType(r.Header.Get("Content-Type"))
	if err != nil || kind != "application/x-www-form-urlencoded" {
		return nil, Refuse(InvalidRequest, "want application/x-www-form-urlencoded")
	}
	r.Body = http.MaxBytesReader(w, r.Body, MaxForm)
	if err := r.ParseForm(); err != nil {
		var tooLong *http.MaxBytesError
		if errors.As(err, &tooLong) {
			return nil, &Error{http.StatusRequestEntityTooLarge, InvalidRequest, fmt.Sprintf("want %d bytes at most", MaxForm)}
		}
		return nil, Refuse(InvalidRequest, "the form cannot be read")
	}
	return r.PostForm, Single(r.PostForm)
}

// Single refuses parameters that come twice, with an *Error.
func Single(form url.Values) error {
	for _, name := range slices.Sorted(maps.Keys(form)) {
		if len(form[name]) > 1 {
			return Refuse(InvalidRequest, fmt.Sprintf("%.40q comes %d times", name, len(form[name])))
		}
	}
	return nil
}

// Caller is who a client says that it is, and by what.
type Caller struct {
	ID, Secret string
	// Method is one of the Auth constants; empty when the request holds no proof but perhaps a certificate.
	Method string
}

// ReadCaller finds how a client proves who it is by a secret; a certificate is the link's business. It refuses proofs of
// two kinds at once (RFC 6749 §2.3) and a header that cannot be read, with an *Error. A parameter without a value, as Dovecot
// sends beside Basic, is none (§3.2).
func ReadCaller(r *http.Request, form url.Values) (Caller, error) {
	c := Caller{ID: form.Get("client_id"), Secret: form.Get("client_secret")}
	if c.Secret != "" {
		c.Method = AuthPost
	}
	if r.Header.Get("Authorization") == "" {
		return c, nil
	}
	user, secret, ok := r.BasicAuth()
	id, err := url.QueryUnescape(user) // RFC 6749 §2.3.1
	clear, other := url.QueryUnescape(secret)
	switch {
	case !ok || err != nil || other != nil:
		return Caller{}, Refuse(InvalidClient, "the Authorization header cannot be read")
	case c.Method != "" || c.ID != "" && c.ID != id:
		return Caller{}, Refuse(InvalidRequest, "two proofs of the client at once")
	}
	return Caller{id, clear, AuthBasic}, nil
}

// The methods of a PKCE challenge (RFC 7636 §4.2).
const (
	ChallengePlain = "plain"
	ChallengeS256  = "S256"
)

// Challenge is what a client of the code flow commits itself to.
type Challenge struct{ Method, Value string }

// ReadChallenge reads that of an authorization request; none is none. It refuses a method that is not known and a value
// of the wrong form, with an *Error.
func ReadChallenge(q url.Values) (Challenge, error) {
	c := Challenge{q.Get("code_challenge_method"), q.Get("code_challenge")}
	if !q.Has("code_challenge") && !q.Has("code_challenge_method") {
		return Challenge{}, nil
	}
	if c.Method == "" {
		c.Method = ChallengePlain
	}
	if c.Method != ChallengePlain && c.Method != ChallengeS256 || !verifier(c.Value) {
		return Challenge{}, Refuse(InvalidRequest, "want a code_challenge of 43 to 128 characters, plain or S256")
	}
	return c, nil
}

// Met tells whether a verifier meets the challenge; without challenge there must be none (RFC 9700 §2.1.1).
func (c Challenge) Met(v string) bool {
	if c == (Challenge{}) {
		return v == ""
	}
	if c.Method == ChallengeS256 {
		sum := sha256.Sum256([]byte(v))
		return verifier(v) && same(base64.RawURLEncoding.EncodeToString(sum[:]), c.Value)
	}
	return verifier(v) && same(v, c.Value)
}

// verifier tells whether a text has the form of a code verifier (RFC 7636 §4.1).
func verifier(s string) bool {
	return len(s) >= 43 && len(s) <= 128 && strings.Trim(s, "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-._~") == ""
}

func same(a, b string) bool { return subtle.ConstantTimeCompare([]byte(a), []byte(b)) == 1 }
