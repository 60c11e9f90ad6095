package gateway

import (
	"slices"
	"strings"

	"etalon/internal/verdict"
)

// beside keeps a blindness to messages that have a finding of that rule.
func beside(rule string) condition {
	return func(_ verdict.Finding, a Arrival) bool {
		return slices.ContainsFunc(a.Findings, func(f verdict.Finding) bool { return f.Rule == rule })
	}
}

// ContentFlaws neglect the form of the VI, its issuer and its subject (V01, V04 to V07, V16).
func ContentFlaws() []Flaw {
	return []Flaw{
		blindness("skips-schema", "V01", "F02",
			"ne valide pas le VI contre le schéma SAML",
			"does not validate the VI against the SAML schema",
			"element-foreign", "element-misplaced", "element-repeated", "element-missing", "attribute-foreign", "attribute-missing", "text-unexpected"),
		beside("assertion-version-unknown").blindness("ignores-saml-version", "V01", "F02",
			"ne lit pas la version de l'assertion",
			"does not read the version of the assertion",
			"assertion-version-unknown", "token-reference-valuetype"),
		blindness("ignores-issuer", "V04", "T06 K01 F06",
			"accepte un émetteur inconnu de la convention",
			"takes an Issuer unknown to the convention",
			"issuer-unknown"),
		blindness("repairs-empty-issuer", "V04", "T06 F02",
			"prend un émetteur vide pour l'organisme du lien",
			"takes an empty Issuer for the organism of the link",
			"issuer-empty", "issuer-absent"),
		blindness("skips-project-of-issuer", "V04", "K01 F06",
			"accepte un organisme connu sans projet avec le fournisseur",
			"takes a known organism without a project with the provider",
			"issuer-without-project"),
		blindness("accepts-absent-subject", "V05", "",
			"accepte un VI sans sujet",
			"takes a VI without Subject",
			"subject-absent"),
		blindness("accepts-empty-nameid", "V05", "",
			"accepte un identifiant d'usager vide",
			"takes an empty user identifier",
			"nameid-empty"),
		blindness("ignores-nameid-format", "V05", "",
			"accepte tout format d'identifiant",
			"takes any format of identifier",
			"nameid-format-other"),
		blindness("accepts-placeholder", "V05", "A07",
			"accepte l'absence d'usager sur un service qui en exige un",
			"takes a call without user to a service that wants one",
			"nameid-placeholder"),
		blindness("ignores-confirmation", "V06", "",
			"ne lit pas la méthode de confirmation",
			"does not read the confirmation method",
			"confirmation-method-other", "confirmation-absent"),
		blindness("accepts-holder-of-key", "V06", "",
			"accepte holder-of-key sans vérifier la clé",
			"takes holder-of-key without checking the key",
			"confirmation-method-other"),
		blindness("ignores-recipient", "V07", "",
			"ne lit pas le destinataire du VI",
			"does not read the Recipient of the VI",
			"recipient-other", "recipient-absent"),
		blindness("accepts-absent-recipient", "V07", "",
			"accepte un VI sans destinataire",
			"takes a VI without Recipient",
			"recipient-absent"),
		blindness("ignores-confirmation-end", "V07", "",
			"ne lit pas la fin de la confirmation",
			"does not read the end of the confirmation",
			"confirmation-expired"),
		blindness("ignores-confirmation-notbefore", "V07", "",
			"accepte un début dans une confirmation au porteur",
			"takes a NotBefore in a bearer confirmation",
			"confirmation-notbefore"),
		blindness("ignores-unknown-condition", "V16", "",
			"ignore une condition qu'il ne connaît pas",
			"ignores a condition that it does not know",
			"condition-unknown"),
	}
}

// TimeFlaws neglect the instants of the VI (V03, V08, V09, V12).
func TimeFlaws() []Flaw {
	return []Flaw{
		blindness("ignores-issueinstant", "V03", "L07",
			"ne lit pas l'instant d'émission",
			"does not read IssueInstant",
			"issueinstant-absent", "issueinstant-without-zone", "issueinstant-malformed", "issueinstant-future", "issueinstant-too-old"),
		blindness("accepts-local-instant", "V03", "",
			"accepte un instant d'émission sans fuseau",
			"takes an IssueInstant without time zone",
			"issueinstant-without-zone"),
		blindness("accepts-old-vi", "V03", "",
			"accepte un VI émis depuis plus longtemps que la durée convenue",
			"takes a VI issued longer ago than agreed",
			"issueinstant-too-old"),
		blindness("ignores-end-of-window", "V08", "L07 F04 F09 F10 F11",
			"ne lit pas la fin de validité",
			"does not read NotOnOrAfter",
			"window-expired", "drift-over-skew"),
		blindness("ignores-start-of-window", "V08", "L07 F04",
			"ne lit pas le début de validité",
			"does not read NotBefore",
			"window-not-yet-valid", "drift-over-skew"),
		blindness("accepts-inverted-window", "V08", "F04",
			"accepte une fin de validité antérieure au début",
			"takes an end of validity before its start",
			"window-inverted"),
		blindness("accepts-absent-conditions", "V08", "V10 F04",
			"accepte un VI sans conditions",
			"takes a VI without Conditions",
			"conditions-absent"),
		blindness("ignores-length-of-window", "V09", "",
			"accepte une durée de validité plus longue que convenu",
			"takes a window longer than agreed",
			"window-too-long"),
		blindness("ignores-authninstant", "V12", "",
			"ne lit pas l'instant d'authentification",
			"does not read AuthnInstant",
			"authninstant-absent", "authninstant-future", "authninstant-too-old", "authninstant-after-issue"),
		blindness("accepts-old-authentication", "V12", "",
			"accepte une authentification trop ancienne",
			"takes an authentication that is too old",
			"authninstant-too-old"),
	}
}

// AudienceFlaws neglect the target of the VI and the level of authentication (V10, V11).
func AudienceFlaws() []Flaw {
	return []Flaw{
		blindness("skips-audience", "V10", "F05 F10 K01",
			"ne lit pas l'audience",
			"does not read the Audience",
			"audience-absent", "audience-other", "audience-variant", "audience-restriction-unmet"),
		blindness("accepts-absent-audience", "V10", "F05",
			"accepte un VI sans audience",
			"takes a VI without Audience",
			"audience-absent"),
		condition(caseless).blindness("folds-audience-case", "V10", "",
			"compare l'audience sans la casse",
			"compares the Audience without case",
			"audience-variant"),
		condition(slashless).blindness("strips-audience-slash", "V10", "F05",
			"retire la barre finale de l'audience avant de comparer",
			"strips the Audience's trailing slash before it compares",
			"audience-variant"),
		condition(prefixed).blindness("compares-audience-by-prefix", "V10", "F05",
			"se contente d'une audience qui commence comme la sienne",
			"makes do with an Audience that begins like its own",
			"audience-variant", "audience-other"),
		blindness("reads-one-audience-restriction", "V10", "F05",
			"se contente d'une restriction d'audience satisfaite sur deux",
			"makes do with one met AudienceRestriction out of two",
			"audience-restriction-unmet"),
		blindness("ignores-authentication-class", "V11", "F07",
			"ne lit pas la classe d'authentification",
			"does not read the authentication class",
			"authncontext-absent", "authncontext-other", "authncontext-below-minimum"),
		blindness("accepts-absent-class", "V11", "F07",
			"accepte un VI sans classe d'authentification",
			"takes a VI without authentication class",
			"authncontext-absent"),
		blindness("ignores-minimum-level", "V11", "",
			"ne compare pas la classe au niveau minimal du service",
			"does not compare the class with the service's minimum level",
			"authncontext-below-minimum"),
	}
}

// caseless, slashless and prefixed are careless comparisons of what came with what was wanted.
func caseless(f verdict.Finding, _ Arrival) bool { return strings.EqualFold(f.Want, f.Got) }

func slashless(f verdict.Finding, _ Arrival) bool {
	return strings.TrimSuffix(f.Want, "/") == strings.TrimSuffix(f.Got, "/")
}

func prefixed(f verdict.Finding, _ Arrival) bool { return strings.HasPrefix(f.Got, f.Want) }

// RightFlaws neglect the PAGM (V13, V14, K03).
func RightFlaws() []Flaw {
	return []Flaw{
		blindness("accepts-absent-pagm", "V13", "F08 F09",
			"accepte un VI sans PAGM",
			"takes a VI without PAGM",
			"pagm-absent", "pagm-blank"),
		blindness("ignores-pagm", "V13 K03", "F08",
			"accepte n'importe quel PAGM",
			"takes any PAGM",
			"pagm-unknown", "pagm-other-project"),
		blindness("accepts-pagm-of-other-project", "V13 K03", "",
			"accepte le PAGM d'un autre projet",
			"takes the PAGM of another project",
			"pagm-other-project"),
		blindness("folds-pagm-attribute-case", "V13", "F08",
			"cherche l'attribut des PAGM sans la casse",
			"looks for the PAGM attribute without case",
			"pagm-misnamed"),
		blindness("grants-unknown-pagm", "V14", "",
			"ouvre les droits d'un PAGM inconnu placé à côté d'un PAGM convenu",
			"grants the rights of an unknown PAGM beside an agreed one",
			"pagm-mixed"),
	}
}

// ConventionFlaws neglect the projects of the convention (K01, K02).
func ConventionFlaws() []Flaw {
	return []Flaw{
		blindness("accepts-ended-project", "K01", "",
			"accepte un appel pour un projet clos",
			"takes a call for a project that is over",
			"project-ended"),
		blindness("accepts-future-project", "K01", "",
			"accepte un appel pour un projet qui n'a pas commencé",
			"takes a call for a project that has not begun",
			"project-future"),
		blindness("ignores-direction", "K02", "V04",
			"accepte un appel dans le sens inverse du projet",
			"takes a call in the reverse direction of the project",
			"project-reversed"),
	}
}
