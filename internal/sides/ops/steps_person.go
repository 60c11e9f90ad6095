package ops

import (
	"context"
	"encoding/base64"
	"errors"
	"fmt"
	"net/http"
	"net/url"
	"slices"
	"strings"

	"etalon/internal/access"
	"etalon/internal/browser"
	"etalon/internal/candidate"
	"etalon/internal/interops"
	"etalon/internal/scenario"
	"etalon/internal/sso"
	"etalon/internal/verdict"
)

// personSteps are the sentences about a person who goes from the home portal to a partner, in one browser (mode P).
func personSteps() []scenario.Step {
	return []scenario.Step{
		scenario.NewStep(`l'utilisateur § se connecte au portail dans un navigateur neuf`, personSits),
		scenario.NewStep(`l'utilisateur § se connecte au portail dans le même navigateur`, personFollows),
		scenario.NewStep(`il demande le service §`, func(ctx context.Context, service string) error {
			return worldOf(ctx).goesOut(ctx, service, nil)
		}),
		scenario.NewStep(`il demande le service § avec un VI de sa façon`, func(ctx context.Context, service string) error {
			return worldOf(ctx).goesOut(ctx, service, withOwnVI)
		}),
		scenario.NewStep(`il se déconnecte du portail`, personLeaves),
		scenario.NewStep(`il redemande la page où il était`, personComesBack),

		scenario.NewStep(`chaque page demandée au partenaire l'est dans la session de son utilisateur`, eachOwnSession),
		scenario.NewStep(`aucun cookie du portail n'est parvenu au partenaire`, noHomeCookie),
		scenario.NewStep(`aucun nom de machine du portail n'est parvenu au partenaire`, noHomeHost),
		scenario.NewStep(`le VI glissé par l'utilisateur n'est pas parvenu au partenaire`, plantedStays),
		scenario.NewStep(`la page du service n'est plus servie`, pageOver),
	}
}

// personSits puts a user before a browser that nobody used, and logs the user in.
func personSits(ctx context.Context, alias string) error {
	w := worldOf(ctx)
	w.client.stands()
	d, ok := w.client.side.driver.(*personDriver)
	if !ok {
		return fmt.Errorf("open browser: mode %s has no person", w.client.side.mode)
	}
	p, err := d.sit(ctx)
	if err != nil {
		return w.stopped(err)
	}
	w.client.person = p
	return w.connects(ctx, alias)
}

// personFollows logs another user in to the browser of the one before: by the login page, or, where the portal no
// longer shows it, after its logout.
func personFollows(ctx context.Context, alias string) error {
	w := worldOf(ctx)
	p := w.client.person
	if p == nil {
		return errNothingSent
	}
	login := p.driver.declared.P.Login
	if login != nil {
		if err := p.visit(ctx, login.URL); err != nil {
			return w.stopped(err)
		}
		if !p.page.Shown() {
			if p.driver.declared.P.Logout == "" {
				return w.Cannot(verdict.ReasonNotDeclared, "roles.client.P.logout")
			}
			if err := p.leave(ctx); err != nil {
				return w.stopped(err)
			}
		}
	}
	return w.connects(ctx, alias)
}

// connects opens the home session of a user in the browser of the scenario.
func (w *World) connects(ctx context.Context, alias string) error {
	who := w.someone(alias)
	if who == nil {
		return w.Cannot(verdict.ReasonNotDeclared, "users : "+alias)
	}
	w.client.user = *who
	w.client.user.AuthnInstant = w.run.Bench.Clock.Now()
	p := w.client.person
	if err := p.connect(ctx, p.driver.user(who.ID)); err != nil {
		return w.stopped(err)
	}
	return nil
}

// stopped tells what stopped a person's browser: nobody is accused of it.
func (w *World) stopped(err error) error {
	var trouble *browser.Trouble
	if errors.As(err, &trouble) {
		reason := trouble.Reason()
		return w.Cannot(reason.Key, reason.Args...)
	}
	return err
}

// goesOut makes the person before the browser ask for a service; change may alter the address.
func (w *World) goesOut(ctx context.Context, name string, change func(link string) (string, error)) error {
	side, p := w.client.side, w.client.person
	if p == nil {
		return errNothingSent
	}
	service, ok := side.alias(name)
	if !ok {
		return w.Cannot(verdict.ReasonNotInConvention, "service "+name)
	}
	link, ok := side.declared.P.At(service.Name)
	if !ok {
		return w.Cannot(verdict.ReasonNotDeclared, "roles.client.P.services."+service.Name)
	}
	marker, err := NewMarker(w.Source)
	if err != nil {
		return err
	}
	link = candidate.Marked(link, marker)
	if change != nil {
		if link, err = change(link); err != nil {
			return err
		}
	}
	return w.asks(ctx, appCall{marker: marker, service: service, user: w.client.user, known: true}, func() (access.AppAnswer, error) {
		return p.out(ctx, link)
	})
}

// asks makes one request of the person, and gathers what it made the candidate do.
func (w *World) asks(ctx context.Context, call appCall, ask func() (access.AppAnswer, error)) error {
	before := w.client.side.count()
	call.answer, call.err = ask()
	if call.err != nil && ctx.Err() != nil {
		return call.err
	}
	w.client.calls = append(w.client.calls, w.gathered(call, before))
	return nil
}

// plantedVI is the mark of a VI that a person makes up.
const plantedVI = "vi-de-la-facon-de-l-utilisateur"

// withOwnVI adds a made-up VI to an address.
func withOwnVI(link string) (string, error) {
	u, err := url.Parse(link)
	if err != nil {
		return "", fmt.Errorf("read link: %w", err)
	}
	query := u.Query()
	query.Set(sso.ParameterResponse, base64.StdEncoding.EncodeToString([]byte(
		`<samlp:Response xmlns:samlp="urn:oasis:names:tc:SAML:2.0:protocol" ID="_`+plantedVI+`" Version="2.0"/>`)))
	u.RawQuery = query.Encode()
	return u.String(), nil
}

// personLeaves ends the home session by the portal's own address.
func personLeaves(ctx context.Context) error {
	w := worldOf(ctx)
	p := w.client.person
	if p == nil {
		return errNothingSent
	}
	if p.driver.declared.P.Logout == "" {
		return w.Cannot(verdict.ReasonNotDeclared, "roles.client.P.logout")
	}
	at := p.page.URL
	if err := p.leave(ctx); err != nil {
		return w.stopped(err)
	}
	p.page.URL = at // the page of the service, which may still be in a tab
	return nil
}

// personComesBack asks again for the page that the person had seen.
func personComesBack(ctx context.Context) error {
	w := worldOf(ctx)
	p := w.client.person
	if p == nil || len(w.client.calls) == 0 {
		return errNothingSent
	}
	last := w.client.calls[len(w.client.calls)-1]
	return w.asks(ctx, appCall{marker: last.marker, service: last.service, user: w.client.user, known: true}, func() (access.AppAnswer, error) {
		return p.out(ctx, p.page.URL)
	})
}

// eachOwnSession pairs each page asked of the partner with the person who asks for it (P14).
func eachOwnSession(ctx context.Context) error {
	w := worldOf(ctx)
	w.Checked()
	pages := 0
	for _, c := range w.client.calls {
		for _, x := range c.seen {
			if !x.business || x.session == "" {
				continue
			}
			if pages++; x.session != c.user.ID {
				w.Sees(w.Own("session-of-other-user", c.user.ID, x.session, c.evidence()...))
			}
		}
	}
	if pages == 0 {
		return w.Cannot(verdict.ReasonNoMessage, "session")
	}
	return nil
}

// noHomeCookie looks for the cookies that the portal gave the browser in what the partner got (P13).
func noHomeCookie(ctx context.Context) error {
	return worldOf(ctx).nothingOfHome("home-cookie-forwarded", func(p *person, x arrival) string {
		header := x.Header.Clone()
		if p.driver.declared.P.Transport == candidate.BrowserPost {
			header.Del("Cookie") // the browser's own: it knows hosts, and no ports
		}
		for _, secret := range p.homeCookies() {
			if strings.Contains(headerLines(header)+x.text(), secret.Value) {
				return secret.Name
			}
		}
		return ""
	})
}

// noHomeHost looks for the name of the portal's machine in what the partner got (P13).
func noHomeHost(ctx context.Context) error {
	return worldOf(ctx).nothingOfHome("home-host-forwarded", func(p *person, x arrival) string {
		header := x.Header.Clone()
		if p.driver.declared.P.Transport == candidate.BrowserPost {
			header.Del("Origin") // a browser says by itself where it comes from
			header.Del("Referer")
		}
		for name, values := range header {
			if slices.ContainsFunc(values, func(v string) bool { return strings.Contains(v, hostOf(p.driver.declared.P.Link)) }) {
				return name
			}
		}
		return ""
	})
}

// nothingOfHome looks at each request that the partner got.
func (w *World) nothingOfHome(rule string, leak func(*person, arrival) string) error {
	p := w.client.person
	if p == nil || len(w.client.calls) == 0 {
		return errNothingSent
	}
	seen := 0
	for _, c := range w.client.calls {
		for _, x := range c.seen {
			if x.Method == "" {
				continue
			}
			seen++
			if got := leak(p, x); got != "" {
				w.Sees(w.Own(rule, "", got, c.evidence()...))
			}
		}
	}
	if seen == 0 {
		return w.Cannot(verdict.ReasonNoMessage, "partenaire")
	}
	w.Checked()
	return nil
}

// homeCookies are those that the portal's host set, long enough to be told from anything else.
func (p *person) homeCookies() []*http.Cookie {
	var all []*http.Cookie
	for _, hop := range p.hops {
		if hostOf(hop.URL) != hostOf(p.driver.declared.P.Link) {
			continue
		}
		for _, c := range (&http.Response{Header: hop.Header}).Cookies() {
			if len(c.Value) >= 8 {
				all = append(all, c)
			}
		}
	}
	return all
}

func headerLines(h http.Header) string {
	var b strings.Builder
	for name, values := range h {
		for _, v := range values {
			b.WriteString(name + ": " + v + "\n")
		}
	}
	return b.String()
}

// plantedStays looks for the made-up VI in what the partner got (P13).
func plantedStays(ctx context.Context) error {
	w := worldOf(ctx)
	w.Checked()
	for _, c := range w.client.calls {
		for _, x := range c.seen {
			if strings.Contains(string(x.message), plantedVI) || holdsPlanted(x.text()+headerLines(x.Header)) {
				w.Sees(w.Own("planted-vi-forwarded", "", plantedVI, c.evidence()...))
			}
		}
	}
	return nil
}

// holdsPlanted looks for the made-up VI as addresses and forms carry it.
func holdsPlanted(text string) bool {
	address, err := withOwnVI("https://x.test/")
	if err != nil {
		return false
	}
	u, err := url.Parse(address)
	if err != nil {
		return false
	}
	encoded := u.Query().Get(sso.ParameterResponse)
	return strings.Contains(text, encoded) || strings.Contains(text, url.QueryEscape(encoded))
}

// pageOver makes sure that the partner's page is no more served to the person who left (P15).
func pageOver(ctx context.Context) error {
	w := worldOf(ctx)
	if len(w.client.calls) < 2 {
		return errNothingSent
	}
	first, last := w.client.calls[len(w.client.calls)-2], w.client.calls[len(w.client.calls)-1]
	if !served(first, first.user) {
		return w.Cannot(verdict.ReasonNoMessage, "page")
	}
	w.Checked()
	if served(last, first.user) {
		w.Sees(w.Own("page-after-logout", "0", "HTTP 200", last.evidence()...))
	}
	return nil
}

// served tells whether the partner served a page in the session of a user.
func served(c appCall, user interops.User) bool {
	return slices.ContainsFunc(c.seen, func(x arrival) bool {
		return x.business && x.session == user.ID && x.Status == http.StatusOK
	})
}
