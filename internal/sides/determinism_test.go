package sides_test

import (
	"bytes"
	"fmt"
	"slices"
	"strings"
	"testing"

	"etalon/features"
	"etalon/internal/bench"
	"etalon/internal/bench/benchtest"
	"etalon/internal/candidate"
	"etalon/internal/report"
	"etalon/internal/scenario"
	"etalon/internal/sides"
	"etalon/internal/stand"
	"etalon/internal/verdict"
)

// TestMain makes sure that whatever runs and mocks start is ended with them.
func TestMain(m *testing.M) { benchtest.Main(m, func() {}) }

// trialsOfEach bounds how many trials of the plan of a role are played, evenly spread over it; rolesInShort are played when the
// test is to be short.
const trialsOfEach = 8

var rolesInShort = []string{"fournisseur/A", "mss-imap/-", "api-psc/-"}

// Of every role that the harness plays, an honest mock and a flawed one: one seed and one stopped clock give one canonical
// record, octet by octet, however many cases run at once (rule 7).
func TestDeterminism(t *testing.T) {
	d := determinism{stands: map[string]*stand.Stand{}}
	var err error
	if d.texts, err = report.LoadTexts(features.FS); err != nil {
		t.Fatal(err)
	}
	if d.catalogue, err = scenario.LoadCatalogue(features.FS); err != nil {
		t.Fatal(err)
	}
	if d.plan, err = scenario.LoadPlan(features.FS, d.catalogue); err != nil {
		t.Fatal(err)
	}
	for _, scope := range stand.MockScopes("") {
		if testing.Short() && !slices.Contains(rolesInShort, scope) {
			continue
		}
		d.open(t, scope)
		flaw := d.flawOf(t, scope)
		for _, x := range []mock{
			{scope: scope, selected: d.spread(scope)},
			{scope: scope, flaws: []string{flaw.Name}, transport: flaw.Transport, selected: addresses(scope, flaw.Must), fails: flaw.Must},
		} {
			t.Run(strings.Join(append([]string{scope}, x.flaws...), "/"), func(t *testing.T) {
				t.Parallel()
				d.holds(t, x)
			})
		}
	}
}

// determinism is what the mocks of the test are judged with.
type determinism struct {
	texts     report.Texts
	catalogue scenario.Catalogue
	plan      []scenario.Trial
	stands    map[string]*stand.Stand // by the name of the convention
}

// mock is a mock candidate with the cases that are played against it.
type mock struct {
	scope, transport string
	flaws, selected  []string
	fails            []string // requirements that must be seen to fail
}

// open makes the test PKI of a role's convention, once.
func (d *determinism) open(t *testing.T, scope string) {
	t.Helper()
	_, mode := candidate.SplitScope(scope)
	convention, name := stand.ConventionOf(mode)
	if d.stands[name] != nil {
		return
	}
	opened, err := stand.Open("127.0.0.1:0", "", convention, candidate.DefaultProfile("current"), "one seed")
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { _ = opened.Close() })
	d.stands[name] = opened
}

// spread selects some trials of a role, the same each time, from the first to the last of its plan.
func (d *determinism) spread(scope string) (selected []string) {
	var all []string
	for _, trial := range d.plan {
		if trial.Scope() == scope && !trial.Long {
			all = append(all, trial.Address.String())
		}
	}
	for i := range min(trialsOfEach, len(all)) {
		selected = append(selected, all[i*len(all)/min(trialsOfEach, len(all))])
	}
	return selected
}

// flawOf is a flaw of a role's mock that short cases show: the one in the middle of the list, or the next.
func (d *determinism) flawOf(t *testing.T, scope string) stand.Flaw {
	t.Helper()
	all := stand.Flaws(scope)
	for i := range all {
		f := all[(len(all)/2+i)%len(all)]
		long := func(id string) bool {
			return !slices.ContainsFunc(d.plan, func(x scenario.Trial) bool { return x.Scope() == scope && x.Row.ID == id && !x.Long })
		}
		if !slices.ContainsFunc(f.Must, long) {
			return f
		}
	}
	t.Fatalf("%s: no flaw that short cases show", scope)
	return stand.Flaw{}
}

func addresses(scope string, requirements []string) (all []string) {
	for _, id := range requirements {
		all = append(all, scope+"/"+id)
	}
	return all
}

// holds judges a mock twice, one case at a time and four at once.
func (d *determinism) holds(t *testing.T, x mock) {
	var first []byte
	var earlier *verdict.Run
	for _, jobs := range []int{1, 4} {
		run := d.judge(t, x, jobs)
		if len(run.Trouble) > 0 || len(run.Cases) == 0 {
			t.Fatalf("%d cases judged, trouble %v", len(run.Cases), run.Trouble)
		}
		for _, c := range run.Cases {
			if len(x.flaws) == 0 && (c.Verdict == verdict.Fail || c.Verdict == verdict.Inconclusive) {
				t.Errorf("%s of an honest mock: %s %v %+v", c.Address, c.Verdict, c.Why, c.Findings)
			}
		}
		for _, q := range run.Requirements {
			if slices.Contains(x.fails, q.ID) && q.Verdict != verdict.Fail {
				t.Errorf("%s of a mock that neglects it: %s", q.ID, q.Verdict)
			}
		}
		got, err := verdict.Canonical(run)
		if err != nil {
			t.Fatal(err)
		}
		if first == nil {
			first, earlier = got, run
		}
		if told := report.Compare(earlier, run); told.Same != len(run.Cases) || told.Worse() {
			t.Errorf("%d jobs: conformance diff tells %d of %d cases the same", jobs, told.Same, len(run.Cases))
		}
		if !bytes.Equal(first, got) {
			t.Fatalf("%d jobs: %s", jobs, firstDifference(first, got))
		}
	}
}

// began is where the clocks stand.
var began = bench.Wall()

// judge starts the mock, judges it and ends it.
func (d *determinism) judge(t *testing.T, x mock, jobs int) *verdict.Run {
	t.Helper()
	role, mode := candidate.SplitScope(x.scope)
	convention, name := stand.ConventionOf(mode)
	set := d.stands[name].Bench.PKI
	stub, err := stand.StartStub(stand.StubOptions{
		Role: role, Mode: mode, Transport: x.transport, Flaws: x.flaws, Dir: t.TempDir(), PKI: set, Convention: convention,
		Profile: candidate.DefaultProfile("current"), Seed: "one seed", Stopped: began,
	})
	if err != nil {
		t.Fatal(err)
	}
	defer func() {
		if err := stub.Close(); err != nil {
			t.Error(err)
		}
	}()
	c, err := candidate.Load(stub.Candidate)
	if err != nil {
		t.Fatal(err)
	}
	b, err := bench.New(c.Convention, &c.Profile.Profile, set, "one seed judge")
	if err != nil {
		t.Fatal(err)
	}
	b.Clock.Stop(began)
	selection, err := scenario.ParseSelection(x.selected)
	if err != nil {
		t.Fatal(err)
	}
	run, err := scenario.Judgement{
		Config: scenario.Config{
			Domains: sides.Domains(), Candidate: c, Bench: b, Tree: features.FS, Texts: d.texts, Selection: selection,
			Jobs: jobs, Progress: scenario.Quiet{},
		},
		Catalogue: d.catalogue, Plan: d.plan,
	}.Judge(t.Context())
	if err != nil {
		t.Fatal(fmt.Errorf("%v: %w", x.selected, err))
	}
	return run
}

// firstDifference shows where two texts part, with the lines before.
func firstDifference(a, b []byte) string {
	left, right := strings.Split(string(a), "\n"), strings.Split(string(b), "\n")
	for i := range min(len(left), len(right)) {
		if left[i] != right[i] {
			return strings.Join(left[max(0, i-60):i], "\n") + "\n-" + left[i] + "\n+" + right[i]
		}
	}
	return "one is longer"
}
