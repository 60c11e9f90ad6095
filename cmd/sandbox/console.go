package main

import (
	"context"
	"fmt"
	"os"
	"path/filepath"
	"sync"
	"time"

	"etalon/cmd/internal/cli"
	"etalon/features"
	"etalon/internal/anatomy"
	"etalon/internal/bench"
	"etalon/internal/campaign"
	"etalon/internal/candidate"
	"etalon/internal/console"
	"etalon/internal/door"
	"etalon/internal/stand"
	"etalon/internal/store"
	"etalon/internal/verdict"
)

// keeping says where a sandbox keeps what it sees, and how much of it.
type keeping struct {
	Store    string `placeholder:"DIR" help:"${store}"`
	KeepDays int    `default:"30" help:"${keepdays}"`
	KeepMiB  int64  `name:"keep-mib" default:"1024" help:"${keepmib}"`
}

// folder is where the store is: the one that is named, else that of the user's data.
func (k keeping) folder() (string, error) {
	if k.Store != "" {
		return k.Store, nil
	}
	if data := os.Getenv("XDG_DATA_HOME"); filepath.IsAbs(data) {
		return filepath.Join(data, "etalon"), nil
	}
	home, err := os.UserHomeDir()
	if err != nil {
		return "", hinted{verdict.Tell("dossier du magasin introuvable : %s", "find the folder of the store: %s", err), "sandbox serve --store etalon"}
	}
	return filepath.Join(home, ".local", "share", "etalon"), nil
}

// retention is how much is kept.
func (k keeping) retention() (store.Retention, error) {
	if k.KeepDays < 0 || k.KeepMiB < 0 {
		return store.Retention{}, hinted{verdict.Tell("--keep-days, --keep-mib : attendu un nombre, 0 pour ne rien borner", "--keep-days, --keep-mib: want a number, 0 for no bound"), "sandbox serve --keep-days 30 --keep-mib 1024"}
	}
	return store.Retention{Age: time.Duration(k.KeepDays) * 24 * time.Hour, Size: k.KeepMiB << 20}, nil
}

// memory is the store of a sandbox that plays. What cannot be kept is said once, and the sandbox plays on.
type memory struct {
	*store.Store
	dir       string
	retention store.Retention
	access    *candidate.Admission // nil where everything is everybody's
	said      sync.Once
	s         *streams
}

// remember opens the store and applies the retention, then and every hour, until the context ends.
func (k keeping) remember(ctx context.Context, s *streams, access *candidate.Admission) (*memory, error) {
	retention, err := k.retention()
	if err != nil {
		return nil, err
	}
	dir, err := k.folder()
	if err != nil {
		return nil, err
	}
	opened, err := store.Open(ctx, dir)
	if err != nil {
		return nil, storeTrouble(err, dir)
	}
	m := &memory{Store: opened, dir: dir, retention: retention, access: access, s: s}
	m.prune(ctx)
	return m, nil
}

// pruning is how often the retention is applied.
const pruning = time.Hour

// keepPruning applies the retention until the context ends.
func (m *memory) keepPruning(ctx context.Context) {
	ticker := time.NewTicker(pruning)
	defer ticker.Stop()
	for {
		select {
		case <-ctx.Done():
			return
		case <-ticker.C:
			m.prune(ctx)
		}
	}
}

// prune applies the retention, and tells what it removed.
func (m *memory) prune(ctx context.Context) {
	pruned, err := m.Prune(ctx, m.retention, bench.Wall())
	switch {
	case ctx.Err() != nil:
	case err != nil:
		m.trouble(err)
	case pruned.Exchanges > 0:
		m.s.say("rétention : %d échanges retirés", "retention: %d exchanges removed", pruned.Exchanges)
	}
}

// see keeps an exchange, as the vendor's whose gateway took part in it.
func (m *memory) see(ctx context.Context, x store.Exchange) {
	if m.access != nil && x.Owner == "" && x.Campaign == "" {
		if x.Owner = m.access.Owner(x.TLS); x.Owner == "" && m.access.Others == candidate.OthersOperators {
			x.Owner = door.OfOperators
		}
	}
	if _, err := m.Add(context.WithoutCancel(ctx), x); err != nil {
		m.trouble(err)
	}
}

// trouble says, once, that something was not kept.
func (m *memory) trouble(err error) {
	m.said.Do(func() {
		fmt.Fprintf(m.s.err, "sandbox: error: %s\n", verdict.InLanguage(storeTrouble(err, m.dir), m.s.lang))
	})
}

// console is what answers at the management address, over the management of the partners.
func (m *memory) console(partners *stand.Partners, santé *health, desk *campaign.Desk, made *campaign.Made, doctor *campaign.Clinic) (*console.Console, error) {
	config := console.Config{
		Store: m.Store, Campaigns: desk, Made: made, Clinic: doctor, Management: partners.Handler(), Partners: partners, Traces: partners.Traces,
		Access: m.access, Entrances: m.s.entrance, Reference: stand.NewDirectory(partners, santé.told()),
		Suite: sync.OnceValues(func() (verdict.Suite, error) { return campaign.Identify(features.FS, cli.Version(version)) }),
		Knowledge: func(campaign string) []anatomy.Knowledge {
			if campaign != "" {
				return desk.Knowledge(campaign)
			}
			all := []anatomy.Knowledge{partners.Knowledge()}
			if santé != nil {
				all = append(all, santé.knowledge())
			}
			return all
		},
	}
	for _, f := range partners.Faces {
		config.Faces = append(config.Faces, console.Face{Role: string(f.Role), Mode: string(f.Mode), URL: f.URL})
	}
	return console.New(config)
}
