package stand

import (
	"etalon/internal/candidate"
	"etalon/internal/interops"
	"etalon/stubs/client"
	"etalon/stubs/provider"
)

// openSOAP starts the partners of mode A: a provider, and a client gateway that calls it or the candidate.
func (p *Partners) openSOAP(project interops.Project) error {
	o, b := p.options, p.stand.Bench
	served, called, users := project, project, candidate.TestUsers(project)
	if o.Candidate != nil && o.Candidate.Client != nil && o.Candidate.Client.A != nil {
		served, _ = b.Convention.Project(o.Candidate.Client.A.Project)
	}
	log, err := p.trace("partenaire-fournisseur.jsonl")
	if err != nil {
		return err
	}
	receives, err := provider.Start(provider.Config{
		Bench: b, Organism: served.Provider, Listen: o.Listen.At(o.Listen.Ports.Provider), Traces: log, Observe: p.sees(served.Provider),
		Unread: p.unread("SOAP", interops.ModeA, served.Provider),
	})
	if err != nil {
		return err
	}
	p.opened(Face{candidate.RoleProvider, interops.ModeA, receives.URL(served.Services[0].Name), served.Provider}, receives.Close)
	p.receives(interops.ModeA, receiver{project, receives.Arm, receives.Armed, receives.ManagementHandler()})

	targets := map[string]string{}
	for _, s := range called.Services {
		targets[s.Name] = receives.URL(s.Name)
	}
	if o.Candidate != nil && o.Candidate.Provider != nil && o.Candidate.Provider.A != nil {
		called, _ = b.Convention.Project(o.Candidate.Provider.A.Project)
		targets, users = endpoints(*o.Candidate.Provider.A), candidate.TestUsers(called)
	}
	caller, err := p.newCaller(interops.ModeA, p.soapAim(called, targets, users))
	if err != nil {
		return err
	}
	if log, err = p.trace("partenaire-client.jsonl"); err != nil {
		return err
	}
	calls, err := client.Start(client.Config{
		Bench: b, Organism: called.Client, Listen: o.Listen.At(o.Listen.Ports.Client), Providers: targets, Traces: log,
		Habilitations: rights(users), Observe: p.emits("SOAP", interops.ModeA, called.Client), Commits: caller.inPlace,
	})
	if err != nil {
		return err
	}
	p.opened(Face{candidate.RoleClient, interops.ModeA, calls.URL(called.Services[0].Name), called.Client}, calls.Close)
	p.roll.knows(called, users, "")
	return nil
}

// soapAim is where the client of mode A calls when it is asked to: the main service of the candidate, else the first.
func (p *Partners) soapAim(called interops.Project, targets map[string]string, users []candidate.User) aim {
	a := aim{project: called, service: called.Services[0], user: users[0].ID, body: bodyOf(called)}
	if c := p.options.Candidate; c != nil && c.Provider != nil && c.Provider.A != nil {
		declared := c.Provider.A
		if s, known := called.Service(declared.Service); known {
			a.service = s
		}
		a.soap, a.soapAction = declared.SOAP, declared.SOAPAction
		if own := declared.Template(OperationOf(called)); own != nil {
			a.body = own
		}
	}
	a.endpoint = targets[a.service.Name]
	return a
}

// endpoints are the addresses of a provider's services.
func endpoints(a candidate.ProviderA) map[string]string {
	all := map[string]string{a.Service: a.Endpoint}
	for name, target := range a.Services {
		all[name] = target.Endpoint
	}
	return all
}
