package soap

import (
	"encoding/xml"

	"etalon/internal/xmlsec"
)

func vi(local string) xml.Name     { return xml.Name{Space: NamespaceVI, Local: local} }
func wsse(local string) xml.Name   { return xml.Name{Space: xmlsec.NamespaceWSSE, Local: local} }
func soap11(local string) xml.Name { return xml.Name{Space: Namespace11, Local: local} }

// The codes with which we refuse: those of the standard, of WS-Security and of SOAP.
var (
	codeTokenUnavailable     = wsse("SecurityTokenUnavailable")
	codeInvalidToken         = wsse("InvalidSecurityToken")
	codeUnsupportedToken     = wsse("UnsupportedSecurityToken")
	codeUnsupportedAlgorithm = wsse("UnsupportedAlgorithm")
	codeInvalidSecurity      = wsse("InvalidSecurity")
	codeFailedCheck          = wsse("FailedCheck")
	codeMessageExpired       = wsse("MessageExpired")
	codeInvalidVI            = vi("InvalidVI")
	codeInvalidService       = vi("InvalidService")
	codeInvalidIssuer        = vi("InvalidIssuer")
	codeInvalidAuthLevel     = vi("InvalidAuthLevel")
	codeInvalidPagm          = vi("InvalidPagm")
	codeClient               = soap11("Client")
	codeMustUnderstand       = soap11("MustUnderstand")
	codeVersionMismatch      = soap11("VersionMismatch")
)

// answer is one line of the fault table: which findings it refuses, and how.
type answer struct {
	code         xml.Name
	rules        []string // of saml.Rules and Rules
	requirements []string // of the findings whose rule is in no line
}

// answers is the fault table in order of precedence (F11): what cannot be read, missing token, format,
// signature, dates, audience, class, PAGM, rest.
var answers = []answer{
	{code: codeVersionMismatch, rules: []string{"soap-version-other"}},
	{code: codeClient, rules: []string{"xml-malformed", "xml-utf8-invalid"}, requirements: []string{"A08", "G09", "L08"}},
	{code: codeMustUnderstand, requirements: []string{"A03"}},
	{code: codeTokenUnavailable, rules: []string{"token-reference-other"}, requirements: []string{"A01"}},
	{code: codeInvalidSecurity, requirements: []string{"A02"}},
	{code: codeUnsupportedToken, rules: []string{
		"version-not-agreed", "assertion-version-unknown", "token-reference-valuetype",
	}},
	{code: codeInvalidToken, rules: []string{
		"issuer-absent", "issuer-empty", "issuer-pattern-other", "issueinstant-absent", "issueinstant-without-zone",
		"issueinstant-malformed", "subject-absent", "subject-several", "nameid-absent", "nameid-empty",
	}, requirements: []string{"V01", "V17"}},
	{code: codeUnsupportedAlgorithm, requirements: []string{"G03"}},
	{code: codeFailedCheck, requirements: []string{"G01", "G02", "G04", "G05", "G06", "G07", "G08", "T05", "T06", "T08", "A10"}},
	{code: codeMessageExpired, requirements: []string{"A09"}},
	{code: codeInvalidVI, requirements: []string{"V03", "V08", "V09", "V12", "L05", "L07"}, rules: []string{
		"confirmation-end-absent", "confirmation-expired", "confirmation-notbefore",
	}},
	{code: codeInvalidService, requirements: []string{"V10"}},
	{code: codeInvalidAuthLevel, requirements: []string{"V11"}},
	{code: codeInvalidPagm, requirements: []string{"V13", "V14", "V15"}},
	{code: codeInvalidIssuer, requirements: []string{"V04", "K01", "K02"}},
	{code: codeInvalidVI},
}

// texts are the French sentences of our faults. Partners match on codes, never on these.
var texts = map[xml.Name]string{
	codeVersionMismatch:      "La version de l'enveloppe SOAP n'est pas celle qui est convenue.",
	codeClient:               "Le message reçu n'a pas pu être lu.",
	codeMustUnderstand:       "Un en-tête obligatoire du message n'est pas pris en charge.",
	codeTokenUnavailable:     "Le message ne porte pas de vecteur d'identification, ou n'en désigne aucun.",
	codeInvalidSecurity:      "L'en-tête de sécurité du message est incorrect.",
	codeUnsupportedToken:     "Cette forme de vecteur d'identification n'est pas acceptée pour le service.",
	codeInvalidToken:         "Le vecteur d'identification n'est pas conforme au format attendu.",
	codeUnsupportedAlgorithm: "Un algorithme de la signature n'est pas admis.",
	codeFailedCheck:          "La vérification de la signature a échoué.",
	codeMessageExpired:       "Le message est périmé ou daté du futur.",
	codeInvalidVI:            "Le vecteur d'identification n'est pas valable.",
	codeInvalidService:       "Le vecteur d'identification ne vise pas ce service.",
	codeInvalidAuthLevel:     "Le niveau d'authentification ne suffit pas pour ce service.",
	codeInvalidPagm:          "Aucun PAGM du vecteur d'identification n'ouvre ce service.",
	codeInvalidIssuer:        "L'organisme client n'est pas reconnu pour ce service.",
}
