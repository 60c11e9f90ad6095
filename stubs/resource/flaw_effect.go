package resource

import (
	"net/http"

	"etalon/internal/bench"
	"etalon/internal/gateway"
	"etalon/internal/interops"
)

// resourceFlaws neglect what the PAGM open (R04).
func resourceFlaws() []Flaw {
	return []Flaw{
		neglecting("ignores-verb", "R04", "",
			"ouvre une ressource à tous les verbes dès qu'elle se lit", "opens a resource to every verb once it may be read",
			func(p *policy) { p.opens = func(c *call) bool { return opens(c) || c.judged.Opens(c.resource) } }),
		neglecting("ignores-resource", "R04", "R02",
			"ouvre toute ressource à la lecture", "opens every resource to reading",
			func(p *policy) {
				p.opens = func(c *call) bool { return opens(c) || c.request.Method == http.MethodGet }
			}),
		neglecting("opens-everything", "R04", "R02",
			"ne lit pas les PAGM pour ouvrir une ressource", "does not read the PAGM to open a resource",
			func(p *policy) { p.opens = func(*call) bool { return true } }),
	}
}

// cacheFlaws neglect that answers are for one partner (R06).
func cacheFlaws() []Flaw {
	return []Flaw{
		neglecting("permits-shared-cache", "R06", "",
			"laisse un cache commun garder ses réponses", "lets a shared cache keep its answers",
			func(p *policy) {
				p.relay = func(_ *call, a *answer) { a.Header.Set("Cache-Control", "public, max-age=3600") }
			}),
		neglecting("omits-cache-control", "R06", "",
			"ne dit rien de la mise en cache de ses réponses", "says nothing of the caching of its answers",
			func(p *policy) { p.relay = func(_ *call, a *answer) { a.Header.Del("Cache-Control") } }),
		neglecting("shares-answers", "R06", "",
			"sert d'un cache commun la réponse faite à un autre organisme", "serves from a shared cache the answer made for another organism",
			func(p *policy) {
				p.recall = func(c *call) (answer, bool) {
					if c.request.Method != http.MethodGet {
						return answer{}, false
					}
					return c.provider.shared.find(c.request.URL.RequestURI())
				}
				p.store = func(c *call, a answer) {
					if c.request.Method == http.MethodGet && a.Status == http.StatusOK {
						c.provider.shared.put(c.request.URL.RequestURI(), a)
					}
				}
			}),
	}
}

// traceFlaws neglect the traces (X02 to X08).
func traceFlaws() []Flaw {
	return append(received(gateway.TraceFlaws()),
		neglecting("notes-token-in-trace", "X08", "",
			"recopie le jeton entier dans ses traces", "copies the whole token into its traces",
			func(p *policy) {
				p.note = func(t *interops.Trace, c *call) { t.EventID += " " + string(c.judged.Raw) }
			}),
		neglecting("breaks-trace-chain", "X05", "",
			"ne chaîne pas ses traces entre elles", "does not chain its traces",
			func(p *policy) { p.keep = (*bench.TraceLog).AppendUnchained }),
		neglecting("continues-untraced", "X06", "",
			"laisse passer l'appel quand la trace ne peut être écrite", "lets the call pass when its trace cannot be written",
			func(p *policy) { p.untraced = true }),
	)
}
