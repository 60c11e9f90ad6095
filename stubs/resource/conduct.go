package resource

import (
	"net/http"

	"etalon/internal/mutation"
	"etalon/internal/rest"
)

// Arm makes the next n exchanges, or connections for a conduct of TLS, misbehave; for ever when n is negative, and no
// longer when it is zero. A conduct of TLS ends the idle connections first, so that the next exchange makes a handshake.
func (p *Provider) Arm(n int, conduct mutation.Conduct) { p.front.Arm(n, conduct) }

// Disarm makes the next exchanges honest again.
func (p *Provider) Disarm() { p.Arm(0, mutation.Conduct{}) }

// misbehave answers as the conduct says; the call was judged and traced as ever. A fault of SOAP becomes the refusal
// that it is here, with its code.
func (p *Provider) misbehave(c *call, a answer, m mutation.Answer) answer {
	switch {
	case m.Fault.Local != "":
		a = p.refusal(c, rest.Refusal{Status: http.StatusUnauthorized, Code: m.Fault.Local, Message: m.FaultText})
	case m.Body != nil:
		a = answer{Status: http.StatusOK, Header: http.Header{"Content-Type": {m.ContentType}}, Body: m.Body}
	case m.Redirect:
		a = answer{Status: http.StatusTemporaryRedirect, Header: http.Header{"Location": {"http://" + p.Addr() + c.request.URL.RequestURI()}}}
	}
	return a.Altered(m)
}
