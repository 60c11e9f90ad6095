package mutation

import (
	"time"

	"github.com/beevik/etree"

	"etalon/internal/interops"
	"etalon/internal/saml"
)

// issuerFaults hurt the name of the client organism (V04).
func issuerFaults() []Mutation {
	return []Mutation{
		{
			Name: "vi-issuer-empty", Violates: "V04",
			Title: says("l'émetteur du VI est vide", "the issuer of the VI is empty"),
			Form: func(_ Honest, f *saml.Form) error {
				if f.VI.SelectAttr("Issuer") != nil { // SAML 1.1
					f.VI.CreateAttr("Issuer", "")
					return nil
				}
				issuer, err := descend(f.VI, "Issuer")
				if err != nil {
					return err
				}
				issuer.SetText("")
				return nil
			},
		},
		{
			Name: "vi-issuer-unknown", Violates: "V04",
			Title:   says("l'émetteur du VI n'est pas un organisme de la convention", "the issuer of the VI is no organism of the convention"),
			Content: func(_ Honest, vi *interops.VI) { vi.Issuer = "urn:interops:99999999900099:idp:inconnu:1" },
		},
		{
			Name: "vi-issuer-without-project", Violates: "V04", SameAs: "K01", Needs: []Need{IdleOrganism},
			Title: says("un organisme connu, mais sans convention pour ce service, émet, signe et envoie le VI", "an organism that is known, but without a convention for this service, issues, signs and sends the VI"),
			Conduct: func(h Honest) Conduct {
				idle, _ := h.idle()
				return Conduct{Organism: idle.Name}
			},
		},
		{
			Name: "vi-issuer-bad-urn", Violates: "V04", Needs: []Need{StrictURN},
			Title:   says("l'émetteur du VI ne suit pas la forme d'URN convenue", "the issuer of the VI does not follow the agreed form of URN"),
			Content: func(_ Honest, vi *interops.VI) { vi.Issuer += ":;" },
		},
	}
}

// subjectFaults hurt the identity of the user (V05) and the presence of one (A07).
func subjectFaults() []Mutation {
	return []Mutation{
		{
			Name: "vi-subject-absent", Violates: "V05",
			Title: says("le VI n'a pas de sujet", "the VI has no subject"),
			Form: func(_ Honest, f *saml.Form) error {
				found := everywhere(f.VI, "Subject")
				for _, s := range found {
					detach(s)
				}
				return some(found, "Subject")
			},
		},
		{
			Name: "vi-nameid-empty", Violates: "V05",
			Title: says("l'identifiant de l'utilisateur est vide", "the user identifier is empty"),
			Form:  onUser(func(id *etree.Element) { id.SetText("") }),
		},
		{
			Name: "vi-nameid-format-not-agreed", Violates: "V05", Needs: []Need{FormatList},
			Title: says("l'identifiant de l'utilisateur est d'un format qui n'est pas convenu", "the user identifier is of a format that is not agreed"),
			Content: func(_ Honest, vi *interops.VI) {
				vi.NameID.Format = "urn:oasis:names:tc:SAML:2.0:nameid-format:encrypted"
			},
		},
		{
			Name: "vi-nameid-placeholder", Violates: "V05", Needs: []Need{UserService},
			Title:   says("la valeur réservée aux appels sans utilisateur tient lieu d'identifiant, pour un service qui exige un utilisateur", "the value reserved for calls without a user stands for the identifier, for a service that demands a user"),
			Content: func(h Honest, vi *interops.VI) { vi.NameID.Value = h.Profile.NameID.ApplicationContextValue },
		},
		{
			Name: "vi-application-context-user-service", Violates: "V05", SameAs: "A07", Needs: []Need{UserService},
			Title: says("un appel purement applicatif vise un service qui exige un utilisateur", "a purely application call aims at a service that demands a user"),
			Content: func(h Honest, vi *interops.VI) {
				vi.NameID = interops.NameID{Format: interops.FormatUnspecified, Value: h.Profile.NameID.ApplicationContextValue}
				vi.AuthnContext = interops.ClassUnspecified
				vi.AuthnInstant = vi.IssueInstant
			},
		},
		{
			Name: "vi-user-application-service", Violates: "A07", Needs: []Need{PlainService}, Modes: soapOnly,
			Title: says("un utilisateur se présente à un service purement applicatif", "a user comes to a purely application service"),
			Content: func(_ Honest, vi *interops.VI) {
				vi.NameID = interops.NameID{Format: interops.FormatUnspecified, Value: "agent-0042"}
			},
		},
	}
}

// confirmationFaults hurt the confirmation of the subject (V06) and its data (V07).
func confirmationFaults() []Mutation {
	return []Mutation{
		{
			Name: "vi-confirmation-absent", Violates: "V06",
			Title:   says("le VI ne dit pas comment confirmer son sujet", "the VI does not tell how to confirm its subject"),
			Content: func(_ Honest, vi *interops.VI) { vi.Confirmation = interops.Confirmation{} },
		},
		{
			Name: "vi-confirmation-holder-of-key", Violates: "V06",
			Title:   says("le VI demande la confirmation holder-of-key, qui n'est pas convenue", "the VI asks for holder-of-key confirmation, which is not agreed"),
			Content: func(_ Honest, vi *interops.VI) { vi.Confirmation.Method = interops.MethodHolderOfKey },
		},
		{
			Name: "vi-confirmation-unknown", Violates: "V06",
			Title:   says("la méthode de confirmation du VI est inconnue", "the confirmation method of the VI is unknown"),
			Content: func(_ Honest, vi *interops.VI) { vi.Confirmation.Method = "urn:etalon:test:cm:inconnue" },
		},
		{
			Name: "vi-recipient-other", Violates: "V07", Needs: []Need{SAML20},
			Title:   says("le VI est destiné à un autre organisme", "the VI is meant for another organism"),
			Content: func(_ Honest, vi *interops.VI) { vi.Confirmation.Recipient = "urn:interops:sp:88888888800088:autre" },
		},
		{
			Name: "vi-recipient-absent", Violates: "V07", Needs: []Need{SAML20},
			Title:   says("le VI ne dit pas à quel organisme il est destiné", "the VI does not tell for which organism it is meant"),
			Content: func(_ Honest, vi *interops.VI) { vi.Confirmation.Recipient = "" },
		},
		{
			Name: "vi-confirmation-expired", Violates: "V07", Needs: []Need{SAML20},
			Title:   says("la confirmation du sujet est expirée alors que les conditions du VI courent encore", "the subject confirmation has expired while the conditions of the VI still run"),
			Content: func(h Honest, vi *interops.VI) { vi.Confirmation.NotOnOrAfter = h.late() },
		},
		{
			Name: "vi-confirmation-notbefore", Violates: "V07", Needs: []Need{SAML20},
			Title:   says("la confirmation bearer porte un NotBefore, que SAML lui interdit", "the bearer confirmation carries a NotBefore, which SAML forbids it"),
			Content: func(h Honest, vi *interops.VI) { vi.Confirmation.NotBefore = h.Now.Add(-time.Minute) },
		},
	}
}

// onUser makes a form fault of a change to the user identifier, in each statement where SAML 1.1 repeats it.
func onUser(change func(*etree.Element)) func(Honest, *saml.Form) error {
	return func(_ Honest, f *saml.Form) error {
		found := users(f.VI)
		for _, id := range found {
			change(id)
		}
		return some(found, "NameID")
	}
}

// users returns the elements of an assertion that hold the user identifier.
func users(assertion *etree.Element) []*etree.Element {
	return append(everywhere(assertion, "NameID"), everywhere(assertion, "NameIdentifier")...)
}
