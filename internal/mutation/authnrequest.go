package mutation

import (
	"time"

	"etalon/internal/interops"
)

// What the faulty letters name.
const (
	elsewhere    = "https://autre-operateur.sphere.test/sso"
	strayAddress = "-ailleurs" // added to the honest return address
	strangerName = "urn:interops:sp:00000000000000:inconnu"
	tooOld       = time.Hour
)

// requestFaults hurt the AuthnRequest of a service operator (S09).
func requestFaults() []Mutation {
	return lettersOf(AuthnRequest, []Mutation{
		{
			Name: "request-signature-absent", Violates: "S09",
			Title: says("la demande d'authentification n'est pas signée", "the request for authentication is not signed"),
			Form:  unsigned,
		},
		{
			Name: "request-altered", Violates: "S09",
			Title: says("la demande d'authentification a changé après sa signature", "the request for authentication was changed after it was signed"),
			Wire:  rewritten("<saml2p:AuthnRequest ", `<saml2p:AuthnRequest ProviderName="service altéré" `),
		},
		{
			Name: "request-service-unknown", Violates: "S09",
			Title: says("la demande d'authentification vient d'un service que la sphère ne connaît pas", "the request for authentication comes from a service that the sphere does not know"),
			Form:  textual(func(Honest) (string, error) { return strangerName, nil }, "Issuer"),
		},
		{
			Name: "request-issuer-outside", Violates: "S09", Needs: []Need{Outsider},
			Title: says("la demande d'authentification est celle d'un organisme extérieur à la sphère", "the request for authentication is that of an organism outside the sphere"),
			Form:  from(Honest.outsider, func(o interops.Organism) string { return o.Recipient }),
		},
		{
			Name: "request-acs-unregistered", Violates: "S09",
			Title: says("la demande d'authentification veut la réponse à une adresse que le service n'a pas déclarée", "the request for authentication wants the Response at an address that the service has not registered"),
			Form:  attributed("AssertionConsumerServiceURL", func(_ Honest, old string) string { return old + strayAddress }),
		},
		{
			Name: "request-destination-other", Violates: "S09",
			Title: says("la demande d'authentification est adressée à un autre opérateur", "the request for authentication is addressed to another operator"),
			Form:  attributed("Destination", func(Honest, string) string { return elsewhere }),
		},
		{
			Name: "request-too-old", Violates: "S09",
			Title: says("la demande d'authentification date de plus d'une heure", "the request for authentication is more than an hour old"),
			Form: attributed("IssueInstant", func(h Honest, _ string) string {
				return h.Now.Add(-tooOld - h.Profile.Skew()).UTC().Format(interops.InstantLayout)
			}),
		},
	})
}
