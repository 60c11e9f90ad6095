package idp

import (
	"context"
	"slices"
	"sync"
	"time"

	"etalon/internal/bench"
	"etalon/internal/candidate"
	"etalon/internal/scenario"
	"etalon/internal/sides/side"
	"etalon/internal/verdict"
)

// Side is what the harness plays around an identity provider.
type Side struct {
	side.Base
	run      *scenario.Run
	declared *candidate.IdentityProvider
	wire     *wire
	doors    []*door // one for each establishment, in the file's order
	waits    func(ctx context.Context, d time.Duration) error

	codes codes

	mu sync.Mutex
	// came are the persons of whom it is shown that what they are declared to type is right.
	came map[someone]bool
	// ahead is how far the provider's clock is before ours; unknown until it says the time.
	ahead   time.Duration
	known   bool
	clockAt clockState
}

// clockState tells whether a scenario has set the candidate's clock.
type clockState struct{ set bool }

func newSide(r *scenario.Run) *Side {
	s := &Side{Base: side.Base{Role: candidate.RoleIdentityProvider}, run: r, declared: r.Candidate.IdentityProvider, waits: bench.Sleep, came: map[someone]bool{}}
	s.wire = newWire(s)
	r.Veil.Hide(s.secrets()...)
	return s
}

// idJobs is how many scenarios are played at once.
const idJobs = 4

// Jobs implements scenario.Side.
func (s *Side) Jobs() int { return idJobs }

// documents are the requirements that are judged where the honest login cannot be made: they look at what is published, and
// at the link.
var documents = []string{"FI-01", "FI-03", "FI-04", "FI-05", "FI-52", "FI-53", "FI-54", "FI-55"}

// Open implements scenario.Side: it reads what each establishment's issuer publishes, and logs the first person in. What
// the provider departs from meanwhile is judged by the cases that are about it.
func (s *Side) Open(ctx context.Context) (*verdict.Trouble, error) {
	for _, e := range s.declared.Establishments {
		s.doors = append(s.doors, s.door(ctx, e))
	}
	first := s.doors[s.usual().establishment]
	if barred := first.document.barred(); barred != nil {
		why := barredBy(first.of.Discovery, barred)
		return s.Trouble(true, why.Key, why.Args...), nil
	}
	if first.document.status == 0 {
		return s.Trouble(true, verdict.ReasonUnreachable, s.Field("issuer"), first.of.Discovery, first.document.told()), nil
	}
	if first.unusable != "" {
		s.Bar(verdict.Reason{Key: verdict.ReasonIDUnusable, Args: []string{first.of.Discovery, first.unusable}}, documents...)
		return nil, nil
	}
	if why := first.astray(); why != nil {
		s.Bar(*why, documents...)
		return nil, nil
	}
	if why := s.rehearse(ctx); why != nil {
		s.Bar(*why, documents...)
	}
	return nil, nil
}

// door reads what an issuer publishes; once for all establishments that share it.
func (s *Side) door(ctx context.Context, e candidate.Establishment) *door {
	i := slices.IndexFunc(s.doors, func(d *door) bool { return d.of.Discovery == e.Discovery && d.of.Issuer == e.Issuer })
	if i < 0 {
		return s.wire.enter(ctx, e)
	}
	shared := *s.doors[i]
	shared.of = e
	return &shared
}

// rehearse makes the honest login of the role; it tells why it did not go through, or nil.
func (s *Side) rehearse(ctx context.Context) *verdict.Reason {
	p := s.part(s.run.NewWorld(scenario.Trial{}, s.run.Bench.Seed.Source("rehearsal"), s.run.Bench.Seed.Source("rehearsal around")))
	defer p.finish()
	return p.honest(ctx, labelBefore).why()
}

// Enter implements scenario.Side.
func (s *Side) Enter(ctx context.Context, w *scenario.World) (context.Context, error) {
	return side.Enter(ctx, &s.Standing, s.part(w), func(ctx context.Context, p *part) error {
		if !s.Barred() {
			p.control(ctx, labelBefore, verdict.ReasonControlRefusedBefore)
		}
		return nil
	})
}

// Leave implements scenario.Side: it ends the browsers, and gives the clock back.
func (s *Side) Leave(ctx context.Context) {
	p := side.Part[*part](ctx)
	p.finish()
	if p.clockOwed {
		p.clockBack(context.WithoutCancel(ctx))
	}
}

// Close implements scenario.Side.
func (s *Side) Close() error {
	s.wire.plain.CloseIdleConnections()
	return nil
}

// lets notes that what a person types is right, letIn tells whether that is known.
func (s *Side) lets(one someone) {
	s.mu.Lock()
	defer s.mu.Unlock()
	s.came[one] = true
}

func (s *Side) letIn(one someone) bool {
	s.mu.Lock()
	defer s.mu.Unlock()
	return s.came[one]
}

// someone is a person of an establishment, by their places in the file.
type someone struct{ establishment, person int }

// usual is the person of the controls: the first who logs in by a strong means, in a listed establishment. Load wants one.
func (s *Side) usual() someone {
	all := s.persons(func(e candidate.Establishment, who candidate.IDPerson) bool {
		m, _ := s.declared.MeansOf(who)
		return m.Strong && !e.Unlisted && !who.Renamed
	})
	if len(all) == 0 {
		all = s.persons(func(e candidate.Establishment, who candidate.IDPerson) bool {
			m, _ := s.declared.MeansOf(who)
			return m.Strong && !e.Unlisted
		})
	}
	return all[0]
}

// persons lists those for whom a condition holds.
func (s *Side) persons(are func(candidate.Establishment, candidate.IDPerson) bool) []someone {
	var all []someone
	for i, e := range s.declared.Establishments {
		for j, who := range e.Persons {
			if are(e, who) {
				all = append(all, someone{i, j})
			}
		}
	}
	return all
}

// of returns the person, and the door by which it comes.
func (s *Side) of(one someone) (*door, candidate.IDPerson) {
	return s.doors[one.establishment], s.declared.Establishments[one.establishment].Persons[one.person]
}

// strong are the persons who log in by a strong means in listed establishments, weak those who do by another.
func (s *Side) strong() []someone { return s.by(true) }
func (s *Side) weak() []someone   { return s.by(false) }

func (s *Side) by(strong bool) []someone {
	return s.persons(func(e candidate.Establishment, who candidate.IDPerson) bool {
		m, _ := s.declared.MeansOf(who)
		return m.Strong == strong && !e.Unlisted
	})
}

// renamable are the persons whom the verbs may change.
func (s *Side) renamable() []someone {
	return s.persons(func(_ candidate.Establishment, who candidate.IDPerson) bool { return who.Renamed })
}
