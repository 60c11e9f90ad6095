package portal

import (
	"net/http"

	"github.com/go-chi/chi/v5"
)

// exitPath is the address of every service on the agents' face.
const exitPath = "/sortie/"

// answer is what goes back to a browser.
type answer struct {
	status int
	header http.Header
	body   []byte
}

// routes opens the agents' face.
func (p *Portal) routes() http.Handler {
	r := chi.NewRouter()
	r.Get("/", p.handle(p.home))
	r.Get("/login", p.handle(p.form))
	r.Post("/login", p.handle(p.login))
	r.Get("/logout", p.handle(p.logout))
	r.Post("/logout", p.handle(p.logout))
	for _, path := range []string{exitPath + "{service}", exitPath + "{service}/*"} {
		r.Get(path, p.handle(p.leave))
		r.Head(path, p.handle(p.leave))
		r.Post(path, p.handle(p.leave))
	}
	return r
}

// handle makes a handler of what answers a visit.
func (p *Portal) handle(serve func(*visit) answer) http.HandlerFunc {
	return func(w http.ResponseWriter, r *http.Request) {
		r.Body = http.MaxBytesReader(w, r.Body, maxForm)
		v := &visit{request: r}
		var err error
		if v.id, err = p.party.NewUUID(); err != nil {
			http.Error(w, "service indisponible", http.StatusServiceUnavailable)
			return
		}
		var a answer
		if own := p.policy.answers(v); own != nil {
			a = *own
		} else {
			a = serve(v)
		}
		for name, values := range a.header {
			w.Header()[name] = values
		}
		w.WriteHeader(a.status)
		_, _ = w.Write(a.body)
	}
}

// maxForm bounds what an agent may send in one request.
const maxForm = 1 << 20

// visit is one request of a browser.
type visit struct {
	request *http.Request
	id      string   // X-Request-Id of what leaves because of it
	session *session // nil without home session
}

// found looks for the home session of a visit. What an expired one had opened outside is closed.
func (p *Portal) found(v *visit) bool {
	cookie, err := v.request.Cookie(cookieName)
	if err != nil {
		return false
	}
	one, there, alive := p.sessions.Find(cookie.Value, p.policy.bounds, p.party.Now())
	switch {
	case !there:
		return false
	case !alive:
		p.close(p.sessions.outside(one))
		return false
	}
	v.session = one
	return !one.closed.Load()
}

// elsewhere sends a browser to an address.
func elsewhere(address string) answer {
	return answer{status: http.StatusSeeOther, header: http.Header{"Location": {address}, "Cache-Control": {"no-store"}}}
}
