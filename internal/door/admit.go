package door

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
)

// holder is who holds a token, and until when. Every digest is compared, each in the same time: how long it takes tells nothing.
func (d *Door) holder(token string, now time.Time) (p Person, until time.Time, known bool) {
	sum := sha256.Sum256([]byte(token))
	own := hex.EncodeToString(sum[:])
	for _, one := range d.People {
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
func (d *Door) admitted(next http.Handler) http.Handler {
	if d.Admission == nil {
		return next
	}
	return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		now, from := d.now(), origin(r.RemoteAddr)
		token, given := bearer(r)
		if given && d.attempts.spent(from, now) > 0 {
			d.later(w, d.attempts.spent(from, now))
			return
		}
		p, ended := d.who(r, token, given, now)
		defer ended.cancel()
		switch {
		case p == (Person{}) && given:
			d.attempts.take(from, now)
			d.tell(Entrance{What: Refused, Address: from})
			d.stranger(w)
		case p == (Person{}):
			if wait := d.strangers.take(from, now); wait > 0 {
				d.later(w, wait)
				return
			}
			d.unknown(next, w, r)
		default:
			d.serve(next, w, as(r.WithContext(ended.Context), p), p, now)
		}
	})
}

// serve serves a person, as often and as many times at once as one may.
func (d *Door) serve(next http.Handler, w http.ResponseWriter, r *http.Request, p Person, now time.Time) {
	who := string(p.Rank) + " " + p.Name
	if wait := d.requests.take(who, now); wait > 0 {
		d.later(w, wait)
		return
	}
	if !d.present.enter(who, d.Limits.Together) {
		d.later(w, time.Second)
		return
	}
	defer d.present.leave(who)
	next.ServeHTTP(w, r)
}

// unknown serves who has not said who they are: what is open to all, or the way to sign in.
func (d *Door) unknown(next http.Handler, w http.ResponseWriter, r *http.Request) {
	reads := r.Method == http.MethodGet || r.Method == http.MethodHead
	switch {
	case open(r):
		next.ServeHTTP(w, as(r, Person{}))
	case reads && !strings.HasPrefix(r.URL.Path, "/api/") && strings.Contains(r.Header.Get("Accept"), "text/html"):
		http.Redirect(w, r, "/login?back="+url.QueryEscape(r.URL.RequestURI()), http.StatusSeeOther)
	default:
		d.stranger(w)
	}
}

// lasting is a context that ends with what lets someone in.
type lasting struct {
	context.Context
	cancel func()
}

// who is the person who asks; nobody when that is not known.
func (d *Door) who(r *http.Request, token string, given bool, now time.Time) (Person, lasting) {
	if given {
		p, until, known := d.holder(token, now)
		if !known {
			return Person{}, lasting{r.Context(), func() {}}
		}
		ctx, cancel := context.WithTimeout(r.Context(), until.Sub(now))
		return p, lasting{ctx, cancel}
	}
	one := d.sessions.of(kept(r, sessionCookie), now)
	if one == nil {
		return Person{}, lasting{r.Context(), func() {}}
	}
	ctx, cancel := context.WithCancel(r.Context())
	stop := context.AfterFunc(one.ended, cancel)
	return one.Person, lasting{ctx, func() { stop(); cancel(); d.sessions.left(one, d.now()) }}
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
func (d *Door) stranger(w http.ResponseWriter) {
	w.Header().Set("WWW-Authenticate", `Bearer realm="etalon"`)
	d.config.Refuse(w, http.StatusUnauthorized, "sign-in", "")
}

// later answers who asks too often.
func (d *Door) later(w http.ResponseWriter, wait time.Duration) {
	w.Header().Set("Retry-After", seconds(wait))
	d.config.Refuse(w, http.StatusTooManyRequests, "too-many", "")
}

// seconds is a time to wait, in whole seconds.
func seconds(wait time.Duration) string { return strconv.Itoa(max(1, int(math.Ceil(wait.Seconds())))) }
