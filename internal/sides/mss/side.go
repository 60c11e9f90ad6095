package mss

import (
	"cmp"
	"context"
	"slices"
	"sync"

	"etalon/internal/candidate"
	"etalon/internal/mail"
	"etalon/internal/mssante"
	"etalon/internal/scenario"
	"etalon/internal/sides/provided"
	"etalon/internal/sides/side"
	"etalon/stubs/psc"
)

// Side is what the harness plays around one interface of an operator: Pro Santé Connect, and the mail clients.
type Side struct {
	side.Base
	run      *scenario.Run
	declared *candidate.MSSante
	address  string

	provider *provided.Provider
	keys     *signing
	began    int // the last entry of its journal before this role
	places   mail.Places
	waits    waits
	// habit is how honest logins go through, as Open found.
	habit habit
	// size is what submission announces as the greatest message, in octets; zero where there is no such limit.
	size int

	mu  sync.Mutex
	way int // among externals, how EXTERNAL went through last
}

// habit is how the honest logins of a role are made: an operator may want what the norm does not, and is accused of
// that alone.
type habit struct {
	// box is the mailbox of the controls, person who opens it.
	box    candidate.Mailbox
	person mssante.IdNat
	// oneStep sends the response with the command (IMAP by default), else after the prompt (submission by default).
	oneStep bool
	// shape is what honest tokens must be given.
	shape psc.Shape
	// blind tells that the second probe goes through without login, or not even with it: it proves nothing then.
	blind bool
}

// mailJobs is how many scenarios are played at once. Each holds a session or two, a control among them.
const mailJobs = 8

// Jobs implements scenario.Side: no more than the declared sessions of a mailbox allow, and few where all connections
// come from one address.
func (s *Side) Jobs() int {
	jobs := min(mailJobs, s.declared.Sessions/2)
	if s.places.Next(s.address) == "" {
		jobs = min(jobs, s.declared.Sessions/3)
	}
	return max(1, jobs)
}

// Enter implements scenario.Side.
func (s *Side) Enter(ctx context.Context, w *scenario.World) (context.Context, error) {
	return side.Enter(ctx, &s.Standing, s.part(w), controlBefore)
}

// part is a new scenario's part.
func (s *Side) part(w *scenario.World) *part {
	return &part{World: w, side: s, recovery: usualRecovery}
}

// Leave implements scenario.Side: it keeps what was said, ends the connections and undoes what the scenario did.
func (s *Side) Leave(ctx context.Context) {
	p := side.Part[*part](ctx)
	p.finish()
	p.undo(context.WithoutCancel(ctx))
}

// Close implements scenario.Side: Pro Santé Connect lasts as long as the run.
func (s *Side) Close() error { return nil }

// honest is the order of a token that opens a mailbox to somebody.
func (s *Side) honest(id mssante.IdNat) psc.Order {
	o := psc.Order{IdNat: id, Shape: s.habit.shape}
	o.Key = cmp.Or(o.Key, s.keys.named())
	return o
}

// usual is the order of the token of the controls.
func (p *part) usual() psc.Order { return p.side.honest(p.side.habit.person) }

// login presents a token as the operator is used to.
func (s *Side) login(address, token string) mail.Login {
	l := mail.XOAUTH2(address, token)
	if !s.habit.oneStep {
		return l.InTwoSteps()
	}
	return l
}

// openable lists the mailboxes that a token opens, personal ones first.
func (s *Side) openable() []candidate.Mailbox {
	all := append(s.declared.Open(mssante.Personal), s.declared.Open(mssante.Organisational)...)
	return slices.DeleteFunc(all, func(b candidate.Mailbox) bool { return b.Opener() == "" })
}
