package console

import (
	"errors"
	"net/http"
	"slices"
	"strings"

	"github.com/go-chi/chi/v5"

	"etalon/internal/campaign"
	"etalon/internal/door"
	"etalon/internal/legible"
	"etalon/internal/report"
	"etalon/internal/scenario"
	"etalon/internal/store"
	"etalon/internal/verdict"
)

// campaignPages are the pages about campaigns.
func (c *Console) campaignPages(r chi.Router) {
	r.Get("/campaigns", c.campaigns)
	r.Group(func(r chi.Router) {
		r.Use(c.plays)
		r.With(changed).Post("/campaigns", c.begins)
		r.Get("/campaigns/new", c.ordering)
		r.With(read).Post("/campaigns/new", c.ordering)
		r.Get("/campaigns/{id}", c.campaign)
		r.Get("/campaigns/{id}/stream", c.campaignStream)
		r.Get("/campaigns/{id}/report", c.campaignReport)
		r.Get("/campaigns/{id}/compare", c.compare)
		for _, act := range []string{"stop", "resume", "rerun", "stamp", "gestures"} {
			r.With(changed).Post("/campaigns/{id}/"+act, c.acts(act))
		}
	})
}

// plays refuses what is about campaigns where none can be run.
func (c *Console) plays(next http.Handler) http.Handler {
	return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		if c.config.Campaigns == nil {
			refuse(w, http.StatusServiceUnavailable, "no-campaigns", "")
			return
		}
		next.ServeHTTP(w, r)
	})
}

// campaignsPage is the list of campaigns.
type campaignsPage struct {
	sight
	Campaigns []store.Campaign
	// Able tells that campaigns can be run here.
	Able bool
}

// Rows are the campaigns, each as a row of the list.
func (p campaignsPage) Rows() []campaignRow {
	rows := make([]campaignRow, len(p.Campaigns))
	for i, one := range p.Campaigns {
		rows[i] = campaignRow{p.sight, one}
	}
	return rows
}

// campaignRow is one campaign.
type campaignRow struct {
	sight
	store.Campaign
}

// Played is how many cases were played.
func (r campaignRow) Played() int {
	n := r.Counts
	return n.Pass + n.Fail + n.Review + n.Waived + n.Inconclusive + n.NotApplicable
}

// Running and Over tell whether it goes on, and whether it came to its end.
func (r campaignRow) Running() bool { return r.State == store.Running }
func (r campaignRow) Over() bool    { return r.State == store.Finished }

// count is how many cases ended so.
type count struct {
	Word string // of files
	N    int
}

// Tally are the counts of a campaign that are not nought, what matters first.
func (r campaignRow) Tally() []count {
	n := r.Counts
	all := []count{{"fail", n.Fail}, {"inconclusive", n.Inconclusive}, {"review", n.Review}, {"waived", n.Waived}, {"pass", n.Pass}, {"not_applicable", n.NotApplicable}}
	return slices.DeleteFunc(all, func(one count) bool { return one.N == 0 })
}

// Open tells that it came to its end without a level.
func (r campaignRow) Open() bool { return r.Over() && r.Level.Profile == verdict.Undetermined }

// Selection is what was chosen, in one line; empty for everything.
func (r campaignRow) Selection() string { return legible.Text(strings.Join(r.Selectors, ", ")) }

// campaigns shows the list.
func (c *Console) campaigns(w http.ResponseWriter, r *http.Request) {
	all, err := c.config.Store.Campaigns(r.Context(), door.PersonOf(r).Owner())
	if err != nil {
		fail(w, err)
		return
	}
	c.show(w, "campaigns", http.StatusOK, campaignsPage{c.sight(r, "campaigns"), all, c.config.Campaigns != nil})
}

// campaignPage is how far one campaign is.
type campaignPage struct {
	campaignRow
	campaign.Standing
	// Judged are the cases that failed or could not be judged, once it is over.
	Judged []caseRow
	// Waivers are those that it accepts failures by, Regressions what is newly broken since its baseline, once it is over.
	Waivers     []verdict.Waiver
	Regressions []regressionRow
	// Failing tells that there is something to play again.
	Failing bool
	// Trouble is the word of why what was asked was not done, empty when nothing was; About what it is about.
	Trouble, About string
}

// Played and Left are those of the standing.
func (p campaignPage) Played() int { return p.Standing.Played }

// LeftSpan is how long the rest should take; empty where that is not known.
func (p campaignPage) LeftSpan() string {
	if p.Left <= 0 || !p.Running() {
		return ""
	}
	return span(p.Left)
}

// caseRow is a case that failed or could not be judged.
type caseRow struct {
	sight
	campaign string
	verdict.Case
}

// Why is why it has its verdict: what it departs from, each once, or the reason of who judged.
func (r caseRow) Why() string {
	var departures []string
	for _, f := range r.Findings {
		if said := legible.Text(f.Requirement) + " : " + r.Rule(f); !slices.Contains(departures, said) {
			departures = append(departures, said)
		}
	}
	if len(departures) > 0 && r.Verdict == verdict.Fail {
		return strings.Join(departures, " ; ")
	}
	if said := r.texts.Reason(r.Lang, r.Case.Why); said != "" {
		return legible.Text(said)
	}
	return legible.Text(r.Reason)
}

// Anchor is where the report tells of it.
func (r caseRow) Anchor() string { return report.Anchor(r.Address) }

// Campaign is the one that played it.
func (r caseRow) Campaign() string { return r.campaign }

// QuestionRow is how one requirement stands.
type questionRow struct {
	sight
	campaign string
	campaign.RequirementStanding
}

// Campaign is the one that plays it.
func (r questionRow) Campaign() string { return r.campaign }

// Key names its row in the page.
func (r questionRow) Key() string { return "q-" + strings.ReplaceAll(r.Scope, "/", "-") + "-" + r.ID }

// Begun and Whole tell whether some of its cases were played, and all.
func (r questionRow) Begun() bool { return r.Played > 0 }
func (r questionRow) Whole() bool { return r.Played >= r.Cases }

// Questions are the requirements, each as a row of the table.
func (p campaignPage) Questions() []questionRow {
	rows := make([]questionRow, len(p.Standing.Requirements))
	for i, one := range p.Standing.Requirements {
		rows[i] = questionRow{p.sight, p.ID, one}
	}
	return rows
}

// campaign shows one campaign.
func (c *Console) campaign(w http.ResponseWriter, r *http.Request) {
	c.showCampaign(w, r, http.StatusOK, "", "")
}

func (c *Console) showCampaign(w http.ResponseWriter, r *http.Request, status int, trouble, about string) {
	p, err := c.standing(r)
	if err != nil {
		fail(w, err)
		return
	}
	p.Trouble, p.About = trouble, about
	if !p.Running() || p.Campaign.Waivers != "" {
		if err := c.judged(r, &p); err != nil {
			fail(w, err)
			return
		}
	}
	c.show(w, "campaign", status, p)
}

// standing is how far the campaign that an address names is.
func (c *Console) standing(r *http.Request) (campaignPage, error) {
	one, standing, err := c.config.Campaigns.Standing(r.Context(), door.PersonOf(r).Owner(), chi.URLParam(r, "id"))
	p := campaignPage{campaignRow: campaignRow{c.sight(r, "campaigns"), one}, Standing: standing, Failing: one.Counts.Fail+one.Counts.Inconclusive > 0}
	p.Back = "/campaigns/" + one.ID
	return p, err
}

// judged reads what failed, and what could not be judged, out of the record.
func (c *Console) judged(r *http.Request, p *campaignPage) error {
	run, err := c.config.Campaigns.Record(r.Context(), door.PersonOf(r).Owner(), p.ID)
	if errors.Is(err, store.ErrUnknown) {
		return nil // it ended before its record began
	}
	if err != nil {
		return err
	}
	p.Waivers = run.Waivers
	if p.Running() {
		return nil
	}
	if p.Baseline != nil && p.Baseline.Held {
		if err := c.regressed(r, p, run); err != nil {
			return err
		}
	}
	for _, v := range []verdict.Verdict{verdict.Fail, verdict.Inconclusive} {
		for _, one := range run.Cases {
			if one.Verdict == v {
				p.Judged = append(p.Judged, caseRow{p.sight, p.ID, one})
			}
		}
	}
	return nil
}

// acts does one thing, as a page of a campaign asks, and goes back to it, or on to the campaign that was begun.
func (c *Console) acts(what string) http.HandlerFunc {
	return func(w http.ResponseWriter, r *http.Request) {
		f, ok := form(w, r)
		if !ok {
			return
		}
		next, err := c.act(r, what, f.Get("gesture"))
		if err == nil {
			http.Redirect(w, r, "/campaigns/"+next, http.StatusSeeOther)
			return
		}
		if word, status := campaignTrouble(err); word != "internal" {
			about := ""
			if refused := (campaign.RefusedWaivers{}); errors.As(err, &refused) {
				about = refused.Problems.In(languageOf(r))
			} else if errors.Is(err, campaign.ErrUnstamped) {
				about = err.Error()
			}
			c.showCampaign(w, r, status, word, about)
			return
		}
		fail(w, err)
	}
}

// act does one thing to the campaign that an address names, and tells which is to be looked at then.
func (c *Console) act(r *http.Request, what, gesture string) (next string, err error) {
	owner, id := door.PersonOf(r).Owner(), chi.URLParam(r, "id")
	var one store.Campaign
	switch what {
	case "stop":
		err = c.config.Campaigns.Stop(r.Context(), owner, id)
	case "gestures":
		err = c.config.Campaigns.Done(r.Context(), owner, id, gesture)
	case "resume":
		one, err = c.config.Campaigns.Resume(r.Context(), owner, id)
	case "stamp":
		err = c.config.Campaigns.Stamp(r.Context(), owner, id)
	case "rerun":
		one, err = c.config.Campaigns.Rerun(r.Context(), owner, id)
	}
	if one.ID != "" {
		id = one.ID
	}
	return id, err
}

// campaignTroubles are the refusals of a desk, each with its word.
var campaignTroubles = []struct {
	err    error
	word   string
	status int
}{
	{campaign.ErrRunning, "campaign-running", http.StatusConflict},
	{campaign.ErrPorts, "ports-busy", http.StatusConflict},
	{campaign.ErrOver, "campaign-over", http.StatusConflict},
	{campaign.ErrWhole, "campaign-whole", http.StatusConflict},
	{campaign.ErrNoneFails, "none-fails", http.StatusConflict},
	{campaign.ErrStamped, "campaign-stamped", http.StatusConflict},
	{campaign.ErrUnstamped, "unstamped", http.StatusBadGateway},
	{campaign.ErrWaivers, "bad-waivers", http.StatusBadRequest},
	{campaign.ErrBaseline, "bad-baseline", http.StatusBadRequest},
	{campaign.ErrNoBaseline, "no-baseline", http.StatusNotFound},
	{campaign.ErrNoGesture, "no-gesture", http.StatusConflict},
	{campaign.ErrBarred, "barred", http.StatusForbidden},
	{campaign.ErrTarget, "target-barred", http.StatusForbidden},
	{campaign.ErrUnknown, "unknown-candidate", http.StatusNotFound},
	{campaign.ErrUnusable, "candidate", http.StatusBadRequest},
	{campaign.ErrClosed, "ending", http.StatusServiceUnavailable},
	{scenario.ErrNothingSelected, "nothing-selected", http.StatusBadRequest},
}

// campaignTrouble is the word of a refusal, and its status; "internal" for an error that is none.
func campaignTrouble(err error) (word string, status int) {
	for _, one := range campaignTroubles {
		if errors.Is(err, one.err) {
			return one.word, one.status
		}
	}
	return "internal", http.StatusInternalServerError
}
