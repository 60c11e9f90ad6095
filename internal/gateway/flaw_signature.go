package gateway

import (
	"slices"
	"strings"

	"etalon/internal/verdict"
)

// SignatureFlaws neglect the signature of the VI (G01 to G04).
func SignatureFlaws() []Flaw {
	return []Flaw{
		blindness("accepts-unsigned-vi", "G01", "",
			"accepte un VI sans signature",
			"takes a VI without signature",
			"signature-absent"),
		blindness("skips-digest", "G01", "",
			"ne recalcule pas le condensat de ce qui est signé",
			"does not compute the digest of what is signed",
			"signature-digest-wrong"),
		blindness("skips-signature-value", "G01", "G04 F03 F09 F10 F11",
			"vérifie le condensat, jamais la valeur de signature",
			"checks the digest, never the signature value",
			"signature-value-wrong", "keyinfo-certificate-other"),
		blindness("follows-any-reference", "G02", "G01",
			"accepte une signature qui porte sur autre chose que le VI",
			"takes a signature that covers something else than the VI",
			"signature-reference-other"),
		blindness("accepts-empty-reference", "G02", "",
			"accepte une référence vide",
			"takes an empty reference",
			"signature-reference-empty"),
		blindness("accepts-several-references", "G02", "",
			"accepte une signature à plusieurs références",
			"takes a signature with several references",
			"signature-reference-several"),
		blindness("accepts-any-transform", "G02", "",
			"accepte les transformations XSLT et XPath",
			"takes XSLT and XPath transforms",
			"signature-transform-other"),
		algorithm("sha1").blindness("accepts-sha1", "G03", "",
			"accepte RSA-SHA1",
			"takes RSA-SHA1",
			"signature-algorithm-other", "digest-algorithm-other"),
		algorithm("md5").blindness("accepts-md5", "G03", "F03",
			"accepte RSA-MD5",
			"takes RSA-MD5",
			"signature-algorithm-other", "digest-algorithm-other"),
		algorithm("hmac").blindness("accepts-hmac", "G03", "",
			"accepte un HMAC dont la clé est publique",
			"takes an HMAC whose key is public",
			"signature-algorithm-other", "digest-algorithm-other"),
		blindness("accepts-key-value", "G04", "",
			"accepte une clé publique nue",
			"takes a bare public key",
			"keyinfo-without-certificate"),
	}
}

// CertificateFlaws neglect the signer's certificate (G05, G06, T05).
func CertificateFlaws() []Flaw {
	return []Flaw{
		blindness("trusts-self-signed-signer", "G05", "",
			"accepte un signataire autosigné",
			"takes a self-signed signer",
			"certificate-self-signed"),
		blindness("trusts-any-signer-authority", "G05", "",
			"ne vérifie pas l'autorité du signataire",
			"does not check the signer's authority",
			"certificate-untrusted"),
		blindness("ignores-signer-expiry", "G05", "",
			"accepte un certificat de signature expiré",
			"takes an expired signing certificate",
			"certificate-expired"),
		blindness("skips-signer-revocation", "G05", "",
			"accepte un certificat de signature révoqué",
			"takes a revoked signing certificate",
			"certificate-revoked"),
		blindness("ignores-signer-name", "G05", "",
			"accepte tout signataire de l'autorité, hors du nom convenu",
			"takes any signer of the authority, outside the agreed name",
			"signer-unlisted"),
		blindness("accepts-any-partner-as-signer", "G06", "",
			"accepte qu'un autre organisme signe pour l'émetteur",
			"lets another organism sign for the Issuer",
			"signer-other-organism"),
		blindness("accepts-weak-signer-key", "T05", "",
			"accepte un signataire à clé RSA de 1024 bits",
			"takes a signer with an RSA key of 1024 bits",
			"certificate-key-weak"),
		blindness("accepts-sha1-signer", "T05", "",
			"accepte un certificat de signature signé avec SHA-1",
			"takes a signing certificate signed with SHA-1",
			"certificate-digest-weak"),
	}
}

// WrappingFlaws read the VI outside what was signed, one way per shape of wrapping (G07, G08). Each takes the
// assertion at the place of the VI, and lets its signature be that of another one.
func WrappingFlaws() []Flaw {
	return []Flaw{
		hiding("Extension").blindness("reads-first-assertion", "G07", "",
			"vérifie l'assertion que la signature désigne, lit la première du message",
			"verifies the assertion that the signature designates, reads the first of the message",
			"assertion-hidden"),
		hiding("Advice").blindness("reads-outer-assertion", "G07", "",
			"vérifie une signature trouvée n'importe où dans le VI, lit l'assertion qui l'entoure",
			"verifies a signature found anywhere in the VI, reads the assertion around it",
			"assertion-hidden"),
		hiding("Object").blindness("accepts-signed-object", "G07", "",
			"accepte que l'assertion signée soit dans un Object de la signature",
			"lets the signed assertion be in an Object of the signature",
			"assertion-hidden", "signature-object", "signature-several"),
		beside("assertion-sibling").blindness("resolves-repeated-id", "G07 G08", "A02",
			"vérifie l'un des deux VI de même identifiant, lit l'autre",
			"verifies one of two VIs of the same identifier, reads the other",
			"assertion-sibling", "id-repeated", "vi-several", "signature-digest-wrong", "signature-reference-other"),
	}
}

// algorithm keeps a blindness to methods and digests whose name holds a word.
func algorithm(word string) condition {
	return func(f verdict.Finding, _ Arrival) bool {
		return strings.Contains(strings.ToLower(f.Got), word)
	}
}

// hiding keeps a blindness to messages in which an assertion stands under an element of that name.
func hiding(under string) condition {
	return func(_ verdict.Finding, a Arrival) bool {
		return slices.ContainsFunc(a.Findings, func(f verdict.Finding) bool {
			return f.Rule == "assertion-hidden" && strings.Contains(f.Got, under)
		})
	}
}
