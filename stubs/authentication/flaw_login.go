package authentication

import (
	"sync"
	"time"

	"etalon/internal/interops"
)

// loginFlaws neglect that a VI follows a real login (S01).
func loginFlaws() []Flaw {
	return []Flaw{
		neglecting("issues-without-login", "S01", "C01 C07 C08 D01 D04 D05 D06 S08 S10 S12 S13 S18 S19 V20 X10 X11",
			"émet un VI pour qui n'est pas connecté", "issues a VI to who is not logged in", lendsSession),
		neglecting("serves-expired-session", "S01", "",
			"sert encore une session qui a expiré", "still serves a session that has expired",
			func(p *policy) {
				p.session = func(o *Operator, c *call, id string) (session, bool) {
					return o.sessions.find(id, c.now, func(session, time.Time) bool { return true })
				}
			}),
		neglecting("lets-in-after-failed-login", "S01", "",
			"ouvre une session malgré un secret faux", "opens a session in spite of a wrong secret",
			func(p *policy) {
				p.authenticated = func(person Account, _ bool) bool { return person.ID != "" }
			}),
	}
}

// lendsSession serves who has no session with one of the first person that the operator knows.
func lendsSession(p *policy) {
	own := p.session
	p.homeless = true
	p.session = func(o *Operator, c *call, id string) (session, bool) {
		if s, in := own(o, c, id); in || len(o.config.Accounts) == 0 || c.r.URL.Path == PathLogin {
			return s, in
		}
		person := o.accounts[o.config.Accounts[0].ID]
		means := o.means()
		return session{id: "pret", index: "_pret", person: person, means: means[len(means)-1], login: c.now, used: c.now}, true
	}
}

// personFlaws neglect whose session it is (S13, S10).
func personFlaws() []Flaw {
	return []Flaw{
		neglecting("switches-person-midway", "S13", "",
			"laisse une autre personne reprendre la session en cours", "lets another person take over the session under way",
			func(p *policy) { p.continues = func(session, Account) bool { return true } }),
		neglecting("mixes-browsers", "S13", "S01 S08 S12 S19 D01 D05 V20 X11",
			"tient la dernière session ouverte pour celle de tout navigateur", "takes the last session opened for that of any browser", mixes),
		neglecting("keeps-session-id", "S13", "",
			"garde à la connexion le numéro de session que le navigateur apporte", "keeps at login the session number that the browser brings",
			func(p *policy) {
				fresh := p.sessionID
				p.sessionID = func(c *call) (string, error) {
					if id := cookie(c.r, sessionCookie); id != "" {
						return id, nil
					}
					return fresh(c)
				}
			}),
		neglecting("ignores-force-authn", "S10", "",
			"répond sans nouvelle authentification à qui en exige une", "answers without new authentication to who demands one",
			func(p *policy) { p.forced = func(passage) bool { return false } }),
		neglecting("shows-login-when-passive", "S10", "",
			"montre la page d'authentification à qui demande de n'en pas montrer", "shows the login page to who asks that none be shown",
			func(p *policy) { p.passive = func(passage) bool { return false } }),
	}
}

// mixes remembers one session for everybody: the last that was opened.
func mixes(p *policy) {
	own, fresh := p.session, p.sessionID
	var mu sync.Mutex
	last := ""
	p.sessionID = func(c *call) (string, error) {
		id, err := fresh(c)
		mu.Lock()
		defer mu.Unlock()
		last = id
		return id, err
	}
	p.session = func(o *Operator, c *call, id string) (session, bool) {
		if s, in := own(o, c, id); !in {
			return s, in
		}
		mu.Lock()
		id = last
		mu.Unlock()
		return own(o, c, id)
	}
}

// levelFlaws state another level than that reached (S08, C08).
func levelFlaws() []Flaw {
	return []Flaw{
		neglecting("overstates-level", "S08", "V20 C08",
			"annonce toujours le plus haut niveau de l'échelle", "always states the highest level of the ladder",
			states(func(o *Operator, _ passage, _ session) int { return len(o.config.Bench.Profile.Levels) - 1 })),
		neglecting("states-demanded-level", "S08", "V20 C08",
			"annonce le niveau que le service demande, quel que soit celui atteint", "states the level that the service demands, whatever was reached",
			both(
				states(func(o *Operator, p passage, _ session) int { least, _ := o.demanded(p); return least }),
				func(p *policy) {
					p.rank = func(o *Operator, _ session) int { return len(o.config.Bench.Profile.Levels) }
				},
			)),
		neglecting("borrows-level-of-another-session", "S08", "V20 C08",
			"annonce le plus haut niveau de toutes les sessions ouvertes", "states the highest level of all open sessions",
			states(func(o *Operator, _ passage, s session) int {
				best := o.rank(s)
				o.sessions.first(func(other session) bool {
					best = max(best, o.rank(other))
					return false
				})
				return best
			})),
		neglecting("raises-level-above-identification", "C08", "S08",
			"annonce le niveau d'authentification même quand l'identification est plus faible",
			"states the level of authentication even where the identification is weaker",
			both(
				states(func(o *Operator, _ passage, s session) int { return o.config.Bench.Profile.Rank(s.means.Level) }),
				func(p *policy) {
					p.rank = func(o *Operator, s session) int { return o.config.Bench.Profile.Rank(s.means.Level) }
				},
			)),
	}
}

// states makes the operator state another place of the ladder.
func states(rank func(*Operator, passage, session) int) func(*policy) {
	return makes(func(o *Operator, _ *call, p passage, s session, vi *interops.VI) {
		if r := rank(o, p, s); r >= 0 {
			vi.AuthnContext = o.config.Bench.Profile.Levels[r].Class
		}
	})
}
