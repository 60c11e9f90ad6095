package portal

import (
	"bytes"
	"net/http"
	"net/url"
	"sync/atomic"
	"time"

	"etalon/internal/emitter"
	"etalon/internal/interops"
	"etalon/internal/sso"
)

// homeFlaws neglect who may leave (P12).
func homeFlaws() []Flaw {
	return []Flaw{
		neglecting("lends-last-session", "P12", "L02 L04 P14 P15 V20",
			"laisse sortir un visiteur sans session sous celle du dernier agent vu", "lets a visitor without session out under that of the agent seen last",
			func(p *policy) {
				var last atomic.Pointer[session]
				p.recognised = func(portal *Portal, v *visit) bool {
					if portal.found(v) {
						last.Store(v.session)
					}
					v.session = last.Load()
					return v.session != nil
				}
			}),
		neglecting("makes-up-missing-agent", "P12", "L04 P15 V20",
			"donne une identité par défaut à un visiteur sans session", "gives a default identity to a visitor without session",
			func(p *policy) {
				p.recognised = func(portal *Portal, v *visit) bool {
					if portal.found(v) {
						return true
					}
					now := portal.party.Now()
					v.session = newSession(interops.User{ID: portal.rights.First().User, Class: interops.ClassPassword, AuthnInstant: now})
					_, err := portal.sessions.Open(v.session, now)
					return err == nil
				}
			}),
		neglecting("ignores-session-end", "P12", "V20",
			"laisse sortir un agent dont la session a pris fin", "lets an agent out whose session is over",
			func(p *policy) { p.bounds = emitter.Bounds{Idle: endless, Absolute: endless} }),
		neglecting("skips-habilitation", "P12", "L04",
			"laisse sortir un agent sans droit, avec tous ceux du projet", "lets an agent without right out, with all those of the project",
			func(p *policy) {
				honest := p.rights
				p.rights = func(portal *Portal, one *session, project interops.Project) []string {
					held := honest(portal, one, project)
					for i := 0; len(held) == 0 && i < len(project.PAGM); i++ {
						held = append(held, project.PAGM[i].Name)
					}
					return held
				}
			}),
	}
}

// endless is longer than any session.
const endless = 100 * 365 * 24 * time.Hour

// secretFlaws let out what must stay home (P13).
func secretFlaws() []Flaw {
	return []Flaw{
		neglecting("forwards-home-cookie", "P13", "",
			"transmet au partenaire le témoin de session du portail", "forwards the portal's session cookie to the partner",
			passes(func(h http.Header, from *http.Request) {
				if c, err := from.Cookie(cookieName); err == nil {
					h.Add("Cookie", c.Name+"="+c.Value)
				}
			})),
		neglecting("forwards-every-header", "P13", "",
			"transmet au partenaire tous les en-têtes du navigateur", "forwards all the browser's headers to the partner",
			passes(func(h http.Header, from *http.Request) {
				for name, values := range from.Header {
					if name != "Content-Length" && name != "Content-Type" && name != sso.HeaderResponse {
						h[name] = values
					}
				}
			})),
		neglecting("names-home-host", "P13", "",
			"donne au partenaire le nom interne du portail et l'adresse de l'agent", "gives the partner the portal's internal name and the agent's address",
			passes(func(h http.Header, from *http.Request) {
				h.Set("X-Forwarded-Host", from.Host)
				h.Set("X-Forwarded-For", from.RemoteAddr)
			})),
		neglecting("sends-home-referer", "P13", "",
			"donne au partenaire la page du portail d'où vient l'agent", "gives the partner the portal's page that the agent comes from",
			passes(func(h http.Header, from *http.Request) { h.Set("Referer", "https://"+from.Host+"/") })),
		neglecting("forwards-agent-vi", "P13", "G10 L08 V18 X01",
			"transmet au partenaire un jeton que l'agent fournit lui-même", "forwards to the partner a token that the agent supplies",
			func(p *policy) {
				p.smuggles = true
				passes(func(h http.Header, from *http.Request) {
					if values := from.Header.Values(sso.HeaderResponse); len(values) > 0 {
						h[sso.HeaderResponse] = values
					}
				})(p)
			}),
	}
}

// passes adds to the headers that go out.
func passes(add func(http.Header, *http.Request)) func(*policy) {
	return func(p *policy) { p.forward = add }
}

// changeFlaws keep what another agent, or nobody any more, may use (P14, P15).
func changeFlaws() []Flaw {
	return []Flaw{
		neglecting("keeps-outward-session", "P14", "L02",
			"garde au nouvel agent la session que le précédent avait chez le partenaire", "keeps for a new agent the session that the one before had at the partner",
			func(p *policy) {
				p.succeeds = func(portal *Portal, before, next *session) { portal.sessions.inherit(before, next) }
				p.reuses = func(x *exit, o *outward) bool { return o.user != x.user.ID }
			}),
		neglecting("keeps-first-identity", "P14", "L02 L04 V20",
			"garde l'identité de l'agent précédent du même navigateur", "keeps the identity of the agent before on the same browser",
			func(p *policy) {
				p.succeeds = func(portal *Portal, before, next *session) {
					if before != nil {
						next.user = before.user
					}
					portal.succeeds(before, next)
				}
			}),
		neglecting("keeps-outward-at-logout", "P15", "L04 P12",
			"sert encore les pages du partenaire après la déconnexion", "still serves the partner's pages after the logout",
			func(p *policy) {
				p.lingers = true
				p.ends = func(_ *Portal, one *session) []*outward {
					one.closed.Store(true)
					return nil
				}
				p.recognised = func(portal *Portal, v *visit) bool {
					return portal.found(v) || v.session != nil && len(portal.sessions.outside(v.session)) > 0
				}
				p.reuses = func(x *exit, _ *outward) bool { return x.session.closed.Load() }
			}),
		neglecting("only-says-goodbye", "P15", "L04 P12",
			"affiche la déconnexion et ne clôt rien", "shows the logout and ends nothing",
			func(p *policy) {
				p.lingers = true
				p.ends = func(*Portal, *session) []*outward { return nil }
			}),
	}
}

// exposureFlaws show the VI where it must not be (L08).
func exposureFlaws() []Flaw {
	return []Flaw{
		neglecting("copies-vi-to-address", "L08", "V18",
			"recopie la Response dans l'adresse appelée", "copies the Response into the address that it calls",
			func(p *policy) {
				p.address = func(target *url.URL, form url.Values) {
					target.RawQuery = url.Values{sso.ParameterResponse: form[sso.ParameterResponse]}.Encode()
				}
			}),
		neglecting("sends-response-by-get", "L08", "V18",
			"envoie la Response par GET, dans l'adresse", "sends the Response by GET, in the address",
			func(p *policy) { p.getsACS = true }),
		neglecting("logs-vi", "L08", "",
			"écrit la Response entière dans son journal en clair", "writes the whole Response to its clear log",
			func(p *policy) {
				p.sent = func(portal *Portal, x *exit, raw []byte) {
					portal.config.Log.Info("Response émise", "requete", x.id, "message", string(raw))
				}
			}),
		neglecting("shows-vi-in-refusal", "L08", "",
			"montre à l'agent la Response que le partenaire refuse", "shows the agent the Response that the partner refuses",
			func(p *policy) {
				p.sent = func(_ *Portal, x *exit, raw []byte) { x.sent = raw }
				p.shown = func(x *exit, a *emitter.Answer) {
					a.Body = bytes.Replace(a.Body, []byte("</body>"), append([]byte("<pre>"+sso.Encode(x.sent)+"</pre>"), "</body>"...), 1)
				}
			}),
	}
}
