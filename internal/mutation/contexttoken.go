package mutation

import (
	"errors"
	"time"

	"github.com/beevik/etree"

	"etalon/internal/interops"
	"etalon/internal/saml"
)

// errNoOperator tells that the convention has no other authentication operator.
var errNoOperator = errors.New("change audience: the sphere has no other authentication operator")

// contextFaults hurt the context token of an identification operator (C01 to C04).
func contextFaults() []Mutation {
	return lettersOf(ContextToken, []Mutation{
		{
			Name: "context-signature-absent", Violates: "C01",
			Title: says("le jeton de contexte n'est pas signé", "the context token is not signed"),
			Form:  unsigned,
		},
		{
			Name: "context-issuer-not-identifying", Violates: "C01", Needs: []Need{NoIdentifier},
			Title: says("le jeton de contexte est signé par un membre qui n'identifie personne", "the context token is signed by a member that identifies nobody"),
			Form:  from(func(h Honest) (interops.Organism, bool) { return h.without(interops.IdentificationOperator) }, issuerOf),
		},
		{
			Name: "context-identity-altered", Violates: "C01",
			Title: says("l'identité du jeton de contexte a changé après sa signature", "the identity in the context token was changed after it was signed"),
			Wire:  rewritten("</saml2:NameID>", "-autre</saml2:NameID>"),
		},
		{
			Name: "context-identity-absent", Violates: "C02",
			Title: says("le jeton de contexte ne désigne personne", "the context token designates nobody"),
			Form: func(_ Honest, f *saml.Form) error {
				name, err := descend(f.Root, "Subject", "NameID")
				if err == nil {
					detach(name)
				}
				return err
			},
		},
		{
			Name: "context-means-absent", Violates: "C02",
			Title: says("le jeton de contexte ne dit pas par quel moyen la personne fut identifiée", "the context token does not say by which means the person was identified"),
			Form:  withoutAttribute(saml.ContextMethod),
		},
		{
			Name: "context-audience-other", Violates: "C03", Needs: []Need{OtherOperator},
			Title: says("le jeton de contexte est destiné à un autre opérateur d'authentification", "the context token is meant for another authentication operator"),
			Form: func(h Honest, f *saml.Form) error {
				other, found := h.otherOperator()
				if !found {
					return errNoOperator
				}
				audience, err := descend(f.Root, "Conditions", "AudienceRestriction", "Audience")
				if err != nil {
					return err
				}
				audience.SetText(other.Issuer)
				data, err := descend(f.Root, "Subject", "SubjectConfirmation", "SubjectConfirmationData")
				if err == nil {
					data.CreateAttr("Recipient", other.Recipient)
				}
				return err
			},
		},
		{
			Name: "context-expired", Violates: "C04",
			Title: says("le jeton de contexte est expiré", "the context token has expired"),
			Form:  expiredContext,
		},
	})
}

// withoutAttribute takes an attribute out of a context token.
func withoutAttribute(name string) func(Honest, *saml.Form) error {
	return func(_ Honest, f *saml.Form) error {
		statement, err := descend(f.Root, "AttributeStatement")
		if err != nil {
			return err
		}
		for _, a := range statement.ChildElements() {
			if a.SelectAttrValue("Name", "") == name {
				detach(a)
				return nil
			}
		}
		return errors.New("remove attribute: the honest token has none of that name")
	}
}

// expiredContext puts every instant of a token an hour back.
func expiredContext(h Honest, f *saml.Form) error {
	by := -tooOld - h.Profile.Skew()
	for _, e := range append([]*etree.Element{f.Root}, f.Root.FindElements(".//*")...) {
		for i, a := range e.Attr {
			if at, err := time.Parse(time.RFC3339Nano, a.Value); err == nil {
				e.Attr[i].Value = at.Add(by).UTC().Format(interops.InstantLayout)
			}
		}
	}
	return nil
}
