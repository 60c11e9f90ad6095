package report

import (
	"strings"

	"etalon/internal/legible"
	"etalon/internal/pdf"
)

// followed tells what follows for an MSSanté operator, as information.
func (d *document) followed() {
	f := d.followUp()
	if f == nil {
		return
	}
	d.pages.Heading(2, d.w("followup"))
	d.pages.Lead(d.w("followup.hint"))
	d.pages.Paragraph(f.Why)
	var rows [][]string
	for _, s := range f.Steps {
		rows = append(rows, []string{s.Day, s.What})
	}
	if len(rows) > 0 {
		d.pages.Table([]pdf.Column{{Title: d.w("followup.due"), Width: 1, Bold: true}, {Title: d.w("followup.step"), Width: 4}}, rows)
	}
}

// accepted tells the waivers; first those that must go.
func (d *document) accepted() {
	if len(d.Run.Waivers) == 0 {
		return
	}
	d.pages.Heading(2, d.w("waivers"))
	d.pages.Lead(d.w("waivers.hint"))
	var rows [][]string
	for _, w := range d.waivers() {
		said := []string{legible.OneLine(w.Said)}
		if w.Red() {
			said = append(said, d.w("waiver."+string(w.State)+".fix"))
		}
		if len(w.Covers) > 0 {
			said = append(said, d.w("waiver.covers")+" : "+strings.Join(w.Covers, ", "))
		}
		rows = append(rows, []string{w.Word, legible.OneLine(w.Subject()), strings.Join(said, " ")})
	}
	d.pages.Table([]pdf.Column{{Title: d.w("waiver.state"), Width: 1, Bold: true}, {Title: d.w("waiver.subject"), Width: 1}, {Title: d.w("reason"), Width: 3}}, rows)
}
