package psc

import (
	"etalon/internal/candidate"
	"etalon/internal/interops"
	"etalon/internal/mssante"
)

// The organisms of Organisms: Pro Santé Connect, an operator of MSSanté and the vendor of a mail program.
const (
	Organism         = candidate.PSCOrganism
	OperatorOrganism = candidate.OperatorOrganism
	VendorOrganism   = candidate.VendorOrganism
)

// Organisms are those whose TLS keys a test PKI needs: Pro Santé Connect's, and those with which its clients may prove who
// they are; see candidate.MSSConvention.
func Organisms() []interops.Organism { return candidate.MSSConvention().Organisms }

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
	OperatorClient = candidate.SampleClient
	MailClient     = "tf-lps"
)

// Clients are the sample ones, each with a secret and a certificate. Redirects of the mail program are on loopback, at any
// port.
func Clients() []Client {
	sample := candidate.SampleOperatorClient()
	return []Client{
		{ID: sample.ID, Secret: sample.Secret, Subject: sample.Subject},
		{
			ID: MailClient, Secret: "secret-test-lps", Subject: candidate.VendorSubject, Decoupled: true,
			Redirects: []string{"http://127.0.0.1/callback", "http://localhost/callback", "http://localhost"},
			Farewells: []string{"http://127.0.0.1/fin", "http://localhost/fin"},
		},
	}
}
