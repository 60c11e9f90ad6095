// Package mta holds the side of an MSSanté operator among the others: what the harness plays around its SMTP between
// operators. It starts the neighbours, good and bad, the name server by which they are found and the white list; it writes
// to the candidate as a neighbour, has the candidate write to the neighbours, and reads what arrived on either side.
//
// It speaks no protocol, which mail does, and makes no list, which whitelist does. A refusal is proved by the mailbox, or
// by the journal of the neighbour, once a later honest message has come through.
package mta

import (
	"context"
	"errors"

	"etalon/internal/candidate"
	"etalon/internal/mail"
	"etalon/internal/scenario"
	"etalon/internal/sides/side"
	"etalon/internal/verdict"
)

// Domain is that of the operators among themselves.
func Domain() scenario.Domain {
	return scenario.Domain{Name: "mta", Steps: Steps(), Side: func(r *scenario.Run, scope string) (scenario.Side, error) {
		role, _ := candidate.SplitScope(scope)
		if role != candidate.RoleMSSOperator || r.Candidate.MSSOperator == nil {
			return nil, nil
		}
		return &Side{Base: side.Base{Role: role}, run: r, shared: r.Candidate.MSSante, declared: r.Candidate.MSSOperator}, nil
	}}
}

// Side is what the harness plays around an operator.
type Side struct {
	side.Base
	run      *scenario.Run
	shared   *candidate.MSSante
	declared *candidate.MSSOperator
	around   *around
	places   mail.Places
	// size is what the candidate announces as the greatest message, in octets; zero where there is no such limit. dsn and
	// eight tell that it offers delivery reports, and eight bits.
	size       int
	dsn, eight bool
	lists      lists
	// account and inbox are how the candidate's mailbox is opened and read where its interfaces for mail programs are declared;
	// nil where neither is.
	account *account
	inbox   *inbox
}

// jobs is how many scenarios are played at once.
const jobs = 6

// Jobs implements scenario.Side.
func (s *Side) Jobs() int { return jobs }

// Enter implements scenario.Side.
func (s *Side) Enter(ctx context.Context, w *scenario.World) (context.Context, error) {
	return side.Enter(ctx, &s.Standing, &part{World: w, side: s}, controlBefore)
}

// Leave implements scenario.Side: it keeps what was said, and undoes what the scenario did.
func (s *Side) Leave(ctx context.Context) {
	p := side.Part[*part](ctx)
	p.finish()
	p.restores(context.WithoutCancel(ctx))
}

// Close implements scenario.Side.
func (s *Side) Close() error {
	if s.inbox == nil {
		return s.around.close()
	}
	return errors.Join(s.inbox.Close(), s.around.close())
}

// needs are what trials ask of a candidate, by the words of their tags; each group of requirements adds its own.
var needs = side.Merged(mailNeeds, listNeeds)

// Has implements scenario.Side.
func (s *Side) Has(need string) scenario.Answer { return needs.Has(s, need) }

// mailNeeds are those of the group MTA.
var mailNeeds = side.Needs[*Side]{
	"boite-du-candidat-lisible": func(s *Side) scenario.Answer {
		if !s.readable() {
			return scenario.Answer{Why: verdict.Reason{Key: verdict.ReasonUnreadable, Args: []string{s.declared.Mailbox}}}
		}
		return scenario.Met
	},
	"envoi-du-candidat": func(s *Side) scenario.Answer {
		return scenario.Answer{Why: verdict.Reason{Key: verdict.ReasonNotDeclared, Args: []string{"mss-operateur.send"}}, Met: s.sending()}
	},
	"soumission-declaree": func(s *Side) scenario.Answer {
		return scenario.Answer{Why: verdict.Reason{Key: verdict.ReasonNotDeclared, Args: []string{"roles.mss-smtp"}}, Met: s.interfaced(candidate.RoleMSSSMTP)}
	},
	"avis-de-remise-annonce": func(s *Side) scenario.Answer { return scenario.Declares(s.dsn, "DSN") },
	"limite-de-taille": func(s *Side) scenario.Answer {
		return scenario.Declares(s.size > 0 && s.size < triedSize, "SIZE")
	},
	"reprise-rapide": func(s *Side) scenario.Answer {
		return scenario.Declares(s.declared.Retry.Duration <= quickRetry, "mss-operateur.retry ≤ "+quickRetry.String())
	},
	"reprise-lente": func(s *Side) scenario.Answer {
		return scenario.Declares(s.declared.Retry.Duration > quickRetry, "mss-operateur.retry > "+quickRetry.String())
	},
	"abandon-declare": func(s *Side) scenario.Answer {
		return scenario.Declares(s.declared.Lifetime.Duration > 0 && s.declared.Lifetime.Duration <= quickRetry, "mss-operateur.lifetime ≤ "+quickRetry.String())
	},
}
