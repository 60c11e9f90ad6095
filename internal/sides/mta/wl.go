package mta

import (
	"context"
	"errors"
	"io"
	"net"
	"net/http"
	"strings"
	"sync"
	"time"

	"etalon/internal/access"
	"etalon/internal/bench"
	"etalon/internal/candidate"
	"etalon/internal/mssante"
	"etalon/internal/pki"
	"etalon/internal/scenario"
	"etalon/internal/sides/side"
	"etalon/internal/verdict"
	"etalon/internal/whitelist"
)

// lists is what the scenarios of the white list share: when the last one was made, and the trap.
type lists struct {
	mu   sync.Mutex
	last time.Time
	trap *trap
	// unread and unknown are how often in a row a list was not read, and a domain that it names not known: who failed
	// often is not waited for long.
	unread, unknown int
	// slowest is how long a list took to be loaded once it had been read, and measured that this is known.
	slowest  time.Duration
	measured bool
}

// The time that a list is given to be loaded where it is not known how long that takes, and where it took none.
const (
	loading  = 2 * time.Second
	noticing = 100 * time.Millisecond
)

// took notes how long a list took to be loaded.
func (l *lists) took(d time.Duration) {
	l.mu.Lock()
	defer l.mu.Unlock()
	l.slowest, l.measured = max(l.slowest, d), true
}

// time is how long a list is given to be loaded.
func (l *lists) time() time.Duration {
	l.mu.Lock()
	defer l.mu.Unlock()
	switch {
	case !l.measured && l.unknown >= oftenFailed:
		return shortPatience
	case !l.measured:
		return loading
	}
	return min(max(2*l.slowest, noticing), longestLoading)
}

// The waits for a candidate that did not do the like lately.
const (
	oftenFailed   = 2
	shortPatience = 200 * time.Millisecond
)

// patience is how long something is waited for that failed so often in a row.
func (l *lists) patience(failures *int, usual time.Duration) time.Duration {
	l.mu.Lock()
	defer l.mu.Unlock()
	if *failures >= oftenFailed {
		return min(usual, shortPatience)
	}
	return usual
}

// note counts failures in a row.
func (l *lists) note(failures *int, succeeded bool) {
	l.mu.Lock()
	defer l.mu.Unlock()
	*failures++
	if succeeded {
		*failures = 0
	}
}

// ahead is how long before now lists are dated: dates are to the second, and many lists are made in one, none of which may
// be of the future.
const ahead = 10 * time.Minute

// published is the date of a list that is made now.
func published() time.Time { return bench.Wall().Add(-ahead).Truncate(time.Second) }

// made is the date of a list made now: later than that of any before, though dates are to the second.
func (l *lists) made() time.Time {
	l.mu.Lock()
	defer l.mu.Unlock()
	now := published()
	if l.last.IsZero() {
		l.last = now // of the honest list at the beginning
	}
	if !now.After(l.last) {
		now = l.last.Add(time.Second)
	}
	l.last = now
	return now
}

// before is the date of the list made last.
func (l *lists) before() time.Time {
	l.mu.Lock()
	defer l.mu.Unlock()
	return l.last
}

// trap is an address that nobody has a reason to call: those that a faulty list names.
type trap struct {
	base string
	stop func() error

	mu    sync.Mutex
	calls map[string]int
}

// Close implements io.Closer.
func (t *trap) Close() error { return t.stop() }

// called is how often an address of the trap was called.
func (t *trap) called(name string) int {
	t.mu.Lock()
	defer t.mu.Unlock()
	return t.calls[name]
}

// ServeHTTP notes who calls, and answers a text.
func (t *trap) ServeHTTP(w http.ResponseWriter, r *http.Request) {
	t.mu.Lock()
	t.calls[strings.TrimPrefix(r.URL.Path, "/")]++
	t.mu.Unlock()
	_, _ = io.WriteString(w, whitelist.TrapText)
}

// baited opens the trap, once for the role: at the address where the list is published, on a port of its own.
func (s *Side) baited() (*trap, error) {
	s.lists.mu.Lock()
	defer s.lists.mu.Unlock()
	if s.lists.trap != nil {
		return s.lists.trap, nil
	}
	host, _, err := net.SplitHostPort(s.declared.WhiteList.Listen)
	if err != nil {
		return nil, err
	}
	l, err := bench.Listen(net.JoinHostPort(host, "0"))
	if err != nil {
		return nil, err
	}
	t := &trap{base: "http://" + l.Addr().String() + "/", calls: map[string]int{}}
	t.stop = bench.Serve(l, t)
	s.lists.trap = t
	s.around.closers = append(s.around.closers, t)
	return t, nil
}

// listing is what a scenario knows of the list that it published.
type listing struct {
	newcomer mssante.ListedDomain // whom it names and the list before did not
	raw      []byte
	mark     int // visits before
	fault    whitelist.Fault
	bait     string // what of the trap the fault names
	owed     bool   // the list in force is not the honest one
	named    string // the newcomer as the name server knows it
	readAt   time.Time
}

// newcomer is a domain of the scenario's own, for which the honest neighbour may speak.
func (p *part) newcomer() (mssante.ListedDomain, error) {
	marker, err := p.mark()
	if err != nil {
		return mssante.ListedDomain{}, err
	}
	c, err := p.side.run.Bench.PKI.Credential(string(honestPeer))
	if err != nil {
		return mssante.ListedDomain{}, err
	}
	name := marker + ".test.invalid"
	return mssante.ListedDomain{
		Name: name, Description: "Domaine d'essai", Operator: pki.Subject(c.Leaf()), Updated: p.side.lists.before(),
	}, nil
}

// resolves makes a domain, and what is under it, known to the name server: who refuses a domain that does not exist says
// nothing of the list.
func (p *part) resolves(domain string) error {
	name := otherwise(domain)
	p.wl.named = name
	return p.side.around.receives(name, candidate.Neighbour{Name: "voisin"}.Host())
}

// signer is the publisher, or a bad certificate of it.
func (s *Side) signer(variant string) (pki.Credential, error) {
	name := candidate.WhiteListOrganism + "/signature"
	if variant != "" {
		name += "~" + variant
	}
	return s.run.Bench.PKI.Credential(name)
}

// publishes publishes the honest list of now with a change, and has it read.
func (p *part) publishes(ctx context.Context, change func(mssante.WhiteList) mssante.WhiteList) error {
	if err := p.prints(change); err != nil {
		return err
	}
	return p.reread(ctx, gotten(p.wl.raw))
}

// prints publishes the honest list of now with a change.
func (p *part) prints(change func(mssante.WhiteList) mssante.WhiteList) error {
	list, err := p.side.entries()
	if err != nil {
		return err
	}
	list.Generated = p.side.lists.made()
	signer, err := p.side.signer("")
	if err != nil {
		return err
	}
	raw, err := whitelist.Draft{List: change(list), Signer: signer}.Build()
	if err != nil {
		return err
	}
	p.shows(raw)
	return nil
}

// listMedia is the media type of a list in the evidence.
const listMedia = "application/xml"

// shows publishes a file.
func (p *part) shows(raw []byte) {
	server := p.side.around.list
	p.wl.raw, p.wl.mark, p.wl.owed = raw, server.Seen(), true
	server.Publish(raw)
	p.Keep(verdict.Exchange{Label: "list", From: "harness", Request: p.Evidence(raw, listMedia)})
}

// gotten wants a file to have been read.
func gotten(raw []byte) func(whitelist.Visit) bool {
	digest := whitelist.Digest(raw)
	return func(v whitelist.Visit) bool { return v.Kind == whitelist.Get && v.Digest == digest }
}

// greeted wants a link to have been begun.
func greeted(v whitelist.Visit) bool { return v.Kind == whitelist.Hello }

// errUnread tells that the candidate did not come for the list.
var errUnread = errors.New("the white list was not read")

// reread has the candidate read the list again, and waits until it came as wanted; where nothing is wanted, until it had the
// time to. What does not come makes the case inconclusive.
func (p *part) reread(ctx context.Context, wanted func(whitelist.Visit) bool) error {
	err := p.read(ctx, wanted)
	if errors.Is(err, errUnread) {
		return p.Cannot(verdict.ReasonListUnread, p.side.around.list.URL(), "GET "+whitelist.FileName)
	}
	return err
}

func (p *part) read(ctx context.Context, wanted func(whitelist.Visit) bool) error {
	wait, err := p.asksToRead(ctx)
	if err != nil {
		return err
	}
	if wanted == nil {
		return bench.Sleep(ctx, wait)
	}
	shared := &p.side.lists
	bounded, cancel := context.WithTimeout(ctx, wait+shared.patience(&shared.unread, p.side.run.Patience))
	defer cancel()
	_, err = p.side.around.list.Await(bounded, p.wl.mark, wanted)
	shared.note(&shared.unread, err == nil)
	if err != nil {
		return errUnread
	}
	p.wl.readAt = bench.Wall()
	return nil
}

// asksToRead has the list read: by the candidate's gesture, by its clock, or in its own time. It returns how long that takes.
// That the gesture reports a failure is no trouble: a bad list is to fail.
func (p *part) asksToRead(ctx context.Context) (wait time.Duration, err error) {
	s := p.side
	period := s.declared.WhiteList.Period.Duration
	if d, ok := s.shared.Verbs[candidate.RefreshWhiteList]; ok {
		_, err := s.run.Driver(d, nil).Do(ctx, access.Action{Verb: string(candidate.RefreshWhiteList), Sentence: "Faites relire la liste blanche au candidat : " + s.around.list.URL()})
		if err != nil {
			return 0, p.Cannot(verdict.ReasonDriverFailed, "mssante.verbs."+string(candidate.RefreshWhiteList), err.Error())
		}
		return 0, nil
	}
	if s.shared.Clock == nil {
		return period + period/2, nil
	}
	s.run.Bench.Clock.Advance(period)
	p.moved = true
	if err := access.SetClock(ctx, *s.shared.Clock, s.run.Candidate.Path, s.run.Bench.Clock.Now().UTC().Format(time.RFC3339Nano)); err != nil {
		return 0, p.Cannot(verdict.ReasonDriverFailed, "clock", err.Error())
	}
	return 0, nil
}

// restores publishes the honest list again, from an honest server, and gives the clocks back. A candidate that does not read
// it is told by the next control.
func (p *part) restores(ctx context.Context) {
	if p.wl.owed {
		p.wl.owed = false
		_ = p.side.around.list.Behave(whitelist.Conduct{})
		if err := p.prints(func(l mssante.WhiteList) mssante.WhiteList { return l }); err == nil {
			_ = p.read(ctx, gotten(p.wl.raw))
		}
		p.wl.owed = false
	}
	if p.wl.named != "" {
		p.side.around.forgets(p.wl.named)
		p.wl.named = ""
	}
	if p.moved {
		p.moved = false
		p.side.run.Bench.Clock.Follow()
		if err := access.SetClock(ctx, *p.side.shared.Clock, p.side.run.Candidate.Path, ""); err != nil {
			_ = p.Cannot(verdict.ReasonDriverFailed, "clock", err.Error())
		}
	}
}

// listNeeds are those of the group WL.
var listNeeds = side.Needs[*Side]{
	"relecture-de-la-liste": func(s *Side) scenario.Answer {
		_, asked := s.shared.Verbs[candidate.RefreshWhiteList]
		period := s.declared.WhiteList.Period.Duration
		readable := asked || s.shared.Clock != nil || period <= soon || s.run.Long && period <= longestPeriod
		return scenario.Answer{Why: verdict.Reason{Key: verdict.ReasonNotDeclared, Args: []string{"mssante.verbs.refresh-whitelist"}}, Met: readable}
	},
}

// longestPeriod is how long a list is waited for in long cases.
const longestPeriod = 15 * time.Minute
