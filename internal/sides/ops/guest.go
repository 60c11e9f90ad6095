package ops

import (
	"context"
	"errors"
	"fmt"
	"net/url"
	"slices"

	"etalon/internal/access"
	"etalon/internal/browser"
	"etalon/internal/candidate"
	"etalon/internal/interops"
	"etalon/internal/mutation"
	"etalon/internal/pki"
	"etalon/internal/scenario"
	"etalon/internal/sso"
	"etalon/internal/verdict"
	"etalon/stubs/members"
)

// guest is a person of the trial, in a browser of its own, at the authentication operator under test.
type guest struct {
	*person
	who  candidate.User
	user interops.User // as the last login made it
	// identified is the rank of the identification that came with a context token, and token that token.
	identified int
	token      []byte
	tokenID    string
	calls      []int  // of w.client.calls, which the person made
	left       string // organism at which the person asked for the end of the session
	from       int    // arrivals at the members before that
}

// guest returns the person whom the features call by a part in the trial, without any browser yet.
func (w *World) newGuest(ctx context.Context, alias string) (*guest, error) {
	who := w.someone(alias)
	if who == nil {
		return nil, w.Cannot(verdict.ReasonNotDeclared, "users : "+alias)
	}
	d, ok := w.client.side.driver.(*personDriver)
	if !ok {
		return nil, fmt.Errorf("open browser: mode %s has no person", w.client.side.mode)
	}
	p, err := d.sit(ctx)
	if err != nil {
		return nil, w.stopped(err)
	}
	g := &guest{person: p, who: d.user(who.ID), user: *who, identified: -1}
	if w.client.guests == nil {
		w.client.guests = map[string]*guest{}
	}
	if old := w.client.guests[alias]; old != nil {
		g.calls = old.calls // the same person, in another browser
		w.client.seats = append(w.client.seats, old.browser)
	}
	w.client.guests[alias] = g
	w.client.seats = append(w.client.seats, p.browser)
	return g, nil
}

// guestOf returns a person who sits before a browser already.
func (w *World) guestOf(alias string) (*guest, error) {
	if g := w.client.guests[alias]; g != nil {
		return g, nil
	}
	return nil, errNothingSent
}

// logged notes that the person logged in now.
func (w *World) logged(g *guest) {
	g.user.AuthnInstant = w.run.Bench.Clock.Now()
	if profile := w.profile(); g.identified >= 0 {
		if rank := min(g.identified, profile.RankOfClass(g.user.Class)); rank >= 0 {
			g.user.Class = profile.Levels[rank].Class
		}
	}
}

// logsIn logs the person in by the declared recipe.
func (w *World) logsIn(ctx context.Context, g *guest) error {
	w.logged(g)
	if err := g.connect(ctx, g.who); err != nil {
		return w.stopped(err)
	}
	return nil
}

// goes makes the person go somewhere for a service, and gathers what reached the services.
func (w *World) goes(ctx context.Context, g *guest, to interops.Service, way func(marker string) (browser.Page, error)) error {
	marker, err := NewMarker(w.Source)
	if err != nil {
		return err
	}
	g.calls = append(g.calls, len(w.client.calls))
	err = w.asks(ctx, appCall{marker: marker, service: to, user: g.user, known: true}, func() (access.AppAnswer, error) {
		page, err := way(marker)
		g.been(page)
		var trouble *browser.Trouble
		if errors.As(err, &trouble) && trouble.Kind != browser.ErrBrowserFailed && len(page.Hops) > 0 {
			err = nil // the operator answered, and then something stopped the browser: that is the answer
		}
		return g.answer(), err
	})
	if err != nil {
		return err
	}
	last := &w.client.calls[len(w.client.calls)-1]
	last.kept = append(last.kept, w.keepWay(marker, g.page.Hops)...)
	return nil
}

// keepWay records what the person's browser sent the operator and where it ended: the requests that carried a message,
// and the last.
func (w *World) keepWay(marker string, hops []browserHop) []verdict.Exchange {
	var kept []verdict.Exchange
	for i, h := range hops {
		if _, carried := h.SAML(); carried == "" && i < len(hops)-1 {
			continue
		}
		e := verdict.Exchange{Label: "browser", From: "harness", Marker: marker, Status: h.Status, TLS: w.Link(h.TLS, pki.Credential{})}
		e.Request = w.evidence(httpText(h.Method+" "+h.URL+" HTTP/1.1", w.head(h.RequestHeader), h.RequestBody))
		if h.Err != nil {
			e.Error = scenario.Brief(h.Err.Error())
		} else {
			e.Response = w.evidence(httpText(statusLine(h.Status), w.head(h.Header), h.Body))
		}
		kept = append(kept, e)
	}
	w.Keep(kept...)
	return kept
}

// place finds the service of a step.
func (w *World) place(name string) (place, error) {
	at, ok := w.client.side.place(name)
	if !ok {
		return at, w.Cannot(verdict.ReasonNotInConvention, "service "+name)
	}
	return at, nil
}

// rebounds sends the person to a service, from the operator or at the service's wish.
func (w *World) rebounds(ctx context.Context, g *guest, at place, extra url.Values) error {
	link := w.client.side.link(at)
	return w.goes(ctx, g, at.service, func(marker string) (browser.Page, error) {
		u, err := url.Parse(candidate.Marked(link, marker))
		if err != nil {
			return browser.Page{}, fmt.Errorf("read link: %w", err)
		}
		query := u.Query()
		for name, values := range extra {
			query[name] = values
		}
		u.RawQuery = query.Encode()
		return g.browser.Get(ctx, u.String())
	})
}

// brings makes the person's browser carry a message to the operator.
func (g *guest) brings(ctx context.Context, out sso.Outgoing) (browser.Page, error) {
	if out.Binding == sso.BindingRedirect {
		return g.browser.Get(ctx, out.URL())
	}
	return g.browser.Post(ctx, out.Destination, out.Form())
}

// faulty is what makes a letter of a sphere commit a fault; nothing for none.
func (w *World) faulty(wish *members.Wish, fault string, at place) error {
	if fault == "" {
		return nil
	}
	m, ok := mutation.ByName(fault)
	if !ok {
		return fmt.Errorf("fault %q: not in the catalogue", fault)
	}
	h := w.honestIn(at)
	if unmet := m.Unmet(h); len(unmet) > 0 {
		return w.Cannot(verdict.ReasonNotInConvention, string(unmet[0]))
	}
	wish.Hooks = m.Hooks(h)
	return nil
}

// honestIn is what the faults of a letter about a service depart from.
func (w *World) honestIn(at place) mutation.Honest {
	return mutation.Honest{
		Now: w.run.Bench.Clock.Now(), Profile: w.profile(), Convention: w.run.Bench.Convention.Settled(), Project: at.project, Service: at.service,
	}
}

// callsOf are the calls that a person made.
func (w *World) callsOf(g *guest) []appCall {
	var all []appCall
	for _, i := range g.calls {
		if i < len(w.client.calls) {
			all = append(all, w.client.calls[i])
		}
	}
	return all
}

// sessionAt is the session that the person's last VI opened at a member.
func (w *World) sessionAt(g *guest, organism string) (members.Session, bool) {
	for _, c := range slices.Backward(w.callsOf(g)) {
		for _, x := range slices.Backward(c.seen) {
			if x.member != nil && x.member.Organism == organism && x.business {
				return members.Session{Organism: organism, VI: x.claimed}, true
			}
		}
	}
	return members.Session{}, false
}

// visited lists the members where the person has a session, in the order of the first visit.
func (w *World) visited(g *guest) []members.Session {
	var names []string
	for _, c := range w.callsOf(g) {
		for _, x := range c.seen {
			if x.member != nil && x.business && !slices.Contains(names, x.member.Organism) {
				names = append(names, x.member.Organism)
			}
		}
	}
	var all []members.Session
	for _, name := range names {
		s, _ := w.sessionAt(g, name)
		all = append(all, s)
	}
	return all
}

// getsVI tells whether a call brought a VI to a service.
func (c appCall) getsVI() bool {
	return slices.ContainsFunc(c.seen, func(x arrival) bool { return x.business })
}

// carriedAway tells whether the browser was given a Response with a VI to carry, wherever to.
func carriedAway(hops []browserHop) bool {
	return slices.ContainsFunc(hops, func(h browserHop) bool {
		field, message := h.SAML()
		return field == sso.ParameterResponse && holdsAssertion(message)
	})
}
