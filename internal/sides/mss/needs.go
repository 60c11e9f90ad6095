package mss

import (
	"time"

	"etalon/internal/candidate"
	"etalon/internal/mssante"
	"etalon/internal/scenario"
	"etalon/internal/sides/side"
	"etalon/internal/verdict"
)

// needs are what trials ask of a candidate, by the words of their tags; each group of requirements adds its own.
var needs = side.Merged(lineNeeds, tokenNeeds, messageNeeds, certificateNeeds, mailboxNeeds)

// Has implements scenario.Side.
func (s *Side) Has(need string) scenario.Answer {
	answer, known := needs[need]
	if !known {
		return scenario.UnknownNeed(need)
	}
	return answer(s, need)
}

// declares answers for a condition that the candidate file settles.
func declares(ok func(m *candidate.MSSante) bool) func(s *Side, name string) scenario.Answer {
	return func(s *Side, name string) scenario.Answer { return scenario.Declares(ok(s.declared), name) }
}

// key answers for a condition that one key of the candidate file settles; it is named to who did not write it so.
func key(what string, ok func(m *candidate.MSSante) bool) func(s *Side, name string) scenario.Answer {
	return func(s *Side, _ string) scenario.Answer { return scenario.Declares(ok(s.declared), "mssante."+what) }
}

// tokenNeeds are those of the groups TOK and INTR.
var tokenNeeds = map[string]func(s *Side, name string) scenario.Answer{
	"introspection":  key("token_check: introspection | both", func(m *candidate.MSSante) bool { return m.TokenCheck.Asks() }),
	"lecture-locale": key("token_check: local | both", func(m *candidate.MSSante) bool { return m.TokenCheck.Reads() }),
	"derive-nulle":   key("skew_seconds: 0", func(m *candidate.MSSante) bool { return *m.SkewSeconds == 0 }),
	"derive-sous-la-minute": key("skew_seconds < 60", func(m *candidate.MSSante) bool {
		return time.Duration(*m.SkewSeconds)*time.Second < time.Minute
	}),
	"horloge": key("clock", func(m *candidate.MSSante) bool { return m.Clock != nil }),
	// With a clock the same case is played without waiting.
	"temps-reel": key("clock (~horloge)", func(m *candidate.MSSante) bool { return m.Clock == nil }),
	"redemarrage": key("verbs.restart", func(m *candidate.MSSante) bool {
		_, ok := m.Verbs[candidate.Restart]
		return ok
	}),
	"titulaire-rpps": func(s *Side, name string) scenario.Answer {
		box, err := s.named("personnelle")
		kind, _, _ := box.Holder.Read()
		return scenario.Declares(err == nil && kind == mssante.KindRPPS, name)
	},
}

// clock is how the candidate's protocol clock is set; nil when it is not declared.
func (s *Side) clock() *candidate.Clock { return s.run.Candidate.Access(s.Role).Clock }

// named finds a mailbox by the word of the features. The error is for a word that is none; a mailbox that is not
// declared gives an empty one.
func (s *Side) named(word string) (candidate.Mailbox, error) {
	var all []candidate.Mailbox
	switch word {
	case "personnelle":
		if all = s.declared.Open(mssante.Personal); len(all) == 0 {
			all = s.openable()
		}
	case "organisationnelle":
		all = s.declared.Open(mssante.Organisational)
	case "applicative":
		all = s.declared.Open(mssante.Application)
	case "suspendue":
		all = s.declared.Suspended()
	default:
		return candidate.Mailbox{}, errUnknownBox(word)
	}
	if len(all) == 0 {
		return candidate.Mailbox{}, nil
	}
	return all[0], nil
}

// noBox tells that a mailbox is not declared.
func (p *part) noBox(word string) error {
	return p.Cannot(verdict.ReasonNotDeclared, "mssante.mailboxes : boîte "+word)
}
