package provider

import (
	"etalon/internal/gateway"
	"etalon/internal/saml"
	"etalon/internal/soap"
)

// Exchange is what happened on the partner's face: one call and its answer, or a connection that failed
// before it brought a call.
type Exchange struct {
	gateway.Exchange
	// Judged is what the message turned out to be for the provider, before any neglect.
	Judged soap.Judged
	// Incoming and Expectation are those of the judgement: with Expectation.Emitted the same message is judged
	// as the work of a client candidate.
	Incoming    soap.Incoming
	Expectation saml.Expectation
}

// observe tells the observer, if there is one.
func (p *Provider) observe(x Exchange) {
	if p.config.Observe == nil {
		return
	}
	x.Ended()
	p.config.Observe(x)
}

// knocked tells the observer of a connection that brought no call.
func (p *Provider) knocked(k gateway.Knock) {
	p.observe(Exchange{Exchange: k.Exchange()})
}
