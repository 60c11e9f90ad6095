package mta_test

import (
	"path/filepath"
	"slices"
	"sync"
	"testing"
	"time"

	"etalon/features"
	"etalon/internal/bench"
	"etalon/internal/bench/benchtest"
	"etalon/internal/candidate"
	"etalon/internal/report"
	"etalon/internal/scenario"
	"etalon/internal/sides/mta"
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
	s.stand, err = stand.Open("127.0.0.1:0", "", candidate.MSSConvention(), candidate.DefaultProfile("current"), "test")
	return s, err
})

// rig is a mock operator to be judged, and how.
type rig struct {
	flaws    []string
	selector []string
	long     bool
	patience time.Duration
	// declare changes what is declared of it.
	declare func(*candidate.Candidate)
}

// judge starts the operator, judges it and ends it.
func (x rig) judge(t testing.TB) *verdict.Run {
	t.Helper()
	s, err := loadSuite()
	if err != nil {
		t.Fatal(err)
	}
	dir := t.TempDir()
	stub, err := stand.StartStub(stand.StubOptions{
		Role: candidate.RoleMSSOperator, Flaws: x.flaws, Dir: dir, PKI: s.stand.Bench.PKI, Convention: candidate.MSSConvention(),
		Profile: candidate.DefaultProfile("current"), Seed: bench.Seed(t.Name()),
	})
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() {
		if err := stub.Close(); err != nil {
			t.Error(err)
		}
	})
	c, err := candidate.Load(stub.Candidate)
	if err != nil {
		t.Fatal(err)
	}
	if x.declare != nil {
		x.declare(c)
	}
	return x.run(t, c, filepath.Join(dir, "run"))
}

// run judges a candidate.
func (x rig) run(t testing.TB, c *candidate.Candidate, out string) *verdict.Run {
	t.Helper()
	s, err := loadSuite()
	if err != nil {
		t.Fatal(err)
	}
	b, err := bench.New(c.Convention, &c.Profile.Profile, s.stand.Bench.PKI, bench.Seed(t.Name()+" judge"))
	if err != nil {
		t.Fatal(err)
	}
	selection, err := scenario.ParseSelection(x.selector)
	if err != nil {
		t.Fatal(err)
	}
	if x.patience == 0 {
		x.patience = 5 * time.Second
	}
	run, err := scenario.Judgement{
		Config: scenario.Config{
			Domains: []scenario.Domain{mta.Domain()}, Candidate: c, Bench: b, Tree: features.FS, Texts: s.texts, Selection: selection,
			Long: x.long, Progress: scenario.Quiet{}, Patience: x.patience,
		},
		Catalogue: s.catalogue, Out: out,
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
	}
	return run
}

// failed lists the requirements that failed.
func failed(run *verdict.Run) []string {
	var all []string
	for _, c := range run.Cases {
		for _, f := range c.Findings {
			if !slices.Contains(all, f.Requirement) {
				all = append(all, f.Requirement)
			}
		}
	}
	return all
}

// told shows what was judged otherwise than passed.
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
