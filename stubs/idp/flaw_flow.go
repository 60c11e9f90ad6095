package idp

import (
	"crypto/tls"
	"net/url"
	"slices"
	"strings"

	"etalon/internal/jws"
	"etalon/internal/oidc"
	"etalon/internal/pki"
)

// publishedFlaws neglect discovery, keys and TLS (FI-01 to FI-04).
func publishedFlaws() []Flaw {
	old := func(version uint16) func(*policy) {
		return func(p *policy) { p.tls = func(c *tls.Config) { pki.SpeakOld(c, version) } }
	}
	publishing := func(change func(map[string]any)) func(*policy) { return func(p *policy) { p.metadata = change } }
	return []Flaw{
		neglecting("publishes-half", "FI-01", "", "oublie des champs obligatoires de la découverte", "forgets required members of discovery",
			publishing(func(d map[string]any) { delete(d, "subject_types_supported"); delete(d, "response_types_supported") })),
		neglecting("publishes-other-issuer", "FI-01", "FI-02", "publie un autre émetteur que le sien", "publishes another issuer than its own",
			publishing(func(d map[string]any) { d["issuer"] = "https://autre.test.invalid/identite" })),
		neglecting("signs-as-other-issuer", "FI-02", "", "nomme dans ses jetons un autre émetteur que celui qu'il publie", "names in its tokens another issuer than it publishes",
			claiming(func(i *issue) { i.claims["iss"] = i.claims["iss"].(string) + "/" })),
		neglecting("has-weak-key", "FI-03", "", "signe avec une clé RSA de 1024 bits", "signs with an RSA key of 1024 bits", func(p *policy) { p.bits = 1024 }),
		neglecting("names-no-key", "FI-03", "", "publie des clés sans nom", "publishes keys without a name",
			func(p *policy) {
				p.jwk = func(k map[string]any) { delete(k, "kid") }
				p.draft = func(_ *Stub, d *oidc.Draft) { delete(d.Header, "kid") }
			}),
		neglecting("tells-no-use", "FI-03", "", "publie des clés sans dire qu'elles signent", "publishes keys without saying that they sign",
			func(p *policy) { p.jwk = func(k map[string]any) { delete(k, "use") } }),
		neglecting("speaks-tls11", "FI-04", "", "parle TLS 1.1", "speaks TLS 1.1", old(tls.VersionTLS11)),
		neglecting("speaks-tls10", "FI-04", "", "parle TLS 1.0", "speaks TLS 1.0", old(tls.VersionTLS10)),
	}
}

// flowFlaws neglect the code flow (FI-05 to FI-15).
func flowFlaws() []Flaw {
	host := func(address string) string {
		u, err := url.Parse(address)
		if err != nil {
			return ""
		}
		u.Host = "x"
		return u.String()
	}
	return []Flaw{
		neglecting("gives-no-identity", "FI-05 FI-53", "", "ne donne pas de jeton d'identité", "gives no ID token",
			func(p *policy) { p.answer = func(given map[string]any) { delete(given, "id_token") } }),
		neglecting("forgets-token-type", "FI-05", "", "ne dit pas le type du jeton d'accès", "does not tell the type of the access token",
			func(p *policy) { p.answer = func(given map[string]any) { delete(given, "token_type") } }),
		neglecting("redirects-by-prefix", "FI-06", "", "prend toute adresse de retour qui commence comme celle du client", "takes any return address that begins as the client's",
			func(p *policy) {
				p.redirects = func(all []string, address string) bool {
					return slices.ContainsFunc(all, func(known string) bool { return strings.HasPrefix(address, known) })
				}
			}),
		neglecting("ignores-redirect-host", "FI-06", "", "ne regarde que le chemin de l'adresse de retour", "looks at the path alone of the return address",
			func(p *policy) {
				p.redirects = func(all []string, address string) bool {
					return slices.ContainsFunc(all, func(known string) bool { return safe(address) && host(known) == host(address) })
				}
			}),
		neglecting("takes-code-again", "FI-07", "", "rend des jetons pour un code déjà servi", "gives tokens for a code that was used", func(p *policy) { p.codeAgain = true }),
		neglecting("takes-code-of-others", "FI-08", "", "rend des jetons pour le code d'un autre client", "gives tokens for another client's code", func(p *policy) { p.codeOfOther = true }),
		neglecting("skips-redirect-at-token", "FI-09", "", "ne compare pas l'adresse de retour quand le code lui est rendu", "does not compare the return address when the code comes back",
			func(p *policy) { p.anyRedirect = true }),
		neglecting("identifies-without-openid", "FI-10", "", "donne un jeton d'identité sans le scope openid", "gives an ID token without the scope openid", func(p *policy) { p.anyScope = true }),
		neglecting("alters-state", "FI-11", "", "rend state avec une espace pour chaque +", "gives state back with a space for each +",
			func(p *policy) { p.state = func(s string) string { return strings.ReplaceAll(s, "+", " ") } }),
		neglecting("cuts-state", "FI-11", "", "ne rend que les 32 premiers caractères de state", "gives back the first 32 characters of state alone",
			func(p *policy) { p.state = func(s string) string { return s[:min(len(s), 32)] } }),
		neglecting("drops-nonce", "FI-12", "", "ne rend pas nonce", "does not give nonce back", without("nonce")),
		neglecting("keeps-first-nonce", "FI-12", "", "rend, dans une session, le nonce de la première demande", "gives, within a session, the nonce of the first request",
			claiming(func(i *issue) { i.claims["nonce"] = i.session.nonce })),
		neglecting("skips-verifier", "FI-13", "", "ne vérifie pas le code_verifier", "does not check the code_verifier", func(p *policy) { p.anyVerifier = true }),
		neglecting("needs-no-verifier", "FI-13", "", "se passe du code_verifier", "does without the code_verifier", func(p *policy) { p.noVerifier = true }),
		neglecting("redirects-unknown-client", "FI-14", "", "renvoie un client inconnu où il veut", "sends an unknown client where it wants", func(p *policy) { p.unknownBack = true }),
		neglecting("opens-implicit-flow", "FI-15", "", "donne des jetons par le navigateur", "gives tokens by the browser", func(p *policy) { p.implicit = true }),
	}
}

// tokenFlaws neglect the ID token as such (FI-47, FI-48).
func tokenFlaws() []Flaw {
	unsigned := func(_ *Stub, d *oidc.Draft) {
		d.Header["alg"], d.Sign = jws.None, jws.Unsigned
		delete(d.Header, "kid")
	}
	adding := func(name string, more int64) func(*policy) {
		return claiming(func(i *issue) { i.claims[name] = i.now.Unix() + more })
	}
	return []Flaw{
		neglecting("announces-none", "FI-47", "", "annonce des jetons d'identité sans signature", "announces ID tokens without signature",
			func(p *policy) {
				p.metadata = func(d map[string]any) { d["id_token_signing_alg_values_supported"] = []string{jws.RS256, jws.None} }
			}),
		neglecting("leaves-tokens-unsigned", "FI-47", "FI-45", "ne signe pas ses jetons d'identité", "does not sign its ID tokens", func(p *policy) { p.draft = unsigned }),
		neglecting("seals-with-public-key", "FI-47", "FI-45", "scelle ses jetons en HS256 avec sa clé publique", "seals its tokens in HS256 with its public key",
			func(p *policy) { p.draft = func(s *Stub, d *oidc.Draft) { d.SignedWith(s.keys[0].PEM()) } }),
		neglecting("lives-a-day", "FI-48", "", "donne des jetons d'identité de vingt-quatre heures", "gives ID tokens of twenty-four hours", adding("exp", 24*3600)),
		neglecting("gives-expired", "FI-48", "", "donne des jetons d'identité déjà expirés", "gives ID tokens that are over", adding("exp", -30*60)),
		neglecting("addresses-others", "FI-48", "FI-45", "destine ses jetons d'identité à un autre client", "addresses its ID tokens to another client",
			claiming(func(i *issue) { i.claims["aud"], i.claims["azp"] = "autre-client", "autre-client" })),
		neglecting("forgets-issue-time", "FI-48", "FI-23", "ne dit pas quand le jeton fut émis", "does not tell when the token was issued", without("iat")),
		neglecting("dates-in-the-future", "FI-48", "", "date ses jetons de dans un quart d'heure", "dates its tokens a quarter of an hour ahead", adding("iat", 15*60)),
	}
}
