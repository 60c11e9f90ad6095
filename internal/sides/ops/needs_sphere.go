package ops

import (
	"etalon/internal/candidate"
	"etalon/internal/scenario"
)

// sphereNeeds are the needs of a service operator.
var sphereNeeds = map[string]func(s *providerSide, name string) scenario.Answer{
	"flux-sp":  flows(candidate.FlowSP),
	"flux-idp": flows(candidate.FlowIdP),
	"service-sans-niveau": func(s *providerSide, name string) scenario.Answer {
		_, ok := s.alias("sans-niveau")
		return scenario.Declares(ok, name)
	},
	"pagm-convenus": func(s *providerSide, name string) scenario.Answer {
		return scenario.Agrees(len(s.home.Project.PAGM) > 0, name)
	},
	"membre-recent": func(s *providerSide, name string) scenario.Answer {
		_, ok := s.newcomer()
		return scenario.Agrees(ok, name)
	},
	"membre-sans-role":   playable("vi-issuer-member-without-role"),
	"membre-retire":      playable("vi-issuer-former-member"),
	"membre-non-accepte": playable("vi-issuer-pending-member"),
	"choix-operateur":    offersAddress(func(d *candidate.ServiceS) string { return d.Discovery }),
	"deconnexion-sphere": offersAddress(func(d *candidate.ServiceS) string { return d.SLO + d.SOAP }),
	"deconnexion-front":  offersAddress(func(d *candidate.ServiceS) string { return d.SLO }),
	"deconnexion-soap":   offersAddress(func(d *candidate.ServiceS) string { return d.SOAP }),
	"bouton-global":      offersAddress(func(d *candidate.ServiceS) string { return d.GlobalLogout }),
	"bouton-local":       offersAddress(func(d *candidate.ServiceS) string { return d.Logout }),
	"lecture-metadonnees": func(s *providerSide, name string) scenario.Answer {
		return withVerbs(candidate.ReadMetadata)(s.run, s.access, name)
	},
}

// flows answers for a way of beginning a sign-on.
func flows(f candidate.Flow) func(*providerSide, string) scenario.Answer {
	return func(s *providerSide, name string) scenario.Answer {
		return scenario.Declares(s.sphere != nil && s.sphere.takes(f), name)
	}
}

// offersAddress answers for an address that the candidate file gives.
func offersAddress(of func(*candidate.ServiceS) string) func(*providerSide, string) scenario.Answer {
	return func(s *providerSide, name string) scenario.Answer {
		return scenario.Declares(s.sphere != nil && of(s.sphere.declared) != "", name)
	}
}
