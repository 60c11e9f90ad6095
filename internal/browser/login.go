package browser

import (
	"context"
	"maps"
	"net/http"
	"net/url"
	"slices"
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
	if _, ok := page.login(recipe.Form); !ok && seen(recipe.Success, page, a.Cookies) {
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
	if err != nil || next.Held != nil || seen(recipe.Success, next, a.Cookies) {
		return next, err
	}
	return next, refused(recipe.Success, next, a.Cookies)
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
		return Request{}, &Trouble{Kind: ErrLoginPageChanged, URL: told(p.URL), Detail: names.User}
	}
	values := f.values()
	for _, entry := range entries(names, who) {
		if !f.has(entry[0]) {
			return Request{}, &Trouble{Kind: ErrLoginPageChanged, URL: told(p.URL), Detail: entry[0]}
		}
		values.Set(entry[0], entry[1])
	}
	r, err := f.request(p.base(p.document()), p.URL, values)
	r.secret, r.policy = names.Password, p.Header.Get("Referrer-Policy")
	return r, err
}

// entries are the fields that a person fills in, each with its value, in an order that does not change.
func entries(names candidate.Form, who Person) [][2]string {
	all := [][2]string{{names.User, who.ID}}
	if names.Password != "" {
		all = append(all, [2]string{names.Password, who.Secret})
	}
	fill := strings.NewReplacer(candidate.UserPlace, who.ID, "${secret}", who.Secret, "${classe}", who.Class)
	for _, name := range slices.Sorted(maps.Keys(names.Extra)) {
		all = append(all, [2]string{name, fill.Replace(names.Extra[name])})
	}
	return all
}

// cookies are those that a browser would send to a URL.
type cookies func(address string) []*http.Cookie

// seen tells whether the sign of success is there.
func seen(s candidate.Success, page Page, held cookies) bool {
	switch {
	case s.Cookie != "":
		for _, hop := range page.Hops {
			if named(held(hop.URL), s.Cookie) {
				return true
			}
		}
		return false
	case s.Text != "":
		return page.Text(s.Text)
	}
	return strings.HasPrefix(page.URL, s.URL)
}

func named(all []*http.Cookie, name string) bool {
	return slices.ContainsFunc(all, func(c *http.Cookie) bool { return c.Name == name })
}

// refused tells why a login did not go through: cookies that could not be kept, or none at all on a page that does not
// ask again, are not the person's doing.
func refused(s candidate.Success, page Page, held cookies) error {
	any, lost := false, []string{}
	for _, hop := range page.Hops {
		any = any || len(held(hop.URL)) > 0
		for _, c := range (&http.Response{Header: hop.Header}).Cookies() {
			if c.MaxAge >= 0 && c.Value != "" && !named(held(at(hop.URL, c.Path)), c.Name) {
				lost = append(lost, c.Name)
			}
		}
	}
	switch {
	case len(lost) > 0:
		return &Trouble{Kind: ErrCookiesRefused, URL: told(page.URL), Detail: brief(strings.Join(lost, ", "))}
	case !any && page.Status < 400 && !page.Shown():
		return &Trouble{Kind: ErrCookiesRefused, URL: told(page.URL), Detail: "—"}
	}
	return &Trouble{Kind: ErrLoginRefused, URL: told(page.URL), Detail: s.Cookie + s.Text + s.URL}
}

// at is the address under which a cookie with its own path is sent.
func at(address, path string) string {
	u, err := url.Parse(address)
	if err != nil || !strings.HasPrefix(path, "/") {
		return address
	}
	u.Path, u.RawPath = path, ""
	return u.String()
}
