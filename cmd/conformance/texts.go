package main

import (
	"fmt"
	"os"

	"golang.org/x/term"

	"etalon/cmd/internal/cli"
)

// isTerminal tells whether a file is a terminal.
func isTerminal(f *os.File) bool { return term.IsTerminal(int(f.Fd())) }

// words are the program's own, French and English.
var words = cli.Words{
	"description": {
		"Juge une implémentation d'InterOPS : joue des scénarios contre elle, dit ce qui manque, signe ce qui a été vu.",
		"Judges an InterOPS implementation: plays scenarios against it, says what is wrong, signs what it saw.",
	},
	"lang":     {"Langue des messages et des rapports (défaut : celle de l'environnement, sinon fr).", "Language of messages and reports (default: the environment's, else fr)."},
	"init":     {"Écrit un candidate.yaml commenté, sa convention s'il en faut une, et une PKI de test durable ; dit quoi charger où.", "Writes a commented candidate.yaml, its convention where it takes one, and a lasting test PKI; says what to load where."},
	"doctor":   {"Dit ce qui empêcherait de juger un candidat, avec la clé à changer : fichier, ports, connexions, certificats, échange honnête.", "Tells what would keep a candidate from being judged, with the key to change: file, ports, connections, certificates, honest exchange."},
	"run":      {"Joue les scénarios contre un candidat et écrit le rapport signé.", "Plays the scenarios against a candidate and writes the signed report."},
	"resume":   {"Finit une exécution interrompue : ce qui a un verdict le garde, le reste est joué.", "Finishes an interrupted run: what has a verdict keeps it, the rest is played."},
	"mss":      {"Juge un opérateur MSSanté en une ligne : son adresse, une boîte, un IdNat. Dit d'abord ce qu'il doit faire désigner.", "Judges an MSSanté operator in one line: its address, a mailbox, an IdNat. Says first what it must point at the harness."},
	"list":     {"Liste les exigences, cas, fautes, défauts de souche, rôles ou formats.", "Lists requirements, cases, faults, stub flaws, roles or formats."},
	"coverage": {"Matrice exigence × cas × défaut, et ce qui n'est pas testé et pourquoi.", "Matrix requirement × case × flaw, and what is not tested and why."},
	"report":   {"Montre une exécution dans un autre format.", "Shows a run in another format."},
	"verify":   {"Vérifie une archive signée, hors ligne.", "Verifies a signed archive, offline."},
	"traces":   {"Rapproche les traces de plusieurs organismes, rebâtit le parcours de chaque personne et le dessine.", "Reconciles the traces of several organisms, rebuilds each person's journey and draws it."},
	"selftest": {"Juge le juge : les souches honnêtes passent tout, chaque défaut échoue sur ses exigences et nulle part ailleurs.", "Judges the judge: honest stubs pass all, each flaw fails its own requirements and nothing else."},
	"version":  {"Donne la version du programme, du catalogue et du binaire.", "Tells the versions of the program, the catalogue and the binary."},

	"tracefiles":      {"Exports de traces, un par organisme (JSON Lines).", "Trace exports, one per organism (JSON Lines)."},
	"svg":             {"Écrit le diagramme de séquence des parcours.", "Writes the sequence diagram of the journeys."},
	"traceconvention": {"Convention qui dit quel organisme est un émetteur ou un destinataire.", "Convention that tells which organism an issuer or recipient is."},
	"skew":            {"Écart d'horloge admis entre deux organismes, en secondes.", "Clock offset allowed between two organisms, in seconds."},
	"nameidkey":       {"Clé HMAC des nameId pseudonymes.", "HMAC key of pseudonymous nameIds."},
	"partialtraces":   {"Les exports commencent au milieu du journal.", "The exports begin in the middle of the log."},
	"nochain":         {"Ne vérifie pas la chaîne des enregistrements.", "Does not verify the chain of records."},

	"convention":       {"Vérifie une convention, en imprime les annexes, en donne des exemples.", "Checks a convention, prints its annexes, gives samples of one."},
	"conventioncheck":  {"Vérifie la cohérence d'une convention et dit ce qu'elle ouvre.", "Checks that a convention holds together and tells what it opens."},
	"conventionannex":  {"Imprime les annexes et les avenants d'une convention.", "Prints the annexes and amendments of a convention."},
	"conventionsample": {"Écrit une convention d'essai commentée : essai, sphere ou bilaterale.", "Writes a commented sample convention: essai, sphere or bilaterale."},
	"conventionfile":   {"Fichier de la convention (YAML).", "The convention file (YAML)."},
	"at":               {"Instant où dire ce qui est ouvert : un jour ou un instant RFC 3339 (défaut : maintenant).", "Instant at which to tell what is open: a day or an RFC 3339 instant (default: now)."},
	"ladder":           {"Profil dont l'échelle de niveaux vaut : current, legacy ou un fichier (défaut : current).", "Profile whose ladder of levels holds: current, legacy or a file (default: current)."},
	"annexformat":      {"Format : html ou odt.", "Format: html or odt."},
	"annexname":        {"Annexe : convention, 1, 2, 3, 3.PROJET (ou 3.1), avenant-1, ou all pour toutes.", "Annex: convention, 1, 2, 3, 3.PROJECT (or 3.1), avenant-1, or all."},
	"samplename":       {"essai (modes A, P et R), sphere (mode S) ou bilaterale (deux fiches projet et un avenant).", "essai (modes A, P and R), sphere (mode S) or bilaterale (two project sheets and an amendment)."},

	"mssaddress":     {"Adresse de l'API LPS ; avec un port, donner aussi --protocol, ou --operators.", "Address of the API LPS; with a port, give --protocol too, or --operators."},
	"mssmailbox":     {"Boîte à ouvrir (répétable, avec autant d'--idnat).", "Mailbox to open (repeatable, with as many --idnat)."},
	"mssidnat":       {"IdNat de son titulaire ; d'une structure, la boîte est applicative et s'ouvre par un certificat.", "IdNat of its holder; of a structure, the mailbox is an application's, opened by a certificate."},
	"msscertificate": {"Certificat ORG AUTH_CLI de test (PEM) qui ouvre la boîte applicative (défaut : un que fait le banc).", "ORG AUTH_CLI test certificate (PEM) that opens the application's mailbox (default: one that the harness makes)."},
	"msskey":         {"Sa clé privée (PEM).", "Its private key (PEM)."},
	"mssoperators":   {"Éprouve l'interface avec les autres opérateurs (SMTP, port 25 par défaut) ; sans --idnat.", "Tests the interface with the other operators (SMTP, port 25 by default); without --idnat."},
	"msssubject":     {"Avec --operators : sujet de son certificat dans la liste blanche (défaut : celui de la PKI de TEST).", "With --operators: subject of its certificate in the white list (default: that of the TEST PKI)."},
	"mssread":        {"Avec --operators : programme qui écrit une boîte au format mbox.", "With --operators: program that writes a mailbox in the mbox format."},
	"msssend":        {"Avec --operators : programme qui envoie le message (JSON sur l'entrée).", "With --operators: program that sends the message (JSON on its input)."},
	"mssneighbours":  {"Avec --operators : où le banc joue le premier voisin.", "With --operators: where the harness plays the first neighbour."},
	"msswhitelist":   {"Avec --operators : où le banc publie la liste blanche (https).", "With --operators: where the harness publishes the white list (https)."},
	"mssdns":         {"Avec --operators : serveur de noms du banc.", "With --operators: name server of the harness."},
	"mssprotocol":    {"Interfaces éprouvées : imap, smtp ou both.", "Interfaces tested: imap, smtp or both."},
	"mssimapport":    {"Port de l'IMAP.", "Port of IMAP."},
	"msssmtpport":    {"Port de la soumission.", "Port of submission."},
	"msshost":        {"Nom de l'opérateur dans son certificat (défaut : celui de --address).", "Name of the operator in its certificate (default: that of --address)."},
	"msstokencheck":  {"Comment il vérifie les jetons : introspection, local ou both.", "How it checks tokens: introspection, local or both."},
	"mssrecipient":   {"Boîte à qui la soumission peut envoyer (défaut : la première).", "Mailbox to which submission may send (default: the first)."},
	"msspsc":         {"Où le banc joue Pro Santé Connect.", "Where the harness plays Pro Santé Connect."},
	"msspschost":     {"Nom par lequel l'opérateur joint ce Pro Santé Connect (défaut : l'adresse de --psc).", "Name by which the operator calls this Pro Santé Connect (default: the address of --psc)."},
	"mssclient":      {"Client et secret d'essai de l'opérateur à l'introspection (défaut : tf-operateur).", "Test client and secret of the operator at introspection (default: tf-operateur)."},
	"mssrevocation":  {"Port des listes de révocation et d'OCSP.", "Port of revocation lists and OCSP."},
	"msstrust":       {"Autorités qui signent le certificat de l'opérateur (PEM).", "Authorities that sign the operator's certificate (PEM)."},
	"msspki":         {"Dossier de la PKI de TEST, faite la première fois et gardée.", "Folder of the TEST PKI, made the first time and kept."},
	"msssave":        {"Écrit aussi le fichier de candidat.", "Writes the candidate file too."},

	"candidate": {"Fichier du candidat (candidate.yaml).", "The candidate file (candidate.yaml)."},
	"selector":  {"RÔLE, RÔLE/MODE, RÔLE/MODE/EXIGENCE, RÔLE/MODE/CAS[~VARIANTE], « * » pour tout, ou une expression de tags entre guillemets.", "ROLE, ROLE/MODE, ROLE/MODE/REQUIREMENT, ROLE/MODE/CASE[~VARIANT], “*” for any, or a quoted tag expression."},
	"out":       {"Dossier de l'exécution (défaut : reports/runs/<heure>-<candidat>).", "Folder of the run (default: reports/runs/<time>-<candidate>)."},
	"failon":    {"Gravité à partir de laquelle la sortie vaut 1.", "Severity from which the exit status is 1."},
	"long":      {"Joue aussi les cas de plus de dix secondes.", "Plays the cases over ten seconds too."},
	"stubs":     {"Souches jugées à la fois.", "Stubs judged at once."},
	"jobs":      {"Nombre de cas simultanés (défaut : ce que le rôle permet).", "Cases at once (default: what the role allows)."},
	"seed":      {"Graine des identifiants : deux exécutions de même graine envoient les mêmes.", "Seed of identifiers: two runs with one seed send the same."},
	"profile":   {"Fichier de profil à la place de celui du candidat.", "Profile file in place of the candidate's."},
	"signkey":   {"Clé qui signe le rapport : PKCS#12, ou PEM PKCS#8 suivie de son certificat (défaut : une clé de TEST).", "Key that signs the report: PKCS#12, or PEM PKCS#8 followed by its certificate (default: a TEST key)."},
	"format":    {"Format : text, json, junit, html ou csv.", "Format: text, json, junit, html or csv."},
	"output":    {"Fichier de sortie (défaut : la sortie standard).", "Output file (default: standard output)."},
	"resumed":   {"Dossier de l'exécution, ou adresse d'une campagne d'un bac à sable.", "Folder of the run, or address of a campaign of a sandbox."},
	"outthere":  {"Dossier où mettre ce que laisse une campagne d'un bac à sable.", "Folder for what a campaign of a sandbox leaves."},
	"sandbox":   {"Bac à sable qui joue l'exécution, à son adresse de gestion ; jeton dans ETALON_TOKEN.", "Sandbox that plays the run, at its management address; token in ETALON_TOKEN."},
	"sandboxca": {"Autorités de son certificat (PEM) ; celles du système à défaut.", "Authorities of its certificate (PEM); those of the system by default."},
	"runplace":  {"Dossier ou archive d'une exécution.", "Folder or archive of a run."},
	"archive":   {"Archive signée (report.zip).", "Signed archive (report.zip)."},
	"roots":     {"Autorités de confiance du signataire (PEM).", "Authorities that the signer is trusted by (PEM)."},
	"what":      {"requirements, cases, faults, flaws, roles ou formats.", "requirements, cases, faults, flaws, roles or formats."},
	"json":      {"Pour les machines, en JSON.", "For machines, in JSON."},
	"jsonfile":  {"Écrit aussi la table dans un fichier JSON.", "Also writes the table to a JSON file."},
	"csv":       {"En CSV.", "In CSV."},
	"role":      {"Rôle (répétable).", "Role (repeatable)."},
	"full":      {"Joue chaque défaut sur le plan entier.", "Plays each flaw on the whole plan."},
	"longtest":  {"Joue aussi tous les cas longs des rôles sans mode, qui attendent vraiment : une demi-heure.", "Plays all long cases of the roles without mode too, which wait for real: half an hour."},
	"flaw":      {"Ne joue que ce défaut (répétable).", "Plays only this flaw (repeatable)."},
	"dir":       {"Dossier à créer.", "Folder to make."},
	"help":      {"Montre cette aide.", "Shows this help."},
	"noengine": {
		"il faut un moteur de conteneurs sur cette machine, démarré : Docker (« apt-get install docker.io » sur Debian) ; DOCKER_HOST dit où il écoute s'il n'est pas à sa place ; scripts/engine.sh DOSSIER en démarre un à part. Ou retirez container: et démarrez le candidat vous-même",
		"a container engine must run on this machine: Docker (apt-get install docker.io on Debian); DOCKER_HOST tells where it listens when not at its usual place; scripts/engine.sh DIR starts one apart. Or remove container: and start the candidate yourself",
	},
	"containerlog": {"tout ce que la construction et le conteneur ont écrit : %s", "all that the building and the container wrote: %s"},
	"busy":         {"un port est pris : arrêtez l'autre programme, ou changez listen.ports dans le fichier du candidat", "a port is in use: end the other program, or change listen.ports in the candidate file"},
}

// say writes a line in the user's language.
func (s *streams) say(fr, en string, args ...any) {
	fmt.Fprintf(s.out, cli.In(s.lang, fr, en)+"\n", args...)
}

// examples stand under the help of each command.
var examples = map[string][]string{
	"":         {"conformance selftest", "conformance init essai --role fournisseur", "conformance run essai/candidate.yaml"},
	"init":     {"conformance init essai --role fournisseur --role client", "conformance init operateur --role mss-imap --role mss-smtp"},
	"doctor":   {"conformance doctor candidate.yaml"},
	"run":      {"conformance run candidate.yaml", "conformance run candidate.yaml fournisseur/A/V10", `conformance run candidate.yaml "@bloquante && ~@besoin:traces"`, "conformance run candidate.yaml --sign-key operateur.p12 --out recette", "conformance run candidate.yaml --sandbox http://127.0.0.1:8540"},
	"resume":   {"conformance resume reports/runs/recette", "conformance resume http://127.0.0.1:8540/campaigns/20261122t201500z-passerelle"},
	"mss":      {mssExample, "conformance mss --address localhost:1143 --protocol imap --mailbox anne@operateur.test.invalid --idnat 899700000017 --save operateur.yaml", "conformance mss --address 127.0.0.1 --host mail.operateur.test.invalid --mailbox anne@operateur.test.invalid --idnat 899700000017 --mailbox app@operateur.test.invalid --idnat 300000000000033 --certificate app.pem --key app.key"},
	"list":     {"conformance list faults --json", "conformance list requirements"},
	"coverage": {"conformance coverage", "conformance coverage --csv > couverture.csv"},
	"report":   {"conformance report reports/runs/recette --format html -o rapport.html", "conformance report report.zip --format junit"},
	"verify":   {"conformance verify report.zip", "conformance verify report.zip --roots autorites.pem"},
	"traces":   {"conformance traces client.jsonl fournisseur.jsonl", "conformance traces accueil.jsonl portail.jsonl retraite.jsonl sante.jsonl --svg parcours.svg", "conformance traces client.jsonl fournisseur.jsonl --json > rapprochement.json"},
	"selftest": {"conformance selftest --json table.json", "conformance selftest --role fournisseur --flaw skips-audience"},
	"version":  {"conformance version"},

	"convention":        {"conformance convention check convention.yaml"},
	"convention check":  {"conformance convention check convention.yaml", "conformance convention check sphere.yaml --at 2026-06-30"},
	"convention annex":  {"conformance convention annex sphere.yaml -o annexes.html", "conformance convention annex sphere.yaml --format odt --annex 1 -o annexe-1.odt", "conformance convention annex bilaterale.yaml --annex 3.1 -o fiche.html"},
	"convention sample": {"conformance convention sample sphere -o sphere.yaml", "conformance convention sample bilaterale"},
}
