package lps

import (
	"slices"

	"etalon/internal/bench"
	"etalon/internal/mail"
	"etalon/internal/pki"
)

// Flaw is one neglect of the mock mail program, with the requirements that a report must find failed.
type Flaw = bench.Flaw[policy]

// Flaws returns every neglect, in the order of the requirements.
func Flaws() []Flaw {
	return slices.Concat(linkFlaws(), discoveryFlaws(), loginFlaws(), sessionFlaws(), messageFlaws(), documentFlaws(), readingFlaws())
}

// neglecting is one flaw. must and may are requirements, separated by spaces.
func neglecting(name, must, may, fr, en string, neglect func(*policy)) Flaw {
	return bench.Neglecting(name, must, may, fr, en, neglect)
}

// pardoning overlooks troubles of certificates.
func pardoning(kinds ...pki.PathKind) func(*policy) {
	return func(p *policy) { p.pardoned = kinds }
}

// linkFlaws neglect TLS and the certificate of the server (LPS-01 to LPS-11).
func linkFlaws() []Flaw {
	return []Flaw{
		neglecting("speaks-old-tls", "LPS-02", "LPS-03", "parle TLS 1.1", "speaks TLS 1.1", func(p *policy) { p.oldTLS = true }),
		neglecting("offers-weak-suites", "LPS-03", "", "offre RC4 et 3DES", "offers RC4 and 3DES", func(p *policy) { p.weakSuites = true }),
		neglecting("goes-on-in-clear", "LPS-04", "", "s'authentifie en clair quand STARTTLS n'est pas offert", "logs in in clear where STARTTLS is not offered", func(p *policy) { p.goesOnInClear = true }),
		neglecting("goes-on-after-refusal", "LPS-05", "", "s'authentifie en clair quand STARTTLS est refusé", "logs in in clear where STARTTLS is refused", func(p *policy) { p.goesOnAfterRefusal = true }),
		neglecting("skips-expiry", "LPS-06", "", "accepte un certificat expiré", "accepts an expired certificate", pardoning(pki.PathExpired)),
		neglecting("skips-revocation", "LPS-07 LPS-09", "", "ne contrôle pas la révocation", "does not check revocation",
			pardoning(pki.PathRevoked, pki.PathRevocationStale, pki.PathRevocationUnreachable)),
		neglecting("never-looks-for-revocation", "LPS-07 LPS-09", "", "ne lit ni liste de révocation ni OCSP", "reads neither revocation lists nor OCSP", func(p *policy) { p.blind = true }),
		neglecting("forgets-crl", "LPS-08", "", "ne garde pas la liste de révocation", "does not keep the revocation list", func(p *policy) { p.forgetsCRL = true }),
		neglecting("fails-open", "LPS-09", "", "se passe de la liste de révocation", "does without the revocation list", pardoning(pki.PathRevocationUnreachable)),
		neglecting("takes-any-authority", "LPS-10", "LPS-15 LPS-16 LPS-17", "accepte toute autorité", "accepts any authority",
			pardoning(pki.PathUnknownAuthority, pki.PathSelfSigned, pki.PathRevocationUnreachable)),
		neglecting("takes-self-signed", "LPS-10", "", "accepte un certificat auto-signé", "accepts a self-signed certificate", pardoning(pki.PathSelfSigned, pki.PathRevocationUnreachable)),
		neglecting("skips-host-name", "LPS-11", "", "ne regarde pas le nom du serveur", "does not look at the name of the server", pardoning(pki.PathName)),
	}
}

// discoveryFlaws neglect how servers are found (LPS-12 to LPS-17).
func discoveryFlaws() []Flaw {
	return []Flaw{
		neglecting("ignores-srv", "LPS-12", "LPS-17", "ne lit pas les enregistrements SRV", "does not read SRV records", func(p *policy) { p.ignoresSRV = true }),
		neglecting("ignores-autoconfig", "LPS-13", "", "ne lit pas la description en XML", "does not read the description in XML", func(p *policy) { p.ignoresAutoconfig = true }),
		neglecting("trusts-description", "LPS-14", "", "suit toute description", "follows any description", func(p *policy) { p.trustsDescription = true }),
		neglecting("reads-description-in-clear", "LPS-15", "", "suit une redirection hors de https", "follows a redirect out of https", func(p *policy) { p.describedInClear = true }),
		neglecting("reads-description-of-anybody", "LPS-15", "", "ne contrôle pas le certificat de la description", "does not check the certificate of the description", func(p *policy) { p.describedByAnybody = true }),
		neglecting("trusts-typed-server", "LPS-16", "LPS-06 LPS-07 LPS-09 LPS-10 LPS-11", "ne contrôle pas un serveur saisi à la main", "does not check a server typed by hand", func(p *policy) { p.trustsTyped = true }),
		neglecting("follows-srv-anywhere", "LPS-17", "", "ne contrôle pas un serveur annoncé par SRV", "does not check a server told by SRV", func(p *policy) { p.followsSRV = true }),
	}
}

// loginFlaws neglect the way in (LPS-18 to LPS-23).
func loginFlaws() []Flaw {
	return []Flaw{
		neglecting("skips-capabilities", "LPS-18", "LPS-20", "s'authentifie sans relire les capacités sous TLS", "logs in without reading the capabilities again under TLS", func(p *policy) { p.skipsCapabilities = true }),
		neglecting("names-person", "LPS-19", everything, "présente l'identifiant de la personne au lieu de l'adresse", "presents the person's identifier in the place of the address", func(p *policy) { p.namesPerson = true }),
		neglecting("ends-response-short", "LPS-19", everything, "oublie le dernier ^A", "forgets the last ^A", func(p *policy) { p.endsShort = true }),
		neglecting("writes-other-scheme", "LPS-19", everything, "n'écrit pas « Bearer »", "does not write “Bearer”", func(p *policy) { p.basicScheme = true }),
		neglecting("logs-in-in-two-steps", "LPS-20", "", "n'use pas de SASL-IR", "does not use SASL-IR", func(p *policy) { p.twoSteps = true }),
		neglecting("sends-response-unasked", "LPS-20", "", "envoie la réponse d'emblée sans que SASL-IR soit offert", "sends the response at once where SASL-IR is not offered", func(p *policy) { p.oneStepAlways = true }),
		neglecting("sends-long-line", "LPS-21", "", "n'a que la forme en une ligne en soumission", "has the form in one line alone for submission", func(p *policy) { p.longLine = true }),
		neglecting("hangs-at-challenge", "LPS-22", "", "reste devant le défi d'erreur", "hangs before the error challenge", func(p *policy) { p.challenged, p.hangs = mail.Leave, true }),
		neglecting("insists", "LPS-22", "", "réessaie sans fin", "tries again without end", func(p *policy) { p.insists = true }),
		neglecting("repeats-refused-token", "LPS-22", "", "présente encore et encore le jeton refusé", "presents the refused token again and again", func(p *policy) { p.repeats = true }),
		neglecting("falls-back-to-password", "LPS-22", "", "essaie un mot de passe quand le jeton est refusé", "tries a password where the token is refused", func(p *policy) { p.fallsBack = true }),
		neglecting("hides-errors", "LPS-22", "LPS-25 LPS-48 LPS-51", "tait ses erreurs", "says nothing of its errors", func(p *policy) { p.hidesErrors = true }),
		neglecting("never-renews", "LPS-23", "LPS-25", "ne change pas de jeton", "does not change its token", func(p *policy) { p.neverRenews = true }),
		neglecting("sends-old-token-again", "LPS-23", "", "renvoie le jeton refusé", "sends the refused token again", func(p *policy) { p.keepsOldToken = true }),
		neglecting("asks-person-for-each-token", "LPS-23", "LPS-25", "redemande à la personne de s'identifier à chaque jeton", "asks the person to sign in again for each token", func(p *policy) { p.asksAgain = true }),
	}
}

// everything rests on a login.
const everything = "LPS-01 LPS-18"

// sessionFlaws neglect the session of Pro Santé Connect (LPS-24 to LPS-28).
func sessionFlaws() []Flaw {
	return []Flaw{
		neglecting("stores-token", "LPS-24", "", "garde le jeton dans un fichier", "keeps the token in a file", func(p *policy) { p.storesToken = true }),
		neglecting("logs-response", "LPS-24", "", "journalise la réponse XOAUTH2", "logs the response of XOAUTH2", func(p *policy) { p.logsResponse = true }),
		neglecting("keeps-session-over", "LPS-25", "", "garde la boîte ouverte quand la session est finie", "keeps the mailbox open when the session is over", func(p *policy) { p.keepsSession = true }),
		neglecting("forgets-session-on-loss", "LPS-26", "", "redemande à la personne de s'identifier quand la liaison est perdue", "asks the person to sign in again when the link is lost", func(p *policy) { p.forgetsOnLoss = true }),
		neglecting("hangs-with-mail", "LPS-27", "", "se bloque quand la messagerie est en panne", "hangs when mail is down", func(p *policy) { p.hangsWithMail = true }),
		neglecting("never-idle", "LPS-28", "", "garde la session sans usage", "keeps the session without use", func(p *policy) { p.neverIdle = true }),
		neglecting("never-over", "LPS-28", "", "garde la session au-delà de quatre heures", "keeps the session beyond four hours", func(p *policy) { p.neverOver = true }),
	}
}
