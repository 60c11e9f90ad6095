package idp

import (
	"crypto/sha256"
	"encoding/hex"
	"net/http"
	"net/url"
	"slices"
	"strings"

	"etalon/internal/bench"
)

// Flaw is one neglect of the mock identity provider, with the requirements that a report must find failed.
type Flaw = bench.Flaw[policy]

// Flaws returns every neglect, in the order of the catalogue.
func Flaws() []Flaw {
	return slices.Concat(publishedFlaws(), flowFlaws(), clientFlaws(), timeFlaws(), meansFlaws(), personFlaws(), establishmentFlaws(), identityFlaws(),
		promptFlaws(), sessionFlaws(), logoutFlaws(), tokenFlaws(), openFlaws(), pageFlaws())
}

// neglecting is one flaw. must and may are requirements, separated by spaces.
func neglecting(name, must, may, fr, en string, neglect func(*policy)) Flaw {
	return bench.Neglecting(name, must, may, fr, en, neglect)
}

// claiming changes the claims of ID tokens, in which userinfo agrees.
func claiming(change func(*issue)) func(*policy) {
	return func(p *policy) { p.claims = append(p.claims, change) }
}

// without takes a claim out.
func without(names ...string) func(*policy) {
	return claiming(func(i *issue) {
		for _, name := range names {
			delete(i.claims, name)
		}
	})
}

// digest makes an identifier of a text.
func digest(text string) string {
	sum := sha256.Sum256([]byte(text))
	return hex.EncodeToString(sum[:16])
}

// pageFlaws neglect what persons and programs are shown: errors, language, cookies, forms.
func pageFlaws() []Flaw {
	return []Flaw{
		neglecting("shows-stack", "FI-50", "", "montre sa pile d'appels dans ses erreurs", "shows its stack in errors", func(p *policy) { p.verbose = true }),
		neglecting("speaks-english", "EXI-FI-11", "", "parle anglais à ses utilisateurs", "speaks English to its users", func(p *policy) { p.english = true }),
		neglecting("bares-cookies", "EXI-FI-13", "", "laisse lire son cookie de session par les scripts et en clair", "lets scripts and clear links read its session cookie",
			func(p *policy) { p.cookie = func(c *http.Cookie) { c.Secure, c.HttpOnly = false, false } }),
		neglecting("puts-token-in-address", "EXI-FI-13", "FI-15", "met un jeton dans l'adresse de retour", "puts a token into the return address",
			func(p *policy) {
				p.callback = func(back url.Values) {
					if back.Has("code") {
						back.Set("id_token", "eyJhbGciOiJSUzI1NiJ9."+strings.Repeat("e30", 8)+".c2lnbmF0dXJl")
					}
				}
			}),
	}
}
