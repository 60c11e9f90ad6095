package soap

// Rules maps every rule that Verify and ReadFault can report, beside saml.Rules, to the requirement of
// the receiver that it departs from.
var Rules = map[string]string{
	"http-method-other":       "A08",
	"http-content-type-other": "A08",
	"http-vi-in-query":        "L08",

	"xml-oversized":    "G09",
	"xml-too-deep":     "G09",
	"xml-doctype":      "G09",
	"xml-utf8-invalid": "V17",
	"xml-malformed":    "V01",

	"envelope-absent":    "A08",
	"envelope-malformed": "A08",
	"soap-version-other": "A08",

	"header-absent":         "A01",
	"header-not-understood": "A03",
	"security-absent":       "A01",
	"security-empty":        "A01",
	"security-several":      "A02",
	"vi-in-body":            "A01",
	"vi-under-header":       "A01",

	"timestamp-expired":   "A09",
	"timestamp-future":    "A09",
	"timestamp-malformed": "A09",
	"timestamp-several":   "A09",

	"message-signature-absent":   "A10",
	"message-signature-invalid":  "A10",
	"message-signature-several":  "A10",
	"message-altered":            "A10",
	"message-reference-other":    "A10",
	"message-body-unsigned":      "A10",
	"message-timestamp-unsigned": "A10",
	"message-signer-other":       "A10",
	"message-signer-untrusted":   "A10",

	"token-reference-other":     "A11",
	"token-reference-valuetype": "A11",

	"fault-namespace-other":   "F09",
	"fault-absent":            "F10",
	"fault-html":              "F10",
	"fault-unreadable":        "F10",
	"fault-malformed":         "F10",
	"fault-prefix-undeclared": "F10",
	"fault-code-unqualified":  "F10",
	"fault-status-other":      "F10",
}

// emitterRequirements maps a requirement of the receiver to that of the client whose message departs from
// it: what a client puts around its VI is its insertion of the VI (A14). Those that are not here bind both.
var emitterRequirements = map[string]string{
	"A01": "A14", "A02": "A14", "A03": "A14", "A08": "A14", "A09": "A14", "A10": "A14", "A11": "A14",
	"G09": "A14", "V01": "A14", "V17": "A14",
}
