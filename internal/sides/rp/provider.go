package rp

import (
	"etalon/internal/candidate"
	"etalon/internal/sides/provided"
	"etalon/internal/verdict"
	"etalon/stubs/psc"
)

// startProvider starts the mock Pro Santé Connect where the candidate file puts it, with the service as a client.
func (s *Side) startProvider() *verdict.Trouble {
	d := s.declared
	provider, err := provided.Open(s.run, d.PSC, provided.Wants{
		Config: psc.Config{Persons: s.persons(), Tolerant: true, Lifetimes: psc.Lifetimes{Interval: s.waits.interval}},
		Client: psc.Client{Redirects: d.Redirects, Farewells: d.Farewells, Decoupled: d.Decoupled != nil, Sealed: d.IDTokenAlgorithm == candidate.IDTokenBySecret},
	})
	if err != nil {
		return s.Trouble(true, verdict.ReasonMisdeclared, s.Field("psc"), err.Error())
	}
	s.provider, s.began = provider, provider.Last()
	s.musters()
	return nil
}
