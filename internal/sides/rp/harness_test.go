package rp_test

import (
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
	"etalon/internal/sides/rp"
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

func suiteOf(t testing.TB) *suite {
	t.Helper()
	s, err := loadSuite()
	if err != nil {
		t.Fatal(err)
	}
	return s
}

// rig is a service to be judged: the mock one, or that of a file.
type rig struct {
	flaws, selector []string
	// edit changes the lines of the candidate file.
	edit func(string) string
	file string
}

// judge starts the mock service, judges it and ends it.
func (x rig) judge(t testing.TB) *verdict.Run {
	t.Helper()
	s := suiteOf(t)
	dir := t.TempDir()
	if x.file == "" {
		stub, err := stand.StartStub(stand.StubOptions{
			Role: candidate.RolePSCService, Flaws: x.flaws, Dir: dir, PKI: s.stand.Bench.PKI, Convention: candidate.MSSConvention(),
			Profile: candidate.DefaultProfile("current"), Seed: bench.Seed(t.Name()),
		})
		if err != nil {
			t.Fatal(err)
		}
		t.Cleanup(func() { _ = stub.Close() })
		x.file = stub.Candidate
	}
	if x.edit != nil {
		edited(t, x.file, x.edit)
	}
	return x.run(t, filepath.Join(dir, "run"))
}

// run judges the candidate of the file.
func (x rig) run(t testing.TB, out string) *verdict.Run {
	t.Helper()
	s := suiteOf(t)
	c, err := candidate.Load(x.file)
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
	run, err := scenario.Judgement{
		Config: scenario.Config{
			Domains: []scenario.Domain{rp.Domain()}, Candidate: c, Bench: b, Tree: features.FS, Texts: s.texts, Selection: selection,
			Progress: scenario.Quiet{}, Patience: 10 * time.Second,
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

// only selects requirements.
func only(requirements ...string) []string {
	var all []string
	for _, r := range requirements {
		all = append(all, "service-psc/-/"+r)
	}
	return all
}

// failed lists the requirements of the role that a run found failed, and those without verdict.
func failed(run *verdict.Run) (failed, unclear []string) {
	for _, r := range run.Requirements {
		switch {
		case !strings.HasPrefix(r.ID, "PSC-"):
		case r.Verdict == verdict.Fail:
			failed = append(failed, r.ID)
		case r.Verdict == verdict.Inconclusive && slices.ContainsFunc(run.Cases, func(c verdict.Case) bool { return c.Requirement == r.ID }):
			unclear = append(unclear, r.ID)
		}
	}
	return failed, unclear
}

// told logs what a run found.
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
