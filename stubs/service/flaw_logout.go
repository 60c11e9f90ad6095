package service

import (
	"slices"

	"etalon/internal/sso"
)

// logoutFlaws neglect the end of the sessions of a person (D01 to D07).
func logoutFlaws() []Flaw {
	return []Flaw{
		neglecting("survives-logout", "D01", "X11",
			"garde la session ouverte quand la sphère la ferme", "keeps the session open when the sphere closes it",
			func(p *policy) { p.closes = func(*session, sso.JudgedLogout) bool { return false } }),
		neglecting("closes-everybody", "D01", "D03",
			"ferme les sessions de tout le monde", "closes the sessions of everybody",
			func(p *policy) { p.closes = func(*session, sso.JudgedLogout) bool { return true } }),
		blind("accepts-unsigned-logout", "D02", "D01",
			"obéit à une demande de déconnexion sans signature", "obeys a LogoutRequest without signature", "protocol-signature-absent"),
		neglecting("accepts-outside-logout", "D02", "D01 D03",
			"obéit à la demande de déconnexion d'un organisme extérieur à la sphère", "obeys the LogoutRequest of an organism from outside the sphere",
			func(p *policy) {
				overlooks("protocol-issuer-outside", "protocol-issuer-unknown", "protocol-signer-other", ruleBackChannel)(p)
				p.closes = func(one *session, r sso.JudgedLogout) bool {
					return one.user == r.NameID.Value && slices.Contains(r.SessionIndexes, one.index)
				}
			}),
		blind("accepts-expired-logout", "D02", "D01",
			"obéit à une demande de déconnexion périmée", "obeys a LogoutRequest that is over",
			"logout-expired", "protocol-issueinstant-too-old"),
		blind("accepts-replayed-logout", "D02", "D01",
			"obéit deux fois à une même demande de déconnexion", "obeys one LogoutRequest twice", ruleLogoutReplayed),
		neglecting("ignores-session-index", "D03", "",
			"ferme toutes les sessions de la personne, quelle que soit celle que la demande désigne",
			"closes every session of the person, whichever the request designates",
			func(p *policy) {
				overlooks("logout-session-unknown", "logout-session-absent")(p)
				p.closes = func(one *session, r sso.JudgedLogout) bool {
					return one.issuer == r.Organism.Issuer && one.user == r.NameID.Value
				}
			}),
		neglecting("ignores-logout-person", "D03", "",
			"ferme la session que la demande désigne, quelle que soit la personne", "closes the session that the request designates, whoever the person",
			func(p *policy) {
				overlooks("logout-nameid-other", "logout-nameid-absent")(p)
				p.closes = func(one *session, r sso.JudgedLogout) bool {
					return one.issuer == r.Organism.Issuer && slices.Contains(r.SessionIndexes, one.index)
				}
			}),
		blind("accepts-unknown-logout-answer", "D06", "",
			"croit une réponse de déconnexion qu'il n'a pas demandée", "believes a LogoutResponse that answers nothing", "logout-answer-unknown"),
		neglecting("local-button-closes-nothing", "D07", "",
			"ne ferme rien quand la personne quitte le service", "closes nothing when the person leaves the service",
			func(p *policy) { p.localDeaf = true }),
	}
}
