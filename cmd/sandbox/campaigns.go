package main

import (
	"os"

	"etalon/cmd/internal/cli"
	"etalon/features"
	"etalon/internal/bench"
	"etalon/internal/campaign"
	"etalon/internal/report"
	"etalon/internal/sides"
)

// version is set by the build: -ldflags "-X main.version=…".
var version = "dev"

// campaigning says against what campaigns may be run from the console, and what signs their reports.
type campaigning struct {
	Candidates string `placeholder:"DIR" help:"${candidates}"`
	SignKey    string `placeholder:"FICHIER" help:"${signkey}"`
}

// desk readies the campaigns of a sandbox: against its own candidate, those of a folder, and the mock ones.
func (c *serveCommand) desk(m *memory, w world) (*campaign.Desk, error) {
	disk := campaign.Disk{Dir: c.Candidates}
	if c.Config != "" {
		disk.Files = []string{c.Config}
	}
	roster := campaign.Rosters{disk, campaign.Mocks{}}
	if _, err := roster.List(""); err != nil {
		return nil, hinted{err, "sandbox serve --candidates candidats"}
	}
	config := campaign.Config{Store: m.Store, Roster: roster, Tree: features.FS, Domains: sides.Domains(), Version: cli.Version(version)}
	if c.SignKey != "" {
		config.Signer = func() (report.Signer, error) {
			return campaign.LoadSigner(c.SignKey, os.Getenv("ETALON_SIGN_PASSWORD"), bench.Wall())
		}
		if _, err := config.Signer(); err != nil {
			return nil, hinted{err, "openssl pkcs12 -export -inkey cle.pem -in certificat.pem -out operateur.p12"}
		}
	}
	return campaign.NewDesk(config), nil
}
