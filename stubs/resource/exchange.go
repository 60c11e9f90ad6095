package resource

import (
	"crypto/tls"
	"net/http"
	"time"

	"etalon/internal/bench"
	"etalon/internal/gateway"
	"etalon/internal/interops"
	"etalon/internal/pki"
	"etalon/internal/rest"
)

// Exchange is what happened on the partner's face: one call and its answer, or a connection that failed before it
// brought a call.
type Exchange struct {
	// ConnID tells connections apart.
	ConnID string
	// Clear tells that the call came without TLS (T07).
	Clear bool
	// Service is the Service.Name of the address, Resource what is asked of it; empty when the address is none of ours.
	Service, Resource string
	Method, URL       string
	Header            http.Header
	// Body is what came, up to the limit of what is read.
	Body []byte
	// RequestID is the X-Request-Id that came, or the one that was made.
	RequestID string
	// Judged is what the call turned out to be for the provider, before any neglect.
	Judged rest.Judged
	// Incoming and Expectation are those of the judgement: with Expectation.Emitted the same call is judged as the work of
	// a client candidate.
	Incoming    rest.Incoming
	Expectation rest.Expectation
	// Decision is what was done with the call; empty when no call came.
	Decision interops.Decision
	// TLS is the state of the link, with the peer's chain; nil without TLS.
	TLS *tls.ConnectionState
	// Ours is the credential that the provider presented.
	Ours pki.Credential
	// Status, AnswerHeader and Answer are what was answered; zero when nothing was.
	Status       int
	AnswerHeader http.Header
	Answer       []byte
	// Read counts the bytes read on the connection, below TLS, since it opened.
	Read              int64
	Started, Finished time.Time // wall clock
	// Err is why the connection, or the reading of the call, failed, or why no answer was given.
	Err error
}

// exchange is what is known of a call once it is over.
func (c *call) exchange(started time.Time) Exchange {
	x := Exchange{
		Service: c.service.Name, Resource: c.resource, Method: c.request.Method, URL: c.request.URL.String(), Header: c.request.Header,
		Body: c.incoming.Raw, RequestID: c.id, TLS: c.request.TLS, Clear: c.request.TLS == nil, Started: started,
		Judged: c.seen, Incoming: c.incoming, Expectation: c.expectation, Decision: c.decision,
	}
	if c.link != nil {
		x.ConnID, x.Read, x.Ours = c.link.ID, c.link.Received(), c.link.Ours
	}
	return x
}

// observe tells the observer, if there is one.
func (p *Provider) observe(x Exchange) {
	if p.config.Observe == nil {
		return
	}
	if x.Finished.IsZero() {
		x.Finished = bench.Wall()
	}
	p.config.Observe(x)
}

// knocked tells the observer of a connection that brought no call.
func (p *Provider) knocked(k gateway.Knock) {
	p.observe(Exchange{
		ConnID: k.ConnID, Clear: k.Clear, Method: k.Method, URL: k.URL, Header: k.Header, Body: k.Body, Status: k.Status,
		TLS: k.TLS, Ours: k.Ours, Read: k.Read, Started: k.Started, Err: k.Err,
	})
}
