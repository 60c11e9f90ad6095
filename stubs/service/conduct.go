package service

import (
	"net/http"

	"etalon/internal/mutation"
)

// Arm makes the next n exchanges, or connections for a conduct of TLS, misbehave; for ever when n is negative, and no
// longer when it is zero. A conduct of TLS ends the idle connections first, so that the next exchange makes a
// handshake.
func (s *Service) Arm(n int, conduct mutation.Conduct) { s.front.Arm(n, conduct) }

// Armed tells which fault is armed, and for how many exchanges or connections more.
func (s *Service) Armed() (fault string, left int) { return s.front.Armed() }

// Disarm makes the next exchanges honest again.
func (s *Service) Disarm() { s.Arm(0, mutation.Conduct{}) }

// misbehave answers as the conduct says; the visit was judged and traced as ever. A fault of SOAP becomes the page of
// a refusal, which is what it is here.
func (s *Service) misbehave(v *visit, a answer, m mutation.Answer) answer {
	switch {
	case m.Fault.Local != "":
		a = s.forbidden(v, m.FaultText)
	case m.Body != nil:
		a = answer{Status: http.StatusOK, Header: http.Header{"Content-Type": {m.ContentType}}, Body: m.Body}
	case m.Redirect:
		a = answer{Status: http.StatusTemporaryRedirect, Header: http.Header{"Location": {"http://" + s.Addr() + v.request.URL.Path}}}
	}
	return a.Altered(m)
}
