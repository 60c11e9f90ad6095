package verdict

import (
	"fmt"
	"slices"
	"strings"
)

// ledger gathers, per requirement, role and mode, the verdicts that weigh on it.
type ledger struct {
	catalogue []Requirement
	place     map[string]int // id to place in the catalogue
	accounts  map[account]*weights
}

type account struct{ scope, id string }

// weights are the verdicts that count for each of the two levels.
type weights struct{ standard, profile []Verdict }

func newLedger(catalogue []Requirement) *ledger {
	l := &ledger{catalogue: catalogue, place: map[string]int{}, accounts: map[account]*weights{}}
	for i, q := range catalogue {
		l.place[q.ID] = i
	}
	return l
}

// requirement returns the row of an id. One that the catalogue does not have is taken at its gravest and
// on no basis: it cannot pass unseen, nor accuse in the name of the standard.
func (l *ledger) requirement(id string) Requirement {
	if i, ok := l.place[id]; ok {
		return l.catalogue[i]
	}
	return Requirement{ID: id}
}

func (l *ledger) add(scope, id string, basis Basis, v Verdict) {
	a := account{scope, id}
	if l.accounts[a] == nil {
		l.accounts[a] = &weights{}
	}
	l.accounts[a].profile = append(l.accounts[a].profile, v)
	if basis.Standard() {
		l.accounts[a].standard = append(l.accounts[a].standard, v)
	}
}

// addCase enters a case and what its findings name. A waiver of a case covers its own requirement only; one of a requirement
// covers what names it in whatever case.
func (l *ledger) addCase(c Case, waives func(scope, requirement string) bool) {
	scope, _ := splitAddress(c.Address)
	l.add(scope, c.Requirement, c.Basis, c.Verdict)
	for _, f := range c.Findings {
		switch {
		case f.Requirement != c.Requirement && waives(scope, f.Requirement):
			l.add(scope, f.Requirement, l.requirement(f.Requirement).Basis, Waived)
		case f.Requirement != c.Requirement:
			l.add(scope, f.Requirement, l.requirement(f.Requirement).Basis, Fail)
		case c.Verdict != Waived:
			l.add(scope, c.Requirement, c.Basis, Fail)
		}
	}
}

// addNotRun enters a case in scope that was not played. One that the selection left out does not weigh, for the
// record is partial and its level says so; nor one that the catalogue never plays, for that is our limit.
func (l *ledger) addNotRun(n NotRun) {
	scope, name := splitAddress(n.Address)
	id := RequirementOf(n.Address)
	short, _, _ := strings.Cut(strings.TrimPrefix(name, id+"-"), "~")
	switch basis := l.requirement(id).BasisOf(short); {
	case n.Declared:
		l.add(scope, id, basis, NotApplicable)
	case n.Why.Key == ReasonNotSelected, n.Why.Key == ReasonLongNotAsked, n.Why.Key == ReasonUntested:
	default:
		l.add(scope, id, basis, Inconclusive)
	}
}

// addSilent enters the requirements in scope of which the record says nothing at all, as inconclusive.
// Those of which the catalogue plays no case at all, with a reason for each, are left to the coverage matrix.
func (l *ledger) addSilent(scopes []string) {
	for _, scope := range scopes {
		for _, q := range l.catalogue {
			if l.accounts[account{scope, q.ID}] == nil && !q.unplayed(scope) && q.Concerns(scope) {
				l.add(scope, q.ID, q.Basis, Inconclusive)
			}
		}
	}
}

// unplayed tells that the catalogue has a reason to play none of the requirement's cases in a scope.
func (q Requirement) unplayed(scope string) bool {
	played := func(c CaseBasis) bool { _, excused := q.UntestedIn(scope, c.ID); return !excused }
	return len(q.Untested) > 0 && !slices.ContainsFunc(q.Cases, played)
}

// Concerns tells whether a requirement binds a role in a mode, written "ROLE/MODE"; one without modes binds the roles written "ROLE/-".
func (q Requirement) Concerns(scope string) bool {
	role, mode, _ := strings.Cut(scope, "/")
	return slices.Contains(q.Roles, role) && (slices.Contains(q.Modes, mode) || len(q.Modes) == 0 && mode == "-")
}

// results rolls up each account, in the order of the scope and of the catalogue.
func (l *ledger) results(scopes []string) []RequirementResult {
	out := make([]RequirementResult, 0, len(l.accounts))
	for a, w := range l.accounts {
		role, mode, _ := strings.Cut(a.scope, "/")
		standard := NotApplicable
		if len(w.standard) > 0 {
			standard = RollUp(w.standard...)
		}
		out = append(out, RequirementResult{
			ID: a.id, Role: role, Mode: mode, Severity: l.requirement(a.id).Severity,
			Verdict: RollUp(w.profile...), Standard: standard,
		})
	}
	key := func(q RequirementResult) []string {
		return []string{l.rankScope(scopes, q.Role+"/"+q.Mode), l.rank(q.ID)}
	}
	slices.SortFunc(out, func(a, b RequirementResult) int { return slices.CompareFunc(key(a), key(b), natural) })
	return out
}

// rank sorts the ids of the catalogue in its order, before any other.
func (l *ledger) rank(id string) string {
	if i, ok := l.place[id]; ok {
		return fmt.Sprintf("%06d", i)
	}
	return "~" + id
}

// rankScope sorts the declared scopes in their order, before any other.
func (l *ledger) rankScope(scopes []string, scope string) string {
	if i := slices.Index(scopes, scope); i >= 0 {
		return fmt.Sprintf("%06d", i)
	}
	return "~" + scope
}
