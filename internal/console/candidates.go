package console

import (
	"context"
	"errors"
	"net/http"
	"net/url"
	"slices"
	"strings"

	"github.com/go-chi/chi/v5"

	"etalon/internal/campaign"
	"etalon/internal/candidate"
	"etalon/internal/door"
	"etalon/internal/store"
)

// candidatePages are the pages about candidates.
func (c *Console) candidatePages(r chi.Router) {
	r.Get("/candidates", c.candidates)
	if c.config.Made == nil {
		return
	}
	r.With(changed).Post("/candidates", c.makes)
	r.Get("/candidates/new", c.drafting)
	r.Get("/candidates/{id}", c.candidate)
	r.With(changed).Post("/candidates/{id}", c.saves)
	r.With(changed).Post("/candidates/{id}/delete", c.deletes)
	r.With(changed).Post("/candidates/{id}/renew", c.renews)
	r.With(changed).Post("/candidates/{id}/files", c.uploads)
	r.With(changed).Post("/candidates/{id}/files/{name}/delete", c.discards)
	r.Get("/candidates/{id}/files/{name}", c.candidateFile)
	r.Get("/candidates/{id}/material", c.material)
	if c.config.Clinic != nil {
		r.Get("/candidates/{id}/doctor", c.doctor)
		r.With(changed).Post("/candidates/{id}/doctor", c.examines)
		r.With(changed).Post("/candidates/{id}/doctor/done", c.examined(c.config.Clinic.Done))
		r.With(changed).Post("/candidates/{id}/doctor/stop", c.examined(c.config.Clinic.Stop))
	}
}

// candidatesPage is the list of candidates.
type candidatesPage struct {
	sight
	Candidates []candidateRow
	// Able tells that candidates can be made here, Runs that campaigns can be run.
	Able, Runs bool
	// Trouble is the key of what is wrong, empty when nothing is.
	Trouble string
}

// candidateRow is one candidate, and the last campaign against it.
type candidateRow struct {
	campaign.Candidate
	Last *store.Campaign
}

// Made tells whether a page made it, so that a page may change it.
func (r candidateRow) Made() bool { return r.Origin == campaign.OfPage }

// listed are the candidates that a person may see.
func (c *Console) listed(ctx context.Context, owner string) ([]campaign.Candidate, error) {
	switch {
	case c.config.Campaigns != nil:
		return c.config.Campaigns.Candidates(ctx, owner)
	case c.config.Made != nil:
		return c.config.Made.List(owner)
	}
	return nil, nil
}

// candidates shows the list.
func (c *Console) candidates(w http.ResponseWriter, r *http.Request) {
	owner := door.PersonOf(r).Owner()
	all, err := c.listed(r.Context(), owner)
	if err != nil {
		fail(w, err)
		return
	}
	past, err := c.config.Store.Campaigns(r.Context(), owner)
	if err != nil {
		fail(w, err)
		return
	}
	p := candidatesPage{sight: c.sight(r, "candidates"), Able: c.config.Made != nil, Runs: c.config.Campaigns != nil}
	for _, one := range all {
		row := candidateRow{Candidate: one}
		if i := slices.IndexFunc(past, func(x store.Campaign) bool { return x.Candidate == one.ID || x.Candidate == one.Name }); i >= 0 {
			row.Last = &past[i]
		}
		p.Candidates = append(p.Candidates, row)
	}
	c.show(w, "candidates", http.StatusOK, p)
}

// candidateTrouble is the word of why what was asked of a candidate was not done, and the status of the answer.
func candidateTrouble(err error) (status int, word string) {
	var refused campaign.Refused
	switch {
	case errors.Is(err, campaign.ErrUnknown):
		return http.StatusNotFound, "unknown-candidate"
	case errors.Is(err, campaign.ErrChanged):
		return http.StatusConflict, "candidate-changed"
	case errors.Is(err, campaign.ErrBarred):
		return http.StatusUnprocessableEntity, "barred"
	case errors.Is(err, campaign.ErrTarget):
		return http.StatusUnprocessableEntity, "target-barred"
	case errors.As(err, &refused), errors.Is(err, candidate.ErrScopes):
		return http.StatusUnprocessableEntity, "candidate"
	case errors.Is(err, campaign.ErrFile):
		return http.StatusUnprocessableEntity, "bad-file"
	case errors.Is(err, campaign.ErrMany):
		return http.StatusInsufficientStorage, "too-many"
	case errors.Is(err, campaign.ErrRunning):
		return http.StatusConflict, "examination-running"
	case errors.Is(err, campaign.ErrOver), errors.Is(err, campaign.ErrNoGesture):
		return http.StatusConflict, "no-gesture"
	}
	return http.StatusInternalServerError, "internal"
}

// troubled answers a page with why a candidate cannot be shown or changed.
func (c *Console) troubled(w http.ResponseWriter, r *http.Request, err error) {
	status, word := candidateTrouble(err)
	if word == "internal" {
		fail(w, err)
		return
	}
	all, listErr := c.listed(r.Context(), door.PersonOf(r).Owner())
	if listErr != nil {
		fail(w, listErr)
		return
	}
	p := candidatesPage{sight: c.sight(r, "candidates"), Able: c.config.Made != nil, Runs: c.config.Campaigns != nil, Trouble: word}
	p.Back = "/candidates"
	for _, one := range all {
		p.Candidates = append(p.Candidates, candidateRow{Candidate: one})
	}
	c.show(w, "candidates", status, p)
}

// maxDraft bounds what is read of a candidate file in a form, in octets: the file and its escapes.
const maxDraft = 4 << 20

// longForm reads a form that holds a candidate file; it has answered when it cannot.
func longForm(w http.ResponseWriter, r *http.Request) (url.Values, bool) {
	r.Body = http.MaxBytesReader(w, r.Body, maxDraft)
	if err := r.ParseForm(); err != nil {
		refuse(w, http.StatusBadRequest, "bad-form", err.Error())
		return nil, false
	}
	return r.PostForm, true
}

// draftIn is the draft that a form holds: each field under its key.
func draftIn(f url.Values) candidate.Draft {
	d := candidate.Draft{Scopes: scopesOf(f), Values: map[string]string{}}
	for key, values := range f {
		if strings.Contains(key, ".") && len(values) > 0 || key == "convention" || key == "profile" {
			d.Values[key] = values[0]
		}
	}
	return d
}

// scopesOf are the roles and modes of an order, those that there are.
func scopesOf(f url.Values) []string {
	known := candidate.FormScopes()
	return slices.DeleteFunc(slices.Clone(f["scope"]), func(scope string) bool { return !slices.Contains(known, scope) })
}

// typedIn is the candidate file that a form asks to be kept: the text of an expert, or the draft over what is there.
func typedIn(f url.Values, before []byte) ([]byte, error) {
	if f.Get("how") == "yaml" {
		return []byte(strings.ReplaceAll(f.Get("yaml"), "\r\n", "\n")), nil
	}
	return draftIn(f).Text(before)
}

// makes keeps a new candidate, and shows it with what is left to mend.
func (c *Console) makes(w http.ResponseWriter, r *http.Request) {
	f, ok := longForm(w, r)
	if !ok {
		return
	}
	text, err := typedIn(f, nil)
	if err == nil {
		var id string
		if id, err = c.config.Made.Create(door.PersonOf(r).Owner(), text); err == nil {
			http.Redirect(w, r, "/candidates/"+id, http.StatusSeeOther)
			return
		}
	}
	c.untaken(w, r, f, text, err, func(p *candidatePage) error {
		p.Back = "/candidates/new?" + url.Values{"scope": p.Scopes}.Encode()
		return nil
	})
}

// untaken shows what was typed and is not kept, and why; place says of what candidate the page is.
func (c *Console) untaken(w http.ResponseWriter, r *http.Request, f url.Values, text []byte, err error, place func(*candidatePage) error) {
	status, word := candidateTrouble(err)
	if word == "internal" {
		fail(w, err)
		return
	}
	p := c.retyped(r, f, text)
	p.refused(word, err)
	if err := place(&p); err != nil {
		c.troubled(w, r, err)
		return
	}
	c.show(w, "candidate", status, p)
}

// retyped is the page of what was typed, which is not kept.
func (c *Console) retyped(r *http.Request, f url.Values, text []byte) candidatePage {
	p := c.draftPage(r, scopesOf(f), draftIn(f))
	p.Yaml = string(text)
	if f.Get("how") == "yaml" {
		if d, err := candidate.DraftOf(text); err == nil {
			p.filled(d)
		}
	}
	return p
}

// saves changes a candidate that was read at a version.
func (c *Console) saves(w http.ResponseWriter, r *http.Request) {
	f, ok := longForm(w, r)
	if !ok {
		return
	}
	owner, id := door.PersonOf(r).Owner(), chi.URLParam(r, "id")
	before, version, err := c.config.Made.Text(owner, id)
	if err != nil {
		c.troubled(w, r, err)
		return
	}
	text, err := typedIn(f, before)
	if err == nil {
		if _, err = c.config.Made.Save(owner, id, f.Get("revision"), text); err == nil {
			http.Redirect(w, r, "/candidates/"+id, http.StatusSeeOther)
			return
		}
	}
	c.untaken(w, r, f, text, err, func(p *candidatePage) error {
		p.ID, p.Revision, p.Back = id, version, "/candidates/"+id
		return c.beside(r, p)
	})
}

// deletes removes a candidate.
func (c *Console) deletes(w http.ResponseWriter, r *http.Request) {
	if err := c.config.Made.Delete(door.PersonOf(r).Owner(), chi.URLParam(r, "id")); err != nil {
		c.troubled(w, r, err)
		return
	}
	http.Redirect(w, r, "/candidates", http.StatusSeeOther)
}

// renews makes the test PKI of a candidate anew.
func (c *Console) renews(w http.ResponseWriter, r *http.Request) {
	id := chi.URLParam(r, "id")
	if err := c.config.Made.Renew(door.PersonOf(r).Owner(), id); err != nil {
		c.troubled(w, r, err)
		return
	}
	http.Redirect(w, r, "/candidates/"+id+"#load", http.StatusSeeOther)
}
