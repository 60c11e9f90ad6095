package portal

import (
	"net/http"

	"github.com/go-chi/chi/v5"

	"etalon/internal/emitter"
)

// exitPath is the address of every service on the agents' face.
const exitPath = "/sortie/"

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
func (p *Portal) handle(serve func(*visit) emitter.Answer) http.HandlerFunc {
	return p.party.Handle(func(r *http.Request, id string) emitter.Answer {
		v := &visit{request: r, id: id}
		if own := p.policy.answers(v); own != nil {
			return *own
		}
		return serve(v)
	})
}

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
