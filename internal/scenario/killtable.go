package scenario

import (
	"fmt"
	"slices"
	"strings"

	"etalon/internal/candidate"
	"etalon/internal/verdict"
)

// KillTable is the outcome of a self-test.
type KillTable struct {
	Flaws       int          `json:"flaws"`
	Caught      int          `json:"caught"`
	Survivors   []string     `json:"survivors"`    // flaws that did not fail their whole must set
	FalseAlarms []string     `json:"false_alarms"` // failures outside must and may, or on an honest stub
	Doubts      []string     `json:"doubts"`       // cases of an honest stub that could not be judged
	Roles       []RoleResult `json:"roles"`
}

// RoleResult is the part of one role in one mode.
type RoleResult struct {
	Role  string       `json:"role"`
	Mode  string       `json:"mode"`
	Cases int          `json:"cases"` // played against the honest stub
	Flaws []FlawResult `json:"flaws"`
}

// FlawResult is what became of one flaw.
type FlawResult struct {
	Name   string   `json:"name"`
	Must   []string `json:"must"`
	May    []string `json:"may"`
	Failed []string `json:"failed"`
	Caught bool     `json:"caught"`
}

// Sound tells whether nothing survived and nobody was accused wrongly.
func (t KillTable) Sound() bool {
	return len(t.Survivors) == 0 && len(t.FalseAlarms) == 0 && len(t.Doubts) == 0
}

// tableOf adds up the parts, in their order.
func tableOf(scopes []string, parts []*part) KillTable {
	table := KillTable{Survivors: []string{}, FalseAlarms: []string{}, Doubts: []string{}}
	for _, scope := range scopes {
		role, mode := candidate.SplitScope(scope)
		result := RoleResult{Role: string(role), Mode: string(mode), Flaws: []FlawResult{}}
		for _, p := range parts {
			if p.scope != scope {
				continue
			}
			result.Cases += p.played
			if p.flaw != nil {
				result.Flaws = append(result.Flaws, p.result)
			}
			table.Flaws, table.Caught = table.Flaws+p.weighs.Flaws, table.Caught+p.weighs.Caught
			table.Survivors = append(table.Survivors, p.weighs.Survivors...)
			table.FalseAlarms = append(table.FalseAlarms, p.weighs.FalseAlarms...)
			table.Doubts = append(table.Doubts, p.weighs.Doubts...)
		}
		table.Roles = append(table.Roles, result)
	}
	return table
}

// honest weighs the honest stub: any failure is a false alarm, any doubt a hole.
func (t *KillTable) honest(scope string, run *verdict.Run) {
	for _, c := range run.Cases {
		for _, f := range c.Findings {
			t.FalseAlarms = append(t.FalseAlarms, fmt.Sprintf("%s (honnête) %s: %s %s, %q au lieu de %q", scope, c.Address, f.Requirement, f.Rule, f.Got, f.Want))
		}
		if c.Verdict == verdict.Inconclusive {
			t.Doubts = append(t.Doubts, c.Address+": "+c.Reason)
		}
	}
	for _, trouble := range run.Trouble {
		t.Doubts = append(t.Doubts, trouble.Scope+": "+trouble.Reason.Key+" "+strings.Join(trouble.Reason.Args, ", "))
	}
}

// enter weighs one flaw.
func (t *KillTable) enter(scope string, o FlawResult) {
	t.Flaws++
	if o.Caught {
		t.Caught++
	} else {
		t.Survivors = append(t.Survivors, scope+"/"+o.Name)
	}
	for _, failed := range o.Failed {
		if !slices.Contains(o.Must, failed) && !slices.Contains(o.May, failed) {
			t.FalseAlarms = append(t.FalseAlarms, scope+"/"+o.Name+": "+failed)
		}
	}
}
