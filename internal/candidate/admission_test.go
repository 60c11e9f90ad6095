package candidate_test

import (
	"crypto/sha256"
	"encoding/hex"
	"errors"
	"path/filepath"
	"reflect"
	"strings"
	"testing"
	"time"

	"etalon/internal/candidate"
	"etalon/internal/verdict"
)

// digest is that of a token.
func digest(token string) string {
	sum := sha256.Sum256([]byte(token))
	return hex.EncodeToString(sum[:])
}

var admission = `hosts: [bac.exemple.test, "2001:db8::1"]
people:
  - {name: exploitant, rank: operator, sha256: "` + strings.ToUpper(digest("a")) + `", expires: 2027-01-31}
  - {name: editeur-a, rank: vendor, sha256: "` + digest("b") + `", expires: 2027-01-31T08:00:00Z}
openid:
  issuer: https://connexion.exemple.test/realms/bac
  client_id: etalon
  secret_file: secret.txt
  name: preferred_username
  rank: realm_access.roles
  ranks: {operator: [exploitants], vendor: [editeurs]}
vendors:
  - {name: editeur-a, certificates: ["C=fr+O=Éditeur A,CN=*.editeur-a.test"]}
  - {name: editeur-b, certificates: ["sha256:` + digest("leaf") + `"]}
`

func TestLoadAdmission(t *testing.T) {
	dir := write(t, map[string]string{"access.yaml": admission, "secret.txt": "un secret\n"})
	a, err := candidate.LoadAdmission(filepath.Join(dir, "access.yaml"), func(string) string { return "" })
	if err != nil {
		t.Fatal(err)
	}
	if len(a.Hosts) != 2 || a.People[0].SHA256 != digest("a") || a.People[0].Rank != "operator" || !a.People[0].Expires.Equal(time.Date(2027, 1, 31, 0, 0, 0, 0, time.UTC)) {
		t.Errorf("people %+v of %v", a.People, a.Hosts)
	}
	if o := a.OpenID; o.Secret != "un secret" || strings.Join(o.Scopes, " ") != "openid profile" || o.Ranks["vendor"][0] != "editeurs" {
		t.Errorf("openid %+v", o)
	}
	if a.Others != candidate.OthersOperators || a.Limits != (candidate.AdmissionLimits{Requests: 1200, Together: 40, Attempts: 10}) || a.Sessions.Idle.Duration != time.Hour || a.Sessions.Life.Duration != 12*time.Hour {
		t.Errorf("completed %+v", a)
	}
	for _, c := range []struct {
		link *verdict.TLS
		want string
	}{
		{nil, ""}, {&verdict.TLS{}, ""},
		{&verdict.TLS{Peer: []string{"O=éditeur a+C=FR,CN=passerelle.editeur-a.test", "CN=AC"}}, "editeur-a"},
		{&verdict.TLS{Peer: []string{"CN=x", "O=éditeur a+C=FR,CN=passerelle.editeur-a.test"}}, ""},
		{&verdict.TLS{Peer: []string{"CN=x"}, Leaf: "sha256:" + digest("leaf")}, "editeur-b"},
		{&verdict.TLS{Peer: []string{"*"}, Leaf: "sha256:" + digest("other")}, ""},
	} {
		if got := a.Owner(c.link); got != c.want {
			t.Errorf("%+v is of %q, want %q", c.link, got, c.want)
		}
	}
}

func TestBadAdmissions(t *testing.T) {
	for name, c := range map[string]struct{ file, want string }{
		"nobody":           {"hosts: [bac.exemple.test]\n", ":1:1: people : attendu people ou openid"},
		"a port":           {"hosts: [\"bac.exemple.test:8540\"]\n", ":1:9: hosts[0] : attendu un nom de domaine ou une adresse IP, sans port ; trouvé « bac.exemple.test:8540 »"},
		"a token":          {"people:\n  - {name: a, rank: vendor, sha256: etalon_x, expires: 2027-01-31}\n", "people[0].sha256 : attendu un condensé SHA-256 : 64 chiffres hexadécimaux. "},
		"without end":      {"people:\n  - {name: a, rank: vendor, sha256: \"" + digest("a") + "\"}\n", "people[0].expires : attendu cette clé, qui est obligatoire"},
		"a rank":           {"people:\n  - {name: a, rank: vendeur, sha256: \"" + digest("a") + "\", expires: 2027-01-31}\n", "Vouliez-vous dire « vendor » ?"},
		"twice":            {"people:\n" + strings.Repeat("  - {name: a, rank: vendor, sha256: \""+digest("a")+"\", expires: 2027-01-31}\n", 2), "people[1].sha256 : attendu une valeur qui ne serve qu'une fois"},
		"an unknown key":   {"peeple: []\n", "Vouliez-vous dire « people » ?"},
		"no secret":        {strings.Replace(admission, "secret_file: secret.txt", "secret_env: ABSENT", 1), "openid.secret_env : attendu un secret"},
		"no file":          {strings.Replace(admission, "secret.txt", "absent.txt", 1), "openid.secret_file : attendu un fichier lisible"},
		"a climbing path":  {strings.Replace(admission, "secret.txt", "../secret.txt", 1), "openid.secret_file : attendu un chemin dans le dossier"},
		"two secrets":      {strings.Replace(admission, "client_id", "secret_env: X\n  client_id", 1), "openid.secret_env : attendu un secret d'un seul endroit"},
		"no openid":        {strings.Replace(admission, "client_id", "scopes: [profile]\n  client_id", 1), "openid.scopes : attendu openid parmi les portées"},
		"a plain issuer":   {strings.Replace(admission, "https://", "http://", 1), "openid.issuer : attendu une URL https"},
		"a certificate":    {strings.Replace(admission, "sha256:"+digest("leaf"), "editeur-b", 1), "vendors[1].certificates[0] : attendu le sujet"},
		"one certificate":  {strings.Replace(admission, "C=fr+O=Éditeur A,CN=*.editeur-a.test", "sha256:"+digest("leaf"), 1), "vendors[1].certificates[0] : attendu une valeur qui ne serve qu'une fois"},
		"no YAML":          {"people: [", "attendu un fichier YAML bien formé"},
		"no rank at all":   {strings.Replace(admission, "{operator: [exploitants], vendor: [editeurs]}", "{}", 1), "openid.ranks : attendu au moins une clé parmi : auditor, operator, vendor"},
		"no authority":     {strings.Replace(admission, "client_id", "ca: secret.txt\n  client_id", 1), "openid.ca : attendu un fichier PEM de certificats"},
		"a length of time": {strings.Replace(admission, "openid:", "sessions: {idle: 1}\nopenid:", 1), "sessions.idle"},
	} {
		dir := write(t, map[string]string{"access.yaml": c.file, "secret.txt": "un secret"})
		_, err := candidate.LoadAdmission(filepath.Join(dir, "access.yaml"), func(string) string { return "" })
		var problems candidate.Problems
		if !errors.As(err, &problems) || !strings.Contains(problems.In("fr"), c.want) || problems.In("en") == problems.In("fr") {
			t.Errorf("%s: %v, want %s", name, err, c.want)
		}
	}
	if _, err := candidate.LoadAdmission(filepath.Join(t.TempDir(), "absent.yaml"), nil); err == nil || !strings.Contains(err.Error(), "absent.yaml") {
		t.Errorf("a file that is not there: %v", err)
	}
}

func TestAdmissionSchemaAndTypesKnowTheSameKeys(t *testing.T) {
	keys := object(t, "access.schema.json", "")
	compareKeys(t, "access", keys, reflect.TypeFor[candidate.Admission]())
	for name, typ := range map[string]reflect.Type{"people": reflect.TypeFor[candidate.Admitted](), "vendors": reflect.TypeFor[candidate.VendorCredentials]()} {
		list, _ := keys[name].(map[string]any)
		compareKeys(t, name, sub(list["items"]), typ)
	}
	for name, typ := range map[string]reflect.Type{"openid": reflect.TypeFor[candidate.OpenIDLogin](), "limits": reflect.TypeFor[candidate.AdmissionLimits](), "sessions": reflect.TypeFor[candidate.SessionLife]()} {
		compareKeys(t, name, sub(keys[name]), typ)
	}
	if err := compiled(t, "access.schema.json").Validate(generic(t, []byte(admission))); err != nil {
		t.Error(err)
	}
}
