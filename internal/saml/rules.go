package saml

// Rules maps every rule that Verify can report to the requirement of the receiver that it departs from.
var Rules = map[string]string{
	"vi-absent":  "A01",
	"vi-several": "A02",

	"assertion-namespace-other": "V01",
	"assertion-version-unknown": "V01",
	"element-foreign":           "V01",
	"element-misplaced":         "V01",
	"element-repeated":          "V01",
	"element-missing":           "V01",
	"attribute-foreign":         "V01",
	"attribute-missing":         "V01",
	"text-unexpected":           "V01",
	"instant-malformed":         "V01",
	"id-absent":                 "V01",
	"id-not-ncname":             "V01",

	"issueinstant-absent":       "V03",
	"issueinstant-without-zone": "V03",
	"issueinstant-malformed":    "V03",
	"issueinstant-future":       "V03",
	"issueinstant-too-old":      "V03",

	"issuer-absent":          "V04",
	"issuer-empty":           "V04",
	"issuer-pattern-other":   "V04",
	"issuer-unknown":         "V04",
	"issuer-without-project": "V04",

	"subject-absent":      "V05",
	"subject-several":     "V05",
	"nameid-absent":       "V05",
	"nameid-empty":        "V05",
	"nameid-format-other": "V05",
	"nameid-placeholder":  "V05",
	"nameid-user":         "A07",

	"confirmation-absent":       "V06",
	"confirmation-several":      "V06",
	"confirmation-method-other": "V06",

	"recipient-absent":        "V07",
	"recipient-other":         "V07",
	"recipient-pattern-other": "V07",
	"confirmation-end-absent": "V07",
	"confirmation-expired":    "V07",
	"confirmation-notbefore":  "V07",

	"conditions-absent":    "V08",
	"window-start-absent":  "V08",
	"window-end-absent":    "V08",
	"window-expired":       "V08",
	"window-not-yet-valid": "V08",
	"window-inverted":      "V08",
	"window-too-long":      "V09",
	"drift-over-skew":      "L07",
	"window-near-end":      "L01",

	"audience-absent":            "V10",
	"audience-other":             "V10",
	"audience-variant":           "V10",
	"audience-restriction-unmet": "V10",

	"authncontext-absent":        "V11",
	"authncontext-several":       "V11",
	"authncontext-other":         "V11",
	"authncontext-below-minimum": "V11",

	"authninstant-absent":      "V12",
	"authninstant-future":      "V12",
	"authninstant-too-old":     "V12",
	"authninstant-after-issue": "V12",

	"pagm-absent":           "V13",
	"pagm-blank":            "V13",
	"pagm-misnamed":         "V13",
	"pagm-unknown":          "V13",
	"pagm-other-project":    "V13",
	"pagm-mixed":            "V14",
	"pagm-repeated":         "V14",
	"pagm-namespace-absent": "V15",
	"pagm-namespace-other":  "V15",
	"version-not-agreed":    "V15",

	"condition-unknown": "V16",
	"text-comment":      "V17",

	"attribute-superfluous": "V19",

	"signature-absent":               "G01",
	"signature-value-wrong":          "G01",
	"signature-digest-wrong":         "G01",
	"signature-malformed":            "G01",
	"signature-several":              "G02",
	"signature-reference-absent":     "G02",
	"signature-reference-other":      "G02",
	"signature-reference-empty":      "G02",
	"signature-reference-several":    "G02",
	"signature-transform-other":      "G02",
	"signature-algorithm-other":      "G03",
	"keyinfo-absent":                 "G04",
	"keyinfo-without-certificate":    "G04",
	"keyinfo-certificate-other":      "G04",
	"keyinfo-certificate-unreadable": "G04",
	"digest-algorithm-other":         "G03",
	"signature-object":               "G07",

	"certificate-self-signed":        "G05",
	"certificate-untrusted":          "G05",
	"certificate-expired":            "G05",
	"certificate-not-yet-valid":      "G05",
	"certificate-revoked":            "G05",
	"certificate-usage-other":        "G05",
	"certificate-malformed":          "G05",
	"certificate-revocation-unknown": "T08",
	"certificate-key-weak":           "T05",
	"certificate-digest-weak":        "T05",
	"signer-unlisted":                "G05",
	"signer-retired":                 "G05",
	"signer-other-organism":          "G06",

	"assertion-hidden":  "G07",
	"assertion-sibling": "G07",
	"id-repeated":       "G08",

	"tls-identity-other": "T06",

	"project-ended":      "K01",
	"project-future":     "K01",
	"project-reversed":   "K02",
	"project-mode-other": "K02",
}

// emitterRules names the client's requirement where it is not that of the row in emitterRequirements.
var emitterRules = map[string]string{
	"id-absent":              "V02",
	"id-not-ncname":          "V02",
	"id-repeated":            "V02",
	"issuer-without-project": "K01",
	"nameid-placeholder":     "V20",
	"nameid-user":            "V19",
	"window-expired":         "L01",
	"confirmation-expired":   "L01",
	"audience-other":         "L03",
	"certificate-expired":    "G11",
	"signer-retired":         "G11",
}

// emitterRequirements maps a requirement of the receiver to that of the client whose work departs from it.
// Those that are not here bind both.
var emitterRequirements = map[string]string{
	"A01": "A14", "A02": "A14",
	"V01": "V18", "V03": "V18", "V04": "V18", "V05": "V18", "V06": "V18", "V07": "V18", "V08": "V18", "V09": "V18",
	"V10": "V18", "V11": "V18", "V13": "V18", "V14": "V18", "V15": "V18", "V16": "V18", "V17": "V18",
	"V12": "V20",
	"G01": "G10", "G02": "G10", "G03": "G10", "G04": "G10", "G05": "G10", "G06": "G10", "G07": "G10", "G08": "G10",
	"K02": "K01", "T06": "K01", "T08": "G10", "L07": "V18",
}

// EmitterRequirement returns the requirement that a rule names when the VI is judged as the work of a
// client candidate (Expectation.Emitted); empty for an unknown rule.
func EmitterRequirement(rule string) string {
	if r, ok := emitterRules[rule]; ok {
		return r
	}
	if r, ok := emitterRequirements[Rules[rule]]; ok {
		return r
	}
	return Rules[rule]
}
