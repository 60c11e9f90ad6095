package api

import (
	"crypto/sha256"
	"crypto/tls"
	"crypto/x509"
	"encoding/hex"
	"io"
	"slices"
	"time"

	"etalon/internal/bench"
	"etalon/internal/jws"
	"etalon/internal/oidc"
	"etalon/internal/pki"
)

// policy is how the API behaves. The zero value of a field is honest, but for those that honest fills.
type policy struct {
	// the link
	tls           func(*tls.Config)
	clear         bool           // the resource is given in clear
	noCertificate bool           // tokens are exchanged without certificate
	pardoned      []pki.PathKind // troubles of a certificate that are overlooked
	anyClient     bool           // whosever certificate it is

	// the exchange
	noScope, anyScope, anyType bool
	// unexamined tells whom a token names without asking Pro Santé Connect, or that it is not good; nil to ask.
	unexamined func(a *API, token string) (string, bool)
	answer     func(*oidc.ExchangeAnswer)
	print      func(a *API, c *x509.Certificate) string // of cnf; none when empty
	life       time.Duration

	// the resource
	bound      func(t *issued, c *x509.Certificate) bool
	refusesAll bool
	remembers  bool // a token once found good is good until it ends
}

// honestLife is how long a token lasts.
const honestLife = time.Hour

func honest() policy {
	return policy{
		tls: func(*tls.Config) {}, answer: func(*oidc.ExchangeAnswer) {}, life: honestLife,
		print: func(_ *API, c *x509.Certificate) string {
			if c == nil {
				return ""
			}
			return oidc.Print(c)
		},
		bound: func(t *issued, c *x509.Certificate) bool { return c != nil && c.Equal(t.certificate) },
	}
}

// Flaw is one neglect of the mock API, with the requirements that a report must find failed.
type Flaw = bench.Flaw[policy]

// Flaws returns every neglect, in the order of the requirements.
func Flaws() []Flaw {
	return slices.Concat(exchangeFlaws(), tokenFlaws(), resourceFlaws())
}

// neglecting is one flaw. must and may are requirements, separated by spaces.
func neglecting(name, must, may, fr, en string, neglect func(*policy)) Flaw {
	return bench.Neglecting(name, must, may, fr, en, neglect)
}

// exchangeFlaws neglect who asks, with what, and for what (API-01 to API-08).
func exchangeFlaws() []Flaw {
	return []Flaw{
		neglecting("forgets-issued-type", "API-01", "", "ne dit pas quelle sorte de jeton il rend", "does not say what kind of token it gives",
			func(p *policy) { p.answer = func(a *oidc.ExchangeAnswer) { a.IssuedType = "" } }),
		neglecting("forgets-lifetime", "API-01", "", "ne dit pas combien de temps vit le jeton qu'il rend", "does not say how long the token that it gives lives",
			func(p *policy) { p.answer = func(a *oidc.ExchangeAnswer) { a.Expires = 0 } }),
		neglecting("skips-client-certificate", "API-02", "", "échange sans certificat client", "exchanges without a client certificate",
			func(p *policy) { p.noCertificate = true }),
		neglecting("skips-client-map", "API-03", "", "échange pour tout certificat de l'autorité", "exchanges for any certificate of the authority",
			func(p *policy) { p.anyClient = true }),
		neglecting("takes-any-authority", "API-03", "", "échange pour le nom d'un client, qui que ce soit qui l'ait signé", "exchanges for the name of a client, whoever signed it",
			func(p *policy) {
				p.pardoned = []pki.PathKind{pki.PathUnknownAuthority, pki.PathSelfSigned, pki.PathRevocationUnreachable}
			}),
		neglecting("takes-expired-certificate", "API-03", "", "échange sous un certificat expiré", "exchanges under an expired certificate",
			func(p *policy) { p.pardoned = []pki.PathKind{pki.PathExpired} }),
		neglecting("skips-introspection", "API-04 API-05", "", "lit le jeton de Pro Santé Connect sans le vérifier", "reads the token of Pro Santé Connect without verifying it",
			func(p *policy) { p.unexamined = believing(nil) }),
		neglecting("skips-expiry", "API-04", "", "vérifie l'origine du jeton de Pro Santé Connect, et non sa fin", "verifies where the token of Pro Santé Connect comes from, and not its end",
			func(p *policy) { p.unexamined = expiredToo }),
		neglecting("skips-origin", "API-04 API-05", "", "regarde la fin du jeton de Pro Santé Connect, et non qui l'a signé", "looks at the end of the token of Pro Santé Connect, and not at who signed it",
			func(p *policy) {
				p.unexamined = believing(func(a *API, claims map[string]any) bool {
					said, _ := oidc.ReadAccess(claims)
					return a.now().Before(said.Expires)
				})
			}),
		neglecting("forgets-scope", "API-06", "", "échange sans qu'une portée soit demandée", "exchanges without a scope being asked for",
			func(p *policy) { p.noScope = true }),
		neglecting("grants-any-scope", "API-07", "", "accorde toute portée qu'on demande", "grants any scope that is asked for",
			func(p *policy) { p.anyScope = true }),
		neglecting("takes-any-type", "API-08", "", "ne regarde pas de quelle sorte le jeton est dit", "does not look at what kind the token is said to be",
			func(p *policy) { p.anyType = true }),
	}
}

// believing reads a token without verifying who signed it; sound may look at its claims.
func believing(sound func(*API, map[string]any) bool) func(*API, string) (string, bool) {
	return func(a *API, token string) (string, bool) {
		t, err := jws.Parse(token)
		if err != nil || sound != nil && !sound(a, t.Claims) {
			return "", false
		}
		person, _ := t.Claims["preferred_username"].(string)
		return person, true
	}
}

// expiredToo verifies a token by the published keys, as if it were read while it was alive.
func expiredToo(a *API, token string) (string, bool) {
	t, err := jws.Parse(token)
	if err != nil {
		return "", false
	}
	said, _ := oidc.ReadAccess(t.Claims)
	judged := oidc.Verify(token, oidc.Expectation{Issuer: a.config.Provider.Issuer, Keys: a.keys(), Now: said.IssuedAt})
	return string(judged.IdNat), len(judged.Findings) == 0
}

// keys are those that Pro Santé Connect publishes; none when they cannot be read.
func (a *API) keys() []oidc.PublicKey {
	answer, err := a.config.HTTP.Get(a.config.Provider.JWKS)
	if err != nil {
		return nil
	}
	defer answer.Body.Close()
	raw, err := io.ReadAll(io.LimitReader(answer.Body, maxAnswer))
	if err != nil {
		return nil
	}
	keys, err := oidc.ReadJWKS(raw)
	if err != nil {
		return nil
	}
	return keys
}

// tokenFlaws neglect what the token says (API-09, API-10, API-14).
func tokenFlaws() []Flaw {
	printing := func(print func(a *API, c *x509.Certificate) string) func(*policy) {
		return func(p *policy) { p.print = print }
	}
	lasting := func(life time.Duration) func(*policy) { return func(p *policy) { p.life = life } }
	return []Flaw{
		neglecting("forgets-binding", "API-09", "", "ne lie le jeton à aucun certificat", "binds the token to no certificate",
			printing(func(*API, *x509.Certificate) string { return "" })),
		neglecting("binds-to-itself", "API-09", "", "lie le jeton à son propre certificat", "binds the token to its own certificate",
			printing(func(a *API, _ *x509.Certificate) string {
				c, err := a.config.Bench.PKI.Credential(a.config.Name + "/tls")
				if err != nil {
					return ""
				}
				return oidc.Print(c.Leaf())
			})),
		neglecting("prints-digits", "API-09", "", "écrit l'empreinte en chiffres hexadécimaux", "writes the print in hexadecimal digits",
			printing(func(_ *API, c *x509.Certificate) string {
				sum := sha256.Sum256(c.Raw)
				return hex.EncodeToString(sum[:])
			})),
		neglecting("copies-the-example", "API-10", "", "écrit l'empreinte comme l'exemple publié : la base64 des chiffres hexadécimaux", "writes the print as the published example does: base64 of the hexadecimal digits",
			printing(func(_ *API, c *x509.Certificate) string { return oidc.ExamplePrint(c) })),
		neglecting("gives-short-tokens", "API-14", "", "rend des jetons de cinq minutes", "gives tokens of five minutes", lasting(5*time.Minute)),
		neglecting("gives-day-long-tokens", "API-14", "", "rend des jetons d'un jour", "gives tokens of a day", lasting(24*time.Hour)),
	}
}

// resourceFlaws neglect who calls the resource, and the link (API-11 to API-17).
func resourceFlaws() []Flaw {
	binding := func(bound func(t *issued, c *x509.Certificate) bool) func(*policy) {
		return func(p *policy) { p.bound = bound }
	}
	return []Flaw{
		neglecting("refuses-bound-certificate", "API-11", "", "refuse le jeton au certificat même auquel il est lié", "refuses the token to the very certificate that it is bound to",
			func(p *policy) { p.refusesAll = true }),
		neglecting("skips-binding", "API-12", "", "ouvre la ressource à tout certificat de l'autorité", "opens the resource to any certificate of the authority",
			binding(func(_ *issued, c *x509.Certificate) bool { return c != nil })),
		neglecting("binds-to-name", "API-12", "", "compare le nom du certificat, et non le certificat", "compares the name of the certificate, and not the certificate",
			binding(func(t *issued, c *x509.Certificate) bool {
				return c != nil && t.certificate != nil && pki.Subject(c) == pki.Subject(t.certificate)
			})),
		neglecting("takes-bare-token", "API-13", "", "ouvre la ressource à qui ne présente aucun certificat", "opens the resource to who presents no certificate",
			binding(func(t *issued, c *x509.Certificate) bool { return c == nil || c.Equal(t.certificate) })),
		neglecting("keeps-decisions", "API-15", "", "ne redemande jamais ce que vaut un jeton", "never asks again what a token is worth",
			func(p *policy) { p.remembers = true }),
		neglecting("takes-old-tls", "API-16", "", "accepte TLS 1.1", "accepts TLS 1.1",
			func(p *policy) {
				p.tls = func(c *tls.Config) { pki.SpeakOld(c, tls.VersionTLS10) }
			}),
		neglecting("serves-in-clear", "API-17", "", "rend la ressource sans chiffrement", "gives the resource without encryption",
			func(p *policy) { p.clear = true }),
	}
}
