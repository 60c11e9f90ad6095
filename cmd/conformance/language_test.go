package main

import (
	"bytes"
	"io"
	"os"
	"strings"
	"testing"

	"etalon/internal/report/reporttest"
)

// Each error that a line can bring about is in the language of who reads it, whole, and in the other language where that is asked.
func TestErrorsAreInTheLanguageOfTheUser(t *testing.T) {
	t.Setenv("LC_ALL", "fr_FR.UTF-8")
	t.Chdir(t.TempDir())
	if code := run(t.Context(), []string{"init", "essai", "--role", "fournisseur"}, streams{out: io.Discard, err: io.Discard}); code != exitOK {
		t.Fatal(code)
	}
	if code := run(t.Context(), []string{"convention", "sample", "bilaterale", "-o", "bilaterale.yaml"}, streams{out: io.Discard, err: io.Discard}); code != exitOK {
		t.Fatal(code)
	}
	if err := os.Mkdir("plein", 0o700); err != nil {
		t.Fatal(err)
	}
	for name, text := range map[string]string{"texte.pem": "pas du pem\n", "vide.jsonl": "", "page.jsonl": "bonjour\n", "plein/record.jsonl": "x\n"} {
		if err := os.WriteFile(name, []byte(text), 0o600); err != nil {
			t.Fatal(err)
		}
	}
	for _, c := range []struct{ line, fr, en string }{
		{"", "il manque l'un de ceux-ci : init, doctor, run, resume, mss…", `expected one of "init", "doctor", "run", "resume", "mss", ...`},
		{"autre", "argument inattendu : autre", "unexpected argument autre"},
		{"rnu", "argument inattendu : rnu ; vouliez-vous dire run ?", `unexpected argument rnu, did you mean "run"?`},
		{"run", "il manque <candidate>", `expected "<candidate>"`},
		{"run x --lnog", "option inconnue : --lnog ; vouliez-vous dire --lang ou --long ?", `unknown flag --lnog, did you mean one of "--lang", "--long"?`},
		{"run x --xyzzy", "option inconnue : --xyzzy", "unknown flag --xyzzy"},
		{"run x --jobs abc", "--jobs : attendu un nombre entier ; trouvé « abc »", `--jobs: expected a valid 64 bit int but got "abc"`},
		{"run x --jobs", "--jobs : il manque une valeur", `--jobs: expected int value but got "EOL" (<EOL>)`},
		{"run x --out --long", "--out : il manque une valeur, et « --long » est une option ; si c'est la valeur, écrivez --out=--long", `--out: expected string value but got "--long" (long flag); perhaps try --out="--long"?`},
		{"run x --fail-on rien", "--fail-on : attendu l'une de ces valeurs : bloquante, majeure, mineure ; trouvé « rien »", `--fail-on must be one of "bloquante","majeure","mineure" but got "rien"`},
		{"mss", "il manque --address=HÔTE[:PORT], --mailbox=BAL,...", "missing flags: --address=HÔTE[:PORT], --mailbox=BAL,..."},
		{"mss --address x --mailbox", "--mailbox : il manque une valeur", `--mailbox: missing value, expecting "<arg>,..."`},
		{"init x --role foo", "--role : attendu l'une de ces valeurs : fournisseur, client, operateur-identification, operateur-authentification, operateur-service, mss-imap, mss-smtp, mss-operateur, mss-organisation, lps, service-psc, api-psc, fournisseur-identite ; trouvé « foo »", `--role must be one of "fournisseur","client","operateur-identification","operateur-authentification","operateur-service","mss-imap","mss-smtp","mss-operateur","mss-organisation","lps","service-psc","api-psc","fournisseur-identite" but got "foo"`},
		{"handover x", "il manque --operator=NOM, --version=VERSION", "missing flags: --operator=NOM, --version=VERSION"},
		{"list foo", "<what> : attendu l'une de ces valeurs : requirements, cases, faults, flaws, roles, formats ; trouvé « foo »", `<what> must be one of "requirements","cases","faults","flaws","roles","formats" but got "foo"`},
		{"convention", "il manque l'un de ceux-ci : check, annex, sample", `expected one of "check", "annex", "sample"`},
		{"convention check", "il manque <file>", `expected "<file>"`},
		{"run x --long=abc", "--long : attendu true ou false ; trouvé « abc »", `--long: bool value must be true, 1, yes, false, 0 or no but got "abc"`},
		{"report a b", "argument inattendu : b", "unexpected argument b"},
		{"report a -z", "option inconnue : -z ; vouliez-vous dire -h ou -o ?", `unknown flag -z, did you mean one of "-h", "-o"?`},
		{"--lang de", "--lang : attendu l'une de ces valeurs : fr, en ; trouvé « de »", ""},
		{"convention sample nul", "<name> : attendu l'une de ces valeurs : essai, sphere, bilaterale ; trouvé « nul »", `<name> must be one of "essai","sphere","bilaterale" but got "nul"`},
		{"run none.yaml", "none.yaml: attendu un fichier lisible. Ce fichier n'existe pas : corrigez son nom, ou créez-le.", "none.yaml: expected a readable file. This file does not exist: correct its name, or create it."},
		{"run essai/candidate.yaml a/b/c/d/e", "sélecteur « a/b/c/d/e » : attendu RÔLE, RÔLE/MODE, RÔLE/MODE/EXIGENCE ou RÔLE/MODE/CAS[~VARIANTE]", `read selector "a/b/c/d/e": want ROLE, ROLE/MODE, ROLE/MODE/REQUIREMENT or ROLE/MODE/CASE[~VARIANT]`},
		{"run essai/candidate.yaml fournisseur/A/V99", "aucun cas du périmètre du candidat n'est sélectionné", "no case of the candidate's scope is selected"},
		{"run essai/candidate.yaml --validity 0", "--validity 0 : attendu de 1 à 3653 jours", "--validity 0: want from 1 to 3653 days"},
		{"run essai/candidate.yaml --tsa-roots texte.pem", "--tsa-roots et --tsa-policy : de quelle autorité ? il manque --tsa", "--tsa-roots and --tsa-policy: of what authority? --tsa is missing"},
		{"run essai/candidate.yaml --tsa http://127.0.0.1:1/ --tsa-roots texte.pem", "texte.pem ne contient aucun certificat : attendu du PEM ou du DER", "load certificates texte.pem: no certificate in it, want PEM or DER"},
		{"run essai/candidate.yaml --sign-key none.pem", "none.pem : ce fichier n'existe pas", "load file: open none.pem: no such file or directory"},
		{"run essai/candidate.yaml --sign-key texte.pem", "lecture de la clé texte.pem : ni une clé PKCS#8, ni une clé chiffrée par PBES2 ; convertissez par : openssl pkcs8 -topk8 -in CLÉ -out CLÉ.p8", "load key texte.pem: neither a PKCS#8 key nor one encrypted with PBES2; convert it with: openssl pkcs8 -topk8 -in KEY -out KEY.p8"},
		{"run essai/candidate.yaml --sign-key texte.p12", "texte.p12 : ce fichier n'existe pas", "load file: open texte.p12: no such file or directory"},
		{"run essai/candidate.yaml --sign-key essai", "lecture de essai : essai : c'est un dossier", "load file essai: read essai: is a directory"},
		{"run essai/candidate.yaml --baseline none.zip", "--baseline none.zip : none.zip : ce fichier n'existe pas", "--baseline none.zip: stat none.zip: no such file or directory"},
		{"run essai/candidate.yaml --sandbox ftp://x", "bac à sable ftp://x : attendu http://ADRESSE:PORT sur cette machine, ou https://NOM", "sandbox ftp://x: want http://ADDRESS:PORT on this machine, or https://NAME"},
		{"run essai/candidate.yaml --sandbox http://127.0.0.1:1", "bac à sable http://127.0.0.1:1 : personne n'y répond : http://127.0.0.1:1/api/version : 127.0.0.1:1 : la connexion est refusée", `sandbox http://127.0.0.1:1: nobody answers there: Get "http://127.0.0.1:1/api/version": dial tcp 127.0.0.1:1: connect: connection refused`},
		{"run essai/candidate.yaml --sandbox http://127.0.0.1:1 --jobs 2", "--jobs : c'est le bac à sable qui en décide, et qui signe", "--jobs: the sandbox decides of that, and signs"},
		{"run essai/candidate.yaml --sandbox http://127.0.0.1:1 --waivers none.yaml", "--waivers : none.yaml : ce fichier n'existe pas", "--waivers: stat none.yaml: no such file or directory"},
		{"run essai/candidate.yaml --sandbox http://127.0.0.1:1 --sandbox-ca texte.pem", "texte.pem ne contient pas de certificat en PEM", "read texte.pem: it holds no certificate in PEM"},
		{"run essai/candidate.yaml --out plein", "le dossier plein contient déjà une exécution", "write run in plein: the folder already holds one"},
		{"run essai/candidate.yaml --out texte.pem/x", "enregistrement impossible : texte.pem : ce n'est pas un dossier : donnez à --out un dossier où écrire", "create record: mkdir texte.pem: not a directory: give --out a folder that can be written"},
		{"resume none", "none n'a pas de record.jsonl : donnez le dossier que « conformance run » a écrit", "load run: none has no record.jsonl: give the folder that `conformance run` wrote"},
		{"resume essai", "essai n'a pas de record.jsonl : donnez le dossier que « conformance run » a écrit", "load run: essai has no record.jsonl: give the folder that `conformance run` wrote"},
		{"resume plein", "plein/record.jsonl ligne 1 : entrée illisible : JSON illisible à l'octet 1 : le fichier a été modifié, prenez une copie intacte", "load run: plein/record.jsonl line 1: read entry: invalid character 'x' looking for beginning of value: the file was changed, take a copy that was not"},
		{"resume http://127.0.0.1:1/", "http://127.0.0.1:1/ : attendu l'adresse d'une campagne", "http://127.0.0.1:1/: want the address of a campaign"},
		{"resume http://127.0.0.1:1/campaigns/x --sign-key k.pem", "--sign-key, --tsa, --validity : c'est le bac à sable qui signe", "--sign-key, --tsa, --validity: the sandbox signs"},
		{"report none", "none : ce fichier n'existe pas", "stat none: no such file or directory"},
		{"report essai", "essai n'a pas de record.jsonl : donnez le dossier que « conformance run » a écrit", "load run: essai has no record.jsonl: give the folder that `conformance run` wrote"},
		{"report essai --format word", "format « word » : il y a text, json, junit, html, csv, pdf, gitb, messages, sarif, badge", `find format "word": there are text, json, junit, html, csv, pdf, gitb, messages, sarif, badge`},
		{"replay none fournisseur/A/V10-P", "none : ce fichier n'existe pas", "stat none: no such file or directory"},
		{"diff none essai", "none : none : ce fichier n'existe pas", "read none: stat none: no such file or directory"},
		{"handover none --operator X --version 1", "none : ce fichier n'existe pas", "stat none: no such file or directory"},
		{"review none --list", "none : ce fichier n'existe pas", "stat none: no such file or directory"},
		{"revoke none --list l.json --sign-key k.crt", "--reason : dites pourquoi l'attestation est retirée", "--reason: want why the attestation is withdrawn"},
		{"engagement none --operator X -o e.pdf", "none : ce fichier n'existe pas", "stat none: no such file or directory"},
		{"traces none.jsonl", "none.jsonl : ce fichier n'existe pas", "open none.jsonl: no such file or directory"},
		{"traces vide.jsonl", "lecture des traces : vide.jsonl : ce fichier ne contient aucun enregistrement : exportez les traces des jours en question", "read traces: vide.jsonl: it holds no record: export the traces of the days in question"},
		{"traces page.jsonl", "lecture des traces : page.jsonl : aucune de ses lignes n'est une trace : attendu JSON Lines, un objet JSON par ligne, avec eventId et timestamp", "read traces: page.jsonl: none of its lines is a trace: JSON Lines are wanted, one JSON object a line, with eventId and timestamp"},
		{"traces essai", "lecture des traces : essai : attendu un fichier, pas un dossier", "read traces: essai: want a file, not a folder"},
		{"traces page.jsonl page.jsonl", "lecture des traces : page.jsonl : aucune de ses lignes n'est une trace : attendu JSON Lines, un objet JSON par ligne, avec eventId et timestamp", "read traces: page.jsonl: none of its lines is a trace: JSON Lines are wanted, one JSON object a line, with eventId and timestamp"},
		{"traces page.jsonl --skew 0", "--skew 0 : attendu au moins 1 seconde", "--skew 0: want at least 1 second"},
		{"traces page.jsonl --nameid-key none", "none : ce fichier n'existe pas", "stat none: no such file or directory"},
		{"traces page.jsonl --convention none.yaml", "none.yaml: attendu un fichier lisible. Ce fichier n'existe pas : corrigez son nom, ou créez-le.", "none.yaml: expected a readable file. This file does not exist: correct its name, or create it."},
		{"selftest --role x/Y", "--role x/Y : aucun candidat d'essai de ce nom", `find role "x/Y": no such mock candidate`},
		{"selftest --flaw x", "--flaw x : aucun défaut de ce nom", `find flaw "x": no such name`},
		{"init essai --role mss-imap", "écriture des modèles : essai/candidate.yaml : ce fichier existe déjà", "write templates: essai/candidate.yaml: file already exists"},
		{"init texte.pem/x --role fournisseur", "écriture des modèles : texte.pem : ce n'est pas un dossier", "write templates: mkdir texte.pem: not a directory"},
		{"init autre --role mss-imap --role client", "écriture des modèles : ces rôles sont de plusieurs produits : faites un dossier pour chacun", "write templates: these roles are of several products: write one folder for each"},
		{"init autre --role operateur-service --role client", "écriture des modèles : les opérateurs d'une sphère et les rôles fournisseur et client ont des conventions différentes : faites deux dossiers", "write templates: the operators of a sphere and the roles fournisseur and client have different conventions: write two folders"},
		{"convention check bilaterale.yaml --at hier", "--at : attendu un jour comme 2026-01-31, ou un instant RFC 3339 ; trouvé « hier »", `--at: read date "hier": want a day such as 2026-01-31, or an RFC 3339 instant`},
		{"convention annex bilaterale.yaml --annex 9", "annexe « 9 » : attendu all, ou l'une de convention, 1, 2, 3, 3.consultation, 3.extranet, avenant-1", `find annex "9": want all, or one of convention, 1, 2, 3, 3.consultation, 3.extranet, avenant-1`},
		{"doctor none.yaml", "none.yaml: attendu un fichier lisible. Ce fichier n'existe pas : corrigez son nom, ou créez-le.", "none.yaml: expected a readable file. This file does not exist: correct its name, or create it."},
		{"mss --address localhost:143 --mailbox a@op.test.invalid --idnat 899700000017", "--address localhost:143 : IMAP et la soumission ont chacun leur port : donnez --imap-port et --smtp-port, ou --protocol", "--address localhost:143: IMAP and submission have a port each: want --imap-port and --smtp-port, or --protocol"},
		{"mss --address 127.0.0.1 --mailbox a@op.test.invalid --idnat 899700000017", "--address 127.0.0.1 : donnez aussi --host, le nom de l'opérateur dans son certificat", "--address 127.0.0.1: want --host too, the name of the operator in its certificate"},
		{"mss --operators --address 127.0.0.1 --mailbox a@op.test.invalid", "--address 127.0.0.1 : donnez aussi --host, le nom de l'opérateur dans son certificat", "--address 127.0.0.1: want --host too, the name of the operator in its certificate"},
		{"mss --address localhost:0 --mailbox a@op.test.invalid --idnat 899700000017", "--address localhost:0 : attendu un port de 1 à 65535", "--address localhost:0: want a port from 1 to 65535"},
		{"mss --address localhost --mailbox a@op.test.invalid", "1 --mailbox et 0 --idnat : attendu un --idnat par --mailbox, dans le même ordre", "1 --mailbox and 0 --idnat: want one --idnat for each --mailbox, in the same order"},
		{"mss --address localhost --mailbox a@op.test.invalid --idnat 899700000017 --key k", "--certificate et --key vont ensemble", "--certificate and --key go together"},
		{"mss --address localhost --mailbox a@op.test.invalid --idnat 899700000017 --key k --certificate c", "--certificate : il ouvre une seule boîte APP, et 0 --idnat sont d'une structure", "--certificate: it opens one mailbox APP, and 0 --idnat are of a structure"},
		{"mss --address localhost --mailbox a@op.test.invalid --idnat 899700000017 --client x", "--client : attendu ID:SECRET", "--client: want ID:SECRET"},
		{"mss --address localhost --mailbox a@op.test.invalid --idnat 899700000017 --psc auto", "--psc auto : attendu une adresse connue d'avance, que l'opérateur puisse désigner", "--psc auto: want an address that is known in advance, for the operator to be pointed at it"},
	} {
		for lang, want := range map[string]string{"fr": c.fr, "en": c.en} {
			if want == "" { // what the line is wrong in is its language
				continue
			}
			args := strings.Fields(c.line)
			if lang == "en" {
				args = append([]string{"--lang", "en"}, args...)
			}
			var out, said bytes.Buffer
			code := run(t.Context(), args, streams{in: strings.NewReader(""), out: &out, err: &said})
			got, _, _ := strings.Cut(strings.TrimPrefix(said.String(), "conformance: error: "), "\n")
			if code < 2 || got != want {
				t.Errorf("conformance %s: exit status %d\n got %q\nwant %q", strings.Join(args, " "), code, got, want)
			}
			if lang == "fr" {
				reporttest.InFrench(t, c.line, got)
			}
		}
	}
}
