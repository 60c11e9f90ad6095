package candidate

import (
	"cmp"
	"fmt"
	"net/url"
	"slices"
	"strings"

	"etalon/internal/mssante"
)

// PSCService is a service to which Pro Santé Connect brings its users: a web application with sessions.
type PSCService struct {
	// Login is the URL at which a browser begins to log in.
	Login string `json:"login"`
	// Protected is a page that a session alone opens. Success is a text of it, with UserPlace where it shows the IdNat of who
	// is logged in; any answer below 300 is one when it is empty.
	Protected string `json:"protected"`
	Success   string `json:"success,omitzero"`
	// Browser is that of the persons who log in; BrowserHTTP unless told otherwise.
	Browser Browser `json:"browser,omitzero"`
	// Redirects are the return addresses (redirect_uri) of the service, Farewells those after a logout.
	Redirects []string `json:"redirects"`
	Farewells []string `json:"farewells,omitzero"`
	// Logout is the URL that ends the session; "" when there is none (PSC-20).
	Logout string `json:"logout,omitzero"`
	// Renews tells that the session lives on refreshed access tokens (PSC-18).
	Renews bool `json:"renews,omitzero"`
	// Decoupled is how a decoupled login begins; nil when the service offers none (PSC-23).
	Decoupled *DecoupledLogin `json:"decoupled,omitzero"`
	// Persons are who may log in, made for the test; synthetic ones when empty.
	Persons []mssante.IdNat `json:"persons,omitzero"`
	// TrustSpace tells that it is of the Espace de Confiance, where a certificate is mandatory (PSC-15).
	TrustSpace bool `json:"trust_space,omitzero"`
	// IDTokenAlgorithm is RS256, by the published keys, or HS256, by the secret; set after Load.
	IDTokenAlgorithm string `json:"id_token_algorithm,omitzero"`
	// PSC is where the harness plays Pro Santé Connect, and how the service proves there who it is.
	PSC PSC `json:"psc,omitzero"`
	Reach
}

// DecoupledLogin is a form of the service: the URL to which it is posted, the field that takes the IdNat, and others.
type DecoupledLogin struct {
	URL   string            `json:"url"`
	Field string            `json:"field"`
	Extra map[string]string `json:"extra,omitzero"`
}

// The algorithms of ID tokens.
const (
	IDTokenByKey    = "RS256"
	IDTokenBySecret = "HS256"
)

// SampleService is the name of SampleServiceClient.
const SampleService = "tf-service"

// SampleServiceClient is the service as a client of Pro Santé Connect, in a candidate file that declares none.
func SampleServiceClient() PSCClient {
	return PSCClient{ID: SampleService, Secret: "secret-test-service", Subject: VendorSubject}
}

// pscService checks and completes it.
func (l *loading) pscService(s *PSCService) {
	at := func(keys ...string) []string { return append([]string{"roles", string(RolePSCService)}, keys...) }
	s.Browser = browserOr(s.Browser)
	s.IDTokenAlgorithm = cmp.Or(s.IDTokenAlgorithm, IDTokenByKey)
	s.PSC.complete(SampleServiceClient())
	l.psc(&s.PSC, at("psc")...)
	for _, page := range [][2]string{{"login", s.Login}, {"protected", s.Protected}, {"logout", s.Logout}} {
		if page[1] != "" {
			l.notOurs(page[1], at(page[0])...)
		}
	}
	if s.Decoupled != nil {
		l.notOurs(s.Decoupled.URL, at("decoupled", "url")...)
	}
	if s.Logout != "" && len(s.Farewells) == 0 {
		l.report(trouble{say("farewells, l'adresse où revenir après la déconnexion", "farewells, the address to come back to after the logout"),
			say("Ajoutez par exemple « farewells: [%s] ».", "Add for instance “farewells: [%s]”.", s.home())}, at("logout")...)
	}
	for i, id := range s.Persons {
		if !id.IsPerson() {
			l.report(trouble{say("l'IdNat d'un professionnel", "the IdNat of a professional"), idNatForms}, at("persons", fmt.Sprint(i))...)
		}
	}
	switch {
	case s.TrustSpace && s.PSC.Client.Subject == "":
		l.report(trouble{say("subject, le sujet de son certificat : l'Espace de Confiance n'admet pas le secret", "subject, that of its certificate: the Espace de Confiance takes no secret"),
			say("Ajoutez-le, ou retirez « trust_space ».", "Add it, or remove “trust_space”.")}, at("psc", "client")...)
	case s.IDTokenAlgorithm == IDTokenBySecret && s.PSC.Client.Secret == "":
		l.report(trouble{say("secret, par lequel HS256 scelle le jeton d'identité", "secret, by which HS256 seals the ID token"),
			say("Ajoutez-le, ou écrivez « id_token_algorithm: RS256 ».", "Add it, or write “id_token_algorithm: RS256”.")}, at("psc", "client")...)
	}
}

// home is the first page of the site of the login.
func (s *PSCService) home() string {
	u, err := url.Parse(s.Login)
	if err != nil {
		return s.Login
	}
	return u.Scheme + "://" + u.Host + "/"
}

// Shows is the text by which the protected page shows a person; "" when any answer below 300 does.
func (s *PSCService) Shows(person mssante.IdNat) string {
	return strings.ReplaceAll(s.Success, UserPlace, string(person))
}

// Returns tells whether an address is one of those to which a code may be sent.
func (s *PSCService) Returns(address string) bool { return slices.Contains(s.Redirects, address) }
