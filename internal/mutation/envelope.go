package mutation

import (
	"fmt"

	"github.com/beevik/etree"

	"etalon/internal/saml"
	"etalon/internal/xmlsec"
)

// headerFaults put the VI elsewhere than in the one Security header, or others beside it (A01, A02, A03).
func headerFaults() []Mutation {
	return []Mutation{
		{
			Name: "soap-header-absent", Violates: "A01",
			Title: says("le message n'a pas d'en-tête SOAP", "the message has no SOAP header"),
			Form: func(_ Honest, f *saml.Form) error {
				detach(f.Header)
				f.Recipe, f.Message = nil, nil
				return nil
			},
		},
		{
			Name: "soap-security-empty", Violates: "A01",
			Title: says("l'en-tête Security est vide", "the Security header is empty"),
			Form: func(_ Honest, f *saml.Form) error {
				for _, el := range f.Holder.ChildElements() {
					detach(el)
				}
				f.Recipe, f.Message = nil, nil
				return nil
			},
		},
		{
			Name: "soap-vi-in-body", Violates: "A01",
			Title: says("le VI est dans le Body", "the VI is in the Body"),
			Form: func(_ Honest, f *saml.Form) error {
				f.Body.AddChild(detach(f.VI))
				return nil
			},
		},
		{
			Name: "soap-vi-under-header", Violates: "A01",
			Title: says("le VI est directement sous l'en-tête SOAP, hors de Security", "the VI is directly under the SOAP header, outside Security"),
			Form: func(_ Honest, f *saml.Form) error {
				f.Header.AddChild(detach(f.VI))
				return nil
			},
		},
		{
			Name: "soap-two-vi", Violates: "A02",
			Title: says("l'en-tête Security porte deux VI, tous deux bien signés", "the Security header bears two VIs, both well signed"),
			Form:  func(_ Honest, f *saml.Form) error { return addSecondVI(f) },
		},
		{
			Name: "soap-two-security", Violates: "A02",
			Title: says("le message porte deux en-têtes Security pour le même destinataire", "the message bears two Security headers for the same addressee"),
			Form: func(_ Honest, f *saml.Form) error {
				second := kin(f.Holder, "Security")
				second.Attr = append(second.Attr, f.Holder.Attr...)
				second.AddChild(timestamp(f.Now, f.Now.Add(beyond)))
				f.Header.AddChild(second)
				return nil
			},
		},
		{
			Name: "soap-mustunderstand-unknown", Violates: "A03",
			Title: says("un en-tête inconnu doit être compris", "an unknown header must be understood"),
			Form: func(_ Honest, f *saml.Form) error {
				unknown := foreign("Consigne")
				unknown.CreateAttr(f.Root.Space+":mustUnderstand", "1")
				f.Header.AddChild(unknown)
				return nil
			},
		},
	}
}

// addSecondVI puts a second VI after the first: the same but for its identifier, with its own signature.
func addSecondVI(f *saml.Form) error {
	if f.Recipe == nil || len(f.Recipe.References) != 1 {
		return fmt.Errorf("add second VI: the honest VI is not signed by one reference")
	}
	second := f.VI.Copy()
	id := second.SelectAttrValue(identifier(second), "") + "-bis"
	second.CreateAttr(identifier(second), id)
	f.Holder.InsertChildAt(f.VI.Index()+1, second)
	recipe := *f.Recipe
	reference := recipe.References[0]
	reference.URI = "#" + id
	recipe.References = []xmlsec.Reference{reference}
	if _, err := recipe.Sign(nil, second, f.Index); err != nil {
		return fmt.Errorf("add second VI: %w", err)
	}
	return nil
}

// tokenReferenceFaults make the reference to the VI say something else (A11).
func tokenReferenceFaults() []Mutation {
	return []Mutation{
		{
			Name: "soap-token-reference-other", Violates: "A11", Needs: []Need{TokenReference},
			Title: says("la référence de jeton désigne une autre assertion que le VI", "the token reference designates another assertion than the VI"),
			Form:  onKeyIdentifier(func(k *etree.Element) { k.SetText("_etalon-autre-assertion") }),
		},
		{
			Name: "soap-token-reference-valuetype", Violates: "A11", Needs: []Need{TokenReference},
			Title: says("la référence de jeton se dit d'un autre type que le VI", "the token reference calls itself of another type than the VI"),
			Form: onKeyIdentifier(func(k *etree.Element) {
				k.CreateAttr("ValueType", "http://docs.oasis-open.org/wss/oasis-wss-soap-message-security-1.1#ThumbprintSHA1")
			}),
		},
	}
}

// onKeyIdentifier makes a form fault of a change to the KeyIdentifier of the token reference.
func onKeyIdentifier(change func(*etree.Element)) func(Honest, *saml.Form) error {
	return func(_ Honest, f *saml.Form) error {
		k, err := descend(f.Holder, "SecurityTokenReference", "KeyIdentifier")
		if err != nil {
			return err
		}
		change(k)
		return nil
	}
}
