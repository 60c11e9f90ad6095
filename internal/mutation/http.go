package mutation

import (
	"net/http"

	"etalon/internal/soap"
)

// clearFaults leave the protected link, from either side (T07).
func clearFaults() []Mutation {
	return []Mutation{{
		Name: "channel-clear-http", Violates: "T07",
		Title:   says("le partenaire parle en clair, par http", "the partner speaks in clear, over http"),
		Conduct: func(Honest) Conduct { return Conduct{Plain: true} },
	}}
}

// exposureFaults show the VI where it does not belong (L08).
func exposureFaults() []Mutation {
	return []Mutation{
		{
			Name: "vi-in-query-string", Violates: "L08",
			Title:   says("le VI est dans l'adresse et non dans le message", "the VI is in the address and not in the message"),
			Conduct: func(Honest) Conduct { return Conduct{VIInQuery: true} },
		},
	}
}

// httpFaults use the wrong verb, media type or version of SOAP (A08).
func httpFaults() []Mutation {
	return []Mutation{
		{
			Name: "http-method-get", Violates: "A08",
			Title:   says("le message est envoyé par GET", "the message is sent by GET"),
			Conduct: func(Honest) Conduct { return Conduct{Method: http.MethodGet} },
		},
		{
			Name: "http-content-type-wrong", Violates: "A08",
			Title:   says("le message se dit du texte simple", "the message calls itself plain text"),
			Conduct: func(Honest) Conduct { return Conduct{ContentType: "text/plain; charset=utf-8"} },
		},
		{
			Name: "soap-version-12", Violates: "A08", Needs: []Need{Only11},
			Title:   says("le message est en SOAP 1.2, qui n'est pas convenu", "the message is SOAP 1.2, which is not agreed"),
			Conduct: func(Honest) Conduct { return Conduct{SOAP: soap.V12} },
		},
	}
}
