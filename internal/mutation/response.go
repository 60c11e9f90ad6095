package mutation

import (
	"fmt"

	"github.com/beevik/etree"

	"etalon/internal/saml"
)

// URIs that the faults of a Response name.
const (
	statusResponder  = "urn:oasis:names:tc:SAML:2.0:status:Responder"
	otherDestination = "https://autre.fournisseur.test/acs"
)

// responseFaults hurt the Response around a VI that is good (P01, P02, P03).
func responseFaults() []Mutation {
	return []Mutation{
		{
			Name: "response-assertion-bare", Violates: "P01",
			Title: says("le VI est présenté nu, sans Response autour", "the VI is presented bare, without a Response around it"),
			Wire: rearranged(func(_ Honest, m *message) error {
				m.doc.SetRoot(detach(m.vi))
				return nil
			}),
		},
		{
			Name: "response-assertion-absent", Violates: "P01",
			Title: says("la Response ne contient aucun VI", "the Response holds no VI"),
			Wire: rearranged(func(_ Honest, m *message) error {
				detach(m.vi)
				return nil
			}),
		},
		{
			Name: "response-assertion-two", Violates: "P01",
			Title: says("la Response contient deux VI, tous deux bien signés", "the Response holds two VIs, both well signed"),
			Form:  func(_ Honest, f *saml.Form) error { return addSecondVI(f) },
		},
		{
			Name: "response-status-responder", Violates: "P01",
			Title: says("la Response annonce un échec (Responder) et contient pourtant un VI", "the Response tells of a failure (Responder) and yet holds a VI"),
			Form: onResponse(func(response *etree.Element) error {
				code, err := descend(response, "Status", "StatusCode")
				if err != nil {
					return err
				}
				code.CreateAttr("Value", statusResponder)
				return nil
			}),
		},
		{
			Name: "response-destination-other", Violates: "P02",
			Title: says("la Response est adressée à un autre point de réception", "the Response is addressed to another receiving point"),
			Form: onResponse(func(response *etree.Element) error {
				response.CreateAttr("Destination", otherDestination)
				return nil
			}),
		},
		{
			Name: "response-destination-absent", Violates: "P02",
			Title: says("la Response ne dit pas à qui elle est adressée", "the Response does not say to whom it is addressed"),
			Form: onResponse(func(response *etree.Element) error {
				if response.RemoveAttr("Destination") == nil {
					return fmt.Errorf("remove destination: the honest Response has none")
				}
				return nil
			}),
		},
		{
			Name: "response-issuer-other", Violates: "P02", Needs: []Need{ThirdOrganism},
			Title: says("la Response nomme un autre émetteur que le VI qu'elle contient", "the Response names another issuer than the VI that it holds"),
			Form: func(h Honest, f *saml.Form) error {
				issuer, err := descend(f.Root, "Issuer")
				if err != nil {
					return err
				}
				other, _ := h.third()
				issuer.SetText(other.Issuer)
				return nil
			},
		},
		{
			Name: "response-inresponseto-invented", Violates: "P03",
			Title: says("la Response prétend répondre à une demande que personne n'a faite", "the Response claims to answer a request that nobody made"),
			Form: onResponse(func(response *etree.Element) error {
				response.CreateAttr("InResponseTo", "_etalon-demande-inventee")
				return nil
			}),
		},
	}
}

// aloneFaults leave the VI without a signature of its own, under that of the Response (G01).
func aloneFaults() []Mutation {
	return []Mutation{{
		Name: "vi-signature-on-response-only", Violates: "G01", Needs: []Need{SignedResponse},
		Title: says("seule la Response est signée, le VI ne l'est pas", "the Response alone is signed, the VI is not"),
		Form: func(_ Honest, f *saml.Form) error {
			if f.Message == nil {
				return fmt.Errorf("sign the Response alone: the honest Response is not signed")
			}
			f.Recipe = nil
			return nil
		},
	}}
}

// onResponse makes a form fault of a change to the Response, before it is signed.
func onResponse(change func(response *etree.Element) error) func(Honest, *saml.Form) error {
	return func(_ Honest, f *saml.Form) error { return change(f.Root) }
}

// responseWrappingFaults are the wrapping shapes that a Response has beyond those of any message: with those, all of
// XSW1 to XSW8 (G07). A forged VI has another user, every agreed PAGM, and no signature of its own.
func responseWrappingFaults() []Mutation {
	return []Mutation{
		{
			Name: "vi-wrapping-response-in-signature", Violates: "G07", Needs: []Need{SignedResponse}, // XSW1
			Title: says("une Response forgée porte la signature de l'originale, qui est cachée dedans", "a forged Response bears the signature of the original, which is hidden in it"),
			Wire: rearranged(func(h Honest, m *message) error {
				forged, signature, err := forgeResponse(h, m)
				if err != nil {
					return err
				}
				original := m.root
				m.become(forged)
				m.sign(signature)
				signature.AddChild(original)
				return nil
			}),
		},
		{
			Name: "vi-wrapping-response-beside", Violates: "G07", Needs: []Need{SignedResponse}, // XSW2
			Title: says("une Response forgée porte, côte à côte, l'originale et sa signature détachée", "a forged Response bears, side by side, the original and its detached signature"),
			Wire: rearranged(func(h Honest, m *message) error {
				forged, signature, err := forgeResponse(h, m)
				if err != nil {
					return err
				}
				original := m.root
				m.become(forged)
				m.sign(original)
				m.sign(signature)
				return nil
			}),
		},
		{
			Name: "vi-wrapping-sibling-unsigned", Violates: "G07", // XSW3
			Title: says("un VI forgé, sans signature, précède le VI signé", "a forged VI, without signature, precedes the signed VI"),
			Wire: rearranged(func(h Honest, m *message) error {
				forged, _, err := forge(h, m.vi)
				if err != nil {
					return err
				}
				m.holder.InsertChildAt(m.vi.Index(), forged)
				return nil
			}),
		},
		{
			Name: "vi-wrapping-child", Violates: "G07", // XSW4
			Title: says("un VI forgé contient directement le VI signé", "a forged VI directly holds the signed VI"),
			Wire: rearranged(func(h Honest, m *message) error {
				forged, _, err := forge(h, m.vi)
				if err != nil {
					return err
				}
				replace(m.vi, forged)
				forged.AddChild(m.vi)
				return nil
			}),
		},
		{
			Name: "vi-wrapping-original-last", Violates: "G07", // XSW5
			Title: says("un VI forgé prend la signature, l'original qui en est privé suit", "a forged VI takes the signature, the original without it follows"),
			Wire: rearranged(func(h Honest, m *message) error {
				if _, err := usurp(h, m); err != nil {
					return err
				}
				m.holder.AddChild(m.vi)
				return nil
			}),
		},
		{
			Name: "vi-wrapping-in-signature", Violates: "G07", // XSW6
			Title: says("le VI signé est caché directement dans sa propre signature, que porte un VI forgé", "the signed VI is hidden directly in its own signature, which a forged VI bears"),
			Wire: rearranged(func(h Honest, m *message) error {
				signature, err := usurp(h, m)
				if err != nil {
					return err
				}
				signature.AddChild(m.vi)
				return nil
			}),
		},
		{
			Name: "vi-wrapping-forged-in-extensions", Violates: "G07", // XSW7
			Title: says("un VI forgé, sans signature, est glissé dans les extensions qui précèdent le VI signé", "a forged VI, without signature, is slipped into the extensions before the signed VI"),
			Wire: rearranged(func(h Honest, m *message) error {
				forged, _, err := forge(h, m.vi)
				if err != nil {
					return err
				}
				m.aside(forged)
				return nil
			}),
		},
	}
}

// become puts another Response in the place of the message's; the former is out of the tree.
func (m *message) become(response *etree.Element) {
	m.doc.SetRoot(response)
	m.root, m.header, m.holder = response, response, response
}

// forgeResponse returns an unsigned Response that resembles the original, with an identifier of its own and a forged
// VI; and the original's signature, taken out of it.
func forgeResponse(h Honest, m *message) (forged, signature *etree.Element, err error) {
	if signature, err = descend(m.root, "Signature"); err != nil {
		return nil, nil, err
	}
	vi, _, err := forge(h, m.vi)
	if err != nil {
		return nil, nil, err
	}
	detach(signature)
	forged = m.root.Copy()
	forged.CreateAttr("ID", "_etalon-reponse-forgee")
	replace(child(forged, m.vi.Tag), vi)
	return forged, signature, nil
}
