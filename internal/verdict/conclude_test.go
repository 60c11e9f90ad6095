package verdict_test

import (
	"encoding/json"
	"fmt"
	"testing"

	"etalon/internal/verdict"
)

// catalogue has one requirement per severity, one on P alone, one of mode R and one without a case.
var catalogue = []verdict.Requirement{
	row("V10", verdict.Bloquante, "I,N"), row("G03", verdict.Majeure, "I"), row("X01", verdict.Mineure, "S"),
	row("F09", verdict.Observation, "S"), row("L05", verdict.Bloquante, "P"), row("T05", verdict.Majeure, "N"),
	{ID: "R01", Severity: verdict.Bloquante, Basis: "S", Roles: []string{"fournisseur"}, Modes: []string{"R"}},
	{ID: "K06", Severity: verdict.Majeure, Basis: "S", Roles: []string{"client"}, Modes: []string{"A"},
		Untested: map[string]verdict.Text{"K06-P": {FR: "hors de portée"}}},
}

func row(id string, s verdict.Severity, b verdict.Basis) verdict.Requirement {
	return verdict.Requirement{ID: id, Severity: s, Basis: b, Roles: []string{"fournisseur"}, Modes: []string{"A"}}
}

// passing is a complete record in which every requirement of fournisseur/A passes.
func passing() *verdict.Run {
	r := &verdict.Run{Complete: true, Scope: []string{"fournisseur/A"}}
	for _, q := range catalogue[:6] {
		r.Cases = append(r.Cases, trial(q.ID+"-P", q.Basis, verdict.Pass))
	}
	return r
}

func trial(id string, b verdict.Basis, v verdict.Verdict) verdict.Case {
	address := "fournisseur/A/" + id
	return verdict.Case{Address: address, Requirement: verdict.RequirementOf(address), Basis: b, Verdict: v}
}

func with(id string, b verdict.Basis, v verdict.Verdict) func(*verdict.Run) {
	return func(r *verdict.Run) { r.Cases = append(r.Cases, trial(id, b, v)) }
}

// naming makes the first case of a record, which passed, carry a finding.
func naming(requirement string) func(*verdict.Run) {
	return func(r *verdict.Run) {
		r.Cases[0].Findings = append(r.Cases[0].Findings, verdict.Finding{Requirement: requirement, Rule: "seen"})
	}
}

func trouble(configuration bool) func(*verdict.Run) {
	return func(r *verdict.Run) {
		r.Trouble = append(r.Trouble, verdict.Trouble{Scope: "fournisseur/A", Configuration: configuration})
	}
}

func notRun(id, key string, declared bool) func(*verdict.Run) {
	return func(r *verdict.Run) {
		r.NotRun = append(r.NotRun, verdict.NotRun{Address: "fournisseur/A/" + id, Declared: declared, Why: verdict.Reason{Key: key}})
	}
}

func partial(r *verdict.Run)    { r.Partial = true }
func incomplete(r *verdict.Run) { r.Complete = false }
func empty(r *verdict.Run)      { r.Cases = nil }
func only(n int) func(*verdict.Run) {
	return func(r *verdict.Run) { r.Cases = r.Cases[:n] }
}

// TestLevelsAndExit holds every line of the table "Verdicts, levels, exit status".
func TestLevelsAndExit(t *testing.T) {
	const b, m, n = verdict.Bloquante, verdict.Majeure, verdict.Mineure
	type changes []func(*verdict.Run)
	for _, c := range []struct {
		name                        string
		changes                     changes
		standard, profile           verdict.Level
		bloquante, majeure, mineure int // exit by --fail-on
	}{
		{"all pass", nil, verdict.Conforme, verdict.Conforme, 0, 0, 0},
		{"incomplete", changes{incomplete}, 0, 0, 3, 3, 3},
		{"incomplete with a blocking failure", changes{incomplete, with("V10-N1", "I", verdict.Fail)}, 0, 0, 3, 3, 3},
		{"incomplete and empty", changes{incomplete, empty}, 0, 0, 3, 3, 3},
		{"configuration", changes{trouble(true)}, 0, 0, 2, 2, 2},
		{"configuration and blocking failure elsewhere", changes{trouble(true), with("V10-N1", "I", verdict.Fail)}, 0, 0, 2, 2, 2},
		{"configuration, nothing run", changes{empty, trouble(true)}, 0, 0, 2, 2, 2},
		{"nothing selected", changes{empty}, 0, 0, 2, 2, 2},
		{"nothing selected, partial", changes{empty, partial}, 0, 0, 2, 2, 2},
		{"honest exchange refused, nothing run", changes{empty, trouble(false)}, 0, 0, 4, 4, 4},
		{"honest exchange refused", changes{trouble(false)}, 0, 0, 4, 4, 4},
		{"blocking failed", changes{with("V10-N1", "I", verdict.Fail)}, 3, 3, 1, 1, 1},
		{"blocking failed on P alone", changes{with("L05-N1", "P", verdict.Fail)}, verdict.Conforme, 3, 1, 1, 1},
		{"blocking on S failed by a case on P", changes{with("V10-N9", "P", verdict.Fail)}, verdict.Conforme, 3, 1, 1, 1},
		{"major failed", changes{with("G03-N1", "I", verdict.Fail)}, 2, 2, 0, 1, 1},
		{"major failed on N alone", changes{with("T05-N1", "N", verdict.Fail)}, verdict.Conforme, 2, 0, 1, 1},
		{"major failed, blocking open", changes{with("G03-N1", "I", verdict.Fail), with("V10-N1", "I", 0)}, 2, 2, 4, 1, 1},
		{"blocking and major failed", changes{with("G03-N1", "I", verdict.Fail), with("V10-N1", "I", verdict.Fail)}, 3, 3, 1, 1, 1},
		{"blocking inconclusive", changes{with("V10-N1", "I", verdict.Inconclusive)}, 0, 0, 4, 4, 4},
		{"blocking inconclusive on P", changes{with("V10-N1", "P", verdict.Inconclusive)}, verdict.Conforme, 0, 4, 4, 4},
		{"major awaits review", changes{with("G03-N1", "I", verdict.Review)}, 0, 0, 4, 4, 4},
		{"major waived", changes{with("G03-N1", "I", verdict.Waived)}, 0, 0, 4, 4, 4},
		{"major not run", changes{notRun("G03-N1", verdict.ReasonTimeout, false)}, 0, 0, 4, 4, 4},
		{"major of which nothing is said", changes{only(1)}, 0, 0, 4, 4, 4},
		{"major not applicable by declaration", changes{notRun("G03-N1", verdict.ReasonNotDeclared, true)}, verdict.Conforme, verdict.Conforme, 0, 0, 0},
		{"major never played by the catalogue", changes{notRun("G03-N1", verdict.ReasonUntested, false)}, verdict.Conforme, verdict.Conforme, 0, 0, 0},
		{"minor failed", changes{with("X01-N1", "S", verdict.Fail)}, verdict.Conforme, verdict.Conforme, 0, 0, 1},
		{"minor failed, blocking open", changes{with("X01-N1", "S", verdict.Fail), with("V10-N1", "I", 0)}, 0, 0, 4, 4, 4},
		{"observation failed", changes{with("F09-N1", "S", verdict.Fail)}, verdict.Conforme, verdict.Conforme, 0, 0, 0},
		{"minor inconclusive", changes{with("X01-N1", "S", verdict.Inconclusive)}, verdict.Conforme, verdict.Conforme, 0, 0, 0},
		{"partial, passing", changes{partial, only(2)}, 0, 0, 0, 0, 0},
		{"partial, blocking failed", changes{partial, with("V10-N1", "I", verdict.Fail)}, 0, 0, 1, 1, 1},
		{"partial, major failed", changes{partial, with("G03-N1", "I", verdict.Fail)}, 0, 0, 0, 1, 1},
		{"partial, blocking inconclusive", changes{partial, with("V10-N1", "I", 0)}, 0, 0, 4, 4, 4},
		{"partial, the rest not selected", changes{partial, only(1), notRun("G03-N1", verdict.ReasonNotSelected, false),
			notRun("L05-N1", verdict.ReasonLongNotAsked, false)}, 0, 0, 0, 0, 0},
		{"partial, minor failed", changes{partial, with("X01-N1", "S", verdict.Fail)}, 0, 0, 0, 0, 1},
		{"partial, all inconclusive minor", changes{partial, empty, with("X01-N1", "S", 0)}, 0, 0, 4, 4, 4},
		{"finding that names another requirement", changes{naming("G03")}, 2, 2, 0, 1, 1},
		{"finding that names a requirement on P", changes{naming("L05")}, verdict.Conforme, 3, 1, 1, 1},
		{"finding of a requirement without a selected case", changes{only(2), partial, naming("L05")}, 0, 0, 1, 1, 1},
		{"finding outside the catalogue", changes{naming("ZZ9")}, verdict.Conforme, 3, 1, 1, 1},
		{"mode R fails", changes{func(r *verdict.Run) {
			r.Cases = append(r.Cases, verdict.Case{Address: "fournisseur/R/R01-N1", Requirement: "R01", Basis: "S", Verdict: verdict.Fail})
			r.Scope = append(r.Scope, "fournisseur/R")
		}}, verdict.Conforme, verdict.Conforme, 0, 0, 0},
		{"a role of the scope without anything", changes{func(r *verdict.Run) { r.Scope = append(r.Scope, "client/A") }}, 0, 0, 4, 4, 4},
	} {
		t.Run(c.name, func(t *testing.T) {
			r := passing()
			for _, change := range c.changes {
				change(r)
			}
			r.Conclude(catalogue)
			if got, want := r.Level, (verdict.Levels{Standard: c.standard, Profile: c.profile}); got != want {
				t.Errorf("level %v, want %v", got, want)
			}
			for failOn, want := range map[verdict.Severity]int{b: c.bloquante, m: c.majeure, n: c.mineure} {
				if got := r.Exit(failOn); got != want {
					t.Errorf("exit with --fail-on %v: %d, want %d", failOn, got, want)
				}
			}
		})
	}
}

// A run of mode R alone has no level: the mode is experimental.
func TestExperimentalModeAlone(t *testing.T) {
	r := &verdict.Run{Complete: true, Scope: []string{"fournisseur/R"},
		Cases: []verdict.Case{{Address: "fournisseur/R/R01-P", Requirement: "R01", Basis: "S", Verdict: verdict.Pass}}}
	r.Conclude(catalogue)
	if r.Level != (verdict.Levels{}) || r.Exit(verdict.Majeure) != 4 {
		t.Errorf("level %v, exit %d; want undetermined, 4", r.Level, r.Exit(verdict.Majeure))
	}
}

func TestRequirementResults(t *testing.T) {
	r := passing()
	for _, change := range []func(*verdict.Run){
		naming("V10"), with("G03-N1", "P", verdict.Fail), with("X01-N1", "S", verdict.Waived),
		notRun("T05-N1", verdict.ReasonNotDeclared, true), naming("T05"),
	} {
		change(r)
	}
	r.Cases[len(r.Cases)-1].Findings = []verdict.Finding{{Requirement: "X01"}, {Requirement: "F09"}}
	r.Conclude(catalogue)
	want := []string{
		"V10 bloquante fail fail",           // its own case names it, although the runner let it pass
		"G03 majeure fail pass",             // failed by a case on P
		"X01 mineure waived waived",         // the waiver covers the case's own requirement
		"F09 observation fail fail",         // … and no other
		"L05 bloquante pass not_applicable", // nothing on S, X or I
		"T05 majeure fail not_applicable",   // accused by a case of V10, on its own basis N
	}
	var got []string
	for _, q := range r.Requirements {
		got = append(got, fmt.Sprint(q.ID, " ", q.Severity, " ", q.Verdict, " ", q.Standard))
	}
	if fmt.Sprint(got) != fmt.Sprint(want) {
		t.Errorf("requirements:\n got %q\nwant %q", got, want)
	}
}

func TestConcludeOrdersAndCounts(t *testing.T) {
	r := &verdict.Run{Scope: []string{"fournisseur/A", "client/A"}, Cases: []verdict.Case{
		{Address: "client/A/V18-N1~issuer", Verdict: verdict.Pass}, {Address: "fournisseur/A/G03-N1", Verdict: verdict.Review},
		{Address: "fournisseur/A/V10-N10", Verdict: verdict.Fail}, {Address: "fournisseur/A/V10-N2", Verdict: verdict.Waived},
		{Address: "autre/A/V10-N1", Verdict: verdict.NotApplicable}, {Address: "fournisseur/A/V10-N2~saml11"},
	}}
	r.Conclude(catalogue)
	want := "[fournisseur/A/V10-N2 fournisseur/A/V10-N2~saml11 fournisseur/A/V10-N10 fournisseur/A/G03-N1 client/A/V18-N1~issuer autre/A/V10-N1]"
	var got []string
	for _, c := range r.Cases {
		got = append(got, c.Address)
	}
	if fmt.Sprint(got) != want {
		t.Errorf("order:\n got %v\nwant %v", got, want)
	}
	if r.Counts != (verdict.Counts{Pass: 1, Fail: 1, Review: 1, Waived: 1, Inconclusive: 1, NotApplicable: 1}) {
		t.Errorf("counts %+v", r.Counts)
	}
	once, _ := json.Marshal(r)
	r.Conclude(catalogue)
	if twice, _ := json.Marshal(r); string(twice) != string(once) {
		t.Error("concluding again changes the record")
	}
}

// A case that was not run rests on its own basis.
func TestNotRunRestsOnItsCase(t *testing.T) {
	r := passing()
	notRun("V10-N7~b", verdict.ReasonPKIBound, false)(r)
	rows := append([]verdict.Requirement{}, catalogue...)
	rows[0].Cases = []verdict.CaseBasis{{ID: "P", Basis: "I"}, {ID: "N7", Basis: "P"}}
	r.Conclude(rows)
	if want := (verdict.Levels{Standard: verdict.Conforme, Profile: verdict.Undetermined}); r.Level != want {
		t.Errorf("level %v, want %v", r.Level, want)
	}
}

// A requirement whose cases the catalogue plays in part, and of which the record says nothing, is open.
func TestPartlyUntestedRequirementIsSilent(t *testing.T) {
	two := []verdict.CaseBasis{{ID: "N1"}, {ID: "N2"}}
	for cases, want := range map[int]verdict.Level{1: verdict.Conforme, 2: verdict.Undetermined} {
		q := verdict.Requirement{ID: "K01", Basis: "S", Roles: []string{"fournisseur"}, Modes: []string{"A"},
			Cases: two[:cases], Untested: map[string]verdict.Text{"N1": {FR: "hors de portée"}}}
		r := passing()
		r.Conclude(append(catalogue[:len(catalogue):len(catalogue)], q))
		if r.Level.Profile != want {
			t.Errorf("%d cases, one untested: level %v, want %v", cases, r.Level.Profile, want)
		}
	}
}

// A reason may be given for one role, or for one role in one mode.
func TestUntestedIn(t *testing.T) {
	q := verdict.Requirement{Untested: map[string]verdict.Text{
		"N1": {FR: "partout"}, "client/N2": {FR: "rôle"}, "fournisseur/P/N2": {FR: "rôle et mode"},
	}}
	for _, x := range []struct{ scope, id, want string }{
		{"client/A", "N1", "partout"}, {"client/P", "N2", "rôle"}, {"fournisseur/P", "N2", "rôle et mode"},
		{"fournisseur/A", "N2", ""}, {"client/A", "P", ""},
	} {
		if got, ok := q.UntestedIn(x.scope, x.id); got.FR != x.want || ok != (x.want != "") {
			t.Errorf("%s %s: %q, %v; want %q", x.scope, x.id, got.FR, ok, x.want)
		}
	}
}

func TestRequirementOf(t *testing.T) {
	for address, want := range map[string]string{
		"fournisseur/A/V10-N1": "V10", "client/A/V18-N1~issuer": "V18", "mss-imap/-/TOK-04-N": "TOK-04", "V10-P": "V10", "": "",
		"fournisseur/A/V10-N1~a-b": "V10",
	} {
		if got := verdict.RequirementOf(address); got != want {
			t.Errorf("RequirementOf(%q) = %q, want %q", address, got, want)
		}
	}
}

func TestRollUp(t *testing.T) {
	worst := []verdict.Verdict{verdict.Fail, verdict.Inconclusive, verdict.Review, verdict.Waived, verdict.Pass, verdict.NotApplicable}
	for i, v := range worst {
		if got := verdict.RollUp(append(worst[i+1:len(worst):len(worst)], v)...); got != v {
			t.Errorf("roll-up with %v as the worst = %v", v, got)
		}
	}
	if got := verdict.RollUp(); got != verdict.Inconclusive {
		t.Errorf("roll-up of nothing = %v", got)
	}
}
