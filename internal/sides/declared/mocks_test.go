package declared_test

import (
	"slices"
	"strings"
	"testing"

	"etalon/features"
	"etalon/internal/bench"
	"etalon/internal/candidate"
	"etalon/internal/scenario"
	"etalon/internal/sides/declared"
	"etalon/internal/sides/sidetest"
	"etalon/internal/stand"
	"etalon/internal/verdict"
)

// judgeMock judges the documents of a mock candidate, and nothing else of it.
func judgeMock(t *testing.T, role candidate.Role, flaws ...string) *verdict.Run {
	t.Helper()
	convention, _ := stand.ConventionOf(candidate.NoMode)
	opened, err := stand.Open("127.0.0.1:0", "", convention, candidate.DefaultProfile("current"), bench.Seed(t.Name()))
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { _ = opened.Close() })
	stub, err := stand.StartStub(stand.StubOptions{
		Role: role, Flaws: flaws, Dir: t.TempDir(), PKI: opened.Bench.PKI, Convention: convention, Profile: candidate.DefaultProfile("current"), Seed: "stub",
	})
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { _ = stub.Close() })
	c, err := candidate.Load(stub.Candidate)
	if err != nil {
		t.Fatal(err)
	}
	suite := sidetest.Of(t)
	plan := slices.DeleteFunc(slices.Clone(suite.Plan), func(trial scenario.Trial) bool { return !slices.Contains(trial.Needs, "piece") })
	alone := scenario.Domain{Name: "declared", Steps: declared.Steps(), Side: func(*scenario.Run, string) (scenario.Side, error) { return declared.Alone(), nil }}
	run, err := scenario.Judgement{
		Config:    scenario.Config{Candidate: c, Bench: opened.Bench, Tree: features.FS, Domains: []scenario.Domain{alone}, Texts: suite.Texts, Progress: scenario.Quiet{}},
		Catalogue: suite.Catalogue, Plan: plan,
	}.Judge(t.Context())
	if err != nil {
		t.Fatal(err)
	}
	return run
}

// The honest mocks hand over every document that is asked of them, and each waits for a person.
func TestDocumentsOfHonestMocks(t *testing.T) {
	for _, role := range []candidate.Role{candidate.RoleIdentityProvider, candidate.RoleMSSOrganisation} {
		run := judgeMock(t, role)
		for _, c := range run.Cases {
			if c.Verdict != verdict.Review {
				t.Errorf("%s: %s, %s", c.Address, c.Verdict, c.Reason)
			}
		}
		for _, n := range run.NotRun {
			if n.Why.Key == verdict.ReasonNoEvidence {
				t.Errorf("%s: %s", n.Address, n.Reason)
			}
		}
		if len(run.Cases) < 5 || run.Level.Profile != verdict.Undetermined {
			t.Errorf("%s: %d cases, level %s", role, len(run.Cases), run.Level.Profile)
		}
	}
}

// Each neglect of a document fails the requirement that it is about, and no other.
func TestNeglectedDocumentsOfTheMocks(t *testing.T) {
	played := 0
	all := slices.DeleteFunc(stand.Flaws("fournisseur-identite/-"), func(f stand.Flaw) bool { return !strings.HasPrefix(f.Name, "hands-") })
	for i, f := range slices.Concat(all, stand.Flaws("mss-organisation/-")) {
		played++
		role := candidate.RoleIdentityProvider
		if i >= len(all) {
			role = candidate.RoleMSSOrganisation
		}
		run := judgeMock(t, role, f.Name)
		var failed []string
		for _, q := range run.Requirements {
			if q.Verdict == verdict.Fail {
				failed = append(failed, q.ID)
			}
		}
		if !slices.Equal(failed, f.Must) {
			t.Errorf("%s: failed %v, want %v", f.Name, failed, f.Must)
		}
	}
	if played < 8 {
		t.Errorf("%d neglects of documents", played)
	}
}
