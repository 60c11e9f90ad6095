package scenario

import "etalon/internal/candidate"

// sphereNeeds are the needs of a service operator.
var sphereNeeds = map[string]func(s *providerSide, name string) answer{
	"flux-sp":  flows(candidate.FlowSP),
	"flux-idp": flows(candidate.FlowIdP),
	"service-sans-niveau": func(s *providerSide, name string) answer {
		_, ok := s.alias("sans-niveau")
		return declares(ok, name)
	},
	"pagm-convenus": func(s *providerSide, name string) answer { return agrees(len(s.home.Project.PAGM) > 0, name) },
	"membre-recent": func(s *providerSide, name string) answer {
		_, ok := s.newcomer()
		return agrees(ok, name)
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
	"lecture-metadonnees": func(s *providerSide, name string) answer {
		return withVerbs(candidate.ReadMetadata)(s.run, s.access, name)
	},
}

// flows answers for a way of beginning a sign-on.
func flows(f candidate.Flow) func(*providerSide, string) answer {
	return func(s *providerSide, name string) answer { return declares(s.sphere != nil && s.sphere.takes(f), name) }
}

// offersAddress answers for an address that the candidate file gives.
func offersAddress(of func(*candidate.ServiceS) string) func(*providerSide, string) answer {
	return func(s *providerSide, name string) answer {
		return declares(s.sphere != nil && of(s.sphere.declared) != "", name)
	}
}
