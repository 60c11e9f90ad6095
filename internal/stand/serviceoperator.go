package stand

import (
	"context"
	"crypto/x509"
	"fmt"
	"io"
	"net"
	"net/http"
	"path/filepath"
	"time"

	"etalon/internal/bench"
	"etalon/internal/candidate"
	"etalon/internal/interops"
	"etalon/internal/sso"
	"etalon/internal/verdict"
	"etalon/stubs/service"
)

// Paths of the authentication operator that the harness plays before a service operator.
const (
	OperatorSSO      = "/sso"
	OperatorSLO      = "/slo"
	OperatorMetadata = "/metadata"
)

// sphereProject is the project of a sphere that the mock service operator plays: the first between two organisms that
// knows profiles and several services, of which more can be tried.
func sphereProject(c *interops.Convention) interops.Project {
	for _, p := range c.Opened() {
		if p.Mode == interops.ModeS && p.Client != p.Provider && len(p.PAGM) > 0 && len(p.Services) > 1 {
			return p
		}
	}
	return interops.Project{}
}

// startServiceOperator starts the mock service operator of mode S in front of the harness's probe. It knows the
// authentication operator that the harness plays, and has two nodes.
func (s *Stub) startServiceOperator(o StubOptions, parts stubParts) error {
	project := sphereProject(o.Convention)
	key, err := parts.bench.PKI.Credential(project.Client + "/signature")
	if err != nil {
		return err
	}
	operator := fmt.Sprintf("https://127.0.0.1:%d", o.Ports.Authentication)
	config := service.Config{
		Bench: parts.bench, Organism: project.Provider, Role: service.ServiceOperator, Backend: fmt.Sprintf("http://127.0.0.1:%d", o.Ports.Probe),
		Memory: filepath.Join(o.Dir, "vi-presentes"), Traces: parts.traces, Log: parts.log, Flaws: o.Flaws,
		Operators: []service.Operator{{
			Organism: project.Client, SSO: operator + OperatorSSO, Logout: operator + OperatorSLO, Keys: [][]*x509.Certificate{key.Chain},
		}},
	}
	receiver, err := service.Start(config)
	if err != nil {
		return err
	}
	s.closers = append(s.closers, receiver.Close)
	config.Origin = "https://" + receiver.Addr()
	second, err := service.Start(config)
	if err != nil {
		return err
	}
	s.closers = append(s.closers, second.Close)
	mux := http.NewServeMux()
	mux.Handle("/", receiver.ManagementHandler())
	mux.Handle("POST /read-metadata", bench.LocalOnly(readingMetadata(receiver, operator+OperatorMetadata, parts.bench)))
	manage, err := s.serve(mux)
	if err != nil {
		return err
	}
	declared := declaredOperator(project, receiver)
	node := onNode(declared.Face, receiver.Addr(), second.Addr())
	declared.SecondNode = &node
	role := &candidate.StubRole{
		Organism: project.Provider, Modes: []candidate.Declared{declared}, Backend: candidate.BackendProbe,
		Traces: "traces.jsonl", Logs: []string{"application.log"}, Clock: manage + "/clock",
		Verbs: map[candidate.Verb]string{
			candidate.BreakTraces: manage + "/traces/break", candidate.MendTraces: manage + "/traces/mend",
			candidate.Restart: manage + "/restart", candidate.ReadMetadata: manage + "/read-metadata",
		},
		Capabilities: map[candidate.Capability]bool{candidate.OneTimeUse: true},
	}
	return s.write(o, candidate.StubCandidate{Name: "Souche opérateur de service", Service: role})
}

// declaredOperator is what a candidate file says of a mock service operator.
func declaredOperator(project interops.Project, receiver *service.Service) candidate.ServiceS {
	face := func(name string) candidate.Face {
		return candidate.Face{ACS: receiver.ACS(name), Target: marked(receiver.Target(name, OperationOf(project)))}
	}
	main := project.Services[0].Name
	d := candidate.ServiceS{
		Face: face(main), Choice: candidate.Choice{Project: project.Name, Service: main}, Services: map[string]candidate.Face{},
		Sight: candidate.Sight{Identity: &candidate.Shown{Header: "X-Interops-User"}},
		SLO:   receiver.SLO(), SOAP: receiver.SLO(), Logout: receiver.Logout(main), GlobalLogout: receiver.SphereLogout(main),
		Metadata: "https://" + receiver.Addr() + "/metadata", Discovery: receiver.Discovery(main) + "?operator=" + candidate.OperatorPlace + "&retour=/app/" + OperationOf(project),
		Flow: candidate.FlowBoth,
	}
	for _, other := range project.Services[1:] {
		d.Services[other.Name] = face(other.Name)
	}
	return d
}

// readingMetadata has a mock receiver read the metadata of its operator. Not believing them is its right.
func readingMetadata(receiver *service.Service, address string, b *bench.Bench) http.Handler {
	return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		raw, err := FetchMetadata(r.Context(), address, b)
		if err != nil {
			http.Error(w, err.Error(), http.StatusBadGateway)
			return
		}
		_, _ = receiver.Register(raw)
		w.WriteHeader(http.StatusNoContent)
	})
}

// FetchMetadata gets the metadata that a member of the sphere publishes.
func FetchMetadata(ctx context.Context, address string, b *bench.Bench) ([]byte, error) {
	request, err := http.NewRequestWithContext(ctx, http.MethodGet, address, http.NoBody)
	if err != nil {
		return nil, verdict.Tell("lecture des métadonnées : %s", "fetch metadata: %s", err)
	}
	answer, err := bench.Link{Roots: b.RootPool(), Dial: candidate.Guarded(net.Dialer{}), Patience: metadataPatience}.Client().Do(request)
	if err != nil {
		return nil, verdict.Tell("lecture des métadonnées : %s", "fetch metadata: %s", err)
	}
	defer answer.Body.Close()
	if answer.StatusCode != http.StatusOK {
		return nil, verdict.Tell("lecture des métadonnées : HTTP %d", "fetch metadata: HTTP %d", answer.StatusCode)
	}
	return io.ReadAll(io.LimitReader(answer.Body, sso.MaxBody))
}

// metadataPatience bounds one reading of metadata.
const metadataPatience = 10 * time.Second
