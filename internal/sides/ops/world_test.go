package ops_test

import (
	"context"
	"slices"
	"strings"
	"sync"
	"testing"
	"time"

	"etalon/features"
	"etalon/internal/bench"
	"etalon/internal/candidate"
	"etalon/internal/interops"
	"etalon/internal/pki"
	"etalon/internal/report"
	"etalon/internal/scenario"
	"etalon/internal/sides/ops"
	"etalon/internal/stand"
	"etalon/internal/verdict"
)

// suite is what every test judges with, read once.
type suite struct {
	texts     report.Texts
	catalogue scenario.Catalogue
	plan      []scenario.Trial
	stand     *stand.Stand
	sphere    *stand.Stand // of the sphere of trust, for mode S
}

var loadSuite = sync.OnceValues(func() (*suite, error) {
	s := &suite{}
	var err error
	if s.texts, err = report.LoadTexts(features.FS); err != nil {
		return nil, err
	}
	if s.catalogue, err = scenario.LoadCatalogue(features.FS); err != nil {
		return nil, err
	}
	if s.plan, err = scenario.LoadPlan(features.FS, s.catalogue); err != nil {
		return nil, err
	}
	s.plan = slices.DeleteFunc(s.plan, func(t scenario.Trial) bool { return candidate.Role(t.Role).WithoutMode() }) // of another domain
	if s.stand, err = stand.Open("127.0.0.1:0", "", candidate.DefaultConvention(), candidate.DefaultProfile("current"), "test"); err != nil {
		return nil, err
	}
	s.sphere, err = stand.Open("127.0.0.1:0", "", candidate.SphereConvention(), candidate.DefaultProfile("current"), "test")
	return s, err
})

func suiteOf(t testing.TB) *suite {
	t.Helper()
	s, err := loadSuite()
	if err != nil {
		t.Fatal(err)
	}
	return s
}

func (s *suite) pki() *pki.Set { return s.stand.Bench.PKI }

// of returns the test PKI and the convention that the stubs of a mode play with.
func (s *suite) of(mode interops.Mode) (*pki.Set, *interops.Convention) {
	convention, _ := stand.ConventionOf(mode)
	if mode == interops.ModeS {
		return s.sphere.Bench.PKI, convention
	}
	return s.pki(), convention
}

// trial is one run of the judge against one stub.
type trial struct {
	role     candidate.Role
	mode     interops.Mode // A when empty
	carried  string        // transport of mode P; the profile's when empty
	flaws    []string
	selector []string
	seed     bench.Seed
	jobs     int
	short    bool      // leaves out the long cases
	stopped  time.Time // where the stub's clock stands; it runs when zero
	// stop ends the stub before the judge begins; change alters the configuration just before.
	stop   bool
	change func(*scenario.Config, *stand.Stub)
	dir    string // of the record; nothing is written when it is empty
}

// judge starts the stub, judges it and ends it.
func (x trial) judge(t testing.TB) *verdict.Run {
	t.Helper()
	s := suiteOf(t)
	dir := t.TempDir()
	if x.seed == "" {
		x.seed = bench.Seed(t.Name())
	}
	set, convention := s.of(x.mode)
	stub, err := stand.StartStub(stand.StubOptions{
		Role: x.role, Mode: x.mode, Transport: x.carried, Flaws: x.flaws, Dir: dir, PKI: set, Convention: convention,
		Profile: candidate.DefaultProfile("current"), Seed: x.seed, Stopped: x.stopped,
	})
	if err != nil {
		t.Fatal(err)
	}
	defer func() {
		if err := stub.Close(); err != nil {
			t.Error(err)
		}
	}()
	if x.stop {
		if err := stub.Close(); err != nil {
			t.Fatal(err)
		}
	}
	return x.run(t, stub)
}

// run judges the candidate of a stub's file.
func (x trial) run(t testing.TB, stub *stand.Stub) *verdict.Run {
	t.Helper()
	s := suiteOf(t)
	if x.seed == "" {
		x.seed = bench.Seed(t.Name())
	}
	c, err := candidate.Load(stub.Candidate)
	if err != nil {
		t.Fatal(err)
	}
	set, _ := s.of(x.mode)
	b, err := bench.New(c.Convention, &c.Profile.Profile, set, x.seed+" judge")
	if err != nil {
		t.Fatal(err)
	}
	selection, err := scenario.ParseSelection(x.selector)
	if err != nil {
		t.Fatal(err)
	}
	config := scenario.Config{
		Domains:   []scenario.Domain{ops.Domain()},
		Candidate: c, Bench: b, Tree: features.FS, Texts: s.texts, Selection: selection, Long: !x.short,
		Jobs: x.jobs, Progress: scenario.Quiet{},
	}
	if x.change != nil {
		x.change(&config, stub)
	}
	run, err := scenario.Judgement{Config: config, Catalogue: s.catalogue, Out: x.dir}.Judge(context.Background())
	if err != nil {
		t.Fatal(err)
	}
	return run
}

// failed lists the requirements that a run found failed, sorted.
func failed(run *verdict.Run) []string {
	var ids []string
	for _, q := range run.Requirements {
		if q.Verdict == verdict.Fail {
			ids = append(ids, q.ID)
		}
	}
	slices.Sort(ids)
	return ids
}

// accusations lists every finding of a run, "address requirement rule", sorted.
func accusations(run *verdict.Run) []string {
	var all []string
	for _, c := range run.Cases {
		for _, f := range c.Findings {
			all = append(all, strings.Join([]string{c.Address, f.Requirement, f.Rule, f.Got}, " "))
		}
	}
	slices.Sort(all)
	return all
}

// caseOf finds a case of a run by the part of its address after the mode.
func caseOf(t testing.TB, run *verdict.Run, name string) verdict.Case {
	t.Helper()
	for _, c := range run.Cases {
		if strings.HasSuffix(c.Address, "/"+name) {
			return c
		}
	}
	t.Fatalf("case %s: not in the run", name)
	return verdict.Case{}
}

// same compares two lists of words.
func same(t testing.TB, what string, got, want []string) {
	t.Helper()
	if !slices.Equal(got, want) {
		t.Errorf("%s:\n got %s\nwant %s", what, strings.Join(got, ", "), strings.Join(want, ", "))
	}
}
