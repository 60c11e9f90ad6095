// Package sidetest is for tests alone: it judges a candidate in a role without mode, a mock one with its flaws or that of a
// file, on what the tests of a side share, which is read once: the texts, the catalogue, the plan and a test PKI. What was
// found is the business of the tests.
package sidetest

import (
	"os"
	"slices"
	"strings"
	"sync"
	"testing"
	"time"

	"etalon/features"
	"etalon/internal/bench"
	"etalon/internal/bench/benchtest"
	"etalon/internal/candidate"
	"etalon/internal/report"
	"etalon/internal/scenario"
	"etalon/internal/stand"
	"etalon/internal/verdict"
)

// Suite is what every test of a package judges with.
type Suite struct {
	Texts     report.Texts
	Catalogue scenario.Catalogue
	Plan      []scenario.Trial
	Stand     *stand.Stand
}

var load = sync.OnceValues(func() (*Suite, error) {
	s := &Suite{}
	var err error
	if s.Texts, err = report.LoadTexts(features.FS); err != nil {
		return nil, err
	}
	if s.Catalogue, err = scenario.LoadCatalogue(features.FS); err != nil {
		return nil, err
	}
	if s.Plan, err = scenario.LoadPlan(features.FS, s.Catalogue); err != nil {
		return nil, err
	}
	s.Stand, err = stand.Open("127.0.0.1:0", "", candidate.MSSConvention(), candidate.DefaultProfile("current"), "test")
	return s, err
})

// Main is the TestMain of a side: it makes sure that whatever runs and mocks start is ended with them.
func Main(m *testing.M) {
	benchtest.Main(m, func() {
		if s, err := load(); err == nil {
			_ = s.Stand.Close()
		}
	})
}

// Of returns the suite.
func Of(t testing.TB) *Suite {
	t.Helper()
	s, err := load()
	if err != nil {
		t.Fatal(err)
	}
	return s
}

// Rig is a candidate to be judged, and how.
type Rig struct {
	// Role is that of the mock candidate, with its Flaws; File a candidate file in its place.
	Role  candidate.Role
	Flaws []string
	File  string
	// Edit changes the text of the candidate file, Declare what was read of it.
	Edit    func(string) string
	Declare func(*candidate.Candidate)
	// Apart judges on a stand of its own, with the test PKI that the file names, in the place of the suite's.
	Apart bool
	// Only are requirements, or selectors where there is a stroke in them; all when empty.
	Only     []string
	Long     bool
	Patience time.Duration // 10 s when zero
	Domains  []scenario.Domain
	Out      string // folder of the run; one of the test when empty
}

// Judge starts the mock where there is no file, judges the candidate, and ends what it started. Every label and every rule
// of the run must have its text.
func (x Rig) Judge(t testing.TB) *verdict.Run {
	t.Helper()
	if x.File == "" {
		stub := x.mock(t)
		x.File = stub.Candidate
		defer func() {
			if err := stub.Close(); err != nil {
				t.Error(err)
			}
		}()
	}
	if x.Edit != nil {
		Edit(t, x.File, x.Edit)
	}
	s := Of(t)
	run, err := x.judgement(t, s).Judge(t.Context())
	if err != nil {
		t.Fatal(err)
	}
	s.told(t, run)
	return run
}

// mock starts the mock candidate.
func (x Rig) mock(t testing.TB) *stand.Stub {
	t.Helper()
	stub, err := stand.StartStub(stand.StubOptions{
		Role: x.Role, Flaws: x.Flaws, Dir: t.TempDir(), PKI: Of(t).Stand.Bench.PKI, Convention: candidate.MSSConvention(),
		Profile: candidate.DefaultProfile("current"), Seed: bench.Seed(t.Name()),
	})
	if err != nil {
		t.Fatal(err)
	}
	return stub
}

// judgement is that of the candidate of the file.
func (x Rig) judgement(t testing.TB, s *Suite) scenario.Judgement {
	t.Helper()
	c, err := candidate.Load(x.File)
	if err != nil {
		t.Fatal(err)
	}
	if x.Declare != nil {
		x.Declare(c)
	}
	b := x.bench(t, s, c)
	selection, err := scenario.ParseSelection(selectors(x.Only))
	if err != nil {
		t.Fatal(err)
	}
	if x.Patience == 0 {
		x.Patience = 10 * time.Second
	}
	return scenario.Judgement{
		Config: scenario.Config{
			Domains: x.Domains, Candidate: c, Bench: b, Tree: features.FS, Texts: s.Texts, Selection: selection,
			Long: x.Long, Progress: scenario.Quiet{}, Patience: x.Patience,
		},
		Catalogue: s.Catalogue, Plan: s.Plan, Out: x.Out,
	}
}

// bench is what the judge stands on.
func (x Rig) bench(t testing.TB, s *Suite, c *candidate.Candidate) *bench.Bench {
	t.Helper()
	if x.Apart {
		own, err := stand.For(c, bench.Seed(t.Name()))
		if err != nil {
			t.Fatal(err)
		}
		t.Cleanup(func() { _ = own.Close() })
		return own.Bench
	}
	b, err := bench.New(c.Convention, &c.Profile.Profile, s.Stand.Bench.PKI, bench.Seed(t.Name()+" judge"))
	if err != nil {
		t.Fatal(err)
	}
	return b
}

// selectors makes selectors of requirements.
func selectors(only []string) []string {
	var all []string
	for _, name := range only {
		if !strings.Contains(name, "/") {
			name = "*/*/" + name
		}
		all = append(all, name)
	}
	return all
}

// told wants a text for every label of a run, and for every rule.
func (s *Suite) told(t testing.TB, run *verdict.Run) {
	t.Helper()
	for _, c := range run.Cases {
		for _, e := range c.Exchanges {
			if key := "label." + e.Label; s.Texts.Word("en", key) == key {
				t.Errorf("%s: no text for the label %q", c.Address, e.Label)
			}
		}
		for _, f := range c.Findings {
			if title := s.Texts.Rule(f).Title.FR; title == "" || title == f.Rule {
				t.Errorf("%s: no text for the rule %s of %s", c.Address, f.Rule, f.Requirement)
			}
		}
	}
}

// Edit changes a file.
func Edit(t testing.TB, name string, change func(string) string) {
	t.Helper()
	raw, err := os.ReadFile(name)
	if err == nil {
		err = os.WriteFile(name, []byte(change(string(raw))), 0o600)
	}
	if err != nil {
		t.Fatal(err)
	}
}

// Failed lists the requirements that a run found failed, sorted.
func Failed(run *verdict.Run) []string {
	var all []string
	for _, q := range run.Requirements {
		if q.Verdict == verdict.Fail {
			all = append(all, q.ID)
		}
	}
	slices.Sort(all)
	return all
}

// Accused lists the requirements that findings name, sorted.
func Accused(run *verdict.Run) []string {
	var all []string
	for _, c := range run.Cases {
		for _, f := range c.Findings {
			all = append(all, f.Requirement)
		}
	}
	slices.Sort(all)
	return slices.Compact(all)
}

// CaseOf finds the case of a run by the part of its address after the mode.
func CaseOf(t testing.TB, run *verdict.Run, short string) verdict.Case {
	t.Helper()
	for _, c := range run.Cases {
		if strings.HasSuffix(c.Address, "/"+short) {
			return c
		}
	}
	t.Fatalf("%s was not played", short)
	return verdict.Case{}
}

// Told logs the troubles of a run and each case that did not pass.
func Told(t testing.TB, run *verdict.Run) {
	t.Helper()
	for _, trouble := range run.Trouble {
		t.Logf("trouble %+v", trouble)
	}
	for _, c := range run.Cases {
		if c.Verdict != verdict.Pass {
			t.Logf("%s: %s, %s %+v", c.Address, c.Verdict, c.Reason, c.Findings)
		}
	}
}

// Caught wants a flaw to have failed what it must, and nothing but what it may too.
func Caught(t testing.TB, run *verdict.Run, failed, must, may []string) {
	t.Helper()
	for _, id := range must {
		if !slices.Contains(failed, id) {
			t.Errorf("%s is not failed", id)
		}
	}
	for _, id := range failed {
		if !slices.Contains(must, id) && !slices.Contains(may, id) {
			t.Errorf("%s is failed wrongly", id)
		}
	}
	if len(run.Trouble) > 0 || t.Failed() {
		Told(t, run)
	}
}
