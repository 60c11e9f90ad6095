package resource

import (
	"bytes"
	"cmp"
	"crypto/hmac"
	"crypto/sha256"
	"crypto/x509"
	"encoding/base64"
	"encoding/pem"
	"net/http"
	"net/url"
	"strings"

	"etalon/internal/rest"
	"etalon/internal/verdict"
)

// placeFlaws neglect where the token stands (R01).
func placeFlaws() []Flaw {
	return []Flaw{
		neglecting("takes-token-from-query", "R01 L08", "",
			"prend le jeton dans l'adresse", "takes the token from the address", takes(fromQuery)),
		neglecting("takes-token-from-body", "R01", "",
			"prend le jeton dans le corps", "takes the token from the body", takes(fromBody)),
		neglecting("takes-first-of-two-tokens", "R01", "",
			"prend le premier de deux jetons", "takes the first of two tokens", takes(firstOfTwo)),
		neglecting("needs-no-token", "R01", "",
			"sert un appel sans jeton", "serves a call without a token", overlooksWhen(withoutToken, "token-absent")),
	}
}

// takes makes the provider read a token where it must not.
func takes(token func(*call) string) func(*policy) {
	return func(p *policy) {
		rereads(p, func(c *call) {
			if found := token(c); found != "" {
				c.reread(found)
			}
		})
	}
}

func fromQuery(c *call) string { return c.request.URL.Query().Get(rest.ParameterToken) }

func fromBody(c *call) string {
	form, err := url.ParseQuery(string(c.incoming.Raw))
	if token := form.Get(rest.ParameterToken); err == nil && token != "" {
		return token
	}
	if raw := string(bytes.TrimSpace(c.incoming.Raw)); rest.LooksLikeToken(raw) {
		return raw
	}
	return ""
}

func firstOfTwo(c *call) string {
	values := c.request.Header.Values(c.provider.config.Header)
	if !has(c, "token-repeated") || len(values) == 0 {
		return ""
	}
	first, _, _ := strings.Cut(values[0], ",")
	scheme, token, named := strings.Cut(strings.TrimSpace(first), " ")
	if !named {
		return scheme
	}
	return strings.TrimSpace(token)
}

// withoutToken tells that no token came at all.
func withoutToken(_ verdict.Finding, c *call) bool { return len(c.judged.Findings) == 1 }

// jwtFlaws neglect the algorithm, the key and the signature of a JWT (R03, G01).
func jwtFlaws() []Flaw {
	return bearing(rest.TokenJWT,
		blind("accepts-alg-none", "R03", "",
			"accepte un JWT dont l'algorithme est none", "takes a JWT whose algorithm is none", "jwt-algorithm-none"),
		neglecting("verifies-hs256-with-public-key", "R03", "",
			"vérifie un HS256 avec la clé publique pour secret", "verifies an HS256 with the public key for a secret",
			overlooksWhen(keyedWithPublicKey, "jwt-algorithm-other")),
		blind("ignores-kid", "R03", "",
			"ne lit pas le kid du JWT", "does not read the kid of the JWT", "jwt-kid-unknown"),
		blind("skips-jwt-signature", "G01", "R02 R03",
			"ne vérifie pas la signature du JWT", "does not check the signature of the JWT", "jwt-signature-wrong"),
		blind("ignores-critical-header", "V01", "",
			"ignore un en-tête critique (crit) qu'il ne connaît pas", "ignores a critical header (crit) that it does not know", "jwt-critical-unknown"),
	)
}

// keyedWithPublicKey tells whether a JWT is an HS256 whose secret is the public key of the client, in one of the forms in
// which it is published.
func keyedWithPublicKey(_ verdict.Finding, c *call) bool {
	known, err := c.provider.config.Bench.PKI.Credential(cmp.Or(c.judged.Client.Name, "?") + "/signature")
	parts := strings.Split(c.judged.Token, ".")
	if err != nil || len(parts) != 3 {
		return false
	}
	signature, err := base64.RawURLEncoding.DecodeString(parts[2])
	if err != nil {
		return false
	}
	der, err := x509.MarshalPKIXPublicKey(known.Leaf().PublicKey)
	if err != nil {
		return false
	}
	for _, secret := range [][]byte{der, pem.EncodeToMemory(&pem.Block{Type: "PUBLIC KEY", Bytes: der})} {
		mac := hmac.New(sha256.New, secret)
		mac.Write([]byte(parts[0] + "." + parts[1]))
		if hmac.Equal(mac.Sum(nil), signature) {
			return true
		}
	}
	return false
}

// lifeFlaws neglect what repetition and secrecy ask for (V16, L08).
func lifeFlaws() []Flaw {
	return []Flaw{
		blind("ignores-onetimeuse", "V16", "",
			"accepte une seconde fois un VI à usage unique", "takes a VI for one time use a second time", ruleOneTimeUse),
		neglecting("logs-token", "L08", "",
			"écrit le jeton entier dans son journal en clair", "writes the whole token to its clear log",
			func(p *policy) {
				rereads(p, func(c *call) {
					c.provider.config.Log.Info("appel reçu", "requete", c.id, "jeton", c.request.Header.Get(c.provider.config.Header))
				})
			}),
	}
}

// refusalFlaws neglect how refusals are told (R05).
func refusalFlaws() []Flaw {
	return []Flaw{
		neglecting("answers-200-with-error", "R05", "R01 R04",
			"répond 200 avec une erreur dans le corps", "answers 200 with an error in the body",
			refuses(func(_ *call, a *answer) { a.Status = http.StatusOK })),
		neglecting("answers-html", "R05", "",
			"répond par une page HTML à un appel refusé", "answers a refused call with an HTML page",
			refuses(func(_ *call, a *answer) {
				a.Header.Set("Content-Type", "text/html; charset=utf-8")
				a.Body = []byte("<!DOCTYPE html><html lang=\"fr\"><body><h1>Accès refusé</h1></body></html>")
			})),
		neglecting("omits-error-code", "R05", "",
			"refuse sans code d'erreur", "refuses without an error code",
			refuses(func(_ *call, a *answer) { a.Body = []byte("{}") })),
		neglecting("echoes-token", "R05 L08", "",
			"recopie le jeton dans la réponse d'erreur", "copies the token into the error answer",
			refuses(func(c *call, a *answer) {
				a.Body = rest.Refusal{Code: "InvalidVI", Message: "jeton refusé : " + c.judged.Token}.Bytes()
			})),
	}
}

// refuses makes the provider touch its refusals.
func refuses(touch func(*call, *answer)) func(*policy) {
	return func(p *policy) {
		before := p.refused
		p.refused = func(c *call, a *answer) {
			before(c, a)
			touch(c, a)
		}
	}
}
