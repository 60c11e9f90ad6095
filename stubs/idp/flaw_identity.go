package idp

import (
	"strings"
	"time"
)

// untimed are the requirements that rest on the instant of the login: they fail with it.
const untimed = "FI-24 FI-37 FI-40 FI-41 FI-42 FI-43 FI-44"

// timeFlaws neglect the instant of the login (FI-23, FI-24).
func timeFlaws() []Flaw {
	return []Flaw{
		neglecting("forgets-auth-time", "FI-23", untimed, "ne dit pas quand la personne s'est connectée", "does not tell when the person logged in", without("auth_time")),
		neglecting("writes-auth-time-in-words", "FI-23", untimed, "écrit l'instant de la connexion en lettres", "writes the instant of the login in words",
			claiming(func(i *issue) { i.claims["auth_time"] = i.session.at.Format(time.RFC3339) })),
		neglecting("tells-local-auth-time", "FI-23", untimed, "dit l'instant de la connexion à l'heure locale", "tells the instant of the login in local time",
			claiming(func(i *issue) { i.claims["auth_time"] = i.session.at.Unix() + 3600 })),
		neglecting("refreshes-auth-time", "FI-24", "FI-41", "rajeunit l'instant de la connexion à chaque demande", "makes the instant of the login younger at each request",
			claiming(func(i *issue) { i.claims["auth_time"] = i.now.Unix() })),
	}
}

// meansFlaws neglect the means of identification (FI-25 to FI-27, FI-36, FI-39).
func meansFlaws() []Flaw {
	return []Flaw{
		neglecting("forgets-amr", "FI-25", "FI-26 FI-27 FI-36 FI-39", "ne dit pas par quel moyen la personne s'est connectée", "does not tell by which means the person logged in", without("amr")),
		neglecting("writes-amr-as-text", "FI-27", "FI-25 FI-36 FI-39", "écrit amr d'une seule chaîne", "writes amr as one text",
			claiming(func(i *issue) { i.claims["amr"] = strings.Join(i.session.means.AMR, " ") })),
		neglecting("invents-amr", "FI-27", "FI-25", "met dans amr une valeur que rien ne définit", "puts a value into amr that nothing defines",
			claiming(func(i *issue) { i.claims["amr"] = append([]string{"tres-fort"}, i.session.means.AMR...) })),
		neglecting("always-says-password", "FI-25", "FI-39", "dit toujours que la personne n'avait qu'un mot de passe", "always says that the person had a password alone",
			func(p *policy) { p.means = func(Means, *issue) Means { return Password } }),
		neglecting("always-says-card", "FI-26", "FI-25 FI-36 FI-39", "dit toujours que la personne avait une carte", "always says that the person had a card",
			func(p *policy) { p.means = func(Means, *issue) Means { return Card } }),
		neglecting("trusts-password-alone", "FI-26 FI-36", "", "se contente d'un mot de passe et dit deux facteurs", "makes do with a password and says two factors", func(p *policy) { p.alone = true }),
		neglecting("calls-password-two-factors", "FI-26 FI-36", "", "se contente d'un mot de passe et dit un code", "makes do with a password and says a code",
			func(p *policy) {
				p.alone = true
				p.means = func(m Means, i *issue) Means {
					if i.account.TOTP == "" && m.Name == Code.Name {
						m.AMR = []string{"pwd", "otp"}
					}
					return m
				}
			}),
		neglecting("skips-second-factor", "FI-36", "", "accepte n'importe quel code, et n'importe quel PIN", "accepts any code, and any PIN", func(p *policy) { p.anyCode = true }),
		neglecting("logs-in-halfway", "FI-36", "", "ouvre une session dès le premier facteur", "opens a session at the first factor", func(p *policy) { p.halfway = true }),
		neglecting("takes-strength-from-request", "FI-39", "", "dit le moyen que la demande a nommé", "tells the means that the request named",
			func(p *policy) {
				p.means = func(m Means, i *issue) Means {
					if asked := i.params.Get("acr_values"); asked != "" {
						m.ACR = asked
					}
					if asked := i.params.Get("amr"); asked != "" {
						m.AMR = strings.Fields(asked)
					}
					return m
				}
			}),
	}
}

// personFlaws neglect the identifier of persons (FI-28 to FI-30).
func personFlaws() []Flaw {
	subject := func(of func(*issue) string) func(*policy) {
		return claiming(func(i *issue) { i.claims["sub"] = of(i) })
	}
	return []Flaw{
		neglecting("identifies-by-email", "FI-28", "FI-30 FI-54 FI-55", "identifie la personne par son adresse", "identifies the person by e-mail", subject(func(i *issue) string { return i.account.Email })),
		neglecting("identifies-by-name", "FI-28", "FI-29 FI-30 FI-54 FI-55", "identifie la personne par son nom", "identifies the person by name",
			subject(func(i *issue) string { return digest(i.account.FamilyName + i.account.Given) })),
		neglecting("identifies-anew", "FI-28", "FI-29 FI-30 FI-54 FI-55", "donne un identifiant nouveau à chaque connexion", "gives a new identifier at each login",
			subject(func(i *issue) string { return digest(i.session.id) })),
		neglecting("shares-identifiers", "FI-29", "FI-30 FI-54 FI-55", "identifie deux homonymes de deux établissements de même", "identifies homonyms of two establishments alike",
			subject(func(i *issue) string { name, _, _ := strings.Cut(i.account.Login, "@"); return digest(name) })),
		neglecting("recycles-identifiers", "FI-30", "FI-54 FI-55", "rend à un compte recréé l'identifiant de l'ancien", "gives an account that is made anew the identifier of the old",
			subject(func(i *issue) string { return digest(i.account.Login) })),
	}
}

// establishmentFlaws neglect the identifier of establishments (FI-31 to FI-33).
func establishmentFlaws() []Flaw {
	tenant := func(of func(*issue) any) func(*policy) {
		return claiming(func(i *issue) {
			if id := of(i); id != nil {
				i.claims["tid"] = id
			}
		})
	}
	return []Flaw{
		neglecting("forgets-establishment", "FI-31", "FI-32 FI-33", "ne dit pas l'établissement", "does not tell the establishment", without("tid")),
		neglecting("has-one-establishment", "FI-31", "FI-33", "nomme le même établissement pour tous", "names the same establishment for all", tenant(func(*issue) any { return EstablishmentOne })),
		neglecting("changes-establishment", "FI-31", "FI-32 FI-33", "donne à l'établissement un identifiant nouveau à chaque session", "gives the establishment a new identifier in each session",
			tenant(func(i *issue) any { return digest(i.session.id + "tid") })),
		neglecting("takes-establishment-from-request", "FI-32", "", "croit la demande sur l'établissement", "believes the request about the establishment",
			tenant(func(i *issue) any {
				for _, name := range []string{"tid", "domain_hint", "tenant"} {
					if id := i.params.Get(name); id != "" {
						return id
					}
				}
				return nil
			})),
		neglecting("lends-establishment", "FI-33", "FI-31", "fait passer les personnes d'un établissement non admis pour celles d'un autre", "passes off persons of an establishment that is not listed as another's",
			tenant(func(i *issue) any {
				if i.account.Establishment == EstablishmentThree {
					return EstablishmentTwo
				}
				return nil
			})),
	}
}

// identityFlaws neglect what is told of the person (FI-34, FI-35).
func identityFlaws() []Flaw {
	return []Flaw{
		neglecting("forgets-family-name", "FI-34", "", "ne dit pas le nom de la personne", "does not tell the person's family name", without("family_name", "name")),
		neglecting("forgets-email", "FI-34", "", "ne dit pas l'adresse de la personne", "does not tell the person's e-mail", without("email")),
		neglecting("leaves-identity-blank", "FI-34", "", "donne des noms vides", "gives empty names", claiming(func(i *issue) { i.claims["family_name"], i.claims["given_name"] = "", " " })),
		neglecting("tells-of-another-in-userinfo", "FI-35", "", "nomme la personne autrement dans userinfo", "names the person otherwise in userinfo",
			func(p *policy) { p.info = func(told map[string]any, i *issue) { told["sub"] = i.account.Login } }),
		neglecting("opens-userinfo", "FI-35", "", "répond à userinfo sans jeton", "answers to userinfo without a token", func(p *policy) { p.openInfo = true }),
		neglecting("tells-private-email", "EXI-FI-26", "", "donne l'adresse privée de la personne", "gives the person's private e-mail",
			claiming(func(i *issue) {
				name, _, _ := strings.Cut(i.account.Email, "@")
				i.claims["email"] = name + "@messagerie.test"
			})),
	}
}

// promptFlaws neglect what a client demands of the login (FI-37, FI-38, FI-43, FI-44).
func promptFlaws() []Flaw {
	return []Flaw{
		neglecting("ignores-prompt-login", "FI-37", "", "ne redemande rien à prompt=login", "asks nothing again at prompt=login", func(p *policy) { p.sameLogin = true }),
		neglecting("shows-page-when-silent", "FI-38", "FI-40 FI-42 FI-45", "montre une page à prompt=none", "shows a page at prompt=none", func(p *policy) { p.silent = silentPage }),
		neglecting("logs-in-when-silent", "FI-38", "FI-36 FI-45", "connecte quelqu'un à prompt=none", "logs somebody in at prompt=none", func(p *policy) { p.silent = silentCode }),
		neglecting("ignores-max-age", "FI-43 FI-44", "", "n'entend pas max_age", "does not hear max_age", func(p *policy) { p.anyAge = true }),
		neglecting("ignores-max-age-zero", "FI-44", "", "prend max_age=0 pour une absence", "takes max_age=0 for none", func(p *policy) { p.zeroIsNone = true }),
	}
}

// sessionFlaws neglect the four hours (FI-40 to FI-42).
func sessionFlaws() []Flaw {
	return []Flaw{
		neglecting("keeps-session-for-ever", "FI-40 FI-42", "", "garde les sessions sans limite", "keeps sessions without limit", func(p *policy) { p.limit = forever }),
		neglecting("prolongs-session", "FI-40", "FI-42", "prolonge la session à chaque usage", "prolongs the session at each use", func(p *policy) { p.sliding = true }),
		neglecting("keeps-session-half-a-minute-more", "FI-42", "", "garde les sessions une demi-minute de trop", "keeps sessions half a minute too long",
			func(p *policy) { p.limit = sessionLimit + 30*time.Second }),
		neglecting("ends-session-early", "FI-41", "FI-24", "n'a pas de session de plus d'une heure", "has no session of more than an hour", func(p *policy) { p.limit = time.Hour }),
	}
}

// logoutFlaws neglect the logout (FI-45, FI-46).
func logoutFlaws() []Flaw {
	return []Flaw{
		neglecting("keeps-session-at-logout", "FI-45", "", "garde la session après la déconnexion", "keeps the session after the logout", func(p *policy) { p.keepsLogin = true }),
		neglecting("redirects-anywhere-at-logout", "FI-46", "", "renvoie n'importe où après la déconnexion", "sends anywhere after the logout",
			func(p *policy) { p.farewells = func(_ []string, address string) bool { return safe(address) } }),
	}
}

// openFlaws neglect the indicators and the traces (FI-51, FI-54).
func openFlaws() []Flaw {
	return []Flaw{
		neglecting("opens-indicators", "FI-51", "", "donne ses indicateurs à qui les demande", "gives its indicators to whoever asks", func(p *policy) { p.openIndicators = true }),
		neglecting("forgets-indicators", "FI-51", "", "ne dit pas la force de ses moyens", "does not tell how strong its means are",
			func(p *policy) { p.indicators = func(told map[string]any) { delete(told, "strength") } }),
		neglecting("forgets-traces", "FI-54", "FI-55", "ne garde pas trace des connexions", "keeps no trace of logins", func(p *policy) { p.record = func(*Record) bool { return false } }),
		neglecting("traces-no-means", "FI-54", "", "ne garde pas trace du moyen", "keeps no trace of the means",
			func(p *policy) { p.record = func(r *Record) bool { r.Means = ""; return true } }),
		neglecting("traces-no-address", "FI-54", "", "ne garde pas trace de l'adresse", "keeps no trace of the address",
			func(p *policy) { p.record = func(r *Record) bool { r.Address = ""; return true } }),
	}
}
