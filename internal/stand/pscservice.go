package stand

import (
	"fmt"

	"etalon/internal/bench"
	"etalon/internal/candidate"
	"etalon/stubs/rp"
)

// startPSCService starts the mock service that uses Pro Santé Connect: it is pointed at the address where the harness will
// play that, and is of the Espace de Confiance.
func (s *Stub) startPSCService(o StubOptions, parts stubParts) error {
	provider := o.PSC
	if provider == "" {
		port, err := FreePort()
		if err != nil {
			return err
		}
		s.closers = append(s.closers, func() error { release(port); return nil })
		provider = fmt.Sprintf("127.0.0.1:%d", port)
	}
	client := candidate.SampleServiceClient()
	service, err := rp.Start(rp.Config{
		Bench: parts.bench, Credential: candidate.VendorOrganism + "/tls", Issuer: discoveryAt(provider).Issuer,
		ClientID: client.ID, Secret: client.Secret, ByCertificate: true, Flaws: o.Flaws, Log: parts.log,
	})
	if err != nil {
		return err
	}
	s.closers = append(s.closers, service.Close)
	clock, err := s.serve(bench.LocalOnly(parts.bench.Clock))
	if err != nil {
		return err
	}
	none := 0
	return s.write(o, candidate.StubCandidate{Name: "Souche service de Pro Santé Connect", PSCService: &candidate.PSCService{
		Login: service.URL(rp.PathLogin), Protected: service.URL(rp.PathProtected), Success: "identifiant " + candidate.UserPlace,
		Redirects: []string{service.URL(rp.PathCallback)}, Logout: service.URL(rp.PathLogout), Farewells: []string{service.URL(rp.PathHome)},
		Renews: true, TrustSpace: true, Decoupled: &candidate.DecoupledLogin{URL: service.URL(rp.PathDecoupled), Field: rp.FieldPerson},
		PSC: candidate.PSC{Listen: provider, Client: client}, Reach: candidate.Reach{SkewSeconds: &none, Clock: &candidate.Clock{HTTP: clock}},
	}})
}
