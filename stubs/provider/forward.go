package provider

import (
	"context"
	"net/http"

	"etalon/internal/gateway"
	"etalon/internal/soap"
)

// ask calls the application with an accepted message and returns its answer unchanged (A05, A06).
func (p *Provider) ask(ctx context.Context, c *call) answer {
	if c.asked != nil {
		return *c.asked
	}
	a, err := p.application(ctx, c)
	if err != nil {
		p.config.Log.Error("application injoignable", "requete", c.id, "cause", err.Error())
		a = p.fault(c, unavailable())
	}
	p.policy.relay(&a, c)
	c.asked = &a
	return a
}

// application makes the call.
func (p *Provider) application(ctx context.Context, c *call) (answer, error) {
	message, err := soap.Strip(c.raw)
	if err != nil && !p.policy.unread {
		return answer{}, err
	}
	if err != nil {
		message = c.raw
	}
	message = p.policy.forward(message)
	if p.config.Backend == "" {
		return echo(c, message), nil
	}
	vi := c.judged.VI
	h := gateway.Forwarded(c.request.Header, c.id, vi.Issuer, vi.NameID.Value, vi.PAGM)
	return p.backend.Call(ctx, http.MethodPost, p.config.Backend, h, message)
}
