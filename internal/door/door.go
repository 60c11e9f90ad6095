// Package door lets people into a console: the names that it answers to, who someone is, by a token or by a provider of OpenID
// Connect, the sessions of browsers, how often each may ask. It knows neither pages nor what is behind it: who shows the login
// and writes a refusal is told to it.
package door

import (
	"net/http"
	"net/url"
	"time"

	"etalon/internal/bench"
	"etalon/internal/candidate"
)

// Config says who may enter, and who answers those who may not.
type Config struct {
	// Access says who may enter; nil where whoever is at this machine is an operator, and nobody else may enter.
	Access *candidate.Admission
	// Entrances is told who signs in and out, and who is refused; Now tells the time for it. Both may be nil.
	Entrances func(Entrance)
	Now       func() time.Time
	// Refuse answers a refusal: a word that stays the same, and what it is about.
	Refuse func(w http.ResponseWriter, status int, word, about string)
	// Login shows the page where people sign in.
	Login func(w http.ResponseWriter, r *http.Request, status int, p Page)
	// Form reads a form that was posted; false when it has answered that it cannot be read.
	Form func(w http.ResponseWriter, r *http.Request) (url.Values, bool)
}

// Door lets people in.
type Door struct {
	*candidate.Admission // nil as Config.Access is
	config               Config
	now                  func() time.Time
	tell                 func(Entrance)
	sessions             sessions
	openID               *openID // nil where nobody signs in so

	requests, strangers, attempts *meter
	present                       crowd
}

// Entrance is what there is to tell of someone at the door. It holds no secret.
type Entrance struct {
	What    string // one of the words below
	Person  Person // nobody for who was refused
	Address string
	Why     string // what went wrong at the provider, if that is it
}

// What is told of someone at the door.
const (
	SignedIn  = "signed-in"
	SignedOut = "signed-out"
	Refused   = "refused"
)

// fromStrangers is how often one address may ask without saying who it is, a minute.
const fromStrangers = 300

// New reads who may enter.
func New(c Config) *Door {
	d := &Door{Admission: c.Access, config: c, now: c.Now, tell: c.Entrances}
	if d.now == nil {
		d.now = bench.Wall
	}
	if d.tell == nil {
		d.tell = func(Entrance) {}
	}
	if a := c.Access; a != nil {
		d.sessions = sessions{idle: a.Sessions.Idle.Duration, life: a.Sessions.Life.Duration}
		d.requests, d.strangers, d.attempts = newMeter(a.Limits.Requests), newMeter(fromStrangers), newMeter(a.Limits.Attempts)
		if a.OpenID != nil {
			d.openID = newOpenID(*a.OpenID, d.now)
		}
	}
	return d
}

// Guard serves callers of this machine that name it by an address of it, and where it is said who may enter, those by one of its
// names over TLS: each as who they are, as often as one may; no page of another site.
func (d *Door) Guard(next http.Handler) http.Handler { return d.guarded(d.admitted(next)) }
