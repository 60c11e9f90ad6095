package stand

import (
	"encoding/json"
	"errors"
	"fmt"
	"net/http"
	"path/filepath"

	"etalon/internal/bench"
	"etalon/internal/candidate"
	"etalon/internal/interops"
	"etalon/internal/mutation"
	"etalon/stubs/client"
	"etalon/stubs/provider"
)

// PartnersOptions says which partners a sandbox plays, and where.
type PartnersOptions struct {
	Stand  *Stand
	Listen candidate.Listen
	// Dir gets the traces of the partners.
	Dir string
	// Candidate is the one that the partners speak to; nil for a sandbox whose two partners speak to each other.
	Candidate *candidate.Candidate
}

// Partners are the mock organisms of a sandbox: a provider that client gateways call, and a client gateway that
// makes calls to a provider. Honest unless a fault is armed.
type Partners struct {
	Provider *provider.Provider
	Client   *client.Gateway
	stand    *Stand
	traces   []*bench.TraceLog
	project  interops.Project
}

// OpenPartners starts the partners of the convention's first project, or of those that the candidate declares.
func OpenPartners(o PartnersOptions) (*Partners, error) {
	p := &Partners{stand: o.Stand, project: firstProject(o.Stand.Bench.Convention, interops.ModeA)}
	if err := p.open(o); err != nil {
		return nil, errors.Join(err, p.Close())
	}
	return p, nil
}

func (p *Partners) open(o PartnersOptions) (err error) {
	b := o.Stand.Bench
	served, called := p.project, p.project
	users := candidate.TestUsers(p.project)
	if o.Candidate != nil && o.Candidate.Client != nil && o.Candidate.Client.A != nil {
		served, _ = b.Convention.Project(o.Candidate.Client.A.Project)
	}
	log, err := p.trace(o.Dir, "partenaire-fournisseur.jsonl")
	if err != nil {
		return err
	}
	p.Provider, err = provider.Start(provider.Config{
		Bench: b, Organism: served.Provider, Listen: o.Listen.At(o.Listen.Ports.Provider), Traces: log,
	})
	if err != nil {
		return err
	}
	targets := map[string]string{}
	for _, s := range called.Services {
		targets[s.Name] = p.Provider.URL(s.Name)
	}
	if o.Candidate != nil && o.Candidate.Provider != nil && o.Candidate.Provider.A != nil {
		called, _ = b.Convention.Project(o.Candidate.Provider.A.Project)
		targets = endpoints(*o.Candidate.Provider.A)
		users = candidate.TestUsers(called)
	}
	if log, err = p.trace(o.Dir, "partenaire-client.jsonl"); err != nil {
		return err
	}
	p.Client, err = client.Start(client.Config{
		Bench: b, Organism: called.Client, Listen: o.Listen.At(o.Listen.Ports.Client), Providers: targets, Traces: log,
		Habilitations: rights(users),
	})
	return err
}

// trace opens the traces of one partner.
func (p *Partners) trace(dir, name string) (*bench.TraceLog, error) {
	log, err := bench.OpenTraceLog(filepath.Join(dir, name))
	if err == nil {
		p.traces = append(p.traces, log)
	}
	return log, err
}

// endpoints are the addresses of a provider's services.
func endpoints(a candidate.ProviderA) map[string]string {
	all := map[string]string{a.Service: a.Endpoint}
	for name, target := range a.Services {
		all[name] = target.Endpoint
	}
	return all
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
// provider. It is for loopback.
func (p *Partners) Handler() http.Handler {
	mux := http.NewServeMux()
	mux.HandleFunc("GET /roots.pem", func(w http.ResponseWriter, _ *http.Request) {
		w.Header().Set("Content-Type", "application/x-pem-file")
		_, _ = w.Write(p.stand.Bench.PKI.RootsPEM())
	})
	mux.HandleFunc("POST /faults", p.arm)
	mux.Handle("/", p.Provider.ManagementHandler())
	return bench.LocalOnly(mux)
}

// order arms a fault of the catalogue for the provider's next exchanges.
type order struct {
	Fault string `json:"fault"` // "" disarms
	Times int    `json:"times"` // 1 when absent
}

// arm makes the partner misbehave for the next exchanges.
func (p *Partners) arm(w http.ResponseWriter, r *http.Request) {
	o := order{Times: 1}
	decoder := json.NewDecoder(http.MaxBytesReader(w, r.Body, 4<<10))
	decoder.DisallowUnknownFields()
	if err := decoder.Decode(&o); err != nil {
		http.Error(w, fmt.Sprintf("want {\"fault\": NAME, \"times\": N}: %v", err), http.StatusBadRequest)
		return
	}
	m, ok := mutation.ByName(o.Fault)
	switch {
	case o.Fault == "":
		p.Provider.Disarm()
	case !ok || !m.Tests(mutation.Client) || m.Conduct == nil:
		http.Error(w, "no such fault of a provider's: conformance list faults", http.StatusNotFound)
		return
	default:
		p.Provider.Arm(o.Times, m.Behaviour(mutation.Honest{
			Now: p.stand.Bench.Clock.Now(), Profile: p.stand.Bench.Profile, Convention: p.stand.Bench.Convention,
			Project: p.project, Service: p.project.Services[0],
		}))
	}
	w.WriteHeader(http.StatusNoContent)
}

// Close ends the partners.
func (p *Partners) Close() error {
	var errs []error
	if p.Client != nil {
		errs = append(errs, p.Client.Close())
	}
	if p.Provider != nil {
		errs = append(errs, p.Provider.Close())
	}
	for _, log := range p.traces {
		errs = append(errs, log.Close())
	}
	return errors.Join(errs...)
}
