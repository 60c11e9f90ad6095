package report

import (
	"slices"
	"strconv"
	"strings"
	"time"

	"etalon/internal/interops"
	"etalon/internal/verdict"
)

// Milestone is one step of what follows a finding, and the day when it is due.
type Milestone struct {
	Key string // its sentence in the texts: followup.KEY
	Due time.Time
}

// FollowUp returns what follows a finding for an MSSanté operator, by the day of the finding: nothing for a level that asks for
// nothing. A major non-conformity opens a remediation plan; a blocking one a formal notice, whose sanctions are dated as if it
// were sent that day. The founding slides do not tell whether the second goes through a plan: that it does not is our reading (P).
func FollowUp(level verdict.Level, found time.Time, delays interops.FollowUp) []Milestone {
	day := found.UTC().Truncate(24 * time.Hour)
	switch level {
	case verdict.NonConformeMajeure:
		plan := day.AddDate(0, 0, 7*delays.PlanWeeks)
		return []Milestone{{"finding", day}, {"plan", plan}, {"compliance", addMonths(plan, delays.ComplianceMonths)}}
	case verdict.NonConformeBloquante:
		public := addMonths(day, delays.PublicationMonths)
		barred := addMonths(public, delays.BarringMonths)
		return []Milestone{{"finding", day}, {"notice", day}, {"publication", public}, {"barring", barred}, {"exit", addMonths(barred, delays.ExitMonths)}}
	}
	return nil
}

// addMonths returns the same day of a later month, or the last day of that month where it is shorter.
func addMonths(day time.Time, months int) time.Time {
	first := time.Date(day.Year(), day.Month()+time.Month(months), 1, 0, 0, 0, 0, time.UTC)
	last := first.AddDate(0, 1, -1)
	return first.AddDate(0, 0, min(day.Day(), last.Day())-1)
}

// DelaysOf returns the delays of the profile that a run was judged with: those of the founding slides, and what it overrides.
func DelaysOf(p verdict.Profile) interops.FollowUp {
	delays := interops.FoundingFollowUp
	for key, to := range map[string]*int{
		"followup.planWeeks": &delays.PlanWeeks, "followup.complianceMonths": &delays.ComplianceMonths, "followup.publicationMonths": &delays.PublicationMonths,
		"followup.barringMonths": &delays.BarringMonths, "followup.exitMonths": &delays.ExitMonths,
	} {
		if n, err := strconv.Atoi(p.Overrides[key]); err == nil && n > 0 && n <= 104 {
			*to = n
		}
	}
	return delays
}

// followUp is what follows, as a reader sees it.
type followUp struct {
	Why   string
	Steps []followStep
}

// followStep is a step and its day, in the language of the view.
type followStep struct{ Day, What string }

// followUp tells what follows for an MSSanté operator; nil for any other candidate.
func (v *view) followUp() *followUp {
	if !slices.ContainsFunc(v.run.Scope, func(s string) bool { return strings.HasPrefix(s, "mss-") }) {
		return nil
	}
	level := v.run.Level.Standard
	f := &followUp{Why: v.w("followup." + level.String())}
	for _, m := range FollowUp(level, v.run.Finished, DelaysOf(v.run.Profile)) {
		f.Steps = append(f.Steps, followStep{v.day(m.Due), v.w("followup." + m.Key)})
	}
	return f
}

// day writes a day as the language does.
func (v *view) day(t time.Time) string {
	if v.o.Lang == "en" {
		return t.Format(time.DateOnly)
	}
	return t.Format("02/01/2006")
}

// FollowUp is that of the view.
func (p *page) FollowUp() *followUp { return p.followUp() }

// followUp tells what follows, where something is told.
func (t *textPage) followUp() {
	f := t.view.followUp()
	if f == nil {
		return
	}
	t.section("followup")
	t.line(1, "%s", t.w("followup.hint"))
	t.line(1, "%s", f.Why)
	for _, s := range f.Steps {
		t.line(2, "%s  %s", s.Day, s.What)
	}
}
