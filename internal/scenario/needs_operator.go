package scenario

import (
	"maps"
	"slices"
	"strings"

	"etalon/internal/bench"
	"etalon/internal/candidate"
	"etalon/internal/mutation"
)

// operatorNeeds are the needs of the operators of a sphere that make VIs or context tokens.
var operatorNeeds = map[string]func(s *clientSide, name string) answer{
	"demande-d-authentification": func(s *clientSide, name string) answer {
		return declares(s.declared.S != nil && s.declared.S.SSO != "" && s.declared.S.Flow != candidate.FlowIdP, name)
	},
	"jeton-de-contexte": func(s *clientSide, name string) answer {
		_, _, ok := s.identifier(strongest)
		return declares(ok && s.declared.S.Context != "", name)
	},
	"deconnexion-globale": func(s *clientSide, name string) answer {
		return declares(s.declared.S != nil && s.declared.S.SLO+s.declared.S.SOAP != "", name)
	},
	"deconnexion-chez-l-operateur": func(s *clientSide, name string) answer {
		return declares(s.declared.S != nil && s.declared.S.Logout != "", name)
	},
	"lecture-metadonnees": func(s *clientSide, name string) answer {
		return withVerbs(candidate.ReadMetadata)(s.run, &s.declared.Access, name)
	},
	"metadonnees": func(s *clientSide, name string) answer {
		return declares(s.declared.S != nil && s.declared.S.Metadata != "", name)
	},
	"cookie-de-session": func(s *clientSide, name string) answer {
		p := s.declared.P
		return declares(p != nil && p.Login != nil && p.Login.Success.Cookie != "" && p.Browser != candidate.BrowserChromium, name)
	},
	"moyen-choisi": func(s *clientSide, name string) answer {
		login := s.declared.P
		return declares(login != nil && login.Login != nil && slices.ContainsFunc(slices.Collect(maps.Values(login.Login.Form.Extra)), func(v string) bool {
			return strings.Contains(v, "${classe}")
		}), name)
	},
	"operateur-retire":           atOperator("retire"),
	"operateur-non-accepte":      atOperator("nouveau"),
	"autre-organisme":            atPlace("second"),
	"troisieme-service":          atPlace("troisieme"),
	"membre-retire":              atPlace("retire"),
	"membre-non-accepte":         atPlace("nouveau"),
	"membre-entre":               atPlace("entre"),
	"organisme-exterieur":        inSphere(mutation.Outsider),
	"autre-operateur":            inSphere(mutation.OtherOperator),
	"membre-sans-identification": inSphere(mutation.NoIdentifier),
}

// atPlace answers for a service of the sphere that the trials call by its part.
func atPlace(name string) func(*clientSide, string) answer {
	return func(s *clientSide, need string) answer {
		_, ok := s.place(name)
		return agrees(ok, need)
	}
}

// atOperator answers for an authentication operator that the trials call by its part.
func atOperator(name string) func(*clientSide, string) answer {
	return func(s *clientSide, need string) answer {
		_, ok := s.operatorPlace(name)
		return agrees(ok, need)
	}
}

// inSphere answers for what a fault needs of the sphere.
func inSphere(n mutation.Need) func(*clientSide, string) answer {
	return func(s *clientSide, need string) answer {
		m := mutation.Mutation{Needs: []mutation.Need{n}}
		return agrees(len(m.Unmet(mutation.Honest{
			Now: bench.Wall(), Profile: s.run.profileInForce(), Convention: s.run.bench.Convention.Settled(), Project: s.project, Service: s.home,
		})) == 0, need)
	}
}
