package psc

import (
	"fmt"
	"net/http"
	"net/url"
	"slices"
	"time"
	"unicode/utf8"

	"etalon/internal/bench"
	"etalon/internal/mssante"
	"etalon/internal/oidc"
)

// decoupled is a request of decoupled authentication (CIBA), for which a person decides elsewhere.
type decoupled struct {
	id       string
	grant    *grant
	binding  string
	expires  time.Time
	interval time.Duration
	polled   time.Time // the last time that the client asked, by the protocol clock; heard by the wall clock
	heard    time.Time
	decision Decision
}

// Decision is what a person says of a request.
type Decision string

// The decisions.
const (
	Pending  Decision = ""
	Approved Decision = "approve"
	Denied   Decision = "deny"
)

// maxBinding bounds the message that a person compares, in characters.
const maxBinding = 64

// decoupled takes a request of decoupled authentication, poll mode alone (CIBA §7.1).
func (v *visit) decoupled() (answer, error) {
	form, err := v.demand()
	if err != nil {
		return answer{}, err
	}
	c, err := v.client(form)
	if err != nil {
		return answer{}, err
	}
	p, err := v.designated(c, form)
	if err != nil {
		return answer{}, err
	}
	d, err := v.open(&grant{client: c, person: p, scope: form.Get("scope")}, form.Get("binding_message"))
	if err != nil {
		return answer{}, err
	}
	return jsonAnswer(http.StatusOK, oidc.CIBAAnswer{
		ID: d.id, Expires: int(v.config.Lifetimes.Decoupled / time.Second), Interval: int(d.interval / time.Second),
	}), nil
}

// designated finds the person of whom a request asks. It refuses with an *oidc.Error (CIBA §13).
func (v *visit) designated(c Client, form url.Values) (Person, error) {
	p, known := v.person(mssante.IdNat(form.Get("login_hint")))
	var err error
	switch {
	case !c.Decoupled:
		err = oidc.Refuse(oidc.UnauthorizedClient, "decoupled authentication is not switched on for the client")
	case !slices.Contains(scopes(form.Get("scope")), mssante.ScopeOpenID) || !offered(form.Get("scope")):
		err = oidc.Refuse(oidc.InvalidScope, "want openid, and scopes that are offered")
	case form.Has("login_hint_token") || form.Has("id_token_hint") || !form.Has("login_hint"):
		err = oidc.Refuse(oidc.InvalidRequest, "want one hint, login_hint")
	case utf8.RuneCountInString(form.Get("binding_message")) > maxBinding:
		err = oidc.Refuse("invalid_binding_message", fmt.Sprintf("want %d characters at most", maxBinding))
	case !known:
		err = oidc.Refuse(oidc.UnknownUser, "nobody has that IdNat")
	}
	return p, err
}

// open keeps a request until the person decides.
func (v *visit) open(g *grant, message string) (*decoupled, error) {
	var err error
	if g.session, err = bench.NewUUID(v.ids); err != nil {
		return nil, err
	}
	id := bench.NewSecret()
	d := &decoupled{id: id, grant: g, binding: message, expires: v.now().Add(v.config.Lifetimes.Decoupled), interval: v.config.Lifetimes.Interval}
	v.mu.Lock()
	defer v.mu.Unlock()
	v.requests.Put(id, d)
	return d, nil
}

// polled answers a client that asks for the outcome (CIBA §11). Who asks sooner than told is told to slow down, by five
// seconds.
func (v *visit) polled(c Client, form url.Values) (*grant, error) {
	v.mu.Lock()
	defer v.mu.Unlock()
	now := v.now()
	d, there := v.requests.Get(form.Get("auth_req_id"))
	switch {
	case !there || d.grant.client.ID != c.ID:
		return nil, oidc.Refuse(oidc.InvalidGrant, "the request is unknown, over, or another client's")
	case !now.Before(d.expires):
		return nil, oidc.Refuse(oidc.ExpiredToken, "the person did not decide in time")
	}
	// A poll is early when it is so by both clocks: that of the protocol may have been moved, or stopped.
	early := !d.polled.IsZero() && now.Before(d.polled.Add(d.interval)) && v.started.Before(d.heard.Add(d.interval))
	d.polled, d.heard = now, v.started
	switch {
	case early:
		d.interval += 5 * time.Second
		return nil, oidc.Refuse(oidc.SlowDown, "")
	case d.decision == Pending:
		return nil, oidc.Refuse(oidc.AuthorizationPending, "")
	case d.decision == Denied:
		v.requests.Take(d.id)
		return nil, oidc.Refuse(oidc.AccessDenied, "the person refused")
	}
	v.requests.Take(d.id)
	return d.grant, nil
}

// Waiting is a request for which a person is to decide.
type Waiting struct {
	ID      string        `json:"auth_req_id"`
	Client  string        `json:"client"`
	IdNat   mssante.IdNat `json:"idnat"`
	Binding string        `json:"binding_message"`
}

// Waiting returns the requests for which persons are to decide, in the order in which they came.
func (s *Stub) Waiting() []Waiting {
	s.mu.Lock()
	defer s.mu.Unlock()
	all := []Waiting{}
	for _, id := range s.requests.Keys() {
		if d, there := s.requests.Get(id); there && d.decision == Pending && s.now().Before(d.expires) {
			all = append(all, Waiting{d.id, d.grant.client.ID, d.grant.person.IdNat, d.binding})
		}
	}
	return all
}

// Decide decides for a person. It refuses a request that is not waiting, and any other decision than to approve or deny.
func (s *Stub) Decide(id string, what Decision) error {
	s.mu.Lock()
	defer s.mu.Unlock()
	d, there := s.requests.Get(id)
	if !there || d.decision != Pending || !s.now().Before(d.expires) {
		return fmt.Errorf("decide: no such request waits")
	}
	if what != Approved && what != Denied {
		return fmt.Errorf("decide: %.40q: want approve or deny", string(what))
	}
	d.decision, d.grant.at = what, s.now()
	return nil
}
