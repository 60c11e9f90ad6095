package oidc

import (
	"time"

	"etalon/internal/mssante"
)

// issuerFaults name another issuer.
func issuerFaults() []Fault {
	return []Fault{
		drafted("psctoken-issuer-foreign", "TOK-03", "psctoken-issuer-other",
			"le jeton est celui d'un autre fournisseur OpenID, qui publie sa propre clé", "the token is that of another OpenID provider, which publishes its own key",
			func(h Honest, d *Draft) error {
				d.Claims["iss"] = h.ForeignIssuer
				d.SignedBy(h.Foreign, h.Rand)
				return nil
			}),
		claims("psctoken-issuer-slash", "TOK-18", "psctoken-issuer-other",
			"l'émetteur du jeton a une barre oblique de trop", "the issuer of the token has a slash too many",
			func(h Honest) map[string]any { return map[string]any{"iss": h.Issuer + "/"} }),
		claims("psctoken-issuer-production", "TOK-19", "psctoken-issuer-other",
			"l'émetteur du jeton est le Pro Santé Connect de production", "the issuer of the token is the production Pro Santé Connect",
			fixed(map[string]any{"iss": IssuerProduction})),
	}
}

// ending moves the whole token so that it expires so long after the present; that of a fault is before.
func ending(after time.Duration) func(Honest, *Draft) error {
	return func(h Honest, d *Draft) error {
		begin, _ := d.Claims["iat"].(int64)
		end, _ := d.Claims["exp"].(int64)
		by := h.Now.Add(after).Unix() - end
		d.Claims["iat"], d.Claims["exp"] = begin+by, end+by
		if login, ok := d.Claims["auth_time"].(int64); ok {
			d.Claims["auth_time"] = login + by
		}
		return nil
	}
}

// lifeFaults put the token outside its life.
func lifeFaults() []Fault {
	lying := drafted("psctoken-expired-called-active", "TOK-05", "psctoken-expired",
		"le jeton est expiré depuis cinq minutes et l'introspection le dit actif", "the token expired five minutes ago and introspection calls it active", ending(-5*time.Minute))
	lying.Conduct.Answer.Kind = AnswerActive
	return []Fault{
		drafted("psctoken-expired-1s", "TOK-04", "psctoken-expired",
			"le jeton est expiré depuis une seconde", "the token expired a second ago", ending(-time.Second)),
		drafted("psctoken-expired-60s", "TOK-04", "psctoken-expired",
			"le jeton est expiré depuis une minute", "the token expired a minute ago", ending(-time.Minute)),
		drafted("psctoken-expired-1h", "TOK-04", "psctoken-expired",
			"le jeton est expiré depuis une heure", "the token expired an hour ago", ending(-time.Hour)),
		lying,
		conducted("psctoken-revoked", "TOK-06",
			"le jeton est encore frais, et l'introspection le dit inactif", "the token is still fresh, and introspection calls it inactive",
			Conduct{Answer: Answer{Kind: AnswerInactive}}),
		claims("psctoken-nbf-future", "TOK-07", "psctoken-not-yet-valid",
			"le jeton n'est valable que dans dix minutes", "the token is valid only in ten minutes",
			func(h Honest) map[string]any {
				start := h.Now.Add(10 * time.Minute).Unix()
				return map[string]any{"nbf": start, "iat": start, "exp": start + 120}
			}),
		claims("psctoken-life-10years", "TOK-43", "psctoken-life-excessive",
			"le jeton est valable dix ans", "the token is valid for ten years",
			func(h Honest) map[string]any { return map[string]any{"exp": h.Now.AddDate(10, 0, 0).Unix()} }),
	}
}

// kindFaults put another token of Pro Santé Connect in the place of an access token.
func kindFaults() []Fault {
	return []Fault{
		drafted("psctoken-id-token", "TOK-20", "psctoken-type-other",
			"le jeton d'identité est présenté à la place du jeton d'accès", "the ID token is presented in the place of the access token",
			func(_ Honest, d *Draft) error {
				d.Claims = IDClaims(d.Claims, "")
				return nil
			}),
		drafted("psctoken-refresh-token", "TOK-21", "psctoken-type-other",
			"le jeton de rafraîchissement est présenté à la place du jeton d'accès", "the refresh token is presented in the place of the access token",
			func(h Honest, d *Draft) error {
				d.Claims = RefreshClaims(d.Claims)
				d.SignedWith(h.Secret)
				delete(d.Header, "kid")
				return nil
			}),
	}
}

// claimFaults claim too little.
func claimFaults() []Fault {
	return []Fault{
		claims("psctoken-scope-openid", "TOK-26", "psctoken-scope-insufficient",
			"la portée du jeton se réduit à openid", "the scope of the token is openid alone", fixed(map[string]any{"scope": mssante.ScopeOpenID})),
		claims("psctoken-acr-absent", "TOK-27", "psctoken-level-insufficient",
			"le jeton ne dit pas le niveau d'authentification", "the token does not say the level of authentication", fixed(map[string]any{"acr": nil})),
		claims("psctoken-acr-0", "TOK-27", "psctoken-level-insufficient",
			"le niveau d'authentification du jeton est 0", "the level of authentication of the token is 0", fixed(map[string]any{"acr": "0"})),
		claims("psctoken-acr-eidas0", "TOK-27", "psctoken-level-insufficient",
			"le niveau d'authentification du jeton est eidas0, qui n'existe pas", "the level of authentication of the token is eidas0, which does not exist",
			fixed(map[string]any{"acr": "eidas0"})),
	}
}

// personFaults say wrongly whose the token is.
func personFaults() []Fault {
	conflict := conducted("psctoken-person-conflict", "TOK-33",
		"le jeton nomme une personne, et l'introspection en nomme une autre", "the token names one person, and introspection names another",
		Conduct{Answer: Answer{Kind: AnswerConflict}})
	return []Fault{
		claims("psctoken-person-absent", "TOK-32", "psctoken-person-absent",
			"le jeton ne dit pas qui il authentifie, hors de son sujet technique", "the token does not say whom it authenticates, but for its technical subject",
			fixed(map[string]any{"preferred_username": nil, "SubjectNameID": nil, "otherIds": nil})),
		conflict,
		drafted("psctoken-person-other", "TOK-35", "psctoken-person-other",
			"le jeton, valable, est celui d'une autre personne", "the token is good, and another person's",
			func(h Honest, d *Draft) error {
				d.Claims["sub"] = otherSubject(d.Claims, h.Other.IdNat)
				d.Claims["preferred_username"], d.Claims["otherIds"] = h.Other.IdNat, h.Other.Identifiers()
				return nil
			}),
		drafted("psctoken-person-unprefixed", "BAL-12", "psctoken-person-other",
			"le jeton nomme la personne sans le préfixe de son identifiant national", "the token names the person without the prefix of the national identifier",
			func(_ Honest, d *Draft) error {
				_, number, err := mssante.IdNat(text(d.Claims, "preferred_username")).Read()
				Set(d.Claims, map[string]any{"preferred_username": number, "otherIds": nil})
				return err
			}),
	}
}

// toleratedVariants are sound tokens of an unusual shape.
func toleratedVariants() []Fault {
	var all []Fault
	for _, level := range mssante.Levels() {
		all = append(all, claims("psctoken-acr-"+level, "TOK-28", "",
			"le jeton est de niveau "+level, "the token is of level "+level, fixed(map[string]any{"acr": level})))
	}
	all = append(all,
		claims("psctoken-azp-unknown", "TOK-31", "",
			"le jeton fut donné à un logiciel que l'opérateur ne connaît pas", "the token was given to a program that the operator does not know",
			fixed(map[string]any{"azp": "lps-inconnu"})),
		drafted("psctoken-person-in-registers", "TOK-34", "",
			"le jeton nomme une identité d'essai, et la personne dans ses identifiants de registre", "the token names a test identity, and the person among its identifiers of registers",
			func(_ Honest, d *Draft) error {
				said := text(d.Claims, "preferred_username")
				d.Claims["preferred_username"] = "ANS19990101000000" // nobody's, so that the register alone names the person
				d.Claims["otherIds"] = []mssante.OtherID{{ID: said, Origin: string(mssante.KindRPPS), Quality: 1}}
				return nil
			}),
		claims("psctoken-cnf-present", "TOK-44", "",
			"le jeton est lié à un certificat, que la messagerie ne présente pas", "the token is bound to a certificate, which the mail link does not present",
			fixed(map[string]any{"cnf": map[string]any{"x5t#S256": "47DEQpj8HBSa-_TImW-5JCeuQeRkm5NMpJWZG3hSuFU"}})),
	)
	return all
}

// text is a claim that is a text, of whatever type of text; empty for any other.
func text(claims map[string]any, name string) string {
	switch v := claims[name].(type) {
	case string:
		return v
	case mssante.IdNat:
		return string(v)
	}
	return ""
}
