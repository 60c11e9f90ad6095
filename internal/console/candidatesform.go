package console

import (
	"errors"
	"fmt"
	"net/http"
	"slices"
	"strconv"
	"strings"

	"github.com/go-chi/chi/v5"

	"etalon/internal/campaign"
	"etalon/internal/candidate"
	"etalon/internal/door"
	"etalon/internal/verdict"
)

// candidatePage is one candidate: its form, its file, what goes with it and what to load where.
type candidatePage struct {
	sight
	campaign.Candidate
	// Revision is that of the file that the form was made of, empty for a new one.
	Revision string
	Scopes   []string
	// Draft is what each field says, Yaml the whole file.
	Draft candidate.Draft
	Yaml  string
	// Problems are what is wrong with the file; Trouble is the word of why it was not kept, empty when it was.
	Problems candidate.Problems
	Trouble  string
	Files    []campaign.File
	ToLoad   []verdict.Text
	Runs     bool
	form     []candidate.Section
}

// New tells that the candidate is not kept yet, Made that a page made it and may change it.
func (p candidatePage) New() bool  { return p.ID == "" }
func (p candidatePage) Made() bool { return p.New() || p.Origin == campaign.OfPage }

// Indented tells of a line of what to load that stands below another.
func (p candidatePage) Indented(line string) bool { return strings.HasPrefix(line, " ") }

// Certified tells that there is something to load.
func (p candidatePage) Certified() bool { return len(p.ToLoad) > 0 }

// refused notes why a file was not kept.
func (p *candidatePage) refused(word string, err error) {
	p.Trouble = word
	var refused campaign.Refused
	if errors.As(err, &refused) {
		p.Problems = refused.Problems
	}
}

// filled puts a draft in the form.
func (p *candidatePage) filled(d candidate.Draft) {
	p.Scopes, p.Draft, p.form = d.Scopes, d, candidate.FormOf(d.Scopes...)
}

// sectionView is a section of the form, as a page shows it.
type sectionView struct {
	page *candidatePage
	candidate.Section
}

// Sections are those of the form.
func (p candidatePage) Sections() (views []sectionView) {
	for _, s := range p.form {
		if len(s.All()) > 0 {
			views = append(views, sectionView{&p, s})
		}
	}
	return views
}

// Key names the section in the page.
func (v sectionView) Key() string { return "s-" + strings.ReplaceAll(v.Name, "/", "-") }

// Main and Rest are the fields that matter, and the others.
func (v sectionView) Main() []fieldView { return v.views(v.Fields) }
func (v sectionView) Rest() []fieldView { return v.views(v.More) }
func (v sectionView) Open() bool {
	return slices.ContainsFunc(v.Rest(), func(f fieldView) bool { return len(f.Problems()) > 0 })
}

func (v sectionView) views(fields []candidate.Field) (views []fieldView) {
	for _, f := range fields {
		views = append(views, fieldView{v.page, f, f.Key, ""})
	}
	return views
}

// fieldsView are fields of a page, for a template of their own.
type fieldsView struct {
	Page candidatePage
	Of   []fieldView
}

// With are fields of the page, Wrong tells that one of them has a problem.
func (p candidatePage) With(of []fieldView) fieldsView { return fieldsView{p, of} }
func (p candidatePage) Wrong(of []fieldView) bool {
	return slices.ContainsFunc(of, func(f fieldView) bool { return len(f.Problems()) > 0 })
}

// fieldView is a field, or a column of one row, with what was typed in it.
type fieldView struct {
	page *candidatePage
	candidate.Field
	// Name is the key of what is typed, Rank that of the row.
	Name, Rank string
}

// Value is what was typed, Checked whether a switch is on.
func (f fieldView) Value() string { return f.page.Draft.Values[f.Name] }
func (f fieldView) Checked() bool { return f.Value() == "true" }

// Says and Means are the label and the explanation in the language of the page.
func (f fieldView) Says() string  { return f.Label.In(f.page.Lang) }
func (f fieldView) Means() string { return f.Help.In(f.page.Lang) }

// Area tells that more than one line may be typed, Lines how many are shown.
func (f fieldView) Area() bool {
	return f.Kind == candidate.FieldLines || f.Kind == candidate.FieldPairs
}
func (f fieldView) Lines() int { return min(8, 2+strings.Count(f.Value(), "\n")) }

// Problems are those of the field.
func (f fieldView) Problems() (found []verdict.Text) {
	for _, p := range f.page.Problems {
		if candidate.FieldOf(f.page.form, p.Key) == f.Name {
			found = append(found, toldProblem(p))
		}
	}
	return found
}

// toldProblem is what was expected and what to do.
func toldProblem(p candidate.Problem) verdict.Text {
	return verdict.Text{FR: "Attendu : " + p.Want.FR + ". " + p.Remedy.FR, EN: "Expected: " + p.Want.EN + ". " + p.Remedy.EN}
}

// rowView is one row of a list.
type rowView struct {
	Rank  int
	Cells []fieldView
}

// spareRows are the empty rows that a list shows behind those that are filled.
const spareRows = 2

// Rows are those that are filled, and empty ones.
func (f fieldView) Rows() (rows []rowView) {
	last := -1
	for key := range f.page.Draft.Values {
		if rest, found := strings.CutPrefix(key, f.Key+"."); found {
			index, _, _ := strings.Cut(rest, ".")
			if i, err := strconv.Atoi(index); err == nil && i < 200 {
				last = max(last, i)
			}
		}
	}
	for i := range last + 1 + spareRows {
		row := rowView{Rank: i + 1}
		for _, column := range f.Columns {
			row.Cells = append(row.Cells, fieldView{f.page, column, fmt.Sprintf("%s.%d.%s", f.Key, i, column.Key), strconv.Itoa(i + 1)})
		}
		rows = append(rows, row)
	}
	return rows
}

// problemView is one problem of the whole file, with its line.
type problemView struct {
	Line int
	Key  string
	Got  string
	Text verdict.Text
	// Field is the one to look at; empty where the form has none.
	Field string
}

// All are all the problems, by line.
func (p candidatePage) All() (views []problemView) {
	for _, one := range p.Problems {
		views = append(views, problemView{one.Line, one.Key, one.Got, toldProblem(one), candidate.FieldOf(p.form, one.Key)})
	}
	return views
}

// scopeChoice is a role and mode that may be chosen.
type scopeChoice struct {
	Scope  string
	Title  verdict.Text
	Chosen bool
}

// Choices are the roles and modes.
func (p candidatePage) Choices() (all []scopeChoice) {
	for _, scope := range candidate.FormScopes() {
		all = append(all, scopeChoice{scope, candidate.ScopeTitle(scope), slices.Contains(p.Scopes, scope)})
	}
	return all
}

// draftPage is a page with a draft.
func (c *Console) draftPage(r *http.Request, scopes []string, d candidate.Draft) candidatePage {
	p := candidatePage{sight: c.sight(r, "candidates"), Runs: c.config.Campaigns != nil}
	p.Origin = campaign.OfPage
	d.Scopes = scopes
	p.filled(d)
	return p
}

// drafting shows the choice of roles, then the form of those chosen.
func (c *Console) drafting(w http.ResponseWriter, r *http.Request) {
	scopes := scopesOf(r.URL.Query())
	if len(scopes) == 0 {
		c.show(w, "candidate", http.StatusOK, c.draftPage(r, nil, candidate.Draft{}))
		return
	}
	d, err := candidate.NewDraft(scopes...)
	if err != nil {
		p := c.draftPage(r, nil, candidate.Draft{})
		p.Scopes, p.Trouble = scopes, "scopes"
		c.show(w, "candidate", http.StatusUnprocessableEntity, p)
		return
	}
	p := c.draftPage(r, scopes, d)
	text, err := d.Text(nil)
	if err != nil {
		fail(w, err)
		return
	}
	p.Yaml = string(text)
	c.show(w, "candidate", http.StatusOK, p)
}

// candidate shows one candidate.
func (c *Console) candidate(w http.ResponseWriter, r *http.Request) {
	p, err := c.candidatePage(r, chi.URLParam(r, "id"))
	if err != nil {
		c.troubled(w, r, err)
		return
	}
	c.show(w, "candidate", http.StatusOK, p)
}

// candidatePage is the page of a candidate.
func (c *Console) candidatePage(r *http.Request, id string) (candidatePage, error) {
	owner := door.PersonOf(r).Owner()
	p := c.draftPage(r, nil, candidate.Draft{})
	found, err := c.sought(r, id)
	if err != nil {
		return p, err
	}
	if p.Candidate = found; p.Origin != campaign.OfPage {
		return p, nil
	}
	text, version, err := c.config.Made.Text(owner, id)
	if err != nil {
		return p, err
	}
	p.Yaml, p.Revision = string(text), version
	if d, err := candidate.DraftOf(text); err == nil {
		p.filled(d)
	}
	if p.Problems, err = c.config.Made.Check(owner, id, text); err != nil {
		return p, err
	}
	return p, c.beside(r, &p)
}

// sought is a candidate that the person who asks may see.
func (c *Console) sought(r *http.Request, id string) (campaign.Candidate, error) {
	owner := door.PersonOf(r).Owner()
	if one, err := c.config.Made.Find(owner, id); err == nil {
		return one, nil
	}
	all, err := c.listed(r.Context(), owner)
	if err != nil {
		return campaign.Candidate{}, err
	}
	if i := slices.IndexFunc(all, func(one campaign.Candidate) bool { return one.ID == id }); i >= 0 {
		return all[i], nil
	}
	return campaign.Candidate{}, fmt.Errorf("find candidate: %w", campaign.ErrUnknown)
}

// beside reads what goes with a candidate.
func (c *Console) beside(r *http.Request, p *candidatePage) (err error) {
	owner := door.PersonOf(r).Owner()
	found, err := c.config.Made.Find(owner, p.ID)
	if err != nil {
		return err
	}
	p.Candidate = found
	if p.Files, err = c.config.Made.Files(owner, p.ID); err != nil {
		return err
	}
	p.ToLoad, err = c.config.Made.ToLoad(owner, p.ID)
	return err
}
