package service

import (
	"crypto/tls"
	"net/http"
	"time"

	"etalon/internal/bench"
	"etalon/internal/gateway"
	"etalon/internal/interops"
	"etalon/internal/pki"
	"etalon/internal/sso"
	"etalon/internal/verdict"
)

// Kinds of messages between members of a sphere.
const (
	KindLogoutRequest  = "logout-request"
	KindLogoutResponse = "logout-response"
)

// Exchange is what happened on the receiver's face: one request and its answer, or a connection that failed before it
// brought a request.
type Exchange struct {
	// ConnID tells connections apart.
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
	// Carried tells that the request is one that must carry a Response; Judged is what that turned out to be, before
	// any neglect, and Decision what was done with it.
	Carried  bool
	Judged   sso.Judged
	Decision interops.Decision
	// Incoming and Expectation are those of the judgement: with Expectation.Emitted the same Response is judged as the
	// work of a client candidate.
	Incoming    sso.Incoming
	Expectation sso.Expectation
	// Issuer and User are those of the session that the request opened or used; empty when there was none.
	Issuer, User string
	// Kind tells a message of a logout; empty for everything else. Message is its XML, Findings what is wrong with it.
	Kind     string
	Message  []byte
	Findings []verdict.Finding
	// TLS is the state of the link, with the peer's chain; nil without TLS.
	TLS *tls.ConnectionState
	// Ours is the credential that the receiver presented.
	Ours pki.Credential
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

// exchange is what is known of a visit once it is over.
func (v *visit) exchange(started time.Time) Exchange {
	x := Exchange{
		Service: v.face.service.Name, Method: v.request.Method, URL: v.request.URL.String(), Header: v.request.Header,
		Body: v.incoming.Raw, RequestID: v.id, TLS: v.request.TLS, Clear: v.request.TLS == nil, Started: started,
		Carried: v.carried, Judged: v.seen, Decision: v.decision, Incoming: v.incoming, Expectation: v.expectation,
		Issuer: v.session.issuer, User: v.session.user, Kind: v.kind, Message: v.message, Findings: v.findings,
	}
	if v.link != nil {
		x.ConnID, x.Read, x.Ours = v.link.ID, v.link.Received(), v.link.Ours
	}
	return x
}

// observe tells the observer, if there is one.
func (s *Service) observe(x Exchange) {
	if s.config.Observe == nil {
		return
	}
	if x.Finished.IsZero() {
		x.Finished = bench.Wall()
	}
	s.config.Observe(x)
}

// knocked tells the observer of a connection that brought no request.
func (s *Service) knocked(k gateway.Knock) {
	s.observe(Exchange{
		ConnID: k.ConnID, Clear: k.Clear, Method: k.Method, URL: k.URL, Header: k.Header, Body: k.Body, Status: k.Status,
		TLS: k.TLS, Ours: k.Ours, Read: k.Read, Started: k.Started, Err: k.Err,
	})
}
