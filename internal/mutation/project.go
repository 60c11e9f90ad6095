package mutation

import (
	"github.com/beevik/etree"

	"etalon/internal/interops"
	"etalon/internal/saml"
)

// projectFaults call upon a project that is not in force (K01) or goes the other way (K02).
func projectFaults() []Mutation {
	return []Mutation{
		{
			Name: "project-ended", Violates: "K01", Needs: []Need{EndedProject},
			Title: says("le VI vise le service d'un projet qu'un avenant a clos", "the VI aims at the service of a project that an amendment has closed"),
			Content: func(h Honest, vi *interops.VI) {
				if p, ok := h.ended(); ok {
					callUpon(vi, p)
				}
			},
		},
		{
			Name: "project-future", Violates: "K01", Needs: []Need{FutureProject},
			Title: says("le VI vise le service d'un projet qui n'a pas commencé", "the VI aims at the service of a project that has not begun"),
			Content: func(h Honest, vi *interops.VI) {
				if p, ok := h.future(); ok {
					callUpon(vi, p)
				}
			},
		},
		{
			Name: "vi-in-saml-response", Violates: "A01", SameAs: "K02", Needs: []Need{SAML20}, Modes: soapOnly,
			Title: says("une réponse SAML, jeton du mode P, tient lieu de VI et contient l'assertion", "a SAML response, the token of mode P, stands for the VI and holds the assertion"),
			Form: func(_ Honest, f *saml.Form) error {
				response := emptyResponse(f)
				replace(f.VI, response)
				response.AddChild(f.VI)
				return nil
			},
		},
		{
			Name: "project-reversed", Violates: "K02", Needs: []Need{ReversedPair},
			Title: says("un partenaire appelle dans le sens qu'aucun projet n'ouvre", "a partner calls in the direction that no project opens"),
			Conduct: func(h Honest) Conduct {
				partner, _ := h.reversed()
				return Conduct{Organism: partner.Name}
			},
		},
	}
}

// emptyResponse returns a successful SAML 2.0 response without its assertion.
func emptyResponse(f *saml.Form) *etree.Element {
	response := etree.NewElement("saml2p:Response")
	response.CreateAttr("xmlns:saml2p", "urn:oasis:names:tc:SAML:2.0:protocol")
	response.CreateAttr("ID", f.VI.SelectAttrValue("ID", "")+"-reponse")
	response.CreateAttr("Version", saml.Version20)
	response.CreateAttr("IssueInstant", f.Now.UTC().Format(interops.InstantLayout))
	response.CreateElement("saml2p:Status").CreateElement("saml2p:StatusCode").
		CreateAttr("Value", "urn:oasis:names:tc:SAML:2.0:status:Success")
	return response
}

// callUpon makes the VI an honest one for the first service of another project of the same pair.
func callUpon(vi *interops.VI, p interops.Project) {
	vi.Audiences = [][]string{{p.Services[0].Audience}}
	vi.PAGM = nil
	for _, g := range p.PAGM {
		vi.PAGM = append(vi.PAGM, g.Name)
	}
}
