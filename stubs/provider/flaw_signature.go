package provider

import (
	"slices"
	"strings"

	"github.com/beevik/etree"

	"etalon/internal/verdict"
	"etalon/internal/xmlsec"
)

// signatureFlaws neglect the signature of the VI (G01 to G04).
func signatureFlaws() []Flaw {
	return []Flaw{
		blind("accepts-unsigned-vi", "G01", "A04",
			"accepte un VI sans signature", "takes a VI without signature", "signature-absent"),
		blind("skips-digest", "G01", "A04",
			"ne recalcule pas le condensat de ce qui est signé", "does not compute the digest of what is signed", "signature-digest-wrong"),
		neglecting("skips-signature-value", "G01", "A04 G04 F03 F09 F10 F11",
			"vérifie le condensat, jamais la valeur de signature", "checks the digest, never the signature value",
			overlooks("signature-value-wrong", "keyinfo-certificate-other")),
		blind("follows-any-reference", "G02", "A04 G01",
			"accepte une signature qui porte sur autre chose que le VI", "takes a signature that covers something else than the VI",
			"signature-reference-other"),
		blind("accepts-empty-reference", "G02", "A04",
			"accepte une référence vide", "takes an empty reference", "signature-reference-empty"),
		blind("accepts-several-references", "G02", "A04",
			"accepte une signature à plusieurs références", "takes a signature with several references", "signature-reference-several"),
		blind("accepts-any-transform", "G02", "A04",
			"accepte les transformations XSLT et XPath", "takes XSLT and XPath transforms", "signature-transform-other"),
		neglecting("accepts-sha1", "G03", "A04",
			"accepte RSA-SHA1", "takes RSA-SHA1", overlooksAlgorithm("sha1")),
		neglecting("accepts-md5", "G03", "A04 F03",
			"accepte RSA-MD5", "takes RSA-MD5", overlooksAlgorithm("md5")),
		neglecting("accepts-hmac", "G03", "A04",
			"accepte un HMAC dont la clé est publique", "takes an HMAC whose key is public", overlooksAlgorithm("hmac")),
		neglecting("verifies-with-known-key", "G04", "A04",
			"vérifie avec la clé qu'il connaît du client, sans lire le certificat joint",
			"verifies with the key that it knows of the client, without reading the certificate enclosed",
			overlooksWhen(soundWithKnownKey, "keyinfo-absent", "keyinfo-certificate-other", "signature-value-wrong")),
		blind("accepts-key-value", "G04", "A04",
			"accepte une clé publique nue", "takes a bare public key", "keyinfo-without-certificate"),
	}
}

// overlooksAlgorithm makes the provider take methods and digests whose name holds a word.
func overlooksAlgorithm(word string) func(*policy) {
	return overlooksWhen(func(f verdict.Finding, _ *call) bool { return strings.Contains(strings.ToLower(f.Got), word) },
		"signature-algorithm-other", "digest-algorithm-other")
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
	return []Flaw{
		blind("trusts-self-signed-signer", "G05", "A04",
			"accepte un signataire autosigné", "takes a self-signed signer", "certificate-self-signed"),
		blind("trusts-any-signer-authority", "G05", "A04",
			"ne vérifie pas l'autorité du signataire", "does not check the signer's authority", "certificate-untrusted"),
		blind("ignores-signer-expiry", "G05", "A04",
			"accepte un certificat de signature expiré", "takes an expired signing certificate", "certificate-expired"),
		blind("skips-signer-revocation", "G05", "A04",
			"accepte un certificat de signature révoqué", "takes a revoked signing certificate", "certificate-revoked"),
		blind("ignores-signer-name", "G05", "A04",
			"accepte tout signataire de l'autorité, hors du nom convenu", "takes any signer of the authority, outside the agreed name", "signer-unlisted"),
		blind("accepts-any-partner-as-signer", "G06", "A04",
			"accepte qu'un autre organisme signe pour l'émetteur", "lets another organism sign for the Issuer", "signer-other-organism"),
		blind("accepts-weak-signer-key", "T05", "A04",
			"accepte un signataire à clé RSA de 1024 bits", "takes a signer with an RSA key of 1024 bits", "certificate-key-weak"),
		blind("accepts-sha1-signer", "T05", "A04",
			"accepte un certificat de signature signé avec SHA-1", "takes a signing certificate signed with SHA-1", "certificate-digest-weak"),
	}
}

// wrappingFlaws read the VI outside what was signed, one way per shape of wrapping (G07, G08). Each takes the
// assertion at the place of the VI, and lets its signature be that of another one.
func wrappingFlaws() []Flaw {
	return []Flaw{
		neglecting("reads-first-assertion", "G07", "A04",
			"vérifie l'assertion que la signature désigne, lit la première du message",
			"verifies the assertion that the signature designates, reads the first of the message",
			overlooksWhen(hiding("Extension"), "assertion-hidden")),
		neglecting("reads-outer-assertion", "G07", "A04",
			"vérifie une signature trouvée n'importe où dans le VI, lit l'assertion qui l'entoure",
			"verifies a signature found anywhere in the VI, reads the assertion around it",
			overlooksWhen(hiding("Advice"), "assertion-hidden")),
		neglecting("accepts-signed-object", "G07", "A04",
			"accepte que l'assertion signée soit dans un Object de la signature",
			"lets the signed assertion be in an Object of the signature",
			overlooksWhen(hiding("Object"), "assertion-hidden", "signature-object", "signature-several")),
		neglecting("resolves-repeated-id", "G07 G08", "A04 A02",
			"vérifie l'un des deux VI de même identifiant, lit l'autre", "verifies one of two VIs of the same identifier, reads the other",
			overlooksWhen(func(_ verdict.Finding, c *call) bool { return has(c, "assertion-sibling") },
				"assertion-sibling", "id-repeated", "vi-several", "signature-digest-wrong", "signature-reference-other")),
	}
}

// hiding tells, of a message, whether an assertion stands under an element of that name.
func hiding(under string) func(verdict.Finding, *call) bool {
	return func(_ verdict.Finding, c *call) bool {
		return slices.ContainsFunc(c.judged.Findings, func(f verdict.Finding) bool {
			return f.Rule == "assertion-hidden" && strings.Contains(f.Got, under)
		})
	}
}
