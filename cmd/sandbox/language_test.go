package main

import (
	"bytes"
	"errors"
	"os"
	"strings"
	"testing"

	"etalon/internal/report/reporttest"
)

// Each error that a line can bring about is in the language of who reads it, whole, and in the other language where that is asked.
func TestErrorsAreInTheLanguageOfTheUser(t *testing.T) {
	t.Setenv("LC_ALL", "fr_FR.UTF-8")
	t.Chdir(t.TempDir())
	if err := errors.Join(os.Mkdir("essai", 0o700), os.Mkdir("magasin", 0o700)); err != nil {
		t.Fatal(err)
	}
	for name, text := range map[string]string{"texte.pem": "pas du pem\n", "z.zip": "pas un zip\n"} {
		if err := os.WriteFile(name, []byte(text), 0o600); err != nil {
			t.Fatal(err)
		}
	}
	for _, c := range []struct{ line, fr, en string }{
		{"", "il manque l'un de ceux-ci : serve, stub, backup, restore, token…", `expected one of "serve", "stub", "backup", "restore", "token", ...`},
		{"pcs", "argument inattendu : pcs ; vouliez-vous dire psc ?", `unexpected argument pcs, did you mean "psc"?`},
		{"psc --mutual-tls --operator", "--mutual-tls et --operator ne vont pas ensemble", "--mutual-tls and --operator can't be used together"},
		{"stub", "il manque <role>", `expected "<role>"`},
		{"stub x --mode Q", "--mode : attendu l'une de ces valeurs : A, P, S, R ; trouvé « Q »", `--mode must be one of "A","P","S","R","" but got "Q"`},
		{"token x", "il manque --rank=STRING", "missing flags: --rank=STRING"},
		{"serve --keep-mib a", "--keep-mib : attendu un nombre entier ; trouvé « a »", `--keep-mib: expected a valid 64 bit int but got "a"`},
		{"stub x --flaw", "--flaw : il manque une valeur", `--flaw: missing value, expecting "<arg>,..."`},
		{"psc --nul", "option inconnue : --nul", "unknown flag --nul"},
		{"serve --listen nulle", "--listen nulle : attendu une adresse et un port", "--listen nulle: want an address and a port"},
		{"serve --listen 0.0.0.0:8540", "--listen 0.0.0.0:8540 : hors de la boucle locale, il faut --tls-cert et --access", "--listen 0.0.0.0:8540: beyond loopback, --tls-cert and --access are needed"},
		{"serve --keep-days -1", "--keep-days : il manque une valeur, et « -1 » est une option ; si c'est la valeur, écrivez --keep-days=-1", `--keep-days: expected int value but got "-1" (short flag); perhaps try --keep-days="-1"?`},
		{"serve --keep-mib=-1", "--keep-days, --keep-mib : attendu un nombre, 0 pour ne rien borner", "--keep-days, --keep-mib: want a number, 0 for no bound"},
		{"serve --store texte.pem", "on ne peut pas écrire dans le magasin texte.pem : donnez-en le droit, ou un autre dossier par --store (ouverture du magasin : texte.pem : ce n'est pas un dossier)", "the store texte.pem cannot be written: grant the right to, or give another folder by --store (open store: mkdir texte.pem: not a directory)"},
		{"serve --config none.yaml", "none.yaml: attendu un fichier lisible. Ce fichier n'existe pas : corrigez son nom, ou créez-le.", "none.yaml: expected a readable file. This file does not exist: correct its name, or create it."},
		{"serve --access none.yaml", "none.yaml: attendu un fichier lisible. Ce fichier n'existe pas : corrigez son nom, ou créez-le.", "none.yaml: expected a readable file. This file does not exist: correct its name, or create it."},
		{"serve --tls-cert texte.pem", "--tls-cert texte.pem, --tls-key texte.pem : paire illisible, attendu des fichiers PEM, la clé non chiffrée", "--tls-cert texte.pem, --tls-key texte.pem: the pair cannot be read, want PEM files, the key unencrypted (tls: failed to find any PEM data in certificate input)"},
		{"serve --listen 127.0.0.1:0 --store a --targets @none", "none : ce fichier n'existe pas", "open none: no such file or directory"},
		{"serve --listen 127.0.0.1:0 --store a --targets http://x/", "cible « http://x/ » : attendu HÔTE, *.DOMAINE, ADRESSE, ADRESSE/BITS ou loopback, puis :PORT ou :DÉBUT-FIN quand tous les ports ne sont pas permis, ou listen:ADRESSE", `read target "http://x/": want HOST, *.DOMAIN, ADDRESS, ADDRESS/BITS or loopback, then :PORT or :LOW-HIGH where not every port is meant, or listen:ADDRESS`},
		{"serve --listen 127.0.0.1:0 --store a --candidates none", "liste des candidats : none : ce fichier n'existe pas", "list candidates: open none: no such file or directory"},
		{"serve --listen 127.0.0.1:0 --store a --sign-key none.p12", "none.p12 : ce fichier n'existe pas", "load file: open none.p12: no such file or directory"},
		{"serve --listen 127.0.0.1:0 --store a --tsa-policy 1.2", "--tsa-roots et --tsa-policy : de quelle autorité ? il manque --tsa", "--tsa-roots and --tsa-policy: of what authority? --tsa is missing"},
		{"stub x", "x : aucun candidat d'essai de ce nom", "play x: no such mock candidate"},
		{"stub fournisseur --mode A --transport header", "fournisseur/A : un VI n'y voyage pas par header", "play fournisseur/A: a VI does not travel there by header"},
		{"stub fournisseur --flaw x", "--flaw x : fournisseur/A n'a pas de défaut de ce nom", `find flaw "x" of fournisseur/A: no such name`},
		{"stub fournisseur --dir texte.pem", "texte.pem : ce n'est pas un dossier", "mkdir texte.pem: not a directory"},
		{"backup b.zip --store none", "sauvegarde : none/etalon.db : ce fichier n'existe pas", "back up: stat none/etalon.db: no such file or directory"},
		{"restore none.zip --store r", "restauration de none.zip : none.zip : ce fichier n'existe pas", "restore none.zip: open none.zip: no such file or directory"},
		{"restore z.zip --store r", "restauration de z.zip : ce n'est pas la sauvegarde d'un magasin", "restore z.zip: not a backup of a store"},
		{"restore z.zip --store essai", "restauration de z.zip : ce n'est pas la sauvegarde d'un magasin", "restore z.zip: not a backup of a store"},
		{"token É --rank operator", `"É" : attendu un nom court, lettres sans accent, chiffres, « - », « _ » et « . »`, `"É": want a short name, plain letters, digits, “-”, “_” and “.”`},
		{"token x --rank operator --days 0", "--days 0 : attendu de 1 à 3650", "--days 0: want 1 to 3650"},
		{"sphere --persons 0", "--persons 0 : attendu de 1 à 1000", "--persons 0: want 1 to 1000"},
		{"sphere --out texte.pem", "texte.pem : ce n'est pas un dossier", "mkdir texte.pem: not a directory"},
		{"psc --listen 0.0.0.0:1", "--listen 0.0.0.0:1 : attendu une adresse de la boucle locale et un port", "--listen 0.0.0.0:1: want a loopback address and a port"},
		{"psc --imap nulle", "--imap nulle : attendu une adresse de la boucle locale et un port", "--imap nulle: want a loopback address and a port"},
		{"psc --redirect http://x.test/", "client « tf-lps » : adresse « http://x.test/ » : attendu https, ou http sur la boucle locale, sans fragment", `read client "tf-lps": address "http://x.test/": want https, or http on loopback, without fragment`},
		{"psc --dir p --revocation 127.0.0.1:0", "--revocation 127.0.0.1:0 : une PKI qui dure veut un port qui dure", "--revocation 127.0.0.1:0: a PKI that lasts wants a port that does"},
		{"timestamp --listen 0.0.0.0:1", "--listen 0.0.0.0:1 : une autorité d'horodatage de TEST n'écoute que sur la boucle locale", "--listen 0.0.0.0:1: a TEST time authority listens on loopback alone"},
		{"timestamp --dir texte.pem", "texte.pem : ce n'est pas un dossier", "mkdir texte.pem: not a directory"},
		{"serve --tls-key texte.pem", "--tls-key sans --tls-cert : donnez aussi le certificat", "--tls-key without --tls-cert: give the certificate too"},
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
			code := run(t.Context(), args, streams{out: &out, err: &said})
			got, _, _ := strings.Cut(strings.TrimPrefix(said.String(), "sandbox: error: "), "\n")
			if code < 2 || got != want {
				t.Errorf("sandbox %s: exit status %d\n got %q\nwant %q", strings.Join(args, " "), code, got, want)
			}
			if lang == "fr" {
				reporttest.InFrench(t, c.line, got)
			}
		}
	}
}
