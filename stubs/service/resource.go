package service

import (
	"net/http"
	"strings"

	"etalon/internal/gateway"
	"etalon/internal/sso"
)

// resource serves a page of the application to a session (P07, P09).
func (s *Service) resource(v *visit) answer {
	var opened []*http.Cookie
	one, ok := s.current(v)
	if s.transport() == sso.TransportHeader && len(v.request.Header.Values(s.config.Header)) > 0 {
		fresh, refusal, accepted := s.receive(v)
		if !accepted {
			return refusal
		}
		var err error
		if opened, err = s.open(v, fresh); err != nil {
			return s.unavailable(v, err)
		}
		one, ok = v.session, true
	}
	if !ok {
		one, ok = s.policy.free(v)
	}
	if !ok {
		return s.stranger(v)
	}
	v.session = one
	a := s.serve(v, one)
	for _, k := range opened {
		a.Header.Add("Set-Cookie", k.String())
	}
	s.policy.page(v, &a)
	return a
}

// current returns the session that a visit uses: one that lives, of this service, and from the partner that opened
// it (P07-N3).
func (s *Service) current(v *visit) (session, bool) {
	for _, k := range v.request.CookiesNamed(cookieSession) {
		one, ok := s.sessions.find(k.Value, s.policy.bounds, v.now)
		if !ok || one.face != v.face.service.Name {
			continue
		}
		if bound := s.browsed() || one.peer == s.gate.Identity(one.judged.Client, v.peer); bound || s.policy.unbound {
			return one, true
		}
	}
	return s.policy.stray(v)
}

// stranger answers who has no session.
func (s *Service) stranger(v *visit) answer {
	if s.inSphere() {
		return s.begin(v)
	}
	return s.forbidden(v, "Aucune session n'est ouverte. Passez par le portail de votre organisme.")
}

// anonymous is the session of who needs none: a service of the lowest level is open without authentication (S07-N3).
func anonymous(v *visit) (session, bool) {
	least := v.service.config.Bench.Profile.Rank(v.face.service.MinimumLevel)
	reads := v.request.Method == http.MethodGet || v.request.Method == http.MethodHead
	open := v.service.inSphere() && least == 0 && reads
	return session{face: v.face.service.Name, free: true, created: v.now, seen: v.now}, open
}

// serve relays a request to the application, if the session's profiles open what it asks.
func (s *Service) serve(v *visit, one session) answer {
	name, err := resourceOf(v.face, v.request.URL)
	if err != nil {
		return s.page(v, http.StatusNotFound, pageRefusal, map[string]string{"Text": "Cette page n'existe pas."})
	}
	if !s.policy.opens(v, one, name) {
		return s.forbidden(v, "Votre profil n'ouvre pas cette page.")
	}
	if len(v.incoming.Raw) > sso.MaxBody {
		return s.page(v, http.StatusRequestEntityTooLarge, pageRefusal, map[string]string{"Text": "Le message est trop long."})
	}
	a, err := s.relay(v, one, name)
	if err != nil {
		return s.unavailable(v, err)
	}
	return a
}

// opens tells whether a session opens a resource to the verb of a visit. Every session opens the home page.
func opens(v *visit, one session, resource string) bool {
	verb := v.request.Method
	if verb == http.MethodGet || verb == http.MethodHead {
		return resource == "" || one.opens(resource)
	}
	return one.opens(verb + " " + resource)
}

// relay calls the application with path and query as they came, and says who calls.
func (s *Service) relay(v *visit, one session, resource string) (answer, error) {
	if s.config.Backend == "" {
		return s.page(v, http.StatusOK, pageResource, map[string]string{
			"User": one.user, "Resource": resource, "PAGM": strings.Join(one.pagm, " "), "Service": one.face,
			"Marker": v.request.URL.Query().Get("marqueur"),
		}), nil
	}
	target := strings.TrimSuffix(s.config.Backend, "/") + v.request.URL.EscapedPath()
	if query := v.request.URL.RawQuery; query != "" {
		target += "?" + query
	}
	a, err := s.backend.Call(v.request.Context(), v.request.Method, target, s.forwarded(v, one), v.incoming.Raw)
	if err != nil {
		return answer{}, err
	}
	noStore(a.Header)
	return a, nil
}

// forwarded are the headers of the call to the application: without our cookies, without what could make another
// verb of the one that was checked, and with who calls.
func (s *Service) forwarded(v *visit, one session) http.Header {
	h := gateway.Forwarded(v.request.Header, v.id, one.issuer, one.user, one.pagm)
	h.Del(s.config.Header)
	for _, name := range []string{"X-Http-Method-Override", "X-Http-Method", "X-Method-Override", "Cookie"} {
		h.Del(name)
	}
	for _, k := range v.request.Cookies() {
		if k.Name != cookieSession && k.Name != cookieBrowser {
			h.Add("Cookie", k.Name+"="+k.Value)
		}
	}
	s.policy.identify(v, h)
	return h
}

// leave ends the session with this service, here alone (D07 knows the other way).
func (s *Service) leave(v *visit) answer {
	for _, one := range s.held(v) {
		if s.policy.localDeaf {
			continue
		}
		if s.browsed() || one.peer == s.gate.Identity(one.judged.Client, v.peer) {
			s.sessions.end(one.id)
		}
	}
	a := s.page(v, http.StatusOK, pageNotice, map[string]string{"Text": "La session avec ce service est close."})
	a.Header.Add("Set-Cookie", expired(v.face).String())
	return a
}

// unknown answers an address that is none of ours.
func (s *Service) unknown(v *visit) answer {
	return s.page(v, http.StatusNotFound, pageRefusal, map[string]string{"Text": "Cette adresse n'existe pas."})
}

// noStore keeps a page out of every cache (P16).
func noStore(h http.Header) {
	h.Set("Cache-Control", "no-store")
	h.Set("Pragma", "no-cache")
	h.Del("Expires")
	h.Del("Etag")
	h.Del("Last-Modified")
}
