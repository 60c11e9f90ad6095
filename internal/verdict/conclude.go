package verdict

import (
	"cmp"
	"slices"
	"strconv"
	"strings"
)

// Conclude fills Requirements, Counts, Level, the verdicts of Items and the states of Waivers from the rest of the record, and puts Cases and NotRun in the
// order of the scope, the catalogue and the address. It may be called again, on the same or a longer record.
//
// A requirement's verdict for a role and mode rolls up its own cases, those in scope that were not run, and
// every finding of any case of that role and mode that names it (rule 1). It is kept twice: on all bases, and
// on S, X and I alone; a finding that names another requirement than its case's rests on that one's basis.
// The levels are undetermined when the record is incomplete, partial, or troubled by a configuration.
func (r *Run) Conclude(catalogue []Requirement) {
	l := newLedger(catalogue)
	r.order(l)
	r.Counts = Counts{}
	r.concludeWaivers()
	for _, c := range r.Cases {
		r.Counts.Add(c.Verdict)
		l.addCase(c, r.waives)
	}
	for _, n := range r.NotRun {
		l.addNotRun(n)
	}
	if !r.Partial {
		l.addSilent(r.Scope)
	}
	r.Requirements = l.results(r.Scope)
	r.concludeItems()
	r.Level = Levels{}
	if r.Complete && !r.Partial && !r.misconfigured() {
		r.Level.Standard = r.level(func(q RequirementResult) Verdict { return q.Standard })
		r.Level.Profile = r.level(func(q RequirementResult) Verdict { return q.Verdict })
	}
}

// Exit returns the exit status of a run that was concluded: 3 when the record is incomplete; 2 when nothing
// was selected or a configuration made judging impossible; 1 when a requirement at least as grave as failOn
// failed, or a waiver must go; 4 when a blocking or major one is open; else 0. Below major, a failure shows only where nothing is open.
// It follows the profile level, which holds every case; the exit of a partial run follows the selected cases.
func (r *Run) Exit(failOn Severity) int {
	switch {
	case !r.Complete:
		return 3
	case r.misconfigured(), len(r.Cases) == 0 && len(r.Trouble) == 0:
		return 2
	}
	all := func(q RequirementResult) Verdict { return q.Verdict }
	gravest := r.gravestFailure(all)
	switch {
	case gravest <= min(failOn, Majeure), len(r.RedWaivers()) > 0:
		return 1
	case r.open(all):
		return 4
	case gravest <= failOn:
		return 1
	}
	return 0
}

// misconfigured tells that a role could not be judged because something is unreachable or misdeclared.
func (r *Run) misconfigured() bool {
	return slices.ContainsFunc(r.Trouble, func(t Trouble) bool { return t.Configuration })
}

// noFailure compares after every severity.
const noFailure = Observation + 1

// level weighs the requirements by one of their two verdicts.
func (r *Run) level(of func(RequirementResult) Verdict) Level {
	switch gravest := r.gravestFailure(of); {
	case gravest == Bloquante:
		return NonConformeBloquante
	case gravest == Majeure:
		return NonConformeMajeure
	case r.open(of):
		return Undetermined
	}
	return Conforme
}

func (r *Run) gravestFailure(of func(RequirementResult) Verdict) Severity {
	gravest := noFailure
	for _, q := range r.Requirements {
		if q.Mode != experimental && of(q) == Fail {
			gravest = min(gravest, q.Severity)
		}
	}
	return gravest
}

// open tells that silence is left: a blocking or major requirement without a conclusion, a role in trouble,
// or a part of the scope for which nothing was proved at all.
func (r *Run) open(of func(RequirementResult) Verdict) bool {
	if len(r.Trouble) > 0 {
		return true
	}
	decided := map[string]bool{}
	for _, q := range r.Requirements {
		if q.Mode == experimental {
			continue
		}
		switch of(q) {
		case Inconclusive, Review, Waived:
			if q.Severity <= Majeure {
				return true
			}
		case Pass, Fail:
			decided[q.Role+"/"+q.Mode] = true
		}
	}
	proved := func(scope string) bool {
		return decided[scope] || Experimental(scope)
	}
	if r.Partial {
		return len(decided) == 0
	}
	return len(decided) == 0 || slices.ContainsFunc(r.Scope, func(s string) bool { return !proved(s) })
}

// experimental is the mode that enters neither level (rule 8).
const experimental = "R"

// Experimental tells whether one of these roles and modes, ROLE/MODE, is experimental: it enters no level.
func Experimental(scope ...string) bool {
	return slices.ContainsFunc(scope, func(s string) bool { return strings.HasSuffix(s, "/"+experimental) })
}

// Add counts one more case.
func (c *Counts) Add(v Verdict) {
	switch v {
	case Pass:
		c.Pass++
	case Fail:
		c.Fail++
	case Review:
		c.Review++
	case Waived:
		c.Waived++
	case NotApplicable:
		c.NotApplicable++
	default:
		c.Inconclusive++
	}
}

// order sorts what concurrency may have shuffled, so that one seed gives one record.
func (r *Run) order(l *ledger) {
	key := func(address string) []string {
		scope, id := splitAddress(address)
		return []string{l.rankScope(r.Scope, scope), l.rank(RequirementOf(address)), id}
	}
	byAddress := func(a, b string) int { return slices.CompareFunc(key(a), key(b), natural) }
	slices.SortStableFunc(r.Cases, func(a, b Case) int { return byAddress(a.Address, b.Address) })
	slices.SortStableFunc(r.NotRun, func(a, b NotRun) int { return byAddress(a.Address, b.Address) })
}

// RequirementOf returns the requirement that the case of an address tries: "V10" of "fournisseur/A/V10-N1~saml11".
func RequirementOf(address string) string {
	_, id := splitAddress(address)
	id, _, _ = strings.Cut(id, "~")
	if i := strings.LastIndexByte(id, '-'); i >= 0 {
		return id[:i]
	}
	return id
}

// splitAddress returns ROLE/MODE and CASE[~VARIANT].
func splitAddress(address string) (scope, id string) {
	i := strings.LastIndexByte(address, '/')
	return address[:max(i, 0)], address[i+1:]
}

// natural compares as people count: N2 before N10.
func natural(a, b string) int {
	for a != "" && b != "" {
		da, db := digits(a), digits(b)
		if da > 0 && db > 0 {
			na, _ := strconv.Atoi(a[:da])
			nb, _ := strconv.Atoi(b[:db])
			if c := cmp.Or(cmp.Compare(na, nb), cmp.Compare(da, db)); c != 0 {
				return c
			}
			a, b = a[da:], b[db:]
			continue
		}
		if a[0] != b[0] {
			return cmp.Compare(a[0], b[0])
		}
		a, b = a[1:], b[1:]
	}
	return cmp.Compare(len(a), len(b))
}

// digits returns how many digits s starts with.
func digits(s string) int {
	return len(s) - len(strings.TrimLeft(s, "0123456789"))
}
