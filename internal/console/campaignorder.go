package console

import (
	"errors"
	"fmt"
	"math"
	"net/http"
	"net/url"
	"slices"
	"strings"

	"etalon/internal/campaign"
	"etalon/internal/candidate"
	"etalon/internal/door"
	"etalon/internal/scenario"
	"etalon/internal/store"
)

// orderPage is where a campaign is ordered.
type orderPage struct {
	sight
	Candidates []campaign.Candidate
	Order      campaign.Order
	// Chosen is the candidate of the order; its ID is empty where there is none.
	Chosen campaign.Candidate
	// Some tells that not everything is to be played.
	Some     bool
	Forecast campaign.Forecast
	// Trouble is the word of why the order cannot be obeyed, empty when it can; About what it is about, Running the campaign that
	// is in the way.
	Trouble, About, Running string
	// Off tells that the forecast is of everything, because what was chosen cannot be.
	Off bool
	// Problems are those of the waivers.
	Problems candidate.Problems
	// Earlier are the campaigns of the candidate that this one may be held against.
	Earlier []store.Campaign
}

// selecting is how much one order may choose one by one.
const selecting = 2000

// orderOf reads an order of a form; what=some with its selectors, else everything. A selector within another says nothing more.
func orderOf(r *http.Request, q url.Values) (o campaign.Order, some bool) {
	o = campaign.Order{Owner: door.PersonOf(r).Owner(), Candidate: q.Get("candidate"), Long: q.Get("long") != "", Lang: languageOf(r),
		Waivers: strings.ReplaceAll(q.Get("waivers"), "\r\n", "\n"), Baseline: q.Get("baseline")}
	if q.Get("what") != "some" {
		return o, false
	}
	chosen := q["selector"]
	for _, one := range chosen[:min(len(chosen), selecting)] {
		within := func(other string) bool { return strings.HasPrefix(one, other+"/") }
		if !slices.ContainsFunc(chosen, within) && !slices.Contains(o.Selectors, one) {
			o.Selectors = append(o.Selectors, one)
		}
	}
	return o, true
}

// ordering shows what can be ordered, and what the order of the address would play.
func (c *Console) ordering(w http.ResponseWriter, r *http.Request) {
	q := r.URL.Query()
	if r.Method == http.MethodPost {
		var ok bool
		if q, _, ok = c.orderForm(w, r, 0); !ok {
			return
		}
	}
	o, some := orderOf(r, q)
	p, ok := c.ordered(w, r, o, some)
	if ok {
		c.show(w, "campaignorder", http.StatusOK, p)
	}
}

// ordered is the page of an order; it has answered when it cannot be made.
func (c *Console) ordered(w http.ResponseWriter, r *http.Request, o campaign.Order, some bool) (orderPage, bool) {
	p := orderPage{sight: c.sight(r, "campaigns"), Order: o, Some: some}
	p.Back = "/campaigns/new"
	var err error
	if p.Candidates, err = c.config.Campaigns.Candidates(r.Context(), o.Owner); err != nil {
		fail(w, err)
		return p, false
	}
	i := slices.IndexFunc(p.Candidates, func(one campaign.Candidate) bool {
		return one.ID == o.Candidate || o.Candidate == "" && one.Problem == ""
	})
	if i < 0 {
		p.Trouble = "unknown-candidate"
		return p, true
	}
	p.Chosen, p.Order.Candidate = p.Candidates[i], p.Candidates[i].ID
	if p.Chosen.Problem != "" {
		p.Trouble, p.About = "candidate", p.Chosen.Problem
		return p, true
	}
	all, err := c.config.Store.Campaigns(r.Context(), o.Owner)
	if err != nil {
		fail(w, err)
		return p, false
	}
	p.Earlier = slices.DeleteFunc(all, func(one store.Campaign) bool {
		return one.CandidateID != p.Chosen.ID || one.State != store.Finished
	})
	return p, c.foresee(w, r, &p)
}

// foresee tells what the order would play; where it cannot be obeyed, what there is to choose from.
func (c *Console) foresee(w http.ResponseWriter, r *http.Request, p *orderPage) bool {
	ask := func(o campaign.Order) (campaign.Forecast, error) {
		if p.Some && len(o.Selectors) == 0 {
			return campaign.Forecast{}, scenario.ErrNothingSelected
		}
		return c.config.Campaigns.Forecast(r.Context(), o)
	}
	forecast, err := ask(p.Order)
	if refused := (campaign.RefusedWaivers{}); errors.As(err, &refused) {
		p.Trouble, p.Problems = "bad-waivers", refused.Problems
	} else if err != nil {
		word, _ := orderTrouble(err)
		if word == "internal" {
			fail(w, err)
			return false
		}
		p.Trouble, p.Off = word, true
		if word == "bad-selector" {
			p.About = err.Error()
		}
		whole := p.Order
		whole.Selectors = nil
		if forecast, err = c.config.Campaigns.Forecast(r.Context(), whole); err != nil {
			forecast = campaign.Forecast{}
		}
		forecast.Cases, forecast.Requirements, forecast.Expected = 0, 0, 0
	}
	p.Forecast = forecast
	return true
}

// orderTrouble is the word of what is wrong with an order, and its status: what no other word says is wrong with a selector.
func orderTrouble(err error) (word string, status int) {
	if word, status = campaignTrouble(err); word != "internal" {
		return word, status
	}
	for _, ours := range []error{store.ErrBusy, store.ErrFull, store.ErrUnknown} {
		if errors.Is(err, ours) {
			return word, status
		}
	}
	return "bad-selector", http.StatusBadRequest
}

// begins begins the campaign that a page orders, and leads to it.
func (c *Console) begins(w http.ResponseWriter, r *http.Request) {
	f, archive, ok := c.orderForm(w, r, maxArchive)
	if !ok {
		return
	}
	o, some := orderOf(r, f)
	p, ok := c.ordered(w, r, o, some)
	if !ok {
		return
	}
	p.Order.Archive = archive
	status := http.StatusBadRequest
	if p.Trouble == "" {
		one, err := c.config.Campaigns.Start(r.Context(), p.Order)
		if err == nil {
			http.Redirect(w, r, "/campaigns/"+one.ID, http.StatusSeeOther)
			return
		}
		var word string
		if word, status = campaignTrouble(err); word == "internal" {
			fail(w, err)
			return
		}
		p.Trouble, p.Running = word, c.inTheWay(r, p.Order.Candidate, err)
		if errors.Is(err, campaign.ErrUnusable) || errors.Is(err, campaign.ErrBaseline) {
			p.About = err.Error()
		}
	}
	c.show(w, "campaignorder", status, p)
}

// inTheWay is the campaign that keeps another from running, as far as who asks may see it.
func (c *Console) inTheWay(r *http.Request, candidate string, why error) string {
	var running campaign.RunningError
	if errors.As(why, &running) {
		if _, err := c.config.Store.Campaign(r.Context(), door.PersonOf(r).Owner(), running.ID); err == nil {
			return running.ID
		}
	}
	if !errors.Is(why, campaign.ErrRunning) && !errors.Is(why, campaign.ErrPorts) {
		return ""
	}
	all, err := c.config.Store.Campaigns(r.Context(), door.PersonOf(r).Owner())
	if err != nil {
		return ""
	}
	for _, one := range all {
		if one.State == store.Running && (one.CandidateID == candidate || errors.Is(why, campaign.ErrPorts)) {
			return one.ID
		}
	}
	return ""
}

// scopePart is a role and mode of the order.
type scopePart struct {
	orderPage
	campaign.ScopeForecast
}

// Parts are the roles and modes of the order.
func (p orderPage) Parts() []scopePart {
	parts := make([]scopePart, len(p.Forecast.Scopes))
	for i, one := range p.Forecast.Scopes {
		parts[i] = scopePart{p, one}
	}
	return parts
}

// Key names the part in the page.
func (p scopePart) Key() string { return "s-" + strings.ReplaceAll(p.Scope, "/", "-") }

// All is how many cases the part has, Chosen how many of them the order would play.
func (p scopePart) All() (n int) {
	for _, one := range p.ScopeForecast.Requirements {
		n += one.Cases
	}
	return n
}

// Chosen is how many cases of the part the order would play.
func (p scopePart) Chosen() int {
	switch {
	case p.Off:
		return 0
	case !p.Some:
		return p.All()
	}
	return p.ScopeForecast.Cases
}

// Whole tells that the whole part was chosen by one box.
func (p scopePart) Whole() bool { return p.Some && slices.Contains(p.Order.Selectors, p.Scope) }

// Ticked tells that the box of a requirement is.
func (p scopePart) Ticked(one campaign.RequirementForecast) bool {
	return p.Some && !p.Off && one.Chosen
}

// Expected is how long the order should take.
func (p orderPage) Expected() string { return span(p.Forecast.Expected) }

// Named is a candidate as a list shows it.
func (p orderPage) Named(one campaign.Candidate) string {
	name := one.Name
	if one.Version != "" && one.Origin != campaign.Bundled {
		name += " " + one.Version
	}
	return p.Shown(name) + " (" + strings.Join(one.Scope, ", ") + ")"
}

// span is a length of time as people say it.
func span(seconds float64) string {
	s := int(math.Ceil(seconds))
	switch {
	case s < 60:
		return fmt.Sprintf("%d s", s)
	case s < 3600:
		return fmt.Sprintf("%d min", (s+59)/60)
	}
	return fmt.Sprintf("%d h %02d", s/3600, s%3600/60)
}
