package stand

import (
	"fmt"
	"net/url"
	"time"

	"etalon/internal/candidate"
	"etalon/internal/interops"
	"etalon/stubs/portal"
)

// startPortal starts the mock home portal in front of the harness's service.
func (s *Stub) startPortal(o StubOptions, parts stubParts) error {
	project := firstProject(o.Convention, interops.ModeP)
	if o.Transport != "" {
		parts.bench.Profile.P.Transport = o.Transport
	}
	ports, err := freePorts(3)
	if err != nil {
		return err
	}
	config := portal.Config{
		Bench: parts.bench, Organism: project.Client, Traces: parts.traces, Log: parts.log, Flaws: o.Flaws,
		Listen: fmt.Sprintf("127.0.0.1:%d", ports[0]), Manage: fmt.Sprintf("127.0.0.1:%d", ports[1]),
		Inquiries: fmt.Sprintf("127.0.0.1:%d", ports[2]),
		Services:  destinations(o.Convention, project, fmt.Sprintf("https://127.0.0.1:%d", o.Ports.Service)),
	}
	role := portalRole(o, project, "https://"+config.Listen, "http://"+config.Manage+"/gestion/")
	role.Exchange = "https://" + config.Inquiries + "/traces"
	if err := s.write(o, candidate.StubCandidate{Name: "Souche portail", Client: role}); err != nil {
		return err
	}
	c, err := candidate.Load(s.Candidate)
	if err != nil {
		return err
	}
	config.Habilitations = rights(c.Client.Users)
	for _, u := range c.Client.Users {
		if *u.Authenticated {
			config.Accounts = append(config.Accounts, portal.Account{ID: u.ID, Secret: u.Secret, Class: u.Class})
		}
	}
	p, err := portal.Start(config)
	if err != nil {
		return err
	}
	s.closers = append(s.closers, p.Close)
	return nil
}

// destinations are the addresses of a provider's services at the harness, as the mock service lays them out.
func destinations(c *interops.Convention, project interops.Project, base string) map[string]portal.Destination {
	all := map[string]portal.Destination{}
	for _, other := range c.Opened() {
		if other.Mode != interops.ModeP || other.Provider != project.Provider {
			continue
		}
		for _, service := range other.Services {
			if _, twice := all[service.Name]; twice {
				continue
			}
			at := base
			if len(all) > 0 {
				at += "/services/" + url.PathEscape(service.Name)
			}
			all[service.Name] = portal.Destination{ACS: at + "/acs", Target: at + "/app/", Logout: at + "/session/logout"}
		}
	}
	return all
}

// portalRole is what the candidate file says of the mock portal.
func portalRole(o StubOptions, project interops.Project, face, manage string) *candidate.StubRole {
	link := func(service string) string {
		return face + "/sortie/" + url.PathEscape(service) + "?marqueur=" + candidate.MarkerPlace
	}
	p := candidate.ClientP{
		Login: &candidate.Recipe{
			URL: face + "/login", Form: candidate.Form{User: "identifiant", Password: "secret"},
			Success: candidate.Success{Cookie: "portail"},
		},
		Link: link(project.Services[0].Name), Services: map[string]string{}, Logout: face + "/logout",
		Session:  interops.Duration{Duration: 30 * time.Minute},
		Carriage: candidate.Carriage{Transport: candidate.Transport(o.Transport)},
		Choice:   candidate.Choice{Project: project.Name, Service: project.Services[0].Name},
	}
	for _, other := range o.Convention.Opened() {
		for _, service := range other.Services {
			if other.Mode == interops.ModeP && other.Client == project.Client && other.Provider == project.Provider && service.Name != p.Service {
				p.Services[service.Name] = link(service.Name)
			}
		}
	}
	role := &candidate.StubRole{
		Organism: project.Client, Modes: []candidate.Declared{p}, Users: classedUsers(o, project),
		Traces: "traces.jsonl", Logs: []string{"application.log"}, Clock: manage + "clock", Verbs: map[candidate.Verb]string{},
	}
	for _, verb := range []candidate.Verb{
		candidate.WithdrawRight, candidate.GrantRight, candidate.Logout, candidate.Restart, candidate.BreakTraces, candidate.MendTraces,
	} {
		role.Verbs[verb] = manage + string(verb)
	}
	return role
}

// classedUsers are those of a client whose logins reach the class that the main service wants, and one person's a
// stronger one.
func classedUsers(o StubOptions, project interops.Project) []candidate.StubUser {
	weak := o.Profile.ClassFor(project.Services[0])
	strong := o.Profile.Levels[len(o.Profile.Levels)-1].Class
	granted := map[string][]string{}
	for _, other := range o.Convention.Opened() {
		if other.Mode != project.Mode || other.Client != project.Client {
			continue
		}
		granted[other.Name] = nil
		for _, g := range other.PAGM {
			granted[other.Name] = append(granted[other.Name], g.Name)
		}
	}
	no := false
	return []candidate.StubUser{
		{ID: "agent-%04d", Count: 50, Class: weak, Rights: granted},
		{ID: "agent-fort", Class: strong, Rights: granted},
		{ID: "agent-sans-droit", Class: weak},
		{ID: "agent-inconnu", Authenticated: &no},
	}
}
