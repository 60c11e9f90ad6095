package operator

import (
	"bytes"
	"strings"
)

// smtpFlaws neglect submission's exchange of XOAUTH2 and who may send (SMTP-01 to SMTP-20).
func smtpFlaws() []Flaw {
	return []Flaw{
		neglecting("hides-xoauth2", "SMTP-01", "", "n'annonce pas XOAUTH2 en soumission", "does not announce XOAUTH2 for submission", says(ofSMTP, "AUTH XOAUTH2", "AUTH")),
		neglecting("refuses-inline-response", "SMTP-02", shut+" SMTP-07 SMTP-08 TLS-05 INTR-07", "refuse la réponse dans la commande AUTH", "refuses the response in the AUTH command",
			hears(ofSMTP, func(_ *link, command, _, rest string) (string, bool) {
				return "501 5.5.4 No initial response", strings.EqualFold(command, "AUTH") && rest != ""
			})),
		neglecting("refuses-two-steps-smtp", "SMTP-03", "SMTP-05", "refuse le dialogue en deux temps en soumission", "refuses the two-step dialogue for submission",
			hears(ofSMTP, func(_ *link, command, second, rest string) (string, bool) {
				return "501 5.5.4 An initial response is wanted", strings.EqualFold(command, "AUTH") && strings.EqualFold(second, "XOAUTH2") && rest == ""
			})),
		neglecting("limits-command-line", "SMTP-04", shut+" SMTP-07 SMTP-08 TLS-05 INTR-07", "refuse une commande AUTH de plus de 512 octets", "refuses an AUTH command of more than 512 octets",
			hears(ofSMTP, func(_ *link, command, _, rest string) (string, bool) {
				return "500 5.5.6 Line too long", strings.EqualFold(command, "AUTH") && len(rest) > 500
			})),
		neglecting("limits-response-line", "SMTP-05", "", "refuse une réponse de plus de 4096 octets", "refuses a response of more than 4096 octets",
			func(p *policy) { p.smtpLine = 4096 }),
		neglecting("falls-silent-on-long-line", "SMTP-06", "", "se tait sur une réponse démesurée", "falls silent on an oversized response",
			func(p *policy) {
				p.smtp.hear = func(_ *link, line []byte) ([]byte, bool) { return line, len(line) > maxLine }
			}),
		neglecting("answers-535-to-cancel", "SMTP-08", "", "dit un mauvais jeton quand le client annule", "tells of a bad token when the client cancels",
			hears(ofSMTP, func(_ *link, first, _, _ string) (string, bool) {
				return "535 5.7.8 Authentication failed", first == "*"
			})),
		neglecting("answers-535-to-unknown-mechanism", "SMTP-10", "", "dit un mauvais jeton d'un mécanisme inconnu", "tells of a bad token for an unknown mechanism",
			says(ofSMTP, "504 5.5.4", "535 5.7.8")),
		neglecting("answers-535-to-second-login", "SMTP-11", "SMTP-12", "dit un mauvais jeton d'une seconde authentification", "tells of a bad token for a second login",
			says(ofSMTP, "503 5.5.1 Already", "535 5.7.8 Already")),
		neglecting("answers-454-to-bad-base64", "SMTP-09", "", "dit passagère une erreur de base64", "calls an error of base64 temporary", says(ofSMTP, "501 5.5.2 Invalid", "454 4.7.0 Invalid")),
		neglecting("answers-454-to-bad-token", "SMTP-07", "", "dit passager un mauvais jeton", "calls a bad token temporary", says(ofSMTP, "535 5.7.8", "454 4.7.0")),
		neglecting("logs-in-in-transaction", "SMTP-12", "SMTP-13 SMTP-14", "authentifie au milieu d'une transaction", "authenticates in the middle of a transaction",
			func(p *policy) { p.mail.lateLogin = true; p.mail.noLogin = true }),
		neglecting("sends-without-login", "SMTP-13", "SMTP-14", "prend un message sans authentification", "takes mail without authentication", func(p *policy) { p.mail.noLogin = true }),
		neglecting("relays", "SMTP-14", "SMTP-13 SMTP-19", "relaie pour tous", "relays for everybody",
			func(p *policy) { p.mail.noLogin, p.mail.relays, p.mail.noWhiteList = true, true, true }),
		neglecting("refuses-own-sender", "SMTP-15", shut+" SMTP-22 SMTP-23 SMTP-25 SMTP-26 SMTP-27 SMTP-28 SMTP-29 SMTP-30 SMTP-33 SESS-05", "refuse l'adresse de la boîte comme expéditeur", "refuses the mailbox's address as sender", func(p *policy) { p.mail.noOwnSender = true }),
		neglecting("skips-sender", "SMTP-16", "", "ne lie pas l'expéditeur à la boîte", "does not bind the sender to the mailbox", func(p *policy) { p.mail.anySender = true }),
		neglecting("skips-from", "SMTP-17", "SMTP-18", "ne lie pas le champ From à la boîte", "does not bind the From field to the mailbox", func(p *policy) { p.mail.anyFrom = true }),
		neglecting("takes-two-authors", "SMTP-18", "", "prend deux adresses From", "takes two From addresses", func(p *policy) { p.mail.manyFrom = true }),
		neglecting("skips-white-list", "SMTP-19", "", "envoie hors de l'espace de confiance", "sends out of the trust space", func(p *policy) { p.mail.noWhiteList = true }),
	}
}

// messageFlaws neglect messages on their way (SMTP-21 to SMTP-33, SESS-07).
func messageFlaws() []Flaw {
	return []Flaw{
		neglecting("announces-small-size", "SMTP-21", "SMTP-22", "n'accepte que 1 Mio", "accepts 1 MiB alone", func(p *policy) { p.mailSize = 1 << 20 }),
		neglecting("refuses-full-size", "SMTP-22", "", "refuse un message de la taille annoncée", "refuses a message of the size announced", func(p *policy) { p.mail.belowSize = true }),
		neglecting("skips-size", "SMTP-23", "SMTP-24", "n'applique pas la taille annoncée", "does not apply the size announced", func(p *policy) { p.mail.ignoresSize = true }),
		neglecting("skips-length", "SMTP-24", "", "ne mesure que la taille déclarée", "measures the declared size alone", func(p *policy) { p.mail.anyLength = true }),
		neglecting("reports-nothing", "SMTP-25", "", "n'envoie pas d'avis de remise", "sends no delivery report", func(p *policy) { p.mail.noReport = true }),
		neglecting("swallows-unknown-recipient", "SMTP-26", "", "fait disparaître un message pour une boîte inconnue", "makes mail to an unknown mailbox disappear", func(p *policy) { p.mail.swallows = true }),
		neglecting("drops-receipt-request", "SMTP-27", "", "ôte la demande d'accusé de lecture", "drops the request for a receipt", dropping("Disposition-Notification-To:")),
		neglecting("drops-mss-headers", "SMTP-28", "", "ôte les en-têtes X-MSS", "drops the X-MSS headers", dropping("X-MSS-")),
		neglecting("demands-mss-nil", "SMTP-29", "SMTP-15 SMTP-22 SMTP-25 SMTP-27 SMTP-28 SMTP-30 SMTP-33", "refuse un message sans X-MSS-NIL", "refuses mail without X-MSS-NIL",
			func(p *policy) {
				p.mail.refuses = func(raw []byte) bool { return !bytes.Contains(raw, []byte("X-MSS-NIL:")) }
			}),
		neglecting("mangles-eight-bits", "SMTP-30", "", "abîme les caractères accentués", "mangles accented characters",
			rewriting(func(raw []byte) []byte {
				return bytes.Map(func(r rune) rune {
					if r > 0x7f {
						return '?'
					}
					return r
				}, raw)
			})),
		neglecting("ends-at-bare-line-feed", "SMTP-31", "", "prend un saut de ligne nu pour une fin de ligne dans un message", "takes a bare line feed for a line end in a message",
			func(p *policy) {
				p.smtp.hear = func(l *link, line []byte) ([]byte, bool) {
					if text, ok := bytes.CutSuffix(line, []byte("\n")); l.data && ok && !bytes.HasSuffix(text, []byte("\r")) {
						line = append(text, "\r\n"...)
					}
					return line, false
				}
			}),
		neglecting("splits-commands-at-line-feed", "SMTP-32", "", "coupe une commande au saut de ligne nu", "splits a command at a bare line feed",
			func(p *policy) {
				p.smtp.hear = func(l *link, line []byte) ([]byte, bool) {
					if !l.data && !bytes.HasSuffix(line, []byte("\r\n")) {
						line = append(bytes.TrimRight(line, "\n"), "\r\n"...)
					}
					return line, false
				}
			}),
		neglecting("leaves-dots-stuffed", "SMTP-33", "", "laisse les points doublés", "leaves dots doubled",
			rewriting(func(raw []byte) []byte { return bytes.ReplaceAll(raw, []byte("\r\n."), []byte("\r\n..")) })),
		neglecting("keeps-half-messages", "SESS-07", "", "garde un message interrompu", "keeps a message cut short", func(p *policy) { p.mail.keepsHalf = true }),
	}
}

// rewriting changes messages on their way.
func rewriting(change func([]byte) []byte) func(*policy) {
	return func(p *policy) { p.mail.rewrite = change }
}

// dropping drops the lines of the header that begin so.
func dropping(prefix string) func(*policy) {
	return rewriting(func(raw []byte) []byte {
		header, body, _ := bytes.Cut(raw, []byte("\r\n\r\n"))
		var kept [][]byte
		for line := range bytes.SplitSeq(header, []byte("\r\n")) {
			if !bytes.HasPrefix(bytes.ToLower(line), []byte(strings.ToLower(prefix))) {
				kept = append(kept, line)
			}
		}
		return append(append(bytes.Join(kept, []byte("\r\n")), "\r\n\r\n"...), body...)
	})
}
