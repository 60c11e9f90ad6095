package idp_test

import (
	"crypto/rand"
	"crypto/rsa"
	"encoding/json"
	"fmt"
	"path/filepath"
	"sync"
	"testing"

	"github.com/go-jose/go-jose/v4"

	"etalon/internal/bench/peertest"
	"etalon/internal/candidate"
	"etalon/internal/pki"
)

// The clients that every peer knows.
var (
	peerClient       = candidate.IDClient{ID: "psc", Secret: "secretdessaipsc012345678901234567890"}
	peerSecondClient = candidate.IDClient{ID: "psc-2", Secret: "autresecretdessai0123456789012345678"}
)

// startApart starts oidc-provider with an issuer for each establishment.
func startApart(t *testing.T, at place) *candidate.IdentityProvider {
	t.Helper()
	var realms []realm
	for _, e := range peerDeclared().Establishments {
		realms = append(realms, realm{Name: e.ID, Establishments: []string{e.ID}})
	}
	p, base := startOIDC(t, at, realms)
	for i := range p.Establishments {
		p.Establishments[i].Issuer = base + "/" + p.Establishments[i].ID
	}
	p.Issuer = p.Establishments[0].Issuer
	return p
}

// startShared starts oidc-provider with one issuer, whose tokens tell the establishment in tid.
func startShared(t *testing.T, at place) *candidate.IdentityProvider {
	t.Helper()
	all := realm{Name: "groupement"}
	for _, e := range peerDeclared().Establishments {
		all.Establishments = append(all.Establishments, e.ID)
	}
	p, base := startOIDC(t, at, []realm{all})
	p.Issuer, p.EstablishmentClaim = base+"/groupement", "tid"
	return p
}

// realm is an issuer of the peer, and those whose persons it identifies.
type realm struct {
	Name           string          `json:"name"`
	Establishments []string        `json:"establishments"`
	Key            jose.JSONWebKey `json:"key"` // by which it signs
}

// realmKeys are keys of signature, as many as there are establishments. They are made here: Node 20 may hang where it makes a
// key and exports it.
var realmKeys = sync.OnceValues(func() ([]jose.JSONWebKey, error) {
	var all []jose.JSONWebKey
	for _, e := range peerDeclared().Establishments {
		key, err := rsa.GenerateKey(rand.Reader, 2048)
		if err != nil {
			return nil, err
		}
		all = append(all, jose.JSONWebKey{Key: key, KeyID: e.ID + "-1", Algorithm: string(jose.RS256), Use: "sig"})
	}
	return all, nil
})

// fourHours is how long a login serves, in seconds (EXI FI 25).
const fourHours = 4 * 3600

// startOIDC starts oidc-provider, and declares all of it but its issuers, which are below the address returned.
func startOIDC(t *testing.T, at place, realms []realm) (declaredProvider *candidate.IdentityProvider, base string) {
	t.Helper()
	installed, err := at.modules()
	if err != nil {
		t.Fatal(err)
	}
	keys, err := realmKeys()
	if err != nil {
		t.Fatal(err)
	}
	for i := range realms {
		realms[i].Key = keys[i]
	}
	port, desk := peertest.Port(t), peertest.Port(t)
	base, manage := fmt.Sprintf("https://127.0.0.1:%d", port), fmt.Sprintf("http://127.0.0.1:%d", desk)
	p := peerDeclared()
	p.Client, p.SecondClient = peerClient, &peerSecondClient
	p.CertificateClient, p.KeyClient = &candidate.CertificateClient{ID: "psc-certificat"}, &candidate.KeyClient{ID: "psc-cle"}
	p.Login = candidate.SignIn{Forms: []candidate.Form{{User: "identifiant", Password: "motdepasse", Extra: map[string]string{"code": "${code}"}}}}
	p.Clock = &candidate.Clock{HTTP: manage + "/clock"}
	p.Verbs = map[candidate.Verb]candidate.Driver{}
	for _, verb := range []candidate.Verb{candidate.RenameUser, candidate.RecreateUser} {
		p.Verbs[verb] = candidate.Driver{HTTP: &candidate.HTTPCall{URL: manage + "/" + string(verb)}}
	}
	p.Traces = &candidate.SignInTraces{HTTP: manage + "/traces", Map: map[string]string{}}
	for _, field := range candidate.SignInFields() {
		p.Traces.Map[field] = field
	}
	p.Indicators = &candidate.Indicators{URL: base + "/indicateurs", User: "psc", Secret: "indicateurs-essai"}
	chain, key := peertest.Pair(t, at.dir, at.set, candidate.IdentityOrganism+"/tls", true)
	settings := map[string]any{
		"base": base, "port": port, "desk": desk, "realms": realms, "people": peerPeople(), "auditor": "psc:indicateurs-essai",
		"session": fourHours, "wrong": []string{},
		"tls": map[string]string{
			"certificate": chain, "key": key, "clients": peertest.Write(t, at.dir, "clients.pem", clientAuthorities(t, at.set)),
			"revoked": peertest.Write(t, at.dir, "revoked.pem", peertest.RevocationLists(t, at.set)),
		},
		"clients": oidcClients(t, at),
	}
	if at.wrong != "" {
		settings["wrong"] = []string{at.wrong}
	}
	raw, err := json.Marshal(settings)
	if err != nil {
		t.Fatal(err)
	}
	peertest.Start(t, peertest.Script(at.dir, filepath.Join(installed, "provider.mjs"), peertest.Write(t, at.dir, "settings.json", raw))).Listening(t, fmt.Sprintf("127.0.0.1:%d", desk))
	return p, base
}

// oidcClients are Pro Santé Connect and another as clients of oidc-provider.
func oidcClients(t *testing.T, at place) []map[string]any {
	t.Helper()
	client := func(id string, metadata map[string]any) map[string]any {
		metadata["client_id"] = id
		metadata["redirect_uris"], metadata["post_logout_redirect_uris"] = []string{candidate.FixedRedirect}, []string{candidate.FixedPostLogout}
		metadata["grant_types"], metadata["response_types"] = []string{"authorization_code"}, []string{"code"}
		return metadata
	}
	certificate, err := at.set.Credential(candidate.PSCOrganism + "/tls")
	if err != nil {
		t.Fatal(err)
	}
	signing, err := at.set.Credential(candidate.PSCOrganism + "/signature")
	if err != nil {
		t.Fatal(err)
	}
	own := jose.JSONWebKeySet{Keys: []jose.JSONWebKey{{Key: signing.Leaf().PublicKey, Use: "sig"}}}
	return []map[string]any{
		client(peerClient.ID, map[string]any{"client_secret": peerClient.Secret}),
		client(peerSecondClient.ID, map[string]any{"client_secret": peerSecondClient.Secret}),
		client("psc-certificat", map[string]any{"token_endpoint_auth_method": candidate.AuthTLS, "tls_client_auth_subject_dn": certificate.Leaf().Subject.String()}),
		client("psc-cle", map[string]any{"token_endpoint_auth_method": candidate.AuthKey, "jwks": own}),
	}
}

// clientAuthorities are those that sign the certificates of clients.
func clientAuthorities(t *testing.T, set *pki.Set) []byte {
	t.Helper()
	credential, err := set.Credential(candidate.PSCOrganism + "/tls")
	if err != nil {
		t.Fatal(err)
	}
	return append(set.RootsPEM(), pki.CertificatesPEM(credential.Chain[1:])...)
}
