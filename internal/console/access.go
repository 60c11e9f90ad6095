package console

import (
	"context"
	"crypto/sha256"
	"crypto/subtle"
	"encoding/hex"
	"math"
	"net/http"
	"net/url"
	"strconv"
	"strings"
	"time"

	"etalon/internal/candidate"
)

// access knows who may enter, and counts.
type access struct {
	*candidate.Admission
	now      func() time.Time
	tell     func(Entrance)
	sessions sessions
	openID   *openID // nil where nobody signs in so

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

// newAccess reads who may enter.
func newAccess(a *candidate.Admission, now func() time.Time, tell func(Entrance)) *access {
	if tell == nil {
		tell = func(Entrance) {}
	}
	all := &access{
		Admission: a, now: now, tell: tell, sessions: sessions{idle: a.Sessions.Idle.Duration, life: a.Sessions.Life.Duration},
		requests: newMeter(a.Limits.Requests), strangers: newMeter(fromStrangers), attempts: newMeter(a.Limits.Attempts),
	}
	if a.OpenID != nil {
		all.openID = newOpenID(*a.OpenID, now)
	}
	return all
}

// holder is who holds a token, and until when. Every digest is compared, each in the same time: how long it takes tells nothing.
func (a *access) holder(token string, now time.Time) (p Person, until time.Time, known bool) {
	sum := sha256.Sum256([]byte(token))
	own := hex.EncodeToString(sum[:])
	for _, one := range a.People {
		if subtle.ConstantTimeCompare([]byte(own), []byte(one.SHA256)) == 1 && now.Before(one.Expires.Time) {
			p, until, known = Person{one.Name, Rank(one.Rank)}, one.Expires.Time, true
		}
	}
	return p, until, known
}

// open tells whether an address is for those who have not said who they are: how to sign in, and what is nobody's.
func open(r *http.Request) bool {
	path := r.URL.Path
	return path == "/login" || strings.HasPrefix(path, "/login/") || strings.HasPrefix(path, "/assets/") || strings.HasPrefix(path, "/language/") ||
		path == "/roots.pem" && r.Method == http.MethodGet
}

// admitted serves those who may enter, as who they are. Without an access file, whoever is at this machine is an operator.
func (c *Console) admitted(next http.Handler) http.Handler {
	a := c.access
	if a == nil {
		return next
	}
	return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		now, from := a.now(), origin(r.RemoteAddr)
		token, given := bearer(r)
		if given && a.attempts.spent(from, now) > 0 {
			later(w, a.attempts.spent(from, now))
			return
		}
		p, ended := a.who(r, token, given, now)
		defer ended.cancel()
		switch {
		case p == (Person{}) && given:
			a.attempts.take(from, now)
			a.tell(Entrance{What: Refused, Address: from})
			stranger(w)
		case p == (Person{}):
			if wait := a.strangers.take(from, now); wait > 0 {
				later(w, wait)
				return
			}
			c.unknown(next, w, r)
		default:
			a.serve(next, w, as(r.WithContext(ended.Context), p), p, now)
		}
	})
}

// serve serves a person, as often and as many times at once as one may.
func (a *access) serve(next http.Handler, w http.ResponseWriter, r *http.Request, p Person, now time.Time) {
	who := string(p.Rank) + " " + p.Name
	if wait := a.requests.take(who, now); wait > 0 {
		later(w, wait)
		return
	}
	if !a.present.enter(who, a.Limits.Together) {
		later(w, time.Second)
		return
	}
	defer a.present.leave(who)
	next.ServeHTTP(w, r)
}

// unknown serves who has not said who they are: what is open to all, or the way to sign in.
func (c *Console) unknown(next http.Handler, w http.ResponseWriter, r *http.Request) {
	reads := r.Method == http.MethodGet || r.Method == http.MethodHead
	switch {
	case open(r):
		next.ServeHTTP(w, as(r, Person{}))
	case reads && !strings.HasPrefix(r.URL.Path, "/api/") && strings.Contains(r.Header.Get("Accept"), "text/html"):
		http.Redirect(w, r, "/login?back="+url.QueryEscape(r.URL.RequestURI()), http.StatusSeeOther)
	default:
		stranger(w)
	}
}

// lasting is a context that ends with what lets someone in.
type lasting struct {
	context.Context
	cancel func()
}

// who is the person who asks; nobody when that is not known.
func (a *access) who(r *http.Request, token string, given bool, now time.Time) (Person, lasting) {
	if given {
		p, until, known := a.holder(token, now)
		if !known {
			return Person{}, lasting{r.Context(), func() {}}
		}
		ctx, cancel := context.WithTimeout(r.Context(), until.Sub(now))
		return p, lasting{ctx, cancel}
	}
	one := a.sessions.of(kept(r, sessionCookie), now)
	if one == nil {
		return Person{}, lasting{r.Context(), func() {}}
	}
	ctx, cancel := context.WithCancel(r.Context())
	stop := context.AfterFunc(one.ended, cancel)
	return one.Person, lasting{ctx, func() { stop(); cancel(); a.sessions.left(one, a.now()) }}
}

// bearer is the token of a request (RFC 6750 §2.1), and whether it says by a header who asks.
func bearer(r *http.Request) (token string, given bool) {
	header := r.Header.Get("Authorization")
	scheme, token, _ := strings.Cut(header, " ")
	if !strings.EqualFold(scheme, "Bearer") {
		token = ""
	}
	return strings.TrimSpace(token), header != ""
}

// stranger answers who has to say who they are. It does not tell why what they said is not enough.
func stranger(w http.ResponseWriter) {
	w.Header().Set("WWW-Authenticate", `Bearer realm="etalon"`)
	refuse(w, http.StatusUnauthorized, "sign-in", "")
}

// later answers who asks too often.
func later(w http.ResponseWriter, wait time.Duration) {
	w.Header().Set("Retry-After", seconds(wait))
	refuse(w, http.StatusTooManyRequests, "too-many", "")
}

// seconds is a time to wait, in whole seconds.
func seconds(wait time.Duration) string { return strconv.Itoa(max(1, int(math.Ceil(wait.Seconds())))) }

// managed hands to the management what the console does not answer: everybody reads, an operator orders. It asks in the
// console's own name: the management serves this machine alone.
func (c *Console) managed(w http.ResponseWriter, r *http.Request) {
	reads := r.Method == http.MethodGet || r.Method == http.MethodHead
	if p := personOf(r); !reads && p.Rank != Operator {
		refuse(w, http.StatusForbidden, "not-allowed", string(p.Rank))
		return
	}
	if _, person := w.(*forPerson); person && reads && r.URL.Path != "/clock" && r.URL.Path != "/roots.pem" {
		refuse(w, http.StatusNotFound, "unknown-address", r.URL.Path)
		return
	}
	if c.access != nil {
		r = r.Clone(r.Context())
		r.RemoteAddr, r.Host = "127.0.0.1:0", "localhost"
	}
	c.config.Management.ServeHTTP(w, r)
}
