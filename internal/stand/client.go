package stand

import (
	"etalon/internal/candidate"
	"etalon/internal/interops"
	"etalon/stubs/client"
	"fmt"
)

// startClient starts the mock client in front of the harness's provider.
func (s *Stub) startClient(o StubOptions, parts stubParts) error {
	project := firstProject(o.Convention, interops.ModeA)
	partner := fmt.Sprintf("https://127.0.0.1:%d/interops/", o.Ports.Provider)
	config := client.Config{
		Bench: parts.bench, Organism: project.Client, Traces: parts.traces, Log: parts.log, Flaws: o.Flaws, Providers: map[string]string{},
	}
	role := &candidate.StubRole{
		Organism: project.Client, Project: project.Name, Service: project.Services[0].Name,
		Services: map[string]string{}, Identity: candidate.IdentityInteropsInfos,
		Traces: "traces.jsonl", Logs: []string{"application.log"}, Verbs: map[candidate.Verb]string{},
		Capabilities: map[candidate.Capability]bool{candidate.InteropsInfos: true},
	}
	ports, err := freePorts(2)
	if err != nil {
		return err
	}
	config.Listen, config.InteropsInfos = fmt.Sprintf("127.0.0.1:%d", ports[0]), true
	config.Inquiries = fmt.Sprintf("127.0.0.1:%d", ports[1])
	role.Exchange = "https://" + config.Inquiries + "/traces"
	face := func(path string) string { return "http://" + config.Listen + path }
	for _, other := range o.Convention.Projects {
		for _, service := range other.Services {
			if other.Client != project.Client || other.Mode != interops.ModeA {
				continue
			}
			config.Providers[service.Name] = partner + service.Name
			if service.Name != role.Service {
				role.Services[service.Name] = face("/appel/" + service.Name)
			}
		}
	}
	role.URL, role.Clock = face("/appel/"+role.Service), face("/gestion/clock")
	for _, verb := range candidate.Verbs() {
		role.Verbs[verb] = face("/gestion/" + string(verb))
	}
	if err := s.write(o, candidate.StubCandidate{Name: "Souche client", Client: role}); err != nil {
		return err
	}
	if config.Habilitations, err = habilitations(s.Candidate); err != nil {
		return err
	}
	g, err := client.Start(config)
	if err != nil {
		return err
	}
	s.closers = append(s.closers, g.Close)
	return nil
}

// habilitations are the rights of the users that a candidate file declares.
func habilitations(path string) ([]interops.Habilitation, error) {
	c, err := candidate.Load(path)
	if err != nil {
		return nil, err
	}
	return rights(c.Client.Users), nil
}
