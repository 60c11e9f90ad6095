package scenario

import (
	"context"
	"errors"
	"fmt"
	"io/fs"
	"log/slog"
	"slices"
	"sync"
	"time"

	"etalon/internal/access"
	"etalon/internal/bench"
	"etalon/internal/candidate"
	"etalon/internal/interops"
	"etalon/internal/report"
	"etalon/internal/verdict"
)

// Config is everything that a run needs.
type Config struct {
	Candidate *candidate.Candidate
	Bench     *bench.Bench
	Tree      fs.FS // the features' tree
	Texts     report.Texts
	Journal   *report.Journal
	Selection Selection
	Long      bool // cases over ten seconds too
	Jobs      int  // cases at once; 0 for as many as the role allows
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
var ErrNothingSelected = errors.New("no case of the candidate's scope is selected")

// run is what the scenarios of one run share.
type run struct {
	Config
	bench   *bench.Bench
	people  people
	texts   report.Texts
	journal *report.Journal
	log     *slog.Logger
	steps   []Step
}

// side is one role of the candidate under test: what the harness plays around it.
type side interface {
	// open starts the harness's own parts and plays the honest exchange without which nothing is judged
	// (rule 2). It returns the trouble that keeps the role from being judged, or nil.
	open(ctx context.Context) (*verdict.Trouble, error)
	// enter gives a scenario its part of the side; leave takes it back.
	enter(ctx context.Context, w *World) error
	leave(w *World)
	// jobs is how many scenarios may run at once.
	jobs() int
	// has tells whether a need of a trial is met, or why not.
	has(need string) answer
	close() error
}

// standing remembers whether the last honest exchange of a role went through. Once one did not, whatever case
// comes next must see one go through by itself: a candidate that has stopped is judged no more (rule 2).
type standing struct {
	mu      sync.Mutex
	refused bool
}

func (s *standing) note(accepted bool) {
	s.mu.Lock()
	defer s.mu.Unlock()
	s.refused = !accepted
}

func (s *standing) lost() bool {
	s.mu.Lock()
	defer s.mu.Unlock()
	return s.refused
}

// Run plays the selected trials of the candidate's scope into the journal. It returns ErrNothingSelected when
// there are none, and otherwise only errors of ours: what the candidate did is in the journal.
func Run(ctx context.Context, c Config) error {
	// The tolerance that a role declares takes the place of the profile's while it is judged: see declareSkew.
	inForce := *c.Bench.Profile
	c.Bench.Profile = &inForce
	r := &run{Config: c, bench: c.Bench, people: people{c.Bench.Profile}, texts: c.Texts, journal: c.Journal, log: c.Log}
	if r.Patience == 0 {
		r.Patience = defaultPatience
	}
	if r.log == nil {
		r.log = slog.New(slog.DiscardHandler)
	}
	r.steps = Steps()
	catalogue, err := LoadCatalogue(c.Tree)
	if err != nil {
		return err
	}
	plan, err := LoadPlan(c.Tree, catalogue)
	if err != nil {
		return err
	}
	for _, e := range c.Candidate.Exclusions() {
		if q, ok := catalogue.Of(e.Requirement); !ok || !slices.Contains(q.Roles, e.Role) {
			return fmt.Errorf("read roles.%s.excludes: %s is no requirement of that role: conformance list requirements", e.Role, e.Requirement)
		}
	}
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
func (r *run) scope(ctx context.Context, scope string, plan []Trial) (err error) {
	selected, err := r.choose(scope, plan)
	if err != nil || len(selected) == 0 {
		return err
	}
	s, err := r.side(scope)
	if err != nil {
		return err
	}
	defer func() { err = errors.Join(err, s.close()) }()
	trouble, err := s.open(ctx)
	if err != nil {
		return fmt.Errorf("open role %s: %w", scope, err)
	}
	if trouble != nil {
		return r.unjudged(*trouble, selected)
	}
	return r.play(ctx, scope, s, selected)
}

// side returns the harness's parts for a role.
func (r *run) side(scope string) (side, error) {
	switch scope {
	case "fournisseur/A", "fournisseur/P", "fournisseur/R", "operateur-service/S":
		role, mode := candidate.SplitScope(scope)
		return &providerSide{run: r, role: role, mode: mode}, nil
	case "client/A":
		return &clientSide{run: r, role: candidate.RoleClient, mode: interops.ModeA}, nil
	case "client/P":
		return &clientSide{run: r, role: candidate.RoleClient, mode: interops.ModeP}, nil
	case "client/R":
		return &clientSide{run: r, role: candidate.RoleClient, mode: interops.ModeR}, nil
	case "operateur-identification/S":
		return &clientSide{run: r, role: candidate.RoleIdentification, mode: interops.ModeS}, nil
	case "operateur-authentification/S":
		return &clientSide{run: r, role: candidate.RoleAuthentication, mode: interops.ModeS}, nil
	}
	return nil, fmt.Errorf("play %s: no features of this version play it", scope)
}

// choose retains the trials of a scope that are chosen, and says why of the others.
func (r *run) choose(scope string, plan []Trial) ([]Trial, error) {
	var selected []Trial
	for _, t := range plan {
		if t.Scope() != scope {
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
		if err := r.notRun(t, false, why); err != nil {
			return nil, err
		}
	}
	return selected, nil
}

// notRun records a trial that is not played.
func (r *run) notRun(t Trial, declared bool, why verdict.Reason) error {
	return r.journal.NotRun(verdict.NotRun{
		Address: t.Address.String(), Declared: declared, Reason: r.texts.Reason("fr", why), Why: why,
	})
}

// unjudged records a role that cannot be judged: the reason once, and every trial inconclusive.
func (r *run) unjudged(t verdict.Trouble, trials []Trial) error {
	t.Reason.Args = briefly(t.Reason.Args)
	if err := r.journal.Trouble(t); err != nil {
		return err
	}
	r.Progress.Say(r.texts.Reason("fr", t.Reason))
	for _, trial := range trials {
		c := verdict.Case{
			Address: trial.Address.String(), Requirement: trial.Row.ID, Basis: trial.Basis(), Title: trial.Name,
			Fault: trial.Fault, Verdict: verdict.Inconclusive, Why: t.Reason, Reason: r.texts.Reason("fr", t.Reason),
			Findings: []verdict.Finding{}, Started: bench.Wall(),
		}
		if err := r.journal.Case(c); err != nil {
			return err
		}
	}
	return nil
}

// play runs the trials of a role whose honest exchange went through.
func (r *run) play(ctx context.Context, scope string, s side, trials []Trial) error {
	admitted := map[string]Trial{}
	var files []string
	for _, t := range trials {
		if a := r.meets(s, t); !a.met {
			if err := r.notRun(t, a.declared, a.why); err != nil {
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
	jobs := s.jobs()
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
func (r *run) driver(d candidate.Driver, services map[string]string) access.Driver {
	return access.NewDriver(d, access.DriverConfig{Candidate: r.Candidate.Path, Services: services, Patience: r.Patience, Ask: r.Ask})
}

// declareSkew judges by the clock tolerance that the role declares (L07).
func (r *run) declareSkew(a candidate.Access) { r.bench.Profile.Time.SkewSeconds = *a.SkewSeconds }

// profileInForce is the profile that the run judges by.
func (r *run) profileInForce() *interops.Profile { return r.bench.Profile }

// meets tells whether every need of a trial is met; the first that is not gives the reason.
func (r *run) meets(s side, t Trial) answer {
	if reason, excluded := r.Candidate.Excludes(t.Role, t.Row.ID); excluded {
		return answer{why: verdict.Reason{Key: verdict.ReasonExcluded, Args: []string{reason}}, declared: true}
	}
	if !r.fieldAsked(t) {
		return agrees(false, "trace.fields")
	}
	if p, ok := s.(*providerSide); ok && !p.carries(t) {
		return declares(false, "assertion")
	}
	if r.pkiBound(t) {
		return answer{why: verdict.Reason{Key: verdict.ReasonPKIBound, Args: t.Faults()}}
	}
	for _, need := range t.Needs {
		if a := s.has(need); !a.met {
			return a
		}
	}
	return answer{met: true}
}
