package console

import (
	"fmt"
	"net/http"
	"strings"
	"time"

	"github.com/go-chi/chi/v5"

	"etalon/internal/report"
)

// accessPages are how people sign in and out.
func (c *Console) accessPages(r chi.Router) {
	r.Get("/login", c.login)
	r.With(anyone).Post("/login", c.signsIn)
	r.With(read).Post("/logout", c.signsOut)
	r.Get("/login/openid", c.leaves)
	r.Get("/login/return", c.returns)
}

// loginPage is where people sign in.
type loginPage struct {
	sight
	// Then is where they wanted to go.
	Then string
	// Trouble is the key of why they are still here, empty at first.
	Trouble string
	// Tokens and OpenID are the ways in; Provider is the name of the host at which the second is.
	Tokens, OpenID bool
	Provider       string
}

// login shows the ways in; nobody needs one without an access file.
func (c *Console) login(w http.ResponseWriter, r *http.Request) {
	c.showLogin(w, r, http.StatusOK, "", r.URL.Query().Get("back"))
}

func (c *Console) showLogin(w http.ResponseWriter, r *http.Request, status int, trouble, then string) {
	if c.access == nil {
		http.Redirect(w, r, "/", http.StatusSeeOther)
		return
	}
	p := loginPage{sight: c.sight(r, "login"), Then: wanted(then), Trouble: trouble, Tokens: len(c.access.People) > 0}
	p.Back = "/login"
	if c.access.openID != nil {
		p.OpenID, p.Provider = true, c.access.openID.host()
	}
	c.show(w, "login", status, p)
}

// wanted is an address of the console to go to after the login; not the login again.
func wanted(address string) string {
	path := ownPath(address)
	if strings.HasPrefix(path, "/login") || strings.HasPrefix(path, "/logout") {
		return "/"
	}
	return path
}

// signsIn lets in who has a token.
func (c *Console) signsIn(w http.ResponseWriter, r *http.Request) {
	f, ok := form(w, r)
	if !ok {
		return
	}
	a := c.access
	if a == nil {
		http.Redirect(w, r, "/", http.StatusSeeOther)
		return
	}
	if c.often(w, r, f.Get("back")) {
		return
	}
	p, until, known := a.holder(strings.TrimSpace(f.Get("token")), a.now())
	if !known {
		c.refused(w, r, "login.unknown", f.Get("back"), nil)
		return
	}
	c.enters(w, r, p, until, f.Get("back"))
}

// often shows the login to those from whose address too many failed; whoever is right waits too.
func (c *Console) often(w http.ResponseWriter, r *http.Request, then string) bool {
	wait := c.access.attempts.spent(origin(r.RemoteAddr), c.access.now())
	if wait == 0 {
		return false
	}
	w.Header().Set("Retry-After", seconds(wait))
	c.showLogin(w, r, http.StatusTooManyRequests, "login.often", then)
	return true
}

// maxWhy bounds what is told of a provider's trouble, in characters.
const maxWhy = 300

// refused counts who was not let in, tells it, with what the provider did wrong if that is it, and shows them why they are
// still here.
func (c *Console) refused(w http.ResponseWriter, r *http.Request, trouble, then string, err error) {
	told := Entrance{What: Refused, Address: origin(r.RemoteAddr)}
	if err != nil {
		told.Why = fmt.Sprintf("%.*s", maxWhy, report.Visible(err.Error()))
	}
	c.access.attempts.take(told.Address, c.access.now())
	c.access.tell(told)
	c.showLogin(w, r, http.StatusForbidden, trouble, then)
}

// enters opens a session, a new one whatever the browser kept, and leads where the person wanted to go. The session ends with
// the token that opened it; one that has no end is zero.
func (c *Console) enters(w http.ResponseWriter, r *http.Request, p Person, until time.Time, then string) {
	a := c.access
	a.sessions.finish(kept(r, sessionCookie))
	keep(w, r, sessionCookie, a.sessions.begin(p, until, a.now()))
	a.tell(Entrance{What: SignedIn, Person: p, Address: origin(r.RemoteAddr)})
	http.Redirect(w, r, wanted(then), http.StatusSeeOther)
}

// signsOut ends the session, and what its browser follows.
func (c *Console) signsOut(w http.ResponseWriter, r *http.Request) {
	if a := c.access; a != nil {
		a.sessions.finish(kept(r, sessionCookie))
		keep(w, r, sessionCookie, "")
		a.tell(Entrance{What: SignedOut, Person: personOf(r), Address: origin(r.RemoteAddr)})
	}
	http.Redirect(w, r, "/login", http.StatusSeeOther)
}
