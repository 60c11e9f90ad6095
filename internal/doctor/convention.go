package doctor

import (
	"time"

	"etalon/internal/candidate"
	"etalon/internal/interops"
	"etalon/internal/verdict"
)

// convention tells of roles whose project is not in force now: an honest message would be refused by right.
func (p Patient) convention() (symptoms []Symptom) {
	c := p.Candidate
	if c.Convention == nil {
		return nil
	}
	now := p.Now()
	for _, scope := range c.Scope() {
		role, mode := candidate.SplitScope(scope)
		project, ok := c.Convention.OpenedProject(c.Choice(role, mode).Project)
		if role.WithoutMode() || !ok || project.InForce(now) {
			continue
		}
		start, end := c.Convention.Life()
		at := c.Agreed(role, mode).Project
		s := Symptom{Sign: NotInForce, Scope: scope, File: c.ConventionFile(), Closed: true}
		first, last := at+".start", at+".end"
		if mode == interops.ModeS {
			first, last = at+".joined", at+".left"
		}
		switch {
		case !start.IsZero() && now.Before(start.Time):
			s.Field, s.What = "agreement.start", begins(start.Time)
		case !end.IsZero() && !now.Before(end.Time):
			s.Field, s.What = "agreement.duration_months", ended(end.Time)
		case now.Before(project.Start.Time):
			s.Field, s.What = first, begins(project.Start.Time)
		default:
			s.Field, s.What = last, ended(project.End.Time)
		}
		s.Remedy = say("Corrigez cette date, ou nommez sous roles.%s un projet en vigueur.", "Correct this date, or name under roles.%s a project in force.", dotted(scope)+".project")
		symptoms = append(symptoms, s)
	}
	return symptoms
}

func begins(at time.Time) verdict.Text {
	return say("rien n'est en vigueur avant le %s", "nothing is in force before %s", day(at))
}
func ended(at time.Time) verdict.Text {
	return say("rien n'est plus en vigueur depuis le %s", "nothing is in force any more since %s", day(at))
}
