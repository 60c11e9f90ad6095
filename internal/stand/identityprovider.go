package stand

import (
	"crypto"
	"os"
	"path/filepath"
	"sync"

	"etalon/internal/candidate"
	"etalon/internal/jws"
	"etalon/internal/pki"
	"etalon/internal/verdict"
	"etalon/stubs/idp"
)

// startIdentityProvider starts the mock identity provider of the sample hospitals, whose client is Pro Santé Connect as the
// harness plays it: by its secret, its certificate or its key, always back to the same address, where nobody listens.
func (s *Stub) startIdentityProvider(o StubOptions, parts stubParts) error {
	traces := filepath.Join(o.Dir, "connexions.jsonl")
	file, err := os.OpenFile(traces, os.O_CREATE|os.O_WRONLY|os.O_APPEND, 0o600)
	if err != nil {
		return verdict.Tell("traces des connexions : %s", "open traces of logins: %s", err)
	}
	s.closers = append(s.closers, file.Close)
	clients, err := identityClients(parts.bench.PKI)
	if err != nil {
		return err
	}
	neglected, flaws := neglects(paperFlaws(), o.Flaws)
	handed, err := identityPapers(o, parts, neglected)
	if err != nil {
		return err
	}
	provider, err := idp.Start(idp.Config{Bench: parts.bench, Clients: clients, Flaws: flaws, Traces: file, Log: parts.log, NewKey: identityKey})
	if err != nil {
		return err
	}
	s.closers = append(s.closers, provider.Close)
	desk, err := s.serve(provider.Desk())
	if err != nil {
		return err
	}
	declared := declaredProvider(provider, filepath.Base(traces))
	declared.Reach = candidate.Reach{
		Evidence: handed,
		Clock:    &candidate.Clock{HTTP: desk + "/clock"},
		Verbs: map[candidate.Verb]candidate.Driver{
			candidate.RenameUser:   {HTTP: &candidate.HTTPCall{URL: desk + "/" + string(candidate.RenameUser)}},
			candidate.RecreateUser: {HTTP: &candidate.HTTPCall{URL: desk + "/" + string(candidate.RecreateUser)}},
		},
	}
	return s.write(o, candidate.StubCandidate{Name: "Souche fournisseur d'identité", IdentityProvider: declared})
}

// sealingKey is the RSA key of the mock providers of one process: it is slow to make, and a self-test starts many.
var sealingKey = sync.OnceValues(func() (crypto.Signer, error) { return idp.NewKey(jws.RS256) })

func identityKey(algorithm string) (crypto.Signer, error) {
	if algorithm == jws.RS256 {
		return sealingKey()
	}
	return idp.NewKey(algorithm)
}

// identityClients are the clients of the mock provider, which knows Pro Santé Connect by its test certificates.
func identityClients(set *pki.Set) ([]idp.Client, error) {
	link, err := set.Credential(candidate.PSCOrganism + "/tls")
	if err != nil {
		return nil, err
	}
	signer, err := set.Credential(candidate.PSCOrganism + "/signature")
	if err != nil {
		return nil, err
	}
	subject, seal := link.Leaf().Subject.String(), signer.Leaf()
	return idp.Clients(candidate.FixedRedirect, candidate.FixedPostLogout, subject, seal.PublicKey, seal.Subject.String()), nil
}

// declaredProvider is the mock provider as the candidate file declares it.
func declaredProvider(p *idp.Stub, traces string) *candidate.IdentityProvider {
	clients := map[string]string{}
	for _, c := range idp.Clients("", "", "", nil, "") {
		clients[c.ID] = c.Secret
	}
	fields := map[string]string{}
	for _, name := range candidate.SignInFields() {
		fields[name] = name
	}
	return &candidate.IdentityProvider{
		Issuer: p.Issuer(), Entity: candidate.EntityBoth, Client: candidate.IDClient{ID: idp.ClientPSC, Secret: clients[idp.ClientPSC]},
		SecondClient:      &candidate.IDClient{ID: idp.ClientOther, Secret: clients[idp.ClientOther]},
		CertificateClient: &candidate.CertificateClient{ID: idp.ClientCertificate}, KeyClient: &candidate.KeyClient{ID: idp.ClientKey},
		EstablishmentClaim: "tid", Login: byCode, Means: declaredMeans(), Establishments: declaredEstablishments(),
		Traces:     &candidate.SignInTraces{File: traces, Map: fields},
		Indicators: &candidate.Indicators{URL: p.IndicatorsURL(), User: idp.Reader.User, Secret: idp.Reader.Secret},
	}
}

// byCode is how persons log in with a password, and with a code on a second page when they have one; byCard with a card and,
// on a second page, its PIN.
var (
	byCode = candidate.SignIn{Forms: []candidate.Form{{User: "identifiant", Password: "secret"}, {Extra: map[string]string{"code": "${code}"}}}}
	byCard = candidate.SignIn{Forms: []candidate.Form{{User: "carte"}, {Password: "pin"}}}
)

// declaredMeans are those of the mock provider: a card is strong, a code is no match for phishing, a password alone is nothing.
func declaredMeans() []candidate.IDMeans {
	return []candidate.IDMeans{
		{Name: idp.Card.Name, AMR: idp.Card.AMR, Strong: true, Login: &byCard},
		{Name: idp.Code.Name, AMR: idp.Code.AMR}, {Name: idp.Password.Name, AMR: idp.Password.AMR},
	}
}

// declaredEstablishments are the sample ones with their persons, the last not listed.
func declaredEstablishments() []candidate.Establishment {
	var all []candidate.Establishment
	for _, e := range idp.Establishments() {
		declared := candidate.Establishment{ID: e.ID, Domains: []string{e.Domain}, Unlisted: e.ID == idp.EstablishmentThree}
		for _, p := range idp.Persons() {
			if p.Establishment == e.ID {
				declared.Persons = append(declared.Persons, declaredPerson(p))
			}
		}
		all = append(all, declared)
	}
	return all
}

func declaredPerson(p idp.Person) candidate.IDPerson {
	switch {
	case p.PIN != "":
		return candidate.IDPerson{ID: p.Login, Secret: p.PIN, Means: idp.Card.Name, Renamed: p.Changing}
	case p.TOTP != "":
		return candidate.IDPerson{ID: p.Login, Secret: p.Secret, TOTP: p.TOTP, Means: idp.Code.Name}
	}
	return candidate.IDPerson{ID: p.Login, Secret: p.Secret, Means: idp.Password.Name}
}
