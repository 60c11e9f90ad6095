package stand

import (
	"cmp"
	"fmt"
	"strings"

	"etalon/internal/candidate"
	"etalon/internal/interops"
	"etalon/stubs/resource"
)

// startResource starts the mock fournisseur of mode R in front of the harness's probe.
func (s *Stub) startResource(o StubOptions, parts stubParts) error {
	project := firstProject(o.Convention, interops.ModeR)
	p, err := resource.Start(resource.Config{
		Bench: parts.bench, Organism: project.Provider, Token: o.Transport, Backend: fmt.Sprintf("http://127.0.0.1:%d", o.Ports.Probe),
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
	declared := declaredResource(o.Convention, project, p)
	declared.Token = candidate.Token(cmp.Or(o.Transport, parts.bench.Profile.R.Token))
	role := &candidate.StubRole{
		Organism: project.Provider, Modes: []candidate.Declared{declared}, Backend: candidate.BackendProbe,
		Traces: "traces.jsonl", Exchange: p.InquiryURL(), Logs: []string{"application.log"}, Clock: manage + "/clock",
		Verbs:        map[candidate.Verb]string{candidate.BreakTraces: manage + "/traces/break", candidate.MendTraces: manage + "/traces/mend"},
		Capabilities: map[candidate.Capability]bool{candidate.OneTimeUse: true},
	}
	return s.write(o, candidate.StubCandidate{Name: "Souche fournisseur, mode R", Provider: role})
}

// declaredResource is what a candidate file says of a mock provider of mode R: every service of its projects, and the
// resources of the main one.
func declaredResource(c *interops.Convention, project interops.Project, p *resource.Provider) candidate.ProviderR {
	main := project.Services[0].Name
	r := candidate.ProviderR{
		Resource: candidate.Resource{Endpoint: marked(p.URL(main, OperationOf(project))), Resources: map[string]string{}},
		Choice:   candidate.Choice{Project: project.Name, Service: main}, Services: map[string]candidate.Resource{},
	}
	for _, g := range project.PAGM {
		for _, operation := range g.Operations {
			if !strings.Contains(operation, " ") {
				r.Resources[operation] = marked(p.URL(main, operation))
			}
		}
	}
	for _, other := range c.Projects {
		for _, one := range other.Services {
			if other.Provider == project.Provider && other.Mode == project.Mode && one.Name != main {
				r.Services[one.Name] = candidate.Resource{Endpoint: marked(p.URL(one.Name, OperationOf(project)))}
			}
		}
	}
	return r
}
