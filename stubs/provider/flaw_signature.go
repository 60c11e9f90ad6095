package provider

import (
	"slices"

	"github.com/beevik/etree"

	"etalon/internal/gateway"
	"etalon/internal/verdict"
	"etalon/internal/xmlsec"
)

// signatureFlaws neglect the signature of the VI (G01 to G04).
func signatureFlaws() []Flaw {
	return append(shared(gateway.SignatureFlaws()),
		neglecting("verifies-with-known-key", "G04", "A04",
			"vérifie avec la clé qu'il connaît du client, sans lire le certificat joint",
			"verifies with the key that it knows of the client, without reading the certificate enclosed",
			overlooksWhen(soundWithKnownKey, "keyinfo-absent", "keyinfo-certificate-other", "signature-value-wrong")),
	)
}

// soundWithKnownKey tells whether the VI's signature is that of the client's key on file.
func soundWithKnownKey(_ verdict.Finding, c *call) bool {
	known, err := c.provider.config.Bench.PKI.Credential(c.judged.Client.Name + "/signature")
	vi := place(c.judged.Document, "Header", "Security", "Assertion", "Signature")
	return err == nil && vi != nil && !xmlsec.Verify(vi, xmlsec.CurrentPolicy, known.Leaf().PublicKey).Has(xmlsec.FaultSignature)
}

// place follows local names from the envelope of a message; nil when it leads nowhere.
func place(doc *etree.Document, names ...string) *etree.Element {
	if doc == nil {
		return nil
	}
	at := doc.Root()
	for _, name := range names {
		i := slices.IndexFunc(at.ChildElements(), func(e *etree.Element) bool { return e.Tag == name })
		if i < 0 {
			return nil
		}
		at = at.ChildElements()[i]
	}
	return at
}

// certificateFlaws neglect the signer's certificate (G05, G06, T05).
func certificateFlaws() []Flaw {
	return shared(gateway.CertificateFlaws())
}

// wrappingFlaws read the VI outside what was signed, one way per shape of wrapping (G07, G08). Each takes the
// assertion at the place of the VI, and lets its signature be that of another one.
func wrappingFlaws() []Flaw {
	return shared(gateway.WrappingFlaws())
}
