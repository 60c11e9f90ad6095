package lps_test

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
	"etalon/internal/sides/declared"
	"etalon/internal/sides/lps"
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

// mock starts the mock program with flaws, and judges it on some requirements; all when there are none.
func mock(t testing.TB, flaws []string, requirements ...string) *verdict.Run {
	t.Helper()
	s := suiteOf(t)
	convention, _ := stand.ConventionOf(candidate.NoMode)
	stub, err := stand.StartStub(stand.StubOptions{
		Role: candidate.RoleLPS, Flaws: flaws, Dir: t.TempDir(), PKI: s.stand.Bench.PKI, Convention: convention,
		Profile: candidate.DefaultProfile("current"), Seed: bench.Seed(t.Name()),
	})
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { _ = stub.Close() })
	return judge(t, stub.Candidate, requirements...)
}

// judge judges the candidate of a file.
func judge(t testing.TB, file string, requirements ...string) *verdict.Run {
	t.Helper()
	s := suiteOf(t)
	c, err := candidate.Load(file)
	if err != nil {
		t.Fatal(err)
	}
	b, err := bench.New(c.Convention, &c.Profile.Profile, s.stand.Bench.PKI, bench.Seed(t.Name()+" judge"))
	if err != nil {
		t.Fatal(err)
	}
	var selectors []string
	for _, r := range requirements {
		selectors = append(selectors, "*/*/"+r)
	}
	selection, err := scenario.ParseSelection(selectors)
	if err != nil {
		t.Fatal(err)
	}
	run, err := scenario.Judgement{
		Config: scenario.Config{
			Domains: []scenario.Domain{lps.Domain(), declared.Domain()}, Candidate: c, Bench: b, Tree: features.FS, Texts: s.texts, Selection: selection,
			Progress: scenario.Quiet{}, Patience: 10 * time.Second,
		},
		Catalogue: s.catalogue, Out: filepath.Join(t.TempDir(), "run"),
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
	for _, q := range run.Requirements {
		if q.Verdict == verdict.Fail {
			all = append(all, q.ID)
		}
	}
	slices.Sort(all)
	return all
}

// told tells what became of each case that did not pass.
func told(t testing.TB, run *verdict.Run) {
	t.Helper()
	for _, trouble := range run.Trouble {
		t.Logf("trouble %+v", trouble)
	}
	for _, c := range run.Cases {
		if c.Verdict == verdict.Pass {
			continue
		}
		var found []string
		for _, f := range c.Findings {
			found = append(found, f.Requirement+" "+f.Rule+": wanted "+f.Want+", got "+f.Got)
		}
		t.Logf("%s: %s, %s [%s]", c.Address, c.Verdict, c.Reason, strings.Join(found, "; "))
	}
}
