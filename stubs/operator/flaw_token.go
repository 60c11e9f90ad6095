package operator

import (
	"slices"
	"strings"

	"etalon/internal/mssante"
)

// overlooking lets pass tokens that break some rules.
func overlooking(rules ...string) func(*policy) {
	return overlookingWhere(func(Person) bool { return true }, rules...)
}

// overlookingWhere lets pass some tokens that break some rules.
func overlookingWhere(where func(Person) bool, rules ...string) func(*policy) {
	return func(p *policy) {
		p.overlooks = func(rule string, _ []string, person Person) bool {
			return slices.Contains(rules, rule) && where(person)
		}
	}
}

// claim is a text among the claims of a token, parameter one of its header; empty when it is none.
func claim(p Person, name string) string     { return text(p.Claims, name) }
func parameter(p Person, name string) string { return text(p.Header, name) }

func text(members map[string]any, name string) string {
	s, _ := members[name].(string)
	return s
}

// demanding wants more of a token than the norm.
func demanding(wanted func(Person) bool) func(*policy) {
	return func(p *policy) { p.demands = wanted }
}

// has tells whether a header or the claims have a member.
func has(members map[string]any, name string) bool {
	_, ok := members[name]
	return ok
}

// tokenFlaws neglect the access token (TOK-01 to TOK-44).
func tokenFlaws() []Flaw {
	return slices.Concat(tokenSignatureFlaws(), tokenContentFlaws(), tokenDemandFlaws(), tokenFormFlaws())
}

func tokenSignatureFlaws() []Flaw {
	return []Flaw{
		neglecting("skips-signature", "TOK-02 TOK-10 TOK-11", "TOK-12 TOK-13 TOK-14 TOK-17",
			"ne vérifie pas la signature du jeton", "does not verify the token's signature", overlooking(RuleSignature, RuleKey)),
		neglecting("takes-alg-none", "TOK-08", "", "accepte un jeton sans signature", "accepts a token without signature", overlooking(RuleNone)),
		neglecting("takes-alg-hmac", "TOK-09", "", "prend la clé publique pour un secret", "takes the public key for a secret",
			overlookingWhere(func(p Person) bool { return strings.HasPrefix(parameter(p, "alg"), "HS") }, RuleAlgorithm, RuleSignature, RuleKey)),
		neglecting("takes-unknown-kid", "TOK-12", "TOK-02 TOK-13 TOK-17", "essaie toutes ses clés quand le kid est inconnu", "tries all keys when the kid is unknown", overlooking(RuleKey)),
		neglecting("follows-kid", "TOK-13", "", "prend le kid pour un chemin", "takes the kid for a path",
			overlookingWhere(func(p Person) bool { return strings.Contains(parameter(p, "kid"), "/") }, RuleKey, RuleSignature)),
		neglecting("trusts-header-key", "TOK-14", "", "fait confiance à la clé que le jeton apporte", "trusts the key that the token brings",
			overlookingWhere(func(p Person) bool { return has(p.Header, "jwk") || has(p.Header, "jku") }, RuleKey, RuleSignature)),
		neglecting("skips-crit", "TOK-15", "", "ignore une extension critique", "ignores a critical extension", overlooking(RuleCritical)),
	}
}

func tokenContentFlaws() []Flaw {
	return []Flaw{
		neglecting("skips-issuer", "TOK-18 TOK-19", "", "ne contrôle pas l'émetteur", "does not check the issuer", overlooking(RuleIssuer)),
		neglecting("follows-issuer", "TOK-03", "TOK-18 TOK-19", "va chercher les clés chez l'émetteur que nomme le jeton, quel qu'il soit", "fetches keys from the issuer that the token names, whoever it is",
			func(p *policy) {
				p.overlooks = func(rule string, all []string, _ Person) bool {
					return slices.Contains(all, RuleIssuer) && slices.Contains([]string{RuleIssuer, RuleKey, RuleSignature}, rule)
				}
			}),
		neglecting("trims-issuer", "TOK-18", "", "compare l'émetteur à une barre près", "compares the issuer but for a slash",
			overlookingWhere(func(p Person) bool { return strings.HasSuffix(claim(p, "iss"), "/") }, RuleIssuer)),
		neglecting("trusts-production", "TOK-19", "", "accepte l'émetteur de production", "accepts the production issuer",
			overlookingWhere(func(p Person) bool { return strings.Contains(claim(p, "iss"), "auth.esw.esante.gouv.fr") }, RuleIssuer)),
		neglecting("skips-expiry", "TOK-04 TOK-05 TOK-37", "", "accepte un jeton expiré", "accepts an expired token", overlooking(RuleExpired)),
		neglecting("skips-introspection", "TOK-06 TOK-38", "INTR-09 INTR-10 INTR-11", "n'écoute pas l'introspection", "does not heed introspection", overlooking(RuleInactive)),
		neglecting("skips-not-before", "TOK-07", "", "accepte un jeton d'avance", "accepts a token ahead of its time", overlooking(RuleEarly)),
		neglecting("takes-any-life", "TOK-43", "", "accepte un jeton de dix ans", "accepts a token of ten years", overlooking(RuleLife)),
		neglecting("takes-id-token", "TOK-20", "", "accepte un jeton d'identité", "accepts an ID token",
			overlookingWhere(func(p Person) bool { return claim(p, "typ") == "ID" }, RuleType, RuleScope)),
		neglecting("takes-refresh-token", "TOK-21", "", "accepte un jeton de rafraîchissement, dont il prend l'IdNat dans sub", "accepts a refresh token, the IdNat of which it takes from sub",
			func(p *policy) {
				p.overlooks = func(_ string, _ []string, person Person) bool { return claim(person, "typ") == "Refresh" }
				p.identities = func(person Person) []mssante.IdNat {
					_, id, _ := cutLast(claim(person, "sub"), ":")
					return append(honestIdentities(person), mssante.IdNat(id))
				}
			}),
		neglecting("skips-level", "TOK-27", "", "ne contrôle pas le niveau", "does not check the level", overlooking(RuleLevel)),
		neglecting("skips-person", "TOK-32", "", "ouvre la boîte à un jeton qui ne nomme personne", "opens the mailbox to a token that names nobody",
			func(p *policy) {
				overlooking(RulePerson)(p)
				p.open = func(r *request) bool { return r.person.IdNat == "" && r.box.Type != mssante.Application || mayOpen(r) }
			}),
		neglecting("unites-identities", "TOK-33 INTR-11", "", "additionne les identités du jeton et de l'introspection", "adds up the identities of the token and of introspection", overlooking(RuleOtherwise)),
		neglecting("remembers-decisions", "TOK-37 TOK-38", "TOK-06 INTR-05 INTR-06", "garde ses décisions", "keeps its decisions", func(p *policy) { p.remembers = true }),
		neglecting("takes-other-person", "TOK-35 BAL-02 BAL-04 BAL-14", "BAL-05 BAL-12 CLI-18 TOK-33", "n'associe pas la boîte au porteur du jeton", "does not bind the mailbox to the holder of the token",
			func(p *policy) {
				p.open = func(r *request) bool {
					return r.box.Type != mssante.Application && !r.box.Suspended && r.person.IdNat != ""
				}
			}),
	}
}

func tokenDemandFlaws() []Flaw {
	return []Flaw{
		neglecting("refuses-rpps", "TOK-01 BAL-01 BAL-11", shut+" INTR-07", "ne reconnaît pas un IdNat à numéro RPPS", "does not know an IdNat with an RPPS number",
			demanding(func(p Person) bool { return !strings.HasPrefix(string(p.IdNat), "8") })),
		neglecting("demands-level-2", "TOK-28", shut, "refuse eidas1", "refuses eidas1", demanding(func(p Person) bool { return claim(p, "acr") != "eidas1" })),
		neglecting("demands-audience", "TOK-29", shut, "exige une audience", "demands an audience", demanding(func(p Person) bool { return has(p.Claims, "aud") })),
		neglecting("demands-at-jwt", "TOK-30", shut, "exige le type at+jwt", "demands the type at+jwt", demanding(func(p Person) bool { return parameter(p, "typ") == "at+jwt" })),
		neglecting("demands-known-client", "TOK-31", "", "n'accepte qu'un logiciel", "accepts one program alone", demanding(func(p Person) bool { return claim(p, "azp") == "tf-lps" })),
		neglecting("reads-main-identity-only", "TOK-34", "", "n'écoute pas otherIds", "does not heed otherIds",
			func(p *policy) { p.identities = func(p Person) []mssante.IdNat { return []mssante.IdNat{p.IdNat} } }),
		neglecting("takes-token-once", "TOK-36", shut+" TOK-37 TOK-38", "ne prend un jeton qu'une fois", "takes a token once", func(p *policy) { p.onceOnly = true }),
		neglecting("refuses-cnf", "TOK-44", "", "refuse un jeton lié à un certificat", "refuses a token bound to a certificate", demanding(func(p Person) bool { return !has(p.Claims, "cnf") })),
		neglecting("demands-sub-idnat", "TOK-39", shut, "veut l'IdNat seul dans sub", "wants the IdNat alone in sub", demanding(func(p Person) bool { return claim(p, "sub") == string(p.IdNat) })),
	}
}
