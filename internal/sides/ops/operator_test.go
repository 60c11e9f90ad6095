package ops_test

import (
	"strings"
	"testing"

	"etalon/internal/candidate"
	"etalon/internal/interops"
	"etalon/internal/verdict"
	"etalon/stubs/authentication"
)

// operatorTrial judges the mock authentication operator.
func operatorTrial(selector []string, flaws ...string) trial {
	return trial{role: candidate.RoleAuthentication, mode: interops.ModeS, flaws: flaws, selector: selector, short: true}
}

func TestHonestOperator(t *testing.T) {
	run := operatorTrial(nil).judge(t)
	if len(run.Trouble) > 0 || len(run.Cases) < 150 {
		t.Fatalf("%d cases, trouble %v", len(run.Cases), run.Trouble)
	}
	for _, c := range run.Cases {
		if c.Verdict != verdict.Pass {
			t.Errorf("%s: %s %s %v", c.Address, c.Verdict, c.Reason, c.Findings)
		}
	}
}

// An operator from which no honest passage comes is not judged: the reason is said once (rule 2).
func TestOperatorsThatSendNobody(t *testing.T) {
	for _, behaviour := range []string{authentication.RefusesEverything, authentication.AnswersServerError, authentication.SendsNothing} {
		t.Run(behaviour, func(t *testing.T) {
			run := operatorTrial([]string{"operateur-authentification/S/S09"}, behaviour).judge(t)
			if len(run.Trouble) != 1 || run.Trouble[0].Scope != "operateur-authentification/S" {
				t.Errorf("trouble %v", run.Trouble)
			}
			for _, c := range run.Cases {
				if c.Verdict != verdict.Inconclusive || len(c.Findings) > 0 {
					t.Errorf("%s: %s %v", c.Address, c.Verdict, c.Findings)
				}
			}
		})
	}
}

// What an operator neglects is found under the requirement that it concerns, with its evidence.
func TestOperatorsThatNeglect(t *testing.T) {
	for _, c := range []struct{ flaw, requirement, rule string }{
		{"answers-unregistered-address", "S09", "response-left"},
		{"mixes-browsers", "S13", "vi-of-other-user"},
		{"keeps-own-session", "D01", "session-after-logout"},
		{"announces-success", "D04", "partial-logout-untold"},
		{"accepts-context-again", "C04", "context-accepted"},
		{"forgets-rebonds", "X10", "journey-hop-missing"},
	} {
		t.Run(c.flaw, func(t *testing.T) {
			t.Parallel()
			run := operatorTrial([]string{"operateur-authentification/S/" + c.requirement}, c.flaw).judge(t)
			var told []string
			found := false
			for _, one := range run.Cases {
				for _, f := range one.Findings {
					told = append(told, one.Address+" "+f.Requirement+" "+f.Rule)
					found = found || f.Requirement == c.requirement && f.Rule == c.rule && len(f.Evidence) > 0
				}
			}
			if !found {
				t.Errorf("want %s %s with evidence, got %s", c.requirement, c.rule, strings.Join(told, ", "))
			}
		})
	}
}

// identificationTrial judges the mock identification operator.
func identificationTrial(selector []string, flaws ...string) trial {
	return trial{role: candidate.RoleIdentification, mode: interops.ModeS, flaws: flaws, selector: selector, short: true}
}

func TestHonestIdentifier(t *testing.T) {
	run := identificationTrial(nil).judge(t)
	if len(run.Trouble) > 0 || len(run.Cases) < 50 {
		t.Fatalf("%d cases, trouble %v", len(run.Cases), run.Trouble)
	}
	for _, c := range run.Cases {
		if c.Verdict != verdict.Pass {
			t.Errorf("%s: %s %s %v", c.Address, c.Verdict, c.Reason, c.Findings)
		}
	}
}

func TestIdentifiersThatNeglect(t *testing.T) {
	for _, c := range []struct{ flaw, requirement, rule string }{
		{"skips-identification", "C02", "context-left"},
		{"states-best-means", "C02", "context-identification-other"},
		{"sends-token-again", "C02", "context-reissued"},
		{"keeps-removed-operator", "S15", "context-left"},
		{"forgets-all-vis", "X10", "journey-hop-missing"},
	} {
		t.Run(c.flaw, func(t *testing.T) {
			t.Parallel()
			run := identificationTrial([]string{"operateur-identification/S/" + c.requirement}, c.flaw).judge(t)
			found := false
			for _, one := range run.Cases {
				for _, f := range one.Findings {
					found = found || f.Requirement == c.requirement && f.Rule == c.rule && len(f.Evidence) > 0
				}
			}
			if !found {
				t.Errorf("want %s %s with evidence, got %v", c.requirement, c.rule, run.Cases)
			}
		})
	}
}
