package mta

import (
	"crypto/tls"
	"slices"

	"etalon/internal/bench"
	"etalon/internal/pki"
)

// Flaw is one neglect of the mock operator, with the requirements that a report must find failed.
type Flaw = bench.Flaw[policy]

// Flaws returns every neglect, in the order of the catalogue.
func Flaws() []Flaw {
	return slices.Concat(doorFlaws(), envelopeFlaws(), contentFlaws(), sendingFlaws(), listFlaws())
}

// neglecting is one flaw. must and may are requirements, separated by spaces.
func neglecting(name, must, may, fr, en string, neglect func(*policy)) Flaw {
	return bench.Neglecting(name, must, may, fr, en, neglect)
}

// settled changes the TLS settings of the server.
func settled(change func(*tls.Config)) func(*policy) {
	return func(p *policy) { p.in.settings = change }
}

// overlooks has the server not look at something of a client's certificate.
func overlooks(kinds ...pki.PathKind) func(*policy) {
	return func(p *policy) {
		p.in.overlooks = map[pki.PathKind]bool{}
		for _, k := range kinds {
			p.in.overlooks[k] = true
		}
	}
}

// doorFlaws neglect TLS and the certificate of who comes (MTA-01 to MTA-05, MTA-12 to MTA-16).
func doorFlaws() []Flaw {
	return []Flaw{
		neglecting("hides-starttls-25", "MTA-01", "", "n'offre pas STARTTLS aux autres opérateurs", "does not offer STARTTLS to the other operators", func(p *policy) { p.in.noTLS = true }),
		neglecting("takes-mail-in-clear-25", "MTA-02", "", "prend un message en clair", "takes mail in clear", func(p *policy) { p.in.clearMail = true }),
		neglecting("needs-no-certificate", "MTA-03", "", "prend un message de qui ne montre aucun certificat", "takes mail of who shows no certificate", func(p *policy) { p.in.noCertificate = true }),
		neglecting("pins-certificate", "MTA-04", "", "ne prend qu'un seul certificat d'un opérateur, et non son sujet", "takes one certificate of an operator, not its subject", func(p *policy) { p.in.pinned = true }),
		neglecting("skips-listed-name", "MTA-05", "MTA-06 MTA-09", "ne compare pas le certificat à la liste blanche", "does not compare the certificate with the white list", func(p *policy) { p.in.anyName = true }),
		neglecting("speaks-tls11-25", "MTA-12", "", "parle TLS 1.1 aux autres opérateurs", "speaks TLS 1.1 to the other operators", settled(func(c *tls.Config) { pki.SpeakOld(c, tls.VersionTLS11) })),
		neglecting("refuses-tls12-25", "MTA-13", "", "ne parle que TLS 1.3 aux autres opérateurs", "speaks TLS 1.3 alone to the other operators", settled(func(c *tls.Config) { c.MinVersion = tls.VersionTLS13 })),
		neglecting("skips-client-dates", "MTA-14", "", "prend un certificat expiré", "takes an expired certificate", overlooks(pki.PathExpired)),
		neglecting("skips-client-revocation", "MTA-15", "", "prend un certificat révoqué", "takes a revoked certificate", overlooks(pki.PathRevoked)),
		neglecting("skips-client-authority", "MTA-16", "", "prend un certificat auto-signé au sujet inscrit", "takes a self-signed certificate with a listed subject", overlooks(pki.PathSelfSigned, pki.PathUnknownAuthority)),
	}
}

// envelopeFlaws neglect who may write to whom (MTA-06 to MTA-11).
func envelopeFlaws() []Flaw {
	return []Flaw{
		neglecting("skips-sender-domain", "MTA-06", "", "prend un sujet inscrit pour tout domaine inscrit", "takes a listed subject for every listed domain", func(p *policy) { p.in.anyDomain = true }),
		neglecting("takes-unlisted-domain", "MTA-07", "WL-03 WL-14", "prend un expéditeur hors de la liste blanche", "takes a sender outside the white list", func(p *policy) { p.in.unlisted = true }),
		neglecting("refuses-null-sender", "MTA-08", "", "refuse l'expéditeur nul", "refuses the null sender", func(p *policy) { p.in.noNull = true }),
		neglecting("takes-null-sender-from-all", "MTA-09", "", "prend l'expéditeur nul de quiconque", "takes the null sender from anybody", func(p *policy) { p.in.anyNull = true }),
		neglecting("relays-25", "MTA-10", "", "relaie d'un opérateur à l'autre", "relays from one operator to another", func(p *policy) { p.in.relays = true }),
		neglecting("swallows-unknown-mailbox", "MTA-11", "", "fait disparaître un message pour une boîte inconnue", "makes mail to an unknown mailbox disappear", func(p *policy) { p.in.swallows = true }),
	}
}

// rewriting changes messages that come in.
func rewriting(change func([]byte) []byte) func(*policy) {
	return func(p *policy) { p.in.rewrite = change }
}

// contentFlaws neglect the messages that come in (MTA-26 to MTA-36).
func contentFlaws() []Flaw {
	return []Flaw{
		neglecting("limits-size-25", "MTA-26", "", "refuse un message de 10 Mio", "refuses a message of 10 MiB", func(p *policy) { p.in.smallSize = true }),
		neglecting("skips-size-25", "MTA-27", "", "n'applique pas la taille annoncée", "does not apply the size announced", func(p *policy) { p.in.anySize = true }),
		neglecting("reports-no-delivery", "MTA-28", "", "ne fait pas d'avis de remise", "makes no delivery report", func(p *policy) { p.in.noReport = true }),
		neglecting("drops-mss-fields", "MTA-30", "", "ôte les en-têtes X-MSS", "drops the X-MSS fields", rewriting(withoutFields("X-MSS-"))),
		neglecting("leaves-no-trace-field", "MTA-31", "", "n'ajoute pas de champ Received", "adds no Received field", func(p *policy) { p.in.noTrace = true }),
		neglecting("takes-looping-mail", "MTA-32", "", "prend un message qui tourne", "takes mail that goes round", func(p *policy) { p.in.loops = true }),
		neglecting("ends-at-bare-line-feed-25", "MTA-33", "", "prend un saut de ligne nu pour une fin de ligne", "takes a bare line feed for a line end", func(p *policy) { p.in.bare = true }),
		neglecting("cuts-long-lines", "MTA-34", "", "coupe les longues lignes", "cuts long lines", rewriting(cutLines)),
		neglecting("recodes-attachments", "MTA-35", "", "change les pièces jointes", "changes attachments", rewriting(recoded)),
		neglecting("takes-malware", "MTA-36", "", "remet une pièce jointe malveillante", "delivers malware", func(p *policy) { p.in.malware = true }),
	}
}

// trusting has the client not look at something of a server's certificate.
func trusting(kinds ...pki.PathKind) func(*policy) {
	return func(p *policy) {
		p.out.overlooks = map[pki.PathKind]bool{}
		for _, k := range kinds {
			p.out.overlooks[k] = true
		}
	}
}

// sendingFlaws neglect how mail goes out (MTA-17 to MTA-25, MTA-29, SMTP-20).
func sendingFlaws() []Flaw {
	return []Flaw{
		neglecting("sends-without-certificate", "MTA-17", "MTA-28", "envoie sans montrer de certificat", "sends without showing a certificate", func(p *policy) { p.out.noCertificate = true }),
		neglecting("skips-server-name", "MTA-18", "MTA-22", "ne compare pas le certificat du destinataire à la liste blanche", "does not compare the recipient's certificate with the white list", func(p *policy) { p.out.anyName = true }),
		neglecting("sends-in-clear", "MTA-19", "", "envoie en clair à qui n'offre pas STARTTLS", "sends in clear to who does not offer STARTTLS", func(p *policy) { p.out.clear = true }),
		neglecting("skips-server-dates", "MTA-20", "", "envoie sous un certificat expiré", "sends to an expired certificate", trusting(pki.PathExpired)),
		neglecting("skips-server-authority", "MTA-20", "", "envoie sous un certificat d'une autorité inconnue", "sends to a certificate of an unknown authority", trusting(pki.PathUnknownAuthority, pki.PathSelfSigned)),
		neglecting("sends-over-tls11", "MTA-21", "", "envoie sous TLS 1.1", "sends over TLS 1.1", func(p *policy) {
			p.out.settings = func(c *tls.Config) { pki.SpeakOld(c, tls.VersionTLS10) }
		}),
		neglecting("skips-recipient-domain", "MTA-22", "", "prend un sujet inscrit pour tout domaine inscrit, en envoyant", "takes a listed subject for every listed domain, when it sends", func(p *policy) { p.out.anyDomain = true }),
		neglecting("never-retries", "MTA-23", "MTA-18", "ne retente pas après un refus passager", "does not try again after a temporary refusal", func(p *policy) { p.out.noRetry = true }),
		neglecting("sends-twice", "MTA-23", "", "envoie deux fois le même message", "sends the same message twice", func(p *policy) { p.out.twice = true }),
		neglecting("bounces-nothing", "MTA-24", "MTA-18", "ne dit pas à l'expéditeur qu'un message a échoué", "does not tell the sender that a message failed", func(p *policy) { p.out.noBounce = true }),
		neglecting("bounces-without-code", "MTA-24", "", "tait la réponse de l'autre opérateur", "does not tell the other operator's reply", func(p *policy) { p.out.mute = true }),
		neglecting("rewrites-sender", "MTA-25", "", "récrit l'expéditeur de l'enveloppe", "rewrites the envelope sender", func(p *policy) {
			p.out.sender = func(string) string { return "relais@passerelle.test.invalid" }
		}),
		neglecting("keeps-mail-inside", "SMTP-20", "", "refuse à la soumission les domaines des autres opérateurs", "refuses the domains of the other operators at submission", func(p *policy) { p.out.inside = true }),
		neglecting("loses-submitted-mail", "SMTP-20", "", "perd ce que la soumission prend pour un autre opérateur", "loses what submission takes for another operator", func(p *policy) { p.out.loses = true }),
		neglecting("strips-receipts", "MTA-29", "", "ôte l'identifiant que porte un accusé de lecture", "takes the identifier out of a receipt", func(p *policy) {
			p.out.rewrite = withoutOriginal
		}),
	}
}
