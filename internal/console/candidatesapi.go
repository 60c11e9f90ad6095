package console

import (
	"bytes"
	"encoding/json"
	"errors"
	"io"
	"net/http"

	"github.com/go-chi/chi/v5"

	"etalon/internal/campaign"
	"etalon/internal/candidate"
	"etalon/internal/door"
	"etalon/internal/verdict"
)

// candidateAPI are the calls about candidates.
func (c *Console) candidateAPI(r chi.Router) {
	r.Get("/candidates", c.apiCandidates)
	if c.config.Made == nil {
		return
	}
	r.With(changed).Post("/candidates", c.apiMake)
	r.Get("/candidates/form", c.apiForm)
	r.With(read).Post("/candidates/check", c.apiCheck)
	r.Get("/candidates/{id}", c.apiCandidate)
	r.With(changed).Put("/candidates/{id}", c.apiSave)
	r.With(changed).Delete("/candidates/{id}", c.apiDo(c.config.Made.Delete))
	r.With(changed).Post("/candidates/{id}/renew", c.apiDo(c.config.Made.Renew))
	r.Get("/candidates/{id}/material", c.apiMaterial)
	r.Get("/candidates/{id}/files/{name}", c.apiFile)
	r.With(changed).Put("/candidates/{id}/files/{name}", c.apiPut)
	r.With(changed).Delete("/candidates/{id}/files/{name}", c.apiRemove)
	if c.config.Clinic != nil {
		r.Get("/candidates/{id}/doctor", c.apiExamined)
		r.With(changed).Post("/candidates/{id}/doctor", c.apiDo(c.config.Clinic.Examine))
		r.With(changed).Post("/candidates/{id}/doctor/done", c.apiDo(c.config.Clinic.Done))
		r.With(changed).Post("/candidates/{id}/doctor/stop", c.apiDo(c.config.Clinic.Stop))
	}
}

// unmade answers why what was asked of a candidate was not done, with the problems of its file where there are some.
func unmade(w http.ResponseWriter, err error) {
	status, word := candidateTrouble(err)
	if word == "internal" {
		fail(w, err)
		return
	}
	told := struct {
		refusal
		Problems []apiProblem `json:"problems,omitempty"`
	}{refusal: refusal{Error: word}}
	var refused campaign.Refused
	if errors.As(err, &refused) {
		told.Problems = problemsOf(refused.Problems, nil)
	}
	answer(w, status, told)
}

// apiProblem is one problem of a candidate file.
type apiProblem struct {
	// Field is the field of the form to look at, empty where it has none.
	Field  string       `json:"field,omitempty"`
	Line   int          `json:"line,omitempty"`
	Column int          `json:"column,omitempty"`
	Key    string       `json:"key,omitempty"`
	Got    string       `json:"got,omitempty"`
	Want   verdict.Text `json:"want"`
	Remedy verdict.Text `json:"remedy"`
	// Barrier is disk or target where it is no mistake: a page may not ask for that.
	Barrier candidate.Barrier `json:"barrier,omitempty"`
}

func problemsOf(all candidate.Problems, form []candidate.Section) []apiProblem {
	told := []apiProblem{}
	for _, p := range all {
		told = append(told, apiProblem{candidate.FieldOf(form, p.Key), p.Line, p.Column, p.Key, p.Got, p.Want, p.Remedy, p.Barrier})
	}
	return told
}

// apiCandidates lists the candidates.
func (c *Console) apiCandidates(w http.ResponseWriter, r *http.Request) {
	all, err := c.listed(r.Context(), door.PersonOf(r).Owner())
	if err != nil {
		fail(w, err)
		return
	}
	if all == nil {
		all = []campaign.Candidate{}
	}
	answer(w, http.StatusOK, struct {
		Candidates []campaign.Candidate `json:"candidates"`
	}{all})
}

// apiForm tells what a form of roles and modes asks for, and how it begins.
func (c *Console) apiForm(w http.ResponseWriter, r *http.Request) {
	scopes := scopesOf(r.URL.Query())
	d, err := candidate.NewDraft(scopes...)
	if err != nil {
		unmade(w, err)
		return
	}
	answer(w, http.StatusOK, struct {
		candidate.Draft
		Sections []candidate.Section `json:"sections"`
	}{d, candidate.FormOf(scopes...)})
}

// sentCandidate is a candidate as a program sends it: a draft, or the whole file.
type sentCandidate struct {
	// ID is that of the candidate which is checked, empty for a new one; Revision what was read, when it is saved.
	ID       string `json:"id,omitempty"`
	Revision string `json:"revision,omitempty"`
	candidate.Draft
	YAML *string `json:"yaml,omitempty"`
}

// text is the file that it stands for.
func (s sentCandidate) text(before []byte) ([]byte, error) {
	if s.YAML != nil {
		return []byte(*s.YAML), nil
	}
	return s.Draft.Text(before)
}

// sent reads such a candidate; it has answered when it cannot.
func sent(w http.ResponseWriter, r *http.Request) (s sentCandidate, ok bool) {
	decoder := json.NewDecoder(http.MaxBytesReader(w, r.Body, maxDraft))
	decoder.DisallowUnknownFields()
	if err := decoder.Decode(&s); err != nil {
		refuse(w, http.StatusBadRequest, "bad-json", err.Error())
		return s, false
	}
	return s, true
}

// before is the file of the candidate that is checked or changed; nothing for a new one.
func (c *Console) before(r *http.Request, id string) ([]byte, error) {
	if id == "" {
		return nil, nil
	}
	text, _, err := c.config.Made.Text(door.PersonOf(r).Owner(), id)
	return text, err
}

// apiCheck tells what is wrong with a draft or a file, which it does not keep, and what the draft makes.
func (c *Console) apiCheck(w http.ResponseWriter, r *http.Request) {
	s, ok := sent(w, r)
	if !ok {
		return
	}
	old, err := c.before(r, s.ID)
	if err != nil {
		unmade(w, err)
		return
	}
	text, err := s.text(old)
	if err != nil {
		unmade(w, err)
		return
	}
	problems, err := c.config.Made.Check(door.PersonOf(r).Owner(), s.ID, text)
	if err != nil {
		unmade(w, err)
		return
	}
	scopes := s.Scopes
	if d, err := candidate.DraftOf(text); err == nil {
		scopes = d.Scopes
	}
	answer(w, http.StatusOK, struct {
		Problems []apiProblem `json:"problems"`
		YAML     string       `json:"yaml"`
	}{problemsOf(problems, candidate.FormOf(scopes...)), string(text)})
}

// apiMake keeps a new candidate.
func (c *Console) apiMake(w http.ResponseWriter, r *http.Request) {
	s, ok := sent(w, r)
	if !ok {
		return
	}
	text, err := s.text(nil)
	var id string
	if err == nil {
		id, err = c.config.Made.Create(door.PersonOf(r).Owner(), text)
	}
	if err != nil {
		unmade(w, err)
		return
	}
	c.tellCandidate(w, r, http.StatusCreated, id)
}

// apiSave changes a candidate that was read at a version.
func (c *Console) apiSave(w http.ResponseWriter, r *http.Request) {
	s, ok := sent(w, r)
	if !ok {
		return
	}
	id := chi.URLParam(r, "id")
	old, err := c.before(r, id)
	var text []byte
	if err == nil {
		text, err = s.text(old)
	}
	if err == nil {
		_, err = c.config.Made.Save(door.PersonOf(r).Owner(), id, s.Revision, text)
	}
	if err != nil {
		unmade(w, err)
		return
	}
	c.tellCandidate(w, r, http.StatusOK, id)
}

// apiCandidate tells one candidate.
func (c *Console) apiCandidate(w http.ResponseWriter, r *http.Request) {
	c.tellCandidate(w, r, http.StatusOK, chi.URLParam(r, "id"))
}

// tellCandidate tells a candidate; of one that a page made its file too, and what goes with it.
func (c *Console) tellCandidate(w http.ResponseWriter, r *http.Request, status int, id string) {
	p, err := c.candidatePage(r, id)
	if err != nil {
		unmade(w, err)
		return
	}
	answer(w, status, struct {
		campaign.Candidate
		Revision string            `json:"revision,omitempty"`
		YAML     string            `json:"yaml,omitempty"`
		Values   map[string]string `json:"values,omitempty"`
		Problems []apiProblem      `json:"problems"`
		Files    []campaign.File   `json:"files,omitempty"`
		ToLoad   []verdict.Text    `json:"to_load,omitempty"`
	}{p.Candidate, p.Revision, p.Yaml, p.Draft.Values, problemsOf(p.Problems, p.form), p.Files, p.ToLoad})
}

// apiDo does something about the candidate that an address names.
func (c *Console) apiDo(act func(owner, id string) error) http.HandlerFunc {
	return func(w http.ResponseWriter, r *http.Request) {
		if err := act(door.PersonOf(r).Owner(), chi.URLParam(r, "id")); err != nil {
			unmade(w, err)
			return
		}
		w.WriteHeader(http.StatusNoContent)
	}
}

// apiExamined tells how far the examination of a candidate is.
func (c *Console) apiExamined(w http.ResponseWriter, r *http.Request) {
	seen, known, err := c.config.Clinic.Examined(door.PersonOf(r).Owner(), chi.URLParam(r, "id"))
	if err == nil && !known {
		err = campaign.ErrOver
	}
	if err != nil {
		unmade(w, err)
		return
	}
	answer(w, http.StatusOK, seen)
}

// apiMaterial gives what a vendor loads in its candidate, as a ZIP archive.
func (c *Console) apiMaterial(w http.ResponseWriter, r *http.Request) {
	var archive bytes.Buffer
	id := chi.URLParam(r, "id")
	if err := c.config.Made.Material(door.PersonOf(r).Owner(), id, &archive); err != nil {
		unmade(w, err)
		return
	}
	saved(w, id+".zip", "application/zip", archive.Bytes())
}

// apiFile gives a file of a candidate, apiPut keeps one, apiRemove removes one.
func (c *Console) apiFile(w http.ResponseWriter, r *http.Request) {
	name := chi.URLParam(r, "name")
	content, err := c.config.Made.File(door.PersonOf(r).Owner(), chi.URLParam(r, "id"), name)
	if err != nil {
		unmade(w, err)
		return
	}
	saved(w, name, "application/octet-stream", content)
}

func (c *Console) apiPut(w http.ResponseWriter, r *http.Request) {
	content, err := io.ReadAll(http.MaxBytesReader(w, r.Body, campaign.MaxFileBytes))
	var large *http.MaxBytesError
	if errors.As(err, &large) {
		err = campaign.ErrMany
	}
	if err == nil {
		err = c.config.Made.Put(door.PersonOf(r).Owner(), chi.URLParam(r, "id"), chi.URLParam(r, "name"), content)
	}
	if err != nil {
		unmade(w, err)
		return
	}
	w.WriteHeader(http.StatusNoContent)
}

func (c *Console) apiRemove(w http.ResponseWriter, r *http.Request) {
	if err := c.config.Made.Remove(door.PersonOf(r).Owner(), chi.URLParam(r, "id"), chi.URLParam(r, "name")); err != nil {
		unmade(w, err)
		return
	}
	w.WriteHeader(http.StatusNoContent)
}
