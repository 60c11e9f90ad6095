package operator

import (
	"context"
	"encoding/base64"
	"slices"
	"strings"
	"time"

	"etalon/internal/mssante"
)

// asking neglects something in asking the identity provider.
func asking(change func(*checking)) func(*policy) {
	return func(p *policy) { change(&p.checking) }
}

// openingUnread lets in with a token that cannot be read, which names nobody.
func openingUnread(rules ...string) func(*policy) {
	return func(p *policy) {
		overlooking(rules...)(p)
		p.open = func(r *request) bool {
			return r.person.IdNat == "" && r.person.Claims == nil && r.box.Type != mssante.Application && !r.box.Suspended || mayOpen(r)
		}
	}
}

// tokenFormFlaws neglect the form of tokens (TOK-16, TOK-17, TOK-22 to TOK-25, TOK-40).
func tokenFormFlaws() []Flaw {
	return []Flaw{
		neglecting("never-reads-keys-again", "TOK-16", "TOK-17", "ne relit jamais les clés publiées", "never reads the published keys again", asking(func(c *checking) { c.keysOnce = true })),
		neglecting("keeps-retired-keys", "TOK-17", "", "garde les clés retirées", "keeps keys that were retired", asking(func(c *checking) { c.keepsKeys = true })),
		neglecting("skips-scope", "TOK-26", "", "ne contrôle pas la portée, et ne demande pas l'identité", "does not check the scope, nor ask for the identity", overlooking(RuleScope)),
		neglecting("stops-at-wrong-type", "TOK-42", "", "ne sert plus personne après un champ d'un autre type", "serves nobody after a claim of another type", func(p *policy) { p.textJams = true }),
		neglecting("takes-opaque-token", "TOK-22", "", "ouvre la boîte à un texte quelconque", "opens the mailbox to any text", openingUnread(RuleOpaque)),
		neglecting("takes-empty-token", "TOK-23", "IMAP-16", "ouvre la boîte à un jeton vide", "opens the mailbox to an empty token", openingUnread(RuleAbsent)),
		neglecting("takes-encrypted-token", "TOK-24", "", "ouvre la boîte à un jeton chiffré qu'il ne lit pas", "opens the mailbox to an encrypted token that it cannot read", openingUnread(RuleEncrypted)),
		neglecting("takes-truncated-token", "TOK-25", "", "ouvre la boîte à un jeton tronqué", "opens the mailbox to a truncated token", openingUnread(RuleTruncated)),
	}
}

// introspectionFlaws neglect how the identity provider is asked, and what it could not say (INTR).
func introspectionFlaws() []Flaw {
	return slices.Concat(questionFlaws(), answerFlaws())
}

func questionFlaws() []Flaw {
	return []Flaw{
		neglecting("asks-by-get", "INTR-01 INTR-03", "", "demande l'introspection par GET", "asks introspection by GET", asking(func(c *checking) { c.byGet = true })),
		neglecting("asks-in-json", "INTR-01", "", "demande l'introspection en JSON", "asks introspection in JSON", asking(func(c *checking) { c.inJSON = true })),
		neglecting("asks-anonymously", "INTR-02", "", "demande l'introspection sans dire qui il est", "asks introspection without a proof of who asks", asking(func(c *checking) { c.anonymous = true })),
		neglecting("puts-secret-in-address", "INTR-02", "", "met son secret dans l'adresse", "puts its secret into the address", asking(func(c *checking) { c.secretInURL = true })),
		neglecting("puts-token-in-address", "INTR-03", "", "met le jeton dans l'adresse", "puts the token into the address", asking(func(c *checking) { c.tokenInURL = true })),
		neglecting("trusts-any-provider", "INTR-04", "", "ne vérifie pas le certificat de Pro Santé Connect", "does not verify the certificate of Pro Santé Connect", asking(func(c *checking) { c.anyCertificate = true })),
		neglecting("follows-redirects", "INTR-12", "", "suit une redirection avec le jeton et ses identifiants", "follows a redirect with the token and its credentials", asking(func(c *checking) { c.follows = true })),
		neglecting("waits-for-introspection", "INTR-13", "", "attend l'introspection sans fin", "waits for introspection without end",
			func(p *policy) { p.checking.patient, p.patience = true, endless }),
		neglecting("asks-userinfo", "INTR-14", "", "demande userinfo avec un jeton qu'il refuse", "asks userinfo with a token that it refuses", asking(func(c *checking) { c.asksUserInfo = true })),
		neglecting("goes-without-keys", "INTR-15", "", "se passe des clés qu'il n'a pu lire", "does without keys that it could not read", asking(func(c *checking) { c.withoutKeys = true })),
		neglecting("serves-one-by-one", "INTR-16", "", "n'authentifie qu'un client à la fois", "authenticates one client at a time", func(p *policy) { p.slow = 300 * time.Millisecond }),
		neglecting("asks-about-garbage", "IMAP-11", "", "demande l'introspection de ce qui n'est pas du base64", "asks introspection about what is no base64",
			func(p *policy) {
				p.imap.hear = func(l *link, line []byte) ([]byte, bool) {
					_, command, rest := words(line)
					_, response, given := strings.Cut(rest, " ")
					if _, err := base64.StdEncoding.DecodeString(response); err != nil && given && authenticate(command) {
						l.operator.inquire(response)
					}
					return line, false
				}
			}),
	}
}

// inquire asks about a text, whatever it is, and heeds no answer.
func (o *Operator) inquire(text string) {
	ctx, cancel := context.WithTimeout(context.Background(), checkTimeout)
	defer cancel()
	if a := asked(o.config.Checker); a != nil {
		_, _ = a.Check(ctx, text)
	}
}

func answerFlaws() []Flaw {
	return []Flaw{
		neglecting("fails-open", "INTR-05 INTR-06", "INTR-07 INTR-08", "laisse entrer quand l'introspection est en panne", "lets in when introspection is down", func(p *policy) { p.failsOpen = true }),
		neglecting("takes-unreadable-answer", "INTR-08 INTR-09", "INTR-10", "prend une réponse d'introspection illisible pour un accord", "takes an unreadable answer of introspection for a yes",
			func(p *policy) {
				p.overlooks = func(rule string, all []string, _ Person) bool {
					return slices.Contains(all, RuleUnreadable) && slices.Contains([]string{RuleUnreadable, RulePerson, RuleOtherwise}, rule)
				}
			}),
		neglecting("takes-text-for-true", "INTR-10", "", "prend le texte true pour le booléen", "takes the text true for the boolean", asking(func(c *checking) { c.textActive = true })),
		neglecting("calls-outage-a-refusal", "INTR-07", "", "dit définitif un refus dû à une panne", "calls a refusal that an outage caused permanent",
			func(p *policy) {
				says(ofSMTP, "454 4.7.0 Temporary", "535 5.7.8 Temporary")(p)
				says(ofIMAP, "[UNAVAILABLE]", "[AUTHENTICATIONFAILED]")(p)
			}),
	}
}
