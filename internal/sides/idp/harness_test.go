package idp_test

import (
	"context"
	"path/filepath"
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
	"etalon/internal/sides/declared"
	"etalon/internal/sides/idp"
	"etalon/internal/stand"
	"etalon/internal/verdict"
)

// TestMain makes sure that whatever runs and stubs start is ended with them.
func TestMain(m *testing.M) {
	benchtest.Main(m, func() {
		if s, err := loadSuite(); err == nil {
			_ = s.stand.Close()
		}
	})
}

// suite is what every test judges with, read once.
type suite struct {
	texts     report.Texts
	catalogue scenario.Catalogue
	plan      []scenario.Trial
	stand     *stand.Stand
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
	s.stand, err = stand.Open("127.0.0.1:0", "", candidate.MSSConvention(), candidate.DefaultProfile("current"), "test")
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

// rig is a provider to be judged: the mock one with its flaws, or that of a file.
type rig struct {
	flaws    []string
	selector []string // requirements; all when empty
	long     bool
	hasty    bool                                       // waits are cut short
	waits    func(context.Context, time.Duration) error // instead of waiting
	// declare changes what the file declares, before the run.
	declare func(*candidate.IdentityProvider)
	// file is a candidate file in the place of the mock provider's.
	file     string
	patience time.Duration
	out      string // folder of the run; one of the test when empty
}

// judge starts the mock provider, judges it and ends it.
func (x rig) judge(t testing.TB) *verdict.Run {
	t.Helper()
	s := suiteOf(t)
	dir := t.TempDir()
	if x.file == "" {
		stub, err := stand.StartStub(stand.StubOptions{
			Role: candidate.RoleIdentityProvider, Flaws: x.flaws, Dir: dir, PKI: s.stand.Bench.PKI, Convention: candidate.MSSConvention(),
			Profile: candidate.DefaultProfile("current"), Seed: bench.Seed(t.Name()),
		})
		if err != nil {
			t.Fatal(err)
		}
		t.Cleanup(func() { stub.Close() })
		x.file = stub.Candidate
	}
	c, err := candidate.Load(x.file)
	if err != nil {
		t.Fatal(err)
	}
	if x.declare != nil {
		x.declare(c.IdentityProvider)
	}
	b, err := bench.New(c.Convention, &c.Profile.Profile, s.stand.Bench.PKI, bench.Seed(t.Name()+" judge"))
	if err != nil {
		t.Fatal(err)
	}
	var selectors []string
	for _, id := range x.selector {
		selectors = append(selectors, "*/*/"+id)
	}
	selection, err := scenario.ParseSelection(selectors)
	if err != nil {
		t.Fatal(err)
	}
	played := idp.Domain()
	if x.hasty {
		played = idp.Hasty(50 * time.Millisecond)
	}
	if x.waits != nil {
		played = idp.Waiting(x.waits)
	}
	if x.patience == 0 {
		x.patience = 10 * time.Second
	}
	if x.out == "" {
		x.out = filepath.Join(dir, "run")
	}
	run, err := scenario.Judgement{
		Config: scenario.Config{
			Domains: []scenario.Domain{played, declared.Domain()}, Candidate: c, Bench: b, Tree: features.FS, Texts: s.texts, Selection: selection,
			Long: x.long, Progress: scenario.Quiet{}, Patience: x.patience,
		},
		Catalogue: s.catalogue, Plan: s.plan, Out: x.out,
	}.Judge(t.Context())
	if err != nil {
		t.Fatal(err)
	}
	for _, c := range run.Cases {
		for _, e := range c.Exchanges {
			if key := "label." + e.Label; s.texts.Word("en", key) == key {
				t.Errorf("%s: no text for the label %q", c.Address, e.Label)
			}
		}
		for _, f := range c.Findings {
			if title := s.texts.Rule(f).Title.FR; title == "" || title == f.Rule {
				t.Errorf("%s: no text for the rule %s of %s", c.Address, f.Rule, f.Requirement)
			}
		}
	}
	return run
}

// failed lists the requirements that a run finds failed.
func failed(run *verdict.Run) []string {
	var all []string
	for _, q := range run.Requirements {
		if q.Verdict == verdict.Fail {
			all = append(all, q.ID)
		}
	}
	slices.Sort(all)
	return all
}

// caseOf finds the case of an address.
func caseOf(t testing.TB, run *verdict.Run, short string) verdict.Case {
	t.Helper()
	for _, c := range run.Cases {
		if strings.HasSuffix(c.Address, "/"+short) {
			return c
		}
	}
	t.Fatalf("%s was not played", short)
	return verdict.Case{}
}

// told shows what a run saw.
func told(t testing.TB, run *verdict.Run) {
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
