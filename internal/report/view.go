package report

import (
	"cmp"
	"slices"
	"strings"

	"etalon/internal/legible"
	"etalon/internal/verdict"
)

// view is a record arranged for a reader: the same arrangement serves every format that a person reads.
type view struct {
	run  *verdict.Run
	o    Options
	rows map[string]verdict.Requirement
}

func newView(run *verdict.Run, o Options) *view {
	v := &view{run: shown(run), o: o, rows: map[string]verdict.Requirement{}}
	for _, q := range o.Catalogue {
		v.rows[q.ID] = q
	}
	return v
}

// w returns a sentence of the report's own.
func (v *view) w(key string, args ...any) string { return v.o.Texts.Word(v.o.Lang, key, args...) }

// title returns the text of a requirement, or its id.
func (v *view) title(id string) string {
	if q, ok := v.rows[id]; ok {
		return q.Title.In(v.o.Lang)
	}
	return id
}

// reason returns why a verdict is what it is: the sentence of its key, or the one that was recorded.
func (v *view) reason(why verdict.Reason, recorded string) string {
	return cmp.Or(v.o.Texts.Reason(v.o.Lang, why), legible.OneLine(recorded))
}

// validity tells for how long the report is signed to hold, stamp whether a time authority attests when it was signed.
func (v *view) validity() string {
	return v.w("validity.span", v.instant(v.o.NotBefore), v.instant(v.o.NotAfter))
}

func (v *view) stamp() string {
	if v.o.Timed {
		return v.w("stamp.asked")
	}
	return v.w("stamp.none")
}

// marks are what a reader must know before the level.
func (v *view) marks() []string {
	var marks []string
	for _, m := range []struct {
		on  bool
		key string
	}{
		{!v.run.Complete, "incomplete"}, {v.run.Partial, "partial"}, {verdict.Experimental(v.run.Scope...), "experimental"},
		{v.o.TestKey, "testkey"},
	} {
		if m.on {
			marks = append(marks, m.key)
		}
	}
	return marks
}

// failure is a requirement that failed for one role and mode, with all that accuses it.
type failure struct {
	verdict.RequirementResult
	Findings []accusation
	Cases    []verdict.Case // those that failed on it
}

// accusation is a finding and the cases where it was made.
type accusation struct {
	verdict.Finding
	Seen []string // addresses
}

// Standard tells that the requirement failed on S, X or I: else it is an "écart au profil de test".
func (f failure) Standard() bool { return f.RequirementResult.Standard == verdict.Fail }

// failures returns what failed, gravest first; at the same severity, what rests on the standard first.
func (v *view) failures() []failure {
	var out []failure
	for _, q := range v.run.Requirements {
		if q.Verdict == verdict.Fail {
			out = append(out, v.failure(q))
		}
	}
	slices.SortStableFunc(out, func(a, b failure) int {
		return cmp.Or(cmp.Compare(a.Severity, b.Severity), -compareBool(a.Standard(), b.Standard()))
	})
	return out
}

// concluded tells whether a requirement came to that verdict in a role and mode.
func (v *view) concluded(scope, id string, of verdict.Verdict) bool {
	return slices.ContainsFunc(v.run.Requirements, func(q verdict.RequirementResult) bool {
		return q.ID == id && q.Role+"/"+q.Mode == scope && q.Verdict == of
	})
}

func compareBool(a, b bool) int {
	switch {
	case a == b:
		return 0
	case a:
		return 1
	}
	return -1
}

func (v *view) failure(q verdict.RequirementResult) failure {
	f := failure{RequirementResult: q}
	for _, c := range v.run.Cases {
		if !strings.HasPrefix(c.Address, q.Role+"/"+q.Mode+"/") {
			continue
		}
		if c.Requirement == q.ID && c.Verdict == verdict.Fail {
			f.Cases = append(f.Cases, c)
		}
		for _, finding := range c.Findings {
			if finding.Requirement == q.ID && (c.Verdict != verdict.Waived || c.Requirement != q.ID) {
				f.accuse(finding, c.Address)
			}
		}
	}
	return f
}

// accuse adds a finding, once for all the cases that made the same.
func (f *failure) accuse(finding verdict.Finding, address string) {
	for i, a := range f.Findings {
		if a.Rule == finding.Rule && a.Want == finding.Want && a.Got == finding.Got {
			if !slices.Contains(a.Seen, address) {
				f.Findings[i].Seen = append(a.Seen, address)
			}
			return
		}
	}
	f.Findings = append(f.Findings, accusation{finding, []string{address}})
}

// judged returns the cases with a verdict, in the order of the record.
func (v *view) judged(of verdict.Verdict) []verdict.Case {
	var out []verdict.Case
	for _, c := range v.run.Cases {
		if c.Verdict == of {
			out = append(out, c)
		}
	}
	return out
}

// silence is a reason for which cases were not played, with their addresses.
type silence struct {
	Reason string
	Cases  []string
}

// notRun gathers the cases that were not played by reason.
func (v *view) notRun() []silence {
	var out []silence
	for _, n := range v.run.NotRun {
		reason := v.reason(n.Why, n.Reason)
		i := slices.IndexFunc(out, func(s silence) bool { return s.Reason == reason })
		if i < 0 {
			i, out = len(out), append(out, silence{Reason: reason})
		}
		out[i].Cases = append(out[i].Cases, n.Address)
	}
	return out
}

// waiver is a failure accepted beforehand, in the words of the report.
type waiver struct {
	verdict.Waiver
	Word string // what became of it
	Said string // who accepts it, until when and why
}

// waivers are those of the record, first those that must go.
func (v *view) waivers() []waiver {
	var out []waiver
	for _, w := range v.run.Waivers {
		said := v.reason(verdict.Reason{Key: verdict.ReasonWaived, Args: []string{w.Owner, w.Expires, w.Reason}}, "")
		out = append(out, waiver{w, v.w("waiver." + string(w.State)), said})
	}
	slices.SortStableFunc(out, func(a, b waiver) int { return -compareBool(a.Red(), b.Red()) })
	return out
}

// waiverOf is what a waiver says of a case that it names; empty where none does.
func (v *view) waiverOf(address string) string {
	for _, w := range v.waivers() {
		if w.Names(address) || slices.Contains(w.Covers, address) {
			return w.Word + " : " + w.Said
		}
	}
	return ""
}

// count is one of the counters, by its word in files.
type count struct {
	Word string
	N    int
}

func (v *view) counts() []count {
	c := v.run.Counts
	return []count{{"pass", c.Pass}, {"fail", c.Fail}, {"inconclusive", c.Inconclusive},
		{"review", c.Review}, {"waived", c.Waived}, {"not_applicable", c.NotApplicable}}
}
