package client

import (
	"time"

	"etalon/internal/emitter"
	"etalon/internal/interops"
)

// lifeFlaws neglect the life of VIs, rights and projects (L01 to L04, K01).
func lifeFlaws() []Flaw {
	return []Flaw{
		neglecting("reuses-expired-vi", "L01", "",
			"réemploie un VI conservé au-delà de sa fin", "reuses a kept VI past its end",
			reuses(func(interops.VI, time.Time, time.Duration) bool { return true })),
		neglecting("ignores-reuse-margin", "L01", "",
			"réemploie un VI jusqu'à son dernier instant, sans marge", "reuses a VI up to its last instant, without margin",
			reuses(func(vi interops.VI, now time.Time, _ time.Duration) bool { return now.Before(vi.NotOnOrAfter) })),
		neglecting("shares-vi-between-users", "L02", "A15 V20",
			"conserve un VI sans retenir à quel utilisateur il est", "keeps a VI without remembering whose it is",
			finds(func(k emitter.Purpose) emitter.Purpose {
				k.User, k.Class, k.Format, k.Authn = "", "", "", 0
				return k
			})),
		neglecting("mixes-parallel-users", "L02", "",
			"croise les VI d'appels simultanés", "crosses the VIs of simultaneous calls", mixes),
		neglecting("shares-vi-between-services", "L03", "",
			"conserve un VI sans retenir pour quel service il est", "keeps a VI without remembering its service",
			finds(func(k emitter.Purpose) emitter.Purpose {
				k.Service = ""
				return k
			})),
		neglecting("aims-at-first-service", "L03", "",
			"écrit toujours l'audience du premier service du projet", "always writes the Audience of the project's first service",
			func(p *policy) {
				p.vi = func(c *call, vi *interops.VI) { vi.Audiences = [][]string{{c.project.Services[0].Audience}} }
			}),
		neglecting("keeps-withdrawn-right", "L04", "",
			"ne regarde les droits qu'à la fabrication d'un VI, et garde ceux d'avant le retrait",
			"looks at rights only when a VI is made, and keeps those from before the withdrawal",
			func(p *policy) {
				p.hoards = true
				p.entitled = func(g *Gateway, c *call) bool {
					_, kept := g.VIs.Find(g.keyOf(c))
					return g.entitled(c) || kept && g.Rights.LoggedIn(c.caller.ID, c.caller.AuthnInstant)
				}
			}),
		neglecting("serves-closed-session", "L04", "",
			"sert encore une session après la déconnexion", "still serves a session after the logout",
			func(p *policy) {
				p.hoards = true
				p.entitled = func(g *Gateway, c *call) bool {
					return c.caller.alone() || g.Rights.Covers(c.caller.ID, c.project.Name, c.caller.PAGM)
				}
			}),
		neglecting("calls-ended-project", "K01", "",
			"appelle pour un projet clos, au titre de droits que l'utilisateur tient d'un autre",
			"calls for a project that is over, on rights that the user has from another",
			forgetsDates(func(p interops.Project, at time.Time) bool { return !p.End.IsZero() && !at.Before(p.End.Time) })),
		neglecting("calls-future-project", "K01", "",
			"appelle pour un projet qui n'a pas commencé, au titre de droits que l'utilisateur tient d'un autre",
			"calls for a project that has not begun, on rights that the user has from another",
			forgetsDates(func(p interops.Project, at time.Time) bool { return at.Before(p.Start.Time) })),
	}
}

// reuses changes when a kept VI may serve again.
func reuses(usable func(vi interops.VI, now time.Time, skew time.Duration) bool) func(*policy) {
	return func(p *policy) { p.usable = usable }
}

// finds changes what a kept VI is found by.
func finds(key func(emitter.Purpose) emitter.Purpose) func(*policy) {
	return func(p *policy) { p.key = key }
}

// mixes crosses the VIs of the calls under way.
func mixes(p *policy) {
	var crossing emitter.Crossing
	p.vi = func(c *call, vi *interops.VI) { crossing.Enter(c, c.service.Name, *vi) }
	p.present = func(c *call, vi interops.VI) interops.VI { return crossing.Present(c.service.Name, vi) }
	p.ended = func(c *call) { crossing.Leave(c) }
}

// forgetsDates makes the gateway call for projects out of their dates, those for which out holds.
func forgetsDates(out func(interops.Project, time.Time) bool) func(*policy) {
	return func(p *policy) {
		p.inForce = func(project interops.Project, at time.Time) bool { return project.InForce(at) || out(project, at) }
		p.entitled = func(g *Gateway, c *call) bool {
			elsewhere := out(c.project, g.party.Now()) && g.Rights.CoversSomewhere(c.caller.ID, c.caller.PAGM)
			return g.entitled(c) || elsewhere
		}
	}
}
