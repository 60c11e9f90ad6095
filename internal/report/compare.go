package report

import (
	"slices"
	"strconv"
	"strings"
	"time"

	"etalon/internal/verdict"
)

// Comparison is what changed from one run to a later one, case by case.
type Comparison struct {
	Earlier Compared `json:"earlier"`
	Later   Compared `json:"later"`
	// Failing are the cases that fail and did not, Fixed those that failed and pass. Changed are those whose verdict changed
	// otherwise: what failed and could not be judged since is not fixed.
	Failing []Change `json:"failing"`
	Fixed   []Change `json:"fixed"`
	Changed []Change `json:"changed"`
	// Evidence are the cases whose verdict is the same, and what was seen is not.
	Evidence []Change `json:"evidence"`
	// Added are the cases that the earlier run did not know, Withdrawn those that the later one does not, of roles and modes that
	// both judge: another catalogue has them, or has them no more.
	Added     []Change `json:"added"`
	Withdrawn []Change `json:"withdrawn"`
	// Elsewhere are those of a role and mode that one of the two alone judges.
	Elsewhere []Change `json:"elsewhere"`
	// Unplayed are those that both know, and one alone played.
	Unplayed []Change `json:"unplayed"`
	// Same counts the cases of which nothing changed.
	Same int `json:"same"`
	// Regressions are what cases of the later run break and were not seen to break in the earlier one, gravest first. Reopened are
	// the requirements that had a conclusion in the earlier run and have none in the later.
	Regressions []Regression `json:"regressions"`
	Reopened    []Reopened   `json:"reopened"`
}

// Compared is one of the two runs.
type Compared struct {
	Candidate verdict.Candidate `json:"candidate"`
	Scope     []string          `json:"scope"`     // role/mode
	Catalogue string            `json:"catalogue"` // its digest
	Profile   string            `json:"profile"`   // its digest
	Started   time.Time         `json:"started"`
	Complete  bool              `json:"complete"`
	Partial   bool              `json:"partial"`
	Level     verdict.Levels    `json:"level"`
	Counts    verdict.Counts    `json:"counts"`
}

// Change is one case in both runs.
type Change struct {
	Address     string `json:"address"`
	Requirement string `json:"requirement"`
	Title       string `json:"title,omitempty"` // French
	// Before and After are its verdicts, in the words of files; empty where it was not played.
	Before string `json:"before,omitempty"`
	After  string `json:"after,omitempty"`
	// Why is the reason of the later verdict, or of the earlier one where there is no later; Reason its sentence, in French.
	Why    verdict.Reason `json:"why"`
	Reason string         `json:"reason,omitempty"`
}

// Compare tells what changed between two records, concluded, of one candidate or of two. It is a pure function of them: what
// differs from run to run by chance alone (signatures, dates, ports, markers) is no change.
func Compare(earlier, later *verdict.Run) Comparison {
	c := Comparison{
		Earlier: comparedOf(earlier), Later: comparedOf(later),
		Failing: []Change{}, Fixed: []Change{}, Changed: []Change{}, Evidence: []Change{}, Added: []Change{}, Withdrawn: []Change{},
		Elsewhere: []Change{}, Unplayed: []Change{}, Regressions: regressions(earlier, later), Reopened: undecided(earlier, later),
	}
	before, after := knownOf(earlier), knownOf(later)
	for _, now := range later.Cases {
		was, known := before[now.Address]
		switch {
		case !known && !judges(earlier, now.Address):
			c.Elsewhere = append(c.Elsewhere, changeOf(nil, &now))
		case !known:
			c.Added = append(c.Added, changeOf(nil, &now))
		case was == nil:
			c.Unplayed = append(c.Unplayed, changeOf(nil, &now))
		default:
			c.both(was, &now)
		}
	}
	for _, was := range earlier.Cases {
		now, known := after[was.Address]
		switch {
		case !known && !judges(later, was.Address):
			c.Elsewhere = append(c.Elsewhere, changeOf(&was, nil))
		case !known:
			c.Withdrawn = append(c.Withdrawn, changeOf(&was, nil))
		case now == nil:
			c.Unplayed = append(c.Unplayed, changeOf(&was, nil))
		}
	}
	return c
}

// both places a case that both runs played.
func (c *Comparison) both(was, now *verdict.Case) {
	to := &c.Changed
	switch {
	case was.Verdict == now.Verdict && seen(was) == seen(now):
		c.Same++
		return
	case was.Verdict == now.Verdict:
		to = &c.Evidence
	case now.Verdict == verdict.Fail:
		to = &c.Failing
	case was.Verdict == verdict.Fail && now.Verdict == verdict.Pass:
		to = &c.Fixed
	}
	*to = append(*to, changeOf(was, now))
}

func comparedOf(run *verdict.Run) Compared {
	return Compared{run.Candidate, append([]string{}, run.Scope...), run.Suite.Catalogue, run.Profile.Digest, run.Started, run.Complete, run.Partial, run.Level, run.Counts}
}

// judges tells whether the role and mode of a case is one that a run judges.
func judges(run *verdict.Run, address string) bool {
	return slices.Contains(run.Scope, scopeOf(address))
}

// scopeOf is ROLE/MODE of an address.
func scopeOf(address string) string { return address[:max(strings.LastIndexByte(address, '/'), 0)] }

// knownOf are the cases that a run knows, by address: nil those that it did not play.
func knownOf(run *verdict.Run) map[string]*verdict.Case {
	known := make(map[string]*verdict.Case, len(run.Cases)+len(run.NotRun))
	for _, n := range run.NotRun {
		known[n.Address] = nil
	}
	for i := range run.Cases {
		known[run.Cases[i].Address] = &run.Cases[i]
	}
	return known
}

// changeOf is a case as the runs that played it saw it; one of the two may be nil.
func changeOf(was, now *verdict.Case) Change {
	last := now
	if last == nil {
		last = was
	}
	c := Change{Address: last.Address, Requirement: last.Requirement, Title: last.Title, Why: last.Why, Reason: last.Reason}
	if was != nil {
		c.Before = was.Verdict.String()
	}
	if now != nil {
		c.After = now.Verdict.String()
	}
	return c
}

// seen is what a case saw that another run sees again where nothing changed: why it has its verdict, its findings by the rule
// that they break, and what was answered to what was tried on it.
func seen(c *verdict.Case) string {
	all := []string{c.Why.Key}
	for _, f := range c.Findings {
		all = append(all, "finding "+f.Requirement+" "+f.Rule)
	}
	slices.Sort(all)
	all = slices.Compact(all)
	for _, x := range c.Exchanges {
		if x.Label == "faulty" {
			all = append(all, "answer "+strconv.Itoa(x.Status))
		}
	}
	return strings.Join(all, "\n")
}
