package pdf

import (
	"bytes"
	"fmt"

	"codeberg.org/go-pdf/fpdf"
)

// producer is what the document says it was made by.
const producer = "Étalon"

// emit writes the pages as a document.
func emit(d *Doc) ([]byte, error) {
	f := fpdf.New("P", "pt", "A4", "")
	f.SetCatalogSort(true)
	f.SetAutoPageBreak(false, 0)
	f.SetMargins(0, 0, 0)
	f.SetCreationDate(d.meta.Created.UTC())
	f.SetModificationDate(d.meta.Created.UTC())
	f.SetProducer(producer, true)
	f.SetTitle(oneLine(d.meta.Title), true)
	f.SetAuthor(oneLine(d.meta.Author), true)
	f.SetSubject(oneLine(d.meta.Subject), true)
	f.SetLang("fr")
	if d.meta.Lang == "en" {
		f.SetLang("en")
	}
	for _, font := range fonts {
		f.AddUTF8FontFromBytes(string(font.face), "", bytes.Clone(font.file)) // the library writes into what it is given
	}
	marks := d.marks
	level := -1
	for n, p := range d.pages {
		f.AddPage()
		draw(f, p)
		d.foot(f, n+1)
		f.SetFont(string(regular), "", body.size)
		for ; len(marks) > 0 && marks[0].page == n+1; marks = marks[1:] {
			level = min(marks[0].level, level+1) // a part cannot stand two levels below the one above
			f.Bookmark(marks[0].words, level, marks[0].y)
		}
	}
	var out bytes.Buffer
	if err := f.Output(&out); err != nil {
		return nil, fmt.Errorf("make document: %w", err)
	}
	return out.Bytes(), nil
}

// draw draws one page.
func draw(f *fpdf.Fpdf, p page) {
	for _, b := range p.boxes {
		f.SetFillColor(b.fill[0], b.fill[1], b.fill[2])
		f.Rect(b.x, b.y, b.w, b.h, "F")
	}
	for _, t := range p.texts {
		write(f, t)
	}
}

func write(f *fpdf.Fpdf, t text) {
	f.SetFont(string(t.style.face), "", t.style.size)
	f.SetTextColor(t.style.ink[0], t.style.ink[1], t.style.ink[2])
	f.Text(t.x, t.y, t.words)
}

// foot writes what the document is, and the number of the page.
func (d *Doc) foot(f *fpdf.Fpdf, n int) {
	number := fmt.Sprintf("%s %d/%d", d.word("page"), n, len(d.pages))
	w := foot.width(number)
	name := d.meta.Footer
	if name == "" {
		name = d.meta.Title
	}
	if d.full && n == len(d.pages) {
		name = d.word("cut")
	}
	f.SetFillColor(rule[0], rule[1], rule[2])
	f.Rect(left, footLine-14, width, 0.6, "F")
	write(f, text{left, footLine, foot, shortened(name, width-w-20, foot)})
	write(f, text{left + width - w, footLine, foot, number})
}
