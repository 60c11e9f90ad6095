package portal

import (
	"slices"
	"sync"
	"time"

	"etalon/internal/emitter"
	"etalon/internal/interops"
)

// lifeFlaws neglect the life of VIs (L01 to L03).
func lifeFlaws() []Flaw {
	alive := func(vi interops.VI, now time.Time) bool { return now.Before(vi.NotOnOrAfter.Add(-time.Minute)) }
	mine := func(x *exit) string { return x.user.ID + "\x00" + x.service.Name }
	return []Flaw{
		neglecting("reuses-expired-vi", "L01", "L04 P14 V02 V18 V20",
			"réemploie un VI conservé au-delà de sa fin", "reuses a kept VI past its end",
			keeps(mine, func(interops.VI, time.Time) bool { return true })),
		neglecting("ignores-reuse-margin", "L01", "L04 V02 V20",
			"réemploie un VI jusqu'à son dernier instant, sans marge", "reuses a VI up to its last instant, without margin",
			keeps(mine, func(vi interops.VI, now time.Time) bool { return now.Before(vi.NotOnOrAfter) })),
		neglecting("shares-vi-between-users", "L02", "L01 L04 P14 V02 V20",
			"conserve un VI sans retenir à quel agent il est", "keeps a VI without remembering whose it is",
			keeps(func(x *exit) string { return x.service.Name }, alive)),
		neglecting("mixes-parallel-users", "L02", "V02",
			"croise les VI de sorties simultanées", "crosses the VIs of simultaneous exits",
			func(p *policy) {
				var crossing emitter.Crossing
				p.vi = func(x *exit, vi *interops.VI) { crossing.Enter(x, x.service.Name, *vi) }
				p.presented = func(x *exit, vi interops.VI) interops.VI { return crossing.Present(x.service.Name, vi) }
				p.ended = func(x *exit) { crossing.Leave(x) }
			}),
		neglecting("shares-vi-between-services", "L03", "L01 L04 V02 V20",
			"conserve un VI sans retenir pour quel service il est", "keeps a VI without remembering its service",
			keeps(func(x *exit) string { return x.user.ID }, alive)),
		neglecting("aims-at-first-service", "L03", "",
			"écrit toujours l'audience du premier service du projet", "always writes the Audience of the project's first service",
			makes(func(x *exit, vi *interops.VI) { vi.Audiences = [][]string{{x.project.Services[0].Audience}} })),
	}
}

// makes makes the portal touch the content of each VI, as the traces will tell it.
func makes(touch func(*exit, *interops.VI)) func(*policy) {
	return func(p *policy) { p.vi = touch }
}

// keeps makes the portal send a VI again, found under a key, for as long as it looks usable.
func keeps(key func(*exit) string, usable func(interops.VI, time.Time) bool) func(*policy) {
	return func(p *policy) {
		var mu sync.Mutex
		kept := map[string]interops.VI{}
		p.vi = func(x *exit, vi *interops.VI) {
			mu.Lock()
			defer mu.Unlock()
			kept[key(x)] = *vi
		}
		p.kept = func(x *exit, now time.Time) (interops.VI, bool) {
			mu.Lock()
			defer mu.Unlock()
			vi, ok := kept[key(x)]
			return vi, ok && usable(vi, now)
		}
	}
}

// rightFlaws neglect rights that end, and projects out of their dates (L04, K01).
func rightFlaws() []Flaw {
	return []Flaw{
		neglecting("keeps-withdrawn-right", "L04", "",
			"ne regarde les droits qu'à la connexion", "looks at rights only at the login",
			func(p *policy) {
				honest := p.rights
				var mu sync.Mutex
				type grant struct {
					session *session
					project string
				}
				known := map[grant][]string{}
				p.rights = func(portal *Portal, one *session, project interops.Project) []string {
					mu.Lock()
					defer mu.Unlock()
					k := grant{one, project.Name}
					if held, ok := known[k]; ok {
						return slices.Clone(held)
					}
					known[k] = honest(portal, one, project)
					return slices.Clone(known[k])
				}
				p.withdrawn = func(*Portal, string, string) []*outward { return nil }
			}),
		neglecting("serves-closed-session", "L04", "P15",
			"sert encore un agent dont la session a été close d'ailleurs", "still serves an agent whose session was ended from elsewhere",
			func(p *policy) { p.expels = func(*Portal, *session) []*outward { return nil } }),
		neglecting("calls-ended-project", "K01", "",
			"sort pour un projet clos, au titre de droits que l'agent tient d'un autre",
			"sends out for a project that is over, on rights that the agent has from another",
			forgetsDates(func(p interops.Project, at time.Time) bool { return !p.End.IsZero() && !at.Before(p.End.Time) })),
		neglecting("calls-future-project", "K01", "",
			"sort pour un projet qui n'a pas commencé, au titre de droits que l'agent tient d'un autre",
			"sends out for a project that has not begun, on rights that the agent has from another",
			forgetsDates(func(p interops.Project, at time.Time) bool { return at.Before(p.Start.Time) })),
	}
}

// forgetsDates makes the portal send agents out for projects out of their dates, those for which out holds.
func forgetsDates(out func(interops.Project, time.Time) bool) func(*policy) {
	return func(p *policy) {
		p.inForce = func(project interops.Project, at time.Time) bool { return project.InForce(at) || out(project, at) }
		honest := p.rights
		p.rights = func(portal *Portal, one *session, project interops.Project) []string {
			held := honest(portal, one, project)
			if len(held) > 0 || !out(project, portal.party.Now()) {
				return held
			}
			for _, g := range project.PAGM {
				if portal.rights.CoversSomewhere(one.user.ID, []string{g.Name}) {
					held = append(held, g.Name)
				}
			}
			return held
		}
	}
}

// sendingFlaws neglect the trace of what did not leave (X01).
func sendingFlaws() []Flaw {
	return []Flaw{
		neglecting("invents-sending", "X01", "",
			"laisse dit envoyé un VI qui n'est pas parti", "leaves a VI told as sent that did not leave",
			func(p *policy) {
				p.Record = func(t *interops.Trace) bool { return t.Decision != interops.Discarded }
			}),
	}
}
