package resource

import (
	"cmp"
	"time"

	"etalon/internal/gateway"
	"etalon/internal/rest"
)

// Exchange is what happened on the partner's face: one call and its answer, or a connection that failed before it
// brought a call.
type Exchange struct {
	gateway.Exchange
	// Resource is what is asked of the service; empty when the address is none of ours.
	Resource string
	// Judged is what the call turned out to be for the provider, before any neglect.
	Judged rest.Judged
	// Incoming and Expectation are those of the judgement: with Expectation.Emitted the same call is judged as the work of
	// a client candidate.
	Incoming    rest.Incoming
	Expectation rest.Expectation
}

// exchange is what is known of a call once it is over.
func (c *call) exchange(started time.Time) Exchange {
	x := Exchange{
		Exchange: gateway.Requested(c.request, c.incoming.Raw, c.link, started), Resource: c.resource,
		Judged: c.seen, Incoming: c.incoming, Expectation: c.expectation,
	}
	x.Service, x.RequestID, x.Decision, x.Fault = c.service.Name, c.id, c.decision, cmp.Or(c.fault, x.Fault)
	return x
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
