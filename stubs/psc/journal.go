package psc

import (
	"crypto/sha256"
	"encoding/hex"
	"net/url"
	"slices"
	"strings"
	"sync"
	"time"

	"etalon/internal/jws"
	"etalon/internal/redact"
)

// Entry is one request that came, with what was answered. It holds no secret: tokens are told by what they say and by
// their digest, anything else that lets in by a keyed digest.
type Entry struct {
	Number int `json:"number"` // from 1
	// At is the protocol time.
	At time.Time `json:"at"`
	// Heard is when it came by the wall clock, which alone measures how long callers wait.
	Heard time.Time `json:"-"`
	// Peer is the caller's address, Certificate the subject of the certificate that it presents; empty when none.
	Peer        string `json:"peer"`
	Certificate string `json:"certificate,omitempty"`
	// Endpoint is one of the Endpoint constants.
	Endpoint string `json:"endpoint"`
	Method   string `json:"method"`
	Path     string `json:"path"`
	Host     string `json:"host"`
	// Query and Form are the parameters of the address and of the body, ContentType the body's.
	Query       map[string]string `json:"query,omitempty"`
	Form        map[string]string `json:"form,omitempty"`
	ContentType string            `json:"content_type,omitempty"`
	// Client is who the caller says that it is, Auth by what: one of oidc's Auth constants; empty when by nothing.
	Client string `json:"client,omitempty"`
	Auth   string `json:"auth,omitempty"`
	// Token is the token asked about, or shown.
	Token *Seen `json:"token,omitempty"`
	// Status is that of the answer, 0 of none; Answer what was forced, or the code of a refusal.
	Status int    `json:"status"`
	Answer string `json:"answer,omitempty"`
}

// Seen is a token without its signature.
type Seen struct {
	SHA256 string         `json:"sha256"`
	ID     string         `json:"jti,omitempty"`
	Header map[string]any `json:"header,omitempty"`
	Claims map[string]any `json:"claims,omitempty"`
}

// The endpoints, as the journal names them.
const (
	EndpointDiscovery     = "discovery"
	EndpointKeys          = "keys"
	EndpointAuthorization = "authorization"
	EndpointToken         = "token"
	EndpointUserInfo      = "userinfo"
	EndpointIntrospection = "introspection"
	EndpointRevocation    = "revocation"
	EndpointLogout        = "logout"
	EndpointDecoupled     = "ciba"
	EndpointForeign       = "foreign" // the other realm
	EndpointTrap          = "trap"    // where nobody has a reason to come
	EndpointOther         = "other"
)

// maxSeen bounds what of a token is told whole: a longer one is told by its digest.
const maxSeen = 16 << 10

// see tells of a token what may be told.
func see(token string) *Seen {
	seen := &Seen{SHA256: Digest(token)}
	if t, err := jws.Parse(token); err == nil && len(token) <= maxSeen {
		seen.Header, seen.Claims = t.Header, t.Claims
		seen.ID, _ = t.Claims["jti"].(string)
	}
	return seen
}

// Digest is that by which the journal names a token.
func Digest(token string) string {
	sum := sha256.Sum256([]byte(token))
	return hex.EncodeToString(sum[:])
}

// maxEntries bounds the journal: the oldest entries go.
const maxEntries = 1 << 14

// journal is who asked what.
type journal struct {
	redact *redact.Redactor

	mu      sync.Mutex
	entries []Entry
	last    int
}

func (j *journal) add(e Entry) {
	j.mu.Lock()
	defer j.mu.Unlock()
	j.last++
	e.Number = j.last
	if j.entries = append(j.entries, e); len(j.entries) > maxEntries+maxEntries/4 {
		j.entries = slices.Clone(j.entries[len(j.entries)-maxEntries:])
	}
}

// Journal returns the entries for which keep holds, in the order in which they came; all of them when it is nil.
func (s *Stub) Journal(keep func(Entry) bool) []Entry {
	s.journal.mu.Lock()
	defer s.journal.mu.Unlock()
	var all []Entry
	for _, e := range s.journal.entries {
		if keep == nil || keep(e) {
			all = append(all, e)
		}
	}
	return all
}

// Asked returns the entries about a token at an endpoint: whether, and how, it was introspected.
func (s *Stub) Asked(endpoint, token string) []Entry {
	sum := Digest(token)
	return s.Journal(func(e Entry) bool { return e.Endpoint == endpoint && e.Token != nil && e.Token.SHA256 == sum })
}

// Last is the number of the last entry, 0 before the first.
func (s *Stub) Last() int {
	s.journal.mu.Lock()
	defer s.journal.mu.Unlock()
	return s.journal.last
}

// Connections counts those that were opened so far. Who opened one and did not like the certificate asks nothing over it.
func (s *Stub) Connections() int64 { return s.face.opened.Load() }

// Forget empties the journal; the numbers go on.
func (s *Stub) Forget() {
	s.journal.mu.Lock()
	defer s.journal.mu.Unlock()
	s.journal.entries = nil
}

// openly are the parameters that let nobody in, and are told as they came. Any other that has a value is redacted.
var openly = []string{
	"grant_type", "client_id", "redirect_uri", "scope", "response_type", "response_mode", "state", "nonce", "acr_values", "prompt", "max_age",
	"ui_locales", "code_challenge", "code_challenge_method", "token_type_hint", "login_hint", "binding_message", "channel",
	"post_logout_redirect_uri", "kc_idp_hint", "identifiant", "refus", "suite",
}

// maxParameter bounds what is told of a parameter.
const maxParameter = 512

// parameters tells those of a request.
func (j *journal) parameters(form url.Values) map[string]string {
	if len(form) == 0 {
		return nil
	}
	told := map[string]string{}
	for name, values := range form {
		value := strings.Join(values, " ")
		if value != "" && !slices.Contains(openly, name) {
			value = j.redact.Secret(value)
		}
		told[shortened(name)] = shortened(value)
	}
	return told
}

func shortened(s string) string {
	if len(s) > maxParameter {
		return strings.ToValidUTF8(s[:maxParameter], "") + "…"
	}
	return s
}
