package annex

import (
	"archive/zip"
	"bytes"
	_ "embed"
	"encoding/xml"
	"fmt"
	"hash/crc32"
	"io"
	"strings"
	"unicode/utf8"

	"etalon/internal/verdict"
)

//go:embed page/styles.xml
var odtStyles string

const (
	odtType = "application/vnd.oasis.opendocument.text"

	odtManifest = xml.Header + `<manifest:manifest xmlns:manifest="urn:oasis:names:tc:opendocument:xmlns:manifest:1.0" manifest:version="1.3">
<manifest:file-entry manifest:full-path="/" manifest:version="1.3" manifest:media-type="` + odtType + `"/>
<manifest:file-entry manifest:full-path="content.xml" manifest:media-type="text/xml"/>
<manifest:file-entry manifest:full-path="styles.xml" manifest:media-type="text/xml"/>
<manifest:file-entry manifest:full-path="meta.xml" manifest:media-type="text/xml"/>
</manifest:manifest>
`
	odtMeta = xml.Header + `<office:document-meta xmlns:office="urn:oasis:names:tc:opendocument:xmlns:office:1.0" xmlns:dc="http://purl.org/dc/elements/1.1/" xmlns:meta="urn:oasis:names:tc:opendocument:xmlns:meta:1.0" office:version="1.3">
<office:meta><meta:generator>Etalon</meta:generator><dc:title>%s</dc:title><dc:language>fr-FR</dc:language></office:meta>
</office:document-meta>
`
	odtHead = xml.Header + `<office:document-content xmlns:office="urn:oasis:names:tc:opendocument:xmlns:office:1.0" xmlns:style="urn:oasis:names:tc:opendocument:xmlns:style:1.0" xmlns:text="urn:oasis:names:tc:opendocument:xmlns:text:1.0" xmlns:table="urn:oasis:names:tc:opendocument:xmlns:table:1.0" xmlns:fo="urn:oasis:names:tc:opendocument:xmlns:xsl-fo-compatible:1.0" office:version="1.3">
<office:automatic-styles>
<style:style style:name="Tableau" style:family="table"><style:table-properties style:width="25.7cm" table:align="margins" style:may-break-between-rows="true"/></style:style>
<style:style style:name="Cellule" style:family="table-cell"><style:table-cell-properties fo:padding="0.1cm" fo:border="0.5pt solid #6b7684"/></style:style>
<style:style style:name="Entete" style:family="table-cell"><style:table-cell-properties fo:padding="0.1cm" fo:border="0.5pt solid #6b7684" fo:background-color="#eef2f7"/></style:style>
`
	odtBody = `</office:automatic-styles>
<office:body><office:text>
`
	odtTail = "</office:text></office:body></office:document-content>\n"
)

// WriteODT writes the annexes of a convention as an OpenDocument text (ODF 1.3): headings, tables whose first row
// repeats on each page, the language of the text. The same annexes give the same bytes.
func WriteODT(w io.Writer, convention string, annexes []Annex) error {
	title := escaped(Visible(convention))
	var out bytes.Buffer
	archive := zip.NewWriter(&out)
	if err := store(archive, "mimetype", odtType); err != nil {
		return verdict.Tell("écriture des annexes en ODT : %s", "write odt annexes: %s", err)
	}
	for _, part := range []struct{ name, content string }{
		{"content.xml", odtContent(title, annexes)},
		{"styles.xml", odtStyles},
		{"meta.xml", fmt.Sprintf(odtMeta, title)},
		{"META-INF/manifest.xml", odtManifest},
	} {
		member, err := archive.Create(part.name)
		if err == nil {
			_, err = io.WriteString(member, part.content)
		}
		if err != nil {
			return verdict.Tell("écriture des annexes en ODT : %s", "write odt annexes: %s", err)
		}
	}
	err := archive.Close()
	if err == nil {
		_, err = w.Write(out.Bytes())
	}
	if err != nil {
		return verdict.Tell("écriture des annexes en ODT : %s", "write odt annexes: %s", err)
	}
	return nil
}

// store adds a member as it is, without extra field, its size and checksum at its head: so the first member tells the
// type of the document (ODF 1.3 part 2 §3.3).
func store(archive *zip.Writer, name, content string) error {
	member, err := archive.CreateRaw(&zip.FileHeader{
		Name: name, Method: zip.Store, CRC32: crc32.ChecksumIEEE([]byte(content)),
		CompressedSize64: uint64(len(content)), UncompressedSize64: uint64(len(content)),
	})
	if err == nil {
		_, err = io.WriteString(member, content)
	}
	return err
}

// odtContent writes the text of the document.
func odtContent(title string, annexes []Annex) string {
	b := new(strings.Builder)
	b.WriteString(odtHead)
	for width := narrowest; width <= widest; width++ {
		fmt.Fprintf(b, "<style:style style:name=\"Colonne%d\" style:family=\"table-column\"><style:table-column-properties style:rel-column-width=\"%d*\"/></style:style>\n", width, width)
	}
	b.WriteString(odtBody)
	element(b, "text:p", `text:style-name="Title"`, title)
	for i, a := range annexes {
		style := "Annexe"
		if i == 0 {
			style = "Heading_20_1"
		}
		element(b, "text:h", `text:style-name="`+style+`" text:outline-level="1"`, escaped(a.Title))
		for j, p := range a.Parts {
			element(b, "text:h", `text:style-name="Heading_20_2" text:outline-level="2"`, fmt.Sprintf("%d. %s", j+1, escaped(p.Title)))
			if len(p.Table.Groups) == 0 {
				element(b, "text:p", `text:style-name="Standard"`, "Néant.")
			} else {
				odtTable(b, fmt.Sprintf("T%d_%d", i+1, j+1), p.Table)
			}
			if p.Note != "" {
				element(b, "text:p", `text:style-name="Note"`, escaped(p.Note))
			}
		}
	}
	b.WriteString(odtTail)
	return b.String()
}

// odtTable writes a table: its headings as a row that repeats, the first cell of a group over all its rows.
func odtTable(b *strings.Builder, name string, t Table) {
	fmt.Fprintf(b, "<table:table table:name=%q table:style-name=\"Tableau\">\n", name)
	for _, width := range t.widths() {
		fmt.Fprintf(b, "<table:table-column table:style-name=\"Colonne%d\"/>\n", width)
	}
	b.WriteString("<table:table-header-rows><table:table-row>")
	for _, h := range t.Head {
		odtCell(b, "Entete", "TexteEntete", 1, one(h))
	}
	b.WriteString("</table:table-row></table:table-header-rows>\n")
	for _, g := range t.Groups {
		for i, cells := range g.Rows {
			b.WriteString("<table:table-row>")
			if i == 0 {
				odtCell(b, "Cellule", "TexteFort", len(g.Rows), one(g.First))
			} else {
				b.WriteString("<table:covered-table-cell/>")
			}
			for _, c := range cells {
				odtCell(b, "Cellule", "Texte", 1, c)
			}
			b.WriteString("</table:table-row>\n")
		}
	}
	b.WriteString("</table:table>\n")
}

// The bounds of a column's share of its table.
const narrowest, widest = 10, 40

// widths returns the share of each column: the longest line that it holds, within bounds.
func (t Table) widths() []int {
	shares := make([]int, len(t.Head))
	wide := func(column int, text string) {
		shares[column] = min(max(shares[column], utf8.RuneCountInString(text), narrowest), widest)
	}
	for i, h := range t.Head {
		for word := range strings.FieldsSeq(h) {
			wide(i, word)
		}
	}
	for _, g := range t.Groups {
		wide(0, g.First)
		for _, cells := range g.Rows {
			for i, c := range cells {
				for _, line := range c {
					wide(i+1, line)
				}
			}
		}
	}
	return shares
}

func odtCell(b *strings.Builder, style, text string, rows int, c Cell) {
	fmt.Fprintf(b, `<table:table-cell table:style-name="%s" office:value-type="string"`, style)
	if rows > 1 {
		fmt.Fprintf(b, ` table:number-rows-spanned="%d"`, rows)
	}
	b.WriteString(">")
	for _, line := range c {
		fmt.Fprintf(b, `<text:p text:style-name="%s">%s</text:p>`, text, escaped(line))
	}
	b.WriteString("</table:table-cell>")
}

func element(b *strings.Builder, name, attributes, content string) {
	fmt.Fprintf(b, "<%s %s>%s</%s>\n", name, attributes, content, name)
}

// escaped makes a text safe within XML.
func escaped(s string) string {
	var b strings.Builder
	if err := xml.EscapeText(&b, []byte(s)); err != nil {
		return "" // a strings.Builder takes everything
	}
	return b.String()
}
