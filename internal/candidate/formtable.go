package candidate

import "etalon/internal/verdict"

// scopeTitles say in a few words what each role and mode is.
var scopeTitles = map[string]verdict.Text{
	"fournisseur/A":                say("Fournisseur, application à application (A)", "Provider, application to application (A)"),
	"fournisseur/P":                say("Fournisseur, portail à portail (P)", "Provider, portal to portal (P)"),
	"fournisseur/R":                say("Fournisseur, REST (R, expérimental)", "Provider, REST (R, experimental)"),
	"client/A":                     say("Client, application à application (A)", "Client, application to application (A)"),
	"client/P":                     say("Client, portail à portail (P)", "Client, portal to portal (P)"),
	"client/R":                     say("Client, REST (R, expérimental)", "Client, REST (R, experimental)"),
	"operateur-identification/S":   say("Opérateur d'identification d'une sphère (S)", "Identification operator of a sphere (S)"),
	"operateur-authentification/S": say("Opérateur d'authentification d'une sphère (S)", "Authentication operator of a sphere (S)"),
	"operateur-service/S":          say("Opérateur de service d'une sphère (S)", "Service operator of a sphere (S)"),
	"mss-imap/-":                   say("Opérateur MSSanté : IMAP", "MSSanté operator: IMAP"),
	"mss-smtp/-":                   say("Opérateur MSSanté : soumission SMTP", "MSSanté operator: SMTP submission"),
	"mss-operateur/-":              say("Opérateur MSSanté : entre opérateurs", "MSSanté operator: between operators"),
	"mss-organisation/-":           say("Opérateur MSSanté : cycle de vie, sur pièces", "MSSanté operator: life-cycle, on documents"),
	"lps/-":                        say("Logiciel de messagerie d'un professionnel (LPS)", "Mail program of a professional (LPS)"),
	"fournisseur-identite/-":       say("Fournisseur d'identité de Pro Santé Connect", "Identity provider of Pro Santé Connect"),
	"service-psc/-":                say("Service où Pro Santé Connect amène ses utilisateurs", "Service to which Pro Santé Connect brings its users"),
	"api-psc/-":                    say("API Pro Santé Connectée", "API behind Pro Santé Connect"),
}

// sectionTitles are those of the sections that are no role and mode.
var sectionTitles = map[string]verdict.Text{
	"candidate":                  say("Ce qui est éprouvé", "What is under test"),
	"mssante":                    say("Opérateur MSSanté", "MSSanté operator"),
	"convention":                 say("Convention et certificats", "Convention and certificates"),
	"pki":                        say("Certificats", "Certificates"),
	"listen":                     say("Où le banc écoute", "Where the harness listens"),
	"fournisseur":                say("Fournisseur, tous modes", "Provider, all modes"),
	"client":                     say("Client, tous modes", "Client, all modes"),
	"operateur-identification":   say("Ce que l'opérateur d'identification laisse voir", "What the identification operator lets be seen"),
	"operateur-authentification": say("Ce que l'opérateur d'authentification laisse voir", "What the authentication operator lets be seen"),
	"operateur-service":          say("Ce que l'opérateur de service laisse voir", "What the service operator lets be seen"),
}

// The lines that several parts share.
var (
	projectOf = asked{key: "project", fr: "Projet", en: "Project", more: true}
	serviceOf = asked{key: "service", fr: "Service principal", en: "Main service", more: true}
	transport = asked{key: "transport", fr: "Transport de la Response", en: "Transport of the Response", more: true}
	bearer    = asked{key: "token", fr: "Porteur du VI", en: "Bearer of the VI", more: true}
	skew      = asked{key: "skew_seconds", fr: "Tolérance d'horloge (s)", en: "Clock tolerance (s)", more: true}
	clockAt   = asked{key: "clock.http", fr: "Réglage de l'horloge", en: "Setting of the clock", more: true}
	organism  = asked{key: "organism", fr: "Organisme représenté", en: "Organism stood for", more: true}
	backend   = asked{key: "backend", fr: "Derrière le candidat", en: "Behind the candidate"}
	trust     = asked{key: "pki.trust", fr: "Autorités du candidat (fichier PEM)", en: "The candidate's authorities (PEM file)"}
	listening = []asked{
		{key: "ports", fr: "Ports du banc", en: "Ports of the harness"},
		{key: "address", fr: "Adresse d'écoute", en: "Address to listen on", more: true},
		{key: "ports.provider", fr: "Port du faux fournisseur", en: "Port of the mock provider", more: true},
		{key: "ports.client", fr: "Port du faux client", en: "Port of the mock client", more: true},
		{key: "ports.probe", fr: "Port de la sonde", en: "Port of the probe", more: true},
		{key: "ports.revocation", fr: "Port des révocations", en: "Port of revocations", more: true},
		{key: "ports.service", fr: "Port du faux service", en: "Port of the mock service", more: true},
		{key: "ports.portal", fr: "Port du faux portail", en: "Port of the mock portal", more: true},
		{key: "ports.authentication", fr: "Port du faux opérateur d'authentification", en: "Port of the mock authentication operator", more: true},
		{key: "ports.identification", fr: "Port du faux opérateur d'identification", en: "Port of the mock identification operator", more: true},
	}
	login = []asked{
		{key: "login.url", fr: "Page de connexion", en: "Login page"},
		{key: "login.form.user", fr: "Champ de l'identifiant", en: "Field of the identifier"},
		{key: "login.form.password", fr: "Champ du secret", en: "Field of the secret"},
		{key: "login.success.cookie", fr: "Témoin posé par la connexion", en: "Cookie set by the login"},
		{key: "login.success.text", fr: "ou texte de la page atteinte", en: "or text of the page reached", more: true},
		{key: "login.success.url", fr: "ou début de son URL", en: "or beginning of its URL", more: true},
	}
	tracesOf = []asked{
		{key: "traces.http", fr: "Traces, par HTTP", en: "Traces, over HTTP"},
		{key: "traces.declared", fr: "ou traces sur pièce (fichier)", en: "or traces as a document (file)"},
		{key: "traces.exchange", fr: "Échange de traces", en: "Exchange of traces", more: true},
	}
	driven = []asked{
		{key: "drive.http.url", fr: "URL que l'application appelle", en: "URL that the application calls"},
		{key: "drive.http.identity", fr: "Forme de l'identité", en: "Form of the identity"},
		{key: "drive.manual", fr: "ou à la main", en: "or by hand"},
	}
	pscOf = []asked{
		{key: "psc.listen", fr: "Pro Santé Connect du banc : écoute", en: "The harness's Pro Santé Connect: listens at"},
		{key: "psc.host", fr: "Pro Santé Connect du banc : nom", en: "The harness's Pro Santé Connect: name", more: true},
		{key: "psc.client.id", fr: "client_id du candidat", en: "client_id of the candidate"},
		{key: "psc.client.secret", fr: "Secret du candidat", en: "Secret of the candidate"},
		{key: "psc.client.subject", fr: "ou sujet de son certificat", en: "or subject of its certificate", more: true},
	}
)

// lines puts lines of the table together.
func lines(parts ...any) (all []asked) {
	for _, part := range parts {
		switch p := part.(type) {
		case asked:
			all = append(all, p)
		case []asked:
			all = append(all, p...)
		}
	}
	return all
}

// formTable is what the form asks for, by section. A key that is not here is for the whole file, which experts write.
var formTable = map[string][]asked{
	"candidate": {
		{key: "name", fr: "Nom du produit", en: "Name of the product"},
		{key: "vendor", fr: "Éditeur", en: "Vendor"},
		{key: "version", fr: "Version", en: "Version"},
	},
	"convention": {
		{key: "convention", fr: "Convention (fichier)", en: "Convention (file)", more: true},
		{key: "profile", fr: "Profil", en: "Profile", more: true, only: []string{"current", "legacy"}},
		trust,
	},
	"pki":    {trust},
	"listen": listening,
	"fournisseur/A": {
		{key: "endpoint", fr: "URL de la passerelle", en: "URL of the gateway"},
		projectOf, serviceOf,
		{key: "soap_action", fr: "SOAPAction", en: "SOAPAction", more: true},
		{key: "soap", fr: "Version de SOAP", en: "SOAP version", more: true},
	},
	"fournisseur/P": {
		{key: "acs", fr: "URL de réception (ACS)", en: "URL of reception (ACS)"},
		{key: "target", fr: "Page du service", en: "Page of the service"},
		{key: "identity.header", fr: "En-tête de l'identifiant", en: "Header of the identifier", more: true},
		{key: "identity.text", fr: "ou texte qui le montre", en: "or text that shows it", more: true},
		{key: "success", fr: "Texte d'une page servie", en: "Text of a page served", more: true},
		transport, projectOf, serviceOf,
	},
	"fournisseur/R": {
		{key: "endpoint", fr: "URL de la ressource", en: "URL of the resource"},
		bearer, projectOf, serviceOf,
	},
	"fournisseur": lines(backend, tracesOf, organism, skew, clockAt),
	"client/A": lines(driven, projectOf, serviceOf,
		asked{key: "services", fr: "Autres services", en: "Other services", more: true}),
	"client/P": lines(login,
		asked{key: "headers", fr: "ou en-têtes à la place de la connexion", en: "or headers in the place of the login", more: true},
		asked{key: "link", fr: "Lien vers le service", en: "Link to the service"},
		asked{key: "logout", fr: "Déconnexion", en: "Logout", more: true},
		asked{key: "session", fr: "Vie de la session", en: "Life of the session", more: true},
		transport, projectOf, serviceOf),
	"client/R": lines(driven, bearer, projectOf, serviceOf),
	"client": lines(tracesOf,
		asked{key: "retries", fr: "Renvois", en: "Retries", more: true}, organism, skew, clockAt),
	"operateur-identification/S": lines(
		asked{key: "identification", fr: "URL de départ", en: "URL of departure"}, login,
		asked{key: "operator", fr: "Opérateur destinataire", en: "Operator addressed", more: true},
		asked{key: "metadata", fr: "Métadonnées", en: "Metadata", more: true}),
	"operateur-identification": lines(tracesOf, organism, skew, clockAt),
	"operateur-authentification/S": lines(
		asked{key: "sso", fr: "URL des AuthnRequest", en: "URL of AuthnRequests"},
		asked{key: "rebond", fr: "URL de rebond", en: "URL of the bounce"}, login,
		asked{key: "slo", fr: "Déconnexion, par le navigateur", en: "Logout, by the browser", more: true},
		asked{key: "soap_slo", fr: "Déconnexion, canal arrière", en: "Logout, back channel", more: true},
		asked{key: "context", fr: "Réception des jetons de contexte", en: "Reception of context tokens", more: true},
		asked{key: "logout", fr: "Sortie de tout", en: "Way out of everything", more: true},
		asked{key: "metadata", fr: "Métadonnées", en: "Metadata", more: true},
		asked{key: "flow", fr: "Cinématique", en: "Flow", more: true}, projectOf, serviceOf),
	"operateur-authentification": lines(tracesOf, organism, skew, clockAt),
	"operateur-service/S": {
		{key: "acs", fr: "URL de réception (ACS)", en: "URL of reception (ACS)"},
		{key: "target", fr: "Page du service", en: "Page of the service"},
		{key: "slo", fr: "Déconnexion, par le navigateur", en: "Logout, by the browser", more: true},
		{key: "soap_slo", fr: "Déconnexion, canal arrière", en: "Logout, back channel", more: true},
		{key: "discovery", fr: "Choix de l'opérateur", en: "Choice of the operator", more: true},
		{key: "logout", fr: "Déconnexion ici", en: "Logout here", more: true},
		{key: "global_logout", fr: "Déconnexion de toute la sphère", en: "Logout from the whole sphere", more: true},
		{key: "metadata", fr: "Métadonnées", en: "Metadata", more: true},
		{key: "flow", fr: "Cinématique", en: "Flow", more: true}, projectOf, serviceOf,
	},
	"operateur-service": lines(backend, tracesOf, organism, skew, clockAt),
	"mssante": lines(
		asked{key: "host", fr: "Nom publié", en: "Published name"},
		asked{key: "token_check", fr: "Vérification des jetons", en: "Check of tokens"},
		asked{key: "mailboxes", fr: "Boîtes d'essai", en: "Test mailboxes", rows: []asked{
			{key: "address", fr: "Adresse", en: "Address"},
			{key: "type", fr: "Type", en: "Type"},
			{key: "holder", fr: "IdNat du titulaire", en: "IdNat of the holder"},
			{key: "delegates", fr: "Délégués", en: "Delegates", words: true},
		}},
		asked{key: "recipient", fr: "Destinataire des envois", en: "Recipient of what is sent", more: true},
		asked{key: "second_means", fr: "Ouverture par certificat", en: "Opening by certificate", more: true},
		pscOf, skew, clockAt),
	"mss-imap": {
		{key: "address", fr: "Adresse et port (STARTTLS)", en: "Address and port (STARTTLS)"},
		{key: "implicit", fr: "Adresse et port (TLS d'emblée)", en: "Address and port (TLS at once)", more: true},
	},
	"mss-smtp": {
		{key: "address", fr: "Adresse et port (STARTTLS)", en: "Address and port (STARTTLS)"},
		{key: "implicit", fr: "Adresse et port (TLS d'emblée)", en: "Address and port (TLS at once)", more: true},
	},
	"mss-operateur": {
		{key: "address", fr: "Adresse et port (STARTTLS)", en: "Address and port (STARTTLS)"},
		{key: "domains", fr: "Domaines", en: "Domains", more: true},
		{key: "subject", fr: "Sujet du certificat", en: "Subject of the certificate", more: true},
		{key: "mailbox", fr: "Boîte des échanges", en: "Mailbox of the exchanges", more: true},
	},
	"mss-organisation": {},
	"lps": {
		{key: "mailbox", fr: "Boîte ouverte", en: "Mailbox opened"},
		{key: "holder", fr: "IdNat du professionnel", en: "IdNat of the professional"},
		{key: "author", fr: "Nom d'affichage", en: "Display name", more: true},
		{key: "nil", fr: "Référence du produit (NIL)", en: "Reference of the product (NIL)"},
		{key: "drive.manual", fr: "Gestes à la main", en: "Gestures by hand"},
		{key: "drive.http.url", fr: "ou URL qui fait les gestes", en: "or URL that makes the gestures"},
		{key: "writes", fr: "Ce qu'il sait écrire", en: "What it can write", more: true},
		{key: "operator.host", fr: "Opérateur du banc : nom", en: "The harness's operator: name", more: true},
		{key: "operator.ports.imap", fr: "Opérateur du banc : port IMAP", en: "The harness's operator: IMAP port", more: true},
		{key: "operator.ports.smtp", fr: "Opérateur du banc : port SMTP", en: "The harness's operator: SMTP port", more: true},
		{key: "psc.listen", fr: "Pro Santé Connect du banc : écoute", en: "The harness's Pro Santé Connect: listens at"},
		{key: "psc.client.id", fr: "client_id du logiciel", en: "client_id of the program"},
		{key: "psc.client.secret", fr: "Secret du logiciel", en: "Secret of the program"},
		skew, clockAt,
	},
	"fournisseur-identite": {
		{key: "issuer", fr: "Émetteur", en: "Issuer"},
		{key: "discovery", fr: "Document de découverte", en: "Discovery document", more: true},
		{key: "entity", fr: "Exigences portées", en: "Requirements answered for"},
		{key: "client.id", fr: "client_id de Pro Santé Connect", en: "client_id of Pro Santé Connect"},
		{key: "client.secret", fr: "Secret de Pro Santé Connect", en: "Secret of Pro Santé Connect"},
		{key: "redirect", fr: "Adresse de retour", en: "Return address", more: true},
		{key: "post_logout", fr: "Retour de déconnexion", en: "Return after a logout", more: true},
		{key: "scope", fr: "Scopes demandés", en: "Scopes asked for", more: true},
		{key: "user_claim", fr: "Champ de la personne", en: "Claim of the person", more: true},
		{key: "establishment_claim", fr: "Champ de l'établissement", en: "Claim of the establishment", more: true},
		{key: "login.forms", fr: "Pages de connexion", en: "Login pages", rows: []asked{
			{key: "user", fr: "Champ de l'identifiant", en: "Field of the identifier"},
			{key: "password", fr: "Champ du secret", en: "Field of the secret"},
		}},
		{key: "means", fr: "Moyens d'identification", en: "Means of identification", rows: []asked{
			{key: "name", fr: "Nom", en: "Name"},
			{key: "amr", fr: "Valeurs d'amr", en: "Values of amr", words: true},
			{key: "strong", fr: "Fort", en: "Strong"},
		}},
		{key: "establishments.0.id", fr: "Établissement", en: "Establishment"},
		{key: "establishments.0.domains", fr: "Ses domaines de messagerie", en: "Its mail domains", words: true, more: true},
		{key: "establishments.0.persons", fr: "Personnes d'essai", en: "Test persons", rows: []asked{
			{key: "id", fr: "Identifiant", en: "Identifier"},
			{key: "secret", fr: "Secret", en: "Secret"},
			{key: "totp", fr: "Secret TOTP", en: "TOTP secret"},
		}},
		skew, clockAt,
	},
	"service-psc": lines(
		asked{key: "login", fr: "Début de la connexion", en: "Beginning of the login"},
		asked{key: "protected", fr: "Page protégée", en: "Protected page"},
		asked{key: "success", fr: "Texte de cette page", en: "Text of that page", more: true},
		asked{key: "redirects", fr: "Adresses de retour", en: "Return addresses"},
		asked{key: "logout", fr: "Déconnexion", en: "Logout", more: true},
		asked{key: "farewells", fr: "Retours de déconnexion", en: "Returns after a logout", more: true},
		asked{key: "renews", fr: "Jetons rafraîchis", en: "Refreshed tokens", more: true},
		asked{key: "trust_space", fr: "Espace de Confiance", en: "Espace de Confiance", more: true},
		asked{key: "id_token_algorithm", fr: "Signature des jetons d'identité", en: "Signature of identity tokens", more: true},
		asked{key: "persons", fr: "Personnes d'essai (IdNat)", en: "Test persons (IdNat)", more: true},
		pscOf, skew, clockAt),
	"api-psc": lines(
		asked{key: "token", fr: "Échange de jetons", en: "Exchange of tokens"},
		asked{key: "resource", fr: "Ressource protégée", en: "Protected resource"},
		asked{key: "scope", fr: "Portée", en: "Scope"},
		asked{key: "contains", fr: "Texte de la réponse honnête", en: "Text of the honest answer", more: true},
		asked{key: "method", fr: "Verbe HTTP", en: "HTTP verb", more: true},
		asked{key: "client", fr: "client_id du proxy", en: "client_id of the proxy", more: true},
		asked{key: "subject_token_type", fr: "Type du jeton échangé", en: "Type of the token exchanged", more: true},
		asked{key: "token_form", fr: "Forme des jetons", en: "Form of the tokens", more: true},
		asked{key: "introspection", fr: "Introspection", en: "Introspection", more: true},
		asked{key: "revocation", fr: "Révocation", en: "Revocation", more: true},
		pscOf, skew, clockAt),
}
