package rp

import (
	"context"
	"errors"
	"fmt"
	"net/http"
	"net/url"
	"strings"

	"etalon/internal/browser"
	"etalon/internal/candidate"
	"etalon/internal/oidc"
	"etalon/internal/redact"
	"etalon/internal/verdict"
	"etalon/stubs/psc"
)

const issuerPath = oidc.PathRealm

// visitor is a professional before a browser.
type visitor struct {
	person  psc.Person
	browser browser.Browser
	label   string
	// page is where the visitor came last, hops the whole way, err what stopped the browser there.
	page browser.Page
	hops []browser.Hop
	err  error
	// ended is where the last visit ended, before the protected page was asked for, endedBy what stopped the browser there.
	ended   browser.Page
	endedBy error
	// asked are the parameters of the authorization request, back those of the way back.
	asked, back url.Values
	// began is the last entry of the journal of Pro Santé Connect before.
	began int
}

// arriving says how a login is made.
type arriving struct {
	hold   bool // stops before the way back
	refuse bool // the person refuses
	label  string
}

// astray tells that a browser did not come to the login form of Pro Santé Connect.
type astray struct {
	asked    url.Values
	at, told string
	scripted bool // the page leads on by scripts, which the browser does not run
}

// Error says where it is.
func (a *astray) Error() string { return a.told }

// sits gives a person a new browser.
func (p *part) sits(ctx context.Context, person psc.Person) (*visitor, error) {
	own, err := p.side.browser(ctx, p.veils)
	if err != nil {
		return nil, err
	}
	v := &visitor{person: person, browser: own, label: labelTrial, began: p.side.provider.Last()}
	p.visitors = append(p.visitors, v)
	return v, nil
}

// been notes where a browser has come.
func (v *visitor) been(page browser.Page, err error) {
	v.hops = append(v.hops, page.Hops...)
	v.page, v.ended, v.err, v.endedBy = page, page, err, err
}

// logsIn makes a person log in at the service, in a new browser. The error tells that the person did not come to the login
// form of Pro Santé Connect; what happens on the way back is the visitor's.
func (p *part) logsIn(ctx context.Context, person psc.Person, how arriving) (*visitor, error) {
	v, err := p.sits(ctx, person)
	if err != nil {
		return nil, err
	}
	if how.label != "" {
		v.label = how.label
	}
	return v, p.comes(ctx, v, how)
}

// comes makes a visitor log in.
func (p *part) comes(ctx context.Context, v *visitor, how arriving) error {
	page, err := v.browser.Get(ctx, p.side.declared.Login)
	v.been(page, err)
	v.asked = p.request(page.Hops)
	if err != nil {
		return err
	}
	if !p.side.ofProvider(page.URL) || !page.Asks(psc.FieldName, psc.FieldSecret) {
		return &astray{v.asked, redact.Bare(page.URL), fmt.Sprintf("%s : HTTP %d", redact.Bare(page.URL), page.Status), page.Scripted() && !page.Rendered}
	}
	if how.hold {
		v.browser.Hold(func(r browser.Request) bool { return p.side.returns(r.URL) })
		defer v.browser.Hold(nil)
	}
	if how.refuse {
		page, err = v.browser.Agree(ctx, page, map[string]string{psc.FieldRefuse: "oui"})
	} else {
		page, err = v.browser.Answer(ctx, page, map[string]string{psc.FieldName: string(v.person.IdNat), psc.FieldSecret: v.person.Secret}, psc.FieldSecret)
	}
	v.hops = nil // the page holds them
	v.been(page, err)
	v.back = p.wayBack(page)
	return ctx.Err()
}

// request are the parameters with which a way came to the authorization endpoint, the first time.
func (p *part) request(hops []browser.Hop) url.Values {
	for _, h := range hops {
		u, err := url.Parse(h.URL)
		if err != nil || !strings.HasPrefix(h.URL, p.side.provider.Discovery().Authorization) {
			continue
		}
		if h.Method == http.MethodPost {
			if form, err := url.ParseQuery(string(h.RequestBody)); err == nil {
				return form
			}
		}
		return u.Query()
	}
	return url.Values{}
}

// wayBack are the parameters with which a way came back to the service, the first time.
func (p *part) wayBack(page browser.Page) url.Values {
	addresses := []string{}
	for _, h := range page.Hops {
		addresses = append(addresses, h.URL)
	}
	if page.Held != nil {
		addresses = append(addresses, page.Held.URL)
	}
	for _, address := range addresses {
		if u, err := url.Parse(address); err == nil && p.side.returns(address) {
			return u.Query()
		}
	}
	return url.Values{}
}

// opens tells whether the protected page opens in a browser, without any new login: a way to Pro Santé Connect is none. The
// error is that of a service that does not answer.
func (p *part) opens(ctx context.Context, v *visitor) (bool, error) {
	v.browser.Hold(func(r browser.Request) bool { return p.side.ofProvider(r.URL) })
	defer v.browser.Hold(nil)
	page, err := v.browser.Get(ctx, p.side.declared.Protected)
	v.hops = append(v.hops, page.Hops...)
	v.page = page
	var trouble *browser.Trouble
	switch {
	case errors.As(err, &trouble) && trouble.Kind != browser.ErrUnreachable && trouble.Kind != browser.ErrBrowserFailed:
		return false, nil // it turns in circles: no page was shown
	case err != nil:
		return false, err
	}
	return page.Held == nil && page.Status < 300 && p.shown(page), nil
}

// shown tells whether a page is that of somebody who is logged in.
func (p *part) shown(page browser.Page) bool {
	d := p.side.declared
	if d.Success == "" || !strings.Contains(d.Success, candidate.UserPlace) {
		return page.Text(d.Success)
	}
	for _, person := range p.side.persons() {
		if page.Text(d.Shows(person.IdNat)) {
			return true
		}
	}
	return false
}

// entered tells whether a visitor has a session now, his own where the page shows whose it is.
func (p *part) entered(ctx context.Context, v *visitor) bool {
	var opened bool
	if opened, v.err = p.opens(ctx, v); v.err != nil {
		return false
	}
	d := p.side.declared
	return opened && (!strings.Contains(d.Success, candidate.UserPlace) || v.page.Text(d.Shows(v.person.IdNat)))
}

// told says in a few words where a visitor has come.
func (p *part) told(v *visitor) string {
	if v.err != nil {
		return v.err.Error()
	}
	if v.page.Held != nil {
		return "→ " + redact.Bare(v.page.Held.URL)
	}
	return fmt.Sprintf("%s : HTTP %d", redact.Bare(v.page.URL), v.page.Status)
}

// control logs the person of the controls in, and tells whether the session opens.
func (p *part) control(ctx context.Context, label string) (ok bool, told string) {
	v, err := p.logsIn(ctx, p.side.first(), arriving{label: label})
	if err != nil {
		p.side.Standing.Note(false)
		return false, err.Error()
	}
	ok = p.entered(ctx, v)
	p.side.Standing.Note(ok)
	p.controls = append(p.controls, v)
	return ok, p.told(v)
}

// first is the person of the controls.
func (s *Side) first() psc.Person { return s.people[0] }

// controlBefore and controlAfter are the honest logins without which what stands between proves nothing (rule 2).
func controlBefore(ctx context.Context, p *part) error {
	if ok, told := p.control(ctx, labelBefore); !ok {
		return p.Cannot(verdict.ReasonControlRefusedBefore, told)
	}
	return nil
}

func controlAfter(ctx context.Context, p *part) error {
	p.undo(ctx)
	if ok, told := p.control(ctx, labelAfter); !ok {
		return p.Cannot(verdict.ReasonControlRefusedAfter, told)
	}
	return nil
}
