package campaign

import (
	"context"
	"errors"
	"io/fs"
	"os"
	"slices"
	"sync"
	"syscall"
	"time"

	"etalon/internal/bench"
	"etalon/internal/candidate"
	"etalon/internal/doctor"
	"etalon/internal/scenario"
	"etalon/internal/verdict"
)

// Clinic examines candidates for people who wait in a page: one examination of each at a time, in the background, for no longer
// than a limit.
type Clinic struct {
	Roster Roster
	// Suite reads what candidates are judged with; it is called at each examination.
	Suite   func() (*Suite, error)
	Tree    fs.FS
	Domains []scenario.Domain
	// Limit bounds an examination; two minutes when zero.
	Limit time.Duration
	// Lend has what holds the ports that a candidate file fixes let go of them, until give is called,
	// nil where none is held; nil when nothing holds any.
	Lend func(*candidate.Candidate) (give func() error, err error)

	mu      sync.Mutex
	visits  map[string]*visit
	running sync.WaitGroup
	closed  bool
}

// Examined is how far the examination of a candidate is, or what it found.
type Examined struct {
	Running bool      `json:"running"`
	Began   time.Time `json:"began"`
	Ended   time.Time `json:"ended,omitzero"`
	// Now is what is being looked at; Gesture what a person is asked to do, empty when nothing.
	Now     verdict.Text `json:"now,omitzero"`
	Gesture string       `json:"gesture,omitempty"`
	// Failed is why nothing could be found out, empty when something was.
	Failed   verdict.Text `json:"failed,omitzero"`
	Findings []Finding    `json:"findings"`
	Unplayed []Unplayed   `json:"unplayed"`
}

// Sound tells that the examination ended and found nothing to correct.
func (e Examined) Sound() bool {
	return !e.Running && e.Failed == verdict.Text{} && len(e.Findings) == 0
}

// Finding is one thing to correct, with the key of the candidate file to look at.
type Finding struct {
	// Scope is the role and mode that it is about, empty for the whole file; Sign its kind.
	Scope string      `json:"scope,omitempty"`
	Sign  doctor.Sign `json:"sign"`
	// File has the key where the candidate file has not.
	File  string       `json:"file,omitempty"`
	Field string       `json:"field"`
	What  verdict.Text `json:"what"`
	// Remedy is what to do; empty where What says it.
	Remedy verdict.Text `json:"remedy,omitzero"`
	// Doubt tells that it may be a defect of the candidate, which a run judges.
	Doubt bool `json:"doubt,omitempty"`
}

// Findings are symptoms as pages and programs get them.
func Findings(symptoms []doctor.Symptom) []Finding {
	all := []Finding{}
	for _, s := range symptoms {
		all = append(all, Finding{s.Scope, s.Sign, s.File, s.Field, s.What, s.Remedy, s.Doubt})
	}
	return all
}

// Wrong are the problems of a file as findings.
func Wrong(problems candidate.Problems) []Finding {
	all := []Finding{}
	for _, p := range problems {
		all = append(all, Finding{Sign: doctor.BadFile, File: p.File, Field: p.Key, What: p.Want, Remedy: p.Remedy})
	}
	return all
}

// Unplayed are the cases that a run would not play, for one reason.
type Unplayed struct {
	Why   verdict.Text `json:"why"`
	Cases []string     `json:"cases"`
}

// visit is one examination.
type visit struct {
	mu   sync.Mutex
	seen Examined
	stop context.CancelFunc
	done chan struct{} // of the gesture that is awaited
}

// look gives what is known; change alters it.
func (v *visit) look() Examined {
	v.mu.Lock()
	defer v.mu.Unlock()
	return v.seen
}

func (v *visit) change(alter func(*Examined)) {
	v.mu.Lock()
	defer v.mu.Unlock()
	alter(&v.seen)
}

// maxVisits is how many examinations go on at once.
const maxVisits = 4

// Examine begins the examination of a candidate. It returns ErrUnknown, ErrRunning when one of it goes on, and ErrMany when too
// many do.
func (c *Clinic) Examine(owner, id string) error {
	found, err := c.Roster.Find(owner, id)
	if err != nil {
		return err
	}
	limit := c.Limit
	if limit == 0 {
		limit = 2 * time.Minute
	}
	c.mu.Lock()
	defer c.mu.Unlock()
	going := 0
	for _, v := range c.visits {
		if v.look().Running {
			going++
		}
	}
	switch before := c.visits[found.ID]; {
	case c.closed:
		return ErrOver
	case before != nil && before.look().Running:
		return ErrRunning
	case going >= maxVisits:
		return ErrMany
	}
	ctx, stop := context.WithTimeout(context.Background(), limit)
	v := &visit{stop: stop, seen: Examined{Running: true, Began: bench.Wall(), Findings: []Finding{}, Unplayed: []Unplayed{}}}
	if c.visits == nil {
		c.visits = map[string]*visit{}
	}
	c.visits[found.ID] = v
	c.running.Go(func() {
		defer stop()
		c.visit(ctx, found.ID, v)
	})
	return nil
}

// visit examines, and tells what it found.
func (c *Clinic) visit(ctx context.Context, id string, v *visit) {
	suite, err := c.Suite()
	var found Diagnosis
	if err == nil {
		found, err = c.examine(ctx, id, v, suite)
	}
	v.change(func(e *Examined) {
		e.Running, e.Ended, e.Now, e.Gesture = false, bench.Wall(), verdict.Text{}, ""
		e.Findings = append(e.Findings, Findings(found.Symptoms)...)
		e.Unplayed = append(e.Unplayed, UnplayedOf(suite, found.NotRun)...)
		if err != nil {
			c.failed(ctx, err, e)
		}
	})
}

// examine opens the candidate, and its container where it has one, and looks at it.
func (c *Clinic) examine(ctx context.Context, id string, v *visit, suite *Suite) (d Diagnosis, err error) {
	dir, err := os.MkdirTemp("", "etalon-doctor-")
	if err != nil {
		return d, err
	}
	defer os.RemoveAll(dir)
	v.change(func(e *Examined) { e.Now = verdict.Text{FR: "le candidat est ouvert", EN: "the candidate is opened"} })
	subject, release, err := c.Roster.Open(ctx, id, dir)
	if err != nil {
		return d, err
	}
	defer release()
	subject, remove, err := Contain(ctx, subject, Containment{Dir: dir})
	if err != nil {
		return d, err
	}
	defer remove()
	if c.Lend != nil {
		give, err := c.Lend(subject)
		if err != nil {
			return d, err
		}
		if give != nil {
			defer func() { err = errors.Join(err, give()) }()
		}
	}
	return Examiner{
		Suite: suite, Tree: c.Tree, Domains: c.Domains, Ask: v.ask, Said: func(t verdict.Text) { v.change(func(e *Examined) { e.Now = t }) },
	}.Examine(ctx, subject)
}

// ask waits until a person says that a gesture is made.
func (v *visit) ask(ctx context.Context, sentence string) error {
	done := make(chan struct{})
	v.change(func(e *Examined) { e.Gesture = sentence })
	v.mu.Lock()
	v.done = done
	v.mu.Unlock()
	defer v.change(func(e *Examined) { e.Gesture = "" })
	select {
	case <-done:
		return nil
	case <-ctx.Done():
		return ctx.Err()
	}
}

// failed says why nothing, or no more, was found out.
func (c *Clinic) failed(ctx context.Context, err error, e *Examined) {
	var problems candidate.Problems
	switch {
	case errors.As(err, &problems):
		e.Findings = append(e.Findings, Wrong(inFolder(problems))...)
	case errors.Is(err, syscall.EADDRINUSE):
		e.Failed = verdict.Text{FR: "un port du banc est pris : une campagne, un autre examen ou un autre programme s'en sert ; attendez, ou choisissez d'autres ports (listen.ports)",
			EN: "a port of the harness is in use: by a campaign, another examination or another program; wait, or choose other ports (listen.ports)"}
	case errors.Is(ctx.Err(), context.DeadlineExceeded):
		e.Failed = verdict.Text{FR: "l'examen a duré trop longtemps : le candidat n'a pas répondu, ou un geste n'a pas été fait", EN: "the examination lasted too long: the candidate did not answer, or a gesture was not made"}
	case errors.Is(err, context.Canceled):
		e.Failed = verdict.Text{FR: "l'examen a été arrêté", EN: "the examination was ended"}
	default:
		e.Failed = verdict.Text{FR: "l'examen n'a pas pu se faire : " + verdict.InLanguage(err, "fr"), EN: "the examination could not be made: " + err.Error()}
	}
}

// worded is a reason in words.
func worded(suite *Suite, r verdict.Reason) verdict.Text {
	return verdict.Text{FR: suite.Texts.Reason("fr", r), EN: suite.Texts.Reason("en", r)}
}

// UnplayedOf gathers the cases by why they would not be played, in the order of the plan.
func UnplayedOf(suite *Suite, all []verdict.NotRun) (list []Unplayed) {
	for _, n := range all {
		why := worded(suite, n.Why)
		i := slices.IndexFunc(list, func(u Unplayed) bool { return u.Why == why })
		if i < 0 {
			i, list = len(list), append(list, Unplayed{Why: why})
		}
		list[i].Cases = append(list[i].Cases, n.Address)
	}
	return list
}

// Examined tells how far the last examination of a candidate is; known is false when there was none. It returns ErrUnknown.
func (c *Clinic) Examined(owner, id string) (seen Examined, known bool, err error) {
	found, err := c.Roster.Find(owner, id)
	if err != nil {
		return seen, false, err
	}
	c.mu.Lock()
	v := c.visits[found.ID]
	c.mu.Unlock()
	if v == nil {
		return seen, false, nil
	}
	return v.look(), true, nil
}

// Done tells that the gesture which an examination awaits is made. It returns ErrUnknown, and ErrNoGesture.
func (c *Clinic) Done(owner, id string) error {
	v, err := c.of(owner, id)
	if err != nil {
		return err
	}
	v.mu.Lock()
	defer v.mu.Unlock()
	if v.done == nil || v.seen.Gesture == "" {
		return ErrNoGesture
	}
	close(v.done)
	v.done = nil
	return nil
}

// Stop ends the examination of a candidate. It returns ErrUnknown, and ErrOver when none goes on.
func (c *Clinic) Stop(owner, id string) error {
	v, err := c.of(owner, id)
	if err != nil {
		return err
	}
	if !v.look().Running {
		return ErrOver
	}
	v.stop()
	return nil
}

// of is the last examination of a candidate.
func (c *Clinic) of(owner, id string) (*visit, error) {
	found, err := c.Roster.Find(owner, id)
	if err != nil {
		return nil, err
	}
	c.mu.Lock()
	defer c.mu.Unlock()
	if v := c.visits[found.ID]; v != nil {
		return v, nil
	}
	return nil, ErrOver
}

// Close ends every examination and waits for it.
func (c *Clinic) Close() {
	c.mu.Lock()
	c.closed = true
	for _, v := range c.visits {
		v.stop()
	}
	c.mu.Unlock()
	c.running.Wait()
}
