package console

import (
	"bytes"
	"encoding/json"
	"errors"
	"net/http"
	"net/url"
	"time"

	"github.com/go-chi/chi/v5"

	"etalon/internal/campaign"
	"etalon/internal/door"
	"etalon/internal/store"
	"etalon/internal/verdict"
)

// campaignAPI are the calls about campaigns.
func (c *Console) campaignAPI(r chi.Router) {
	r.Get("/campaigns", c.apiCampaigns)
	r.Group(func(r chi.Router) {
		r.Use(c.plays)
		r.With(changed).Post("/campaigns", c.apiStart)
		r.With(read).Post("/forecast", c.apiForecast)
		r.Get("/campaigns/{id}", c.apiCampaign)
		r.Get("/campaigns/{id}/events", c.apiCampaignEvents)
		r.Get("/campaigns/{id}/report", c.apiCampaignReport)
		r.Get("/campaigns/{id}/compare", c.apiCompare)
		for _, act := range []string{"stop", "resume", "rerun", "stamp"} {
			r.With(changed).Post("/campaigns/{id}/"+act, c.apiAct(act))
		}
		r.With(changed).Post("/campaigns/{id}/gestures/{gesture}", c.apiAct("gestures"))
	})
}

// toldCampaign is a campaign as the API tells it: no file of the server's.
type toldCampaign struct {
	ID          string         `json:"id"`
	Owner       string         `json:"owner,omitempty"`
	Candidate   string         `json:"candidate"`
	CandidateID string         `json:"candidate_id"`
	Selectors   []string       `json:"selectors"`
	Long        bool           `json:"long"`
	State       store.State    `json:"state"`
	Why         string         `json:"why,omitempty"`
	Started     time.Time      `json:"started"`
	Finished    time.Time      `json:"finished,omitzero"`
	Cases       int            `json:"cases"`
	Counts      verdict.Counts `json:"counts"`
	Level       verdict.Levels `json:"level"`
	Resumes     string         `json:"resumes,omitempty"`
	// Waivers is the text of its waivers, where one campaign is asked for; Baseline what it is held against, and what came of it.
	Waivers  string          `json:"waivers,omitempty"`
	Baseline *store.Baseline `json:"baseline,omitempty"`
	// Seal tells how its archive was signed, once it is.
	Seal *store.Seal `json:"seal,omitempty"`
	// Standing tells how far it is, where one campaign is asked for.
	Standing *campaign.Standing `json:"standing,omitempty"`
}

func toldOf(one store.Campaign) toldCampaign {
	return toldCampaign{
		one.ID, one.Owner, one.Candidate, one.CandidateID, append([]string{}, one.Selectors...), one.Long, one.State, one.Why, one.Started, one.Finished,
		one.Cases, one.Counts, one.Level, one.Resumes, "", one.Baseline, one.Seal, nil,
	}
}

// toldStanding is the campaign that an address names, with how far it is.
func (c *Console) toldStanding(r *http.Request) (toldCampaign, error) {
	one, standing, err := c.config.Campaigns.Standing(r.Context(), door.PersonOf(r).Owner(), chi.URLParam(r, "id"))
	told := toldOf(one)
	told.Standing, told.Waivers = &standing, one.Waivers
	return told, err
}

// apiCampaigns lists campaigns, the last first.
func (c *Console) apiCampaigns(w http.ResponseWriter, r *http.Request) {
	all, err := c.config.Store.Campaigns(r.Context(), door.PersonOf(r).Owner())
	if err != nil {
		fail(w, err)
		return
	}
	told := struct {
		Campaigns []toldCampaign `json:"campaigns"`
	}{[]toldCampaign{}}
	for _, one := range all {
		told.Campaigns = append(told.Campaigns, toldOf(one))
	}
	answer(w, http.StatusOK, told)
}

// apiOrder reads an order; it has answered when it cannot.
func (c *Console) apiOrder(w http.ResponseWriter, r *http.Request) (campaign.Order, bool) {
	var o campaign.Order
	text, archive, ok := c.apiOrderText(w, r)
	if !ok {
		return o, false
	}
	decoder := json.NewDecoder(bytes.NewReader(text))
	decoder.DisallowUnknownFields()
	if err := decoder.Decode(&o); err != nil {
		refuse(w, http.StatusBadRequest, "bad-json", err.Error())
		return o, false
	}
	o.Archive = archive
	if o.Lang != "" && o.Lang != "fr" && o.Lang != "en" || len(o.Selectors) > selecting {
		refuse(w, http.StatusBadRequest, "bad-parameter", "lang, selectors")
		return o, false
	}
	if o.Lang == "" {
		o.Lang = "fr"
	}
	o.Owner = door.PersonOf(r).Owner()
	return o, true
}

// apiForecast tells what an order would play.
func (c *Console) apiForecast(w http.ResponseWriter, r *http.Request) {
	o, ok := c.apiOrder(w, r)
	if !ok {
		return
	}
	forecast, err := c.config.Campaigns.Forecast(r.Context(), o)
	if err != nil {
		refuseOrder(w, err)
		return
	}
	answer(w, http.StatusOK, forecast)
}

// refuseOrder answers why an order cannot be obeyed.
func refuseOrder(w http.ResponseWriter, err error) {
	word, status := orderTrouble(err)
	if word == "internal" {
		fail(w, err)
		return
	}
	if !refusedWaivers(w, err) {
		refuse(w, status, word, err.Error())
	}
}

// apiStart begins a campaign. Where another is in the way, the refusal is about that one.
func (c *Console) apiStart(w http.ResponseWriter, r *http.Request) {
	o, ok := c.apiOrder(w, r)
	if !ok {
		return
	}
	if _, err := c.config.Campaigns.Forecast(r.Context(), o); err != nil {
		refuseOrder(w, err)
		return
	}
	one, err := c.config.Campaigns.Start(r.Context(), o)
	if err == nil {
		w.Header().Set("Location", "/api/campaigns/"+one.ID)
		answer(w, http.StatusCreated, toldOf(one))
		return
	}
	if other := c.inTheWay(r, o.Candidate, err); other != "" {
		word, status := campaignTrouble(err)
		refuse(w, status, word, other)
		return
	}
	failCampaign(w, err)
}

// failCampaign answers why a desk did not do what was asked.
func failCampaign(w http.ResponseWriter, err error) {
	word, status := campaignTrouble(err)
	if word == "internal" {
		fail(w, err)
		return
	}
	if running := (campaign.RunningError{}); errors.As(err, &running) {
		err = campaign.ErrRunning // which one is not for everybody
	}
	if !refusedWaivers(w, err) {
		refuse(w, status, word, err.Error())
	}
}

// maxWait bounds how long an answer may wait for the end of a campaign.
const maxWait = 10 * time.Minute

// apiCampaign tells how far a campaign is; with wait=30s, when it is over, or after that time.
func (c *Console) apiCampaign(w http.ResponseWriter, r *http.Request) {
	wait := time.Duration(0)
	if text := r.URL.Query().Get("wait"); text != "" {
		var err error
		if wait, err = time.ParseDuration(text); err != nil || wait < 0 || wait > maxWait {
			refuse(w, http.StatusBadRequest, "bad-parameter", "wait")
			return
		}
	}
	told, err := c.toldStanding(r)
	if err == nil && wait > 0 && told.State == store.Running {
		c.awaits(r, told.Standing.Seq, wait)
		told, err = c.toldStanding(r)
	}
	if err != nil {
		failCampaign(w, err)
		return
	}
	answer(w, http.StatusOK, told)
}

// awaits waits until the campaign of an address is over, for a time at most.
func (c *Console) awaits(r *http.Request, last int64, wait time.Duration) {
	timer := time.NewTimer(wait)
	defer timer.Stop()
	for {
		events, more, err := c.config.Campaigns.Events(r.Context(), door.PersonOf(r).Owner(), chi.URLParam(r, "id"), last)
		if err != nil || more == nil {
			return
		}
		if len(events) > 0 {
			last = events[len(events)-1].Seq
		}
		select {
		case <-more:
		case <-timer.C:
			return
		case <-r.Context().Done():
			return
		case <-c.ended:
			return
		}
	}
}

// apiAct stops a campaign, goes on with it, plays again what failed, or tells that a gesture was made; it answers with the
// campaign that is to be looked at then.
func (c *Console) apiAct(what string) http.HandlerFunc {
	return func(w http.ResponseWriter, r *http.Request) {
		gesture, err := url.PathUnescape(chi.URLParam(r, "gesture"))
		if err != nil {
			refuse(w, http.StatusBadRequest, "bad-parameter", "gesture")
			return
		}
		next, err := c.act(r, what, gesture)
		if err != nil {
			failCampaign(w, err)
			return
		}
		one, err := c.config.Store.Campaign(r.Context(), door.PersonOf(r).Owner(), next)
		if err != nil {
			fail(w, err)
			return
		}
		status := http.StatusOK
		if next != chi.URLParam(r, "id") {
			w.Header().Set("Location", "/api/campaigns/"+next)
			status = http.StatusCreated
		}
		answer(w, status, toldOf(one))
	}
}
