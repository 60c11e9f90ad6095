package campaign_test

import (
	"errors"
	"net/http"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"

	"etalon/internal/campaign"
	"etalon/internal/stand"
)

// A folder of files gives a candidate each, and one that cannot be used tells why.
func TestDisk(t *testing.T) {
	dir := t.TempDir()
	file := "candidate: {name: Passerelle, vendor: Éditeur, version: \"2\"}\nroles:\n  fournisseur:\n    A: {endpoint: \"https://127.0.0.1:1/interops/service-a\"}\n"
	for path, text := range map[string]string{
		"one/candidate.yaml": file, "Two Gates.yaml": file, "two-gates.yml": file, "bad.yaml": "candidate: {}\n", "read.me": "no", "empty/other.yaml": file,
	} {
		path = filepath.Join(dir, path)
		if err := os.MkdirAll(filepath.Dir(path), 0o755); err != nil {
			t.Fatal(err)
		}
		if err := os.WriteFile(path, []byte(text), 0o600); err != nil {
			t.Fatal(err)
		}
	}
	disk := campaign.Disk{Files: []string{filepath.Join(dir, "one", "candidate.yaml")}, Dir: dir}
	list, err := disk.List("somebody")
	if err != nil {
		t.Fatal(err)
	}
	var ids []string
	for _, c := range list {
		ids = append(ids, c.ID)
		if bad := c.ID == "bad"; bad != (c.Problem != "") || c.Origin != campaign.OfDisk || !bad && !slices.Equal(c.Scope, []string{"fournisseur/A"}) {
			t.Errorf("%+v", c)
		}
	}
	if want := []string{"one", "two-gates", "bad", "one-2", "two-gates-2"}; !slices.Equal(ids, want) {
		t.Errorf("found %v, want %v", ids, want)
	}
	opened, release, err := disk.Open(t.Context(), "two-gates-2", t.TempDir())
	if err != nil || opened.Name != "Passerelle" {
		t.Fatalf("open: %v, %v", opened, err)
	}
	release()
	if _, _, err := disk.Open(t.Context(), "bad", t.TempDir()); err == nil {
		t.Error("a bad file opens")
	}
	if _, err := disk.Find("", "../one"); !errors.Is(err, campaign.ErrUnknown) {
		t.Errorf("a path: %v", err)
	}
	if _, err := (campaign.Disk{Dir: filepath.Join(dir, "none")}).List(""); err == nil {
		t.Error("a folder that is not there is listed")
	}
}

// Every mock candidate that is listed is found, and the honest one of a provider starts, and ends when it is released.
func TestMocks(t *testing.T) {
	all := campaign.Rosters{campaign.Disk{}, campaign.Mocks{}}
	list, err := all.List("")
	if err != nil {
		t.Fatal(err)
	}
	seen := map[string]bool{}
	for _, c := range list {
		found, err := all.Find("", c.ID)
		if err != nil || found.Name != c.Name || seen[c.ID] {
			t.Errorf("%s: %+v, %v", c.ID, found, err)
		}
		seen[c.ID] = true
	}
	if len(list) <= len(stand.MockScopes("")) {
		t.Errorf("%d candidates: want the honest ones and some flaws", len(list))
	}
	opened, release, err := all.Open(t.Context(), "essai-fournisseur-a-skips-audience", t.TempDir())
	if err != nil {
		t.Fatal(err)
	}
	if !strings.HasSuffix(opened.Name, "skips-audience") || !slices.Equal(opened.Scope(), []string{"fournisseur/A"}) {
		t.Errorf("opened %s, %v", opened.Name, opened.Scope())
	}
	clock := opened.Provider.Clock.HTTP
	answer, err := http.Get(clock)
	if err != nil {
		t.Fatal(err)
	}
	answer.Body.Close()
	release()
	if answer, err := http.Get(clock); err == nil {
		answer.Body.Close()
		t.Error("the mock candidate still answers")
	}
	for _, id := range []string{"essai-fournisseur-a-no-such", "essai-", ""} {
		if _, _, err := all.Open(t.Context(), id, t.TempDir()); !errors.Is(err, campaign.ErrUnknown) {
			t.Errorf("open %q: %v", id, err)
		}
		if _, err := all.Find("", id); !errors.Is(err, campaign.ErrUnknown) {
			t.Errorf("find %q: %v", id, err)
		}
	}
}
