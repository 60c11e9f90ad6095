package mss

import (
	"time"

	"etalon/internal/candidate"
	"etalon/internal/scenario"
)

// longestSession is how long the harness keeps a session busy.
const longestSession = 15 * time.Minute

// lineNeeds are those of the groups TLS, IMAP and SESS.
var lineNeeds = map[string]func(s *Side, name string) scenario.Answer{
	"decouverte":    declares(func(m *candidate.MSSante) bool { return m.Discovery != nil }),
	"tls-implicite": func(s *Side, name string) scenario.Answer { return scenario.Declares(s.implicitPort() != "", name) },
	"boite-d-autrui": func(s *Side, name string) scenario.Answer {
		return scenario.Declares(s.another().Address != "", name)
	},
	"sans-mot-de-passe":   declares(func(m *candidate.MSSante) bool { return !m.Passwords }),
	"session-apres-jeton": declares(func(m *candidate.MSSante) bool { return !m.CutAtExpiry }),
	"duree-de-session": declares(func(m *candidate.MSSante) bool {
		return m.SessionLimit.Duration <= longestSession
	}),
	"relecture": func(s *Side, name string) scenario.Answer {
		box := s.recipientBox()
		return scenario.Declares(s.Role == candidate.RoleMSSIMAP || s.run.Candidate.Interface(candidate.RoleMSSIMAP) != nil && box.Opener() != "", name)
	},
}
