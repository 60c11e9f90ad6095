package stand

import (
	"cmp"
	"fmt"
	"path/filepath"
	"strings"

	"etalon/internal/candidate"
	"etalon/internal/interops"
	"etalon/stubs/service"
)

// startService starts the mock fournisseur of mode P in front of the harness's probe, as a cluster of two nodes.
func (s *Stub) startService(o StubOptions, parts stubParts) error {
	project := firstProject(o.Convention, interops.ModeP)
	if o.Transport != "" {
		profile := *parts.bench.Profile
		profile.P.Transport = o.Transport
		parts.bench.Profile = &profile
	}
	config := service.Config{
		Bench: parts.bench, Organism: project.Provider, Backend: fmt.Sprintf("http://127.0.0.1:%d", o.Ports.Probe),
		Memory: filepath.Join(o.Dir, "vi-presentes"), Traces: parts.traces, Log: parts.log, Flaws: o.Flaws,
		Inquiries: "127.0.0.1:0",
	}
	first, err := service.Start(config)
	if err != nil {
		return err
	}
	s.closers = append(s.closers, first.Close)
	config.Origin, config.Inquiries = "https://"+first.Addr(), "" // the cluster has one exchange of traces
	second, err := service.Start(config)
	if err != nil {
		return err
	}
	s.closers = append(s.closers, second.Close)
	manage, err := s.serve(first.ManagementHandler())
	if err != nil {
		return err
	}
	declared := declaredService(o.Convention, project, first)
	declared.Transport = candidate.Transport(cmp.Or(o.Transport, parts.bench.Profile.P.Transport))
	node := onNode(declared.Face, first.Addr(), second.Addr())
	declared.SecondNode = &node
	role := &candidate.StubRole{
		Organism: project.Provider, Modes: []candidate.Declared{declared}, Backend: candidate.BackendProbe,
		Traces: "traces.jsonl", Exchange: first.InquiryURL(), Logs: []string{"application.log"}, Clock: manage + "/clock",
		Verbs: map[candidate.Verb]string{
			candidate.BreakTraces: manage + "/traces/break", candidate.MendTraces: manage + "/traces/mend",
			candidate.Restart: manage + "/restart",
		},
		Capabilities: map[candidate.Capability]bool{candidate.OneTimeUse: true},
	}
	return s.write(o, candidate.StubCandidate{Name: "Souche fournisseur, mode P", Provider: role})
}

// declaredService is what a candidate file says of a mock receiver: every service of its projects, and the pages of
// the main one.
func declaredService(c *interops.Convention, project interops.Project, receiver *service.Service) candidate.ProviderP {
	main := project.Services[0].Name
	face := func(name string) candidate.Face {
		return candidate.Face{ACS: receiver.ACS(name), Target: marked(receiver.Target(name, OperationOf(project)))}
	}
	p := candidate.ProviderP{
		Face: face(main), Choice: candidate.Choice{Project: project.Name, Service: main}, Services: map[string]candidate.Face{},
		Sight: candidate.Sight{Identity: &candidate.Shown{Header: "X-Interops-User"}},
	}
	p.Resources = map[string]string{}
	for _, g := range project.PAGM {
		for _, operation := range g.Operations {
			if !strings.Contains(operation, " ") {
				p.Resources[operation] = marked(receiver.Target(main, operation))
			}
		}
	}
	for _, other := range c.Projects {
		for _, one := range other.Services {
			if other.Provider == project.Provider && other.Mode == project.Mode && one.Name != main {
				p.Services[one.Name] = face(one.Name)
			}
		}
	}
	return p
}

// marked puts the place of the marker into the address of a page.
func marked(page string) string { return page + "?marqueur=" + candidate.MarkerPlace }

// onNode is the same face on another node.
func onNode(f candidate.Face, from, to string) candidate.Face {
	return candidate.Face{ACS: strings.Replace(f.ACS, from, to, 1), Target: strings.Replace(f.Target, from, to, 1)}
}
