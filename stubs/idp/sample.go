package idp

import (
	"crypto"

	"etalon/internal/candidate"
)

// Organism is that of candidate.MSSConvention whose TLS key an identity provider has.
const Organism = candidate.IdentityOrganism

// Reader may read the indicators of a sample provider.
var Reader = Auditor{"ans-essai", "secret-test-indicateurs"}

// The identifiers that the sample establishments have been given, for ever.
const (
	EstablishmentOne   = "5e1f0001-7e57-4000-8000-000000000001"
	EstablishmentTwo   = "5e1f0002-7e57-4000-8000-000000000002"
	EstablishmentThree = "5e1f0003-7e57-4000-8000-000000000003"
)

// Establishments are the sample ones.
func Establishments() []Establishment {
	return []Establishment{
		{EstablishmentOne, "TEST Hôpital Un", "hopital-un.test.invalid"},
		{EstablishmentTwo, "TEST Hôpital Deux", "hopital-deux.test.invalid"},
		{EstablishmentThree, "TEST Clinique Trois", "clinique-trois.test.invalid"},
	}
}

// Persons are the sample ones: each means has one, two establishments have homonyms, and one person has no second factor.
func Persons() []Person {
	return []Person{
		{Login: "anne.test-un@hopital-un.test.invalid", Establishment: EstablishmentOne, FamilyName: "TEST-UN", Given: "Anne", Secret: "essai-anne-un", PIN: "1111"},
		{Login: "bruno.test-deux@hopital-un.test.invalid", Establishment: EstablishmentOne, FamilyName: "TEST-DEUX", Given: "Bruno", Secret: "essai-bruno", TOTP: "JBSWY3DPEHPK3PXP"},
		{Login: "chloe.test-trois@hopital-un.test.invalid", Establishment: EstablishmentOne, FamilyName: "TEST-TROIS", Given: "Chloé", Secret: "essai-chloe"},
		{Login: "david.test-quatre@hopital-un.test.invalid", Establishment: EstablishmentOne, FamilyName: "TEST-QUATRE", Given: "David", PIN: "4444", Changing: true},
		{Login: "anne.test-un@hopital-deux.test.invalid", Establishment: EstablishmentTwo, FamilyName: "TEST-UN", Given: "Anne", Secret: "essai-anne-deux", PIN: "5555"},
		{Login: "emma.test-cinq@hopital-deux.test.invalid", Establishment: EstablishmentTwo, FamilyName: "TEST-CINQ", Given: "Emma", PIN: "6666", Changing: true},
		{Login: "farid.test-six@clinique-trois.test.invalid", Establishment: EstablishmentThree, FamilyName: "TEST-SIX", Given: "Farid", PIN: "7777"},
	}
}

// The names of the sample clients: Pro Santé Connect by a secret, by a certificate and by a key, and another service.
const (
	ClientPSC         = "psc"
	ClientOther       = "autre-service"
	ClientCertificate = "psc-certificat"
	ClientKey         = "psc-cle"
)

// Clients are the sample ones, which all come back to the same addresses. key is that of assertions, subject that of the
// certificate of Pro Santé Connect.
func Clients(redirect, farewell, subject string, key crypto.PublicKey, signer string) []Client {
	all := []Client{
		{ID: ClientPSC, Secret: "secret-test-psc"}, {ID: ClientOther, Secret: "secret-test-autre"},
		{ID: ClientCertificate, Subject: subject}, {ID: ClientKey, Key: key, Signer: signer},
	}
	for i := range all {
		all[i].Redirects, all[i].Farewells = []string{redirect}, []string{farewell}
	}
	return all
}
