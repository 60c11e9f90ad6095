package rest

import (
	"etalon/internal/interops"
	"etalon/internal/saml"
)

// Rules maps every rule that this package can report, beside saml.Rules, to the requirement of the provider that it
// departs from.
var Rules = map[string]string{
	"token-absent":    "R01",
	"token-repeated":  "R01",
	"token-in-query":  "R01",
	"token-in-body":   "R01",
	"token-oversized": "R01",

	"token-base64-invalid": "V01",
	"token-not-assertion":  "V01",

	"xml-oversized":    "G09",
	"xml-too-deep":     "G09",
	"xml-doctype":      "G09",
	"xml-utf8-invalid": "V17",
	"xml-malformed":    "V01",

	"jwt-malformed":        "V01",
	"jwt-claim-malformed":  "V01",
	"jwt-critical-unknown": "V01",
	"jwt-algorithm-none":   "R03",
	"jwt-algorithm-other":  "R03",
	"jwt-kid-unknown":      "R03",
	"jwt-signature-wrong":  "G01",
	"jwt-key-absent":       "G04",
	"jwt-key-unreadable":   "G04",
}

// emitterRequirements maps a requirement of the provider to that of the client whose work departs from it.
var emitterRequirements = map[string]string{
	"R01": "R07", "R03": "G10", "V01": "V18", "V17": "V18", "G01": "G10", "G04": "G10", "G09": "V18",
}

// Requirement returns the requirement that a rule of this package, or of saml, names in mode R: that of the provider,
// or with emitted that of the client whose work the token is; empty for an unknown rule.
func Requirement(rule string, emitted bool) string {
	requirement, ours := Rules[rule]
	switch {
	case !ours:
		return saml.Requirement(rule, interops.ModeR, emitted)
	case emitted && rule == "token-in-query":
		return "L08"
	case emitted:
		return emitterRequirements[requirement]
	}
	return requirement
}
