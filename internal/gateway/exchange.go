package gateway

import (
	"crypto/tls"
	"net/http"
	"time"

	"etalon/internal/bench"
	"etalon/internal/interops"
	"etalon/internal/pki"
)

// Exchange is what happened on the face of a gateway, whatever its mode: one request and its answer, or a connection
// that failed before it brought a request.
type Exchange struct {
	// ConnID tells connections apart: two exchanges with the same one shared a connection (A16).
	ConnID string
	// Clear tells that the request came without TLS (T07).
	Clear bool
	// Service is the Service.Name of the address; empty when the address is none of ours.
	Service     string
	Method, URL string
	Header      http.Header
	// Body is what came, up to the limit of what is read.
	Body []byte
	// RequestID is the X-Request-Id that came, or the one that was made.
	RequestID string
	// Decision is what was done with the VI; empty when none came.
	Decision interops.Decision
	// TLS is the state of the link, with the peer's chain; nil without TLS.
	TLS *tls.ConnectionState
	// Ours is the credential that the gateway presented.
	Ours pki.Credential
	// Fault is the Mutation.Name of the armed fault that the gateway committed; empty when it was honest.
	Fault string
	// Status, AnswerHeader and Answer are what was answered; zero when nothing was.
	Status       int
	AnswerHeader http.Header
	Answer       []byte
	// Read counts the bytes read on the connection, below TLS, since it opened.
	Read              int64
	Started, Finished time.Time // wall clock
	// Err is why the connection, or the reading of the request, failed, or why no answer was given.
	Err error
}

// Requested is what is known of a request before it is answered. The link is nil when it came by no connection of a
// door's.
func Requested(r *http.Request, body []byte, l *Link, started time.Time) Exchange {
	x := Exchange{
		Method: r.Method, URL: r.URL.String(), Header: r.Header, Body: body, TLS: r.TLS, Clear: r.TLS == nil, Started: started,
	}
	if l != nil {
		x.ConnID, x.Read, x.Ours, x.Fault = l.ID, l.Received(), l.Ours, l.Fault
	}
	return x
}

// Exchange is a connection that brought no request.
func (k Knock) Exchange() Exchange {
	return Exchange{
		ConnID: k.ConnID, Clear: k.Clear, Method: k.Method, URL: k.URL, Header: k.Header, Body: k.Body, Status: k.Status,
		TLS: k.TLS, Ours: k.Ours, Fault: k.Fault, Read: k.Read, Started: k.Started, Err: k.Err,
	}
}

// Answered completes the exchange with what was answered.
func (x *Exchange) Answered(a Answer) {
	x.Status, x.AnswerHeader, x.Answer = a.Status, a.Header, a.Body
}

// Ended completes the exchange with the time, unless it has one.
func (x *Exchange) Ended() {
	if x.Finished.IsZero() {
		x.Finished = bench.Wall()
	}
}
