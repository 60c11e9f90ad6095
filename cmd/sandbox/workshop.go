package main

import (
	"net"
	"os"
	"path/filepath"
	"strings"

	"etalon/features"
	"etalon/internal/campaign"
	"etalon/internal/candidate"
	"etalon/internal/sides"
)

// making says what candidates made in pages may call.
type making struct {
	Targets []string `placeholder:"CIBLE" help:"${targets}"`
}

// targets are those that the flags list, nil where there is none; @FILE stands for the lines of a file.
func (m making) targets() (*candidate.Targets, error) {
	if len(m.Targets) == 0 {
		return nil, nil
	}
	var lines []string
	for _, one := range m.Targets {
		name, isFile := strings.CutPrefix(one, "@")
		if !isFile {
			lines = append(lines, one)
			continue
		}
		raw, err := os.ReadFile(name)
		if err != nil {
			return nil, hinted{err, "sandbox serve --targets @cibles.txt"}
		}
		lines = append(lines, strings.Split(string(raw), "\n")...)
	}
	targets, err := candidate.ParseTargets(lines...)
	if err != nil {
		return nil, hinted{err, "sandbox serve --targets passerelle.essai.test:8443"}
	}
	return targets, nil
}

// made are the candidates that pages make, kept in the store; none of them calls the management at its own port.
func (m making) made(store string, management net.Listener) (*campaign.Made, error) {
	targets, err := m.targets()
	if err != nil {
		return nil, err
	}
	made := &campaign.Made{Dir: filepath.Join(store, "candidates"), Targets: targets}
	if at, ok := management.Addr().(*net.TCPAddr); ok {
		made.Management = []int{at.Port}
	}
	return made, made.Sweep()
}

// clinic examines the candidates against which a desk runs campaigns.
func clinic(desk *campaign.Desk) *campaign.Clinic {
	return &campaign.Clinic{Roster: desk.Roster(), Suite: desk.Suite, Lend: desk.Lend, Tree: features.FS, Domains: sides.Domains()}
}
