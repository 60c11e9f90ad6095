package mutation

import (
	"cmp"

	"etalon/internal/interops"
	"etalon/internal/saml"
)

// logoutFaults hurt the LogoutRequest of a member (D02, D03).
func logoutFaults() []Mutation {
	past := func(h Honest) string {
		return h.Now.Add(-tooOld - h.Profile.Skew()).UTC().Format(interops.InstantLayout)
	}
	return lettersOf(LogoutRequest, []Mutation{
		{
			Name: "logout-signature-absent", Violates: "D02",
			Title: says("la demande de déconnexion n'est pas signée", "the LogoutRequest is not signed"),
			Form:  unsigned,
		},
		{
			Name: "logout-altered", Violates: "D02",
			Title: says("la demande de déconnexion a changé après sa signature", "the LogoutRequest was changed after it was signed"),
			Wire:  rewritten(`Reason="urn:oasis:names:tc:SAML:2.0:logout:user"`, `Reason="urn:oasis:names:tc:SAML:2.0:logout:admin"`),
		},
		{
			Name: "logout-issuer-outside", Violates: "D02", Needs: []Need{Outsider},
			Title: says("la demande de déconnexion vient d'un organisme extérieur à la sphère", "the LogoutRequest comes from an organism outside the sphere"),
			Form:  from(Honest.outsider, func(o interops.Organism) string { return cmp.Or(o.Recipient, o.Issuer) }),
		},
		{
			Name: "logout-expired", Violates: "D02",
			Title: says("la demande de déconnexion est expirée", "the LogoutRequest has expired"),
			Form: func(h Honest, f *saml.Form) error {
				dated(f.Root, []string{"IssueInstant", "NotOnOrAfter"}, past(h))
				return nil
			},
		},
		{
			Name: "logout-session-unknown", Violates: "D03",
			Title: says("la demande de déconnexion nomme une session que personne n'a", "the LogoutRequest names a session that nobody has"),
			Form:  textual(func(Honest) (string, error) { return "_etalon-session-inconnue", nil }, "SessionIndex"),
		},
		{
			Name: "logout-nameid-other", Violates: "D03",
			Title: says("la demande de déconnexion nomme une autre personne que celle de la session", "the LogoutRequest names another person than the session's"),
			Form:  textual(func(Honest) (string, error) { return "une-autre-personne", nil }, "NameID"),
		},
	})
}
