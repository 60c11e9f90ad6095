package doctor

import "etalon/internal/verdict"

// hint is what words of a refusal point at.
type hint struct {
	receives bool // the candidate received our message; else we received its
	words    []string
	sign     Sign
	key      string // of the role, or @ and a part of the convention: service, project, client, provider
	doubt    bool
	what     verdict.Text
	remedy   verdict.Text
}

// hints are the words of refusals, the surest first. Codes of faults are the standard's (F04 to F08) and WS-Security's.
var hints = []hint{
	{true, []string{"HTTP 404", "HTTP 405"}, NoPath, "endpoint", false,
		say("le serveur répond, mais n'a pas de service à cette adresse", "the server answers, but has no service at this address"),
		say("Corrigez le chemin de l'adresse.", "Correct the path of the address.")},
	{true, []string{"InvalidService"}, OtherAudience, "@service.audience", true,
		say("le candidat refuse l'audience du message honnête : il attend une autre URI de service", "the candidate refuses the audience of the honest message: it expects another URI of the service"),
		say("Mettez la même URI des deux côtés : celle de la convention signée.", "Put the same URI on both sides: that of the signed convention.")},
	{true, []string{"InvalidIssuer"}, OtherIssuer, "@client.issuer", true,
		say("le candidat ne connaît pas l'émetteur du message honnête, ou le certificat avec lequel il est signé ou porté", "the candidate does not know the issuer of the honest message, or the certificate by which it is signed or carried"),
		say("Mettez des deux côtés le même Issuer et les mêmes sujets de certificats pour cet organisme (issuer, tls, signature), et un projet qui les lie.", "Put the same Issuer and the same subjects of certificates for this organism on both sides (issuer, tls, signature), and a project that binds them.")},
	{true, []string{"InvalidAuthLevel"}, OtherLevel, "@service.minimum_level", true,
		say("le candidat veut une authentification plus forte que celle du message honnête", "the candidate wants a stronger authentication than that of the honest message"),
		say("Mettez le même niveau minimal des deux côtés, et la même échelle dans le profil.", "Put the same minimum level on both sides, and the same ladder in the profile.")},
	{true, []string{"InvalidPagm"}, OtherRights, "@project.pagm", true,
		say("le candidat ne connaît pas les PAGM du message honnête", "the candidate does not know the PAGM of the honest message"),
		say("Mettez les mêmes PAGM des deux côtés.", "Put the same PAGM on both sides.")},
	{true, []string{"FailedCheck", "UnsupportedAlgorithm"}, OtherSeal, "@client.signature", true,
		say("le candidat ne vérifie pas la signature du message honnête", "the candidate does not verify the signature of the honest message"),
		say("Chargez chez lui l'autorité des cachets d'essai, inscrivez le sujet du cachet, ou donnez pki.signature.", "Load the authority of the test seals there, write the subject of the seal, or give pki.signature.")},
	{true, []string{"InvalidVI", "MessageExpired"}, ClockOff, "clock", true,
		say("le candidat refuse le VI honnête, souvent pour ses instants", "the candidate refuses the honest VI, often for its instants"),
		say("Mettez les deux machines à l'heure (NTP), ou déclarez skew_seconds ; sinon comparez la convention et le profil.", "Set both machines by NTP, or declare skew_seconds; else compare the convention and the profile.")},
	{true, []string{"tls: ", "certificate required", "bad certificate", "unknown certificate"}, LinkRefused, "@client.tls", true,
		say("le candidat refuse la liaison TLS, ou le certificat que le banc y présente", "the candidate refuses the TLS link, or the certificate that the harness presents there"),
		say("Chargez chez lui les autorités de la PKI d'essai, inscrivez le sujet du certificat, ou donnez pki.client.", "Load the authorities of the test PKI there, write the subject of the certificate, or give pki.client.")},
	{true, []string{", Server", "Receiver", "HTTP 502", "HTTP 503", "HTTP 504"}, ProbeUnplugged, "backend", true,
		say("le candidat a accepté le message, et n'a pas joint l'application derrière lui", "the candidate accepted the message, and did not reach the application behind it"),
		say("Branchez-le sur la sonde du banc (listen.ports.probe), ou déclarez backend: none.", "Plug it into the probe of the harness (listen.ports.probe), or declare backend: none.")},
	{true, []string{"ActionNotSupported", "ActionMismatch", "SOAPAction"}, OtherEnvelope, "soap_action", true,
		say("le candidat n'a pas d'opération pour cette SOAPAction", "the candidate has no operation for this SOAPAction"),
		say("Donnez celle de son WSDL.", "Give that of its WSDL.")},
	{true, []string{"MustUnderstand", "VersionMismatch"}, OtherEnvelope, "soap", true,
		say("le candidat ne prend pas l'enveloppe SOAP honnête", "the candidate does not take the honest SOAP envelope"),
		say("Donnez la version convenue.", "Give the version agreed on.")},
	{false, []string{": exit status "}, DriverFailed, "drive", true,
		say("le programme a échoué, et rien n'est parvenu au partenaire que joue le banc", "the program failed, and nothing came to the partner that the harness plays"),
		say("Essayez-le à la main depuis le dossier de ce fichier, d'où il est lancé.", "Try it by hand from the folder of this file, where it is started.")},
	{false, []string{"HTTP 404", "HTTP 405"}, NoPath, "drive", false,
		say("l'application répond, mais n'a rien à cette adresse", "the application answers, but has nothing at this address"),
		say("Corrigez le chemin de l'adresse.", "Correct the path of the address.")},
	{false, []string{"HTTP 401", "HTTP 403"}, LoginRefused, "users", true,
		say("l'application refuse la personne d'essai", "the application refuses the test person"),
		say("Déclarez des personnes qu'elle connaît, avec leurs droits ; voyez aussi si un mandataire devant elle ôte l'en-tête qui les nomme.", "Declare persons whom it knows, with their rights; see too whether a proxy in front of it takes out the header that names them.")},
	{false, []string{"tls", "certificate"}, LinkRefused, "pki.provider", true,
		say("le candidat refuse la liaison TLS avec le partenaire que joue le banc", "the candidate refuses the TLS link with the partner that the harness plays"),
		say("Chargez chez lui les autorités de la PKI d'essai, ou donnez pki.provider.", "Load the authorities of the test PKI there, or give pki.provider.")},
	{false, []string{"HTTP 5", "HTTP 2"}, CallsElsewhere, "listen.ports.provider", true,
		say("l'application a été appelée, et rien n'est parvenu au partenaire que joue le banc", "the application was called, and nothing came to the partner that the harness plays"),
		say("Faites désigner au candidat l'adresse du banc (listen.address et ce port).", "Have the candidate point at the address of the harness (listen.address and this port).")},
}
