// Package mta holds the side of an MSSanté operator among the others: what the harness plays around its SMTP between
// operators. It starts the neighbours, good and bad, the name server by which they are found and the white list; it writes
// to the candidate as a neighbour, has the candidate write to the neighbours, and reads what arrived on either side.
//
// It speaks no protocol, which mail does, and makes no list, which whitelist does. A refusal is proved by the mailbox, or
// by the journal of the neighbour, once a later honest message has come through.
package mta

import (
	"context"
	"maps"

	"etalon/internal/candidate"
	"etalon/internal/mail"
	"etalon/internal/scenario"
	"etalon/internal/verdict"
)

// Domain is that of the operators among themselves.
func Domain() scenario.Domain {
	return scenario.Domain{Name: "mta", Steps: Steps(), Side: func(r *scenario.Run, scope string) (scenario.Side, error) {
		role, _ := candidate.SplitScope(scope)
		if role != candidate.RoleMSSOperator || r.Candidate.MSSOperator == nil {
			return nil, nil
		}
		return &Side{run: r, shared: r.Candidate.MSSante, declared: r.Candidate.MSSOperator}, nil
	}}
}

// Side is what the harness plays around an operator.
type Side struct {
	run      *scenario.Run
	shared   *candidate.MSSante
	declared *candidate.MSSOperator
	around   *around
	places   mail.Places
	standing scenario.Standing
	barred   *barrier
	// size is what the candidate announces as the greatest message, in octets; zero where there is no such limit. dsn and
	// eight tell that it offers delivery reports, and eight bits.
	size       int
	dsn, eight bool
	lists      lists
}

// barrier is a departure that leaves nothing to be tried but itself.
type barrier struct {
	reason verdict.Reason
	but    string
}

// jobs is how many scenarios are played at once.
const jobs = 6

// Jobs implements scenario.Side.
func (s *Side) Jobs() int { return jobs }

// scope is the role as addresses write it.
func (s *Side) scope() string {
	return string(candidate.RoleMSSOperator) + "/" + string(candidate.NoMode)
}

// trouble makes the reason for which the role cannot be judged.
func (s *Side) trouble(configuration bool, key string, args ...string) *verdict.Trouble {
	return &verdict.Trouble{Scope: s.scope(), Configuration: configuration, Reason: verdict.Reason{Key: key, Args: args}}
}

type partKey struct{}

// partOf returns the scenario's part of the side.
func partOf(ctx context.Context) *part { return ctx.Value(partKey{}).(*part) }

// Enter implements scenario.Side.
func (s *Side) Enter(ctx context.Context, w *scenario.World) (context.Context, error) {
	p := &part{World: w, side: s}
	ctx = context.WithValue(ctx, partKey{}, p)
	if s.standing.Lost() {
		if told := p.control(ctx, labelBefore); told != "" {
			_ = w.Cannot(verdict.ReasonControlRefusedBefore, told)
		}
	}
	return ctx, nil
}

// Leave implements scenario.Side: it keeps what was said, and undoes what the scenario did.
func (s *Side) Leave(ctx context.Context) {
	p := partOf(ctx)
	p.finish()
	p.restores(context.WithoutCancel(ctx))
}

// Admits implements scenario.Side.
func (s *Side) Admits(t scenario.Trial) scenario.Answer {
	if s.barred != nil && t.Row.ID != s.barred.but {
		return scenario.Answer{Why: s.barred.reason}
	}
	return scenario.Met
}

// Close implements scenario.Side.
func (s *Side) Close() error { return s.around.close() }

// needs are what trials ask of a candidate, by the words of their tags; each group of requirements adds its own.
var needs = merged(mailNeeds, listNeeds)

// merged is one table of several.
func merged(tables ...map[string]func(s *Side) scenario.Answer) map[string]func(s *Side) scenario.Answer {
	all := map[string]func(s *Side) scenario.Answer{}
	for _, t := range tables {
		maps.Copy(all, t)
	}
	return all
}

// Has implements scenario.Side.
func (s *Side) Has(need string) scenario.Answer {
	answer, known := needs[need]
	if !known {
		return scenario.UnknownNeed(need)
	}
	return answer(s)
}

// mailNeeds are those of the group MTA.
var mailNeeds = map[string]func(s *Side) scenario.Answer{
	"boite-du-candidat-lisible": func(s *Side) scenario.Answer {
		if s.declared.Read == nil {
			return scenario.Answer{Why: verdict.Reason{Key: verdict.ReasonUnreadable, Args: []string{s.declared.Mailbox}}}
		}
		return scenario.Met
	},
	"envoi-du-candidat": func(s *Side) scenario.Answer {
		return scenario.Answer{Why: verdict.Reason{Key: verdict.ReasonNotDeclared, Args: []string{"mss-operateur.send"}}, Met: s.declared.Send != nil}
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
