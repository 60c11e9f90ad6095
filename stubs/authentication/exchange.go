package authentication

import (
	"net/http"
	"time"

	"etalon/internal/bench"
	"etalon/internal/gateway"
	"etalon/internal/interops"
	"etalon/internal/verdict"
)

// The kinds of message that an operator gets.
const (
	KindAuthnRequest   = "AuthnRequest"
	KindContextToken   = "ContextToken"
	KindLogoutRequest  = "LogoutRequest"
	KindLogoutResponse = "LogoutResponse"
	KindRebond         = "rebond" // a person asked to be sent to a service
	KindLogin          = "login"
	KindLogout         = "logout" // a person asked for the end of the session
)

// Exchange is one request that came, with what was made of it.
type Exchange struct {
	// Kind is one of the Kind constants; empty for a page.
	Kind string
	// RequestID is the X-Request-Id under which it is traced.
	RequestID   string
	Method, URL string
	Header      http.Header
	// Message is the XML that came; nil when it could not be decoded.
	Message []byte
	// Organism is the Organism.Name of who sent the message, as a claim; Person the one whom the browser's session names.
	Organism, Person string
	// Findings are the departures of the message that came; a message with findings is refused.
	Findings []verdict.Finding
	// VI is the one that left in answer, and Response its carrier; nil when none did.
	VI       *interops.VI
	Response []byte
	Status   int
	Started  time.Time // wall clock
	Err      error
}

// call is one request under way.
type call struct {
	w      http.ResponseWriter
	r      *http.Request
	id     string // X-Request-Id
	now    time.Time
	status int
	seen   Exchange
}

// answer gives a request its identifier and its instant, and tells the observer what came of it.
func (o *Operator) answer(w http.ResponseWriter, r *http.Request, handle func(*call)) {
	c := &call{w: w, r: r, id: gateway.RequestID(r.Header), now: o.now(), status: http.StatusOK}
	c.seen = Exchange{Method: r.Method, URL: r.URL.String(), Header: r.Header, Started: bench.Wall()}
	if c.id == "" {
		id, err := o.party.NewUUID()
		if err != nil {
			http.Error(w, "indisponible", http.StatusServiceUnavailable)
			return
		}
		c.id = id
	}
	w.Header().Set("X-Request-Id", c.id)
	if o.policy.answers != nil {
		o.policy.answers(o, c)
	} else {
		handle(c)
	}
	c.seen.RequestID, c.seen.Status = c.id, c.status
	if o.config.Observe != nil {
		o.config.Observe(c.seen)
	}
}
