package authentication

import (
	"strings"
	"sync"
	"time"

	"etalon/internal/interops"
	"etalon/internal/sso"
)

// identifierFlaws neglect the identifier of the VI (V02, S03).
func identifierFlaws() []Flaw {
	return []Flaw{
		neglecting("repeats-vi-id", "V02 S03", "X04",
			"donne le même identifiant à tous ses VI", "gives all its VIs the same identifier",
			makes(func(vi *interops.VI) { vi.ID = "_vi-de-l-operateur" })),
		neglecting("omits-vi-id", "V02", "G10 S03 X01 X03 X04",
			"émet des VI sans identifiant", "emits VIs without identifier",
			makes(func(vi *interops.VI) { vi.ID = "" })),
		neglecting("writes-bare-uuid", "V02", "",
			"prend pour identifiant un UUID nu, qui commence par un chiffre", "takes as identifier a bare UUID, which begins with a digit",
			makes(func(vi *interops.VI) { vi.ID = "7" + strings.TrimPrefix(vi.ID, "_")[1:] })),
		neglecting("reissues-same-response", "S03", "V02 V18 S09 S12 X01 X10 D05",
			"renvoie à un service la réponse de la première fois", "sends a service the Response of the first time again",
			reissues),
	}
}

// reissues keeps what each person was first sent with to a service.
func reissues(p *policy) {
	var mu sync.Mutex
	kept := map[[2]string][]byte{}
	p.deliver = func(o *Operator, c *call, way passage, raw []byte) {
		mu.Lock()
		key := [2]string{c.seen.Person, way.target.service.Audience}
		if first, met := kept[key]; met {
			raw = first
		}
		kept[key] = raw
		mu.Unlock()
		o.post(c, way.acs, raw, way.relay)
	}
}

// omissionFlaws leave a part out of the VI (V18).
func omissionFlaws() []Flaw {
	return []Flaw{
		neglecting("omits-issueinstant", "V18", "",
			"émet des VI sans instant d'émission", "emits VIs without IssueInstant",
			encodes(func(vi *interops.VI) { vi.IssueInstant = time.Time{} })),
		neglecting("omits-issuer", "V18", "G10 K01 S05 X04",
			"émet des VI sans émetteur", "emits VIs without Issuer",
			encodes(func(vi *interops.VI) { vi.Issuer = "" })),
		neglecting("omits-nameid", "V18", "S13 V20",
			"émet des VI sans identifiant d'utilisateur", "emits VIs without NameID",
			encodes(func(vi *interops.VI) { vi.NameID = interops.NameID{} })),
		neglecting("omits-confirmation", "V18", "",
			"émet des VI sans confirmation de sujet", "emits VIs without SubjectConfirmation",
			encodes(func(vi *interops.VI) { vi.Confirmation = interops.Confirmation{} })),
		neglecting("omits-recipient", "V18", "",
			"émet des VI sans destinataire", "emits VIs without Recipient",
			encodes(func(vi *interops.VI) { vi.Confirmation.Recipient = "" })),
		neglecting("omits-start-of-window", "V18", "",
			"émet des VI sans début de validité", "emits VIs without NotBefore",
			encodes(func(vi *interops.VI) { vi.NotBefore = time.Time{} })),
		neglecting("omits-end-of-window", "V18", "",
			"émet des VI sans fin de validité", "emits VIs without NotOnOrAfter",
			encodes(func(vi *interops.VI) { vi.NotOnOrAfter = time.Time{} })),
		neglecting("omits-audience", "V18", "S04",
			"émet des VI sans audience", "emits VIs without Audience",
			encodes(func(vi *interops.VI) { vi.Audiences = nil })),
		neglecting("omits-authninstant", "V18", "V20 S12",
			"émet des VI sans instant d'authentification", "emits VIs without AuthnInstant",
			encodes(func(vi *interops.VI) { vi.AuthnInstant = time.Time{} })),
		neglecting("omits-authncontext", "V18", "V20 S08",
			"émet des VI sans classe d'authentification", "emits VIs without authentication class",
			encodes(func(vi *interops.VI) { vi.AuthnContext = "" })),
		neglecting("omits-pagm", "V18", "",
			"émet des VI sans PAGM", "emits VIs without PAGM",
			encodes(func(vi *interops.VI) { vi.PAGM = nil })),
		neglecting("omits-sessionindex", "S19", "D01 D03",
			"émet des VI sans numéro de session", "emits VIs without SessionIndex",
			encodes(func(vi *interops.VI) { vi.SessionIndex = "" })),
		neglecting("numbers-all-sessions-alike", "S19", "D01 D03 D05 S13",
			"donne le même numéro à toutes les sessions", "gives all sessions the same SessionIndex",
			encodes(func(vi *interops.VI) { vi.SessionIndex = "_session" })),
	}
}

// contentFlaws say something wrong in the VI (V18 to V20).
func contentFlaws() []Flaw {
	var once sync.Once
	var frozen time.Time
	return []Flaw{
		neglecting("emits-day-long-vi", "V18", "",
			"émet des VI valables une journée", "emits VIs that are good for a day",
			makes(func(vi *interops.VI) {
				vi.NotOnOrAfter = vi.IssueInstant.Add(24 * time.Hour)
				vi.Confirmation.NotOnOrAfter = vi.NotOnOrAfter
			})),
		neglecting("names-audience-as-recipient", "V18", "",
			"écrit l'adresse du service à la place du destinataire", "writes the service's address in place of the Recipient",
			makes(func(vi *interops.VI) { vi.Confirmation.Recipient = vi.Audiences[0][0] })),
		neglecting("adds-social-security-number", "V19", "",
			"joint au VI le numéro de sécurité sociale", "adds the social security number to the VI",
			adds("NIR", "000000000000000")),
		neglecting("adds-mail-address", "V19", "",
			"joint au VI l'adresse de courriel", "adds the mail address to the VI",
			adds("mail", "personne@operateur.test")),
		neglecting("freezes-authninstant", "V20", "S12",
			"écrit toujours le même instant d'authentification", "always writes the same AuthnInstant",
			makes(func(vi *interops.VI) {
				once.Do(func() { frozen = vi.AuthnInstant.Add(-time.Minute) })
				vi.AuthnInstant = frozen
			})),
		neglecting("states-class-unspecified", "V20", "V18 S08",
			"annonce toujours une authentification non précisée", "always states an unspecified authentication",
			makes(func(vi *interops.VI) { vi.AuthnContext = interops.ClassUnspecified })),
		neglecting("signs-in-as-service-account", "V20", "S13",
			"écrit un compte technique à la place de la personne", "writes a technical account in place of the person",
			makes(func(vi *interops.VI) { vi.NameID.Value = "compte-technique" })),
	}
}

// exposureFlaws show the VI where it must not be (L08).
func exposureFlaws() []Flaw {
	return []Flaw{
		neglecting("carries-vi-in-address", "L08", "V18",
			"envoie la réponse dans l'adresse du service", "sends the Response in the service's address",
			func(p *policy) {
				p.deliver = func(o *Operator, c *call, way passage, raw []byte) {
					o.redirect(c, way.acs+"?"+sso.ResponseForm(raw, way.relay).Encode())
				}
			}),
		neglecting("logs-vi", "L08", "",
			"écrit le VI entier dans son journal en clair", "writes the whole VI to its clear log",
			func(p *policy) {
				p.deliver = func(o *Operator, c *call, way passage, raw []byte) {
					o.config.Log.Info("réponse émise", "requete", c.id, "message", string(raw))
					o.post(c, way.acs, raw, way.relay)
				}
			}),
	}
}

// makes makes the operator touch the content of each VI that it makes, as the traces will tell it.
func makes(touch func(*interops.VI)) func(*policy) {
	return func(p *policy) {
		p.vi = func(_ *Operator, _ *call, _ *passage, _ *session, vi *interops.VI) { touch(vi) }
	}
}

// encodes makes the operator touch the VI when it writes it: the traces know nothing of it.
func encodes(touch func(*interops.VI)) func(*policy) {
	return func(p *policy) { p.content = touch }
}

// adds puts one more attribute into each VI.
func adds(name, value string) func(*policy) {
	return makes(func(vi *interops.VI) {
		vi.Attributes = append(vi.Attributes, interops.Attribute{Name: name, Values: []string{value}})
	})
}
