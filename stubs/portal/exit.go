package portal

import (
	"context"
	"errors"
	"fmt"
	"io"
	"mime"
	"net/http"
	"net/http/cookiejar"
	"net/url"
	"slices"
	"strings"

	"github.com/go-chi/chi/v5"

	"etalon/internal/emitter"
	"etalon/internal/interops"
	"etalon/internal/pki"
	"etalon/internal/sso"
)

// exit is one visit on its way out.
type exit struct {
	*visit
	project interops.Project
	service interops.Service
	target  target
	page    *url.URL // of the partner's
	entry   bool     // the agent asks for the service, not for one of its pages
	user    interops.User
	body    []byte
	signer  pki.Credential
	sent    []byte // the Response, where a flaw shows it
}

// leave is the order of the portal: who is there, by what right, to which page; then out (P12).
func (p *Portal) leave(v *visit) emitter.Answer {
	x := &exit{visit: v}
	if !p.policy.recognised(p, v) {
		return emitter.Elsewhere("/login?retour=" + url.QueryEscape(v.request.URL.RequestURI()))
	}
	if !p.aim(x) {
		return p.refusal(v, http.StatusNotFound, "Ce service n'est pas ouvert.")
	}
	x.user = x.session.user
	x.user.PAGM = p.policy.rights(p, x.session, x.project)
	if len(x.user.PAGM) == 0 {
		p.close([]*outward{p.sessions.replace(x.session, x.service.Name, nil)})
		return p.refusal(v, http.StatusForbidden, "Vous n'êtes pas habilité à ce service.")
	}
	if status, trouble := p.read(x); trouble != "" {
		return p.refusal(v, status, trouble)
	}
	if x.entry && p.config.Commits != nil {
		if commit := p.config.Commits(); commit != nil {
			return p.misbehave(x, commit)
		}
	}
	switch p.transport() {
	case sso.TransportBrowserPost:
		return p.handOver(x)
	case sso.TransportHeader:
		return p.relay(x, nil)
	}
	return p.visitPartner(x)
}

// misbehave has a fault committed in the place of an exit, and tells the agent what the partner answered.
func (p *Portal) misbehave(x *exit, commit func(context.Context, emitter.Leaving) (emitter.Answer, error)) emitter.Answer {
	vi, err := p.identification(x)
	if err == nil {
		err = p.trace(x, vi, interops.Sent)
	}
	var a emitter.Answer
	if err == nil {
		a, err = commit(x.request.Context(), emitter.Leaving{
			Project: x.project, Service: x.service, VI: vi, Endpoint: x.target.acs, Page: x.page, RequestID: x.id,
		})
	}
	if err != nil {
		return p.failed(x, err)
	}
	return p.refusal(x.visit, http.StatusBadGateway, fmt.Sprintf("Le portail a commis la faute armée ; le partenaire a répondu %d.", a.Status))
}

// aim finds the project in force of a service (K01), its addresses and the page.
func (p *Portal) aim(x *exit) bool {
	var known, open bool
	service, err := url.PathUnescape(chi.URLParam(x.request, "service"))
	if err != nil {
		return false
	}
	if x.target, known = p.targets[service]; !known {
		return false
	}
	if x.project, x.service, open = p.party.Project(service, p.policy.inForce); !open {
		return false
	}
	rest, below := strings.CutPrefix(x.request.URL.EscapedPath(), exitPath+url.PathEscape(service)+"/")
	if x.entry = !below; x.entry {
		rest = ""
	}
	x.page, err = x.target.page(rest, x.request.URL.RawQuery)
	return err == nil
}

// read takes what the agent sends: a form, at most. A VI of her own goes nowhere (P13-N3).
func (p *Portal) read(x *exit) (status int, trouble string) {
	const smuggled = "Cette demande porte un jeton, que le portail seul peut faire."
	query, err := url.ParseQuery(x.request.URL.RawQuery)
	if err != nil || carriesVI(query) && !p.policy.smuggles {
		return http.StatusBadRequest, smuggled
	}
	if x.body, err = io.ReadAll(x.request.Body); err != nil {
		return http.StatusRequestEntityTooLarge, "La demande est illisible, ou trop longue."
	}
	if len(x.body) == 0 {
		return 0, ""
	}
	media, _, err := mime.ParseMediaType(x.request.Header.Get("Content-Type"))
	if err != nil || media != formMedia {
		return http.StatusUnsupportedMediaType, "La demande n'est pas un formulaire."
	}
	form, err := url.ParseQuery(string(x.body))
	if err != nil || carriesVI(form) && !p.policy.smuggles {
		return http.StatusBadRequest, smuggled
	}
	return 0, ""
}

// formMedia is the media type of a form.
const formMedia = "application/x-www-form-urlencoded"

// visitPartner opens a session at the partner each time the agent asks for the service, and one time only when she
// asks for its pages; then it relays the page.
func (p *Portal) visitPartner(x *exit) emitter.Answer {
	o, ok := p.sessions.outward(x.session, x.service.Name, pagmKey(x.user.PAGM), p.policy.bounds, p.party.Now())
	if !ok || x.entry && !p.policy.reuses(x, o) {
		var err error
		if o, err = p.open(x); err != nil {
			return p.failed(x, err)
		}
	}
	if x.entry && len(x.body) == 0 {
		address, _ := x.target.inward(x.service.Name, x.page, x.page.String())
		return emitter.Elsewhere(address)
	}
	return p.relay(x, o)
}

// errRefused tells that the partner did not take a Response.
var errRefused = errors.New("the partner opened no session")

// open sends a Response with a new VI to the partner, and keeps the session that it opens in place of the one before.
func (p *Portal) open(x *exit) (*outward, error) {
	defer p.policy.ended(x)
	jar, err := cookiejar.New(nil)
	if err != nil {
		return nil, fmt.Errorf("keep partner's cookies: %w", err)
	}
	vi, err := p.identification(x)
	if err != nil {
		return nil, err
	}
	raw, err := p.response(x, vi)
	if err != nil {
		return nil, err
	}
	a, err := p.post(x, vi, raw)
	if err != nil {
		return nil, err
	}
	if !admitted(a.Status) {
		return nil, fmt.Errorf("%w: status %d", errRefused, a.Status)
	}
	jar.SetCookies(x.target.acs, (&http.Response{Header: a.Header}).Cookies())
	now := p.party.Now()
	o := &outward{
		target: x.target, user: x.user.ID, project: x.project.Name, pagm: pagmKey(x.user.PAGM), jar: jar, opened: now, seen: now,
	}
	p.close([]*outward{p.sessions.replace(x.session, x.service.Name, o)})
	return o, nil
}

// post sends a Response to the partner's ACS, traced before it leaves. A VI that did not leave after all is traced as
// discarded (X01-N2).
func (p *Portal) post(x *exit, vi interops.VI, raw []byte) (emitter.Answer, error) {
	if err := p.trace(x, vi, interops.Sent); err != nil {
		return emitter.Answer{}, err
	}
	p.policy.sent(p, x, raw)
	request, body, err := p.posting(x, raw)
	if err != nil {
		return emitter.Answer{}, err
	}
	a, left, err := p.party.Send(request, body, maxAnswer)
	if err != nil && !left {
		err = errors.Join(err, p.trace(x, vi, interops.Discarded))
	}
	return a, err
}

// posting is the request that carries a Response.
func (p *Portal) posting(x *exit, raw []byte) (*http.Request, []byte, error) {
	form := sso.ResponseForm(raw, p.policy.relayState(x.page))
	p.policy.form(x, form)
	method, target, body := http.MethodPost, *x.target.acs, form.Encode()
	p.policy.address(&target, form)
	if p.policy.getsACS {
		method, target.RawQuery, body = http.MethodGet, body, ""
	}
	request, err := http.NewRequestWithContext(x.request.Context(), method, target.String(), nil)
	if err != nil {
		return nil, nil, fmt.Errorf("make request: %w", err)
	}
	p.head(request.Header, x)
	if body != "" {
		request.Header.Set("Content-Type", formMedia)
	}
	return request, []byte(body), nil
}

// pagmKey is a set of rights as a key.
func pagmKey(pagm []string) string {
	sorted := slices.Clone(pagm)
	slices.Sort(sorted)
	return strings.Join(sorted, "\x00")
}
