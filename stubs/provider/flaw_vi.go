package provider

import (
	"github.com/beevik/etree"

	"etalon/internal/gateway"
	"etalon/internal/soap"
	"etalon/internal/verdict"
)

// contentFlaws neglect the form of the VI, its issuer and its subject (V01, V04 to V07, V16, V17).
func contentFlaws() []Flaw {
	return append(shared(gateway.ContentFlaws()),
		neglecting("truncates-nameid", "V17", "A04",
			"coupe l'identifiant de l'usager au premier commentaire", "cuts the user identifier at the first comment",
			func(p *policy) {
				overlooks("text-comment")(p)
				rereads(p, func(c *call) { gateway.CutAtComment(c.raw, &c.judged.VI, c.judged.Findings) })
			}),
		neglecting("loses-accents", "V17", "",
			"perd les lettres accentuées de l'identifiant", "loses the accented letters of the identifier",
			func(p *policy) {
				rereads(p, func(c *call) { c.judged.VI.NameID.Value = gateway.ASCII(c.judged.VI.NameID.Value) })
			}),
	)
}

// rereads changes what the provider takes of a message after it was judged.
func rereads(p *policy, change func(*call)) {
	before := p.reading
	p.reading = func(provider *Provider, c *call) {
		before(provider, c)
		change(c)
	}
}

// timeFlaws neglect the instants of the VI (V03, V08, V09, V12, L07).
func timeFlaws() []Flaw {
	return append(shared(gateway.TimeFlaws()),
		neglecting("doubles-skew", "L07", "A04 V03 V08 V12 A09 V07",
			"compte deux fois la tolérance d'horloge", "grants the clock tolerance twice", doublesSkew),
	)
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
	return append(shared(gateway.AudienceFlaws()),
		neglecting("accepts-any-own-audience", "V10", "A04 F05 F10 K01",
			"accepte l'audience d'un autre de ses services", "takes the Audience of another of its services",
			overlooksWhen(func(f verdict.Finding, c *call) bool { return gateway.OwnAudience(c.expectation, f.Got) }, "audience-other")),
	)
}

// rightFlaws neglect the PAGM (V13 to V15, K03).
func rightFlaws() []Flaw {
	return append(shared(gateway.RightFlaws()),
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
	)
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
