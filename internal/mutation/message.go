package mutation

import (
	"fmt"
	"slices"

	"github.com/beevik/etree"

	"etalon/internal/saml"
	"etalon/internal/xmlsec"
)

// messageFaults break the agreed signature of the message, and leave the VI's alone (A10).
func messageFaults() []Mutation {
	return []Mutation{
		{
			Name: "soap-body-altered", Violates: "A10", Needs: []Need{MessageSignature},
			Title: says("le Body a reçu un élément de plus après signature", "the Body got one more element after signing"),
			Wire: rearranged(func(_ Honest, m *message) error {
				return extend(m.body)
			}),
		},
		{
			Name: "soap-body-unsigned", Violates: "A10", Needs: []Need{MessageSignature},
			Title: says("la signature du message ne porte pas sur le Body", "the signature of the message does not cover the Body"),
			Form: func(_ Honest, f *saml.Form) error {
				if f.Message == nil {
					return fmt.Errorf("leave body unsigned: the honest message is not signed")
				}
				body := "#" + bodyID(f)
				f.Message.References = slices.DeleteFunc(f.Message.References, func(r xmlsec.Reference) bool { return r.URI == body })
				if len(f.Message.References) == 0 {
					f.Message = nil
				}
				return nil
			},
		},
		{
			Name: "soap-signature-reference-elsewhere", Violates: "A10", Needs: []Need{MessageSignature},
			Title: says("le Body signé est déplacé dans un en-tête, un autre Body prend sa place", "the signed Body is moved into a header, another Body takes its place"),
			Wire: rearranged(func(_ Honest, m *message) error {
				forged := m.body.Copy()
				for i := range forged.Attr {
					if forged.Attr[i].Key == "Id" {
						forged.Attr[i].Value = "etalon-forge"
					}
				}
				if err := extend(forged); err != nil {
					return err
				}
				replace(m.body, forged)
				extension := foreign("Extension")
				m.header.AddChild(extension)
				extension.AddChild(m.body)
				return nil
			}),
		},
	}
}

// extend adds an element to the application's message in a Body.
func extend(body *etree.Element) error {
	business := body.ChildElements()
	if len(business) == 0 {
		return fmt.Errorf("alter body: it is empty")
	}
	business[0].AddChild(foreign("Ajout"))
	return nil
}
