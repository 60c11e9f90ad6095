package consumer

import (
	"errors"
	"fmt"
	"net/http"

	"etalon/internal/bench"
	"etalon/internal/emitter"
	"etalon/internal/interops"
	"etalon/internal/rest"
	"etalon/internal/saml"
)

// errTokenService tells that no token can be made now.
var errTokenService = errors.New("token service unavailable")

// maxAnswer bounds what a partner may answer.
const maxAnswer = 8 << 20

// identification returns the VI of a call: a kept one that still has more than the skew to live, or a new one, traced
// before it may serve (X01, X06).
func (g *Gateway) identification(c *call) (interops.VI, error) {
	if g.Deaf() || g.policy.deaf {
		return interops.VI{}, errTokenService
	}
	now := g.party.Now()
	var err error
	if c.signer, err = g.party.Signature(); err != nil {
		return interops.VI{}, err
	}
	if vi, ok := g.VIs.Find(g.purpose(c)); ok && g.policy.usable(vi, now, g.config.Bench.Profile.Skew()) {
		return vi, nil
	}
	id, err := g.party.NewID()
	if err != nil {
		return interops.VI{}, err
	}
	vi := saml.VIFor(g.config.Bench.Profile, g.config.Bench.Convention, c.project, c.service, c.user, id, now)
	g.policy.VI(&vi)
	g.policy.vi(c, &vi)
	if err := g.trace(c, vi, interops.Created); err != nil {
		return interops.VI{}, err
	}
	g.VIs.Put(g.purpose(c), vi, now)
	return g.policy.present(c, vi), nil
}

// purpose is what the VI of a call is kept for.
func (g *Gateway) purpose(c *call) emitter.Purpose {
	return g.policy.key(emitter.PurposeOf(c.user, c.project.Name, c.service.Name))
}

// token writes the VI in the agreed form.
func (g *Gateway) token(c *call, vi interops.VI) (string, error) {
	draft := rest.Draft{
		Token: g.config.Token, VI: vi, Signer: c.signer, Profile: g.config.Bench.Profile,
		Credential: g.config.Bench.PKI.Credential, Rand: bench.Entropy(), Now: g.party.Now(),
		Hooks: rest.Hooks{
			Hooks: saml.Hooks{Content: g.policy.Content, Form: g.policy.Form, Signed: g.policy.Signed}, JWT: g.policy.jwt,
		},
	}
	token, err := draft.Build()
	if err != nil {
		return "", fmt.Errorf("make token: %w", err)
	}
	return token, nil
}

// send traces the sending of a token and makes the call; without a token, as only a flaw does, it leaves bare. One that
// did not leave after all is traced as discarded (X01-N2).
func (g *Gateway) send(c *call, vi interops.VI, token string) (emitter.Answer, error) {
	request, err := http.NewRequestWithContext(c.request.Context(), c.request.Method, c.target.String(), nil)
	if err != nil {
		return emitter.Answer{}, fmt.Errorf("make request: %w", err)
	}
	for _, name := range []string{"Accept", "Accept-Language", "Content-Type"} {
		if values := c.request.Header.Values(name); len(values) > 0 {
			request.Header[name] = values
		}
	}
	request.Header.Set("X-Request-Id", c.id)
	if token == "" {
		answer, _, err := g.party.Send(request, c.body, maxAnswer)
		return answer, err
	}
	body := g.policy.place(bearing{request, g.config.Header, g.config.Token, token}, c.body)
	if err := g.trace(c, vi, interops.Sent); err != nil {
		return emitter.Answer{}, err
	}
	g.policy.sent(g, c, token)
	answer, left, err := g.party.Send(request, body, maxAnswer)
	if err != nil && !left {
		err = errors.Join(err, g.trace(c, vi, interops.Discarded))
	}
	return answer, err
}

// bearing is a token on the point of being put into a request.
type bearing struct {
	request             *http.Request
	header, form, token string
}

// inHeader puts the token where it is agreed, and returns the body as it was.
func (b bearing) inHeader(body []byte) []byte {
	b.request.Header.Set(b.header, rest.Value(b.form, b.header, b.token))
	return body
}

// trace keeps the record of what became of a VI (X01, X03); an error means that nothing may leave (X06).
func (g *Gateway) trace(c *call, vi interops.VI, decision interops.Decision) error {
	return g.party.Trace(emitter.Emission{VI: vi, Project: c.project, Decision: decision, RequestID: c.id, Signer: c.signer})
}
