package scenario

import (
	"errors"
	"fmt"
	"log/slog"
	"net"
	"net/http"
	"os"
	"path/filepath"
	"strings"

	"etalon/internal/bench"
	"etalon/internal/candidate"
	"etalon/internal/interops"
	"etalon/internal/pki"
	"etalon/stubs/client"
	"etalon/stubs/provider"
)

// StubOptions says which mock candidate to start, and where.
type StubOptions struct {
	Role candidate.Role
	// Mode is A when empty. Transport is that of the Responses in mode P; the profile's when empty.
	Mode      interops.Mode
	Transport string
	Flaws     []string
	// Dir gets the candidate file, the traces and the log.
	Dir string
	// PKI is the test PKI; PKIDir the folder that the candidate file names, empty when the harness shares PKI.
	PKI        *pki.Set
	PKIDir     string
	Convention *interops.Convention
	Profile    *interops.Profile
	Seed       bench.Seed
	// Ports are the harness's, fixed so that the stub knows its partners; free ones where zero.
	Ports candidate.Ports
}

// Stub is a running mock candidate with the candidate file that drives it.
type Stub struct {
	// Candidate is the path of the candidate file.
	Candidate string
	closers   []func() error
}

// StartStub starts a mock candidate and writes its candidate file.
func StartStub(o StubOptions) (*Stub, error) {
	if o.Mode == "" {
		o.Mode = interops.ModeA
	}
	harness := []*int{&o.Ports.Provider, &o.Ports.Client, &o.Ports.Probe, &o.Ports.Revocation, &o.Ports.Service, &o.Ports.Authentication, &o.Ports.Identification}
	free, err := freePorts(len(harness))
	if err != nil {
		return nil, err
	}
	for i, port := range harness {
		if *port == 0 {
			*port = free[i]
		}
	}
	s := &Stub{Candidate: filepath.Join(o.Dir, "candidate.yaml")}
	if err := s.start(o); err != nil {
		return nil, errors.Join(err, s.Close())
	}
	return s, nil
}

func (s *Stub) start(o StubOptions) error {
	b, err := bench.New(o.Convention, o.Profile, o.PKI, o.Seed)
	if err != nil {
		return err
	}
	traces, err := bench.OpenTraceLog(filepath.Join(o.Dir, "traces.jsonl"))
	if err != nil {
		return err
	}
	s.closers = append(s.closers, traces.Close)
	log, err := os.OpenFile(filepath.Join(o.Dir, "application.log"), os.O_CREATE|os.O_WRONLY|os.O_APPEND, 0o600)
	if err != nil {
		return fmt.Errorf("open log: %w", err)
	}
	s.closers = append(s.closers, log.Close)
	logger := slog.New(slog.NewTextHandler(log, nil))
	m, ok := mockOf(string(o.Role) + "/" + string(o.Mode))
	if !ok {
		return fmt.Errorf("start stub: %s/%s: want one of %s", o.Role, o.Mode, strings.Join(MockScopes(""), ", "))
	}
	return m.start(s, o, stubParts{b, traces, logger})
}

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

// write writes the candidate file.
func (s *Stub) write(o StubOptions, c candidate.StubCandidate) error {
	c.Version, c.Address, c.Ports, c.PKIDir = "1", "127.0.0.1", o.Ports, o.PKIDir
	if o.Mode == interops.ModeS {
		_, c.Convention = ConventionOf(o.Mode)
		if err := os.WriteFile(filepath.Join(o.Dir, c.Convention), candidate.SampleText(c.Convention), 0o644); err != nil {
			return fmt.Errorf("write convention: %w", err)
		}
	}
	for _, flaw := range o.Flaws {
		c.Name += ", " + flaw
	}
	return c.Write(s.Candidate)
}

// serve opens a handler on a free port of loopback and returns its address.
func (s *Stub) serve(h http.Handler) (string, error) {
	l, err := listen("127.0.0.1:0")
	if err != nil {
		return "", fmt.Errorf("serve management: %w", err)
	}
	s.closers = append(s.closers, bench.Serve(l, h))
	return "http://" + l.Addr().String(), nil
}

// Close ends the stub.
func (s *Stub) Close() error {
	var errs []error
	for i := len(s.closers) - 1; i >= 0; i-- {
		errs = append(errs, s.closers[i]())
	}
	s.closers = nil
	return errors.Join(errs...)
}

// firstProject is the first project of a mode in a convention: the one that stubs play.
func firstProject(c *interops.Convention, mode interops.Mode) interops.Project {
	for _, p := range c.Projects {
		if p.Mode == mode {
			return p
		}
	}
	return interops.Project{}
}

func listen(address string) (net.Listener, error) { return net.Listen("tcp", address) }
