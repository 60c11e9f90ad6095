package ops

import (
	"maps"
	"slices"
	"strings"

	"etalon/internal/bench"
	"etalon/internal/candidate"
	"etalon/internal/mutation"
	"etalon/internal/scenario"
)

// operatorNeeds are the needs of the operators of a sphere that make VIs or context tokens.
var operatorNeeds = map[string]func(s *clientSide, name string) scenario.Answer{
	"demande-d-authentification": func(s *clientSide, name string) scenario.Answer {
		return scenario.Declares(s.declared.S != nil && s.declared.S.SSO != "" && s.declared.S.Flow != candidate.FlowIdP, name)
	},
	"jeton-de-contexte": func(s *clientSide, name string) scenario.Answer {
		_, _, ok := s.identifier(strongest)
		return scenario.Declares(ok && s.declared.S.Context != "", name)
	},
	"deconnexion-globale": func(s *clientSide, name string) scenario.Answer {
		return scenario.Declares(s.declared.S != nil && s.declared.S.SLO+s.declared.S.SOAP != "", name)
	},
	"deconnexion-chez-l-operateur": func(s *clientSide, name string) scenario.Answer {
		return scenario.Declares(s.declared.S != nil && s.declared.S.Logout != "", name)
	},
	"lecture-metadonnees": func(s *clientSide, name string) scenario.Answer {
		return withVerbs(candidate.ReadMetadata)(s.run, &s.declared.Access, name)
	},
	"metadonnees": func(s *clientSide, name string) scenario.Answer {
		return scenario.Declares(s.declared.S != nil && s.declared.S.Metadata != "", name)
	},
	"cookie-de-session": func(s *clientSide, name string) scenario.Answer {
		p := s.declared.P
		return scenario.Declares(p != nil && p.Login != nil && p.Login.Success.Cookie != "" && p.Browser != candidate.BrowserChromium, name)
	},
	"moyen-choisi": func(s *clientSide, name string) scenario.Answer {
		login := s.declared.P
		return scenario.Declares(login != nil && login.Login != nil && slices.ContainsFunc(slices.Collect(maps.Values(login.Login.Form.Extra)), func(v string) bool {
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
func atPlace(name string) func(*clientSide, string) scenario.Answer {
	return func(s *clientSide, need string) scenario.Answer {
		_, ok := s.place(name)
		return scenario.Agrees(ok, need)
	}
}

// atOperator answers for an authentication operator that the trials call by its part.
func atOperator(name string) func(*clientSide, string) scenario.Answer {
	return func(s *clientSide, need string) scenario.Answer {
		_, ok := s.operatorPlace(name)
		return scenario.Agrees(ok, need)
	}
}

// inSphere answers for what a fault needs of the sphere.
func inSphere(n mutation.Need) func(*clientSide, string) scenario.Answer {
	return func(s *clientSide, need string) scenario.Answer {
		m := mutation.Mutation{Needs: []mutation.Need{n}}
		return scenario.Agrees(len(m.Unmet(mutation.Honest{
			Now: bench.Wall(), Profile: s.run.profileInForce(), Convention: s.run.Bench.Convention.Settled(), Project: s.project, Service: s.home,
		})) == 0, need)
	}
}
