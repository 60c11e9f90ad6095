package campaign

import (
	"crypto/sha256"
	"encoding/hex"
	"fmt"
	"io"
	"io/fs"
	"os"

	"etalon/internal/report"
	"etalon/internal/scenario"
	"etalon/internal/verdict"
)

// Suite is what a program judges with.
type Suite struct {
	Texts     report.Texts
	Features  *report.Features
	Catalogue scenario.Catalogue
	Plan      []scenario.Trial
	Identity  verdict.Suite
}

// LoadSuite reads the catalogue, the plan and the texts of a features' tree, and names the program that judges with them.
func LoadSuite(tree fs.FS, version string) (*Suite, error) {
	s := &Suite{Features: report.NewFeatures(tree)}
	var err error
	if s.Texts, err = report.LoadTexts(tree); err != nil {
		return nil, err
	}
	if s.Catalogue, err = scenario.LoadCatalogue(tree); err != nil {
		return nil, err
	}
	if s.Plan, err = scenario.LoadPlan(tree, s.Catalogue); err != nil {
		return nil, err
	}
	s.Identity, err = Identify(tree, version)
	return s, err
}

// Identify names the program: its version, the digest of its catalogue, and that of its own file.
func Identify(tree fs.FS, version string) (verdict.Suite, error) {
	id := verdict.Suite{Version: version}
	h := sha256.New()
	err := fs.WalkDir(tree, ".", func(name string, d fs.DirEntry, err error) error {
		if err != nil || d.IsDir() {
			return err
		}
		raw, err := fs.ReadFile(tree, name)
		fmt.Fprintf(h, "%s %d\n", name, len(raw))
		h.Write(raw)
		return err
	})
	if err != nil {
		return id, verdict.Tell("empreinte du catalogue : %s", "digest catalogue: %s", err)
	}
	id.Catalogue = "sha256:" + hex.EncodeToString(h.Sum(nil))
	path, err := os.Executable()
	if err != nil {
		return id, verdict.Tell("programme introuvable : %s", "find program: %s", err)
	}
	file, err := os.Open(path)
	if err != nil {
		return id, verdict.Tell("empreinte du programme : %s", "digest program: %s", err)
	}
	defer file.Close()
	b := sha256.New()
	if _, err := io.Copy(b, file); err != nil {
		return id, verdict.Tell("empreinte du programme : %s", "digest program: %s", err)
	}
	id.Binary = "sha256:" + hex.EncodeToString(b.Sum(nil))
	return id, nil
}
