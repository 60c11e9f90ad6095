package rp

import (
	"io"

	"etalon/internal/candidate"
	"etalon/internal/verdict"
	"etalon/stubs/psc"
)

// startProvider starts the mock Pro Santé Connect where the candidate file puts it, with the service as a client.
func (s *Side) startProvider() *verdict.Trouble {
	d := s.declared
	shared, err := s.run.Shared("psc", func() (io.Closer, error) {
		return psc.Start(psc.Config{
			Bench: s.run.Bench, Listen: d.PSC.Listen, Host: d.PSC.Host, Persons: s.persons(), NewKey: psc.LastingKeys(s.run.Bench), Tolerant: true,
			Lifetimes: psc.Lifetimes{Interval: s.waits.interval},
			Clients: []psc.Client{{
				ID: d.PSC.Client.ID, Secret: d.PSC.Client.Secret, Subject: d.PSC.Client.Subject, Redirects: d.Redirects, Farewells: d.Farewells,
				Decoupled: d.Decoupled != nil, Sealed: d.IDTokenAlgorithm == candidate.IDTokenBySecret,
			}},
		})
	})
	if err != nil {
		return s.Trouble(true, verdict.ReasonMisdeclared, s.Field("psc"), err.Error())
	}
	s.provider = shared.(*psc.Stub)
	s.began, s.people = s.provider.Last(), s.persons()
	return nil
}
