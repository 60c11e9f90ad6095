package portal

import (
	"context"
	"errors"
	"fmt"
	"net/http"
	"time"

	"etalon/internal/emitter"
	"etalon/internal/interops"
	"etalon/internal/sso"
)

// userAgent is all that a partner learns of the portal's make.
const userAgent = "portail"

// maxAnswer bounds what is read of one answer.
const maxAnswer = 8 << 20

// closeTimeout bounds the closing of one session at a partner, on the wall clock.
const closeTimeout = 5 * time.Second

// relay asks the partner for the page, and hands it back. Without a session of the transport "proxy-post", the Response
// goes along in a header.
func (p *Portal) relay(x *exit, o *outward) emitter.Answer {
	request, err := http.NewRequestWithContext(x.request.Context(), x.request.Method, x.page.String(), nil)
	if err != nil {
		return p.failed(x, fmt.Errorf("make request: %w", err))
	}
	p.head(request.Header, x)
	if len(x.body) > 0 {
		request.Header.Set("Content-Type", formMedia)
	}
	send := func() (emitter.Answer, error) {
		a, _, err := p.party.Send(request, x.body, maxAnswer)
		return a, err
	}
	if o == nil {
		send = func() (emitter.Answer, error) { return p.present(x, request) }
	} else {
		for _, c := range o.jar.Cookies(x.page) {
			request.AddCookie(c)
		}
	}
	a, err := send()
	if err != nil {
		return p.failed(x, err)
	}
	if o != nil {
		o.jar.SetCookies(x.page, (&http.Response{Header: a.Header}).Cookies())
	}
	return p.handBack(x, a)
}

// present asks for a page with a Response in a header: a new VI each time, for it serves once.
func (p *Portal) present(x *exit, request *http.Request) (emitter.Answer, error) {
	defer p.policy.ended(x)
	vi, err := p.identification(x)
	if err != nil {
		return emitter.Answer{}, err
	}
	raw, err := p.response(x, vi)
	if err == nil {
		err = p.trace(x, vi, interops.Sent)
	}
	if err != nil {
		return emitter.Answer{}, err
	}
	p.policy.sent(p, x, raw)
	request.Header.Set(p.config.Header, sso.Encode(raw))
	a, left, err := p.party.Send(request, x.body, maxAnswer)
	if err != nil && !left {
		err = errors.Join(err, p.trace(x, vi, interops.Discarded))
	}
	return a, err
}

// head writes the headers that go out: what the agent's browser can read, and nothing else of hers or of the house
// (P13).
func (p *Portal) head(h http.Header, x *exit) {
	for _, name := range []string{"Accept", "Accept-Language"} {
		if values := x.request.Header.Values(name); len(values) > 0 {
			h[name] = values
		}
	}
	h.Set("User-Agent", userAgent)
	h.Set("X-Request-Id", x.id)
	p.policy.forward(h, x.request)
}

// handBack gives the partner's page to the agent: without its cookies, with addresses of ours, and not at all when it
// sends her elsewhere (T07).
func (p *Portal) handBack(x *exit, a emitter.Answer) emitter.Answer {
	back := emitter.Answer{Status: a.Status, Header: http.Header{}, Body: a.Body}
	for _, name := range []string{"Content-Type", "Content-Language", "Content-Disposition"} {
		if values := a.Header.Values(name); len(values) > 0 {
			back.Header[name] = values
		}
	}
	back.Header.Set("Cache-Control", "no-store")
	back.Header.Set("X-Content-Type-Options", "nosniff")
	if a.Status/100 == 3 && a.Status != http.StatusNotModified {
		address, ok := x.target.inward(x.service.Name, x.page, a.Header.Get("Location"))
		if !ok {
			return p.failed(x, fmt.Errorf("read partner's answer: it sends elsewhere, with status %d", a.Status))
		}
		back.Header.Set("Location", address)
	}
	return back
}

// failed ends an exit that did not succeed, and says nothing technical.
func (p *Portal) failed(x *exit, cause error) emitter.Answer {
	p.config.Log.Error("sortie impossible", "requete", x.id, "cause", cause.Error())
	if errors.Is(cause, errRefused) {
		a := p.refusal(x.visit, http.StatusBadGateway, "Le partenaire n'a pas accepté votre passage.")
		p.policy.shown(x, &a)
		return a
	}
	return p.unavailable(x.visit, cause)
}

// close ends sessions at partners that offer a logout; they are out of reach in any case.
func (p *Portal) close(over []*outward) {
	for _, o := range over {
		if o == nil || o.jar == nil || o.target.logout == nil {
			continue
		}
		if err := p.closeOne(o); err != nil {
			p.config.Log.Warn("session du partenaire non close", "cause", err.Error())
		}
	}
}

func (p *Portal) closeOne(o *outward) error {
	ctx, cancel := context.WithTimeout(context.Background(), closeTimeout)
	defer cancel()
	request, err := http.NewRequestWithContext(ctx, http.MethodGet, o.target.logout.String(), nil)
	if err != nil {
		return fmt.Errorf("make request: %w", err)
	}
	request.Header.Set("User-Agent", userAgent)
	for _, c := range o.jar.Cookies(o.target.logout) {
		request.AddCookie(c)
	}
	_, _, err = p.party.Send(request, nil, maxAnswer)
	return err
}
