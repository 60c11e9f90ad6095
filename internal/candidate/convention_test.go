package candidate_test

import (
	"errors"
	"fmt"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"github.com/rogpeppe/go-internal/txtar"

	"etalon/internal/candidate"
)

// TestConventionFiles checks the convention.yaml of each archive, and compares what is wrong, or the notices when
// nothing is, in both languages, with its last two members.
func TestConventionFiles(t *testing.T) {
	archives, err := filepath.Glob("testdata/convention/*.txtar")
	if err != nil || len(archives) < 10 {
		t.Fatalf("%d archives: %v", len(archives), err)
	}
	for _, path := range archives {
		t.Run(strings.TrimSuffix(filepath.Base(path), ".txtar"), func(t *testing.T) {
			archive, err := txtar.ParseFile(path)
			if err != nil {
				t.Fatal(err)
			}
			dir := write(t, map[string]string{"convention.yaml": string(archive.Files[0].Data)})
			_, told, err := candidate.CheckConvention(filepath.Join(dir, "convention.yaml"), nil)
			if err != nil && !errors.As(err, &told) {
				t.Fatalf("error %v, want Problems", err)
			}
			kind := "notices"
			if err != nil {
				kind = "problems"
			}
			wants := map[string]string{}
			for _, lang := range []string{"fr", "en"} {
				wants[kind+"."+lang] = strings.ReplaceAll(told.In(lang), dir+string(filepath.Separator), "") + "\n"
			}
			if *update {
				archive.Files = append(archive.Files[:1], txtar.File{Name: kind + ".fr", Data: []byte(wants[kind+".fr"])}, txtar.File{Name: kind + ".en", Data: []byte(wants[kind+".en"])})
				if err := os.WriteFile(path, txtar.Format(archive), 0o644); err != nil {
					t.Fatal(err)
				}
				return
			}
			if len(archive.Files) != 3 {
				t.Fatalf("%d members, want convention.yaml and what is told in two languages", len(archive.Files))
			}
			for _, f := range archive.Files[1:] {
				if got := wants[f.Name]; got != string(f.Data) {
					t.Errorf("%s: got\n%swant\n%s", f.Name, got, f.Data)
				}
			}
		})
	}
}

// TestSamplesHoldTogether wants every sample convention sound, and no notice but of what a sample shows on purpose.
func TestSamplesHoldTogether(t *testing.T) {
	wants := map[string]int{"sphere.yaml": 1} // organisme-nouveau, whom not everyone accepted
	for _, name := range candidate.SampleNames() {
		path := filepath.Join(write(t, map[string]string{name: string(candidate.SampleText(name))}), name)
		_, notices, err := candidate.CheckConvention(path, nil)
		if err != nil || len(notices) != wants[name] {
			t.Errorf("%s: %v, notices\n%s", name, err, notices.In("fr"))
		}
	}
	if candidate.SampleText("candidate.yaml.tmpl") != nil {
		t.Error("a template that is no convention was given as a sample")
	}
}

// TestHostileConventions wants a convention made to hurt refused soon, for the reason that a person can mend.
func TestHostileConventions(t *testing.T) {
	const head = "name: C\norganisms:\n  - {name: a, issuer: \"urn:a\"}\n  - {name: b, issuer: \"urn:b\"}\n"
	for name, c := range map[string]struct{ content, want string }{
		"huge":          {head + "#" + strings.Repeat("x", 1<<20), "au plus 1048576 octets"},
		"deep":          {head + "sphere: " + strings.Repeat("[", 1000), "sphere.yaml:5:41: attendu au plus 32 niveaux"},
		"deep mapping":  {head + "agreement:\n" + nested(40), "sphere.yaml:"},
		"control":       {head + "sphere: {name: \"a\x07\"}\n", "sphere.yaml:5:18: attendu du texte en UTF-8, sans caractère de contrôle ; trouvé U+0007"},
		"anchor":        {head + "sphere: &a {name: *a}\n", "sphere.yaml:5:9: attendu du YAML simple"},
		"many members":  {head + "sphere:\n  name: s\n  members:\n" + strings.Repeat("    - {organism: a, qualities: [user]}\n", 201), "sphere.members : attendu une liste d'au plus 200 élément"},
		"twice one key": {head + "sphere: {name: a, name: b}\n", "sphere.name : attendu une seule fois cette clé"},
		"quoted escape": {head + "sphere: {name: \"\\e[2J\", members: []}\n", "sphere.name : attendu un nom court"},
	} {
		t.Run(name, func(t *testing.T) {
			path := filepath.Join(write(t, map[string]string{"sphere.yaml": c.content}), "sphere.yaml")
			start := time.Now()
			_, _, err := candidate.CheckConvention(path, nil)
			if err == nil || !strings.Contains(err.Error(), c.want) || strings.ContainsAny(err.Error(), "\x07\x1b") {
				t.Errorf("got %v, want %q", err, c.want)
			}
			if took := time.Since(start); took > 5*time.Second {
				t.Errorf("refused after %v", took)
			}
		})
	}
}

func nested(depth int) string {
	var b strings.Builder
	for i := range depth {
		b.WriteString(strings.Repeat(" ", i+1) + "k:\n")
	}
	return b.String()
}

// TestLargeSphere wants the largest sphere that the schema admits, each member accepted by all, checked in time.
func TestLargeSphere(t *testing.T) {
	const members = 150
	var organisms, list strings.Builder
	var before []string
	for i := range members {
		name := fmt.Sprintf("o%03d", i)
		fmt.Fprintf(&organisms, "  - {name: %s, issuer: \"urn:%s\", recipient: \"urn:r:%s\", signature: [{subject: \"CN=%s\"}]}\n", name, name, name, name)
		fmt.Fprintf(&list, "    - {organism: %s, qualities: [authentication, service], joined: %s, authentication: [{name: c, level: login-code, accessibility: a}], services: [{name: s, audience: \"http://%s.test\"}]%s}\n",
			name, time.Date(2020, 1, 1+i, 0, 0, 0, 0, time.UTC).Format(time.DateOnly), name, accepted(before))
		before = append(before, name)
	}
	content := "name: C\norganisms:\n" + organisms.String() + "sphere:\n  name: s\n  members:\n" + list.String()
	path := filepath.Join(write(t, map[string]string{"s.yaml": content}), "s.yaml")
	start := time.Now()
	c, notices, err := candidate.CheckConvention(path, nil)
	if err != nil {
		t.Fatal(err)
	}
	if took := time.Since(start); took > 20*time.Second {
		t.Errorf("checked in %v", took)
	}
	if len(c.Sphere.Missing()) != 0 || len(c.Opened()) != members*members || len(notices) == 0 {
		t.Errorf("%d members not accepted, %d projects, %d notices", len(c.Sphere.Missing()), len(c.Opened()), len(notices))
	}
}

func accepted(by []string) string {
	if len(by) == 0 {
		return ""
	}
	return ", accepted_by: [" + strings.Join(by, ", ") + "]"
}

// A text that was read already is told of as its file is.
func TestCheckConventionText(t *testing.T) {
	for name, text := range map[string][]byte{"sound": candidate.ConventionText(), "no YAML": []byte("name: ["), "incoherent": []byte("name: X\norganisms: []\nprojects: []\n")} {
		path := filepath.Join(write(t, map[string]string{"c.yaml": string(text)}), "c.yaml")
		_, notices, err := candidate.CheckConvention(path, nil)
		_, same, other := candidate.CheckConventionText(path, text, nil)
		if fmt.Sprint(notices) != fmt.Sprint(same) || fmt.Sprint(err) != fmt.Sprint(other) || (err == nil) != (name == "sound") {
			t.Errorf("%s: %v %v, of the file %v %v", name, same, other, notices, err)
		}
	}
}
