package report

import (
	"cmp"
	"slices"
	"strings"

	"etalon/internal/verdict"
)

// Regression is a requirement that a case of the later run breaks, its own or another that it names, and that the same case was not
// seen to break in the earlier run: it passed then, was not played, or was not known.
type Regression struct {
	Address     string           `json:"address"`
	Requirement string           `json:"requirement"`
	Severity    verdict.Severity `json:"severity"`
	// Before is the verdict of the case in the earlier run, empty where that did not play it.
	Before string `json:"before,omitempty"`
}

// Reopened is a requirement that had a conclusion, and has none.
type Reopened struct {
	Scope       string           `json:"scope"` // role/mode
	Requirement string           `json:"requirement"`
	Severity    verdict.Severity `json:"severity"`
	Before      string           `json:"before"`
	After       string           `json:"after"`
}

// regressions are what is broken now and was not, gravest first, by requirement.
func regressions(earlier, later *verdict.Run) []Regression {
	before, graver := knownOf(earlier), severities(later)
	out := []Regression{}
	for _, now := range later.Cases {
		was := before[now.Address]
		for _, id := range broken(&now) {
			if was != nil && slices.Contains(broken(was), id) {
				continue
			}
			r := Regression{Address: now.Address, Requirement: id, Severity: graver[scopeOf(now.Address)+"/"+id]}
			if was != nil {
				r.Before = was.Verdict.String()
			}
			out = append(out, r)
		}
	}
	slices.SortStableFunc(out, func(a, b Regression) int {
		return cmp.Or(cmp.Compare(a.Severity, b.Severity), strings.Compare(a.of(), b.of()))
	})
	return out
}

// of is ROLE/MODE/REQUIREMENT.
func (r Regression) of() string { return scopeOf(r.Address) + "/" + r.Requirement }

// broken are the requirements that a case breaks, as the record concludes from it: a waiver covers the case's own alone.
func broken(c *verdict.Case) (ids []string) {
	if c.Verdict == verdict.Fail {
		ids = append(ids, c.Requirement)
	}
	for _, f := range c.Findings {
		if own := f.Requirement == c.Requirement; !slices.Contains(ids, f.Requirement) && (!own || c.Verdict != verdict.Waived) {
			ids = append(ids, f.Requirement)
		}
	}
	return ids
}

// severities are those of the requirements of a run, by ROLE/MODE/REQUIREMENT.
func severities(run *verdict.Run) map[string]verdict.Severity {
	all := make(map[string]verdict.Severity, len(run.Requirements))
	for _, q := range run.Requirements {
		all[q.Role+"/"+q.Mode+"/"+q.ID] = q.Severity
	}
	return all
}

// undecided are the requirements that were decided and are open now.
func undecided(earlier, later *verdict.Run) []Reopened {
	decided := map[string]verdict.Verdict{}
	for _, q := range earlier.Requirements {
		if q.Verdict == verdict.Pass || q.Verdict == verdict.Fail {
			decided[q.Role+"/"+q.Mode+"/"+q.ID] = q.Verdict
		}
	}
	out := []Reopened{}
	for _, q := range later.Requirements {
		was, known := decided[q.Role+"/"+q.Mode+"/"+q.ID]
		if open := q.Verdict == verdict.Inconclusive || q.Verdict == verdict.Review; known && open {
			out = append(out, Reopened{q.Role + "/" + q.Mode, q.ID, q.Severity, was.String(), q.Verdict.String()})
		}
	}
	return out
}

// Worse tells that something is newly broken, or that a level of two whole runs is lower than it was.
func (c Comparison) Worse() bool {
	whole := func(run Compared) bool { return run.Complete && !run.Partial }
	if len(c.Regressions) > 0 || !whole(c.Earlier) || !whole(c.Later) {
		return len(c.Regressions) > 0
	}
	lower := func(was, now verdict.Level) bool { return slices.Index(bestFirst, now) > slices.Index(bestFirst, was) }
	return lower(c.Earlier.Level.Standard, c.Later.Level.Standard) || lower(c.Earlier.Level.Profile, c.Later.Level.Profile)
}

// bestFirst are the levels, from the best to the worst.
var bestFirst = []verdict.Level{verdict.Conforme, verdict.Undetermined, verdict.NonConformeMajeure, verdict.NonConformeBloquante}

// Gate is the exit status of the later run when the earlier one is its baseline: that of a run that could not be judged or did not
// reach its end as without one; then 1 when something at least as grave as failOn is newly broken or a waiver must go, 4 when a blocking or major
// requirement had a conclusion and has none, else 0. What failed in the baseline and still does is no concern of it.
func (c Comparison) Gate(later *verdict.Run, failOn verdict.Severity) int {
	if code := later.Exit(failOn); code == 2 || code == 3 {
		return code
	}
	if len(later.RedWaivers()) > 0 || slices.ContainsFunc(c.Regressions, func(r Regression) bool {
		return r.Severity <= failOn && !verdict.Experimental(scopeOf(r.Address))
	}) || len(later.RedWaivers()) > 0 {
		return 1
	}
	if slices.ContainsFunc(c.Reopened, func(r Reopened) bool {
		return r.Severity <= verdict.Majeure && !verdict.Experimental(r.Scope)
	}) || len(later.Trouble) > 0 {
		return 4
	}
	return 0
}

// Otherwise are the words for what else is not the same, so that not all that changed is the candidate's.
func (c Comparison) Otherwise() []string {
	var all []string
	for _, one := range []struct {
		differs bool
		word    string
	}{
		{c.Earlier.Candidate.Name != c.Later.Candidate.Name, "candidate"},
		{c.Earlier.Candidate.Config != c.Later.Candidate.Config, "config"},
		{c.Earlier.Catalogue != c.Later.Catalogue, "catalogue"},
		{c.Earlier.Profile != c.Later.Profile, "profile"},
		{strings.Join(c.Earlier.Scope, " ") != strings.Join(c.Later.Scope, " "), "scope"},
		{c.Earlier.Partial != c.Later.Partial, "partial"},
		{!c.Earlier.Complete || !c.Later.Complete, "incomplete"},
	} {
		if one.differs {
			all = append(all, "other."+one.word)
		}
	}
	return all
}

// Kind is one of the lists of a comparison, by the end of the key of what is said of it.
type Kind struct {
	Word string
	Of   []Change
}

// Kinds are the cases by what happened to them, what matters first; lists of nothing are left out.
func (c Comparison) Kinds() []Kind {
	all := []Kind{
		{"failing", c.Failing}, {"fixed", c.Fixed}, {"changed", c.Changed}, {"evidence", c.Evidence}, {"added", c.Added},
		{"withdrawn", c.Withdrawn}, {"elsewhere", c.Elsewhere}, {"unplayed", c.Unplayed},
	}
	return slices.DeleteFunc(all, func(k Kind) bool { return len(k.Of) == 0 })
}
