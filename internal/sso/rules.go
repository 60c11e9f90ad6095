package sso

import (
	"etalon/internal/interops"
	"etalon/internal/saml"
)

// Rules maps every rule that this package can report, beside saml.Rules, to the requirement of the receiver that it
// departs from: of mode P where a rule is of both modes.
var Rules = map[string]string{
	"xml-oversized":    "G09",
	"xml-too-deep":     "G09",
	"xml-doctype":      "G09",
	"xml-utf8-invalid": "V17",
	"xml-malformed":    "V01",

	"response-method-other":       "P04",
	"response-in-query":           "P04",
	"response-parameter-absent":   "P04",
	"response-parameter-repeated": "P04",
	"response-base64-invalid":     "P04",
	"response-oversized":          "P04",

	"response-absent":                 "P01",
	"response-malformed":              "P01",
	"response-version-other":          "P01",
	"response-id-absent":              "P01",
	"response-issueinstant-malformed": "P01",
	"response-issueinstant-future":    "P01",
	"response-issueinstant-too-old":   "P01",
	"response-status-absent":          "P01",
	"response-status-other":           "P01",
	"response-assertion-absent":       "P01",
	"response-assertion-several":      "P01",
	"response-assertion-encrypted":    "P01",

	"response-destination-absent": "P02",
	"response-destination-other":  "P02",
	"response-issuer-absent":      "P02",
	"response-issuer-other":       "P02",

	"inresponseto-unsolicited": "P03",
	"inresponseto-absent":      "S11",
	"inresponseto-unknown":     "S11",
	"inresponseto-used":        "S11",
	"inresponseto-expired":     "S11",
	"inresponseto-unconfirmed": "S11",

	"relaystate-too-long": "P05",
	"relaystate-script":   "P05",
	"relaystate-other":    "P05",

	"response-signature-invalid":         "G01",
	"response-altered":                   "G01",
	"response-signature-algorithm-other": "G03",
	"response-signature-reference-other": "G02",
	"response-signer-untrusted":          "G05",
	"response-signer-other":              "G06",

	"sessionindex-absent": "S19",

	"request-acs-other":       "S09",
	"request-service-unknown": "S09",

	"logout-expired":          "D02",
	"logout-replayed":         "D02",
	"logout-nameid-absent":    "D03",
	"logout-session-absent":   "D03",
	"logout-session-unknown":  "D03",
	"logout-nameid-other":     "D03",
	"logout-answer-unknown":   "D06",
	"logout-answer-no-status": "D06",
	"logout-answer-failed":    "D06",

	"metadata-unreadable":                "S16",
	"metadata-malformed":                 "S16",
	"metadata-entity-unknown":            "S16",
	"metadata-entity-other":              "S16",
	"metadata-validity-absent":           "S16",
	"metadata-expired":                   "S16",
	"metadata-signature-absent":          "S16",
	"metadata-signature-invalid":         "S16",
	"metadata-altered":                   "S16",
	"metadata-signature-algorithm-other": "S16",
	"metadata-signature-reference-other": "S16",
	"metadata-signer-untrusted":          "S16",
	"metadata-signer-other":              "S16",
	"metadata-key-other":                 "S16",
	"metadata-key-absent":                "S16",
	"metadata-endpoint-absent":           "S16",
	"metadata-endpoint-unprotected":      "S16",
}

// ProtocolRules are the rules that any message between members can depart from. A finding of one names the
// requirement of its kind: S09 for an AuthnRequest, D02 for a LogoutRequest, D06 for a LogoutResponse.
var ProtocolRules = []string{
	"protocol-method-other", "protocol-parameter-absent", "protocol-parameter-repeated", "protocol-base64-invalid",
	"protocol-deflate-invalid", "protocol-oversized", "protocol-unreadable", "protocol-relaystate-too-long",
	"protocol-other", "protocol-malformed", "protocol-version-other", "protocol-id-absent",
	"protocol-issueinstant-malformed", "protocol-issueinstant-future", "protocol-issueinstant-too-old",
	"protocol-destination-absent", "protocol-destination-other",
	"protocol-issuer-absent", "protocol-issuer-unknown", "protocol-issuer-outside",
	"protocol-signature-absent", "protocol-signature-invalid", "protocol-altered",
	"protocol-signature-algorithm-other", "protocol-signature-reference-other",
	"protocol-signer-untrusted", "protocol-signer-other",
}

// sphereRequirements maps a requirement of mode P to that of mode S.
var sphereRequirements = map[string]string{"P01": "V01", "P02": "S04", "P04": "V01", "P05": "S14"}

// emitterRequirements maps a requirement of the receiver to that of whom the message is the work.
var emitterRequirements = map[string]string{
	"P01": "V18", "P02": "V18", "P03": "V18", "P04": "V18", "P05": "V18", "S11": "V18", "G09": "V18", "V01": "V18", "V17": "V18",
	"G01": "G10", "G02": "G10", "G03": "G10", "G05": "G10", "G06": "G10",
}

// Requirement returns the requirement that a rule of this package, or of saml, names in a mode: that of the receiver, or with
// emitted that of whom the message is the work; empty for an unknown rule.
func Requirement(rule string, mode interops.Mode, emitted bool) string {
	requirement, ours := Rules[rule]
	if !ours {
		return saml.Requirement(rule, mode, emitted)
	}
	if r, ok := emitterRequirements[requirement]; ok && emitted {
		return r
	}
	if r, ok := sphereRequirements[requirement]; ok && mode == interops.ModeS {
		return r
	}
	return requirement
}
