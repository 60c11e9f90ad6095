package provider

import (
	"fmt"
	"io"
	"net/http"

	"etalon/internal/bench"
	"etalon/internal/gateway"
	"etalon/internal/interops"
)

const (
	maxMessage   = 2 << 20  // bytes of a message
	maxDiscarded = 32 << 20 // bytes read beyond, so that the connection survives the refusal (A16)
)

// receive reads a call within limits. Its error means that the message did not come whole.
func (p *Provider) receive(r *http.Request, service interops.Service) (*call, error) {
	c := &call{provider: p, service: service, request: r, id: gateway.RequestID(r.Header), now: p.config.Bench.Clock.Now()}
	if r.TLS != nil && len(r.TLS.PeerCertificates) > 0 {
		c.peer = r.TLS.PeerCertificates[0]
	}
	var err error
	if c.id == "" {
		if c.id, err = bench.NewUUID(p.ids); err != nil {
			return c, err
		}
	}
	limit := int64(maxMessage)
	if p.policy.endless {
		limit = maxDiscarded
	}
	if c.raw, err = io.ReadAll(io.LimitReader(r.Body, limit+1)); err != nil {
		return c, fmt.Errorf("read message: %w", err)
	}
	if c.overlong = int64(len(c.raw)) > limit; c.overlong {
		if _, err := io.Copy(io.Discard, io.LimitReader(r.Body, maxDiscarded)); err != nil {
			return c, fmt.Errorf("read message: %w", err)
		}
	}
	return c, nil
}
