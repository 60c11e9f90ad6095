package provider

import (
	"strings"
	"unicode"

	"github.com/beevik/etree"

	"etalon/internal/soap"
	"etalon/internal/verdict"
)

// contentFlaws neglect the form of the VI, its issuer and its subject (V01, V04 to V07, V16, V17).
func contentFlaws() []Flaw {
	return []Flaw{
		blind("skips-schema", "V01", "A04 F02",
			"ne valide pas le VI contre le schéma SAML", "does not validate the VI against the SAML schema",
			"element-foreign", "element-misplaced", "element-repeated", "element-missing", "attribute-foreign",
			"attribute-missing", "text-unexpected"),
		neglecting("ignores-saml-version", "V01", "A04 F02",
			"ne lit pas la version de l'assertion", "does not read the version of the assertion",
			overlooksWhen(func(_ verdict.Finding, c *call) bool { return has(c, "assertion-version-unknown") },
				"assertion-version-unknown", "token-reference-valuetype")),
		blind("ignores-issuer", "V04", "A04 T06 K01 F06",
			"accepte un émetteur inconnu de la convention", "takes an Issuer unknown to the convention", "issuer-unknown"),
		neglecting("repairs-empty-issuer", "V04", "A04 T06 F02",
			"prend un émetteur vide pour l'organisme du lien", "takes an empty Issuer for the organism of the link",
			overlooks("issuer-empty", "issuer-absent")),
		blind("skips-project-of-issuer", "V04", "A04 K01 F06",
			"accepte un organisme connu sans projet avec le fournisseur", "takes a known organism without a project with the provider",
			"issuer-without-project"),
		blind("accepts-absent-subject", "V05", "A04",
			"accepte un VI sans sujet", "takes a VI without Subject", "subject-absent"),
		blind("accepts-empty-nameid", "V05", "A04",
			"accepte un identifiant d'usager vide", "takes an empty user identifier", "nameid-empty"),
		blind("ignores-nameid-format", "V05", "A04",
			"accepte tout format d'identifiant", "takes any format of identifier", "nameid-format-other"),
		blind("accepts-placeholder", "V05", "A04 A07",
			"accepte l'absence d'usager sur un service qui en exige un", "takes a call without user to a service that wants one", "nameid-placeholder"),
		blind("ignores-confirmation", "V06", "A04",
			"ne lit pas la méthode de confirmation", "does not read the confirmation method", "confirmation-method-other", "confirmation-absent"),
		blind("accepts-holder-of-key", "V06", "A04",
			"accepte holder-of-key sans vérifier la clé", "takes holder-of-key without checking the key", "confirmation-method-other"),
		blind("ignores-recipient", "V07", "A04",
			"ne lit pas le destinataire du VI", "does not read the Recipient of the VI", "recipient-other", "recipient-absent"),
		blind("accepts-absent-recipient", "V07", "A04",
			"accepte un VI sans destinataire", "takes a VI without Recipient", "recipient-absent"),
		blind("ignores-confirmation-end", "V07", "A04",
			"ne lit pas la fin de la confirmation", "does not read the end of the confirmation", "confirmation-expired"),
		blind("ignores-confirmation-notbefore", "V07", "A04",
			"accepte un début dans une confirmation au porteur", "takes a NotBefore in a bearer confirmation", "confirmation-notbefore"),
		blind("ignores-unknown-condition", "V16", "A04",
			"ignore une condition qu'il ne connaît pas", "ignores a condition that it does not know", "condition-unknown"),
		neglecting("truncates-nameid", "V17", "A04",
			"coupe l'identifiant de l'usager au premier commentaire", "cuts the user identifier at the first comment",
			func(p *policy) {
				overlooks("text-comment")(p)
				rereads(p, func(c *call) { cutAtComment(c) })
			}),
		neglecting("loses-accents", "V17", "",
			"perd les lettres accentuées de l'identifiant", "loses the accented letters of the identifier",
			func(p *policy) {
				rereads(p, func(c *call) { c.judged.VI.NameID.Value = ascii(c.judged.VI.NameID.Value) })
			}),
	}
}

// rereads changes what the provider takes of a message after it was judged.
func rereads(p *policy, change func(*call)) {
	before := p.reading
	p.reading = func(provider *Provider, c *call) {
		before(provider, c)
		change(c)
	}
}

// cutAtComment reads the NameID as many parsers do: its first text node alone.
func cutAtComment(c *call) {
	for _, f := range c.judged.Findings {
		if whole := c.judged.VI.NameID.Value; f.Rule == "text-comment" && f.Want == whole {
			_, comment, _ := strings.Cut(f.Got, "/")
			if before, _, found := strings.Cut(string(c.raw), comment); found {
				c.judged.VI.NameID.Value = before[strings.LastIndexByte(before, '>')+1:]
			}
		}
	}
}

// ascii puts a question mark for every letter that is not ASCII.
func ascii(s string) string {
	return strings.Map(func(r rune) rune {
		if r > unicode.MaxASCII {
			return '?'
		}
		return r
	}, s)
}

// timeFlaws neglect the instants of the VI (V03, V08, V09, V12, L07).
func timeFlaws() []Flaw {
	return []Flaw{
		blind("ignores-issueinstant", "V03", "A04 L07",
			"ne lit pas l'instant d'émission", "does not read IssueInstant",
			"issueinstant-absent", "issueinstant-without-zone", "issueinstant-malformed", "issueinstant-future", "issueinstant-too-old"),
		blind("accepts-local-instant", "V03", "A04",
			"accepte un instant d'émission sans fuseau", "takes an IssueInstant without time zone", "issueinstant-without-zone"),
		blind("accepts-old-vi", "V03", "A04",
			"accepte un VI émis depuis plus longtemps que la durée convenue", "takes a VI issued longer ago than agreed", "issueinstant-too-old"),
		blind("ignores-end-of-window", "V08", "A04 L07 F04 F09 F10 F11",
			"ne lit pas la fin de validité", "does not read NotOnOrAfter", "window-expired", "drift-over-skew"),
		blind("ignores-start-of-window", "V08", "A04 L07 F04",
			"ne lit pas le début de validité", "does not read NotBefore", "window-not-yet-valid", "drift-over-skew"),
		neglecting("doubles-skew", "L07", "A04 V03 V08 V12 A09 V07",
			"compte deux fois la tolérance d'horloge", "grants the clock tolerance twice", doublesSkew),
		blind("accepts-inverted-window", "V08", "A04 F04",
			"accepte une fin de validité antérieure au début", "takes an end of validity before its start", "window-inverted"),
		blind("accepts-absent-conditions", "V08", "A04 V10 F04",
			"accepte un VI sans conditions", "takes a VI without Conditions", "conditions-absent"),
		blind("ignores-length-of-window", "V09", "A04",
			"accepte une durée de validité plus longue que convenu", "takes a window longer than agreed", "window-too-long"),
		blind("ignores-authninstant", "V12", "A04",
			"ne lit pas l'instant d'authentification", "does not read AuthnInstant",
			"authninstant-absent", "authninstant-future", "authninstant-too-old", "authninstant-after-issue"),
		blind("accepts-old-authentication", "V12", "A04",
			"accepte une authentification trop ancienne", "takes an authentication that is too old", "authninstant-too-old"),
	}
}

// doublesSkew judges the message a second time with twice the tolerance.
func doublesSkew(p *policy) {
	rereads(p, func(c *call) {
		x := c.expectation
		lax := *x.Profile
		lax.Time.SkewSeconds *= 2
		x.Profile = &lax
		c.judged = soap.Verify(c.incoming, x)
	})
}

// audienceFlaws neglect the target of the VI and the level of authentication (V10, V11).
func audienceFlaws() []Flaw {
	return []Flaw{
		blind("skips-audience", "V10", "A04 F05 F10 K01",
			"ne lit pas l'audience", "does not read the Audience",
			"audience-absent", "audience-other", "audience-variant", "audience-restriction-unmet"),
		blind("accepts-absent-audience", "V10", "A04 F05",
			"accepte un VI sans audience", "takes a VI without Audience", "audience-absent"),
		neglecting("accepts-any-own-audience", "V10", "A04 F05 F10 K01",
			"accepte l'audience d'un autre de ses services", "takes the Audience of another of its services",
			overlooksWhen(ownAudience, "audience-other")),
		neglecting("folds-audience-case", "V10", "A04",
			"compare l'audience sans la casse", "compares the Audience without case",
			overlooksWhen(func(f verdict.Finding, _ *call) bool { return strings.EqualFold(f.Want, f.Got) }, "audience-variant")),
		neglecting("strips-audience-slash", "V10", "A04 F05",
			"retire la barre finale de l'audience avant de comparer", "strips the Audience's trailing slash before it compares",
			overlooksWhen(func(f verdict.Finding, _ *call) bool {
				return strings.TrimSuffix(f.Want, "/") == strings.TrimSuffix(f.Got, "/")
			}, "audience-variant")),
		neglecting("compares-audience-by-prefix", "V10", "A04 F05",
			"se contente d'une audience qui commence comme la sienne", "makes do with an Audience that begins like its own",
			overlooksWhen(func(f verdict.Finding, _ *call) bool { return strings.HasPrefix(f.Got, f.Want) },
				"audience-variant", "audience-other")),
		blind("reads-one-audience-restriction", "V10", "A04 F05",
			"se contente d'une restriction d'audience satisfaite sur deux", "makes do with one met AudienceRestriction out of two",
			"audience-restriction-unmet"),
		blind("ignores-authentication-class", "V11", "A04 F07",
			"ne lit pas la classe d'authentification", "does not read the authentication class",
			"authncontext-absent", "authncontext-other", "authncontext-below-minimum"),
		blind("accepts-absent-class", "V11", "A04 F07",
			"accepte un VI sans classe d'authentification", "takes a VI without authentication class", "authncontext-absent"),
		blind("ignores-minimum-level", "V11", "A04",
			"ne compare pas la classe au niveau minimal du service", "does not compare the class with the service's minimum level",
			"authncontext-below-minimum"),
	}
}

// ownAudience tells whether the audience is that of one of the provider's services.
func ownAudience(f verdict.Finding, c *call) bool {
	for _, p := range c.expectation.Convention.Projects {
		for _, s := range p.Services {
			if p.Provider == c.expectation.Provider && s.Audience == f.Got {
				return true
			}
		}
	}
	return false
}

// rightFlaws neglect the PAGM (V13 to V15, K03).
func rightFlaws() []Flaw {
	return []Flaw{
		blind("accepts-absent-pagm", "V13", "A04 F08 F09",
			"accepte un VI sans PAGM", "takes a VI without PAGM", "pagm-absent", "pagm-blank"),
		blind("ignores-pagm", "V13 K03", "A04 F08",
			"accepte n'importe quel PAGM", "takes any PAGM", "pagm-unknown", "pagm-other-project"),
		blind("accepts-pagm-of-other-project", "V13 K03", "A04",
			"accepte le PAGM d'un autre projet", "takes the PAGM of another project", "pagm-other-project"),
		blind("folds-pagm-attribute-case", "V13", "A04 F08",
			"cherche l'attribut des PAGM sans la casse", "looks for the PAGM attribute without case", "pagm-misnamed"),
		blind("grants-unknown-pagm", "V14", "A04",
			"ouvre les droits d'un PAGM inconnu placé à côté d'un PAGM convenu", "grants the rights of an unknown PAGM beside an agreed one",
			"pagm-mixed"),
		neglecting("reads-first-pagm-only", "V14", "",
			"ne lit que le premier PAGM", "reads the first PAGM alone",
			func(p *policy) {
				rereads(p, func(c *call) {
					if pagm := c.judged.VI.PAGM; len(pagm) > 1 {
						c.judged.VI.PAGM = pagm[:1]
					}
				})
			}),
		blind("ignores-pagm-namespace", "V15", "A04",
			"ne lit pas l'espace de noms de l'attribut en SAML 1.1", "does not read the attribute's namespace in SAML 1.1",
			"pagm-namespace-absent", "pagm-namespace-other"),
		blind("accepts-saml11-everywhere", "V15", "A04",
			"accepte SAML 1.1 sur un service qui n'en convient pas", "takes SAML 1.1 on a service that did not agree to it", "version-not-agreed"),
	}
}

// lifeFlaws neglect what time and repetition ask for (V16, L05, L08).
func lifeFlaws() []Flaw {
	return []Flaw{
		blind("ignores-onetimeuse", "V16", "A04 L05",
			"accepte une seconde fois un VI à usage unique", "takes a VI for one time use a second time", ruleOneTimeUse),
		blind("allows-replay-from-other-link", "L05", "A04",
			"accepte un VI déjà présenté par une autre identité TLS", "takes a VI that another TLS identity already presented", ruleOtherIdentity),
		neglecting("takes-vi-from-query", "L08", "A01 A04",
			"prend le VI dans l'adresse", "takes the VI from the address", takesFromQuery),
		neglecting("echoes-vi", "L08", "",
			"recopie le VI dans la page d'erreur", "copies the VI into the error page",
			answersFaults(func(a *answer, f soap.Fault, c *call) {
				f.Detail = etree.NewElement("message")
				f.Detail.SetText(string(c.raw))
				a.Body = f.Bytes()
			})),
		neglecting("logs-vi", "L08", "",
			"écrit le VI entier dans son journal en clair", "writes the whole VI to its clear log",
			func(p *policy) {
				before := p.reading
				p.reading = func(provider *Provider, c *call) {
					before(provider, c)
					provider.config.Log.Info("message reçu", "requete", c.id, "message", string(c.raw))
				}
			}),
	}
}

// conventionFlaws neglect the projects of the convention (K01, K02).
func conventionFlaws() []Flaw {
	return []Flaw{
		blind("accepts-ended-project", "K01", "A04",
			"accepte un appel pour un projet clos", "takes a call for a project that is over", "project-ended"),
		blind("accepts-future-project", "K01", "A04",
			"accepte un appel pour un projet qui n'a pas commencé", "takes a call for a project that has not begun", "project-future"),
		blind("ignores-direction", "K02", "A04 V04",
			"accepte un appel dans le sens inverse du projet", "takes a call in the reverse direction of the project", "project-reversed"),
	}
}
