package verdict_test

import (
	"fmt"
	"math/rand/v2"
	"slices"
	"testing"

	"etalon/internal/verdict"
)

func waiverOf(requirement, address string) verdict.Waiver {
	return verdict.Waiver{Requirement: requirement, Case: address, Owner: "responsable", Reason: "correctif prévu", Expires: "2036-06-30"}
}

// waived plays a record again under waivers: what they accept is accepted before it is weighed.
func waived(waivers ...verdict.Waiver) func(*verdict.Run) {
	return func(r *verdict.Run) {
		r.Waivers = waivers
		for i := range r.Cases {
			verdict.Waive(&r.Cases[i], r.Waivers)
		}
	}
}

// What becomes of a waiver, of the level and of the exit status.
func TestWaivers(t *testing.T) {
	const n1 = "fournisseur/A/V10-N1"
	type changes []func(*verdict.Run)
	failed := with("V10-N1", "I", verdict.Fail)
	elsewhere := verdict.Waiver{Requirement: "V10", Role: "client", Owner: "responsable", Reason: "autre", Expires: "2036-06-30"}
	for _, c := range []struct {
		name    string
		changes changes
		waivers []verdict.Waiver
		states  string
		level   verdict.Levels
		exit    int
	}{
		{"a case that fails", changes{failed}, []verdict.Waiver{waiverOf("", n1)}, "[used]", verdict.Levels{}, 4},
		{"a requirement that fails", changes{failed}, []verdict.Waiver{waiverOf("V10", "")}, "[used]", verdict.Levels{}, 4},
		{"two cases, one waived", changes{failed, with("V10-N2", "I", verdict.Fail)}, []verdict.Waiver{waiverOf("", n1)}, "[used]", verdict.Levels{Standard: 3, Profile: 3}, 1},
		{"a minor case that fails", changes{with("X01-N1", "S", verdict.Fail)}, []verdict.Waiver{waiverOf("", "fournisseur/A/X01-N1")}, "[used]", verdict.Levels{Standard: 1, Profile: 1}, 0},
		{"on our profile alone", changes{with("L05-N1", "P", verdict.Fail)}, []verdict.Waiver{waiverOf("L05", "")}, "[used]", verdict.Levels{Standard: 1}, 4},
		{"a case that passes", changes{with("V10-N1", "I", verdict.Pass)}, []verdict.Waiver{waiverOf("", n1)}, "[passing]", verdict.Levels{Standard: 1, Profile: 1}, 1},
		{"a requirement that passes", nil, []verdict.Waiver{waiverOf("V10", "")}, "[passing]", verdict.Levels{Standard: 1, Profile: 1}, 1},
		{"a case that is not played", nil, []verdict.Waiver{waiverOf("", n1)}, "[unused]", verdict.Levels{Standard: 1, Profile: 1}, 1},
		{"a case that does not apply", changes{notRun("V10-N1", verdict.ReasonNotDeclared, true)}, []verdict.Waiver{waiverOf("", n1)}, "[unused]", verdict.Levels{Standard: 1, Profile: 1}, 1},
		{"a requirement in another role", changes{failed}, []verdict.Waiver{elsewhere}, "[unused]", verdict.Levels{Standard: 3, Profile: 3}, 1},
		{"a case without conclusion", changes{with("V10-N1", "I", 0)}, []verdict.Waiver{waiverOf("", n1)}, "[undecided]", verdict.Levels{}, 4},
		{"a case that waits for a person", changes{with("V10-N1", "I", verdict.Review)}, []verdict.Waiver{waiverOf("", n1)}, "[undecided]", verdict.Levels{}, 4},
		{"a case that was not selected", changes{partial, notRun("V10-N1", verdict.ReasonNotSelected, false)}, []verdict.Waiver{waiverOf("", n1)}, "[undecided]", verdict.Levels{}, 0},
		{"a long case that was not asked for", changes{partial, notRun("V10-N1", verdict.ReasonLongNotAsked, false)}, []verdict.Waiver{waiverOf("", n1)}, "[undecided]", verdict.Levels{}, 0},
		{"a run that was cut", changes{incomplete}, []verdict.Waiver{waiverOf("", n1)}, "[undecided]", verdict.Levels{}, 3},
		{"a configuration first", changes{trouble(true)}, []verdict.Waiver{waiverOf("", n1)}, "[unused]", verdict.Levels{}, 2},
		{"a finding in another case", changes{naming("G03")}, []verdict.Waiver{waiverOf("G03", "")}, "[used]", verdict.Levels{}, 4},
		{"a finding in another case, one of its own waived", changes{naming("G03")}, []verdict.Waiver{waiverOf("", "fournisseur/A/G03-P")}, "[passing]", verdict.Levels{Standard: 2, Profile: 2}, 1},
		{"two waivers, one too many", changes{failed}, []verdict.Waiver{waiverOf("", n1), waiverOf("", "fournisseur/A/G03-P")}, "[used passing]", verdict.Levels{}, 1},
	} {
		t.Run(c.name, func(t *testing.T) {
			r := passing()
			for _, change := range append(c.changes, waived(c.waivers...)) {
				change(r)
			}
			r.Conclude(catalogue)
			var states []verdict.WaiverState
			for _, w := range r.Waivers {
				states = append(states, w.State)
			}
			if got := fmt.Sprint(states); got != c.states || r.Level != c.level || r.Exit(verdict.Majeure) != c.exit {
				t.Errorf("states %s, level %v, exit %d; want %s, %v, %d", got, r.Level, r.Exit(verdict.Majeure), c.states, c.level, c.exit)
			}
			for _, x := range r.Cases {
				if x.Verdict == verdict.Waived && (x.Why.Key != verdict.ReasonWaived || fmt.Sprint(x.Why.Args) != "[responsable 2036-06-30 correctif prévu]") {
					t.Errorf("%s is waived because of %v", x.Address, x.Why)
				}
			}
		})
	}
}

// Whatever is waived: a failure alone becomes waived, and only where a waiver names it; nothing else changes, no level becomes
// conformant that was not, and the findings stay.
func TestWaiversChangeNothingElse(t *testing.T) {
	draw := rand.New(rand.NewPCG(1, 2))
	pick := func(n int) int { return draw.IntN(n) }
	accepted := 0
	for round := range 5000 {
		plain, lifted := passing(), passing()
		for _, r := range []*verdict.Run{plain, lifted} {
			r.Cases = nil
		}
		for i := range 1 + pick(12) {
			q := catalogue[pick(6)]
			c := trial(fmt.Sprint(q.ID, "-N", i), q.Basis, verdict.Verdict(pick(6)))
			if c.Verdict == verdict.Fail || pick(6) == 0 {
				c.Findings = []verdict.Finding{{Requirement: catalogue[pick(6)].ID, Rule: "seen"}}
			}
			if c.Verdict == verdict.Fail {
				c.Findings = append(c.Findings, verdict.Finding{Requirement: q.ID, Rule: "own"})
			}
			if c.Verdict == verdict.Waived {
				c.Verdict = verdict.Pass // the record says so of what was waived alone
			}
			plain.Cases, lifted.Cases = append(plain.Cases, c), append(lifted.Cases, c)
		}
		for range pick(4) {
			w := waiverOf(catalogue[pick(6)].ID, "")
			if pick(2) == 0 {
				w = waiverOf("", lifted.Cases[pick(len(lifted.Cases))].Address)
			}
			lifted.Waivers = append(lifted.Waivers, w)
		}
		waived(lifted.Waivers...)(lifted)
		plain.Conclude(catalogue)
		lifted.Conclude(catalogue)
		accepted += lifted.Counts.Waived
		for i, was := range plain.Cases {
			now := lifted.Cases[i]
			named := slices.ContainsFunc(lifted.Waivers, func(w verdict.Waiver) bool { return w.Names(was.Address) })
			if want := map[bool]verdict.Verdict{true: verdict.Waived, false: was.Verdict}[named && was.Verdict == verdict.Fail]; now.Verdict != want || len(now.Findings) != len(was.Findings) {
				t.Fatalf("round %d: %s was %v and is %v under %+v", round, was.Address, was.Verdict, now.Verdict, lifted.Waivers)
			}
		}
		for i, was := range plain.Requirements {
			now := lifted.Requirements[i]
			named := slices.ContainsFunc(lifted.Waivers, func(w verdict.Waiver) bool {
				return w.Requirement == was.ID || verdict.RequirementOf(w.Case) == was.ID
			})
			lift := func(was, now verdict.Verdict) bool {
				return now == was || named && was == verdict.Fail && now != verdict.Pass && now != verdict.NotApplicable
			}
			if now.ID != was.ID || !lift(was.Verdict, now.Verdict) || !lift(was.Standard, now.Standard) {
				t.Fatalf("round %d: %+v became %+v under %+v", round, was, now, lifted.Waivers)
			}
		}
		for _, level := range [][2]verdict.Level{{plain.Level.Standard, lifted.Level.Standard}, {plain.Level.Profile, lifted.Level.Profile}} {
			if level[1] == verdict.Conforme && level[0] != verdict.Conforme {
				t.Fatalf("round %d: waivers make %v of %v", round, level[1], level[0])
			}
		}
		if plain.Exit(verdict.Majeure) != 0 && lifted.Exit(verdict.Majeure) == 0 {
			t.Fatalf("round %d: waivers turn exit %d into 0", round, plain.Exit(verdict.Majeure))
		}
	}
	if accepted < 500 {
		t.Errorf("only %d failures were accepted in all", accepted)
	}
}

func TestWaiverSubject(t *testing.T) {
	for want, w := range map[string]verdict.Waiver{
		"V10": {Requirement: "V10"}, "client/*/V10": {Requirement: "V10", Role: "client"}, "*/A/V10": {Requirement: "V10", Mode: "A"},
		"client/A/V10-N1~x": {Case: "client/A/V10-N1~x"},
	} {
		if got := w.Subject(); got != want {
			t.Errorf("%q, want %q", got, want)
		}
	}
}
