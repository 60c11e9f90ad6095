package lps

import (
	"context"
	"errors"
	"io"
	"slices"
	"sync"
	"time"

	"etalon/internal/access"
	"etalon/internal/candidate"
	"etalon/internal/dns"
	"etalon/internal/scenario"
	"etalon/internal/sides/provided"
	"etalon/internal/verdict"
	"etalon/stubs/operator"
)

// Side is what the harness plays around a mail program.
type Side struct {
	run      *scenario.Run
	declared *candidate.LPS

	provider *provided.Provider
	operator *operator.Operator
	// rogue is a server that no mail program has a reason to log in to.
	rogue    *operator.Operator
	zone     dns.Zone
	names    *dns.Server
	web      *web  // the description in XML
	gate     *gate // the revocation lists that can be cut
	outbox   outbox
	tokens   tokens
	standing scenario.Standing
	// barred is why no login goes through; what the program presents is judged all the same. Empty where one does.
	barred  verdict.Reason
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

const scope = string(candidate.RoleLPS) + "/" + string(candidate.NoMode)

// trouble makes the reason for which the role cannot be judged.
func (s *Side) trouble(configuration bool, key string, args ...string) *verdict.Trouble {
	return &verdict.Trouble{Scope: scope, Configuration: configuration, Reason: verdict.Reason{Key: key, Args: args}}
}

// Enter implements scenario.Side.
func (s *Side) Enter(ctx context.Context, w *scenario.World) (context.Context, error) {
	p := s.part(w)
	if s.standing.Lost() && s.barred.Key == "" {
		p.revive(ctx)
	}
	return context.WithValue(ctx, partKey{}, p), nil
}

// part is a new scenario's part.
func (s *Side) part(w *scenario.World) *part {
	return &part{World: w, side: s, since: s.now(), first: s.now(), kept: s.now()}
}

// Leave implements scenario.Side: it keeps what was said, and makes the partners honest again.
func (s *Side) Leave(ctx context.Context) {
	p := partOf(ctx)
	p.keepRest()
	p.undo(context.WithoutCancel(ctx))
}

// unopened are the requirements that are tried where no login goes through: they are about its form.
var unopened = []string{"LPS-18", "LPS-19"}

// Admits implements scenario.Side.
func (s *Side) Admits(t scenario.Trial) scenario.Answer {
	if s.barred.Key != "" && !slices.Contains(unopened, t.Row.ID) {
		return scenario.Answer{Why: s.barred}
	}
	return scenario.Met
}

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
var needs = map[string]func(*candidate.LPS) (bool, string){
	"documents":   func(d *candidate.LPS) (bool, string) { return d.Can(candidate.WritesDocuments), "writes: documents" },
	"patient":     func(d *candidate.LPS) (bool, string) { return d.Can(candidate.WritesPatient), "writes: patient" },
	"reponse":     func(d *candidate.LPS) (bool, string) { return d.Can(candidate.WritesReply), "writes: reply" },
	"remise":      func(d *candidate.LPS) (bool, string) { return d.Can(candidate.WritesDelivery), "writes: delivery" },
	"srv":         func(d *candidate.LPS) (bool, string) { return d.Found(candidate.FindsSRV), "finds: srv" },
	"autoconfig":  func(d *candidate.LPS) (bool, string) { return d.Found(candidate.FindsAutoconfig), "finds: autoconfig" },
	"horloge-lps": func(d *candidate.LPS) (bool, string) { return d.Clock != nil, "clock" },
	"journaux":    func(d *candidate.LPS) (bool, string) { return len(d.Logs) > 0, "logs" },
	"accuse":      verbNeed(candidate.SendReceipt),
	"ailleurs":    verbNeed(candidate.Elsewhere),
	"oubli":       verbNeed(candidate.ForgetCRL),
}

// verbNeed is the need of a gesture that not every program has.
func verbNeed(verb candidate.Verb) func(*candidate.LPS) (bool, string) {
	return func(d *candidate.LPS) (bool, string) {
		_, ok := d.Gesture(verb)
		return ok, "verbs." + string(verb)
	}
}

// Has implements scenario.Side.
func (s *Side) Has(need string) scenario.Answer {
	met, known := needs[need]
	if !known {
		return scenario.UnknownNeed(need)
	}
	ok, key := met(s.declared)
	return scenario.Declares(ok, "roles.lps."+key)
}
