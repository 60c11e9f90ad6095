package console_test

import (
	"context"
	"fmt"
	"io"
	"slices"
	"strings"
	"sync"
	"testing"

	"etalon/internal/campaign"
	"etalon/internal/candidate"
	"etalon/internal/report"
	"etalon/internal/scenario"
	"etalon/internal/store"
	"etalon/internal/verdict"
)

// desk runs no campaign: a test tells it what happens in each.
type desk struct {
	store *store.Store

	mu      sync.Mutex
	runs    map[string]*played
	refuses error // what Start returns, where it is set
	orders  []campaign.Order
}

// played is one campaign of a desk.
type played struct {
	standing campaign.Standing
	events   []campaign.Event
	more     chan struct{} // nil when it is over
	record   *verdict.Run
}

// plan is the part of a role in what can be ordered.
func plan(scope string, ids ...string) campaign.ScopeForecast {
	part := campaign.ScopeForecast{Scope: scope}
	for _, id := range ids {
		part.Requirements = append(part.Requirements, campaign.RequirementForecast{ID: id, Title: verdict.Text{FR: "Exigence " + id, EN: "Requirement " + id}, Severity: verdict.Majeure, Cases: 3})
	}
	return part
}

// Candidates implements console.Campaigns.
func (d *desk) Candidates(_ context.Context, owner string) ([]campaign.Candidate, error) {
	all := []campaign.Candidate{
		{ID: "recette", Owner: "acme", Name: "Passerelle " + hostile, Version: "3", Scope: []string{"client/A"}, Origin: campaign.OfPage, File: "/srv/secret.yaml"},
		{ID: "casse", Name: "casse", Scope: []string{}, Origin: campaign.OfDisk, Problem: "ligne 3 : " + hostile},
		{ID: "essai-fournisseur-a", Name: "Souche fournisseur, mode A", Version: "1", Scope: []string{"fournisseur/A"}, Origin: campaign.Bundled},
	}
	return slices.DeleteFunc(all, func(c campaign.Candidate) bool { return owner != "" && c.Owner != "" && c.Owner != owner }), nil
}

// Forecast implements console.Campaigns.
func (d *desk) Forecast(ctx context.Context, o campaign.Order) (campaign.Forecast, error) {
	known, err := d.Candidates(ctx, o.Owner)
	if err != nil || !slices.ContainsFunc(known, func(c campaign.Candidate) bool { return c.ID == o.Candidate }) {
		return campaign.Forecast{}, campaign.ErrUnknown
	}
	f := campaign.Forecast{Scopes: []campaign.ScopeForecast{plan("fournisseur/A", "V10", "G01"), plan("fournisseur/P", "P01")}}
	for _, s := range o.Selectors {
		if strings.Count(s, "/") > 3 {
			return campaign.Forecast{}, fmt.Errorf("read selector %q: want ROLE/MODE", s)
		}
	}
	for i := range f.Scopes {
		part := &f.Scopes[i]
		for j := range part.Requirements {
			one := &part.Requirements[j]
			one.Chosen = len(o.Selectors) == 0 || slices.ContainsFunc(o.Selectors, func(s string) bool { return strings.HasPrefix(part.Scope+"/"+one.ID+"/", s+"/") })
			if one.Chosen {
				part.Cases, f.Cases, f.Requirements, f.Expected = part.Cases+one.Cases, f.Cases+one.Cases, f.Requirements+1, f.Expected+40
			}
		}
	}
	if f.Cases == 0 {
		return f, scenario.ErrNothingSelected
	}
	if strings.Contains(o.Waivers, "ZZ99") {
		return f, campaign.RefusedWaivers{Problems: candidate.Problems{{File: candidate.WaiversFile, Line: 2, Column: 5, Key: "waivers[0].requirement", Got: "ZZ99 " + hostile,
			Want: verdict.Text{FR: "une exigence du catalogue", EN: "a requirement of the catalogue"}, Remedy: verdict.Text{FR: "Corrigez-la.", EN: "Correct it."}}}}
	}
	return f, nil
}

// Start implements console.Campaigns.
func (d *desk) Start(ctx context.Context, o campaign.Order) (store.Campaign, error) {
	f, err := d.Forecast(ctx, o)
	if err != nil {
		return store.Campaign{}, err
	}
	d.mu.Lock()
	defer d.mu.Unlock()
	if d.refuses != nil {
		return store.Campaign{}, d.refuses
	}
	d.orders = append(d.orders, o)
	one := store.Campaign{ID: fmt.Sprintf("c-%d", len(d.runs)+1), Owner: o.Owner, Candidate: "Souche " + hostile, CandidateID: o.Candidate, File: "/srv/secret.yaml", Selectors: o.Selectors, Long: o.Long, State: store.Running, Started: noon, Cases: f.Cases}
	p := &played{more: make(chan struct{}), record: &verdict.Run{Suite: verdict.Suite{Catalogue: "a"}}}
	for _, part := range f.Scopes {
		for _, q := range part.Requirements {
			p.standing.Requirements = append(p.standing.Requirements, campaign.RequirementStanding{ID: q.ID, Scope: part.Scope, Title: q.Title, Severity: q.Severity, Cases: q.Cases})
		}
	}
	p.standing.Left = 125
	d.runs[one.ID] = p
	return one, d.store.Save(ctx, one)
}

// tell has something happen in a campaign.
func (d *desk) tell(t testing.TB, id string, kind campaign.Kind, change func(*store.Campaign, *played)) {
	t.Helper()
	one, err := d.store.Campaign(t.Context(), "", id)
	if err != nil {
		t.Fatal(err)
	}
	d.mu.Lock()
	defer d.mu.Unlock()
	p := d.runs[id]
	change(&one, p)
	if err := d.store.Save(t.Context(), one); err != nil {
		t.Fatal(err)
	}
	p.standing.Seq++
	p.events = append(p.events, campaign.Event{Seq: p.standing.Seq, At: noon, Kind: kind})
	close(p.more)
	p.more = make(chan struct{})
	if one.State != store.Running {
		p.more = nil
	}
}

// ends ends a campaign.
func (d *desk) ends(t testing.TB, id string, state store.State) {
	t.Helper()
	d.tell(t, id, campaign.EventState, func(c *store.Campaign, p *played) {
		c.State, p.standing.Playing, p.standing.Gestures, p.standing.Left = state, nil, nil, 0
	})
}

// of is a campaign that an owner may see.
func (d *desk) of(ctx context.Context, owner, id string) (store.Campaign, *played, error) {
	one, err := d.store.Campaign(ctx, owner, id)
	if err != nil {
		return one, nil, err
	}
	return one, d.runs[id], nil
}

// Stop implements console.Campaigns.
func (d *desk) Stop(ctx context.Context, owner, id string) error {
	d.mu.Lock()
	defer d.mu.Unlock()
	one, p, err := d.of(ctx, owner, id)
	if err != nil {
		return err
	}
	if one.State != store.Running {
		return campaign.ErrOver
	}
	one.State = store.Stopped
	close(p.more)
	p.more = nil
	return d.store.Save(ctx, one)
}

// Resume implements console.Campaigns.
func (d *desk) Resume(ctx context.Context, owner, id string) (store.Campaign, error) {
	d.mu.Lock()
	defer d.mu.Unlock()
	one, p, err := d.of(ctx, owner, id)
	if err != nil || one.State == store.Finished {
		return one, cmpErr(err, campaign.ErrWhole)
	}
	one.State, p.more = store.Running, make(chan struct{})
	return one, d.store.Save(ctx, one)
}

func cmpErr(err, other error) error {
	if err != nil {
		return err
	}
	return other
}

// Rerun implements console.Campaigns.
func (d *desk) Rerun(ctx context.Context, owner, id string) (store.Campaign, error) {
	one, _, err := d.of(ctx, owner, id)
	if err != nil || one.Counts.Fail == 0 {
		return store.Campaign{}, cmpErr(err, campaign.ErrNoneFails)
	}
	return d.Start(ctx, campaign.Order{Owner: owner, Candidate: one.CandidateID, Selectors: []string{"fournisseur/A/V10"}})
}

// Stamp implements console.Campaigns: refuses is what the authority says.
func (d *desk) Stamp(ctx context.Context, owner, id string) error {
	d.mu.Lock()
	defer d.mu.Unlock()
	one, _, err := d.of(ctx, owner, id)
	switch {
	case err != nil:
		return err
	case one.Seal == nil || one.Seal.Unstamped == "":
		return campaign.ErrStamped
	case d.refuses != nil:
		return fmt.Errorf("%w: %w", campaign.ErrUnstamped, d.refuses)
	}
	one.Seal.Unstamped, one.Seal.Stamped, one.Seal.Authority = "", noon, "CN=TEST heure "+hostile
	return d.store.Save(ctx, one)
}

// Done implements console.Campaigns.
func (d *desk) Done(ctx context.Context, owner, id, gesture string) error {
	d.mu.Lock()
	defer d.mu.Unlock()
	_, p, err := d.of(ctx, owner, id)
	if err != nil {
		return err
	}
	i := slices.IndexFunc(p.standing.Gestures, func(g campaign.Gesture) bool { return g.ID == gesture })
	if i < 0 {
		return campaign.ErrNoGesture
	}
	p.standing.Gestures = slices.Delete(p.standing.Gestures, i, i+1)
	return nil
}

// Standing implements console.Campaigns.
func (d *desk) Standing(ctx context.Context, owner, id string) (store.Campaign, campaign.Standing, error) {
	d.mu.Lock()
	defer d.mu.Unlock()
	one, p, err := d.of(ctx, owner, id)
	if err != nil {
		return one, campaign.Standing{}, err
	}
	standing := p.standing
	standing.Requirements, standing.Gestures = slices.Clone(standing.Requirements), slices.Clone(standing.Gestures)
	return one, standing, nil
}

// Events implements console.Campaigns.
func (d *desk) Events(ctx context.Context, owner, id string, after int64) ([]campaign.Event, <-chan struct{}, error) {
	d.mu.Lock()
	defer d.mu.Unlock()
	_, p, err := d.of(ctx, owner, id)
	if err != nil {
		return nil, nil, err
	}
	i := min(int(after), len(p.events))
	return slices.Clone(p.events[i:]), p.more, nil
}

// Baseline implements console.Campaigns.
func (d *desk) Baseline(ctx context.Context, owner, id string) (*verdict.Run, error) {
	one, _, err := d.of(ctx, owner, id)
	if err != nil || one.Baseline == nil {
		return nil, cmpErr(err, campaign.ErrNoBaseline)
	}
	return judgedRun(verdict.Pass), nil
}

// Record implements console.Campaigns.
func (d *desk) Record(ctx context.Context, owner, id string) (*verdict.Run, error) {
	d.mu.Lock()
	defer d.mu.Unlock()
	_, p, err := d.of(ctx, owner, id)
	if err != nil {
		return nil, err
	}
	return p.record, nil
}

// Write implements console.Campaigns.
func (d *desk) Write(ctx context.Context, owner, id, format, lang string, w io.Writer) error {
	run, err := d.Record(ctx, owner, id)
	if err != nil {
		return err
	}
	if format == "archive" {
		_, err := w.Write([]byte("PK"))
		return err
	}
	found, err := report.Find(format)
	if err != nil {
		return err
	}
	texts, err := report.NewTexts()
	if err != nil {
		return err
	}
	return found.Write(w, run, report.Options{Lang: lang, Texts: texts})
}
