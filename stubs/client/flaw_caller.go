package client

import (
	"errors"
	"net/http"
	"sync"

	"etalon/internal/emitter"
	"etalon/internal/interops"
)

// callerFlaws neglect who calls, and by what right (A12, A15).
func callerFlaws() []Flaw {
	return []Flaw{
		neglecting("skips-habilitation", "A12", "L04",
			"ne vérifie pas les droits de l'utilisateur", "does not check the user's rights",
			func(p *policy) {
				p.entitled = func(g *Gateway, c *call) bool {
					return c.caller.alone() || g.Rights.LoggedIn(c.caller.ID, c.caller.AuthnInstant)
				}
			}),
		neglecting("calls-without-user", "A12 A15", "",
			"appelle au nom de l'application quand l'utilisateur manque", "calls in the application's name when the user is missing",
			recognises(func(_ *Gateway, _ *call, who caller, err error) (caller, error) {
				if errors.Is(err, emitter.ErrNoIdentity) {
					return caller{}, nil
				}
				return who, err
			})),
		neglecting("makes-up-missing-user", "A12 A15", "",
			"donne une identité par défaut à un appel sans utilisateur", "gives a default identity to a call without user",
			recognises(func(g *Gateway, c *call, who caller, err error) (caller, error) {
				if !errors.Is(err, emitter.ErrNoIdentity) {
					return who, err
				}
				right := g.Rights.First()
				return caller{interops.User{ID: right.User, PAGM: right.PAGM[:min(1, len(right.PAGM))], Class: interops.ClassPassword, AuthnInstant: g.party.Now()}}, nil
			})),
		neglecting("keeps-last-user", "A15", "",
			"garde l'utilisateur précédent quand l'en-tête d'identité est illisible", "keeps the user before when the identity header cannot be read",
			remembers),
		neglecting("forwards-identity", "A15", "",
			"transmet au partenaire l'en-tête d'identité de l'application", "forwards the application's identity header to the partner",
			func(p *policy) {
				p.forward = func(h http.Header, from *http.Request) {
					for _, name := range []string{IdentityHeader, InteropsInfosHeader} {
						if values := from.Header.Values(name); len(values) > 0 {
							h[name] = values
						}
					}
				}
			}),
	}
}

// recognises changes who is taken for the caller; what the gateway does with the result is honest.
func recognises(who func(*Gateway, *call, caller, error) (caller, error)) func(*policy) {
	return func(p *policy) {
		honest := p.identity
		p.identity = func(g *Gateway, c *call, named caller, err error) (caller, error) {
			if taken, wrong := who(g, c, named, err); wrong == nil && err != nil {
				return taken, nil
			}
			return honest(g, c, named, err)
		}
	}
}

// remembers takes the last caller for that of an unreadable header.
func remembers(p *policy) {
	var mu sync.Mutex
	var last caller
	recognises(func(_ *Gateway, _ *call, who caller, err error) (caller, error) {
		mu.Lock()
		defer mu.Unlock()
		switch {
		case err == nil:
			last = who
		case !errors.Is(err, emitter.ErrNoIdentity) && !last.alone():
			return last, nil
		}
		return who, err
	})(p)
}

// reactionFlaws neglect what a fault or a failure asks for (A13, A14).
func reactionFlaws() []Flaw {
	return []Flaw{
		neglecting("retries-endlessly", "A13", "",
			"refait l'appel sans fin tant que le partenaire le refuse", "makes the call again without end while the partner refuses it",
			func(p *policy) { p.endless = true }),
		neglecting("retries-three-times", "A13", "",
			"renouvelle le VI trois fois de suite", "renews the VI three times in a row",
			func(p *policy) { p.retries = 3 }),
		neglecting("sends-refused-vi-again", "A13", "",
			"renvoie le VI qui vient d'être refusé", "sends the VI again that was just refused",
			func(p *policy) { p.keepsRefused = true }),
		neglecting("retries-without-vi", "A13", "",
			"refait l'appel sans VI après un refus", "makes the call again without VI after a refusal",
			func(p *policy) { p.nakedRetry = true }),
		neglecting("shows-technical-fault", "A13", "",
			"montre à l'application la faute technique du partenaire", "shows the application the partner's technical fault",
			func(p *policy) { p.refusal = func(own *reply, by reply) { *own = by } }),
		neglecting("calls-without-token-service", "A14", "",
			"appelle sans VI quand le service de jetons est en panne", "calls without VI when the token service is down",
			func(p *policy) { p.naked = true }),
		neglecting("forwards-application-security", "A14", "",
			"transmet l'en-tête de sécurité de l'application", "forwards the application's Security header",
			func(p *policy) { p.keepsSecurity = true }),
	}
}
