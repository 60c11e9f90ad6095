package campaign

import (
	"context"
	"io/fs"
	"slices"
	"sync"
	"time"

	"etalon/internal/bench"
	"etalon/internal/scenario"
	"etalon/internal/seal"
	"etalon/internal/store"
	"etalon/internal/verdict"
)

// Config says what a desk runs campaigns with.
type Config struct {
	Store   *store.Store
	Roster  Roster
	Tree    fs.FS // the features' tree
	Domains []scenario.Domain
	Version string // of the program
	// Signer gives the key that signs a report; a test key is made for each when it is nil.
	Signer func() (seal.Signer, error)
	// Stamp has a time authority attest when they are signed; nil asks none. Validity is for how many days an attestation holds,
	// 365 where it is 0.
	Stamp    Stamper
	Validity int
	// Held are the ports that the sandbox's own partners hold. Yield has them let go until back is called, for a campaign of
	// which the candidate file fixes one of them. Nil when they hold none.
	Held  []int
	Yield func() (back func() error, err error)
}

// Desk runs the campaigns of a sandbox. Its methods may be called from several goroutines.
type Desk struct {
	config Config
	suite  func() (*Suite, error)
	ctx    context.Context // of all that is played
	end    context.CancelFunc
	wait   sync.WaitGroup
	// recovered is closed when what an earlier program left is in order.
	recovered chan struct{}

	sealing sync.Mutex // one archive is stamped again at a time

	mu     sync.Mutex
	closed bool
	live   map[string]*match // those that run, and the last that ended or were looked at
	past   []string          // of those, the ones that do not run, the first looked at first
	yields yields
}

// remembered is how many campaigns that do not run are kept in memory.
const remembered = 8

// ErrUnusable tells that a candidate file cannot be used as it is, ErrClosed that the program is ending.
var (
	ErrUnusable = verdict.Tell("le fichier du candidat n'est pas utilisable", "the candidate file cannot be used")
	ErrClosed   = verdict.Tell("le bac à sable s'arrête", "the sandbox is ending")
)

// RunningError is ErrRunning, with the campaign that runs.
type RunningError struct{ ID string }

// Error tells which.
func (e RunningError) Error() string { return ErrRunning.Error() + ": " + e.ID }

// Unwrap is ErrRunning.
func (RunningError) Unwrap() error { return ErrRunning }

// NewDesk readies a desk. What an earlier program was killed before keeping is kept meanwhile.
func NewDesk(c Config) *Desk {
	d := &Desk{config: c, live: map[string]*match{}, recovered: make(chan struct{}), yields: yields{yield: c.Yield}}
	d.suite = sync.OnceValues(func() (*Suite, error) { return LoadSuite(c.Tree, c.Version) })
	d.ctx, d.end = context.WithCancel(context.Background())
	d.wait.Go(d.recover)
	return d
}

// Close ends every campaign that runs, which can be resumed, and waits for them.
func (d *Desk) Close() {
	d.mu.Lock()
	d.closed = true
	d.mu.Unlock()
	d.end()
	d.wait.Wait()
}

// Candidates are those that an owner may see.
func (d *Desk) Candidates(_ context.Context, owner string) ([]Candidate, error) {
	return d.config.Roster.List(owner)
}

// Start begins a campaign and returns at once. It returns the errors of Forecast, ErrUnusable, ErrRunning (a RunningError),
// ErrPorts, ErrTarget, RefusedWaivers or ErrBaseline.
func (d *Desk) Start(ctx context.Context, o Order) (store.Campaign, error) {
	return d.start(ctx, o, "")
}

// start is Start, for a campaign that plays again a part of another.
func (d *Desk) start(ctx context.Context, o Order, again string) (store.Campaign, error) {
	suite, err := d.suite()
	if err != nil {
		return store.Campaign{}, err
	}
	c, err := d.config.Roster.Find(o.Owner, o.Candidate)
	if err != nil {
		return store.Campaign{}, err
	}
	trials, err := chosen(suite.Plan, c.Scope, o)
	if err != nil && c.Problem == "" {
		return store.Campaign{}, err
	}
	if c.Problem != "" {
		return store.Campaign{}, verdict.Tell("%s : %s", "%s: %s", ErrUnusable, c.Problem)
	}
	if _, err := waived(suite, c, o.Waivers); err != nil {
		return store.Campaign{}, err
	}
	held, was, err := d.baseline(ctx, o)
	if err != nil {
		return store.Campaign{}, err
	}
	now := bench.Wall()
	id, err := runName(now)
	if err != nil {
		return store.Campaign{}, err
	}
	if o.Owner == "" {
		o.Owner = c.Owner // what an operator starts against somebody's candidate is that person's
	}
	m := newMatch(store.Campaign{
		ID: id, Owner: o.Owner, Candidate: c.Name, CandidateID: c.ID, File: c.File, Selectors: o.Selectors, Long: o.Long, Tongue: o.Lang,
		State: store.Running, Started: now, Cases: len(trials), Resumes: again,
		Waivers: o.Waivers, Baseline: held,
	}, suite, trials)
	m.was = was
	return d.begin(ctx, c, m)
}

// begin opens the candidate, unless it is one that takes its time, takes its place among what runs, and plays.
func (d *Desk) begin(ctx context.Context, c Candidate, m *match) (store.Campaign, error) {
	p := &playing{desk: d, match: m, candidate: c, dir: d.config.Store.Folder(m.campaign.ID)}
	if c.Origin != Bundled {
		if err := p.open(ctx); err != nil {
			return store.Campaign{}, err
		}
		m.ports = p.subject.FixedPorts()
		if err := p.alike(); err != nil {
			p.release()
			return store.Campaign{}, err
		}
	}
	p.expected = d.each(ctx, c.ID)
	if err := d.admit(p); err != nil {
		p.release()
		return store.Campaign{}, err
	}
	err := p.keepBaseline()
	if err == nil {
		err = d.config.Store.Save(ctx, m.now())
	}
	if err != nil {
		d.dismiss(m)
		d.wait.Done()
		p.release()
		return store.Campaign{}, err
	}
	m.event(Event{Kind: EventState, Text: string(store.Running)})
	go func() {
		defer d.wait.Done()
		p.play()
	}()
	return m.now(), nil
}

// admit gives a campaign its place among those that run, unless another stands in its way.
func (d *Desk) admit(p *playing) error {
	d.mu.Lock()
	defer d.mu.Unlock()
	if d.closed {
		return ErrClosed
	}
	m := p.match
	for _, other := range d.live {
		switch {
		case !other.running():
		case other.campaign.ID == m.campaign.ID, other.campaign.CandidateID == m.campaign.CandidateID && (p.candidate.Origin != Bundled || other.campaign.Owner == m.campaign.Owner):
			return RunningError{other.campaign.ID}
		case slices.ContainsFunc(m.ports, func(port int) bool { return slices.Contains(other.ports, port) }):
			return ErrPorts
		}
	}
	p.ctx, m.stop = context.WithCancel(d.ctx)
	m.start()
	d.live[m.campaign.ID] = m
	d.past = slices.DeleteFunc(d.past, func(id string) bool { return id == m.campaign.ID })
	d.wait.Add(1)
	return nil
}

// dismiss forgets a campaign that did not begin.
func (d *Desk) dismiss(m *match) {
	m.stop()
	d.mu.Lock()
	defer d.mu.Unlock()
	delete(d.live, m.campaign.ID)
}

// rest remembers a campaign that does not run, for those who still look at it.
func (d *Desk) rest(id string) {
	d.mu.Lock()
	defer d.mu.Unlock()
	if d.past = append(d.past, id); len(d.past) > remembered {
		delete(d.live, d.past[0])
		d.past = d.past[1:]
	}
}

// Stop ends a campaign that runs; its record stays, and can be finished by Resume. It returns when the campaign has ended, or
// ErrOver.
func (d *Desk) Stop(ctx context.Context, owner, id string) error {
	m, err := d.find(ctx, owner, id)
	if err != nil {
		return err
	}
	over := m.over()
	if over == nil {
		return ErrOver
	}
	m.stopBy()
	select {
	case <-over:
		return nil
	case <-ctx.Done():
		return ctx.Err()
	}
}

// Resume plays what is left of a campaign that was stopped, was interrupted or failed, in the same record. It returns ErrWhole,
// or the errors of Start.
func (d *Desk) Resume(ctx context.Context, owner, id string) (store.Campaign, error) {
	<-d.recovered
	old, err := d.find(ctx, owner, id)
	if err != nil {
		return store.Campaign{}, err
	}
	before := old.now()
	switch before.State {
	case store.Finished:
		return before, ErrWhole
	case store.Running:
		return before, RunningError{id}
	}
	c, err := d.config.Roster.Find(owner, before.CandidateID)
	if err != nil {
		return before, err
	}
	if c.Problem != "" {
		return before, verdict.Tell("%s : %s", "%s: %s", ErrUnusable, c.Problem)
	}
	m, err := d.rebuilt(before)
	if err != nil {
		return before, err
	}
	m.campaign.State, m.campaign.Why, m.campaign.Finished = store.Running, "", time.Time{}
	return d.begin(ctx, c, m)
}

// Rerun begins a campaign of what failed, or could not be judged, in another. It returns ErrNoneFails, or the errors of Start.
func (d *Desk) Rerun(ctx context.Context, owner, id string) (store.Campaign, error) {
	m, err := d.find(ctx, owner, id)
	if err != nil {
		return store.Campaign{}, err
	}
	before := m.now()
	addresses := m.failed()
	if len(addresses) == 0 {
		return before, ErrNoneFails
	}
	return d.start(ctx, Order{Owner: before.Owner, Candidate: before.CandidateID, Selectors: addresses, Long: true, Lang: before.Tongue, Waivers: before.Waivers}, id)
}

// Done tells that a person made a gesture. It returns ErrNoGesture.
func (d *Desk) Done(ctx context.Context, owner, id, gesture string) error {
	m, err := d.find(ctx, owner, id)
	if err != nil {
		return err
	}
	return m.made(gesture)
}
