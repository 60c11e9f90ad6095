package resource

import (
	"encoding/json"
	"fmt"
	"net/http"
	"strconv"
	"strings"

	"etalon/internal/gateway"
	"etalon/internal/interops"
	"etalon/internal/rest"
)

// answer is what goes back to the partner.
type answer = gateway.Answer

// private keeps an answer out of every shared cache (R06).
const private = "private, no-store"

// send writes the answer, whole, before it returns: the connection may be ended afterwards.
func (p *Provider) send(w http.ResponseWriter, c *call, a answer) {
	h := w.Header()
	for name, values := range a.Header {
		h[name] = values
	}
	h.Set("Date", p.config.Bench.Clock.Now().UTC().Format(http.TimeFormat))
	if c.id != "" {
		h.Set("X-Request-Id", c.id)
	}
	h.Set("Content-Length", strconv.Itoa(len(a.Body)))
	w.WriteHeader(a.Status)
	if c.request.Method != http.MethodHead {
		_, _ = w.Write(a.Body)
	}
	_ = http.NewResponseController(w).Flush()
}

// refuse keeps the trace of a refused call and answers with the refusal. A refusal is sound without a trace (X06).
func (p *Provider) refuse(c *call, r rest.Refusal, cause string) answer {
	c.decision = interops.Rejected
	p.config.Log.Warn("appel refusé", "requete", c.id, "vi", c.judged.VI.ID, "cause", cause)
	a := p.refusal(c, r)
	if err := p.trace(c, r.Code); err != nil {
		p.config.Log.Error("trace impossible", "requete", c.id, "cause", err.Error())
	}
	p.policy.refused(c, &a)
	return a
}

// refusal makes the answer that carries a refusal (R05).
func (p *Provider) refusal(c *call, r rest.Refusal) answer {
	h := http.Header{"Content-Type": {rest.MediaType}, "Cache-Control": {private}}
	if r.Status == http.StatusUnauthorized { // RFC 9110 §11.6.1
		h.Set("Www-Authenticate", strings.TrimSpace(rest.Value(p.config.Token, rest.Header, "")))
	}
	return answer{Status: r.Status, Header: h, Body: r.Bytes()}
}

// ask calls the application and hands its answer back, kept out of shared caches.
func (p *Provider) ask(c *call) answer {
	a, err := p.application(c)
	if err != nil {
		p.config.Log.Error("application injoignable", "requete", c.id, "cause", err.Error())
		return p.refusal(c, rest.Unavailable())
	}
	if a.Header = a.Header.Clone(); a.Header == nil {
		a.Header = http.Header{}
	}
	for _, name := range []string{"Expires", "Etag", "Last-Modified"} {
		a.Header.Del(name)
	}
	a.Header.Set("Cache-Control", private)
	p.policy.relay(c, &a)
	return a
}

// application makes the call, without the token and without what could make another verb of the one that was checked.
func (p *Provider) application(c *call) (answer, error) {
	vi := c.judged.VI
	if p.config.Backend == "" {
		return echo(c)
	}
	h := gateway.Forwarded(c.request.Header, c.id, vi.Issuer, vi.NameID.Value, vi.PAGM)
	for _, name := range []string{p.config.Header, rest.Header, "Cookie", "X-Http-Method-Override", "X-Http-Method", "X-Method-Override"} {
		h.Del(name)
	}
	target := strings.TrimSuffix(p.config.Backend, "/") + c.request.URL.EscapedPath()
	if query := c.request.URL.RawQuery; query != "" {
		target += "?" + query
	}
	return p.backend.Call(c.request.Context(), c.request.Method, target, h, c.incoming.Raw)
}

// echo is the answer of the application that the provider plays itself: what it was asked, and for whom.
func echo(c *call) (answer, error) {
	raw, err := json.Marshal(map[string]any{
		"service": c.service.Name, "ressource": c.resource, "verbe": c.request.Method, "marqueur": c.request.URL.Query().Get("marqueur"),
		"utilisateur": c.judged.VI.NameID.Value, "pagm": c.judged.VI.PAGM, "corps": string(c.incoming.Raw),
	})
	if err != nil {
		return answer{}, fmt.Errorf("write answer: %w", err)
	}
	return answer{Status: http.StatusOK, Header: http.Header{"Content-Type": {rest.MediaType}}, Body: raw}, nil
}
