package mutation

import (
	"fmt"

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
	variant := func(v string) func(Honest, *saml.Form) error {
		return signedBy(func(h Honest) string { return h.signature(v) })
	}
	return []Mutation{
		{
			Name: "vi-certificate-self-signed", Violates: "G05",
			Title: says("le certificat du signataire est autosigné", "the signer's certificate is self-signed"),
			Form:  variant("self-signed"),
		},
		{
			Name: "vi-certificate-other-ca", Violates: "G05",
			Title: says("le certificat du signataire vient d'une autorité inconnue", "the signer's certificate comes from an unknown authority"),
			Form:  variant("other-ca"),
		},
		{
			Name: "vi-certificate-expired", Violates: "G05",
			Title: says("le certificat du signataire est expiré", "the signer's certificate has expired"),
			Form:  variant("expired"),
		},
		{
			Name: "vi-certificate-revoked", Violates: "G05", Needs: []Need{Revocation},
			Title: says("le certificat du signataire est révoqué", "the signer's certificate is revoked"),
			Form:  variant("revoked"),
		},
		{
			Name: "vi-certificate-outside-pattern", Violates: "G05",
			Title: says("le certificat du signataire, d'une autorité sûre, n'est pas au nom convenu", "the signer's certificate, from a trusted authority, is not in the agreed name"),
			Form:  variant("outside"),
		},
		{
			Name: "vi-certificate-rsa1024", Violates: "T05",
			Title: says("la clé du signataire est une RSA de 1024 bits", "the signer's key is RSA of 1024 bits"),
			Form:  variant("rsa-1024"),
		},
		{
			Name: "vi-certificate-sha1", Violates: "T05",
			Title: says("le certificat du signataire est signé avec SHA-1", "the signer's certificate is signed with SHA-1"),
			Form:  variant("sha1"),
		},
		{
			Name: "vi-signer-other-organism", Violates: "G06", Needs: []Need{ThirdOrganism},
			Title: says("un autre organisme de la convention signe, avec son bon certificat, un VI au nom du client", "another organism of the convention signs, with its good certificate, a VI in the client's name"),
			Form: signedBy(func(h Honest) string {
				other, _ := h.third()
				return other.Name + "/signature"
			}),
		},
	}
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
