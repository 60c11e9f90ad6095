package main

import (
	"etalon/cmd/internal/cli"
	"etalon/features"
	"etalon/internal/campaign"
)

// version is set by the build: -ldflags "-X main.version=…".
var version = "dev"

// loadSuite reads the embedded catalogue, features and texts.
func loadSuite() (*campaign.Suite, error) {
	return campaign.LoadSuite(features.FS, cli.Version(version))
}

// versionCommand tells what judges.
type versionCommand struct{}

// Run prints the identity of the program.
func (versionCommand) Run(s *streams) error {
	id, err := campaign.Identify(features.FS, cli.Version(version))
	if err != nil {
		return err
	}
	s.say("programme %s", "program %s", id.Version)
	s.say("catalogue %s", "catalogue %s", id.Catalogue)
	s.say("binaire %s", "binary %s", id.Binary)
	return nil
}
