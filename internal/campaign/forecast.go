package campaign

import (
	"context"
	"errors"
	"slices"

	"etalon/internal/scenario"
	"etalon/internal/store"
	"etalon/internal/verdict"
)

// ErrSelector tells that a selector is none.
var ErrSelector = verdict.Tell("ce sélecteur n'existe pas", "no such selector")

// aCase is how long a case takes where no campaign has told, in seconds.
const aCase = 0.2

// chosen are the trials of a plan that an order chooses, in scope. It returns ErrSelector, or scenario.ErrNothingSelected.
func chosen(plan []scenario.Trial, scope []string, o Order) ([]scenario.Trial, error) {
	selection, err := scenario.ParseSelection(o.Selectors)
	if err != nil {
		return nil, verdict.Tell("%s : %s", "%s: %s", ErrSelector, err)
	}
	var all []scenario.Trial
	for _, t := range plan {
		if slices.Contains(scope, t.Scope()) && selection.Chooses(t) && (o.Long || !t.Long) {
			all = append(all, t)
		}
	}
	if len(all) == 0 {
		return nil, scenario.ErrNothingSelected
	}
	return all, nil
}

// Forecast tells what an order would play. It returns ErrUnknown, ErrSelector, scenario.ErrNothingSelected with what there is
// to choose from, or RefusedWaivers.
func (d *Desk) Forecast(ctx context.Context, o Order) (Forecast, error) {
	f := Forecast{Scopes: []ScopeForecast{}}
	suite, err := d.suite()
	if err != nil {
		return f, err
	}
	c, err := d.config.Roster.Find(o.Owner, o.Candidate)
	if err != nil {
		return f, err
	}
	trials, err := chosen(suite.Plan, c.Scope, o)
	if errors.Is(err, ErrSelector) {
		return f, err
	}
	would := map[string]bool{}
	for _, t := range trials {
		would[t.Address.String()] = true
	}
	for _, scope := range c.Scope {
		f.scope(scope, suite.Plan, o.Long, would)
	}
	f.Expected = float64(f.Cases) * d.each(ctx, c.ID)
	if err == nil {
		_, err = waived(suite, c, o.Waivers)
	}
	return f, err
}

// scope adds what would be played of a role in a mode.
func (f *Forecast) scope(scope string, plan []scenario.Trial, long bool, would map[string]bool) {
	s := ScopeForecast{Scope: scope, Requirements: []RequirementForecast{}}
	for _, t := range plan {
		if t.Scope() != scope || t.Long && !long {
			continue
		}
		i := slices.IndexFunc(s.Requirements, func(r RequirementForecast) bool { return r.ID == t.Row.ID })
		if i < 0 {
			i = len(s.Requirements)
			s.Requirements = append(s.Requirements, RequirementForecast{ID: t.Row.ID, Title: t.Row.Title, Severity: t.Row.Severity})
		}
		r := &s.Requirements[i]
		r.Cases++
		if would[t.Address.String()] {
			s.Cases++
			if !r.Chosen {
				r.Chosen = true
				f.Requirements++
			}
		}
	}
	f.Cases += s.Cases
	f.Scopes = append(f.Scopes, s)
}

// each is how long a case takes, in seconds: as in the last campaign against a candidate, else as in all that are known.
func (d *Desk) each(ctx context.Context, candidate string) float64 {
	all, err := d.config.Store.Campaigns(ctx, "")
	if err != nil {
		return aCase
	}
	seconds, cases := 0.0, 0
	for _, c := range all { // the last first
		played := played(c)
		if c.Seconds == 0 || played == 0 {
			continue
		}
		if c.CandidateID == candidate {
			return c.Seconds / float64(played)
		}
		seconds, cases = seconds+c.Seconds, cases+played
	}
	if cases == 0 {
		return aCase
	}
	return seconds / float64(cases)
}

// played is how many cases of a campaign have a verdict.
func played(c store.Campaign) int {
	n := c.Counts
	return n.Pass + n.Fail + n.Review + n.Waived + n.Inconclusive + n.NotApplicable
}
