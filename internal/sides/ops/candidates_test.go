package ops_test

import (
	"fmt"
	"slices"
	"strings"
	"testing"

	"etalon/internal/candidate"
	"etalon/internal/verdict"
)

// A candidate that takes no honest message proves nothing: one reason, told once and carried by every case.
func TestCandidatesThatTakeNothing(t *testing.T) {
	for _, x := range []struct {
		role  candidate.Role
		names string
	}{
		{candidate.RoleProvider, "refuses-everything answers-500"},
		{candidate.RoleClient, "refuses-everything answers-500 sends-nothing"},
	} {
		for name := range strings.FieldsSeq(x.names) {
			t.Run(string(x.role)+"/"+name, func(t *testing.T) {
				t.Parallel()
				run := trial{role: x.role, flaws: []string{name}}.judge(t)
				judgedOnce(t, run, verdict.ReasonRoleHonestRefused, false)
				if got := run.Exit(verdict.Majeure); got != 4 {
					t.Errorf("exit %d, want 4", got)
				}
			})
		}
	}
}

// A candidate that is switched off is the user's to mend.
func TestCandidateSwitchedOff(t *testing.T) {
	for _, role := range []candidate.Role{candidate.RoleProvider, candidate.RoleClient} {
		t.Run(string(role), func(t *testing.T) {
			t.Parallel()
			run := trial{role: role, stop: true}.judge(t)
			judgedOnce(t, run, verdict.ReasonUnreachable, true)
			if got := run.Exit(verdict.Majeure); got != 2 {
				t.Errorf("exit %d, want 2", got)
			}
		})
	}
}

// judgedOnce checks a role that could not be judged.
func judgedOnce(t *testing.T, run *verdict.Run, key string, configuration bool) {
	t.Helper()
	if len(run.Trouble) != 1 || run.Trouble[0].Reason.Key != key || run.Trouble[0].Configuration != configuration {
		t.Fatalf("trouble %+v, want %s once, configuration %t", run.Trouble, key, configuration)
	}
	if len(run.Cases) == 0 {
		t.Error("no case carries the reason")
	}
	for _, c := range run.Cases {
		if c.Verdict != verdict.Inconclusive || len(c.Findings) > 0 || fmt.Sprint(c.Why) != fmt.Sprint(run.Trouble[0].Reason) {
			t.Errorf("%s: %s, %v, %d findings; want inconclusive for the one reason", c.Address, c.Verdict, c.Why, len(c.Findings))
		}
	}
	if run.Level != (verdict.Levels{}) || !run.Complete {
		t.Errorf("level %v, complete %t", run.Level, run.Complete)
	}
}

// The honest stubs pass everything that they declare.
func TestHonestCandidates(t *testing.T) {
	for _, role := range []candidate.Role{candidate.RoleProvider, candidate.RoleClient} {
		t.Run(string(role), func(t *testing.T) {
			t.Parallel()
			x := trial{role: role}
			if testing.Short() {
				x.selector = []string{"@V10", string(role) + "/A"}
				if role == candidate.RoleClient {
					x.selector[0] = "@V18"
				}
			}
			run := x.judge(t)
			same(t, "accusations", accusations(run), nil)
			if run.Counts.Pass != len(run.Cases) || len(run.Trouble) > 0 || run.Exit(verdict.Mineure) != 0 {
				t.Errorf("counts %+v, trouble %v, exit %d", run.Counts, run.Trouble, run.Exit(verdict.Mineure))
			}
			if want := (verdict.Levels{Standard: verdict.Conforme, Profile: verdict.Conforme}); !run.Partial && run.Level != want {
				t.Errorf("level %v, want %v", run.Level, want)
			}
		})
	}
}

// blockingNegatives are the cases of a run that send a fault against a blocking requirement other than those of the
// traces, which a candidate may keep well whatever it takes.
func blockingNegatives(t *testing.T, run *verdict.Run) []verdict.Case {
	t.Helper()
	var all []verdict.Case
	for _, c := range run.Cases {
		row, known := suiteOf(t).catalogue.Of(c.Requirement)
		if known && row.Severity == verdict.Bloquante && strings.Contains(c.Address, "-N") && c.Fault != "" && c.Requirement[0] != 'X' {
			all = append(all, c)
		}
	}
	if len(all) < 40 {
		t.Fatalf("%d blocking negatives: the catalogue has more", len(all))
	}
	return all
}

// A provider that takes everything fails every blocking negative, and is accused of what it took alone.
func TestAcceptsEverything(t *testing.T) {
	if testing.Short() {
		t.Skip("the whole plan")
	}
	t.Parallel()
	run := trial{role: candidate.RoleProvider, flaws: []string{"accepts-everything"}}.judge(t)
	for _, c := range blockingNegatives(t, run) {
		// V17-N2: to take the VI with its whole text is as sound as to refuse it, and the stub traces it whole.
		if c.Verdict != verdict.Fail && !strings.HasSuffix(c.Address, "/V17-N2") {
			t.Errorf("%s: %s (%v), want fail", c.Address, c.Verdict, c.Why)
		}
	}
	// All that refuses on the link, in the VI and in the message; X06, for it goes on without a trace. Not the other
	// rows of traces, which it keeps; nor A05, A06, F02 to F11 and A16: there was no refusal to tell them by.
	same(t, "failed", failed(run), strings.Fields(`A01 A02 A03 A04 A07 A08 A09 A10 A11 F01 G01 G02 G03 G04 G05 G06 G07 G08
		G09 K01 K02 K03 L05 L07 L08 T01 T03 T04 T05 T06 T07 T08 V01 V03 V04 V05 V06 V07 V08 V09 V10 V11 V12 V13 V14 V15 V16 V17 X06`))
	if run.Level.Profile != verdict.NonConformeBloquante || run.Level.Standard != verdict.NonConformeBloquante || run.Exit(verdict.Majeure) != 1 {
		t.Errorf("level %v, exit %d", run.Level, run.Exit(verdict.Majeure))
	}
	for _, c := range run.Cases {
		if strings.Contains(c.Address, "/A/F") && c.Verdict == verdict.Pass && c.Fault != "" {
			t.Errorf("%s: passes, and nothing was refused", c.Address)
		}
	}
}

// A provider that calls its application before any check fails every blocking negative, whatever it answers then: the
// effect is the proof (rule 3).
func TestCallsBackendFirst(t *testing.T) {
	if testing.Short() {
		t.Skip("the whole plan")
	}
	t.Parallel()
	run := trial{role: candidate.RoleProvider, flaws: []string{"calls-backend-first"}}.judge(t)
	for _, c := range blockingNegatives(t, run) {
		// V17-N2: as above.
		if c.Verdict != verdict.Fail && !strings.HasSuffix(c.Address, "/V17-N2") {
			t.Errorf("%s: %s (%v), want fail", c.Address, c.Verdict, c.Why)
		}
	}
	if run.Level.Profile != verdict.NonConformeBloquante || run.Exit(verdict.Majeure) != 1 {
		t.Errorf("level %v, exit %d", run.Level, run.Exit(verdict.Majeure))
	}
}

// unread are the faults that a provider which calls its application too early refuses all the same before it has read
// a message: on the link, or because no XML parser gets through it.
func unread(c verdict.Case) bool {
	return c.Requirement[0] == 'T' && c.Requirement != "T05" && c.Requirement != "T06" || strings.HasPrefix(c.Fault, "tls-") ||
		c.Requirement == "G09" || slices.Contains([]string{"vi-xml-malformed", "vi-utf8-invalid", "vi-nameid-comment"}, c.Fault)
}

// A provider whose application is called before the verdict fails every blocking negative whose message it could read,
// for the effect and whatever its answer.
func TestBackendBeforeVerdict(t *testing.T) {
	if testing.Short() {
		t.Skip("the whole plan")
	}
	t.Parallel()
	run := trial{role: candidate.RoleProvider, flaws: []string{"backend-before-verdict"}}.judge(t)
	for _, c := range blockingNegatives(t, run) {
		if want := !unread(c) || strings.HasPrefix(c.Fault, "tls-identity-"); (c.Verdict == verdict.Fail) != want {
			t.Errorf("%s %s: %s (%v), fail wanted: %t", c.Address, c.Fault, c.Verdict, c.Why, want)
		}
	}
	// Every row that is proved by the silence of the application; nothing of its faults, its link or its traces, which
	// are honest, but for X06: the application is called before the trace is known to be kept.
	same(t, "failed", failed(run), strings.Fields(`A01 A02 A03 A04 A07 A08 A09 A10 A11 G01 G02 G03 G04 G05 G06 G07 G08 K01
		K02 K03 L05 L07 L08 T05 T06 V01 V03 V04 V05 V06 V07 V08 V09 V10 V11 V12 V13 V14 V15 V16 X06`))
	for _, c := range run.Cases {
		for _, f := range c.Findings {
			if !slices.Contains([]string{"backend-reached", "backend-called-before-verdict", "right-without-pagm"}, f.Rule) {
				t.Errorf("%s: %s %s: it refused, and said so", c.Address, f.Requirement, f.Rule)
			}
		}
	}
	if run.Exit(verdict.Majeure) != 1 {
		t.Errorf("exit %d, want 1", run.Exit(verdict.Majeure))
	}
}

// After a candidate has locked the harness out nothing passes and nothing fails, whatever absence there is to see.
func TestLocksOut(t *testing.T) {
	for _, role := range []candidate.Role{candidate.RoleProvider, candidate.RoleClient} {
		t.Run(string(role), func(t *testing.T) {
			t.Parallel()
			run := trial{role: role, flaws: []string{"locks-out-after-ten"}, jobs: 1}.judge(t)
			same(t, "accusations", accusations(run), nil)
			slices.SortStableFunc(run.Cases, func(a, b verdict.Case) int { return a.Started.Compare(b.Started) })
			out := slices.IndexFunc(run.Cases, func(c verdict.Case) bool { return c.Verdict != verdict.Pass })
			if out < 10 {
				t.Fatalf("%d cases pass before the lock-out, want those of the first ten refusals", out)
			}
			for _, c := range run.Cases[out:] {
				control := c.Why.Key == verdict.ReasonControlRefusedBefore || c.Why.Key == verdict.ReasonControlRefusedAfter
				if c.Verdict != verdict.Inconclusive || !control {
					t.Errorf("%s after the lock-out: %s (%v), want inconclusive for the refused control", c.Address, c.Verdict, c.Why)
				}
			}
			if run.Level != (verdict.Levels{}) || run.Exit(verdict.Majeure) != 4 {
				t.Errorf("level %v, exit %d, want indeterminate and 4", run.Level, run.Exit(verdict.Majeure))
			}
		})
	}
}

// A lock-out inside the trial of availability is just what that trial asks about; the traces are not accused with it.
func TestLocksOutInTheBurst(t *testing.T) {
	t.Parallel()
	run := trial{
		role: candidate.RoleProvider, flaws: []string{"locks-out-after-ten"}, jobs: 1,
		selector: []string{"fournisseur/A/A16", "fournisseur/A/X02", "fournisseur/A/X03", "fournisseur/A/X04"},
	}.judge(t)
	same(t, "failed", failed(run), []string{"A16"})
	if c := caseOf(t, run, "A16-P"); c.Verdict != verdict.Fail || c.Findings[0].Rule != "honest-refused" {
		t.Errorf("A16-P: %s %v", c.Verdict, c.Findings)
	}
	for _, c := range run.Cases {
		if c.Requirement != "A16" && c.Verdict != verdict.Inconclusive {
			t.Errorf("%s: %s after the lock-out", c.Address, c.Verdict)
		}
	}
}

// A client that sends without a VI departs from the rule of insertion, and from no rule on what VIs hold.
func TestSendsWithoutVI(t *testing.T) {
	t.Parallel()
	run := trial{role: candidate.RoleClient, flaws: []string{"sends-without-vi"}}.judge(t)
	// A13: it goes on without a VI when tokens fail, and shows faults; X06: it goes on when traces fail.
	same(t, "failed", failed(run), []string{"A13", "A14", "X06"})
	if run.Level.Standard != verdict.NonConformeBloquante {
		t.Errorf("level %v", run.Level)
	}
	for _, c := range run.Cases {
		if c.Requirement[0] == 'V' && c.Verdict != verdict.Inconclusive {
			t.Errorf("%s: %s, and there was no VI to look at", c.Address, c.Verdict)
		}
	}
}
