package stand

import (
	"fmt"
	"net/http"
	"time"

	"etalon/internal/bench"
	"etalon/internal/candidate"
	"etalon/stubs/api"
)

// apiPatience is how long the mock API waits for Pro Santé Connect.
const apiPatience = 5 * time.Second

// What the mock API holds, and by which scope it opens.
const (
	apiScope   = "dossier.lecture"
	apiMarker  = "dossier-0042"
	apiContent = `{"dossier":"` + apiMarker + `","patient":"TEST Étalon"}`
)

// startPSCAPI starts the mock API Pro Santé Connectée, whose tokens are opaque: it is pointed at the address where the
// harness will play Pro Santé Connect.
func (s *Stub) startPSCAPI(o StubOptions, parts stubParts) error {
	provider := o.PSC
	if provider == "" {
		port, err := FreePort()
		if err != nil {
			return err
		}
		s.closers = append(s.closers, func() error { release(port); return nil })
		provider = fmt.Sprintf("127.0.0.1:%d", port)
	}
	sample := candidate.SampleAPIClient()
	link := bench.Link{Roots: parts.bench.RootPool(), Patience: apiPatience}
	started, err := api.Start(api.Config{
		Bench: parts.bench, Name: candidate.APIOrganism, Provider: discoveryAt(provider), Client: sample.ID, Secret: sample.Secret,
		HTTP: link.Client(), Opaque: true, Content: apiContent, Flaws: o.Flaws,
		Clients: []api.Client{{ID: "proxy-essai", Subject: candidate.VendorSubject, Scopes: []string{apiScope}}},
	})
	if err != nil {
		return err
	}
	s.closers = append(s.closers, started.Close)
	mux := http.NewServeMux()
	mux.Handle("POST /clock", parts.bench.Clock)
	desk, err := s.serve(bench.LocalOnly(mux))
	if err != nil {
		return err
	}
	return s.write(o, candidate.StubCandidate{Name: "Souche API Pro Santé Connectée", PSCAPI: &candidate.PSCAPI{
		Token: started.URL(api.PathToken), Resource: started.URL(api.PathResource), Plain: started.PlainURL(api.PathResource), Contains: apiMarker,
		Scope: apiScope, Form: candidate.APIOpaque, Introspection: started.URL(api.PathIntrospection), Revocation: started.URL(api.PathRevocation),
		PSC: candidate.PSC{Listen: provider}, Reach: candidate.Reach{Clock: &candidate.Clock{HTTP: desk + "/clock"}},
	}})
}
