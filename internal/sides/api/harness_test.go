package api_test

import (
	"os"
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
	"etalon/internal/sides/api"
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

// rig is an API to be judged: the mock one, and what is changed in what is declared of it.
type rig struct {
	flaws    []string
	selector []string
	long     bool
	out      string // folder of the run; one of the test when empty
	// edit changes the candidate file of the mock.
	edit func(string) string
}

// judge starts the API, judges it and ends it.
func (x rig) judge(t testing.TB) *verdict.Run {
	t.Helper()
	s := suiteOf(t)
	stub, err := stand.StartStub(stand.StubOptions{
		Role: candidate.RolePSCAPI, Flaws: x.flaws, Dir: t.TempDir(), PKI: s.stand.Bench.PKI, Convention: candidate.MSSConvention(),
		Profile: candidate.DefaultProfile("current"), Seed: bench.Seed(t.Name()),
	})
	if err != nil {
		t.Fatal(err)
	}
	defer func() {
		if err := stub.Close(); err != nil {
			t.Error(err)
		}
	}()
	if x.edit != nil {
		raw, err := os.ReadFile(stub.Candidate)
		if err == nil {
			err = os.WriteFile(stub.Candidate, []byte(x.edit(string(raw))), 0o600)
		}
		if err != nil {
			t.Fatal(err)
		}
	}
	return x.run(t, stub.Candidate)
}

// run judges the candidate of a file.
func (x rig) run(t testing.TB, file string) *verdict.Run {
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
	selection, err := scenario.ParseSelection(x.selector)
	if err != nil {
		t.Fatal(err)
	}
	if x.out == "" {
		x.out = filepath.Join(t.TempDir(), "run")
	}
	run, err := scenario.Judgement{
		Config: scenario.Config{
			Domains: []scenario.Domain{api.Domain()}, Candidate: c, Bench: b, Tree: features.FS, Texts: s.texts, Selection: selection,
			Long: x.long, Progress: scenario.Quiet{}, Patience: 5 * time.Second,
		},
		Catalogue: s.catalogue, Out: x.out,
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

// failed lists the requirements that findings name.
func failed(run *verdict.Run) []string {
	var all []string
	for _, c := range run.Cases {
		for _, f := range c.Findings {
			if !slices.Contains(all, f.Requirement) {
				all = append(all, f.Requirement)
			}
		}
	}
	slices.Sort(all)
	return all
}

// told says of each case that did not pass why.
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

func TestHonestAPI(t *testing.T) {
	run := rig{}.judge(t)
	if len(run.Trouble) > 0 || len(run.Cases) != 24 {
		t.Errorf("%d cases played, not run %+v", len(run.Cases), run.NotRun)
	}
	for _, c := range run.Cases {
		if c.Verdict != verdict.Pass {
			t.Errorf("%s: %s, %s %+v", c.Address, c.Verdict, c.Reason, c.Findings)
		}
	}
	told(t, run)
}

// Each flaw fails the requirements that it must, and no other.
func TestFlawsAreCaught(t *testing.T) {
	for _, f := range stand.Flaws("api-psc/-") {
		t.Run(f.Name, func(t *testing.T) {
			t.Parallel()
			run := rig{flaws: []string{f.Name}}.judge(t)
			got := failed(run)
			for _, id := range f.Must {
				if !slices.Contains(got, id) {
					t.Errorf("%s is not failed", id)
				}
			}
			for _, id := range got {
				if !slices.Contains(f.Must, id) && !slices.Contains(f.May, id) {
					t.Errorf("%s is failed wrongly", id)
				}
			}
			if len(run.Trouble) > 0 {
				t.Error("trouble")
			}
			if t.Failed() {
				told(t, run)
			}
		})
	}
}
