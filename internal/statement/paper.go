package statement

import (
	"cmp"

	"etalon/internal/legible"
	"etalon/internal/pdf"
	"etalon/internal/verdict"
)

// paper writes the sheet as a PDF.
func (s *sheet) paper() ([]byte, error) {
	footer := s.Title + " · " + s.Subtitle
	if len(s.Marks) > 0 {
		footer = s.Marks[0] + " " + footer
	}
	doc := pdf.New(pdf.Meta{Title: s.Title + " : " + s.Subtitle, Author: "Étalon", Lang: s.Lang, Created: s.At, Footer: footer})
	doc.Title(s.Title)
	doc.Paragraph(s.Subtitle)
	for _, m := range s.Marks {
		doc.Strong(pdf.Bad, m)
	}
	for _, f := range s.Facts {
		doc.KeyValues([2]string{f.Key, legible.OneLine(f.Value)})
	}
	for _, x := range s.Sections {
		x.paper(doc)
	}
	doc.Toned(pdf.Muted, s.Foot)
	b, err := doc.Bytes()
	if err != nil {
		return nil, verdict.Tell("écriture du PDF : %s", "write pdf: %s", err)
	}
	return b, nil
}

// paper writes a section in a PDF.
func (x section) paper(doc *pdf.Doc) {
	doc.Heading(2, x.Title)
	for _, t := range x.Text {
		doc.Paragraph(legible.OneLine(t))
	}
	switch {
	case len(x.Rows) == 0:
	case x.Long:
		for _, row := range x.Rows {
			doc.Strong(pdf.Plain, legible.OneLine(row[0]))
			for i, cell := range row[1:] {
				doc.KeyValues([2]string{x.Head[i+1], legible.OneLine(cell)})
			}
		}
	default:
		columns := make([]pdf.Column, len(x.Head))
		for i, h := range x.Head {
			columns[i] = pdf.Column{Title: h, Width: 1, Bold: i == 0}
		}
		columns[min(1, len(columns)-1)].Width = 3
		if len(columns) > 3 {
			columns[2].Width = 1.6
		}
		doc.Table(columns, x.Rows)
	}
	for _, b := range x.Blank {
		doc.KeyValues([2]string{b.Key, cmp.Or(legible.OneLine(b.Value), "\n"+blank)})
	}
}
