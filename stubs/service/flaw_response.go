package service

import (
	"encoding/base64"
	"net/url"
	"strings"

	"etalon/internal/gateway"
	"etalon/internal/sso"
)

// responseFlaws neglect the Response around the VI (P01 to P03).
func responseFlaws() []Flaw {
	return []Flaw{
		blind("accepts-bare-assertion", "P01", "P02 P06",
			"accepte une assertion sans Response autour", "takes an assertion without a Response around it", "response-absent"),
		blind("accepts-empty-response", "P01", "P06",
			"ouvre une session sur une Response sans assertion", "opens a session for a Response without assertion",
			"response-assertion-absent"),
		blind("takes-first-assertion", "P01", "G07 G08 P06",
			"prend la première de deux assertions", "takes the first of two assertions", "response-assertion-several"),
		blind("ignores-status", "P01", "P06",
			"ne lit pas le statut de la Response", "does not read the status of the Response", "response-status-other", "response-status-absent"),
		blind("ignores-destination", "P02", "P06",
			"ne lit pas la destination de la Response", "does not read the Destination of the Response",
			"response-destination-other", "response-destination-absent"),
		blind("accepts-absent-destination", "P02", "P06",
			"accepte une Response sans destination", "takes a Response without Destination", "response-destination-absent"),
		blind("ignores-response-issuer", "P02", "P06",
			"ne rapproche pas l'émetteur de la Response de celui du VI", "does not match the Issuer of the Response with that of the VI",
			"response-issuer-other", "response-issuer-absent"),
		blind("accepts-unknown-request", "P03", "P06",
			"accepte une réponse à une demande qu'il n'a pas faite", "takes the answer to a request that it never made",
			"inresponseto-unsolicited"),
	}
}

// transportFlaws neglect how the Response comes, and where it sends the person (P04, P05).
func transportFlaws() []Flaw {
	return []Flaw{
		blind("accepts-get", "P04", "L08 P06",
			"accepte une Response dans l'adresse, par GET", "takes a Response in the address, by GET", "response-method-other"),
		neglecting("decodes-base64-loosely", "P04", "P06",
			"décode un base64 fautif en sautant ce qu'il n'en comprend pas", "decodes wrong base64 by skipping what it does not understand",
			func(p *policy) {
				rereads(p, func(v *visit) {
					if has(v, "response-base64-invalid") {
						v.reread(v.form(func(encoded string) string {
							raw, _ := base64.RawStdEncoding.DecodeString(loose(encoded))
							return sso.Encode(raw)
						}))
					}
				})
			}),
		neglecting("takes-first-parameter", "P04", "P06",
			"prend le premier de deux paramètres SAMLResponse", "takes the first of two SAMLResponse parameters",
			func(p *policy) {
				rereads(p, func(v *visit) {
					if has(v, "response-parameter-repeated") {
						v.reread(v.form(func(encoded string) string { return encoded }))
					}
				})
			}),
		neglecting("reads-without-limit", "P04", "G09 P06",
			"lit un message sans limite de taille", "reads a message of any size",
			func(p *policy) {
				p.endless = true
				rereads(p, func(v *visit) {
					if has(v, "response-oversized") || has(v, "xml-oversized") {
						v.reread(v.form(withoutBallast))
					}
				})
			}),
		neglecting("redirects-anywhere", "P05", "P06",
			"renvoie vers n'importe quelle adresse de retour", "redirects to any return address",
			func(p *policy) {
				overlooks("relaystate-other")(p)
				follows(p)
			}),
		neglecting("follows-script-address", "P05", "P06",
			"renvoie vers une adresse en javascript:", "redirects to a javascript: address",
			func(p *policy) {
				overlooks("relaystate-script")(p)
				follows(p)
			}),
		blind("accepts-long-relaystate", "P05", "P06",
			"accepte une adresse de retour de plus de 80 octets", "takes a return address of more than 80 bytes", "relaystate-too-long"),
	}
}

// follows makes the receiver send the person wherever the return address says.
func follows(p *policy) {
	honest := p.target
	p.target = func(v *visit, relay string) (string, error) {
		if relay == "" {
			return honest(v, relay)
		}
		return relay, nil
	}
}

// form is the form that came with its first Response alone, changed.
func (v *visit) form(change func(string) string) url.Values {
	values, err := url.ParseQuery(string(v.incoming.Raw))
	if err != nil || len(values[sso.ParameterResponse]) == 0 {
		return url.Values{}
	}
	form := url.Values{sso.ParameterResponse: {change(values[sso.ParameterResponse][0])}}
	if relay := values.Get(sso.ParameterRelayState); relay != "" {
		form.Set(sso.ParameterRelayState, relay)
	}
	return form
}

// withoutBallast returns an encoded Response without the values that make it too long.
func withoutBallast(encoded string) string {
	raw, err := base64.StdEncoding.DecodeString(encoded)
	if err != nil {
		return encoded
	}
	return sso.Encode(gateway.WithoutBallast(raw))
}

// loose keeps of a text what base64 knows.
func loose(encoded string) string {
	return strings.Map(func(c rune) rune {
		if c >= 'A' && c <= 'Z' || c >= 'a' && c <= 'z' || c >= '0' && c <= '9' || c == '+' || c == '/' {
			return c
		}
		return -1
	}, encoded)
}
