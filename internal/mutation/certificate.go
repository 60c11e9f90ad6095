package mutation

import (
	"fmt"

	"etalon/internal/rest"
	"etalon/internal/saml"
	"etalon/internal/xmlsec"
)

// keyInfoFaults tell the signer's key in a wrong way (G04).
func keyInfoFaults() []Mutation {
	form := func(f xmlsec.KeyInfoForm) func(Honest, *saml.Form) error {
		return onReference(func(form *saml.Form, _ *xmlsec.Reference) { form.Recipe.KeyInfo.Form = f })
	}
	return []Mutation{
		{
			Name: "vi-keyinfo-absent", Violates: "G04",
			Title: says("la signature du VI ne dit pas quelle clé l'a faite", "the signature of the VI does not tell which key made it"),
			Form:  form(xmlsec.KeyInfoNone),
		},
		{
			Name: "vi-keyinfo-other-certificate", Violates: "G04",
			Title: says("le certificat joint, au nom du client, n'est pas celui de la clé qui a signé", "the certificate enclosed, in the client's name, is not that of the key that signed"),
			Form:  signedBy(func(h Honest) string { return h.signature("mismatch") }),
		},
		{
			Name: "vi-keyinfo-keyvalue", Violates: "G04",
			Title: says("la signature du VI donne une clé publique nue au lieu d'un certificat", "the signature of the VI gives a bare public key in place of a certificate"),
			Form:  form(xmlsec.KeyInfoKeyValue),
		},
	}
}

// certificateFaults sign the VI with a bad certificate (G05, T05) or another organism's (G06).
func certificateFaults() []Mutation {
	variant := func(v string) func(Honest) string {
		return func(h Honest) string { return h.signature(v) }
	}
	return signing([]signer{
		{Mutation{
			Name: "vi-certificate-self-signed", Violates: "G05",
			Title: says("le certificat du signataire est autosigné", "the signer's certificate is self-signed"),
		}, variant("self-signed")},
		{Mutation{
			Name: "vi-certificate-other-ca", Violates: "G05",
			Title: says("le certificat du signataire vient d'une autorité inconnue", "the signer's certificate comes from an unknown authority"),
		}, variant("other-ca")},
		{Mutation{
			Name: "vi-certificate-expired", Violates: "G05",
			Title: says("le certificat du signataire est expiré", "the signer's certificate has expired"),
		}, variant("expired")},
		{Mutation{
			Name: "vi-certificate-revoked", Violates: "G05", Needs: []Need{Revocation},
			Title: says("le certificat du signataire est révoqué", "the signer's certificate is revoked"),
		}, variant("revoked")},
		{Mutation{
			Name: "vi-certificate-outside-pattern", Violates: "G05",
			Title: says("le certificat du signataire, d'une autorité sûre, n'est pas au nom convenu", "the signer's certificate, from a trusted authority, is not in the agreed name"),
		}, variant("outside")},
		{Mutation{
			Name: "vi-certificate-rsa1024", Violates: "T05",
			Title: says("la clé du signataire est une RSA de 1024 bits", "the signer's key is RSA of 1024 bits"),
		}, variant("rsa-1024")},
		{Mutation{
			Name: "vi-certificate-sha1", Violates: "T05",
			Title: says("le certificat du signataire est signé avec SHA-1", "the signer's certificate is signed with SHA-1"),
		}, variant("sha1")},
		{Mutation{
			Name: "vi-signer-other-organism", Violates: "G06", Needs: []Need{ThirdOrganism},
			Title: says("un autre organisme de la convention signe, avec son bon certificat, un VI au nom du client", "another organism of the convention signs, with its good certificate, a VI in the client's name"),
		}, func(h Honest) string {
			other, _ := h.third()
			return other.Name + "/signature"
		}},
	})
}

// signer is a fault of signing with another credential, which pki names.
type signer struct {
	Mutation
	credential func(Honest) string
}

// signing makes faults of the signers, in an assertion and in a JWT.
func signing(all []signer) []Mutation {
	out := make([]Mutation, len(all))
	for i, s := range all {
		out[i] = s.Mutation
		out[i].Form = signedBy(s.credential)
		out[i].JWT = func(h Honest, t *rest.JWT) error {
			if t.Credential == nil {
				return fmt.Errorf("change signer: the bench gives no credentials")
			}
			credential, err := t.Credential(s.credential(h))
			if err != nil {
				return fmt.Errorf("change signer: %w", err)
			}
			return t.SignedBy(credential)
		}
	}
	return out
}

// signedBy makes a form fault of signing the VI with another credential, which pki names.
func signedBy(name func(Honest) string) func(Honest, *saml.Form) error {
	return func(h Honest, f *saml.Form) error {
		if f.Recipe == nil || f.Credential == nil {
			return fmt.Errorf("change signer: the honest VI is not signed, or the bench gives no credentials")
		}
		credential, err := f.Credential(name(h))
		if err != nil {
			return fmt.Errorf("change signer: %w", err)
		}
		f.Recipe.Key, f.Recipe.Method = credential.Key, ""
		f.Recipe.KeyInfo.Certificates = credential.Chain
		return nil
	}
}
