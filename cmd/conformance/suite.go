package main

import (
	"crypto/sha256"
	"encoding/hex"
	"fmt"
	"io"
	"io/fs"
	"os"
	"runtime/debug"

	"etalon/features"
	"etalon/internal/report"
	"etalon/internal/scenario"
	"etalon/internal/verdict"
)

// version is set by the build: -ldflags "-X main.version=…".
var version = "dev"

// suite is what the program judges with.
type suite struct {
	texts     report.Texts
	catalogue scenario.Catalogue
	plan      []scenario.Trial
	id        verdict.Suite
}

// loadSuite reads the embedded catalogue, features and texts.
func loadSuite() (*suite, error) {
	s := &suite{}
	var err error
	if s.texts, err = report.LoadTexts(features.FS); err != nil {
		return nil, err
	}
	if s.catalogue, err = scenario.LoadCatalogue(features.FS); err != nil {
		return nil, err
	}
	if s.plan, err = scenario.LoadPlan(features.FS, s.catalogue); err != nil {
		return nil, err
	}
	s.id, err = identity()
	return s, err
}

// identity names the program: its version, the digest of its catalogue, and that of its own file.
func identity() (verdict.Suite, error) {
	id := verdict.Suite{Version: version}
	if info, ok := debug.ReadBuildInfo(); ok && version == "dev" && info.Main.Version != "" {
		id.Version = info.Main.Version
	}
	h := sha256.New()
	err := fs.WalkDir(features.FS, ".", func(name string, d fs.DirEntry, err error) error {
		if err != nil || d.IsDir() {
			return err
		}
		raw, err := fs.ReadFile(features.FS, name)
		fmt.Fprintf(h, "%s %d\n", name, len(raw))
		h.Write(raw)
		return err
	})
	if err != nil {
		return id, fmt.Errorf("digest catalogue: %w", err)
	}
	id.Catalogue = "sha256:" + hex.EncodeToString(h.Sum(nil))
	path, err := os.Executable()
	if err != nil {
		return id, fmt.Errorf("find program: %w", err)
	}
	file, err := os.Open(path)
	if err != nil {
		return id, fmt.Errorf("digest program: %w", err)
	}
	defer file.Close()
	b := sha256.New()
	if _, err := io.Copy(b, file); err != nil {
		return id, fmt.Errorf("digest program: %w", err)
	}
	id.Binary = "sha256:" + hex.EncodeToString(b.Sum(nil))
	return id, nil
}

// versionCommand tells what judges.
type versionCommand struct{}

// Run prints the identity of the program.
func (versionCommand) Run(s *streams) error {
	id, err := identity()
	if err != nil {
		return err
	}
	s.say("programme %s", "program %s", id.Version)
	s.say("catalogue %s", "catalogue %s", id.Catalogue)
	s.say("binaire %s", "binary %s", id.Binary)
	return nil
}
