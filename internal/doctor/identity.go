package doctor

import (
	"context"
	"crypto/tls"
	"crypto/x509"
	"encoding/json"
	"errors"
	"io"
	"net"
	"net/http"
	"slices"
	"strings"

	"etalon/internal/bench"
	"etalon/internal/candidate"
)

// maxDiscovery bounds what is read of a discovery document.
const maxDiscovery = 1 << 20

// published is what of a discovery document goes with the candidate file.
type published struct {
	Issuer string   `json:"issuer"`
	Auth   []string `json:"token_endpoint_auth_methods_supported"`
}

// identity tells whether what an identity provider publishes can be read, and goes with what its file declares.
func (p Patient) identity(ctx context.Context) []Symptom {
	declared := p.Candidate.IdentityProvider
	if declared == nil {
		return nil
	}
	var symptoms []Symptom
	seen := map[string]bool{}
	for _, e := range declared.Establishments {
		if seen[e.Discovery] {
			continue
		}
		seen[e.Discovery] = true
		said, trouble := p.discovered(ctx, e)
		if trouble != nil {
			symptoms = append(symptoms, *trouble)
			continue
		}
		if said.Issuer != e.Issuer && said.Issuer != declared.Issuer {
			symptoms = append(symptoms, Symptom{Sign: OtherIssuer, Doubt: true, Field: identityKey("issuer"), What: say("%s se dit l'émetteur %s, et non %s", "%s calls itself the issuer %s, and not %s", e.Discovery, said.Issuer, e.Issuer),
				Remedy: say("Écrivez ici l'émetteur tel qu'il se nomme, ou corrigez-le chez lui.", "Write the issuer here as it names itself, or correct it there.")})
		}
		symptoms = append(symptoms, unannounced(declared, said)...)
	}
	return p.scoped(candidate.RoleIdentityProvider, symptoms)
}

func identityKey(key string) string {
	return "roles." + string(candidate.RoleIdentityProvider) + "." + key
}

// discovered reads the document of an establishment's issuer.
func (p Patient) discovered(ctx context.Context, e candidate.Establishment) (published, *Symptom) {
	roots := x509.NewCertPool()
	for _, root := range p.Roots {
		roots.AddCert(root)
	}
	request, err := http.NewRequestWithContext(ctx, http.MethodGet, e.Discovery, nil)
	if err != nil {
		return published{}, unread(e, err.Error())
	}
	answer, err := bench.Link{Roots: roots, Dial: candidate.Guarded(net.Dialer{}), Patience: p.Limits.Wait}.Client().Do(request)
	var untrusted *tls.CertificateVerificationError
	switch {
	case errors.As(err, &untrusted):
		return published{}, &Symptom{Sign: UnknownAuthority, Field: "pki.trust", Closed: true, What: say("le certificat de %s n'est pas reconnu (%v)", "the certificate of %s is not trusted (%v)", e.Discovery, untrusted.Err),
			Remedy: say("Donnez ici les autorités qui le signent, ou chargez chez lui un certificat de la PKI d'essai.", "Give here the authorities that sign it, or load a certificate of the test PKI there.")}
	case err != nil:
		return published{}, unread(e, err.Error())
	}
	defer func() { _ = answer.Body.Close() }()
	raw, err := io.ReadAll(io.LimitReader(answer.Body, maxDiscovery))
	var said published
	switch {
	case err != nil:
		return said, unread(e, err.Error())
	case answer.StatusCode != http.StatusOK:
		s := unread(e, answer.Status)
		s.Doubt = true // an issuer that publishes nothing: FI-01's to judge
		return said, s
	case json.Unmarshal(raw, &said) != nil || said.Issuer == "":
		return said, unread(e, "JSON, issuer")
	}
	return said, nil
}

// unread tells that a document cannot be read: nothing can be asked of the provider then.
func unread(e candidate.Establishment, why string) *Symptom {
	return &Symptom{Sign: NoDocument, Field: identityKey("issuer"), Closed: true, What: say("%s ne se lit pas (%s)", "%s cannot be read (%s)", e.Discovery, why),
		Remedy: say("Mettez le fournisseur d'identité en marche, corrigez issuer, ou donnez discovery si son document est ailleurs.",
			"Start the identity provider, correct issuer, or give discovery if its document is elsewhere.")}
}

// unannounced tells the ways to prove who a client is that the file declares and the provider does not announce.
func unannounced(declared *candidate.IdentityProvider, said published) []Symptom {
	if len(said.Auth) == 0 {
		said.Auth = []string{candidate.AuthBasic} // OIDC Discovery §3
	}
	wanted := map[string][]string{"client.auth": declared.Client.Auth}
	if declared.CertificateClient != nil {
		wanted["certificate_client.auth"] = []string{declared.CertificateClient.Auth}
	}
	if declared.KeyClient != nil {
		wanted["key_client"] = []string{candidate.AuthKey}
	}
	var symptoms []Symptom
	for _, key := range []string{"client.auth", "certificate_client.auth", "key_client"} {
		for _, way := range wanted[key] {
			if !slices.Contains(said.Auth, way) {
				symptoms = append(symptoms, Symptom{Sign: Unannounced, Doubt: true, Field: identityKey(key), What: say("le fournisseur d'identité n'annonce pas %s, mais %s", "the identity provider does not announce %s, but %s", way, strings.Join(said.Auth, ", ")),
					Remedy: say("Retirez cette façon, ou ouvrez-la chez lui.", "Remove this way, or open it there.")})
			}
		}
	}
	return symptoms
}
