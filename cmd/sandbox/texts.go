package main

import (
	"fmt"

	"etalon/cmd/internal/cli"
)

// words are the program's own, French and English.
var words = cli.Words{
	"description": {
		"Joue les organismes partenaires d'une convention InterOPS, honnêtes sauf demande, ou une souche seule. Tout y est de TEST.",
		"Plays the partner organisms of an InterOPS convention, honest unless asked, or a stub alone. All of it is TEST.",
	},
	"lang":            {"Langue des messages (défaut : celle de l'environnement, sinon fr).", "Language of messages (default: the environment's, else fr)."},
	"serve":           {"Joue les partenaires jusqu'à ce qu'on l'arrête.", "Plays the partners until it is ended."},
	"stub":            {"Joue une souche (fournisseur, client, opérateur d'une sphère ou opérateur MSSanté) et donne le fichier candidat qui la conduit.", "Plays a stub (fournisseur, client, operator of a sphere or MSSanté operator) and prints the candidate file that drives it."},
	"role":            {"fournisseur, client, un opérateur de sphère (operateur-identification, operateur-authentification, operateur-service), ou mss-imap.", "fournisseur, client, an operator of a sphere (operateur-identification, operateur-authentification, operateur-service), or mss-imap."},
	"mode":            {"Mode de la souche (défaut : A, et S pour un opérateur).", "Mode of the mock candidate (default: A, and S for an operator)."},
	"transport":       {"Transport des Responses en mode P, ou forme du jeton en mode R (défaut : ceux du profil).", "Transport of the Responses in mode P, or form of the token in mode R (default: the profile's)."},
	"flaw":            {"Défaut de la souche (répétable) ; voir conformance list flaws.", "Flaw of the stub (repeatable); see conformance list flaws."},
	"dir":             {"Dossier de la souche : candidat, PKI, traces, journal (défaut : un dossier temporaire).", "Folder of the stub: candidate, PKI, traces, log (default: a temporary folder)."},
	"config":          {"Fichier candidat dont prendre la convention, la PKI et les ports (défaut : la convention de test).", "Candidate file from which to take convention, PKI and ports (default: the test convention)."},
	"mss":             {"Joue aussi Pro Santé Connect et un opérateur MSSanté (adresses : --psc-…).", "Plays Pro Santé Connect and an MSSanté operator too (addresses: --psc-…)."},
	"candidates":      {"Dossier de fichiers candidats (NOM.yaml, ou NOM/candidate.yaml) contre lesquels la console lance des campagnes.", "Folder of candidate files (NAME.yaml, or NAME/candidate.yaml) against which the console runs campaigns."},
	"targets":         {"Ce que peuvent appeler les candidats faits dans une page (répétable) : hôte, *.domaine, adresse/bits, loopback, avec :port ; listen:ADRESSE ; @FICHIER (défaut : cette machine, pour l'exploitant seul).", "What candidates made in a page may call (repeatable): host, *.domain, address/bits, loopback, with :port; listen:ADDRESS; @FILE (default: this machine, for the operator alone)."},
	"signkey":         {"Clé qui signe les rapports des campagnes : PKCS#12, ou PEM PKCS#8 suivie de son certificat (défaut : une clé de TEST).", "Key that signs the reports of campaigns: PKCS#12, or PEM PKCS#8 followed by its certificate (default: a TEST key)."},
	"store":           {"Dossier où garder ce qui est vu (défaut : $XDG_DATA_HOME/etalon, sinon ~/.local/share/etalon).", "Folder where what is seen is kept (default: $XDG_DATA_HOME/etalon, else ~/.local/share/etalon)."},
	"keepdays":        {"Jours pendant lesquels un échange est gardé ; 0 : toujours.", "Days for which an exchange is kept; 0: for ever."},
	"keepmib":         {"Place que prennent les échanges, en Mio ; 0 : sans borne.", "Room that exchanges take, in MiB; 0: unbounded."},
	"backup":          {"Écrit tout le magasin dans un fichier, même pendant que serve s'en sert.", "Writes the whole store into one file, even while serve is using it."},
	"backupfile":      {"Fichier à écrire.", "File to write."},
	"restore":         {"Refait un magasin d'une sauvegarde, dans un dossier qui n'en tient pas.", "Makes a store from a backup, in a folder that holds none."},
	"restorefile":     {"Sauvegarde.", "Backup."},
	"listen":          {"Adresse de la console et de la gestion ; hors de la boucle locale, il faut aussi --tls-cert et --access.", "Address of console and management; beyond loopback, --tls-cert and --access are needed too."},
	"manage":          {"Adresse de la gestion ; la boucle locale seulement.", "Management address; loopback only."},
	"tlscert":         {"Certificat de la console, avec sa chaîne, en PEM.", "Certificate of the console, with its chain, in PEM."},
	"tlskey":          {"Sa clé, en PEM (défaut : dans le fichier du certificat).", "Its key, in PEM (default: in the file of the certificate)."},
	"access":          {"Fichier d'accès : qui entre dans la console (sans lui, qui est sur cette machine est exploitant).", "Access file: who enters the console (without it, whoever is at this machine is an operator)."},
	"token":           {"Fait un jeton pour le fichier d'accès.", "Makes a token for the access file."},
	"tokenname":       {"Qui le tient ; d'un éditeur, c'est à ce nom que sont ses échanges.", "Who holds it; of a vendor, its exchanges are under this name."},
	"tokenrank":       {"operator (fait tout), vendor (voit et fait ce qui est à lui) ou auditor (voit tout).", "operator (does everything), vendor (sees and does what is its own) or auditor (sees everything)."},
	"tokendays":       {"Jours pendant lesquels il ouvre.", "Days for which it opens."},
	"sphere":          {"Joue la sphère d'essai (quatre organismes), y fait passer des personnes, et dessine leur parcours.", "Plays the sample sphere (four organisms), sends persons through it, and draws their journey."},
	"psc":             {"Joue Pro Santé Connect : services OpenID, jetons de tout contenu, introspection sur commande, journal.", "Plays Pro Santé Connect: OpenID services, tokens of any content, introspection on demand, a journal."},
	"psclisten":       {"Adresse des services OpenID ; la boucle locale seulement.", "Address of the OpenID services; loopback only."},
	"revocation":      {"Adresse des listes de révocation ; la boucle locale seulement.", "Address of the revocation lists; loopback only."},
	"redirect":        {"Adresse de retour du logiciel, de plus (répétable) : https, ou http sur la boucle locale.", "One more return address of the mail program (repeatable): https, or http on loopback."},
	"mutualtls":       {"N'admet que des clients qui présentent leur certificat.", "Takes only clients that present their certificate."},
	"pscoperator":     {"Joue aussi un opérateur MSSanté qui se fie à ces jetons, pour un logiciel de messagerie.", "Plays an MSSanté operator too, which trusts these tokens, for a mail program."},
	"pscimap":         {"Adresse IMAP de l'opérateur.", "Address of the operator's IMAP."},
	"psclist":         {"Adresse où la liste blanche est publiée, avec l'opérateur.", "Address where the white list is published, with the operator."},
	"pscsmtp":         {"Adresse de soumission de l'opérateur.", "Address of the operator's submission."},
	"pscdir":          {"Dossier d'une PKI qui dure, faite la première fois (défaut : une PKI faite au démarrage).", "Folder of a PKI that lasts, made the first time (default: a PKI made at start)."},
	"persons":         {"Personnes de synthèse, toutes à la fois (1 à défaut, 1000 au plus).", "Synthetic persons, all at once (default 1, at most 1000)."},
	"sphereout":       {"Dossier du rapport, du diagramme et des traces (défaut : un dossier temporaire) ; traces/ ne doit pas y être.", "Folder of report, diagram and traces (default: a temporary folder); traces/ must not be there."},
	"timestamp":       {"Joue une autorité d'horodatage de TEST (RFC 3161) ; écrit son adresse, puis où est son autorité racine.", "Plays a TEST time authority (RFC 3161); writes its address, then where its root is."},
	"timestamplisten": {"Adresse de l'autorité ; la boucle locale seulement, port 0 : un port libre.", "Address of the authority; loopback only, port 0: a free port."},
	"timestampdir":    {"Dossier où écrire horodatage.pem (défaut : un dossier temporaire).", "Folder in which to write horodatage.pem (default: a temporary folder)."},
	"timestampflaw":   {"Ce en quoi elle ment : imprint, nonce, usage, expired, far, signature, bare, refuses ou garbage.", "In what it lies: imprint, nonce, usage, expired, far, signature, bare, refuses or garbage."},
	"busy":            {"un port est pris : arrêtez l'autre programme, ou choisissez d'autres ports", "a port is in use: end the other program, or choose other ports"},
	"candidate":       {"fichier candidat", "candidate file"},
	"help":            {"Montre cette aide.", "Shows this help."},
}

// say writes a line in the user's language.
func (s *streams) say(fr, en string, args ...any) {
	fmt.Fprintf(s.out, cli.In(s.lang, fr, en)+"\n", args...)
}

// examples stand under the help of each command.
var examples = map[string][]string{
	"":          {"sandbox serve", "sandbox stub fournisseur --flaw skips-audience"},
	"sphere":    {"sandbox sphere", "sandbox sphere --persons 200 --out sphere"},
	"psc":       {"sandbox psc", "sandbox psc --operator", "sandbox psc --dir psc --redirect https://lps.exemple.test/retour"},
	"backup":    {"sandbox backup sauvegarde.zip"},
	"timestamp": {"sandbox timestamp", "sandbox timestamp --listen 127.0.0.1:0 --dir horodatage", "sandbox timestamp --flaw nonce"},
	"token":     {"sandbox token editeur-a --rank vendor", "sandbox token exploitant --rank operator --days 30"},
	"restore":   {"sandbox restore sauvegarde.zip --store ailleurs"},
	"serve":     {"sandbox serve", "sandbox serve --config essai/candidate.yaml", "sandbox serve --mss", "sandbox serve --sign-key operateur.p12 --tsa http://127.0.0.1:8550/ --tsa-roots horodatage.pem", "sandbox serve --listen 0.0.0.0:8540 --tls-cert cert.pem --tls-key key.pem --access acces.yaml"},
	"stub":      {"sandbox stub fournisseur", "sandbox stub client --flaw omits-pagm --dir souche", "sandbox stub mss-imap --dir operateur"},
}
