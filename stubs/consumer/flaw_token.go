package consumer

import (
	"bytes"
	"crypto/hmac"
	"crypto/sha256"
	"crypto/x509"
	"encoding/json"
	"encoding/pem"
	"net/http"
	"net/url"
	"strings"
	"time"

	"etalon/internal/bench"
	"etalon/internal/emitter"
	"etalon/internal/interops"
	"etalon/internal/pki"
	"etalon/internal/rest"
)

// claimFlaws leave a claim out of a JWT, or write it badly (V02, V18).
func claimFlaws() []Flaw {
	left := func(claim, must, may string) bench.Flaw[policy] {
		return neglecting("omits-claim-"+strings.ReplaceAll(claim, "_", "-"), must, may,
			"émet des JWT sans la déclaration "+claim, "emits JWTs without the claim "+claim,
			alters(func(t *rest.JWT) { delete(t.Claims, claim) }))
	}
	return within(rest.TokenJWT,
		left("jti", "V02", "X01 X03 X04"), left("iss", "V18", "G10 R07 X04"), left("sub", "V18", "V20"), left("aud", "V18", "R07"),
		left("iat", "V18", ""), left("nbf", "V18", ""), left("exp", "V18", ""), left("auth_time", "V18", "V20"),
		left("acr", "V18", "V20"), left("pagm", "V18", "R07"),
		neglecting("writes-instants-as-text", "V18", "V20",
			"écrit les instants du JWT en toutes lettres", "writes the instants of the JWT as text",
			alters(func(t *rest.JWT) {
				for _, name := range []string{"iat", "nbf", "exp", "auth_time"} {
					if seconds, ok := t.Claims[name].(int64); ok {
						t.Claims[name] = time.Unix(seconds, 0).UTC().Format(time.RFC3339)
					}
				}
			})),
		neglecting("writes-pagm-as-text", "V18", "R07",
			"écrit les PAGM du JWT en une chaîne", "writes the PAGM of the JWT as one string",
			alters(func(t *rest.JWT) {
				if pagm, ok := t.Claims["pagm"].([]string); ok {
					t.Claims["pagm"] = strings.Join(pagm, " ")
				}
			})),
		neglecting("states-critical-header", "V18", "",
			"exige dans l'en-tête du JWT une extension que rien ne convient", "demands in the JWT's header an extension that nothing agrees on",
			alters(func(t *rest.JWT) { t.Header["crit"], t.Header["urn:etalon:essai"] = []string{"urn:etalon:essai"}, true })),
	)
}

// jwtFlaws neglect the signature of a JWT and its key (G10).
func jwtFlaws() []Flaw {
	return within(rest.TokenJWT,
		neglecting("states-algorithm-none", "G10", "V18",
			"émet des JWT sans signature, alg valant none", "emits JWTs without signature, alg being none",
			alters(func(t *rest.JWT) {
				t.Header["alg"], t.Sign = "none", func([]byte) ([]byte, error) { return nil, nil }
			})),
		neglecting("signs-with-shared-secret", "G10", "",
			"signe le JWT en HS256, d'une clé que tous connaissent", "signs the JWT with HS256, by a key that everybody knows",
			alters(func(t *rest.JWT) {
				t.Header["alg"] = "HS256"
				t.Sign = func(input []byte) ([]byte, error) {
					mac := hmac.New(sha256.New, publicKey(t.Signer))
					mac.Write(input)
					return mac.Sum(nil), nil
				}
			})),
		neglecting("names-other-algorithm", "G10", "",
			"annonce RS512 pour une signature RS256", "announces RS512 for an RS256 signature",
			alters(func(t *rest.JWT) { t.Header["alg"] = "RS512" })),
		neglecting("leaves-out-key-chain", "G10", "V18",
			"ne joint pas le certificat au JWT (x5c)", "leaves the certificate out of the JWT (x5c)",
			alters(func(t *rest.JWT) { delete(t.Header, "x5c") })),
		neglecting("writes-key-chain-as-pem", "G10", "V18",
			"joint le certificat au JWT en PEM", "puts the certificate into the JWT as PEM",
			alters(func(t *rest.JWT) {
				var chain []string
				for _, c := range t.Signer.Chain {
					chain = append(chain, string(pem.EncodeToMemory(&pem.Block{Type: "CERTIFICATE", Bytes: c.Raw})))
				}
				t.Header["x5c"] = chain
			})),
		neglecting("signs-claims-alone", "G10", "",
			"ne signe que les déclarations du JWT, sans l'en-tête", "signs the claims of the JWT alone, without the header",
			alters(func(t *rest.JWT) {
				t.Sign = func(input []byte) ([]byte, error) {
					_, claims, _ := bytes.Cut(input, []byte("."))
					return (&rest.JWT{Signer: t.Signer}).RS256(claims)
				}
			})),
	)
}

// alters makes the gateway touch a JWT before it is signed.
func alters(touch func(*rest.JWT)) func(*policy) {
	return func(p *policy) {
		p.jwt = func(t *rest.JWT) error {
			touch(t)
			return nil
		}
	}
}

// publicKey is the public key of a credential, as PEM.
func publicKey(c pki.Credential) []byte {
	raw, err := x509.MarshalPKIXPublicKey(c.Key.Public())
	if err != nil {
		return nil
	}
	return pem.EncodeToMemory(&pem.Block{Type: "PUBLIC KEY", Bytes: raw})
}

// lifeFlaws neglect whose a token is, and how long it lives (R07).
func lifeFlaws() []Flaw {
	finds := func(change func(*emitter.Purpose)) func(*policy) {
		return func(p *policy) {
			p.key = func(k emitter.Purpose) emitter.Purpose {
				change(&k)
				return k
			}
		}
	}
	return everywhere([]bench.Flaw[policy]{
		neglecting("shares-token-between-users", "R07", "V20",
			"conserve un jeton sans retenir à quel utilisateur il est", "keeps a token without remembering whose it is",
			finds(func(k *emitter.Purpose) { k.User, k.Class, k.Format, k.Authn = "", "", "", 0 })),
		neglecting("mixes-parallel-users", "R07", "",
			"croise les jetons d'appels simultanés", "crosses the tokens of simultaneous calls", mixes),
		neglecting("reuses-expired-token", "R07", "V18",
			"réemploie un jeton conservé au-delà de sa fin", "reuses a kept token past its end",
			func(p *policy) { p.usable = func(interops.VI, time.Time, time.Duration) bool { return true } }),
		neglecting("aims-at-other-service", "R07", "V18",
			"écrit dans le jeton l'audience d'un autre service", "writes the audience of another service in the token",
			func(p *policy) {
				p.vi = func(c *call, vi *interops.VI) { vi.Audiences = [][]string{{c.service.Audience + "/autre"}} }
			}),
	})
}

// never lets no kept VI serve again.
func never(interops.VI, time.Time, time.Duration) bool { return false }

// mixes crosses the VIs of the calls under way.
func mixes(p *policy) {
	var crossing emitter.Crossing
	p.vi = func(c *call, vi *interops.VI) { crossing.Enter(c, c.service.Name, *vi) }
	p.present = func(c *call, vi interops.VI) interops.VI { return crossing.Present(c.service.Name, vi) }
	p.ended = func(c *call) { crossing.Leave(c) }
}

// placeFlaws put the token elsewhere than agreed (R07).
func placeFlaws() []Flaw {
	places := func(place func(b bearing, body []byte) []byte) func(*policy) {
		return func(p *policy) { p.place = place }
	}
	return everywhere([]bench.Flaw[policy]{
		neglecting("repeats-token-header", "R07", "",
			"écrit deux fois l'en-tête du jeton", "writes the header of the token twice",
			places(func(b bearing, body []byte) []byte {
				b.inHeader(body)
				b.request.Header[b.header] = append(b.request.Header[b.header], b.request.Header[b.header]...)
				return body
			})),
		neglecting("names-other-scheme", "R07", "",
			"annonce le jeton sous un schéma qui n'est pas convenu", "announces the token under a scheme that is not agreed",
			places(func(b bearing, body []byte) []byte {
				b.request.Header.Set(b.header, "Jeton "+b.token)
				return body
			})),
		neglecting("writes-token-in-other-header", "R07", "",
			"écrit le jeton dans un en-tête qui n'est pas convenu", "writes the token in a header that is not agreed",
			places(func(b bearing, body []byte) []byte {
				b.request.Header.Set("X-Jeton", b.token)
				return body
			})),
		neglecting("posts-token-in-form", "R07", "",
			"envoie le jeton dans un formulaire", "sends the token in a form",
			places(func(b bearing, _ []byte) []byte {
				b.request.Method = http.MethodPost
				b.request.Header.Set("Content-Type", "application/x-www-form-urlencoded")
				return []byte(url.Values{rest.ParameterToken: {b.token}}.Encode())
			})),
		neglecting("breaks-token-in-lines", "V18", "",
			"coupe le jeton tous les 76 caractères", "breaks the token every 76 characters",
			places(func(b bearing, body []byte) []byte {
				b.request.Header.Set(b.header, rest.Value(b.form, b.header, strings.Join(chunks(b.token, 76), " ")))
				return body
			})),
	})
}

// chunks cuts a text.
func chunks(s string, size int) []string {
	var all []string
	for len(s) > size {
		all, s = append(all, s[:size]), s[size:]
	}
	return append(all, s)
}

// exposureFlaws show the token where it must not be (L08, R07).
func exposureFlaws() []Flaw {
	return everywhere([]bench.Flaw[policy]{
		neglecting("copies-token-to-address", "L08", "R07",
			"recopie le jeton dans l'adresse appelée", "copies the token into the address that it calls",
			func(p *policy) {
				p.place = func(b bearing, body []byte) []byte {
					query := b.request.URL.Query()
					query.Set(rest.ParameterToken, b.token)
					b.request.URL.RawQuery = query.Encode()
					return b.inHeader(body)
				}
			}),
		neglecting("logs-token", "L08 R07", "",
			"écrit le jeton entier dans son journal en clair", "writes the whole token to its clear log",
			func(p *policy) {
				p.sent = func(g *Gateway, c *call, token string) {
					g.config.Log.Info("appel émis", "requete", c.id, "jeton", token)
				}
			}),
		neglecting("echoes-token-in-error", "L08", "",
			"recopie le jeton dans l'erreur rendue à l'application", "copies the token into the error that the application gets",
			func(p *policy) {
				p.refusal = func(own *reply, token string) {
					own.Body, _ = json.Marshal(map[string]string{"code": codeUnavailable, "jeton": token}) // two texts
				}
			}),
	})
}
