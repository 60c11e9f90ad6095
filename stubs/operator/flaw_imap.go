package operator

import (
	"bytes"
	"slices"
	"strings"
)

// says edits what a library says in one protocol.
func says(change func(*policy) *linePolicy, from, to string) func(*policy) {
	return func(p *policy) {
		change(p).edit = func(_ *link, b []byte) []byte { return bytes.ReplaceAll(b, []byte(from), []byte(to)) }
	}
}

// hears answers some commands of a client by itself, in the place of the library, and drops the connection when the
// answer is empty.
func hears(change func(*policy) *linePolicy, answer func(l *link, first, second, rest string) (string, bool)) func(*policy) {
	return func(p *policy) {
		change(p).hear = func(l *link, line []byte) ([]byte, bool) {
			if l.data {
				return line, false
			}
			first, second, rest := words(line)
			text, answered := answer(l, first, second, rest)
			if answered && text == "" {
				_ = l.Close()
			} else if answered {
				_ = l.say(text)
			}
			return line, answered
		}
	}
}

func ofIMAP(p *policy) *linePolicy { return &p.imap }
func ofSMTP(p *policy) *linePolicy { return &p.smtp }

// authenticate recognises the command that logs in over IMAP.
func authenticate(command string) bool { return strings.EqualFold(command, "AUTHENTICATE") }

// imapFlaws neglect capabilities and the exchange of XOAUTH2 (IMAP-01 to IMAP-31).
func imapFlaws() []Flaw { return slices.Concat(capabilityFlaws(), responseFlaws(), folderFlaws()) }

func capabilityFlaws() []Flaw {
	return []Flaw{
		neglecting("hides-initial-response", "IMAP-01", "", "n'annonce pas SASL-IR", "does not announce SASL-IR", says(ofIMAP, " SASL-IR", "")),
		neglecting("names-no-version", "IMAP-02", "", "n'annonce ni IMAP4rev1 ni IMAP4rev2", "announces neither IMAP4rev1 nor IMAP4rev2", says(ofIMAP, "IMAP4rev1", "IMAP4")),
		neglecting("refuses-initial-response", "IMAP-03", shut+" IMAP-07 IMAP-08 INTR-07", "refuse la réponse initiale", "refuses an initial response",
			hears(ofIMAP, func(_ *link, tag, command, rest string) (string, bool) {
				return tag + " BAD unexpected argument", authenticate(command) && strings.Contains(rest, " ")
			})),
		neglecting("refuses-two-steps-imap", "IMAP-04", "", "refuse le dialogue en deux temps en IMAP", "refuses the two-step dialogue over IMAP",
			hears(ofIMAP, func(_ *link, tag, command, rest string) (string, bool) {
				return tag + " BAD an argument is wanted", authenticate(command) && !strings.Contains(rest, " ")
			})),
		neglecting("reads-mechanism-by-case", "IMAP-05", "", "ne reconnaît le mécanisme qu'en capitales", "knows the mechanism in capitals alone",
			hears(ofIMAP, func(_ *link, tag, command, rest string) (string, bool) {
				return tag + " NO unknown mechanism", authenticate(command) && strings.HasPrefix(rest, "xoauth2")
			})),
		neglecting("limits-initial-response", "IMAP-21", shut+" IMAP-07 IMAP-08 INTR-07", "refuse une ligne de la longueur d'un jeton de PSC", "refuses a line of the length of a PSC token",
			hears(ofIMAP, func(_ *link, tag, command, rest string) (string, bool) {
				return tag + " BAD line too long", authenticate(command) && len(rest) > 1500
			})),
		neglecting("drops-on-cancel", "IMAP-08", "", "rompt quand le client annule", "drops the connection when the client cancels",
			hears(ofIMAP, func(_ *link, first, _, _ string) (string, bool) { return "", first == "*" })),
		neglecting("jams-on-long-line", "IMAP-20 TOK-40", "", "ne sert plus personne après une ligne démesurée", "serves nobody after a line beyond measure",
			func(p *policy) { p.jams = true }),
		neglecting("offers-passwords", "IMAP-22", "", "annonce PLAIN", "announces PLAIN",
			says(ofIMAP, " AUTH=XOAUTH2", " AUTH=XOAUTH2 AUTH=PLAIN")),
		neglecting("takes-any-password", "IMAP-22", "", "ouvre une boîte par mot de passe", "opens a mailbox by password",
			func(p *policy) { p.passwords = true }),
	}
}

// reading makes the reading of responses lenient.
func reading(change func(*laxity)) func(*policy) { return func(p *policy) { change(&p.lenient) } }

func responseFlaws() []Flaw {
	return []Flaw{
		neglecting("refuses-without-challenge", "IMAP-07 SMTP-07", "IMAP-08 SMTP-08", "refuse sans dire l'erreur de XOAUTH2", "refuses without the error challenge of XOAUTH2",
			func(p *policy) { p.challenge = "" }),
		neglecting("challenges-without-scope", "IMAP-07", "SMTP-07", "dit l'erreur de XOAUTH2 sans le périmètre", "gives the error challenge without scope",
			func(p *policy) { p.challenge = `{"status":"401","schemes":"bearer"}` }),
		neglecting("skips-spaces-in-base64", "IMAP-12", "", "saute les espaces du base64", "skips spaces in base64",
			func(p *policy) {
				p.imap.hear = func(_ *link, line []byte) ([]byte, bool) {
					if tag, command, rest := words(line); authenticate(command) {
						mechanism, response, ok := strings.Cut(rest, " ")
						if ok {
							line = []byte(tag + " AUTHENTICATE " + mechanism + " " + strings.ReplaceAll(response, " ", "") + "\r\n")
						}
					}
					return line, false
				}
			}),
		neglecting("takes-empty-response", "IMAP-10", "", "ouvre une boîte à une réponse vide", "opens a mailbox to an empty response", reading(func(l *laxity) { l.nothing = true })),
		neglecting("takes-any-mechanism", "IMAP-24", "", "dit oui à un mécanisme inconnu", "says yes to an unknown mechanism",
			hears(ofIMAP, func(_ *link, tag, command, rest string) (string, bool) {
				mechanism, _, _ := strings.Cut(strings.ToUpper(rest), " ")
				return tag + " OK welcome", authenticate(command) && !slices.Contains([]string{"XOAUTH2", "EXTERNAL", "PLAIN"}, mechanism)
			})),
		neglecting("skips-end-of-fields", "IMAP-13 IMAP-14", "", "n'attend pas la fin des champs", "does not want the end of the fields",
			reading(func(l *laxity) { l.noEnd = true })),
		neglecting("skips-user", "IMAP-15", "BAL-06", "ouvre sans champ user", "opens without a user field", reading(func(l *laxity) { l.noUser = true })),
		neglecting("skips-auth-field", "IMAP-16", "TOK-23", "ouvre sans champ auth", "opens without an auth field",
			func(p *policy) {
				p.lenient.noAuth = true
				p.open = func(r *request) bool { return r.person.IdNat == "" || mayOpen(r) }
			}),
		neglecting("skips-scheme", "IMAP-17", "", "prend tout schéma pour Bearer", "takes any scheme for Bearer", reading(func(l *laxity) { l.anyScheme = true })),
		neglecting("lets-second-user-in", "IMAP-18", "", "contrôle un champ user et ouvre l'autre", "checks one user field and opens the other",
			func(p *policy) {
				p.lenient.lastUser = true
				p.duplicated = true
			}),
		neglecting("cuts-user-at-nul", "IMAP-19", "", "coupe le champ user au premier caractère de contrôle", "cuts the user field at the first control character",
			reading(func(l *laxity) { l.cutsNUL = true })),
		neglecting("ends-on-refusal", "SESS-08", "IMAP-07 SMTP-07 IMAP-08", "rompt à chaque refus", "drops the connection at every refusal",
			func(p *policy) { p.oneShot = true }),
		neglecting("never-slows-down", "IMAP-25", "", "ne freine pas les essais répétés", "does not slow repeated attempts down", func(p *policy) { p.unguarded = true }),
		neglecting("limits-sessions", "SESS-04", "", "n'admet que deux sessions par boîte", "lets in two sessions of a mailbox", func(p *policy) { p.maxSessions = 2 }),
	}
}

func folderFlaws() []Flaw {
	return []Flaw{
		neglecting("opens-no-inbox", "IMAP-06", shut+" IMAP-28 IMAP-29 SESS-05", "authentifie sans ouvrir la boîte", "authenticates and opens no mailbox", func(p *policy) { p.noInbox = true }),
		neglecting("forgets-messages", "IMAP-29", "IMAP-27", "oublie les messages déposés", "forgets the messages stored", func(p *policy) { p.forgetful = true }),
		neglecting("changes-uidvalidity", "IMAP-28", "", "change UIDVALIDITY à chaque ouverture", "changes UIDVALIDITY at every opening", func(p *policy) { p.unstable = true }),
		neglecting("hides-capabilities", "IMAP-26", "", "ne redit pas ses capacités dans une session", "does not tell its capabilities again in a session",
			hears(ofIMAP, func(l *link, tag, command, _ string) (string, bool) {
				return tag + " BAD not now", l.box != nil && strings.EqualFold(command, "CAPABILITY")
			})),
		neglecting("idles-in-silence", "IMAP-27", "", "n'annonce rien pendant IDLE", "announces nothing during IDLE", func(p *policy) { p.silentIdle = true }),
		neglecting("makes-ascii-folders", "IMAP-31", "", "refuse un nom de dossier accentué", "refuses an accented name of a folder", func(p *policy) { p.asciiFolders = true }),
		neglecting("makes-no-folder", "IMAP-30", "IMAP-31", "ne crée pas de dossier", "makes no folder", func(p *policy) { p.noFolders = true }),
		neglecting("quits-without-word", "SESS-06", "", "se tait quand le client prend congé", "says nothing when the client takes leave",
			func(p *policy) {
				hears(ofIMAP, func(_ *link, _, command, _ string) (string, bool) { return "", strings.EqualFold(command, "LOGOUT") })(p)
				hears(ofSMTP, func(_ *link, command, _, _ string) (string, bool) { return "", strings.EqualFold(command, "QUIT") })(p)
			}),
	}
}
