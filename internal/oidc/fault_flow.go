package oidc

import (
	"time"

	"etalon/internal/jws"
	"etalon/internal/verdict"
)

// Flow is how the flow of a program of professionals goes wrong, beside its ID token; the zero one is honest.
type Flow struct {
	// Callback replaces parameters of the way back from the login; one that is nil is removed.
	Callback func(Honest) map[string]any
	// UserInfo changes what is said of the person.
	UserInfo func(Honest, map[string]any)
	// Error is the code with which the token endpoint refuses a grant of type Grant.
	Error, Grant string
}

// OfFlow tells that the fault is one of a flow: it is played on a program of professionals, and no access token shows it.
func (f Fault) OfFlow() bool {
	return f.ID != nil || f.IDWire != nil || f.Flow.Callback != nil || f.Flow.UserInfo != nil || f.Flow.Error != ""
}

// MakeID makes the ID token of a draft with the fault. It fails when the fault cannot be committed.
func (f Fault) MakeID(h Honest, d *Draft) (string, error) {
	return Fault{Name: f.Name, Token: f.ID, Wire: f.IDWire}.Make(h, d)
}

// identified is a fault of the ID token.
func identified(name, violates, fr, en string, change func(Honest, *Draft) error) Fault {
	return Fault{Name: name, Violates: violates, Title: verdict.Text{FR: fr, EN: en}, ID: change}
}

// identity is a fault of claims of the ID token; one that is nil is removed.
func identity(name, violates, fr, en string, members func(Honest) map[string]any) Fault {
	return identified(name, violates, fr, en, func(h Honest, d *Draft) error {
		Set(d.Claims, members(h))
		return nil
	})
}

// flowing is a fault of a flow outside its ID token.
func flowing(name, violates, fr, en string, f Flow) Fault {
	return Fault{Name: name, Violates: violates, Title: verdict.Text{FR: fr, EN: en}, Flow: f}
}

// flowFaults are those of the flows of a program of professionals (PSC-03 to PSC-26).
func flowFaults() []Fault {
	all := callbackFaults()
	all = append(all, idClaimFaults()...)
	all = append(all, idSignatureFaults()...)
	return append(all, grantFaults()...)
}

// OtherState is the state of a faulty callback.
const OtherState = "etalon-etat-d-une-autre-demande"

// callbackFaults bring the browser back with other parameters.
func callbackFaults() []Fault {
	back := func(members func(Honest) map[string]any) Flow { return Flow{Callback: members} }
	return []Fault{
		flowing("callback-state-other", "PSC-03", "le retour porte un state que le service n'a pas donné", "the way back bears a state that the service did not give",
			back(fixed(map[string]any{"state": OtherState}))),
		flowing("callback-state-absent", "PSC-03", "le retour ne porte pas de state", "the way back bears no state", back(fixed(map[string]any{"state": nil}))),
		flowing("callback-iss-other", "PSC-12", "le retour nomme un autre fournisseur", "the way back names another provider",
			back(func(h Honest) map[string]any { return map[string]any{"iss": h.ForeignIssuer} })),
		flowing("callback-iss-absent", "PSC-12", "le retour ne nomme pas son fournisseur, qui annonce qu'il le fait", "the way back does not name its provider, which announces that it does",
			back(fixed(map[string]any{"iss": nil}))),
		flowing("callback-error", "PSC-14", "le retour dit que l'accès est refusé", "the way back says that access is denied",
			back(fixed(map[string]any{"code": nil, "session_state": nil, "error": AccessDenied, "error_description": "ordered by the test"}))),
	}
}

// OldLogin is how long ago the person of idtoken-auth-time-5h is said to have logged in.
const OldLogin = 5 * time.Hour

// idClaimFaults are what an ID token claims wrongly.
func idClaimFaults() []Fault {
	otherPerson := identified("idtoken-person-other", "PSC-26", "le jeton d'identité, et userinfo, nomment une autre personne que celle qui fut demandée",
		"the ID token, and userinfo, name another person than was asked for", func(h Honest, d *Draft) error {
			d.Claims["sub"] = otherSubject(d.Claims, h.Other.IdNat)
			d.Claims["preferred_username"], d.Claims["otherIds"] = h.Other.IdNat, h.Other.Identifiers()
			return nil
		})
	otherPerson.Flow.UserInfo = aboutOther
	return []Fault{
		identity("idtoken-nonce-other", "PSC-04", "le nonce du jeton d'identité est celui d'une autre demande", "the nonce of the ID token is another request's",
			fixed(map[string]any{"nonce": "etalon-nonce-d-une-autre-demande"})),
		identity("idtoken-nonce-absent", "PSC-04", "le jeton d'identité n'a pas de nonce", "the ID token has no nonce", fixed(map[string]any{"nonce": nil})),
		identity("idtoken-issuer-production", "PSC-06", "l'émetteur du jeton d'identité est le Pro Santé Connect de production", "the issuer of the ID token is the production Pro Santé Connect",
			fixed(map[string]any{"iss": IssuerProduction})),
		identity("idtoken-issuer-slash", "PSC-06", "l'émetteur du jeton d'identité a une barre oblique de trop", "the issuer of the ID token has a slash too many",
			func(h Honest) map[string]any { return map[string]any{"iss": h.Issuer + "/"} }),
		identity("idtoken-audience-other", "PSC-07", "le jeton d'identité est destiné à un autre service", "the ID token is meant for another service",
			fixed(map[string]any{"aud": "tf-autre-service", "azp": "tf-autre-service"})),
		identity("idtoken-audience-absent", "PSC-07", "le jeton d'identité n'a pas de destinataire", "the ID token is meant for nobody", fixed(map[string]any{"aud": nil, "azp": nil})),
		identified("idtoken-expired-1h", "PSC-08", "le jeton d'identité est expiré depuis une heure", "the ID token expired an hour ago", ending(-time.Hour)),
		identified("idtoken-expired-10m", "PSC-08", "le jeton d'identité est expiré depuis dix minutes", "the ID token expired ten minutes ago", ending(-10*time.Minute)),
		identity("idtoken-acr-absent", "PSC-10", "le jeton d'identité ne dit pas le niveau d'authentification", "the ID token does not say the level of authentication",
			fixed(map[string]any{"acr": nil})),
		identity("idtoken-acr-0", "PSC-10", "le niveau d'authentification du jeton d'identité est 0", "the level of authentication of the ID token is 0", fixed(map[string]any{"acr": "0"})),
		identity("idtoken-auth-time-5h", "PSC-11", "le jeton d'identité dit une authentification vieille de cinq heures", "the ID token tells of an authentication five hours old",
			func(h Honest) map[string]any { return map[string]any{"auth_time": h.Now.Add(-OldLogin).Unix()} }),
		otherPerson,
	}
}

// idSignatureFaults hurt the signature of an ID token (PSC-09).
func idSignatureFaults() []Fault {
	flipped := Fault{
		Name: "idtoken-signature-altered", Violates: "PSC-09", IDWire: flip,
		Title: verdict.Text{FR: "un bit de la signature du jeton d'identité est changé", EN: "one bit of the signature of the ID token is changed"},
	}
	return []Fault{
		flipped,
		identified("idtoken-alg-none", "PSC-09", "le jeton d'identité n'est pas signé, et le dit", "the ID token is not signed, and says so",
			func(_ Honest, d *Draft) error {
				d.Header["alg"], d.Sign = jws.None, jws.Unsigned
				return nil
			}),
		identified("idtoken-key-impersonated", "PSC-09", "le jeton d'identité est signé par une autre clé, ou un autre secret", "the ID token is signed by another key, or another secret",
			func(h Honest, d *Draft) error {
				if d.Header["alg"] == jws.HS256 {
					d.SignedWith(h.Secret)
					return nil
				}
				d.Sign = h.Rogue.Sign(h.Rand)
				return nil
			}),
		identified("idtoken-algorithm-confused", "PSC-09", "le jeton d'identité est scellé par la clé publique prise pour un secret", "the ID token is sealed with the public key taken for a secret",
			func(h Honest, d *Draft) error {
				d.Header["kid"] = h.Live.ID
				d.SignedWith(h.Live.PEM())
				return nil
			}),
	}
}

// grantFaults are refusals of the token endpoint, and what is said of the person.
func grantFaults() []Fault {
	refuse := func(code, grant string) Flow { return Flow{Error: code, Grant: grant} }
	return []Fault{
		flowing("tokenanswer-code-refused", "PSC-13", "le code est refusé comme déjà employé", "the code is refused as used before", refuse(InvalidGrant, GrantCode)),
		flowing("tokenanswer-refresh-refused", "PSC-19", "le jeton de rafraîchissement est refusé", "the refresh token is refused", refuse(InvalidGrant, GrantRefresh)),
		flowing("userinfo-sub-other", "PSC-21", "userinfo parle d'une autre personne que le jeton d'identité", "userinfo tells of another person than the ID token",
			Flow{UserInfo: aboutOther}),
		flowing("tokenanswer-slow-down", "PSC-24", "le service est prié de ralentir ses demandes", "the service is told to slow down", refuse(SlowDown, GrantCIBA)),
		flowing("tokenanswer-expired", "PSC-25", "la demande d'authentification découplée a expiré", "the request of decoupled authentication has expired", refuse(ExpiredToken, GrantCIBA)),
	}
}

// aboutOther makes userinfo tell of another person.
func aboutOther(h Honest, said map[string]any) {
	said["sub"] = otherSubject(said, h.Other.IdNat)
	said["preferred_username"], said["SubjectNameID"] = h.Other.IdNat, h.Other.IdNat
}

// flowVariants are the flows that depart from the usual one and that a program must go through all the same.
func flowVariants() []Fault {
	return []Fault{
		flowing("userinfo-fields-unknown", "PSC-22", "userinfo a des champs de plus, et d'autres vides", "userinfo has more fields, and others that are empty",
			Flow{UserInfo: func(_ Honest, said map[string]any) {
				Set(said, map[string]any{
					"Mode_Acces_Raison": "", "SubjectOrganization": "", "SubjectRole": []string{},
					"etalon_champ_nouveau": map[string]any{"liste": []any{1, "deux", nil, true}}, "etalon_nombre": 3.5,
				})
			}}),
	}
}
