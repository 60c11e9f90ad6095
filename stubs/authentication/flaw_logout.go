package authentication

import (
	"slices"
	"sync"

	"etalon/internal/interops"
)

// logoutFlaws neglect what a LogoutRequest must be, and what it means (D02, D03, D05).
func logoutFlaws() []Flaw {
	return []Flaw{
		blind("obeys-unsigned-logout", "D02", "",
			"obéit à une demande de déconnexion sans signature", "obeys a LogoutRequest without signature", "protocol-signature-absent"),
		blind("skips-logout-signature", "D02", "",
			"ne vérifie pas la signature d'une demande de déconnexion", "does not check the signature of a LogoutRequest",
			"protocol-altered", "protocol-signature-invalid"),
		neglecting("obeys-outside-logout", "D02", "",
			"obéit à une demande de déconnexion venue d'un organisme hors de la sphère", "obeys a LogoutRequest of an organism outside the sphere",
			both(overlooks("D02", "protocol-issuer-outside", "protocol-issuer-unknown"), func(p *policy) { p.stranger = true })),
		blind("obeys-expired-logout", "D02", "",
			"obéit à une demande de déconnexion expirée", "obeys an expired LogoutRequest", "logout-expired", "protocol-issueinstant-too-old"),
		neglecting("obeys-logout-again", "D02", "",
			"obéit deux fois à la même demande de déconnexion", "obeys the same LogoutRequest twice",
			obeysAgain),
		neglecting("skips-session-index", "D03", "D02",
			"ferme une session de la personne quel que soit le numéro demandé", "closes a session of the person whatever number is asked",
			meansWhom(func(s session, name interops.NameID, _ []string) bool { return s.person.ID == name.Value })),
		neglecting("skips-logout-person", "D03", "D02",
			"ferme la session demandée sans regarder de qui elle est", "closes the session that is asked without looking whose it is",
			meansWhom(func(s session, _ interops.NameID, indexes []string) bool { return slices.Contains(indexes, s.index) })),
	}
}

// obeysAgain lets a request that was obeyed close whatever session its person has when it comes again.
func obeysAgain(p *policy) {
	own := p.means
	var mu sync.Mutex
	obeyed := map[string]string{} // SessionIndex to person
	p.replays = true
	p.means = func(s session, name interops.NameID, indexes []string) bool {
		mu.Lock()
		defer mu.Unlock()
		for _, index := range indexes {
			if person, again := obeyed[index]; again && person == s.person.ID {
				return true
			}
		}
		if !own(s, name, indexes) {
			return false
		}
		obeyed[s.index] = s.person.ID
		return true
	}
}

// meansWhom changes which session a LogoutRequest means.
func meansWhom(is func(session, interops.NameID, []string) bool) func(*policy) {
	return func(p *policy) { p.means = is }
}

// chainFlaws neglect the propagation of a logout (D01, D04 to D06).
func chainFlaws() []Flaw {
	return []Flaw{
		neglecting("forgets-one-service", "D01", "D04 D06 X11",
			"ne prévient pas l'un des services visités", "does not tell one of the visited services",
			func(p *policy) {
				p.told = func(all []visit) []visit { return all[:max(0, len(all)-1)] }
			}),
		neglecting("tells-no-service", "D01", "D04 D06 X11",
			"ferme sa session sans prévenir aucun service", "closes its session without telling any service",
			func(p *policy) {
				p.told = func([]visit) []visit { return nil }
			}),
		neglecting("keeps-own-session", "D01", "D05 D02",
			"prévient les services et garde sa propre session", "tells the services and keeps its own session",
			func(p *policy) { p.survives = true }),
		neglecting("closes-everybody", "D01", "",
			"ferme aussi les sessions des autres personnes", "closes the sessions of other persons too",
			func(p *policy) { p.ends = func(session, session) bool { return true } }),
		neglecting("announces-success", "D04", "D06",
			"annonce une déconnexion complète quand un service n'a pas répondu", "announces a complete logout when a service has not answered",
			func(p *policy) { p.complete = true }),
		neglecting("stops-at-first-failure", "D04", "D01 D06 X11",
			"abandonne la chaîne au premier service qui ne répond pas", "gives the chain up at the first service that does not answer",
			func(p *policy) { p.stops = true }),
		neglecting("reopens-after-logout", "D05", "D01 S01 S13 V02",
			"émet sans authentification un VI pour un navigateur dont la session vient d'être fermée",
			"issues a VI without authentication for a browser whose session was just closed", reopens),
		neglecting("accepts-any-logout-answer", "D06", "D04",
			"tient pour confirmée une déconnexion sur une réponse à une autre demande", "takes a logout as confirmed on an answer to another request",
			both(overlooks("D06", "logout-answer-unknown"), func(p *policy) { p.matched = func(string, string) bool { return true } })),
	}
}

// reopens remembers every session that a browser ever had.
func reopens(p *policy) {
	own := p.session
	p.homeless, p.lingers = true, true
	kept := newSessions()
	p.session = func(o *Operator, c *call, id string) (session, bool) {
		s, in := own(o, c, id)
		if in {
			_ = kept.open(s, c.now) // a full memory forgets
			return s, in
		}
		return kept.find(id, c.now, session.alive)
	}
}

// journeyFlaws neglect what only mode S traces (X01, X10, X11).
func journeyFlaws() []Flaw {
	return []Flaw{
		neglecting("forgets-rebonds", "X10", "X01 X03 X04",
			"ne trace que le premier VI d'une session", "keeps the trace of a session's first VI alone", forgetsRebonds),
		neglecting("forgets-context-tokens", "X10", "",
			"ne trace pas les jetons de contexte reçus", "keeps no trace of the context tokens that come",
			forgets(func(t *interops.Trace) bool {
				return t.Direction == interops.Reception && t.Decision != interops.LoggedOut
			})),
		neglecting("forgets-logouts", "X11", "X10",
			"ne trace pas les déconnexions", "keeps no trace of logouts", func(p *policy) { p.mute = true }),
	}
}

func forgets(forgotten func(*interops.Trace) bool) func(*policy) {
	return func(p *policy) { p.Record = func(t *interops.Trace) bool { return !forgotten(t) } }
}

// forgetsRebonds keeps the records of the first VI of each session alone.
func forgetsRebonds(p *policy) {
	var mu sync.Mutex
	first := map[string]string{} // SessionIndex to VI
	p.Record = func(t *interops.Trace) bool {
		if t.Direction == interops.Reception || t.Decision == interops.LoggedOut || t.SessionIndex == nil || t.VIID == nil {
			return true
		}
		mu.Lock()
		defer mu.Unlock()
		if _, met := first[*t.SessionIndex]; !met {
			first[*t.SessionIndex] = *t.VIID
		}
		return first[*t.SessionIndex] == *t.VIID
	}
}
