package journey

import (
	"slices"
	"strings"
	"time"

	"etalon/internal/interops"
)

// Journey is the way of one person through the parties, in one session.
type Journey struct {
	// Person is the nameId as the traces hold it; "" for calls of an application without a user.
	Person string
	// Session is the SessionIndex; "" where the traces hold none.
	Session string
	Mode    interops.Mode
	// Steps in order: identification, authentication, rebonds, logout, as far as each took place.
	Steps []Step
	// Remarks tell what is missing (X10-N1, X11-N1) and what cannot be put in order (X10-N2).
	Remarks    []Remark
	identified bool // it begins with a context token
}

// Kind is a sort of step.
type Kind string

// The kinds of steps.
const (
	Identification Kind = "identification" // a context token
	Authentication Kind = "authentication" // the first VI of a session of mode S
	Rebond         Kind = "rebond"         // each later one
	Call           Kind = "call"           // a VI of another mode
	Logout         Kind = "logout"
)

// Step is one step of a journey: an exchange, or the records of one logout.
type Step struct {
	Kind     Kind
	Exchange *Exchange
	Logouts  []*Record
}

// first returns the record that tells when the step began.
func (s Step) first() *Record {
	if s.Exchange != nil {
		return s.Exchange.first()
	}
	return s.Logouts[0]
}

// records returns every record of the step.
func (s Step) records() []*Record {
	if s.Exchange == nil {
		return s.Logouts
	}
	return slices.DeleteFunc([]*Record{s.Exchange.Sent, s.Exchange.Received}, func(at *Record) bool { return at == nil })
}

// rebuilding puts exchanges and logouts together into journeys.
type rebuilding struct {
	key      []byte
	clocks   clocks
	journeys []*Journey
	bySign   map[string]*Journey   // by what names a session
	byPerson map[string][]*Journey // in the order in which they began
}

// rebuild makes the journeys of a reconciliation.
func rebuild(r *Reconciliation, all []*Record) []*Journey {
	b := &rebuilding{
		key: r.options.Key, clocks: relate(r.Parties, r.Offsets), bySign: map[string]*Journey{}, byPerson: map[string][]*Journey{},
	}
	hops := slices.Clone(r.Exchanges)
	slices.SortStableFunc(hops, func(a, c *Exchange) int { return b.compare(a.first(), c.first()) })
	var identifications []*Exchange
	for _, x := range hops {
		if isContext(x) {
			identifications = append(identifications, x)
		} else {
			b.hop(x)
		}
	}
	for _, x := range identifications {
		b.identification(x)
	}
	var logouts []*Record
	for _, at := range all {
		if at.Decision == interops.LoggedOut {
			logouts = append(logouts, at)
		}
	}
	slices.SortStableFunc(logouts, b.compare)
	for _, at := range logouts {
		b.logout(at)
	}
	for _, j := range b.journeys {
		j.judge(r, b.clocks)
	}
	slices.SortStableFunc(b.journeys, func(x, y *Journey) int { return b.compare(x.Steps[0].first(), y.Steps[0].first()) })
	return b.journeys
}

// compare puts records in order: those of one file as they stand, others by their clocks once set right.
func (b *rebuilding) compare(x, y *Record) int {
	if x.File == y.File {
		return x.seq - y.seq
	}
	return b.clocks.real(x).Compare(b.clocks.real(y))
}

// isContext tells the exchange of a context token from that of a VI.
func isContext(x *Exchange) bool {
	return x.Sent != nil && x.Sent.Role == IdentificationOperator || x.Received != nil && x.Received.Role == AuthenticationOperator
}

// signs are what the records of an exchange say of their session: the SessionIndex of the issuer; without one, the
// person's login; the VI itself in any case.
func (b *rebuilding) signs(records ...*Record) (signs []string) {
	for _, at := range records {
		if at == nil {
			continue
		}
		if at.VIID != nil {
			signs = append(signs, "vi\x00"+keyOf(at))
		}
		switch person := personOf(at, b.key); {
		case at.SessionIndex != nil:
			signs = append(signs, "session\x00"+text(at.Issuer)+"\x00"+*at.SessionIndex)
		case person != "" && at.AuthnInstant != nil:
			signs = append(signs, strings.Join([]string{"login", text(at.Issuer), person, instant(at.AuthnInstant)}, "\x00"))
		}
	}
	return signs
}

// find returns the journey that one of the signs names.
func (b *rebuilding) find(signs []string) *Journey {
	for _, sign := range signs {
		if j := b.bySign[sign]; j != nil {
			return j
		}
	}
	return nil
}

// hop adds an exchange of a VI to its journey.
func (b *rebuilding) hop(x *Exchange) {
	signs := b.signs(x.Sent, x.Received)
	j := b.find(signs)
	if j == nil {
		j = b.begin(x.first())
	}
	for _, sign := range signs {
		if b.bySign[sign] == nil {
			b.bySign[sign] = j
		}
	}
	kind := Call
	if x.first().Mode == interops.ModeS {
		kind = Rebond
		if !slices.ContainsFunc(j.Steps, func(s Step) bool { return s.Kind == Authentication }) && !x.Rebond {
			kind = Authentication
		}
	}
	j.Steps = append(j.Steps, Step{Kind: kind, Exchange: x})
}

// begin starts a journey at a record.
func (b *rebuilding) begin(at *Record) *Journey {
	j := &Journey{Person: text(at.NameID), Session: text(at.SessionIndex), Mode: at.Mode}
	b.journeys = append(b.journeys, j)
	if person := personOf(at, b.key); person != "" {
		b.byPerson[person] = append(b.byPerson[person], j)
	}
	return j
}

// identification puts a context token before the first session of its person that it can have led to; a person
// identified who never logged in has a journey of that step alone.
func (b *rebuilding) identification(x *Exchange) {
	for _, j := range b.byPerson[personOf(x.first(), b.key)] {
		if j.identified || j.Mode != interops.ModeS || b.beforehand(x, j.Steps[0]) == after {
			continue
		}
		j.Steps, j.identified = slices.Insert(j.Steps, 0, Step{Kind: Identification, Exchange: x}), true
		return
	}
	j := b.begin(x.first())
	j.Steps, j.identified = []Step{{Kind: Identification, Exchange: x}}, true
}

// sequence is how two steps stand to each other.
type sequence int

const (
	undecided sequence = iota
	before
	after
)

// beforehand tells whether a context token came before a step: by a file that holds both, else by the clocks.
func (b *rebuilding) beforehand(x *Exchange, s Step) sequence {
	return decide(Step{Kind: Identification, Exchange: x}.records(), s.records(), b.clocks, 0)
}

// logout adds the record of a logout to the session that it names, or to every open session of its person.
func (b *rebuilding) logout(at *Record) {
	if j := b.find(b.signs(at)); j != nil {
		j.end(at)
		return
	}
	for _, j := range b.byPerson[personOf(at, b.key)] {
		if b.compare(j.Steps[0].first(), at) <= 0 && !j.ended(at.Organisation) {
			j.end(at)
		}
	}
}

// ended tells whether a party traced the logout of the journey.
func (j *Journey) ended(organisation string) bool {
	last := j.Steps[len(j.Steps)-1]
	return slices.ContainsFunc(last.Logouts, func(at *Record) bool { return at.Organisation == organisation })
}

// end adds the record of one party's logout.
func (j *Journey) end(at *Record) {
	if last := &j.Steps[len(j.Steps)-1]; last.Kind == Logout {
		last.Logouts = append(last.Logouts, at)
		return
	}
	j.Steps = append(j.Steps, Step{Kind: Logout, Logouts: []*Record{at}})
}

// Started is when the journey began, by the clock of the party that traced it.
func (j *Journey) Started() time.Time { return j.Steps[0].first().At }
