package client

import (
	"context"
	"encoding/base64"
	"errors"
	"fmt"
	"net/http"
	"net/url"

	"etalon/internal/emitter"
	"etalon/internal/interops"
	"etalon/internal/saml"
	"etalon/internal/soap"
)

// errTokenService tells that no VI can be made now.
var errTokenService = errors.New("token service unavailable")

// identification returns the VI of a call: a kept one that is still usable, or a new one, traced before
// it may serve (L01 to L03, X01, X06).
func (g *Gateway) identification(c *call) (interops.VI, error) {
	if g.Deaf() || g.policy.deaf {
		return interops.VI{}, errTokenService
	}
	now := g.party.Now()
	var err error
	if c.signer, err = g.party.Signature(); err != nil {
		return interops.VI{}, err
	}
	c.key = g.keyOf(c)
	if vi, ok := g.VIs.Find(c.key); ok && g.policy.usable(vi, now, g.config.Bench.Profile.Skew()) {
		return vi, nil
	}
	id, err := g.party.NewID()
	if err != nil {
		return interops.VI{}, err
	}
	vi := saml.VIFor(g.config.Bench.Profile, g.config.Bench.Convention, c.project, c.service, c.caller.User, id, now)
	g.policy.VI(&vi)
	g.policy.vi(c, &vi)
	if err := g.trace(c, vi, interops.Created); err != nil {
		return interops.VI{}, err
	}
	g.VIs.Put(c.key, vi, now)
	return g.policy.present(c, vi), nil
}

// keyOf is what the VI of a call is kept under.
func (g *Gateway) keyOf(c *call) emitter.Purpose {
	return g.policy.key(emitter.PurposeOf(c.caller.User, c.project.Name, c.service.Name))
}

// send makes the message, traces its sending and posts it; a nil VI leaves it bare. A VI that did not leave
// after all is traced as discarded (X01-N2).
func (g *Gateway) send(ctx context.Context, c *call, vi *interops.VI) (reply, error) {
	raw, err := g.message(c, vi)
	if err != nil {
		return reply{}, err
	}
	target := *c.target
	if g.policy.copiesVI && vi != nil {
		token, _, err := detachVI(raw)
		if err != nil {
			return reply{}, err
		}
		target.RawQuery = url.Values{"VI": {base64.RawURLEncoding.EncodeToString(token)}}.Encode()
	}
	if vi != nil {
		if err := g.trace(c, *vi, interops.Sent); err != nil {
			return reply{}, err
		}
	}
	g.policy.sent(g, c, raw)
	answer, left, err := g.post(ctx, c, &target, raw)
	if err != nil && !left && vi != nil {
		err = errors.Join(err, g.trace(c, *vi, interops.Discarded))
	}
	return answer, err
}

// post sends the bytes and reads the answer; left tells that a link was open, so that some may have left.
func (g *Gateway) post(ctx context.Context, c *call, target *url.URL, raw []byte) (answer reply, left bool, err error) {
	request, err := http.NewRequestWithContext(ctx, http.MethodPost, target.String(), nil)
	if err != nil {
		return reply{}, false, fmt.Errorf("make request: %w", err)
	}
	g.head(request, c)
	a, left, err := g.party.Send(request, raw, maxAnswer)
	return reply{a.Status, emitter.OfMessage(a.Header), a.Body, a.Header, raw}, left, err
}

// trace keeps the record of what became of a VI (X01, X03); an error means that nothing may leave (X06).
func (g *Gateway) trace(c *call, vi interops.VI, decision interops.Decision) error {
	return g.party.Trace(emitter.Emission{VI: vi, Project: c.project, Decision: decision, RequestID: c.id, Signer: c.signer})
}

// head writes the headers of a call: the application's SOAPAction and request id go on, its identity does not (A15-N2).
func (g *Gateway) head(r *http.Request, c *call) {
	if c.version == soap.V12 {
		r.Header.Set("Content-Type", soap.MediaType12+"; charset=utf-8")
	} else {
		r.Header.Set("Content-Type", soap.MediaType11+"; charset=utf-8")
		action := c.request.Header.Get("SOAPAction")
		if action == "" {
			action = `""`
		}
		r.Header["SOAPAction"] = []string{action}
	}
	r.Header.Set("X-Request-Id", c.id)
	g.policy.forward(r.Header, c.request)
}
