package mss

import (
	"etalon/internal/candidate"
	"etalon/internal/mssante"
	"etalon/internal/scenario"
	"etalon/internal/verdict"
)

// messageNeeds are those of the group SMTP.
var messageNeeds = map[string]func(s *Side, name string) scenario.Answer{
	"boite-lisible": func(s *Side, _ string) scenario.Answer {
		if !s.readable(s.declared.Recipient) {
			return scenario.Answer{Why: verdict.Reason{Key: verdict.ReasonUnreadable, Args: []string{s.declared.Recipient}}}
		}
		return scenario.Met
	},
	"taille-annoncee": func(s *Side, name string) scenario.Answer {
		return scenario.Declares(s.size > 0, name)
	},
	"taille-eprouvable": func(s *Side, name string) scenario.Answer {
		return scenario.Declares(s.size > 0 && s.size < triedSize, name)
	},
}

// certificateNeeds are those of the group CLI.
var certificateNeeds = map[string]func(s *Side, name string) scenario.Answer{
	"boite-applicative": func(s *Side, name string) scenario.Answer {
		return scenario.Declares(s.application().Address != "" && s.declared.SecondMeans != candidate.MeansNone, name)
	},
	"certificats-du-banc": func(s *Side, _ string) scenario.Answer {
		if s.application().Certificate != nil {
			return scenario.Answer{Why: verdict.Reason{Key: verdict.ReasonPKIBound, Args: []string{"un autre certificat de la branche"}}}
		}
		return scenario.Met
	},
	"crl-sans-delai": declares(func(m *candidate.MSSante) bool { return m.CRLGrace.Duration < staleBy }),
	"sasl-external":  declares(func(m *candidate.MSSante) bool { return m.SecondMeans == candidate.MeansExternal }),
	"jeton-sans-boite-applicative": declares(func(m *candidate.MSSante) bool {
		return !m.ApplicationTokens
	}),
}

// mailboxNeeds are those of the group BAL.
var mailboxNeeds = map[string]func(s *Side, name string) scenario.Answer{
	"boite-personnelle": func(s *Side, name string) scenario.Answer {
		return scenario.Declares(len(s.declared.Open(mssante.Personal)) > 0, name)
	},
	"boite-organisationnelle": func(s *Side, name string) scenario.Answer {
		boxes := s.declared.Open(mssante.Organisational)
		return scenario.Declares(len(boxes) > 0 && len(boxes[0].Delegates) > 0, name)
	},
	"boite-suspendue": func(s *Side, name string) scenario.Answer {
		boxes := s.declared.Suspended()
		return scenario.Declares(len(boxes) > 0 && boxes[0].Opener() != "", name)
	},
	"retrait-de-delegation": declares(func(m *candidate.MSSante) bool {
		_, withdraws := m.Verbs[candidate.WithdrawDelegate]
		_, grants := m.Verbs[candidate.GrantDelegate]
		return withdraws && grants
	}),
	"boite-d-un-autre": func(s *Side, name string) scenario.Answer {
		return scenario.Declares(s.foreign(s.habit.person).Address != "", name)
	},
	"identite-d-essai": func(s *Side, name string) scenario.Answer {
		return scenario.Declares(s.testBox().Address != "", name)
	},
	"deux-boites": func(s *Side, name string) scenario.Answer {
		_, _, _, ok := s.pair()
		return scenario.Declares(ok, name)
	},
}
