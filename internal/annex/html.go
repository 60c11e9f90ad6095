package annex

import (
	"bytes"
	"crypto/sha256"
	_ "embed"
	"encoding/base64"
	"html/template"
	"io"

	"etalon/internal/verdict"
)

//go:embed page/annex.html
var pageSource string

//go:embed page/annex.css
var pageStyle string

var pageTemplate = template.Must(template.New("annex").Parse(pageSource))

// page is what the template sees.
type page struct {
	Title   string
	Annexes []Annex
	CSS     template.CSS
	Style   string // the one style that the page allows itself, by its digest
}

// WriteHTML writes the annexes of a convention as one page that reads alone: no script, no network. Everything that
// comes from the convention is escaped.
func WriteHTML(w io.Writer, convention string, annexes []Annex) error {
	css := "\n" + pageStyle
	sum := sha256.Sum256([]byte(css))
	var out bytes.Buffer
	err := pageTemplate.Execute(&out, page{
		Title: Visible(convention), Annexes: annexes, CSS: template.CSS(css), Style: base64.StdEncoding.EncodeToString(sum[:]),
	})
	if err == nil {
		_, err = w.Write(out.Bytes())
	}
	if err != nil {
		return verdict.Tell("écriture des annexes en HTML : %s", "write html annexes: %s", err)
	}
	return nil
}

// Single tells whether the page holds one annex, which then needs no table of contents.
func (p page) Single() bool { return len(p.Annexes) == 1 }

// ID is the anchor of an annex.
func (a Annex) ID() string { return "annexe-" + a.Name }

// Number is the place of a part or of a row, from 1.
func (p page) Number(i int) int { return i + 1 }

// Anchored tells the row that opens a group, which bears its first cell.
func (g Group) Anchored(i int) bool { return i == 0 }
