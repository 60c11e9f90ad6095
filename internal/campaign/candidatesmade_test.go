package campaign_test

import (
	"archive/zip"
	"bytes"
	"errors"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"

	"etalon/internal/campaign"
	"etalon/internal/candidate"
)

// drafted is the text of a provider at an address, as the form makes it.
func drafted(t *testing.T, name, endpoint string) []byte {
	t.Helper()
	d, err := candidate.NewDraft("fournisseur/A")
	if err != nil {
		t.Fatal(err)
	}
	d.Values["candidate.name"], d.Values["candidate.vendor"], d.Values["candidate.version"] = name, "Éditeur d'essai", "1"
	d.Values["roles.fournisseur.A.endpoint"] = endpoint
	text, err := d.Text(nil)
	if err != nil {
		t.Fatal(err)
	}
	return text
}

// made keeps one candidate.
func made(t *testing.T, m *campaign.Made, owner, name, endpoint string) string {
	t.Helper()
	id, err := m.Create(owner, drafted(t, name, endpoint))
	if err != nil {
		t.Fatal(err)
	}
	return id
}

const here = "https://127.0.0.1:8443/interops/service-a"

func TestMadeCandidatesAreTheirOwners(t *testing.T) {
	m := &campaign.Made{Dir: filepath.Join(t.TempDir(), "candidates")}
	if list, err := m.List(""); err != nil || len(list) != 0 {
		t.Fatalf("before the first: %v, %v", list, err)
	}
	m.Targets, _ = candidate.ParseTargets("loopback")
	a, b := made(t, m, "a", "../../Étrange <b>nom</b>\x00", here), made(t, m, "b", "Passerelle", here)
	if strings.ContainsAny(a, "/.<\x00") || !strings.HasPrefix(b, "passerelle-") {
		t.Errorf("ids %q %q", a, b)
	}
	for owner, want := range map[string][]string{"a": {a}, "b": {b}, "c": nil, "": {a, b}} {
		list, err := m.List(owner)
		var ids []string
		for _, c := range list {
			ids = append(ids, c.ID)
		}
		slices.Sort(ids)
		slices.Sort(want)
		if err != nil || !slices.Equal(ids, want) {
			t.Errorf("%s sees %v (%v), want %v", owner, ids, err, want)
		}
	}
	text, version, err := m.Text("a", a)
	if err != nil {
		t.Fatal(err)
	}
	for what, err := range map[string]error{
		"find": second(m.Find("b", a)), "save": second(m.Save("b", a, version, text)), "delete": m.Delete("b", a), "files": second(m.Files("b", a)),
		"put": m.Put("b", a, "a.pem", nil), "renew": m.Renew("b", a), "material": m.Material("b", a, &bytes.Buffer{}), "check": second(m.Check("b", a, text)),
		"a path": second(m.Find("", "../candidates/"+a)), "a parent": m.Delete("", ".."), "nothing": m.Delete("", ""), "absolute": second(m.Find("", "/etc")),
	} {
		if !errors.Is(err, campaign.ErrUnknown) {
			t.Errorf("%s: %v", what, err)
		}
	}
	if c, err := m.Find("a", a); err != nil || c.Origin != campaign.OfPage || c.Owner != "a" || !slices.Equal(c.Scope, []string{"fournisseur/A"}) || c.Problem != "" {
		t.Errorf("%+v, %v", c, err)
	}
	if err := m.Delete("a", a); err != nil {
		t.Error(err)
	}
	if _, err := m.Find("", a); !errors.Is(err, campaign.ErrUnknown) {
		t.Errorf("after its end: %v", err)
	}
}

// second is the error of a call that gives something too.
func second[T any](_ T, err error) error { return err }

// TestTwoPeopleChangeOneCandidate wants the second to be told, and what the first wrote to stay.
func TestTwoPeopleChangeOneCandidate(t *testing.T) {
	m := &campaign.Made{Dir: t.TempDir()}
	id := made(t, m, "", "Passerelle", here)
	text, version, err := m.Text("", id)
	if err != nil {
		t.Fatal(err)
	}
	first := bytes.Replace(text, []byte("Passerelle"), []byte("Première"), 1)
	next, err := m.Save("", id, version, first)
	if err != nil {
		t.Fatal(err)
	}
	if _, err := m.Save("", id, version, text); !errors.Is(err, campaign.ErrChanged) {
		t.Errorf("the second: %v", err)
	}
	now, at, err := m.Text("", id)
	if err != nil || at != next || !bytes.Equal(now, first) {
		t.Errorf("what is kept, at %s want %s: %s (%v)", at, next, now, err)
	}
}

func TestWhatAPageMayNotAskIsNotKept(t *testing.T) {
	listed, err := candidate.ParseTargets("gw.essai.test:8443")
	if err != nil {
		t.Fatal(err)
	}
	m := &campaign.Made{Dir: t.TempDir(), Targets: listed, Management: []int{8540}}
	sound := string(drafted(t, "P", "https://gw.essai.test:8443/a"))
	for name, c := range map[string]struct {
		owner, text string
		want        error
	}{
		"a command":               {"v", strings.Replace(sound, "backend:", "clock: {command: [id]}\n    backend:", 1), campaign.ErrBarred},
		"a file":                  {"v", strings.Replace(sound, "backend:", "traces: {declared: /etc/passwd}\n    backend:", 1), campaign.ErrBarred},
		"elsewhere":               {"v", strings.Replace(sound, "8443", "8444", 1), campaign.ErrTarget},
		"this machine":            {"v", strings.Replace(sound, "gw.essai.test", "127.0.0.1", 1), campaign.ErrTarget},
		"listed":                  {"v", sound, nil},
		"of this machine":         {"", strings.Replace(sound, "gw.essai.test", "127.0.0.1", 1), nil},
		"the sandbox itself":      {"", strings.Replace(sound, "gw.essai.test:8443", "127.0.0.1:8540", 1), campaign.ErrTarget},
		"a mistake, to be mended": {"v", strings.Replace(sound, "probe", "sonde", 1), nil},
	} {
		t.Run(name, func(t *testing.T) {
			before, _ := os.ReadDir(m.Dir)
			id, err := m.Create(c.owner, []byte(c.text))
			if !errors.Is(err, c.want) {
				t.Fatalf("error %v, want %v", err, c.want)
			}
			after, _ := os.ReadDir(m.Dir)
			if c.want != nil && len(after) != len(before) {
				t.Errorf("%d folders are left", len(after)-len(before))
			}
			var refused campaign.Refused
			if c.want != nil && (!errors.As(err, &refused) || len(refused.Problems) == 0) {
				t.Errorf("no problem is told: %v", err)
			}
			if c.want == nil {
				if _, version, err := m.Text(c.owner, id); err != nil {
					t.Error(err)
				} else if _, err := m.Save(c.owner, id, version, []byte(sound+"container: {image: a, ports: [1]}\n")); !errors.Is(err, campaign.ErrBarred) {
					t.Errorf("later: %v", err)
				}
			}
		})
	}
	for name, text := range map[string]string{"nothing": "", "no YAML": "a: [", "too long": sound + strings.Repeat("#", 1<<20), "aliases": "a: &a [x]\nb: *a\n"} {
		var refused campaign.Refused
		if _, err := m.Create("v", []byte(text)); !errors.As(err, &refused) || errors.Is(err, campaign.ErrBarred) {
			t.Errorf("%s: %v", name, err)
		}
	}
	if problems, err := m.Check("v", "", []byte(strings.Replace(sound, "probe", "sonde", 1))); err != nil || len(problems) != 1 || problems[0].File != "candidate.yaml" || problems[0].Key != "roles.fournisseur.backend" {
		t.Errorf("problems %+v, %v", problems, err)
	}
	if problems, err := m.Check("v", "", []byte(sound)); err != nil || len(problems) != 0 {
		t.Errorf("problems %+v, %v", problems, err)
	}
	m.Targets = nil // the operator thinks again
	for _, c := range all(t, m, "v") {
		if _, _, err := m.Open(t.Context(), c.ID, t.TempDir()); !errors.Is(err, campaign.ErrTarget) {
			t.Errorf("%s, when nothing may be called any more: %v", c.ID, err)
		}
	}
}

func all(t *testing.T, m *campaign.Made, owner string) []campaign.Candidate {
	t.Helper()
	list, err := m.List(owner)
	if err != nil || len(list) == 0 {
		t.Fatalf("%v, %v", list, err)
	}
	return list
}

func TestFilesOfAMadeCandidate(t *testing.T) {
	m := &campaign.Made{Dir: t.TempDir()}
	id := made(t, m, "", "Passerelle", here)
	for _, name := range []string{"../a.pem", "candidate.yaml", "owner.made", "pki/a.pem", "", "a", ".hidden.pem", "a.exe", strings.Repeat("a", 200) + ".pem", "a\x00.pem"} {
		if err := m.Put("", id, name, []byte("x")); !errors.Is(err, campaign.ErrFile) {
			t.Errorf("%q: %v", name, err)
		}
	}
	if err := m.Put("", id, "a.pdf", make([]byte, campaign.MaxFileBytes+1)); !errors.Is(err, campaign.ErrMany) {
		t.Errorf("too large: %v", err)
	}
	if err := m.Put("", id, "autorites.pem", []byte("x")); err != nil {
		t.Fatal(err)
	}
	files, err := m.Files("", id)
	if err != nil || !slices.Equal(files, []campaign.File{{Name: "autorites.pem", Size: 1}, {Name: "convention.yaml", Size: files[1].Size}}) {
		t.Errorf("files %v, %v", files, err)
	}
	if content, err := m.File("", id, "autorites.pem"); err != nil || string(content) != "x" {
		t.Errorf("%q, %v", content, err)
	}
	if err := m.Remove("", id, "autorites.pem"); err != nil {
		t.Error(err)
	}
	if _, err := m.File("", id, "autorites.pem"); !errors.Is(err, campaign.ErrFile) {
		t.Errorf("after its end: %v", err)
	}
}

// TestMaterialHoldsNoKeyOfOthers opens the archive that a vendor loads, and wants the keys of its own organism alone.
func TestMaterialHoldsNoKeyOfOthers(t *testing.T) {
	m := &campaign.Made{Dir: t.TempDir()}
	id := made(t, m, "", "Passerelle", here)
	lines, err := m.ToLoad("", id)
	if err != nil || len(lines) < 5 {
		t.Errorf("what to load: %v, %v", lines, err)
	}
	var out bytes.Buffer
	if err := m.Material("", id, &out); err != nil {
		t.Fatal(err)
	}
	archive, err := zip.NewReader(bytes.NewReader(out.Bytes()), int64(out.Len()))
	if err != nil {
		t.Fatal(err)
	}
	names := map[string]bool{}
	for _, f := range archive.File {
		names[f.Name] = true
		private := strings.HasSuffix(f.Name, ".key") || strings.HasSuffix(f.Name, ".p12")
		if strings.Contains(f.Name, "authorities") || private && !strings.HasPrefix(f.Name, "pki/organisms/organisme-fournisseur/") || strings.Contains(f.Name, "~") {
			t.Errorf("%s leaves", f.Name)
		}
	}
	for _, want := range []string{"pki/roots.pem", "candidate.yaml", "convention.yaml", "pki/organisms/organisme-fournisseur/tls.key", "pki/organisms/organisme-client/tls.pem"} {
		if !names[want] {
			t.Errorf("no %s among %v", want, names)
		}
	}
	if err := m.Renew("", id); err != nil {
		t.Fatal(err)
	}
	var again bytes.Buffer
	if err := m.Material("", id, &again); err != nil || bytes.Equal(again.Bytes(), out.Bytes()) {
		t.Errorf("made anew, it is the same (%v)", err)
	}
}

// What a creation that was killed left is swept; candidates stay.
func TestSweep(t *testing.T) {
	m := &campaign.Made{Dir: filepath.Join(t.TempDir(), "candidates")}
	if err := m.Sweep(); err != nil {
		t.Errorf("before the first: %v", err)
	}
	id := made(t, m, "", "Passerelle", here)
	left := filepath.Join(m.Dir, ".new-123")
	if err := os.MkdirAll(filepath.Join(left, "pki"), 0o700); err != nil {
		t.Fatal(err)
	}
	if err := m.Sweep(); err != nil {
		t.Fatal(err)
	}
	if _, err := os.Stat(left); !errors.Is(err, os.ErrNotExist) {
		t.Errorf("left: %v", err)
	}
	if _, err := m.Find("", id); err != nil {
		t.Error(err)
	}
}
