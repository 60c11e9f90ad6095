package stand

import (
	"cmp"
	"fmt"
	"net/url"

	"etalon/internal/candidate"
	"etalon/internal/interops"
	"etalon/stubs/consumer"
)

// startConsumer starts the mock client of mode R, which is experimental, in front of the harness's resources.
func (s *Stub) startConsumer(o StubOptions, parts stubParts) error {
	project := firstProject(o.Convention, interops.ModeR)
	token := cmp.Or(o.Transport, parts.bench.Profile.R.Token)
	ports, err := freePorts(2)
	if err != nil {
		return err
	}
	config := consumer.Config{
		Bench: parts.bench, Organism: project.Client, Traces: parts.traces, Log: parts.log, Flaws: o.Flaws, Token: token,
		Resources: map[string]string{}, Listen: fmt.Sprintf("127.0.0.1:%d", ports[0]), Inquiries: fmt.Sprintf("127.0.0.1:%d", ports[1]),
	}
	face := func(service string) string {
		return "http://" + config.Listen + "/appel/" + url.PathEscape(service) + "/" + OperationOf(project) + "?marqueur=" + candidate.MarkerPlace
	}
	main := project.Services[0].Name
	declared := candidate.ClientR{
		Drive: candidate.Driver{HTTP: &candidate.HTTPCall{URL: face(main)}}, Bearing: candidate.Bearing{Token: candidate.Token(token)},
		Choice: candidate.Choice{Project: project.Name, Service: main}, Services: map[string]string{},
	}
	for _, other := range o.Convention.Projects {
		for _, service := range other.Services {
			if other.Client != project.Client || other.Mode != interops.ModeR {
				continue
			}
			config.Resources[service.Name] = fmt.Sprintf("https://127.0.0.1:%d/api/%s/", o.Ports.Provider, service.Name)
			if service.Name != main {
				declared.Services[service.Name] = face(service.Name)
			}
		}
	}
	manage := "http://" + config.Listen + "/gestion/"
	role := &candidate.StubRole{
		Organism: project.Client, Modes: []candidate.Declared{declared}, Traces: "traces.jsonl", Exchange: "https://" + config.Inquiries + "/traces",
		Users: classedUsers(o, project), Logs: []string{"application.log"}, Clock: manage + "clock", Verbs: map[candidate.Verb]string{},
	}
	for _, verb := range []candidate.Verb{
		candidate.WithdrawRight, candidate.GrantRight, candidate.Logout, candidate.Restart, candidate.BreakTraces,
		candidate.MendTraces, candidate.BreakTokens, candidate.MendTokens,
	} {
		role.Verbs[verb] = manage + string(verb)
	}
	if err := s.write(o, candidate.StubCandidate{Name: "Souche client, mode R (expérimental)", Client: role}); err != nil {
		return err
	}
	if config.Habilitations, err = habilitations(s.Candidate); err != nil {
		return err
	}
	g, err := consumer.Start(config)
	if err != nil {
		return err
	}
	s.closers = append(s.closers, g.Close)
	return nil
}
