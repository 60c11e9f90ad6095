package scenario

import (
	"context"
	"errors"
	"fmt"
	"io"
	"io/fs"
	"log/slog"
	"slices"
	"sync"
	"time"

	"etalon/internal/access"
	"etalon/internal/bench"
	"etalon/internal/candidate"
	"etalon/internal/interops"
	"etalon/internal/record"
	"etalon/internal/redact"
	"etalon/internal/report"
	"etalon/internal/verdict"
)

// Config is everything that a run needs.
type Config struct {
	Candidate *candidate.Candidate
	Bench     *bench.Bench
	Tree      fs.FS    // the features' tree
	Domains   []Domain // those that play the roles
	Texts     report.Texts
	Journal   *record.Journal
	Selection Selection
	Waivers   []verdict.Waiver // failures accepted beforehand
	Long      bool             // cases over ten seconds too
	Jobs      int              // cases at once; 0 for as many as the role allows
	// Patience bounds one exchange with the candidate; 20 s when zero.
	Patience time.Duration
	Progress Progress
	// Ask tells a person what to do and returns when it is done; nil refuses manual drivers.
	Ask func(ctx context.Context, sentence string) error
	Log *slog.Logger
}

// defaultPatience is how long a candidate may take for one exchange.
const defaultPatience = 20 * time.Second

// ErrNothingSelected tells that no case in scope is selected (rule 5).
var ErrNothingSelected = verdict.Tell("aucun cas du périmètre du candidat n'est sélectionné", "no case of the candidate's scope is selected")

// Run is what the scenarios of one run share.
type Run struct {
	Config
	// Veil takes the secrets that it is told of out of all that the worlds of the run keep and say.
	Veil   *redact.Veil
	gate   *redact.Veil // of the role that opens
	steps  []Step
	shared map[string]any
}

// Shared returns what the sides of a run have in common under a name, opened by the first that asks. What can be closed is
// closed when the run ends. Roles are opened one after the other. The error is that of open, or tells that the name is that of
// something else.
func Shared[T any](r *Run, name string, open func() (T, error)) (T, error) {
	if there, ok := r.shared[name]; ok {
		same, ok := there.(T)
		if !ok {
			return same, fmt.Errorf("share %s: a %T is there, want a %T", name, there, same)
		}
		return same, nil
	}
	opened, err := open()
	if err != nil {
		return opened, err
	}
	if r.shared == nil {
		r.shared = map[string]any{}
	}
	r.shared[name] = opened
	return opened, nil
}

// close closes what the sides had in common.
func (r *Run) close() error {
	var errs []error
	for _, there := range r.shared {
		if c, ok := there.(io.Closer); ok {
			errs = append(errs, c.Close())
		}
	}
	r.shared = nil
	return errors.Join(errs...)
}

// Domain is one domain of the features: its sentences, and what the harness plays around its roles.
type Domain struct {
	Name  string // "interops", "mssante": its folder in the features' tree
	Steps []Step
	// Side returns the harness's parts for a role and mode, ROLE/MODE; nil where the domain does not play it.
	Side func(r *Run, scope string) (Side, error)
}

// Side is one role of the candidate under test: what the harness plays around it.
type Side interface {
	// Open starts the harness's own parts and plays the honest exchange without which nothing is judged
	// (rule 2). It returns the trouble that keeps the role from being judged, or nil.
	Open(ctx context.Context) (*verdict.Trouble, error)
	// Enter gives a scenario its part of the side, in the context that its steps get; Leave takes it back, and undoes
	// what the scenario did to the candidate. Leave comes before the verdict: what it cannot undo counts.
	Enter(ctx context.Context, w *World) (context.Context, error)
	Leave(ctx context.Context)
	// Jobs is how many scenarios may run at once.
	Jobs() int
	// Has tells whether a need of a trial is met, Admits whether all else lets it be played, or why not.
	Has(need string) Answer
	Admits(t Trial) Answer
	Close() error
}

// Standing remembers whether the last honest exchange of a role went through. Once one did not, whatever case
// comes next must see one go through by itself: a candidate that has stopped is judged no more (rule 2).
type Standing struct {
	mu      sync.Mutex
	refused bool
}

// Note remembers how an honest exchange went.
func (s *Standing) Note(accepted bool) {
	s.mu.Lock()
	defer s.mu.Unlock()
	s.refused = !accepted
}

// Lost tells that the last one did not go through.
func (s *Standing) Lost() bool {
	s.mu.Lock()
	defer s.mu.Unlock()
	return s.refused
}

// said is a reason in the languages of those who are told of it.
func (c Config) said(why verdict.Reason) verdict.Text {
	return verdict.Text{FR: c.Texts.Reason("fr", why), EN: c.Texts.Reason("en", why)}
}

// NewRun completes what a configuration leaves out. The profile is the run's own from now on: the tolerance that a role
// declares takes its place while it is judged.
func NewRun(c Config) *Run {
	inForce := *c.Bench.Profile
	c.Bench.Profile = &inForce
	r := &Run{Config: c, Veil: redact.NewVeil(c.Bench.Redactor)}
	if r.Patience == 0 {
		r.Patience = defaultPatience
	}
	if r.Log == nil {
		r.Log = slog.New(slog.DiscardHandler)
	}
	for _, d := range r.Domains {
		r.steps = append(r.steps, d.Steps...)
	}
	return r
}

// play plays the selected trials of the candidate's scope into the journal. Its errors are ours: what the candidate
// did is in the journal.
func play(ctx context.Context, c Config, plan []Trial) (err error) {
	r := NewRun(c)
	defer func() { err = errors.Join(err, r.close()) }()
	for _, scope := range c.Candidate.Scope() {
		if err := r.scope(ctx, scope, plan); err != nil {
			return err
		}
	}
	return ctx.Err()
}

// Selected counts the trials of a plan that a candidate's scope and a selection retain.
func Selected(plan []Trial, scope []string, s Selection) int {
	n := 0
	for _, t := range plan {
		if slices.Contains(scope, t.Scope()) && s.Chooses(t) {
			n++
		}
	}
	return n
}

// scope plays one role in one mode.
func (r *Run) scope(ctx context.Context, scope string, plan []Trial) error {
	selected, err := r.choose(scope, plan)
	if err != nil || len(selected) == 0 {
		return err
	}
	if trouble, had := r.Journal.TroubleOf(scope); had {
		return r.unjudged(trouble, selected)
	}
	trouble, err := r.opened(ctx, scope, func(s Side) error { return r.admit(ctx, scope, s, selected) })
	if trouble == nil || err != nil {
		return err
	}
	if ctx.Err() != nil { // what was seen of the role while the run was being stopped says nothing
		return ctx.Err()
	}
	if err := r.Journal.Trouble(*trouble); err != nil {
		return err
	}
	r.Progress.Say(r.said(trouble.Reason))
	return r.unjudged(*trouble, selected)
}

// opened opens a role and does something with its side, unless there is trouble that keeps the role from being judged.
func (r *Run) opened(ctx context.Context, scope string, do func(Side) error) (trouble *verdict.Trouble, err error) {
	if trouble := r.outOfForce(scope); trouble != nil {
		return trouble, nil
	}
	s, err := r.side(scope)
	if err != nil {
		return nil, err
	}
	defer func() { err = errors.Join(err, s.Close()) }()
	r.gate = r.Veil
	if trouble, err = s.Open(ctx); err != nil {
		return nil, verdict.Tell("ouverture du rôle %s : %s", "open role %s: %s", scope, err)
	}
	if trouble != nil {
		trouble.Reason.Args = briefly(r.gate, trouble.Reason.Args)
		return trouble, nil
	}
	return nil, do(s)
}

// outOfForce tells of a role whose project is not in force: the convention that the file names allows nothing to be exchanged
// now, and whatever a candidate did would be held against it.
func (r *Run) outOfForce(scope string) *verdict.Trouble {
	role, mode := candidate.SplitScope(scope)
	choice := r.Candidate.Choice(role, mode)
	project, ok := r.Bench.Convention.OpenedProject(choice.Project)
	now := r.Bench.Clock.Now()
	if role.WithoutMode() || !ok || project.InForce(now) {
		return nil
	}
	life := fmt.Sprintf("%s: %s … %s", project.Name, dayOf(project.Start), dayOf(project.End))
	return &verdict.Trouble{Scope: scope, Configuration: true, Reason: verdict.Reason{Key: verdict.ReasonMisdeclared, Args: []string{"convention", life}}}
}

// dayOf is a date of a convention, empty where nothing bounds it.
func dayOf(d interops.Date) string {
	if d.IsZero() {
		return ""
	}
	return d.UTC().Format(time.DateOnly)
}

// side returns the harness's parts for a role, of the domain that plays it.
func (r *Run) side(scope string) (Side, error) {
	for _, d := range r.Domains {
		if s, err := d.Side(r, scope); s != nil || err != nil {
			return s, err
		}
	}
	return nil, verdict.Tell("%s : aucun scénario de cette version ne le joue", "play %s: no features of this version play it", scope)
}

// choose retains the trials of a scope that are chosen, and says why of the others. Those of which the record tells already
// are left out.
func (r *Run) choose(scope string, plan []Trial) ([]Trial, error) {
	var selected []Trial
	for _, t := range plan {
		if t.Scope() != scope || r.Journal.Has(t.Address.String()) {
			continue
		}
		why := verdict.Reason{}
		switch {
		case !r.Selection.Chooses(t):
			why.Key = verdict.ReasonNotSelected
		case t.Long && !r.Long:
			why.Key = verdict.ReasonLongNotAsked
		default:
			selected = append(selected, t)
			continue
		}
		if err := r.leaveOut(t, Answer{Why: why}); err != nil {
			return nil, err
		}
	}
	return selected, nil
}

// leaveOut records a trial that is not played.
func (r *Run) leaveOut(t Trial, a Answer) error {
	n := r.notRun(t, a)
	r.witness().NotRun(n)
	return r.Journal.NotRun(n)
}

// notRun tells of a trial that it is not played.
func (r *Run) notRun(t Trial, a Answer) verdict.NotRun {
	if len(a.Why.Args) > 0 {
		a.Why.Args = briefly(r.gate, a.Why.Args)
	}
	return verdict.NotRun{Address: t.Address.String(), Declared: a.Declared, Reason: r.Texts.Reason("fr", a.Why), Why: a.Why}
}

// unjudged records every trial of a role that cannot be judged as inconclusive.
func (r *Run) unjudged(t verdict.Trouble, trials []Trial) error {
	for _, trial := range trials {
		c := verdict.Case{
			Address: trial.Address.String(), Requirement: trial.Row.ID, Basis: trial.Basis(), Title: trial.Name,
			Fault: trial.Fault, Verdict: verdict.Inconclusive, Why: t.Reason, Reason: r.Texts.Reason("fr", t.Reason),
			Findings: []verdict.Finding{}, Started: bench.Wall(),
		}
		if err := r.Journal.Case(c); err != nil {
			return err
		}
		r.witness().Unjudged(c)
	}
	return nil
}

// admit runs the trials of a role whose honest exchange went through.
func (r *Run) admit(ctx context.Context, scope string, s Side, trials []Trial) error {
	admitted := map[string]Trial{}
	var files []string
	for _, t := range trials {
		if a := r.meets(s, t); !a.Met {
			if err := r.leaveOut(t, a); err != nil {
				return err
			}
			continue
		}
		admitted[t.Address.String()] = t
		if !slices.Contains(files, t.File) {
			files = append(files, t.File)
		}
	}
	r.Progress.Start(scope, len(admitted))
	defer r.Progress.End()
	jobs := s.Jobs()
	if r.Jobs > 0 {
		jobs = min(jobs, r.Jobs)
	}
	// What changes the state of the whole candidate is played alone, after the rest.
	for _, alone := range []bool{false, true} {
		p := &player{run: r, side: s, admitted: map[string]Trial{}}
		for address, t := range admitted {
			if t.Alone == alone {
				p.admitted[address] = t
			}
		}
		if len(p.admitted) == 0 {
			continue
		}
		if alone {
			jobs = 1
		}
		if err := errors.Join(NewRunner(r.Tree, r.steps).Play(ctx, files, p.hooks(), jobs), p.failed()); err != nil {
			return err
		}
	}
	return nil
}

// driver returns the driver that the candidate declares.
func (r *Run) Driver(d candidate.Driver, services map[string]string) access.Driver {
	return access.NewDriver(d, access.DriverConfig{Candidate: r.Candidate.Path, Services: services, Patience: r.Patience, Ask: r.Ask})
}

// needEvidence is the need of a trial that looks at a document which the candidate declares, in whatever role.
const needEvidence = "piece"

// meets tells whether every need of a trial is met; the first that is not gives the reason.
func (r *Run) meets(s Side, t Trial) Answer {
	if reason, excluded := r.Candidate.Excludes(t.Role, t.Row.ID); excluded {
		return Answer{Why: verdict.Reason{Key: verdict.ReasonExcluded, Args: []string{reason}}, Declared: true}
	}
	if a := s.Admits(t); !a.Met {
		return a
	}
	for _, need := range t.Needs {
		a, common := r.ofAnyRole(t, need)
		if !common {
			a = s.Has(need)
		}
		if !a.Met {
			return a
		}
	}
	return Met
}
