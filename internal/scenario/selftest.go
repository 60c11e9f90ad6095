package scenario

import (
	"cmp"
	"context"
	"errors"
	"io/fs"
	"os"
	"slices"
	"strings"
	"sync"

	"etalon/internal/bench"
	"etalon/internal/candidate"
	"etalon/internal/pki"
	"etalon/internal/report"
	"etalon/internal/stand"
	"etalon/internal/verdict"
)

// Selftest judges the judge (rule 4): the honest stubs on the whole plan, and each flaw on its expected set.
type Selftest struct {
	Tree      fs.FS
	Domains   []Domain
	Texts     report.Texts
	Catalogue Catalogue
	Scopes    []string // ROLE/MODE; all that have a mock candidate when empty
	Flaws     []string // all when empty
	Full      bool     // each flaw on the whole plan
	// Long plays the cases over ten seconds of the roles without mode too, which wait for real: half an hour. Otherwise a
	// flaw that no shorter case shows is played on its long ones.
	Long bool
	Jobs int     // stubs at once; 2 when zero
	Plan []Trial // of the whole tree; read from it when nil
	// Told is called after each stub. May be nil.
	Told func(scope string, f FlawResult)
}

// part is one stub to play: honest, in a transport, or with one flaw; and what became of it.
type part struct {
	scope, transport string
	flaw             *stand.Flaw // nil when honest
	set              *pki.Set

	played int // cases
	weighs KillTable
	result FlawResult
	// undecided tells of a flaw that was not caught because the judge could not conclude: a trial that measures time, beside stubs
	// that took the processor. It is played again alone.
	undecided bool
}

// Run plays the self-test: all stubs of all scopes in one pool, the honest ones first, as they take longest. The table
// keeps the order of the scopes. The error means that it could not be played.
func (s Selftest) Run(ctx context.Context) (KillTable, error) {
	if len(s.Scopes) == 0 {
		s.Scopes = stand.MockScopes("")
	}
	s.Scopes = once(s.Scopes)
	if s.Plan == nil {
		var err error
		if s.Plan, err = LoadPlan(s.Tree, s.Catalogue); err != nil {
			return KillTable{}, err
		}
	}
	parts, closeAll, err := s.parts()
	defer closeAll()
	if err != nil {
		return KillTable{}, err
	}
	bounded, stop := context.WithCancelCause(ctx)
	defer stop(nil)
	busy, quiet := s.apart(inTurn(parts))
	s.atOnce(bounded, stop, busy)
	s.atOnce(bounded, stop, quiet)
	for _, p := range parts {
		if p.undecided && bounded.Err() == nil {
			p.weighs = KillTable{}
			if err := s.part(bounded, p); err != nil {
				stop(err)
			}
		}
	}
	return tableOf(s.Scopes, parts), context.Cause(bounded)
}

// apart takes out the flaws that only a case shows that waits for real: it measures time, and is played beside others that wait,
// when nothing takes the processor any more.
func (s Selftest) apart(parts []*part) (busy, quiet []*part) {
	for _, p := range parts {
		if _, mode := candidate.SplitScope(p.scope); p.flaw != nil && mode == candidate.NoMode && s.waits(p.scope, p.flaw.Must...) {
			quiet = append(quiet, p)
		} else {
			busy = append(busy, p)
		}
	}
	return busy, quiet
}

// atOnce plays the parts in one pool, until one cannot be played.
func (s Selftest) atOnce(ctx context.Context, stop context.CancelCauseFunc, parts []*part) {
	slots := make(chan struct{}, max(s.Jobs, 2))
	var wait sync.WaitGroup
	for _, p := range parts {
		slots <- struct{}{}
		wait.Go(func() {
			defer func() { <-slots }()
			if ctx.Err() != nil {
				return
			}
			if err := s.part(ctx, p); err != nil {
				stop(err)
			}
		})
	}
	wait.Wait()
}

// parts lists what there is to play, in the order of the scopes, on one test PKI for each convention; the function closes
// those.
func (s Selftest) parts() (parts []*part, closeAll func(), err error) {
	stands := map[string]*stand.Stand{}
	closeAll = func() {
		for _, opened := range stands {
			_ = opened.Close()
		}
	}
	for _, scope := range s.Scopes {
		_, mode := candidate.SplitScope(scope)
		convention, name := stand.ConventionOf(mode)
		if stands[name] == nil {
			opened, err := stand.Open("127.0.0.1:0", "", convention, candidate.DefaultProfile("current"), "selftest")
			if err != nil {
				return nil, closeAll, err
			}
			stands[name] = opened
		}
		set := stands[name].Bench.PKI
		if len(s.Flaws) == 0 {
			for _, transport := range transports(scope) {
				parts = append(parts, &part{scope: scope, transport: transport, set: set})
			}
		}
		for _, f := range stand.Flaws(scope) {
			if len(s.Flaws) == 0 || slices.Contains(s.Flaws, f.Name) {
				parts = append(parts, &part{scope: scope, transport: f.Transport, flaw: &f, set: set})
			}
		}
	}
	return parts, closeAll, nil
}

// inTurn puts the honest stubs first, on which the whole plan is played, then the flawed ones of all scopes evenly mixed: those
// that mostly wait beside those that mostly compute.
func inTurn(parts []*part) []*part {
	of := map[string]int{}
	for _, p := range parts {
		of[p.scope]++
	}
	began, turn := map[string]int{}, map[*part]float64{}
	for _, p := range parts {
		began[p.scope]++
		if p.flaw != nil {
			turn[p] = float64(began[p.scope]) / float64(of[p.scope])
		}
	}
	sorted := slices.Clone(parts)
	slices.SortStableFunc(sorted, func(a, b *part) int { return cmp.Compare(turn[a], turn[b]) })
	return sorted
}

// part plays one stub and weighs what was found.
func (s Selftest) part(ctx context.Context, p *part) error {
	if p.flaw != nil {
		result, run, err := s.flaw(ctx, p.scope, *p.flaw, p.set)
		p.result, p.undecided = result, !result.Caught && undecided(run, p.flaw.Must)
		p.weighs.enter(p.scope, result)
		return err
	}
	run, err := s.play(ctx, p.scope, p.transport, nil, s.selection(p.scope), s.waits(p.scope), p.set)
	if err != nil {
		return err
	}
	p.played = len(run.Cases)
	p.weighs.honest(strings.TrimSuffix(p.scope+" "+p.transport, " "), run)
	return nil
}

// selection chooses the whole plan of a scope, or its trials of some requirements.
func (s Selftest) selection(scope string, requirements ...string) Selection {
	role, mode := candidate.SplitScope(scope)
	of := Selector{role: string(role), mode: string(mode), trial: "*"}
	if len(requirements) == 0 {
		return Selection{Selectors: []Selector{of}}
	}
	var chosen Selection
	for _, of.trial = range requirements {
		chosen.Selectors = append(chosen.Selectors, of)
	}
	return chosen
}

// waits tells whether long cases are played in a scope: those of a role without mode if they are asked for, or if one of
// these requirements has no other.
func (s Selftest) waits(scope string, requirements ...string) bool {
	if _, mode := candidate.SplitScope(scope); mode != candidate.NoMode || s.Long {
		return true
	}
	return slices.ContainsFunc(requirements, func(id string) bool {
		short := func(t Trial) bool { return t.Scope() == scope && t.Row.ID == id && !t.Long }
		return !slices.ContainsFunc(s.Plan, short)
	})
}

// undecided tells whether a run has no conclusion on one of some requirements.
func undecided(run *verdict.Run, requirements []string) bool {
	return run != nil && slices.ContainsFunc(run.Requirements, func(q verdict.RequirementResult) bool {
		return q.Verdict == verdict.Inconclusive && slices.Contains(requirements, q.ID)
	})
}

// flaw plays one flaw.
func (s Selftest) flaw(ctx context.Context, scope string, f stand.Flaw, set *pki.Set) (FlawResult, *verdict.Run, error) {
	selection := s.selection(scope)
	if !s.Full {
		selection = s.selection(scope, slices.Concat(f.Must, f.May)...)
	}
	run, err := s.play(ctx, scope, f.Transport, []string{f.Name}, selection, s.waits(scope, f.Must...), set)
	if errors.Is(err, ErrNothingSelected) {
		run, err = &verdict.Run{}, nil // nothing plays its requirements: it survives
	}
	if err != nil {
		return FlawResult{}, nil, verdict.Tell("défaut %s : %s", "play flaw %s: %s", f.Name, err)
	}
	o := FlawResult{Name: f.Name, Must: f.Must, May: f.May, Failed: []string{}}
	if o.May == nil {
		o.May = []string{}
	}
	for _, q := range run.Requirements {
		if q.Verdict == verdict.Fail {
			o.Failed = append(o.Failed, q.ID)
		}
	}
	o.Caught = !slices.ContainsFunc(f.Must, func(id string) bool { return !slices.Contains(o.Failed, id) })
	if s.Told != nil {
		s.Told(scope, o)
	}
	return o, run, nil
}

// play runs the plan, or a part of it, against one stub in a folder of its own.
func (s Selftest) play(ctx context.Context, scope, transport string, flaws []string, selection Selection, long bool, set *pki.Set) (*verdict.Run, error) {
	dir, err := os.MkdirTemp("", "etalon-selftest-")
	if err != nil {
		return nil, err
	}
	defer os.RemoveAll(dir)
	role, mode := candidate.SplitScope(scope)
	seed := bench.Seed("selftest " + scope + strings.Join(flaws, " "))
	convention, _ := stand.ConventionOf(mode)
	stub, err := stand.StartStub(stand.StubOptions{
		Role: role, Mode: mode, Transport: transport, Flaws: flaws, Dir: dir, PKI: set, Convention: convention,
		Profile: candidate.DefaultProfile("current"), Seed: seed,
	})
	if err != nil {
		return nil, err
	}
	defer stub.Close()
	c, err := candidate.Load(stub.Candidate)
	if err != nil {
		return nil, err
	}
	b, err := bench.New(c.Convention, &c.Profile.Profile, set, seed+" judge")
	if err != nil {
		return nil, err
	}
	return Judgement{
		Config: Config{
			Candidate: c, Bench: b, Tree: s.Tree, Domains: s.Domains, Texts: s.Texts, Selection: selection, Progress: Quiet{}, Long: long,
		},
		Catalogue: s.Catalogue, Plan: s.Plan,
	}.Judge(ctx)
}

// once drops what is asked for twice.
func once(all []string) []string {
	var kept []string
	for _, a := range all {
		if !slices.Contains(kept, a) {
			kept = append(kept, a)
		}
	}
	return kept
}

// transports lists those in which the honest stub of a scope is played: the profile's, and those that a flaw needs.
func transports(scope string) []string {
	all := []string{""}
	for _, f := range stand.Flaws(scope) {
		if !slices.Contains(all, f.Transport) {
			all = append(all, f.Transport)
		}
	}
	return all
}
