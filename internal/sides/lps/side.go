package lps

import (
	"context"
	"errors"
	"io"
	"sync"
	"time"

	"etalon/internal/access"
	"etalon/internal/candidate"
	"etalon/internal/dns"
	"etalon/internal/scenario"
	"etalon/internal/sides/provided"
	"etalon/internal/sides/side"
	"etalon/internal/verdict"
	"etalon/stubs/operator"
)

// Side is what the harness plays around a mail program.
type Side struct {
	side.Base
	run      *scenario.Run
	declared *candidate.LPS

	provider *provided.Provider
	operator *operator.Operator
	// rogue is a server that no mail program has a reason to log in to.
	rogue   *operator.Operator
	zone    dns.Zone
	names   *dns.Server
	web     *web  // the description in XML
	gate    *gate // the revocation lists that can be cut
	outbox  outbox
	tokens  tokens
	closers []io.Closer
}

// outbox is what the program sent.
type outbox struct {
	mu   sync.Mutex
	sent []operator.Message
}

func (o *outbox) put(m operator.Message) {
	o.mu.Lock()
	defer o.mu.Unlock()
	o.sent = append(o.sent, m)
}

// from returns what was sent behind the first n messages.
func (o *outbox) from(n int) []operator.Message {
	o.mu.Lock()
	defer o.mu.Unlock()
	return append([]operator.Message(nil), o.sent[n:]...)
}

func (o *outbox) len() int {
	o.mu.Lock()
	defer o.mu.Unlock()
	return len(o.sent)
}

// Jobs implements scenario.Side: the operator behaves in one way at a time.
func (s *Side) Jobs() int { return 1 }

// Enter implements scenario.Side.
func (s *Side) Enter(ctx context.Context, w *scenario.World) (context.Context, error) {
	return side.Enter(ctx, &s.Standing, s.part(w), revive)
}

// part is a new scenario's part.
func (s *Side) part(w *scenario.World) *part {
	w.Veil.HideTokens()
	w.Veil.Spare(qualified.INS, unqualified.INS) // the patients are of our making: they are the evidence
	return &part{World: w, side: s, since: s.now(), first: s.now(), kept: s.now()}
}

// Leave implements scenario.Side: it keeps what was said, and makes the partners honest again.
func (s *Side) Leave(ctx context.Context) {
	p := side.Part[*part](ctx)
	p.keepRest()
	p.undo(context.WithoutCancel(ctx))
}

// unopened are the requirements that are tried where no login goes through: they are about its form.
var unopened = []string{"LPS-18", "LPS-19"}

// Close implements scenario.Side.
func (s *Side) Close() error {
	var errs []error
	for i := len(s.closers) - 1; i >= 0; i-- {
		errs = append(errs, s.closers[i].Close())
	}
	return errors.Join(errs...)
}

// moment is how far the journals of the partners had come.
type moment struct{ visits, rogue, sent, entries int }

func (s *Side) now() moment {
	return moment{s.operator.LastVisit(), s.rogue.LastVisit(), s.outbox.len(), s.provider.Last()}
}

// settle is how long what follows a gesture may take to show, of a program that told of an error.
const settle = 2 * time.Second

// clock is how the program's protocol clock is set.
func (p *part) setClock(ctx context.Context, instant string) error {
	err := access.SetClock(ctx, *p.side.declared.Clock, p.Run.Candidate.Path, instant)
	if err != nil {
		return p.Cannot(verdict.ReasonDriverFailed, "clock", err.Error())
	}
	return nil
}

// needs are what trials ask of a candidate, by the words of their tags.
var needs = side.Needs[*Side]{
	"documents":   declares("writes: documents", func(d *candidate.LPS) bool { return d.Can(candidate.WritesDocuments) }),
	"patient":     declares("writes: patient", func(d *candidate.LPS) bool { return d.Can(candidate.WritesPatient) }),
	"reponse":     declares("writes: reply", func(d *candidate.LPS) bool { return d.Can(candidate.WritesReply) }),
	"remise":      declares("writes: delivery", func(d *candidate.LPS) bool { return d.Can(candidate.WritesDelivery) }),
	"srv":         declares("finds: srv", func(d *candidate.LPS) bool { return d.Found(candidate.FindsSRV) }),
	"autoconfig":  declares("finds: autoconfig", func(d *candidate.LPS) bool { return d.Found(candidate.FindsAutoconfig) }),
	"horloge-lps": declares("clock", func(d *candidate.LPS) bool { return d.Clock != nil }),
	"journaux":    declares("logs", func(d *candidate.LPS) bool { return len(d.Logs) > 0 }),
	"accuse":      gestured(candidate.SendReceipt),
	"ailleurs":    gestured(candidate.Elsewhere),
	"oubli":       gestured(candidate.ForgetCRL),
}

// declares answers for a condition that one key of the candidate file settles.
func declares(key string, ok func(*candidate.LPS) bool) func(*Side) scenario.Answer {
	return func(s *Side) scenario.Answer { return scenario.Declares(ok(s.declared), s.Field(key)) }
}

// gestured answers for a gesture that not every program has.
func gestured(verb candidate.Verb) func(*Side) scenario.Answer {
	return declares("verbs."+string(verb), func(d *candidate.LPS) bool {
		_, ok := d.Gesture(verb)
		return ok
	})
}

// Has implements scenario.Side.
func (s *Side) Has(need string) scenario.Answer { return needs.Has(s, need) }
