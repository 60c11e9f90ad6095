package stand

import (
	"net/url"

	"etalon/internal/candidate"
	"etalon/internal/interops"
	"etalon/internal/sso"
	"etalon/stubs/portal"
	"etalon/stubs/service"
)

// openWeb starts the partners of mode P: a service that takes Responses, and a home portal from which the test agents
// leave for it or for the candidate.
func (p *Partners) openWeb(project interops.Project) error {
	o, b := p.options, p.stand.Bench
	served, left := project, project
	if o.Candidate != nil && o.Candidate.Client != nil && o.Candidate.Client.P != nil {
		served, _ = b.Convention.Project(o.Candidate.Client.P.Project)
	}
	log, err := p.trace("partenaire-service.jsonl")
	if err != nil {
		return err
	}
	receives, err := service.Start(service.Config{
		Bench: b, Organism: served.Provider, Listen: o.Listen.At(o.Listen.Ports.Service), Traces: log, Observe: p.seesResponses(served.Provider),
		Unread: p.unread("HTTP", interops.ModeP, served.Provider),
	})
	if err != nil {
		return err
	}
	p.opened(Face{candidate.RoleProvider, interops.ModeP, receives.ACS(served.Services[0].Name), served.Provider}, receives.Close)
	p.roll.receives(served.Provider, p.stand.Bench.Convention, receives.ACS)
	p.receives(interops.ModeP, receiver{project, receives.Arm, receives.Armed, receives.ManagementHandler()})

	targets := map[string]portal.Destination{}
	for _, s := range left.Services {
		targets[s.Name] = portal.Destination{ACS: receives.ACS(s.Name), Target: receives.Target(s.Name, ""), Logout: receives.Logout(s.Name)}
	}
	if o.Candidate != nil && o.Candidate.Provider != nil && o.Candidate.Provider.P != nil {
		left, _ = b.Convention.Project(o.Candidate.Provider.P.Project)
		targets = faces(*o.Candidate.Provider.P)
	}
	return p.openPortal(left, targets)
}

// openPortal starts the home portal, where the test agents of the project log in.
func (p *Partners) openPortal(left interops.Project, targets map[string]portal.Destination) error {
	log, err := p.trace("partenaire-portail.jsonl")
	if err != nil {
		return err
	}
	users := candidate.TestUsers(left)
	caller, err := p.newCaller(interops.ModeP, p.webAim(left, targets, users))
	if err != nil {
		return err
	}
	config := portal.Config{
		Bench: p.stand.Bench, Organism: left.Client, Listen: p.options.Listen.At(p.options.Listen.Ports.Portal), Services: targets,
		Traces: log, Habilitations: rights(users), Observe: p.emits("HTTP", interops.ModeP, left.Client), Commits: caller.inPlace,
	}
	for _, u := range users {
		if *u.Authenticated {
			config.Accounts = append(config.Accounts, portal.Account{ID: u.ID, Secret: u.Secret, Class: u.Class})
		}
	}
	leaves, err := portal.Start(config)
	if err != nil {
		return err
	}
	p.opened(Face{candidate.RoleClient, interops.ModeP, leaves.URL("/sortie/" + url.PathEscape(left.Services[0].Name)), left.Client}, leaves.Close)
	p.roll.knows(left, users, leaves.URL("/login"))
	p.roll.sends(left, leaves.URL("/sortie/"))
	return nil
}

// webAim is where the portal goes when it is asked to: to the page of the candidate, else to that of the sandbox.
func (p *Partners) webAim(left interops.Project, targets map[string]portal.Destination, users []candidate.User) aim {
	a := aim{project: left, service: left.Services[0], user: users[0].ID}
	a.carriage.Transport = candidate.Transport(p.stand.Bench.Profile.P.Transport)
	a.page = targets[a.service.Name].Target
	if c := p.options.Candidate; c != nil && c.Provider != nil && c.Provider.P != nil {
		declared := c.Provider.P
		if s, known := left.Service(declared.Service); known {
			a.service = s
		}
		a.carriage, a.page = declared.Carriage, declared.Target
	}
	a.endpoint = targets[a.service.Name].ACS
	if page := candidate.Marked(a.page, ""); len(page) <= sso.MaxRelayState {
		a.relayed = page
	}
	return a
}

// faces are where the services of a candidate take Responses, and where their pages are.
func faces(c candidate.ProviderP) map[string]portal.Destination {
	all := map[string]portal.Destination{c.Service: destination(c.Face)}
	for name, face := range c.Services {
		all[name] = destination(face)
	}
	return all
}

// destination is a face as a portal knows it: the folder of its page, for the pages beside that one.
func destination(f candidate.Face) portal.Destination {
	page, err := url.Parse(candidate.Marked(f.Target, ""))
	if err != nil { // read by candidate.Load
		return portal.Destination{ACS: f.ACS, Target: f.ACS}
	}
	return portal.Destination{ACS: f.ACS, Target: page.ResolveReference(&url.URL{Path: "."}).String()}
}
