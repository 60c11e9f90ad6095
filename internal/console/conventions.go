package console

import (
	"bytes"
	"net/http"

	"github.com/go-chi/chi/v5"

	"etalon/internal/annex"
	"etalon/internal/interops"
	"etalon/internal/stand"
)

// conventionPage is the page of the convention in use.
type conventionPage struct {
	reference
	stand.Agreed
	Annexes []annex.Annex
	Start   interops.Date
	End     interops.Date
}

// Wrong and Worth are what the check tells, a line each, in the language of the page.
func (p conventionPage) Wrong() (lines []string) {
	for _, one := range p.Problems {
		lines = append(lines, one.In(p.Lang))
	}
	return lines
}
func (p conventionPage) Worth() (lines []string) {
	for _, one := range p.Notices {
		lines = append(lines, one.In(p.Lang))
	}
	return lines
}

// conventions shows the convention in use as its annexes, and what its check tells.
func (c *Console) conventions(w http.ResponseWriter, r *http.Request) {
	agreed, err := c.config.Reference.Convention()
	if err != nil {
		misfit(w, err)
		return
	}
	p := conventionPage{reference: c.reference(r, "conventions"), Agreed: agreed, Annexes: annex.All(agreed.Convention, agreed.Levels)}
	p.Start, p.End = agreed.Life()
	c.show(w, "conventions", http.StatusOK, p)
}

// conventionFile hands the convention in use over, as its file or as its annexes.
func (c *Console) conventionFile(w http.ResponseWriter, r *http.Request) {
	agreed, err := c.config.Reference.Convention()
	if err != nil {
		misfit(w, err)
		return
	}
	annexes := annex.All(agreed.Convention, agreed.Levels)
	var out bytes.Buffer
	media := ""
	switch file := chi.URLParam(r, "file"); {
	case file == "convention.yaml" && agreed.Text != nil:
		media = "application/yaml"
		out.Write(agreed.Text)
	case file == "annexes.html":
		media, err = "text/html; charset=utf-8", annex.WriteHTML(&out, agreed.Name, annexes)
	case file == "annexes.odt":
		media, err = "application/vnd.oasis.opendocument.text", annex.WriteODT(&out, agreed.Name, annexes)
	default:
		err = stand.ErrNotThere
	}
	if err != nil {
		misfit(w, err)
		return
	}
	hand(w, chi.URLParam(r, "file"), media, out.Bytes())
}

// apiConvention tells the convention in use, and what its check tells.
func (c *Console) apiConvention(w http.ResponseWriter, r *http.Request) {
	agreed, err := c.config.Reference.Convention()
	if err != nil {
		misfit(w, err)
		return
	}
	p := conventionPage{reference: c.reference(r, ""), Agreed: agreed}
	told := struct {
		Convention *interops.Convention `json:"convention"`
		Levels     []interops.Level     `json:"levels"`
		Coherent   bool                 `json:"coherent"`
		Problems   []string             `json:"problems"`
		Notices    []string             `json:"notices"`
		YAML       string               `json:"yaml,omitempty"`
	}{agreed.Convention, agreed.Levels, len(agreed.Problems) == 0, append([]string{}, p.Wrong()...), append([]string{}, p.Worth()...), string(agreed.Text)}
	answer(w, http.StatusOK, told)
}
