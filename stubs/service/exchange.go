package service

import (
	"cmp"
	"time"

	"etalon/internal/gateway"
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
	gateway.Exchange
	// Carried tells that the request is one that must carry a Response; Judged is what that turned out to be, before
	// any neglect.
	Carried bool
	Judged  sso.Judged
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
}

// exchange is what is known of a visit once it is over.
func (v *visit) exchange(started time.Time) Exchange {
	x := Exchange{
		Exchange: gateway.Requested(v.request, v.incoming.Raw, v.link, started),
		Carried:  v.carried, Judged: v.seen, Incoming: v.incoming, Expectation: v.expectation,
		Issuer: v.session.issuer, User: v.session.user, Kind: v.kind, Message: v.message, Findings: v.findings,
	}
	x.Service, x.RequestID, x.Decision, x.Fault = v.face.service.Name, v.id, v.decision, cmp.Or(v.fault, x.Fault)
	return x
}

// observe tells the observer, if there is one.
func (s *Service) observe(x Exchange) {
	if s.config.Observe == nil {
		return
	}
	x.Ended()
	s.config.Observe(x)
}

// knocked tells the observer of a connection that brought no request.
func (s *Service) knocked(k gateway.Knock) {
	s.observe(Exchange{Exchange: k.Exchange()})
}
