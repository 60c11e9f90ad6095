package gateway

import (
	"fmt"
	"net/http"

	"etalon/internal/bench"
	"etalon/internal/interops"
	"etalon/internal/pki"
)

// Party is who a gateway is, and what stands behind it.
type Party struct {
	Bench *bench.Bench
	// Organism is its Organism.Name, Credential the pki name of its TLS certificate.
	Organism, Credential string
	// Backend is the URL of the application behind it; none when empty.
	Backend string
	// Revocation fetches CRL and OCSP answers; the default client of pki when nil.
	Revocation *http.Client
}

// Settle finds the organism in the convention. It refuses one that is not there, a backend that cannot be called and a
// credential that the test PKI has not.
func (p Party) Settle() (interops.Organism, error) {
	o, known := p.Bench.Convention.Organism(p.Organism)
	if !known {
		return o, fmt.Errorf("find organism: not in convention %q", p.Bench.Convention.Name)
	}
	if p.Backend != "" {
		if err := CheckBackend(p.Backend); err != nil {
			return o, err
		}
	}
	_, err := p.Bench.PKI.Credential(p.Credential)
	return o, err
}

// Admission says who may open a connection to the party, with those neglects.
func (p Party) Admission(n Neglect) *Admission {
	b := p.Bench
	return &Admission{
		Convention: b.Convention, Profile: b.Profile, PKI: b.PKI, Organism: p.Organism, Credential: p.Credential,
		Trust: &pki.Trust{
			Roots: b.Roots(), Revocation: &pki.Checker{HTTP: p.Revocation}, FailOpen: b.Profile.TLS.Revocation == "fail-open",
		},
		Wall: bench.Wall, Now: b.Clock.Now, Neglect: n,
	}
}

// Services are those of the projects of a mode that the party provides, by Service.Name. It refuses a party that
// provides none, and two services of one name with different audiences.
func (p Party) Services(mode interops.Mode) (map[string]interops.Service, error) {
	all := map[string]interops.Service{}
	for _, project := range p.Bench.Convention.Opened() {
		if project.Provider != p.Organism || project.Mode != mode {
			continue
		}
		for _, s := range project.Services {
			if other, twice := all[s.Name]; twice && other.Audience != s.Audience {
				return nil, fmt.Errorf("open service %q: two services of that name have different audiences", s.Name)
			}
			all[s.Name] = s
		}
	}
	if len(all) == 0 {
		return nil, fmt.Errorf("open services: no project of mode %s has the organism as provider", mode)
	}
	return all, nil
}
