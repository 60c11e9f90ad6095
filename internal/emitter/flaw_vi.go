package emitter

import (
	"strings"
	"sync"
	"time"

	"etalon/internal/interops"
)

// IdentifierFlaws neglect the identifier of the VI (V02).
func IdentifierFlaws() []Flaw {
	return []Flaw{
		neglecting("repeats-vi-id", "V02", "A13 L01",
			"donne le même identifiant à tous ses VI", "gives all its VIs the same identifier",
			makes(func(vi *interops.VI) { vi.ID = "_vi-de-la-passerelle" })),
		neglecting("numbers-vi-by-the-hour", "V02", "A13 L01",
			"tire l'identifiant du VI de l'heure, qui revient", "draws the VI's identifier from the hour, which comes again",
			makes(func(vi *interops.VI) { vi.ID = vi.IssueInstant.Format("_2006010215") })),
		neglecting("omits-vi-id", "V02", "A13 G10 L01 X01 X03 X04",
			"émet des VI sans identifiant", "emits VIs without identifier",
			makes(func(vi *interops.VI) { vi.ID = "" })),
		neglecting("writes-bare-uuid", "V02", "",
			"prend pour identifiant un UUID nu, qui commence par un chiffre", "takes as identifier a bare UUID, which begins with a digit",
			makes(func(vi *interops.VI) { vi.ID = "7" + strings.TrimPrefix(vi.ID, "_")[1:] })),
		neglecting("writes-urn-as-id", "V02", "",
			"prend pour identifiant une URN, qui n'est pas un NCName", "takes as identifier a URN, which is no NCName",
			makes(func(vi *interops.VI) { vi.ID = "urn:uuid:" + strings.TrimPrefix(vi.ID, "_") })),
	}
}

// OmissionFlaws leave a part out of the VI (V18).
func OmissionFlaws() []Flaw {
	return []Flaw{
		neglecting("omits-issueinstant", "V18", "",
			"émet des VI sans instant d'émission", "emits VIs without IssueInstant",
			encodes(func(vi *interops.VI) { vi.IssueInstant = time.Time{} })),
		neglecting("omits-issuer", "V18", "G10 K01 X04",
			"émet des VI sans émetteur", "emits VIs without Issuer",
			encodes(func(vi *interops.VI) { vi.Issuer = "" })),
		neglecting("omits-nameid", "V18", "A15 V20",
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
		neglecting("omits-audience", "V18", "",
			"émet des VI sans audience", "emits VIs without Audience",
			encodes(func(vi *interops.VI) { vi.Audiences = nil })),
		neglecting("omits-authninstant", "V18", "V20",
			"émet des VI sans instant d'authentification", "emits VIs without AuthnInstant",
			encodes(func(vi *interops.VI) { vi.AuthnInstant = time.Time{} })),
		neglecting("omits-authncontext", "V18", "V20",
			"émet des VI sans classe d'authentification", "emits VIs without authentication class",
			encodes(func(vi *interops.VI) { vi.AuthnContext = "" })),
		neglecting("omits-pagm", "V18", "",
			"émet des VI sans PAGM", "emits VIs without PAGM",
			encodes(func(vi *interops.VI) { vi.PAGM = nil })),
		neglecting("misnames-pagm-attribute", "V18", "",
			"écrit en minuscules le nom de l'attribut des PAGM", "writes the name of the PAGM attribute in lower case",
			encodes(func(vi *interops.VI) {
				vi.Attributes = append(vi.Attributes, interops.Attribute{Name: "pagm", Values: vi.PAGM})
				vi.PAGM = nil
			})),
	}
}

// ContentFlaws say something wrong in the VI (V18 to V20).
func ContentFlaws() []Flaw {
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
			adds("mail", "agent@organisme-client.test")),
		neglecting("stamps-authentication-now", "V20", "",
			"date l'authentification de l'émission du VI", "dates the authentication from the issue of the VI",
			makes(func(vi *interops.VI) { vi.AuthnInstant = vi.IssueInstant })),
		neglecting("freezes-authninstant", "V20", "",
			"écrit toujours le même instant d'authentification", "always writes the same AuthnInstant",
			makes(func(vi *interops.VI) {
				once.Do(func() { frozen = vi.AuthnInstant })
				vi.AuthnInstant = frozen
			})),
		neglecting("states-class-unspecified", "V20", "V18",
			"annonce toujours une authentification non précisée", "always states an unspecified authentication",
			makes(func(vi *interops.VI) { vi.AuthnContext = interops.ClassUnspecified })),
		neglecting("signs-in-as-service-account", "V20", "A15 L02",
			"écrit un compte technique à la place de l'utilisateur", "writes a technical account in place of the user",
			makes(func(vi *interops.VI) { vi.NameID.Value = "compte-technique" })),
	}
}

// makes makes the party touch the content of each VI that it makes, as the traces will tell it.
func makes(touch func(*interops.VI)) func(*Policy) {
	return func(p *Policy) { p.VI = touch }
}

// encodes makes the party touch the VI when it writes it: the traces know nothing of it.
func encodes(touch func(*interops.VI)) func(*Policy) {
	return func(p *Policy) { p.Content = touch }
}

// adds puts one more attribute into each VI.
func adds(name, value string) func(*Policy) {
	return makes(func(vi *interops.VI) {
		vi.Attributes = append(vi.Attributes, interops.Attribute{Name: name, Values: []string{value}})
	})
}
