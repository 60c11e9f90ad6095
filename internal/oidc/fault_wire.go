package oidc

import (
	"encoding/base64"
	"encoding/json"
	"errors"
	"fmt"
	"net/http"
	"strconv"
	"strings"

	"github.com/go-jose/go-jose/v4"

	"etalon/internal/mssante"
)

// alterationFaults change a token on its way.
func alterationFaults() []Fault {
	return []Fault{
		wired("psctoken-signature-flipped", "TOK-10", "psctoken-signature-wrong",
			"un bit de la signature du jeton est changé", "one bit of the signature of the token is changed", flip),
		wired("psctoken-payload-altered", "TOK-11", "psctoken-signature-wrong",
			"la personne du jeton est changée après la signature", "the person of the token is changed after the signature", impersonate),
	}
}

// errParts tells that what was to be altered is no JWS.
var errParts = errors.New("alter token: want three parts")

// flip changes one bit of the last octet of the signature, so that the base64url stays well written.
func flip(_ Honest, token string) (string, error) {
	head, last, ok := cutLast(token)
	raw, err := base64.RawURLEncoding.DecodeString(last)
	if !ok || err != nil || len(raw) == 0 {
		return "", errParts
	}
	raw[len(raw)-1] ^= 1
	return head + "." + base64.RawURLEncoding.EncodeToString(raw), nil
}

// impersonate puts another person into the claims.
func impersonate(h Honest, token string) (string, error) {
	parts := strings.Split(token, ".")
	if len(parts) != 3 {
		return "", errParts
	}
	raw, err := base64.RawURLEncoding.DecodeString(parts[1])
	if err != nil {
		return "", errParts
	}
	var claims map[string]any
	d := json.NewDecoder(strings.NewReader(string(raw)))
	d.UseNumber()
	if err := d.Decode(&claims); err != nil {
		return "", fmt.Errorf("alter token: %w", err)
	}
	claims["preferred_username"] = h.Other.IdNat
	if raw, err = json.Marshal(claims); err != nil {
		return "", fmt.Errorf("alter token: %w", err)
	}
	parts[1] = base64.RawURLEncoding.EncodeToString(raw)
	return strings.Join(parts, "."), nil
}

func cutLast(token string) (head, last string, ok bool) {
	i := strings.LastIndex(token, ".")
	if i < 0 {
		return "", "", false
	}
	return token[:i], token[i+1:], true
}

// manyIDs is how many identifiers make a token of some 60,000 octets.
const manyIDs = 850

// formFaults hurt the form of the token.
func formFaults() []Fault {
	return []Fault{
		wired("psctoken-opaque", "TOK-22", "psctoken-opaque",
			"le jeton est un mot qui ne veut rien dire", "the token is a word that means nothing",
			func(Honest, string) (string, error) { return "abc", nil }),
		wired("psctoken-empty", "TOK-23", "psctoken-absent",
			"le jeton est vide", "the token is empty",
			func(Honest, string) (string, error) { return "", nil }),
		wired("psctoken-encrypted", "TOK-24", "psctoken-encrypted",
			"le jeton est chiffré (JWE), en cinq parties", "the token is encrypted (JWE), in five parts", encrypt),
		wired("psctoken-truncated", "TOK-25", "psctoken-truncated",
			"le jeton n'a que ses deux premières parties", "the token has its first two parts only",
			func(_ Honest, token string) (string, error) {
				head, _, ok := cutLast(token)
				if !ok {
					return "", errParts
				}
				return head, nil
			}),
		drafted("psctoken-huge", "TOK-40", "psctoken-oversized",
			"le jeton porte soixante mille octets d'identifiants", "the token bears sixty thousand octets of identifiers",
			func(_ Honest, d *Draft) error {
				ids := make([]mssante.OtherID, manyIDs)
				for i := range ids {
					ids[i] = mssante.OtherID{ID: "8" + fmt.Sprintf("%011d", 99700000000+i), Origin: string(mssante.KindRPPS), Quality: 1}
				}
				d.Claims["otherIds"] = ids
				return nil
			}),
		drafted("psctoken-claim-twice", "TOK-41", "psctoken-malformed",
			"le jeton nomme deux personnes sous le même nom de champ", "the token names two persons under the same name of a claim",
			func(h Honest, d *Draft) error {
				delete(d.Claims, "otherIds") // which would name the first person again
				raw, err := json.Marshal(d.Claims)
				if err != nil {
					return err
				}
				d.Payload = append(raw[:len(raw)-1], `,"preferred_username":`+strconv.Quote(string(h.Other.IdNat))+`}`...)
				return nil
			}),
		claims("psctoken-exp-text", "TOK-42", "psctoken-claim-malformed",
			"la fin de validité du jeton est un texte", "the end of life of the token is a text", fixed(map[string]any{"exp": "1999999999"})),
	}
}

// encrypt wraps the token for the public key of Pro Santé Connect, which no operator can undo.
func encrypt(h Honest, token string) (string, error) {
	e, err := jose.NewEncrypter(jose.A256GCM, jose.Recipient{Algorithm: jose.RSA_OAEP_256, Key: h.Live.Signer.Public()}, (&jose.EncrypterOptions{}).WithContentType("JWT"))
	if err != nil {
		return "", fmt.Errorf("encrypt token: %w", err)
	}
	sealed, err := e.Encrypt([]byte(token))
	if err != nil {
		return "", fmt.Errorf("encrypt token: %w", err)
	}
	return sealed.CompactSerialize()
}

// answerFaults are what introspection says wrongly, or fails to say, of an honest token.
func answerFaults() []Fault {
	answers := func(kind AnswerKind) Conduct { return Conduct{Answer: Answer{Kind: kind}} }
	status := func(code int) Conduct { return Conduct{Answer: Answer{Kind: AnswerStatus, Status: code}} }
	return []Fault{
		conducted("psc-introspection-silent", "INTR-05",
			"l'introspection ne répond pas avant trente secondes", "introspection does not answer within thirty seconds", answers(AnswerSilent)),
		conducted("psc-introspection-cut", "INTR-05",
			"l'introspection ferme la connexion sans répondre", "introspection closes the connection without an answer", answers(AnswerCut)),
		conducted("psc-introspection-500", "INTR-06",
			"l'introspection répond par une erreur 500", "introspection answers by an error 500", status(http.StatusInternalServerError)),
		conducted("psc-introspection-503", "INTR-06",
			"l'introspection répond par une erreur 503", "introspection answers by an error 503", status(http.StatusServiceUnavailable)),
		conducted("psc-introspection-401", "INTR-07",
			"l'introspection ne reconnaît plus l'opérateur", "introspection no longer recognises the operator", status(http.StatusUnauthorized)),
		conducted("psc-introspection-html", "INTR-08",
			"l'introspection répond par une page", "introspection answers by a page", answers(AnswerHTML)),
		conducted("psc-introspection-cut-short", "INTR-08",
			"l'introspection répond par du JSON coupé", "introspection answers by JSON cut short", answers(AnswerMalformed)),
		conducted("psc-introspection-empty", "INTR-09",
			"l'introspection ne dit pas si le jeton est actif", "introspection does not say whether the token is active", answers(AnswerEmpty)),
		conducted("psc-introspection-active-text", "INTR-10",
			"l'introspection dit actif par un texte", "introspection says active by a text", answers(AnswerText)),
		conducted("psc-introspection-other-subject", "INTR-11",
			"l'introspection dit que le jeton est celui d'une autre personne", "introspection says that the token is another person's", answers(AnswerOtherSubject)),
		conducted("psc-introspection-redirect", "INTR-12",
			"l'introspection renvoie vers un autre hôte", "introspection redirects to another host", answers(AnswerRedirect)),
		conducted("psc-introspection-slow", "INTR-13",
			"l'introspection répond un octet par seconde", "introspection answers a byte per second", answers(AnswerSlow)),
	}
}

// linkFaults are those of the link to Pro Santé Connect, and of its keys.
func linkFaults() []Fault {
	return []Fault{
		conducted("psc-certificate-self-signed", "INTR-04",
			"le certificat de Pro Santé Connect est autosigné", "the certificate of Pro Santé Connect is self-signed", Conduct{Link: "self-signed"}),
		conducted("psc-certificate-wrong-host", "INTR-04",
			"le certificat de Pro Santé Connect est celui d'un autre hôte", "the certificate of Pro Santé Connect is another host's", Conduct{Link: "wrong-host"}),
		conducted("psc-certificate-expired", "INTR-04",
			"le certificat de Pro Santé Connect est expiré", "the certificate of Pro Santé Connect has expired", Conduct{Link: "expired"}),
		conducted("psc-down", "INTR-05",
			"Pro Santé Connect refuse les connexions", "Pro Santé Connect refuses connections", Conduct{Down: true}),
		conducted("psc-keys-unavailable", "INTR-15",
			"les clés de Pro Santé Connect ne peuvent être lues", "the keys of Pro Santé Connect cannot be read", Conduct{JWKS: http.StatusServiceUnavailable}),
	}
}
