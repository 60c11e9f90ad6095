package mutation

import (
	"encoding/xml"
	"net/http"

	"etalon/internal/soap"
	"etalon/internal/xmlsec"
)

// answerFaults are the answers of a provider to which a client must react soundly (T07, A06, A13, A15).
func answerFaults() []Mutation {
	answers := func(a Answer) func(Honest) Conduct {
		return func(Honest) Conduct { return Conduct{Answer: &a} }
	}
	return append(technicalFaults(answers),
		Mutation{
			Name: "channel-redirect-https-to-http", Violates: "T07", Modes: anyMode,
			Title:   says("le fournisseur renvoie le client vers une adresse en http", "the provider redirects the client to an http address"),
			Conduct: answers(Answer{Status: http.StatusTemporaryRedirect, Redirect: true}),
		},
		Mutation{
			Name: "answer-redirect", Violates: "T07", Modes: anyMode,
			Title:   says("le fournisseur renvoie le client, définitivement, vers une adresse en http", "the provider redirects the client, for good, to an http address"),
			Conduct: answers(Answer{Status: http.StatusPermanentRedirect, Redirect: true}),
		},
		Mutation{
			Name: "answer-business-fault", Violates: "A06",
			Title:   says("l'application répond par un fault métier, que le client doit rendre tel quel", "the application answers with a business fault, which the client must hand back as it is"),
			Conduct: answers(Answer{Business: true}),
		},
		Mutation{
			Name: "answer-http-status", Violates: "A06",
			Title:   says("l'application répond sous un statut HTTP peu courant, que le client doit conserver", "the application answers under an uncommon HTTP status, which the client must keep"),
			Conduct: answers(Answer{Status: http.StatusAccepted}),
		},
		Mutation{
			Name: "answer-with-vi", Violates: "A06",
			Title:   says("la réponse porte un en-tête Security avec un VI, que l'application ne doit pas voir", "the answer bears a Security header with a VI, which the application must not see"),
			Conduct: answers(Answer{WithVI: true}),
		},
		Mutation{
			Name: "answer-interops-infos", Violates: "A15", Needs: []Need{InteropsInfos},
			Title: says("la réponse porte un en-tête Interops-Infos, qui n'appartient qu'à la liaison locale du client", "the answer bears an Interops-Infos header, which belongs to the client's local link alone"),
			Conduct: answers(Answer{Header: http.Header{"Interops-Infos": {
				"<InteropsInfos><SubjectId>agent-usurpe</SubjectId><Roles><Role>" + unknownPAGM + "</Role></Roles></InteropsInfos>",
			}}}),
		},
		Mutation{
			Name: "answer-closed", Violates: "A13",
			Title:   says("le fournisseur ferme la connexion sans répondre", "the provider closes the connection without an answer"),
			Conduct: answers(Answer{Close: true}),
		},
		Mutation{
			Name: "answer-html", Violates: "A13",
			Title: says("un intermédiaire répond par une page HTML au lieu d'un fault", "an intermediary answers with an HTML page in place of a fault"),
			Conduct: answers(Answer{
				Status: http.StatusBadGateway, ContentType: "text/html; charset=utf-8",
				Body: []byte("<html><head><title>502</title></head><body><h1>Bad Gateway</h1><br></body></html>"),
			}),
		},
	)
}

// technicalFaults are the security faults, which a client handles and never shows to its user (A13).
func technicalFaults(answers func(Answer) func(Honest) Conduct) []Mutation {
	fault := func(name, space, local, text, fr, en string) Mutation {
		return Mutation{
			Name: name, Violates: "A13", Title: says(fr, en),
			Conduct: answers(Answer{Fault: xml.Name{Space: space, Local: local}, FaultText: text}),
		}
	}
	all := []Mutation{
		fault("answer-fault-invalid-vi", soap.NamespaceVI, "InvalidVI", "Le VI est invalide",
			"le fournisseur répond InvalidVI : un seul renouvellement, puis l'arrêt", "the provider answers InvalidVI: one renewal, then stop"),
		fault("answer-fault-failed-check", xmlsec.NamespaceWSSE, "FailedCheck", "La signature ou le chiffrement n'est pas valide",
			"le fournisseur répond FailedCheck : rien ne sert de recommencer", "the provider answers FailedCheck: trying again is of no use"),
		fault("answer-fault-security-token-unavailable", xmlsec.NamespaceWSSE, "SecurityTokenUnavailable", "La référence au jeton de sécurité est introuvable",
			"le fournisseur répond qu'il n'a pas trouvé de VI", "the provider answers that it found no VI"),
		fault("answer-fault-invalid-security-token", xmlsec.NamespaceWSSE, "InvalidSecurityToken", "Le jeton de sécurité fourni est invalide",
			"le fournisseur répond que le VI est mal formé", "the provider answers that the VI is malformed"),
		fault("answer-fault-invalid-service", soap.NamespaceVI, "InvalidService", "Le service visé par le VI n'existe pas ou est invalide",
			"le fournisseur répond que le service visé est invalide", "the provider answers that the service aimed at is invalid"),
		fault("answer-fault-invalid-issuer", soap.NamespaceVI, "InvalidIssuer", "L'identifiant de l'organisme client présent dans le VI est invalide ou inconnu",
			"le fournisseur répond que l'organisme client est inconnu", "the provider answers that the client organism is unknown"),
		fault("answer-fault-invalid-auth-level", soap.NamespaceVI, "InvalidAuthLevel", "Le niveau d'authentification initial n'est pas conforme au contrat d'interopérabilité",
			"le fournisseur répond que le niveau d'authentification ne suffit pas", "the provider answers that the authentication level is not enough"),
		fault("answer-fault-invalid-pagm", soap.NamespaceVI, "InvalidPagm", "Le ou les PAGM présents dans le VI sont invalides",
			"le fournisseur répond que les PAGM sont invalides", "the provider answers that the PAGM are invalid"),
	}
	all[0].Modes = anyMode // a refusal of the VI, in the words of each mode
	return all
}
