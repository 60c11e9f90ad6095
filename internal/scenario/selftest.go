package scenario

import (
	"cmp"
	"context"
	"fmt"
	"io/fs"
	"os"
	"path/filepath"
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
	Jobs      int      // stubs at once; 2 when zero
	// Told is called after each stub. May be nil.
	Told func(scope string, f FlawResult)
}

// KillTable is the outcome of a self-test.
type KillTable struct {
	Flaws       int          `json:"flaws"`
	Caught      int          `json:"caught"`
	Survivors   []string     `json:"survivors"`    // flaws that did not fail their whole must set
	FalseAlarms []string     `json:"false_alarms"` // failures outside must and may, or on an honest stub
	Doubts      []string     `json:"doubts"`       // cases of an honest stub that could not be judged
	Roles       []RoleResult `json:"roles"`
}

// RoleResult is the part of one role in one mode.
type RoleResult struct {
	Role  string       `json:"role"`
	Mode  string       `json:"mode"`
	Cases int          `json:"cases"` // played against the honest stub
	Flaws []FlawResult `json:"flaws"`
}

// FlawResult is what became of one flaw.
type FlawResult struct {
	Name   string   `json:"name"`
	Must   []string `json:"must"`
	May    []string `json:"may"`
	Failed []string `json:"failed"`
	Caught bool     `json:"caught"`
}

// Sound tells whether nothing survived and nobody was accused wrongly.
func (t KillTable) Sound() bool {
	return len(t.Survivors) == 0 && len(t.FalseAlarms) == 0 && len(t.Doubts) == 0
}

// Run plays the self-test. The error means that it could not be played.
func (s Selftest) Run(ctx context.Context) (KillTable, error) {
	if len(s.Scopes) == 0 {
		s.Scopes = stand.MockScopes("")
	}
	table := KillTable{Survivors: []string{}, FalseAlarms: []string{}, Doubts: []string{}}
	stands := map[string]*stand.Stand{} // one test PKI for each convention
	for _, scope := range s.Scopes {
		_, mode := candidate.SplitScope(scope)
		convention, name := stand.ConventionOf(mode)
		if stands[name] == nil {
			opened, err := stand.Open("127.0.0.1:0", "", convention, candidate.DefaultProfile("current"), "selftest")
			if err != nil {
				return table, err
			}
			defer opened.Close()
			stands[name] = opened
		}
		result, err := s.scope(ctx, scope, stands[name].Bench.PKI, &table)
		if err != nil {
			return table, err
		}
		table.Roles = append(table.Roles, result)
	}
	return table, nil
}

// scope plays the stub of one role in one mode, honest then flawed; honest once in each transport that a flaw needs.
func (s Selftest) scope(ctx context.Context, scope string, set *pki.Set, table *KillTable) (RoleResult, error) {
	role, mode := candidate.SplitScope(scope)
	result := RoleResult{Role: string(role), Mode: string(mode), Flaws: []FlawResult{}}
	if len(s.Flaws) == 0 {
		for _, transport := range transports(scope) {
			run, err := s.play(ctx, scope, transport, nil, Selection{}, set)
			if err != nil {
				return result, err
			}
			result.Cases += len(run.Cases)
			table.honest(strings.TrimSuffix(scope+" "+transport, " "), run)
		}
	}
	flaws := slices.DeleteFunc(stand.Flaws(scope), func(f stand.Flaw) bool { return len(s.Flaws) > 0 && !slices.Contains(s.Flaws, f.Name) })
	outcomes, errs := make([]FlawResult, len(flaws)), make([]error, len(flaws))
	slots := make(chan struct{}, max(s.Jobs, 2))
	var wait sync.WaitGroup
	for i, f := range flaws {
		slots <- struct{}{}
		wait.Go(func() {
			defer func() { <-slots }()
			outcomes[i], errs[i] = s.flaw(ctx, scope, f, set)
		})
	}
	wait.Wait()
	if err := cmp.Or(errs...); err != nil {
		return result, err
	}
	for _, o := range outcomes {
		table.enter(scope, o)
		result.Flaws = append(result.Flaws, o)
	}
	return result, nil
}

// honest weighs the honest stub: any failure is a false alarm, any doubt a hole.
func (t *KillTable) honest(scope string, run *verdict.Run) {
	for _, c := range run.Cases {
		for _, f := range c.Findings {
			t.FalseAlarms = append(t.FalseAlarms, fmt.Sprintf("%s (honnête) %s: %s %s, %q au lieu de %q", scope, c.Address, f.Requirement, f.Rule, f.Got, f.Want))
		}
		if c.Verdict == verdict.Inconclusive {
			t.Doubts = append(t.Doubts, c.Address+": "+c.Reason)
		}
	}
	for _, trouble := range run.Trouble {
		t.Doubts = append(t.Doubts, trouble.Scope+": "+trouble.Reason.Key+" "+strings.Join(trouble.Reason.Args, ", "))
	}
}

// enter weighs one flaw.
func (t *KillTable) enter(scope string, o FlawResult) {
	t.Flaws++
	if o.Caught {
		t.Caught++
	} else {
		t.Survivors = append(t.Survivors, scope+"/"+o.Name)
	}
	for _, failed := range o.Failed {
		if !slices.Contains(o.Must, failed) && !slices.Contains(o.May, failed) {
			t.FalseAlarms = append(t.FalseAlarms, scope+"/"+o.Name+": "+failed)
		}
	}
}

// flaw plays one flaw.
func (s Selftest) flaw(ctx context.Context, scope string, f stand.Flaw, set *pki.Set) (FlawResult, error) {
	var selection Selection
	if !s.Full {
		role, mode := candidate.SplitScope(scope)
		for _, id := range slices.Concat(f.Must, f.May) {
			selection.Selectors = append(selection.Selectors, Selector{role: string(role), mode: string(mode), trial: id})
		}
	}
	run, err := s.play(ctx, scope, f.Transport, []string{f.Name}, selection, set)
	if err != nil {
		return FlawResult{}, fmt.Errorf("play flaw %s: %w", f.Name, err)
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
	return o, nil
}

// play runs the plan, or a part of it, against one stub in a folder of its own.
func (s Selftest) play(ctx context.Context, scope, transport string, flaws []string, selection Selection, set *pki.Set) (*verdict.Run, error) {
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
			Candidate: c, Bench: b, Tree: s.Tree, Domains: s.Domains, Texts: s.Texts, Selection: selection, Progress: Quiet{}, Long: true,
		},
		Catalogue: s.Catalogue, Out: filepath.Join(dir, "run"),
	}.Judge(ctx)
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
