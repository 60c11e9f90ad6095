package stand

import (
	"errors"
	"net/http"
	"path/filepath"
	"slices"

	"etalon/internal/anatomy"
	"etalon/internal/bench"
	"etalon/internal/candidate"
	"etalon/internal/interops"
	"etalon/internal/mutation"
	"etalon/internal/store"
	"etalon/internal/verdict"
)

// PartnersOptions says which partners a sandbox plays, and where.
type PartnersOptions struct {
	Stand  *Stand
	Listen candidate.Listen
	// Dir gets the traces of the partners.
	Dir string
	// Candidate is the one that the partners speak to; nil for a sandbox whose partners speak to each other.
	Candidate *candidate.Candidate
	// Observe is told of each exchange of a partner, from several goroutines. May be nil.
	Observe func(store.Exchange)
}

// Partners are the mock organisms of a sandbox, in each of the modes A and P that the convention opens: the provider
// that client gateways and portals call, and the client that calls a provider. Honest unless a fault is armed.
type Partners struct {
	// Faces are where the partners may be reached, in the order in which they were opened.
	Faces []Face

	stand     *Stand
	options   PartnersOptions
	receivers map[interops.Mode]receiver
	callers   map[interops.Mode]*caller
	players   []player
	closers   []func() error
	logs      []*bench.TraceLog
	roll      roll // what an integrator is told of them
}

// Face is where one partner may be reached for one service.
type Face struct {
	// Role is fournisseur or client, Mode that in which it plays.
	Role candidate.Role
	Mode interops.Mode
	URL  string
	// Organism is the Organism.Name of who plays it.
	Organism string
}

// receiver is a partner that answers, and that can be made to answer wrongly.
type receiver struct {
	project interops.Project
	arm     func(times int, conduct mutation.Conduct)
	armed   func() (fault string, left int)
	manage  http.Handler
}

// ErrNoPartner tells that a convention opens no project that a sandbox can play.
var ErrNoPartner = verdict.Tell("partenaires : la convention n'ouvre aucun projet de mode A ou P", "play partners: the convention opens no project of mode A or P")

// OpenPartners starts the partners of the convention's first project of each mode, or of those that the candidate
// declares. It returns ErrNoPartner where the convention opens none.
func OpenPartners(o PartnersOptions) (*Partners, error) {
	p := &Partners{stand: o.Stand, options: o, receivers: map[interops.Mode]receiver{}, callers: map[interops.Mode]*caller{}}
	err := p.open()
	if err == nil && len(p.receivers) == 0 {
		err = ErrNoPartner
	}
	if err != nil {
		return nil, errors.Join(err, p.Close())
	}
	return p, nil
}

func (p *Partners) open() error {
	convention := p.stand.Bench.Convention
	if project := firstProject(convention, interops.ModeA); project.Name != "" {
		if err := p.openSOAP(project); err != nil {
			return err
		}
	}
	if project := firstProject(convention, interops.ModeP); project.Name != "" {
		return p.openWeb(project)
	}
	return nil
}

// trace opens the traces of one partner.
func (p *Partners) trace(name string) (*bench.TraceLog, error) {
	log, err := bench.OpenTraceLog(filepath.Join(p.options.Dir, name))
	if err == nil {
		p.closers, p.logs = append(p.closers, log.Close), append(p.logs, log)
	}
	return log, err
}

// Knowledge is what the partners judge messages by.
func (p *Partners) Knowledge() anatomy.Knowledge { return p.stand.Knowledge() }

// Traces are what the partners traced of one VI, by partner and in order. It returns bench.ErrTraceUnavailable when a trace
// store is down.
func (p *Partners) Traces(viID string) ([]interops.Trace, error) {
	var all []interops.Trace
	for _, log := range p.logs {
		of, err := log.Of(viID)
		if err != nil {
			return nil, err
		}
		all = append(all, of...)
	}
	return all, nil
}

// opened keeps a partner that listens.
func (p *Partners) opened(f Face, close func() error) {
	p.Faces, p.closers = append(p.Faces, f), append(p.closers, close)
}

// Face returns the address of a partner; "" when it is not played.
func (p *Partners) Face(role candidate.Role, mode interops.Mode) string {
	i := slices.IndexFunc(p.Faces, func(f Face) bool { return f.Role == role && f.Mode == mode })
	if i < 0 {
		return ""
	}
	return p.Faces[i].URL
}

// rights are the habilitations of users.
func rights(users []candidate.User) []interops.Habilitation {
	var all []interops.Habilitation
	for _, u := range users {
		for project, pagm := range u.Rights {
			all = append(all, interops.Habilitation{User: u.ID, Project: project, PAGM: pagm})
		}
	}
	return all
}

// Handler is the management of the partners: authorities to load, faults to arm, and the clock and traces of the
// provider, that of mode A where it is played. It is for loopback.
func (p *Partners) Handler() http.Handler {
	mux := http.NewServeMux()
	mux.HandleFunc("GET /roots.pem", func(w http.ResponseWriter, _ *http.Request) {
		w.Header().Set("Content-Type", "application/x-pem-file")
		_, _ = w.Write(p.stand.Bench.PKI.RootsPEM())
	})
	mux.HandleFunc("POST /faults", p.arm)
	mux.Handle("/", p.receivers[p.mode("")].manage)
	return bench.LocalOnly(mux)
}

// mode is the one named, or else the first that is played.
func (p *Partners) mode(named interops.Mode) interops.Mode {
	if named == "" && len(p.Faces) > 0 {
		return p.Faces[0].Mode
	}
	return named
}

// Close ends the partners, the last opened first.
func (p *Partners) Close() error {
	var errs []error
	for _, end := range slices.Backward(p.closers) {
		errs = append(errs, end())
	}
	return errors.Join(errs...)
}
