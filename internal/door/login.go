package door

import (
	"fmt"
	"net/http"
	"net/url"
	"strings"
	"time"

	"etalon/internal/legible"
)

// Page is what the page where people sign in tells.
type Page struct {
	// Then is where they wanted to go.
	Then string
	// Trouble is a word for why they are still here, empty at first: unknown, often, stale, provider, denied, norank or noname.
	Trouble string
	// Tokens and OpenID are the ways in; Provider is the name of the host at which the second is.
	Tokens, OpenID bool
	Provider       string
}

// Login shows the ways in; nobody needs one where it is not said who may enter.
func (d *Door) Login(w http.ResponseWriter, r *http.Request) {
	d.showLogin(w, r, http.StatusOK, "", r.URL.Query().Get("back"))
}

func (d *Door) showLogin(w http.ResponseWriter, r *http.Request, status int, trouble, then string) {
	if d.Admission == nil {
		http.Redirect(w, r, "/", http.StatusSeeOther)
		return
	}
	p := Page{Then: wanted(then), Trouble: trouble, Tokens: len(d.People) > 0}
	if d.openID != nil {
		p.OpenID, p.Provider = true, d.openID.host()
	}
	d.config.Login(w, r, status, p)
}

// OwnPath is an address of the console itself, or its first page.
func OwnPath(address string) string {
	u, err := url.Parse(address)
	if err != nil || u.IsAbs() || u.Host != "" || u.User != nil || !strings.HasPrefix(u.Path, "/") || strings.HasPrefix(u.Path, "//") || strings.ContainsAny(address, "\\\r\n") {
		return "/"
	}
	return u.RequestURI()
}

// wanted is an address of the console to go to after the login; not the login again.
func wanted(address string) string {
	path := OwnPath(address)
	if strings.HasPrefix(path, "/login") || strings.HasPrefix(path, "/logout") {
		return "/"
	}
	return path
}

// SignIn lets in who has a token.
func (d *Door) SignIn(w http.ResponseWriter, r *http.Request) {
	f, ok := d.config.Form(w, r)
	if !ok {
		return
	}
	if d.Admission == nil {
		http.Redirect(w, r, "/", http.StatusSeeOther)
		return
	}
	if d.often(w, r, f.Get("back")) {
		return
	}
	p, until, known := d.holder(strings.TrimSpace(f.Get("token")), d.now())
	if !known {
		d.refused(w, r, "unknown", f.Get("back"), nil)
		return
	}
	d.enters(w, r, p, until, f.Get("back"))
}

// often shows the login to those from whose address too many failed; whoever is right waits too.
func (d *Door) often(w http.ResponseWriter, r *http.Request, then string) bool {
	wait := d.attempts.spent(origin(r.RemoteAddr), d.now())
	if wait == 0 {
		return false
	}
	w.Header().Set("Retry-After", seconds(wait))
	d.showLogin(w, r, http.StatusTooManyRequests, "often", then)
	return true
}

// maxWhy bounds what is told of a provider's trouble, in characters.
const maxWhy = 300

// refused counts who was not let in, tells it, with what the provider did wrong if that is it, and shows them why they are
// still here.
func (d *Door) refused(w http.ResponseWriter, r *http.Request, trouble, then string, err error) {
	told := Entrance{What: Refused, Address: origin(r.RemoteAddr)}
	if err != nil {
		told.Why = fmt.Sprintf("%.*s", maxWhy, legible.Text(err.Error()))
	}
	d.attempts.take(told.Address, d.now())
	d.tell(told)
	d.showLogin(w, r, http.StatusForbidden, trouble, then)
}

// enters opens a session, a new one whatever the browser kept, and leads where the person wanted to go. The session ends with
// the token that opened it; one that has no end is zero.
func (d *Door) enters(w http.ResponseWriter, r *http.Request, p Person, until time.Time, then string) {
	d.sessions.finish(kept(r, sessionCookie))
	keep(w, r, sessionCookie, d.sessions.begin(p, until, d.now()))
	d.tell(Entrance{What: SignedIn, Person: p, Address: origin(r.RemoteAddr)})
	http.Redirect(w, r, wanted(then), http.StatusSeeOther)
}

// SignOut ends the session, and what its browser follows.
func (d *Door) SignOut(w http.ResponseWriter, r *http.Request) {
	if d.Admission != nil {
		d.sessions.finish(kept(r, sessionCookie))
		keep(w, r, sessionCookie, "")
		d.tell(Entrance{What: SignedOut, Person: PersonOf(r), Address: origin(r.RemoteAddr)})
	}
	http.Redirect(w, r, "/login", http.StatusSeeOther)
}
