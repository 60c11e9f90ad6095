package console

import (
	"bytes"
	"fmt"
	"net/http"
	"slices"

	"github.com/go-chi/chi/v5"

	"etalon/internal/campaign"
	"etalon/internal/door"
	"etalon/internal/legible"
	"etalon/internal/report"
	"etalon/internal/verdict"
)

// comparePage tells what changed between two campaigns.
type comparePage struct {
	campaignRow
	// Others are the campaigns that it may be compared with, With the one that it is; its ID is empty when there is none.
	Others []campaignRow
	With   campaignRow
	// Held tells that it is compared with its own baseline.
	Held bool
	// Bundled tells that the candidate is a mock one of ours, whose file is made anew for each campaign.
	Bundled bool
	report.Comparison
}

// changes are the cases of a comparison of which the same is to be said.
type changes struct {
	Word string // the end of the key of what is said
	Of   []changeRow
}

// changeRow is one case of a comparison.
type changeRow struct {
	sight
	report.Change
}

// Reason is why it has its verdict now.
func (r changeRow) Reason() string {
	if said := r.texts.Reason(r.Lang, r.Why); said != "" {
		return legible.Text(said)
	}
	return legible.Text(r.Change.Reason)
}

// Changes are the cases by what happened to them, what matters first.
func (p comparePage) Changes() []changes {
	var all []changes
	for _, kind := range p.Kinds() {
		rows := make([]changeRow, len(kind.Of))
		for i, change := range kind.Of {
			rows[i] = changeRow{p.sight, change}
		}
		all = append(all, changes{kind.Word, rows})
	}
	return all
}

// Unchanged counts the cases of which nothing changed.
func (p comparePage) Unchanged() string { return p.texts.Word(p.Lang, "compare.same", p.Same) }

// Otherwise are the keys of what else is not the same, but that the file of a mock candidate is made anew each time.
func (p comparePage) Otherwise() []string {
	return slices.DeleteFunc(p.Comparison.Otherwise(), func(key string) bool { return p.Bundled && key == "other.config" })
}

// compare shows what changed from an earlier campaign, the last of the same candidate unless the address names one.
func (c *Console) compare(w http.ResponseWriter, r *http.Request) {
	p := comparePage{campaignRow: campaignRow{sight: c.sight(r, "campaigns")}}
	all, err := c.config.Store.Campaigns(r.Context(), door.PersonOf(r).Owner())
	if err == nil {
		p.Campaign, err = c.config.Store.Campaign(r.Context(), door.PersonOf(r).Owner(), chi.URLParam(r, "id"))
	}
	var candidates []campaign.Candidate
	if err == nil {
		candidates, err = c.config.Campaigns.Candidates(r.Context(), door.PersonOf(r).Owner())
	}
	p.Bundled = slices.ContainsFunc(candidates, func(one campaign.Candidate) bool {
		return one.ID == p.CandidateID && one.Origin == campaign.Bundled
	})
	if err != nil {
		fail(w, err)
		return
	}
	for _, one := range all {
		if one.ID != p.ID {
			p.Others = append(p.Others, campaignRow{p.sight, one})
		}
	}
	with := r.URL.Query().Get("with")
	if i := slices.IndexFunc(p.Others, func(o campaignRow) bool {
		return with == "" && o.Started.Before(p.Started) && o.CandidateID == p.CandidateID
	}); i >= 0 {
		with = p.Others[i].ID
	}
	if with != "" {
		p.Held = with == ownBaseline
		if i := slices.IndexFunc(p.Others, func(o campaignRow) bool { return o.ID == with }); i >= 0 {
			p.With = p.Others[i]
		}
		if p.Comparison, err = c.compared(r, with); err != nil {
			failCampaign(w, err)
			return
		}
	}
	c.show(w, "compare", http.StatusOK, p)
}

// ownBaseline stands for the baseline of a campaign, where another is named to be compared with.
const ownBaseline = "baseline"

// compared is what changed from one campaign, or from the baseline, to that of an address.
func (c *Console) compared(r *http.Request, with string) (report.Comparison, error) {
	owner := door.PersonOf(r).Owner()
	read := func() (*verdict.Run, error) { return c.config.Campaigns.Record(r.Context(), owner, with) }
	if with == ownBaseline {
		read = func() (*verdict.Run, error) {
			return c.config.Campaigns.Baseline(r.Context(), owner, chi.URLParam(r, "id"))
		}
	}
	earlier, err := read()
	if err != nil {
		return report.Comparison{}, err
	}
	later, err := c.config.Campaigns.Record(r.Context(), door.PersonOf(r).Owner(), chi.URLParam(r, "id"))
	if err != nil {
		return report.Comparison{}, err
	}
	return report.Compare(earlier, later), nil
}

// apiCompare tells what changed from one campaign to another.
func (c *Console) apiCompare(w http.ResponseWriter, r *http.Request) {
	with := r.URL.Query().Get("with")
	if with == "" {
		refuse(w, http.StatusBadRequest, "bad-parameter", "with")
		return
	}
	format := r.URL.Query().Get("format")
	if !slices.Contains([]string{"", "json", "text", "markdown"}, format) {
		refuse(w, http.StatusBadRequest, "bad-parameter", "format")
		return
	}
	told, err := c.compared(r, with)
	if err != nil {
		failCampaign(w, err)
		return
	}
	if format == "" || format == "json" {
		answer(w, http.StatusOK, told)
		return
	}
	var out bytes.Buffer
	if err := report.WriteComparison(&out, told, format, report.Options{Lang: languageOf(r), Texts: c.texts}); err != nil {
		fail(w, err)
		return
	}
	w.Header().Set("Content-Type", "text/plain; charset=utf-8")
	w.Header().Set("Cache-Control", "no-store")
	w.Header().Set("Content-Disposition", fmt.Sprintf(`attachment; filename="%s.%s"`, unnamed.ReplaceAllString(chi.URLParam(r, "id"), "-"), map[string]string{"text": "txt", "markdown": "md"}[format]))
	_, _ = w.Write(out.Bytes())
}
