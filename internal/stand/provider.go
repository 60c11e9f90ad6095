package stand

import (
	"etalon/internal/candidate"
	"etalon/internal/interops"
	"etalon/stubs/provider"
	"fmt"
)

// startProvider starts the mock fournisseur in front of the harness's probe.
func (s *Stub) startProvider(o StubOptions, parts stubParts) error {
	project := firstProject(o.Convention, interops.ModeA)
	p, err := provider.Start(provider.Config{
		Bench: parts.bench, Organism: project.Provider, Backend: fmt.Sprintf("http://127.0.0.1:%d/", o.Ports.Probe),
		Traces: parts.traces, Log: parts.log, Flaws: o.Flaws, Inquiries: "127.0.0.1:0",
	})
	if err != nil {
		return err
	}
	s.closers = append(s.closers, p.Close)
	manage, err := s.serve(p.ManagementHandler())
	if err != nil {
		return err
	}
	role := &candidate.StubRole{
		Organism: project.Provider, Project: project.Name, Service: project.Services[0].Name,
		URL: p.URL(project.Services[0].Name), Services: map[string]string{}, Backend: candidate.BackendProbe,
		Traces: "traces.jsonl", Exchange: p.InquiryURL(), Logs: []string{"application.log"}, Clock: manage + "/clock",
		Verbs:        map[candidate.Verb]string{candidate.BreakTraces: manage + "/traces/break", candidate.MendTraces: manage + "/traces/mend"},
		Capabilities: map[candidate.Capability]bool{candidate.OneTimeUse: true},
	}
	for _, other := range o.Convention.Projects {
		for _, service := range other.Services {
			if other.Provider == project.Provider && other.Mode == interops.ModeA && service.Name != role.Service {
				role.Services[service.Name] = p.URL(service.Name)
			}
		}
	}
	return s.write(o, candidate.StubCandidate{Name: "Souche fournisseur", Provider: role})
}
