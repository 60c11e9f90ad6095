package psc

import (
	"etalon/internal/interops"
	"etalon/internal/mssante"
)

// The organisms of Organisms: Pro Santé Connect, an operator of MSSanté and the vendor of a mail program.
const (
	Organism         = "psc"
	OperatorOrganism = "operateur-mss"
	VendorOrganism   = "editeur-lps"
)

// Organisms are those whose TLS keys a test PKI needs: Pro Santé Connect's, and those with which its clients may prove who
// they are. Their certificates have the form of an ORG AUTH_CLI: OU is the IdNat of the structure (§3).
func Organisms() []interops.Organism {
	organism := func(name, subject string) interops.Organism {
		return interops.Organism{Name: name, Issuer: "urn:test:" + name, TLS: []interops.Identity{{Subject: subject}}}
	}
	return []interops.Organism{
		organism(Organism, "CN=psc.test.invalid,OU=300000000000017,O=TEST PRO SANTE CONNECT,ST=Paris (75),C=FR"),
		organism(OperatorOrganism, operatorSubject),
		organism(VendorOrganism, vendorSubject),
	}
}

const (
	operatorSubject = "CN=operateur.test.invalid,OU=300000000000025,O=TEST OPERATEUR MSSANTE,ST=Paris (75),C=FR"
	vendorSubject   = "CN=lps.test.invalid,OU=300000000000033,O=TEST EDITEUR LPS,ST=Paris (75),C=FR"
)

// Persons are the synthetic professionals who may log in.
func Persons() []Person {
	return []Person{
		{mssante.Professional{IdNat: "899700000017", FamilyName: "TEST-UN", Given: "Anne"}, "secret-test-un"},
		{mssante.Professional{IdNat: "899700000025", FamilyName: "TEST-DEUX", Given: "Bruno"}, "secret-test-deux"},
		{mssante.Professional{IdNat: "899700000033", FamilyName: "TEST-TROIS", Given: "Chloé", Means: "MOBILE", Level: "eidas2"}, "secret-test-trois"},
		{mssante.Professional{
			IdNat: "ANS20230101000000", FamilyName: "TEST-QUATRE", Given: "David",
			OtherIDs: []mssante.OtherID{{ID: "899700000041", Origin: "RPPS", Quality: 1}},
		}, "secret-test-quatre"},
	}
}

// The sample clients: an operator that introspects, and a mail program.
const (
	OperatorClient = "tf-operateur"
	MailClient     = "tf-lps"
)

// Clients are the sample ones, each with a secret and a certificate. Redirects of the mail program are on loopback, at any
// port.
func Clients() []Client {
	return []Client{
		{ID: OperatorClient, Secret: "secret-test-operateur", Subject: operatorSubject},
		{
			ID: MailClient, Secret: "secret-test-lps", Subject: vendorSubject, Decoupled: true,
			Redirects: []string{"http://127.0.0.1/callback", "http://localhost/callback", "http://localhost"},
			Farewells: []string{"http://127.0.0.1/fin", "http://localhost/fin"},
		},
	}
}
