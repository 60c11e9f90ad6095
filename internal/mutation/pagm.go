package mutation

import (
	"github.com/beevik/etree"

	"etalon/internal/interops"
	"etalon/internal/saml"
)

// unknownPAGM is agreed nowhere.
const unknownPAGM = "PAGM_INCONNU"

// pagmFaults hurt the PAGM (V13, V14) and their SAML 1.1 form (V15).
func pagmFaults() []Mutation {
	return []Mutation{
		{
			Name: "vi-pagm-absent", Violates: "V13",
			Title:   says("le VI ne porte aucun PAGM", "the VI bears no PAGM"),
			Content: func(_ Honest, vi *interops.VI) { vi.PAGM = nil },
		},
		{
			Name: "vi-pagm-blank", Violates: "V13",
			Title: says("les valeurs de PAGM du VI ne sont que des blancs", "the PAGM values of the VI are nothing but blanks"),
			Form: onPAGM(func(attribute *etree.Element) {
				for _, value := range attribute.ChildElements() {
					value.SetText("  ")
				}
			}),
		},
		{
			Name: "vi-pagm-unknown", Violates: "V13",
			Title:   says("le PAGM du VI est inconnu", "the PAGM of the VI is unknown"),
			Content: func(_ Honest, vi *interops.VI) { vi.PAGM = []string{unknownPAGM} },
		},
		{
			Name: "vi-pagm-other-project", Violates: "V13", SameAs: "K03", Needs: []Need{OtherProjectPAGM},
			Title: says("le PAGM du VI est celui d'un autre projet", "the PAGM of the VI is another project's"),
			Content: func(h Honest, vi *interops.VI) {
				if other, ok := h.otherPAGM(); ok {
					vi.PAGM = []string{other}
				}
			},
		},
		{
			Name: "vi-pagm-attribute-lowercase", Violates: "V13",
			Title: says("l'attribut des PAGM est nommé en minuscules", "the attribute of the PAGM is named in lower case"),
			Form: onPAGM(func(attribute *etree.Element) {
				name := "Name"
				if attribute.SelectAttr(name) == nil {
					name = "AttributeName"
				}
				attribute.CreateAttr(name, "pagm")
			}),
		},
		{
			Name: "vi-pagm-mixed", Violates: "V14",
			Title:   says("un PAGM inconnu accompagne un PAGM convenu", "an unknown PAGM goes with an agreed one"),
			Content: func(_ Honest, vi *interops.VI) { vi.PAGM = append(vi.PAGM[:len(vi.PAGM):len(vi.PAGM)], unknownPAGM) },
		},
		{
			Name: "vi-pagm-duplicate", Violates: "V14",
			Title:   says("le même PAGM est donné deux fois", "the same PAGM is given twice"),
			Content: func(_ Honest, vi *interops.VI) { vi.PAGM = append(vi.PAGM[:len(vi.PAGM):len(vi.PAGM)], vi.PAGM...) },
		},
		{
			Name: "vi11-pagm-namespace-absent", Violates: "V15", Needs: []Need{SAML11}, Modes: soapOnly,
			Title: says("l'attribut des PAGM d'un VI SAML 1.1 n'a pas d'espace de noms", "the attribute of the PAGM of a SAML 1.1 VI has no namespace"),
			Form:  onPAGM(func(attribute *etree.Element) { attribute.RemoveAttr("AttributeNamespace") }),
		},
		{
			Name: "vi11-pagm-namespace-other", Violates: "V15", Needs: []Need{SAML11}, Modes: soapOnly,
			Title: says("l'attribut des PAGM d'un VI SAML 1.1 est dans un autre espace de noms", "the attribute of the PAGM of a SAML 1.1 VI is in another namespace"),
			Form:  onPAGM(func(attribute *etree.Element) { attribute.CreateAttr("AttributeNamespace", privateNamespace) }),
		},
		{
			Name: "vi11-on-20-service", Violates: "V15", Needs: []Need{Only20}, Modes: soapOnly,
			Title:   says("un VI SAML 1.1 est envoyé à un service qui n'accepte que SAML 2.0", "a SAML 1.1 VI is sent to a service that accepts SAML 2.0 alone"),
			Content: func(_ Honest, vi *interops.VI) { vi.Version = saml.Version11 },
		},
	}
}

// onPAGM makes a form fault of a change to the attribute of the PAGM, the first of the honest VI.
func onPAGM(change func(attribute *etree.Element)) func(Honest, *saml.Form) error {
	return func(_ Honest, f *saml.Form) error {
		attribute, err := descend(f.VI, "AttributeStatement", "Attribute")
		if err != nil {
			return err
		}
		change(attribute)
		return nil
	}
}
