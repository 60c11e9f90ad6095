package main

import (
	"errors"
	"net"
	"os"
	"strconv"

	"etalon/cmd/internal/cli"
	"etalon/features"
	"etalon/internal/bench"
	"etalon/internal/campaign"
	"etalon/internal/candidate"
	"etalon/internal/seal"
	"etalon/internal/sides"
	"etalon/internal/stand"
)

// version is set by the build: -ldflags "-X main.version=…".
var version = "dev"

// campaigning says against what campaigns may be run from the console, and what signs their reports.
type campaigning struct {
	Candidates string `placeholder:"DIR" help:"${candidates}"`
	SignKey    string `placeholder:"FICHIER" help:"${signkey}"`
	cli.SealFlags
}

// desk readies the campaigns of a sandbox: against its own candidate, those of a folder, those of pages, and the mock ones.
func (c *serveCommand) desk(m *memory, w world, made *campaign.Made, played *stand.Stand, santé *health) (*campaign.Desk, error) {
	disk := campaign.Disk{Dir: c.Candidates}
	if c.Config != "" {
		disk.Files = []string{c.Config}
	}
	roster := campaign.Rosters{disk, made, campaign.Mocks{}}
	if _, err := roster.List(""); err != nil {
		return nil, hinted{err, "sandbox serve --candidates candidats"}
	}
	config := campaign.Config{Store: m.Store, Roster: roster, Tree: features.FS, Domains: sides.Domains(), Version: cli.Version(version)}
	config.Held, config.Yield = yielded(w, played, santé)
	if c.SignKey != "" {
		config.Signer = func() (seal.Signer, error) {
			return campaign.LoadSigner(c.SignKey, os.Getenv("ETALON_SIGN_PASSWORD"), bench.Wall())
		}
		if _, err := config.Signer(); err != nil {
			return nil, hinted{err, campaign.SignerHint(c.SignKey)}
		}
	}
	stamp, hint, err := c.Authority()
	if err != nil {
		return nil, hinted{err, hint}
	}
	config.Stamp, config.Validity = stamp, c.Validity
	return campaign.NewDesk(config), nil
}

// yielded are the ports that the partners hold, and how they let go of them.
func yielded(w world, played *stand.Stand, santé *health) (held []int, yield func() (func() error, error)) {
	subject := candidate.Candidate{Listen: w.listen}
	held, benches := subject.FixedPorts(), []*bench.Bench{played.Bench}
	if santé != nil {
		held, benches = append(held, santé.held()...), append(benches, santé.stand.Bench)
	}
	return held, func() (func() error, error) {
		for _, b := range benches {
			b.Shut()
		}
		return func() error {
			var errs []error
			for _, b := range benches {
				errs = append(errs, b.Reopen())
			}
			return errors.Join(errs...)
		}, nil
	}
}

// held are the ports of Pro Santé Connect and of the operator.
func (p *health) held() (ports []int) {
	c := p.command
	for _, address := range []string{c.Listen, c.Manage, c.Revocation, c.IMAP, c.SMTP, c.List} {
		_, port, _ := net.SplitHostPort(address)
		if number, err := strconv.Atoi(port); err == nil && number != 0 {
			ports = append(ports, number)
		}
	}
	return ports
}
