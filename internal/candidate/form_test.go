package candidate_test

import (
	"errors"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"

	"etalon/internal/candidate"
)

// TestFormExplainsEachField wants of every field of every form a label and what the schema says of it, in both languages.
func TestFormExplainsEachField(t *testing.T) {
	seen := map[string]bool{}
	for _, scope := range candidate.FormScopes() {
		sections := candidate.FormOf(scope)
		if title := candidate.ScopeTitle(scope); title.FR == "" || title.EN == "" {
			t.Errorf("%s has no title", scope)
		}
		for _, s := range sections {
			if s.Title.FR == "" || s.Title.EN == "" {
				t.Errorf("%s: section %s has no title", scope, s.Name)
			}
			for _, f := range s.All() {
				seen[f.Key] = true
				for _, one := range append([]candidate.Field{f}, f.Columns...) {
					if one.Label.FR == "" || one.Label.EN == "" || one.Help.FR == "" || one.Help.EN == "" {
						t.Errorf("%s: %s %s: %+v", scope, f.Key, one.Key, one)
					}
					if one.Kind == candidate.FieldChoice && len(one.Choices) < 2 {
						t.Errorf("%s: %s %s leaves no choice: %v", scope, f.Key, one.Key, one.Choices)
					}
				}
			}
		}
		if !slices.ContainsFunc(sections, func(s candidate.Section) bool {
			return slices.ContainsFunc(s.All(), func(f candidate.Field) bool { return f.Key == "candidate.name" && f.Needed })
		}) {
			t.Errorf("%s: the name of the product is not needed", scope)
		}
	}
	for key, needed := range map[string]bool{
		"roles.fournisseur.A.endpoint": true, "roles.fournisseur.A.project": false, "mssante.mailboxes": true, "roles.mss-imap.address": true,
		"roles.client.A.drive.http.url": false, "roles.operateur-identification.S.login.url": true, "roles.client.P.login.url": false, "pki.trust": false,
		"roles.service-psc.redirects": true,
	} {
		if !seen[key] {
			t.Errorf("no form asks for %s", key)
			continue
		}
		for _, scope := range candidate.FormScopes() {
			for _, s := range candidate.FormOf(scope) {
				for _, f := range s.All() {
					if f.Key == key && f.Needed != needed {
						t.Errorf("%s: needed %v", key, f.Needed)
					}
				}
			}
		}
	}
	if len(candidate.FormOf("fournisseur/X")) != 0 {
		t.Error("an unknown mode has a form")
	}
}

// answered fills a draft as a person would who types each example.
func answered(t *testing.T, scopes ...string) candidate.Draft {
	t.Helper()
	d, err := candidate.NewDraft(scopes...)
	if err != nil {
		t.Fatal(err)
	}
	for _, s := range candidate.FormOf(scopes...) {
		for _, f := range s.All() {
			if !f.Needed || d.Values[f.Key] != "" {
				continue
			}
			d.Values[f.Key] = f.Example
			for _, column := range f.Columns {
				d.Values[f.Key+".0."+column.Key] = column.Example
			}
		}
	}
	for _, scope := range scopes {
		if strings.HasPrefix(scope, "client/") {
			d.Values["roles.client."+scope[len("client/"):]+".drive.http.url"] = "http://127.0.0.1:8081/app"
		}
	}
	d.Values["roles.client.P.headers"] = "X-Remote-User = ${identifiant}"
	delete(d.Values, "mssante.mailboxes.0.delegates")
	delete(d.Values, "roles.fournisseur-identite.establishments.0.persons.0.totp")
	d.Values["roles.operateur-identification.S.login.success.cookie"] = "session"
	return d
}

// local lets a page call this machine.
func local(t *testing.T, lines ...string) *candidate.Targets {
	t.Helper()
	targets, err := candidate.ParseTargets(append([]string{"loopback"}, lines...)...)
	if err != nil {
		t.Fatal(err)
	}
	return targets
}

// kept writes a candidate's files as a page keeps them, and reads them.
func kept(t *testing.T, text []byte, within *candidate.Targets, scopes ...string) (*candidate.Candidate, error) {
	t.Helper()
	dir := t.TempDir()
	files := candidate.CandidateFiles(scopes...)
	if files == nil {
		files = map[string][]byte{}
	}
	files["candidate.yaml"] = text
	for name, content := range files {
		if err := os.WriteFile(filepath.Join(dir, name), content, 0o600); err != nil {
			t.Fatal(err)
		}
	}
	return candidate.LoadOwn(filepath.Join(dir, "candidate.yaml"), within)
}

// TestDraftsBecomeCandidates wants the form of each role, filled with its own examples, to make a candidate that can be judged.
func TestDraftsBecomeCandidates(t *testing.T) {
	for _, scope := range candidate.FormScopes() {
		t.Run(scope, func(t *testing.T) {
			text, err := answered(t, scope).Text(nil)
			if err != nil {
				t.Fatal(err)
			}
			c, err := kept(t, text, local(t), scope)
			if err != nil {
				t.Fatalf("%v\n%s", err, text)
			}
			if got := c.Scope(); !slices.Equal(got, []string{scope}) {
				t.Errorf("scope %v", got)
			}
			again, err := candidate.DraftOf(text)
			if err != nil {
				t.Fatal(err)
			}
			if second, err := again.Text(text); err != nil || string(second) != string(text) {
				t.Errorf("read and written again (%v):\n%s\nwant\n%s", err, second, text)
			}
		})
	}
	both := []string{"fournisseur/A", "client/A", "fournisseur/P"}
	text, err := answered(t, both...).Text(nil)
	if err != nil {
		t.Fatal(err)
	}
	if c, err := kept(t, text, local(t), both...); err != nil || len(c.Scope()) != 3 {
		t.Errorf("three roles: %v", err)
	}
	for _, scopes := range [][]string{nil, {"fournisseur/Z"}, {"fournisseur/A", "lps/-"}, {"fournisseur/A", "operateur-service/S"}} {
		if _, err := candidate.NewDraft(scopes...); !errors.Is(err, candidate.ErrScopes) {
			t.Errorf("%v: %v", scopes, err)
		}
	}
}

// TestDraftKeepsWhatItDoesNotShow wants keys that no form asks for to stay as an expert wrote them.
func TestDraftKeepsWhatItDoesNotShow(t *testing.T) {
	text := "candidate: {name: P, vendor: V, version: \"1\"}\nroles:\n  fournisseur:\n    A: {endpoint: \"https://127.0.0.1:8443/a\", services: {service-b: {endpoint: \"https://127.0.0.1:8443/b\"}}}\n    excludes: {V09: sans objet ici}\nlisten: {ports: auto}\n"
	d, err := candidate.DraftOf([]byte(text))
	if err != nil {
		t.Fatal(err)
	}
	d.Values["candidate.name"] = "a: b\n- \"c\" # d\u202e\x7f\U000e0001é"
	d.Values["roles.fournisseur.A.endpoint"] = ""
	out, err := d.Text([]byte(text))
	if err != nil {
		t.Fatal(err)
	}
	again, err := candidate.DraftOf(out)
	if err != nil {
		t.Fatal(err)
	}
	if again.Values["candidate.name"] != d.Values["candidate.name"] {
		t.Errorf("name %q", again.Values["candidate.name"])
	}
	if strings.ContainsAny(string(out), "\u202e\x7f\U000e0001") {
		t.Errorf("what is not printed is written as it is:\n%q", out)
	}
	for _, want := range []string{"https://127.0.0.1:8443/b", "sans objet ici"} {
		if !strings.Contains(string(out), want) {
			t.Errorf("%q is lost:\n%s", want, out)
		}
	}
	if strings.Contains(string(out), "8443/a") {
		t.Errorf("the endpoint is still there:\n%s", out)
	}
	_, err = kept(t, out, local(t), "fournisseur/A")
	if err == nil || !strings.Contains(err.Error(), "roles.fournisseur.A.endpoint") {
		t.Errorf("error %v", err)
	}
}

func TestFieldOfAKey(t *testing.T) {
	form := slices.Concat(candidate.FormOf("mss-imap/-"), candidate.FormOf("client/A"))
	for key, want := range map[string]string{
		"candidate.name": "candidate.name", "mssante.mailboxes[3].holder": "mssante.mailboxes.3.holder", "mssante.mailboxes[0]": "mssante.mailboxes",
		"mssante.mailboxes[0].certificate": "mssante.mailboxes", "roles.client.A.drive": "roles.client.A.drive.http.url", "mssante.evidence.GOV-01": "", "": "",
		"mssante.mailboxes[0].delegates[1]": "mssante.mailboxes", "roles.client.A.services.service-b": "roles.client.A.services",
	} {
		if got := candidate.FieldOf(form, key); got != want {
			t.Errorf("%s: %q, want %q", key, got, want)
		}
	}
}
