package provider

import (
	"bytes"
	"net/http"
	"slices"

	"etalon/internal/soap"
	"etalon/internal/verdict"
	"etalon/internal/xmlsec"
)

// effectFlaws neglect what happens around the verdict: the application, its answer, the connection (A04 to A07, A16).
func effectFlaws() []Flaw {
	return []Flaw{
		{
			Name: "backend-before-verdict", Must: []string{"A04"}, May: refusing,
			Title:   verdict.Text{FR: "appelle l'application avant de conclure", EN: "calls the application before it concludes"},
			Neglect: func(p *policy) { p.hasty = true },
		},
		neglecting("rewrites-body", "A05", "",
			"change l'espace de noms du message métier", "changes the namespace of the business message",
			func(p *policy) { p.forward = renamed }),
		neglecting("replaces-business-fault", "A06", "",
			"remplace le fault de l'application par le sien", "replaces the application's fault by its own",
			relays(func(a *answer, c *call) {
				if bytes.Contains(a.Body, []byte("Fault>")) {
					a.Body = unavailable().Bytes()
				}
			})),
		neglecting("changes-status", "A06", "F10",
			"rend toujours le statut 200", "always answers with status 200",
			relays(func(a *answer, _ *call) { a.Status = http.StatusOK })),
		neglecting("returns-vi", "A06", "L08",
			"renvoie le VI dans la réponse", "sends the VI back in the answer", relays(returnsVI)),
		neglecting("refuses-application-context", "A07", "",
			"refuse un appel sans usager, même convenu", "refuses a call without user, though agreed",
			func(p *policy) {
				rereads(p, func(c *call) {
					if placeholder := c.expectation.Profile.NameID.ApplicationContextValue; c.judged.VI.NameID.Value == placeholder {
						c.judged.Findings = append(slices.Clone(c.judged.Findings), verdict.Finding{Requirement: "V05", Rule: "nameid-placeholder"})
					}
				})
			}),
		blind("accepts-user-on-application-service", "A07", "A04",
			"accepte un usager sur un service d'application à application", "takes a user on a service between applications alone", "nameid-user"),
		neglecting("wears-out-connections", "A16", "",
			"n'accepte plus rien sur une connexion qui a porté beaucoup de refus", "takes nothing more on a connection that bore many refusals",
			wearsOut),
		neglecting("fails-after-burst", "A16", "",
			"ne répond plus juste après une rafale de refus", "fails right after a burst of refusals", failsAfterBurst),
	}
}

// refusing are the requirements of which a negative is proved by the application's silence.
var refusing = []string{
	"T06", "T07", "V01", "V03", "V04", "V05", "V06", "V07", "V08", "V09", "V10", "V11", "V12", "V13", "V14", "V15", "V16", "V17",
	"G01", "G02", "G03", "G04", "G05", "G06", "G07", "G08", "G09", "T05", "L05", "L07", "L08",
	"A01", "A02", "A03", "A05", "A07", "A08", "A09", "A10", "A11", "K01", "K02", "K03", "F01", "X06",
}

// relays makes the provider touch the application's answer.
func relays(touch func(*answer, *call)) func(*policy) {
	return func(p *policy) {
		before := p.relay
		p.relay = func(a *answer, c *call) {
			before(a, c)
			touch(a, c)
		}
	}
}

// renamed changes the namespace of the Body's first element.
func renamed(message []byte) []byte {
	doc, err := xmlsec.Parse(message, xmlsec.DefaultLimits)
	if err != nil {
		return message
	}
	body := place(doc, "Body")
	if body == nil || len(body.ChildElements()) == 0 {
		return message
	}
	business := body.ChildElements()[0]
	name := "xmlns"
	if business.Space != "" {
		name = "xmlns:" + business.Space
	}
	business.CreateAttr(name, business.NamespaceURI()+":v2")
	out, err := xmlsec.Serialize(doc)
	if err != nil {
		return message
	}
	return out
}

// returnsVI puts the caller's VI into the answer.
func returnsVI(a *answer, c *call) {
	vi := place(c.judged.Document, "Header", "Security", "Assertion")
	if vi == nil {
		return
	}
	if raw := withVI(a.Body, vi); raw != nil {
		a.Body = raw
	}
}

// burst is how many refusals in a row exhaust a connection of the provider that fails after them.
const burst = 60

// countsRefusals counts the refusals of each connection.
func countsRefusals(p *policy) {
	p.refused = func(_ *Provider, c *call, _ *answer) {
		if c.link != nil {
			c.link.Refusals.Add()
		}
	}
}

// worn tells whether a sound call comes on a connection that bore a burst of refusals just before.
func worn(c *call) bool {
	return len(c.judged.Findings) == 0 && c.link != nil && c.link.Refusals.Take() >= burst
}

// wearsOut ends, without an answer, the call that follows a burst of refusals.
func wearsOut(p *policy) {
	countsRefusals(p)
	p.drops = worn
}

// failsAfterBurst refuses the call that follows a burst of refusals, as a pool that runs dry.
func failsAfterBurst(p *policy) {
	countsRefusals(p)
	rereads(p, func(c *call) {
		if worn(c) {
			c.judged.Findings = refusal("A16")
		}
	})
}

// answersFaults makes the provider touch the answer that carries a fault.
func answersFaults(touch func(*answer, soap.Fault, *call)) func(*policy) {
	return func(p *policy) {
		before := p.fault
		p.fault = func(a *answer, f soap.Fault, c *call) {
			before(a, f, c)
			touch(a, f, c)
		}
	}
}
