package browser

import (
	"context"
	"net/http"
	"net/url"
	"strings"

	"etalon/internal/candidate"
)

// Person is who sits before the browser. Test persons are synthetic.
type Person struct {
	ID, Secret string
	Class      string // authentication class reached by the login
}

// PersonOf is the person that a candidate file declares.
func PersonOf(u candidate.User) Person { return Person{ID: u.ID, Secret: u.Secret, Class: u.Class} }

// Login opens the page of a recipe, fills its form in for a person and looks for the sign of success. A browser that
// is logged in already, so that the form does not show and the sign does, stays as it is.
func (a *Agent) Login(ctx context.Context, recipe candidate.Recipe, p Person) (Page, error) {
	page, err := a.Get(ctx, recipe.URL)
	if err != nil {
		return page, err
	}
	if _, ok := page.login(recipe.Form); !ok && a.seen(recipe.Success, page) {
		return page, nil
	}
	return a.Fill(ctx, page, recipe, p)
}

// Fill fills in the login form of the page at hand, such as one to which the person was sent, and looks for the sign
// of success.
func (a *Agent) Fill(ctx context.Context, page Page, recipe candidate.Recipe, p Person) (Page, error) {
	r, err := page.filled(recipe.Form, p)
	if err != nil {
		return page, err
	}
	next, err := a.Send(ctx, r)
	next.Hops = append(page.Hops, next.Hops...)
	if err != nil || next.Held != nil || a.seen(recipe.Success, next) {
		return next, err
	}
	return next, a.refused(recipe.Success, next)
}

// login finds the login form of a page.
func (p Page) login(names candidate.Form) (form, bool) {
	for _, f := range p.forms() {
		if f.has(names.User) {
			return f, true
		}
	}
	return form{}, false
}

// filled is the request of a login form that a person filled in.
func (p Page) filled(names candidate.Form, who Person) (Request, error) {
	f, ok := p.login(names)
	if !ok {
		return Request{}, &Trouble{Kind: ErrLoginPageChanged, URL: brief(p.URL), Detail: names.User}
	}
	values := f.values()
	values.Set(names.User, who.ID)
	if names.Password != "" {
		if !f.has(names.Password) {
			return Request{}, &Trouble{Kind: ErrLoginPageChanged, URL: brief(p.URL), Detail: names.Password}
		}
		values.Set(names.Password, who.Secret)
	}
	fill := strings.NewReplacer(candidate.UserPlace, who.ID, "${secret}", who.Secret, "${classe}", who.Class)
	for name, value := range names.Extra {
		if !f.has(name) {
			return Request{}, &Trouble{Kind: ErrLoginPageChanged, URL: brief(p.URL), Detail: name}
		}
		values.Set(name, fill.Replace(value))
	}
	r, err := f.request(p.base(p.document()), p.URL, values)
	r.secret = names.Password
	return r, err
}

// seen tells whether the sign of success is there.
func (a *Agent) seen(s candidate.Success, page Page) bool {
	switch {
	case s.Cookie != "":
		for _, hop := range page.Hops {
			for _, c := range a.Cookies(hop.URL) {
				if c.Name == s.Cookie {
					return true
				}
			}
		}
		return false
	case s.Text != "":
		return page.Text(s.Text)
	}
	return strings.HasPrefix(page.URL, s.URL)
}

// refused tells why a login did not go through: cookies that could not be kept, or none at all, are not the person's
// doing.
func (a *Agent) refused(s candidate.Success, page Page) error {
	offered, lost := 0, []string{}
	for _, hop := range page.Hops {
		for _, c := range (&http.Response{Header: hop.Header}).Cookies() {
			if c.MaxAge < 0 || c.Value == "" {
				continue
			}
			offered++
			if !a.holds(hop.URL, c) {
				lost = append(lost, c.Name)
			}
		}
	}
	switch {
	case len(lost) > 0:
		return &Trouble{Kind: ErrCookiesRefused, URL: brief(page.URL), Detail: brief(strings.Join(lost, ", "))}
	case offered == 0 && !a.holdsAny(page):
		return &Trouble{Kind: ErrCookiesRefused, URL: brief(page.URL), Detail: "—"}
	}
	return &Trouble{Kind: ErrLoginRefused, URL: brief(page.URL), Detail: s.Cookie + s.Text + s.URL}
}

// holds tells whether a cookie that an answer set was kept: for its own path, which need not be the answer's.
func (a *Agent) holds(address string, set *http.Cookie) bool {
	u, err := url.Parse(address)
	if err != nil {
		return false
	}
	if strings.HasPrefix(set.Path, "/") {
		u.Path, u.RawPath = set.Path, ""
	}
	for _, c := range a.jar.Cookies(u) {
		if c.Name == set.Name {
			return true
		}
	}
	return false
}

func (a *Agent) holdsAny(page Page) bool {
	for _, hop := range page.Hops {
		if len(a.Cookies(hop.URL)) > 0 {
			return true
		}
	}
	return false
}
