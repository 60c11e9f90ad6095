package rp

import (
	"slices"
	"time"

	"etalon/internal/bench"
	"etalon/internal/mssante"
)

// Flaw is one neglect of the mock service, with the requirements that a report must find failed.
type Flaw = bench.Flaw[policy]

// Flaws returns every neglect, in the order of the catalogue.
func Flaws() []Flaw {
	return slices.Concat(requestFlaws(), callbackFlaws(), tokenFlaws(), linkFlaws(), sessionFlaws(), decoupledFlaws())
}

// neglecting is one flaw. must and may are requirements, separated by spaces.
func neglecting(name, must, may, fr, en string, neglect func(*policy)) Flaw {
	return bench.Neglecting(name, must, may, fr, en, neglect)
}

// requestFlaws neglect the authorization request.
func requestFlaws() []Flaw {
	return []Flaw{
		neglecting("reads-plain-discovery", "PSC-01", "", "lit la découverte sous le nom de la norme", "reads discovery under the name of the standard",
			func(p *policy) { p.plainDiscovery = true }),
		neglecting("asks-openid-alone", "PSC-02", "PSC-23", "ne demande pas scope_all", "does not ask for scope_all",
			func(p *policy) { p.scopes = []string{mssante.ScopeOpenID} }),
		neglecting("asks-no-level", "PSC-02", "PSC-23", "ne demande aucun niveau d'authentification", "asks for no level of authentication",
			func(p *policy) { delete(p.parameters, "acr_values") }),
		neglecting("sends-no-state", "PSC-02 PSC-03", "", "n'envoie pas de state", "sends no state", func(p *policy) { p.noState = true }),
		neglecting("sends-fixed-state", "PSC-02", "PSC-03", "envoie toujours le même state", "always sends the same state", func(p *policy) { p.fixedState = true }),
		neglecting("sends-no-nonce", "PSC-02 PSC-04", "", "n'envoie pas de nonce", "sends no nonce", func(p *policy) { p.noNonce = true }),
		neglecting("sends-fixed-nonce", "PSC-02", "", "envoie toujours le même nonce", "always sends the same nonce", func(p *policy) { p.fixedNonce = true }),
		neglecting("sends-other-redirect", "PSC-02", "", "ajoute un paramètre à son adresse de retour", "adds a parameter to its return address",
			func(p *policy) { p.redirectSuffix = "?suite=1" }),
		neglecting("sends-no-challenge", "PSC-05", "", "n'envoie pas de défi PKCE", "sends no PKCE challenge", func(p *policy) { p.noProof = true }),
		neglecting("sends-plain-challenge", "PSC-05", "", "envoie son vérificateur PKCE en clair", "sends its PKCE verifier in clear", func(p *policy) { p.plainProof = true }),
	}
}

// callbackFlaws neglect the way back.
func callbackFlaws() []Flaw {
	return []Flaw{
		neglecting("skips-state", "PSC-03", "", "ne compare pas le state", "does not compare the state", func(p *policy) { p.anyState = true }),
		neglecting("skips-browser", "PSC-03", "", "accepte le state d'un autre navigateur", "accepts another browser's state", func(p *policy) { p.anyBrowser = true }),
		neglecting("skips-answerer", "PSC-12", "", "ne regarde pas qui répond (iss)", "does not look at who answers (iss)", func(p *policy) { p.anyAnswerer = true }),
		neglecting("crashes-on-refused-code", "PSC-13", "", "montre une trace d'exécution quand le code est refusé", "shows a stack trace when the code is refused",
			func(p *policy) { p.crashesOnRefusal = true }),
		neglecting("crashes-on-denial", "PSC-14", "", "montre une trace d'exécution quand la personne refuse", "shows a stack trace when the person refuses",
			func(p *policy) { p.crashesOnDenial = true }),
		neglecting("asks-again-on-denial", "PSC-14", "", "renvoie à Pro Santé Connect, sans un mot, la personne qui a refusé", "sends the person who refused back to Pro Santé Connect without a word",
			func(p *policy) { p.asksAgainOnDenial = true }),
		neglecting("says-nothing-on-denial", "PSC-14", "", "montre une page vide quand la personne refuse", "shows an empty page when the person refuses",
			func(p *policy) { p.blankOnDenial = true }),
		neglecting("skips-userinfo-subject", "PSC-21", "", "ne compare pas la personne de userinfo à celle du jeton", "does not compare the person of userinfo with the token's",
			func(p *policy) { p.anyUserInfo = true }),
		neglecting("chokes-on-fields", "PSC-22", "", "refuse un champ de userinfo qu'il ne connaît pas", "refuses a field of userinfo that it does not know",
			func(p *policy) { p.strictUserInfo = true }),
	}
}

// tokenFlaws neglect the ID token.
func tokenFlaws() []Flaw {
	return []Flaw{
		neglecting("skips-nonce", "PSC-04", "", "ne compare pas le nonce", "does not compare the nonce", func(p *policy) { p.anyNonce = true }),
		neglecting("skips-issuer", "PSC-06", "", "ne regarde pas l'émetteur", "does not look at the issuer",
			func(p *policy) { p.issuer = func(string, string) bool { return true } }),
		neglecting("trims-issuer", "PSC-06", "", "compare l'émetteur à une barre oblique près", "compares the issuer but for a slash", func(p *policy) { p.issuer = sameButSlash }),
		neglecting("skips-audience", "PSC-07", "", "ne regarde pas le destinataire", "does not look at the audience", func(p *policy) { p.anyAudience = true }),
		neglecting("skips-expiry", "PSC-08", "", "ne regarde pas la fin de validité", "does not look at the expiry", func(p *policy) { p.leeway = 10 * 365 * 24 * time.Hour }),
		neglecting("forgives-half-an-hour", "PSC-08", "", "tolère une demi-heure de retard", "tolerates half an hour of lateness", func(p *policy) { p.leeway = 30 * time.Minute }),
		neglecting("skips-signature", "PSC-09", "", "ne vérifie pas la signature", "does not verify the signature", func(p *policy) { p.anySignature = true }),
		neglecting("takes-alg-none", "PSC-09", "", "accepte un jeton sans signature", "accepts a token without signature", func(p *policy) { p.unsigned = true }),
		neglecting("takes-alg-hmac", "PSC-09", "", "prend la clé publique pour un secret", "takes the public key for a secret", func(p *policy) { p.confused = publicAsSecret }),
		neglecting("skips-level", "PSC-10", "", "ne regarde pas le niveau d'authentification", "does not look at the level of authentication",
			func(p *policy) { p.anyLevel = func(string) bool { return true } }),
		neglecting("takes-absent-level", "PSC-10", "", "se contente d'un jeton sans niveau", "is content with a token without level",
			func(p *policy) { p.anyLevel = func(level string) bool { return level == "" } }),
		neglecting("skips-login-time", "PSC-11", "", "demande un âge maximal et ne le regarde pas", "asks for a greatest age and does not look at it", func(p *policy) { p.anyLogin = true }),
	}
}

// linkFlaws neglect the link to Pro Santé Connect.
func linkFlaws() []Flaw {
	return []Flaw{
		neglecting("shows-no-certificate", "PSC-15", "", "prouve qui il est par un secret, sans certificat", "proves who it is by a secret, without certificate",
			func(p *policy) { p.noCertificate = true }),
		neglecting("puts-secret-in-address", "PSC-16", "PSC-15", "met son secret dans l'adresse", "puts its secret into the address",
			func(p *policy) { p.noCertificate, p.secretInAddress = true, true }),
		neglecting("trusts-any-server", "PSC-17", "", "ne vérifie pas le certificat de Pro Santé Connect", "does not verify the certificate of Pro Santé Connect",
			func(p *policy) { p.anyServer = true }),
	}
}

// sessionFlaws neglect the session and its end.
func sessionFlaws() []Flaw {
	return []Flaw{
		neglecting("never-refreshes", "PSC-18", "", "laisse mourir la session avec le jeton d'accès", "lets the session die with the access token",
			func(p *policy) { p.neverRefreshes = true }),
		neglecting("keeps-old-refresh-token", "PSC-18", "", "garde l'ancien jeton de rafraîchissement", "keeps the old refresh token", func(p *policy) { p.keepsOldRefresh = true }),
		neglecting("survives-refused-refresh", "PSC-19", "PSC-18", "garde la session quand le rafraîchissement est refusé", "keeps the session when the refresh is refused",
			func(p *policy) { p.survivesRefusal = true }),
		neglecting("logs-out-alone", "PSC-20", "", "ferme sa session sans le dire à Pro Santé Connect", "ends its session without telling Pro Santé Connect",
			func(p *policy) { p.localLogout = true }),
		neglecting("logs-out-without-hint", "PSC-20", "", "n'envoie pas le jeton d'identité à la déconnexion", "does not send the ID token at logout", func(p *policy) { p.noHint = true }),
		neglecting("logs-out-without-return", "PSC-20", "", "ne dit pas où revenir après la déconnexion", "does not say where to come back to after the logout",
			func(p *policy) { p.noReturn = true }),
		neglecting("keeps-session-at-logout", "PSC-20", "", "garde sa session après la déconnexion", "keeps its session after the logout", func(p *policy) { p.keepsSession = true }),
	}
}

// decoupledFlaws neglect the decoupled authentication.
func decoupledFlaws() []Flaw {
	return []Flaw{
		neglecting("asks-without-binding", "PSC-23", "", "n'envoie pas de message à comparer", "sends no message to compare", func(p *policy) { p.noBinding = true }),
		neglecting("polls-in-haste", "PSC-24", "", "interroge trop vite", "polls too fast", func(p *policy) { p.hasty = 300 * time.Millisecond }),
		neglecting("ignores-slow-down", "PSC-24", "", "ne ralentit pas quand on l'en prie", "does not slow down when told to", func(p *policy) { p.deaf = true }),
		neglecting("polls-on", "PSC-25", "", "interroge encore après l'expiration ou le refus", "polls on after the expiry or the denial", func(p *policy) { p.stubborn = true }),
		neglecting("skips-person", "PSC-26", "", "ne compare pas la personne à celle qu'il a demandée", "does not compare the person with the one it asked for",
			func(p *policy) { p.anyPerson = true }),
	}
}
