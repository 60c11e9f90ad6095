package mutation

import (
	"github.com/beevik/etree"

	"etalon/internal/saml"
)

// wrappingFaults keep the signed VI whole, with its good signature, where nobody should read it, and put
// a forged one where the VI belongs (G07, G08). The forged one has another user and every agreed PAGM.
func wrappingFaults() []Mutation {
	return []Mutation{
		{
			Name: "vi-wrapping-extension", Violates: "G07",
			Title: says("le VI signé est déplacé sous une extension du message, un VI forgé prend sa place et sa signature", "the signed VI is moved under an extension of the message, a forged one takes its place and its signature"),
			Wire: rearranged(func(h Honest, m *message) error {
				if _, err := usurp(h, m); err != nil {
					return err
				}
				extension := foreign("Extension")
				m.aside(extension)
				extension.AddChild(m.vi)
				return nil
			}),
		},
		{
			Name: "vi-wrapping-forged-around", Violates: "G07",
			Title: says("un VI forgé entoure le VI signé", "a forged VI surrounds the signed VI"),
			Wire: rearranged(func(h Honest, m *message) error {
				forged, _, err := forge(h, m.vi)
				if err != nil {
					return err
				}
				conditions, err := descend(forged, "Conditions")
				if err != nil {
					return err
				}
				take(m, forged)
				advice := kin(forged, "Advice")
				forged.InsertChildAt(conditions.Index()+1, advice)
				advice.AddChild(m.vi)
				return nil
			}),
		},
		{
			Name: "vi-wrapping-object", Violates: "G07",
			Title: says("le VI signé est caché dans un Object de sa propre signature, que porte un VI forgé", "the signed VI is hidden in an Object of its own signature, which a forged VI bears"),
			Wire: rearranged(func(h Honest, m *message) error {
				signature, err := usurp(h, m)
				if err != nil {
					return err
				}
				object := kin(signature, "Object")
				signature.AddChild(object)
				object.AddChild(m.vi)
				return nil
			}),
		},
		{
			Name: "vi-wrapping-second-signature-object", Violates: "G07",
			Title: says("le VI signé est caché dans un Object d'une seconde signature, un VI forgé prend sa place et la première", "the signed VI is hidden in an Object of a second signature, a forged one takes its place and the first"),
			Wire: rearranged(func(h Honest, m *message) error {
				signature, err := usurp(h, m)
				if err != nil {
					return err
				}
				second := signature.Copy()
				m.sign(second)
				object := kin(second, "Object")
				second.AddChild(object)
				object.AddChild(m.vi)
				return nil
			}),
		},
		{
			Name: "vi-wrapping-sibling-same-id", Violates: "G07", SameAs: "G08", Modes: documents,
			Title: says("un VI forgé précède le VI signé sous le même identifiant", "a forged VI precedes the signed VI under the same identifier"),
			Wire: rearranged(func(h Honest, m *message) error {
				forged, signature, err := forge(h, m.vi)
				if err != nil {
					return err
				}
				forged.CreateAttr(identifier(m.vi), m.vi.SelectAttrValue(identifier(m.vi), ""))
				forged.InsertChildAt(saml.SignatureIndex(forged), signature.Copy())
				m.holder.InsertChildAt(m.vi.Index(), forged)
				return nil
			}),
		},
	}
}

// forgedUser is who the forger claims to be.
const forgedUser = "agent-usurpe"

// forge returns an unsigned VI that resembles the original, with an identifier that no other forged one has (a memory of
// what was presented would hide the trial), another user
// and every PAGM of the project; and the original's signature, still in place.
func forge(h Honest, original *etree.Element) (forged, signature *etree.Element, err error) {
	if signature, err = descend(original, "Signature"); err != nil {
		return nil, nil, err
	}
	forged = original.Copy()
	if err = remove(forged, "Signature"); err != nil {
		return nil, nil, err
	}
	forged.CreateAttr(identifier(forged), "_forge"+original.SelectAttrValue(identifier(original), ""))
	claimed := users(forged)
	for _, id := range claimed {
		id.SetText(forgedUser)
	}
	if err = some(claimed, "NameID"); err != nil {
		return nil, nil, err
	}
	attribute, err := descend(forged, "AttributeStatement", "Attribute")
	if err != nil {
		return nil, nil, err
	}
	attribute.Child = nil
	for _, g := range h.Project.PAGM {
		value := kin(attribute, "AttributeValue")
		value.SetText(g.Name)
		attribute.AddChild(value)
	}
	return forged, signature, nil
}

// usurp puts a forged VI in the place of the original, under its signature; the original, then unsigned,
// is out of the tree.
func usurp(h Honest, m *message) (signature *etree.Element, err error) {
	forged, signature, err := forge(h, m.vi)
	if err != nil {
		return nil, err
	}
	take(m, forged)
	forged.InsertChildAt(saml.SignatureIndex(forged), detach(signature))
	return signature, nil
}

// take puts the forged VI in the place of the original, and has the token reference name it.
func take(m *message, forged *etree.Element) {
	replace(m.vi, forged)
	if m.bare() {
		m.root = forged
		return
	}
	if key, err := descend(m.holder, "SecurityTokenReference", "KeyIdentifier"); err == nil {
		key.SetText(forged.SelectAttrValue(identifier(forged), ""))
	}
}

// identifier is the name of the attribute that identifies an assertion.
func identifier(assertion *etree.Element) string {
	if assertion.SelectAttr("AssertionID") != nil {
		return "AssertionID"
	}
	return "ID"
}

// replace puts another element in the place of one, which leaves the tree.
func replace(old, by *etree.Element) {
	parent, at := old.Parent(), old.Index()
	parent.RemoveChildAt(at)
	parent.InsertChildAt(at, by)
}
