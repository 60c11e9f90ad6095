package mutation

import (
	"net/http"
	"strings"
)

// deliveryFaults bring a good Response otherwise than agreed (P04).
func deliveryFaults() []Mutation {
	brings := func(d Delivery) func(Honest) Conduct {
		return func(Honest) Conduct { return Conduct{Delivery: &d} }
	}
	return []Mutation{
		{
			Name: "response-by-get", Violates: "P04",
			Title:   says("la Response est présentée par GET, dans l'adresse", "the Response is presented by GET, in the address"),
			Conduct: func(Honest) Conduct { return Conduct{Method: http.MethodGet, VIInQuery: true} },
		},
		{
			Name: "response-base64-broken", Violates: "P04",
			Title:   says("le paramètre qui porte la Response n'est pas du base64", "the parameter that bears the Response is not base64"),
			Conduct: brings(Delivery{Garbled: true}),
		},
		{
			Name: "response-parameter-twice", Violates: "P04",
			Title:   says("le formulaire porte deux fois la Response", "the form bears the Response twice"),
			Conduct: brings(Delivery{Twice: true}),
		},
		{
			Name: "response-overlong", Violates: "P04",
			Title:   says("le formulaire qui porte la Response pèse plus d'un mégaoctet", "the form that bears the Response weighs over a megabyte"),
			Conduct: brings(Delivery{Ballast: 1 << 20}),
		},
		{
			Name: "response-from-foreign-page", Violates: "P11",
			Title:   says("le formulaire est soumis par une page qui n'est pas celle du portail convenu", "the form is submitted by a page that is not that of the agreed portal"),
			Conduct: brings(Delivery{Origin: ForeignOrigin}),
		},
	}
}

// Addresses that no receiver may send a person to, and the origin of a page that no portal serves.
const (
	ForeignAddress = "https://piege.invalid/"
	ForeignOrigin  = "https://piege.invalid"
	scriptAddress  = "javascript:document.title='piege'"
)

// maxRelayState is the longest RelayState (SAML bindings §3.5.3).
const maxRelayState = 80

// returnAddressFaults bring a good Response with a return address that must not be followed (P05).
func returnAddressFaults() []Mutation {
	leads := func(address string) func(Honest) Conduct {
		return func(Honest) Conduct { return Conduct{Delivery: &Delivery{RelayState: address}} }
	}
	return []Mutation{
		{
			Name: "relaystate-external", Violates: "P05",
			Title:   says("l'adresse de retour est celle d'un autre site", "the return address is that of another site"),
			Conduct: leads(ForeignAddress),
		},
		{
			Name: "relaystate-scheme-relative", Violates: "P05",
			Title:   says("l'adresse de retour, sans schéma, est celle d'un autre site", "the return address, without a scheme, is that of another site"),
			Conduct: leads(strings.TrimPrefix(ForeignAddress, "https:")),
		},
		{
			Name: "relaystate-userinfo", Violates: "P05",
			Title:   says("l'adresse de retour commence comme celle du service et mène ailleurs", "the return address begins like that of the service and leads elsewhere"),
			Conduct: leads("https://%h@piege.invalid/"),
		},
		{
			Name: "relaystate-javascript", Violates: "P05",
			Title:   says("l'adresse de retour est un script", "the return address is a script"),
			Conduct: leads(scriptAddress),
		},
		{
			Name: "relaystate-overlong", Violates: "P05",
			Title:   says("l'adresse de retour, du service, dépasse quatre-vingts octets", "the return address, of the service, is longer than eighty bytes"),
			Conduct: leads("%s?" + strings.Repeat("a", maxRelayState)),
		},
	}
}
