package ops

import (
	"context"
	"errors"
	"fmt"
	"net/http"
	"net/url"
	"strings"

	"etalon/internal/access"
	"etalon/internal/browser"
	"etalon/internal/candidate"
)

// navigator is the browser of one person.
type navigator interface {
	Get(ctx context.Context, address string) (browser.Page, error)
	Post(ctx context.Context, address string, fields url.Values) (browser.Page, error)
	Login(ctx context.Context, recipe candidate.Recipe, p browser.Person) (browser.Page, error)
	Fill(ctx context.Context, at browser.Page, recipe candidate.Recipe, p browser.Person) (browser.Page, error)
	Close() error
}

// personDriver makes persons go to a partner by the home portal under test, each in a browser of its own (mode P).
type personDriver struct {
	run      *run
	declared *emitting
}

// person is someone before a browser, at the home portal.
type person struct {
	driver  *personDriver
	browser navigator
	headers map[string]http.Header // that name the person, where there is no login
	hops    []browser.Hop          // the whole way
	page    browser.Page           // where the person is
}

// sit gives a person a browser without any cookie.
func (d *personDriver) sit(ctx context.Context) (*person, error) {
	p := &person{driver: d, headers: map[string]http.Header{}}
	roots := d.run.Bench.RootPool()
	options := browser.Options{Roots: roots, Headers: p.headers, Patience: d.run.Patience}
	if d.declared.P.Browser != candidate.BrowserChromium {
		p.browser = browser.New(options)
		return p, nil
	}
	real, err := browser.NewChromium(ctx, options)
	p.browser = real
	return p, err
}

// connect opens a home session for a user: by the declared login, or by the headers that name the user.
func (p *person) connect(ctx context.Context, user candidate.User) error {
	d := p.driver.declared.P
	if d.Login == nil {
		header := http.Header{}
		for name, value := range d.Headers {
			header.Set(name, strings.ReplaceAll(value, candidate.UserPlace, user.ID))
		}
		p.headers[hostOf(d.Link)] = header
		return nil
	}
	page, err := p.browser.Login(ctx, *d.Login, browser.PersonOf(user))
	p.been(page)
	return err
}

// leave ends the home session by the declared address.
func (p *person) leave(ctx context.Context) error {
	delete(p.headers, hostOf(p.driver.declared.P.Link))
	return p.visit(ctx, p.driver.declared.P.Logout)
}

// visit goes to an address, and on from there.
func (p *person) visit(ctx context.Context, address string) error {
	page, err := p.browser.Get(ctx, address)
	p.been(page)
	return err
}

func (p *person) been(page browser.Page) {
	p.hops = append(p.hops, page.Hops...)
	p.page = page
}

// answer is what the person got last.
func (p *person) answer() access.AppAnswer {
	return access.AppAnswer{Status: p.page.Status, Header: p.page.Header, Body: p.page.Body}
}

func hostOf(address string) string {
	u, err := url.Parse(address)
	if err != nil {
		return ""
	}
	return u.Host
}

// Do implements Driver: someone logs in, with a browser that nobody used before, and goes to the service. An error is
// that of the way to the portal and of the login; what happens on the way out is the answer.
func (d *personDriver) Do(ctx context.Context, a access.Action) (access.AppAnswer, error) {
	link, ok := d.declared.P.At(a.Service)
	if !ok {
		return access.AppAnswer{}, fmt.Errorf("find link to service %q: not declared", a.Service)
	}
	p, err := d.sit(ctx)
	if err != nil {
		return access.AppAnswer{}, err
	}
	defer func() { _ = p.browser.Close() }()
	if a.User != nil {
		if err := p.connect(ctx, d.user(a.User.ID)); err != nil {
			return access.AppAnswer{}, err
		}
	}
	return p.out(ctx, candidate.Marked(link, a.Marker))
}

// out goes to a service by its link.
func (p *person) out(ctx context.Context, link string) (access.AppAnswer, error) {
	err := p.visit(ctx, link)
	var trouble *browser.Trouble
	if errors.As(err, &trouble) && trouble.Kind != browser.ErrBrowserFailed && len(p.page.Hops) > 1 {
		err = nil // the portal answered, and then something stopped the browser: that is the answer
	}
	return p.answer(), err
}

// user finds a person of the candidate file; one whom it does not know has nothing but a name.
func (d *personDriver) user(id string) candidate.User {
	for _, u := range d.declared.Users {
		if u.ID == id {
			return u
		}
	}
	return candidate.User{ID: id}
}

// stands ends the browsers of the scenario.
func (c *clientWorld) stands() {
	if c.person != nil {
		_ = c.person.browser.Close()
		c.person = nil
	}
	for _, seat := range c.seats {
		_ = seat.Close()
	}
	c.seats = nil
}
