// Package pdf makes documents of pages of text: titles, paragraphs, lists, tables, extracts, with a footer that counts the
// pages and an outline to go through them. Whatever the texts hold, they wrap, go on over the pages, and are never clipped.
//
// It draws no pictures, follows no links and signs nothing: internal/pdfsig signs what it makes. It judges no text either:
// what is not printable is shown by its code, and nothing of a text is ever read as a part of the document's syntax.
package pdf

import (
	"errors"
	"slices"
	"strconv"
	"strings"
	"time"
)

// Meta says what a document is.
type Meta struct {
	Title, Author, Subject string
	Lang                   string // "en", or anything else for French: of the document's own words, and as readers aloud want it
	// Created is the document's date. It must be given: the same content of the same date gives the same bytes.
	Created time.Time
	// Footer stands at the left of each page's foot, beside the number of the page; the title when it is empty.
	Footer string
}

// Tone is what the colour of a text says. The words say it too: a page printed without colours loses nothing.
type Tone int

// The tones.
const (
	Plain Tone = iota
	Muted
	Good
	Warning
	Bad
)

// Doc is a document being made, from top to bottom. The zero value is of no use: New makes one.
type Doc struct {
	meta  Meta
	pages []page
	marks []mark
	y     float64 // where the next text goes, from the top, in points
	held  *hold   // what stands last on the page and may not end it
	full  bool    // no more pages are taken
}

// hold is where begins what only introduces what follows: headings, leads, labels. It goes to the next page with it.
type hold struct {
	boxes, texts, marks int // how many there were before
	y                   float64
}

// page is what is drawn on one: boxes first, texts over them.
type page struct {
	boxes []box
	texts []text
}

// text is one line, or a part of one, at its baseline.
type text struct {
	x, y  float64
	style style
	words string
}

// box is a filled rectangle.
type box struct {
	x, y, w, h float64
	fill       colour
}

// mark is a line of the outline.
type mark struct {
	page, level int
	y           float64
	words       string
}

// The page: A4, in points, and what is left for the text.
const (
	pageWidth, pageHeight = 595.28, 841.89
	left, top             = 54.0, 56.0
	width                 = pageWidth - 2*left
	bottom                = pageHeight - 60
	footLine              = pageHeight - 34
)

// maxPages bounds a document, whatever it is given.
const maxPages = 1500

// New begins a document.
func New(m Meta) *Doc {
	d := &Doc{meta: m}
	d.PageBreak()
	return d
}

// Pages tells how many pages there are so far.
func (d *Doc) Pages() int { return len(d.pages) }

// PageBreak goes on with a new page; at the top of one, it does nothing.
func (d *Doc) PageBreak() {
	d.held = nil
	if len(d.pages) > 0 && d.y == top {
		return
	}
	if len(d.pages) == maxPages {
		d.full = true
	}
	if d.full {
		return
	}
	d.pages = append(d.pages, page{})
	d.y = top
}

// need goes on with a new page unless that height is left on this one. What introduces goes along, unless it is half a page.
func (d *Doc) need(height float64) {
	if d.y+height <= bottom {
		return
	}
	h := d.held
	if h == nil || h.y <= top || d.y-h.y > (bottom-top)/2 || len(d.pages) == maxPages {
		d.PageBreak()
		return
	}
	from, up := &d.pages[len(d.pages)-1], h.y-top
	moved := page{slices.Clone(from.boxes[h.boxes:]), slices.Clone(from.texts[h.texts:])}
	from.boxes, from.texts = from.boxes[:h.boxes], from.texts[:h.texts]
	for i := range moved.boxes {
		moved.boxes[i].y -= up
	}
	for i := range moved.texts {
		moved.texts[i].y -= up
	}
	d.pages = append(d.pages, moved)
	for i := range d.marks[h.marks:] {
		m := &d.marks[h.marks+i]
		m.page, m.y = len(d.pages), m.y-up
	}
	d.held, d.y = &hold{marks: h.marks, y: top}, d.y-up
}

// introduce begins what may not end a page.
func (d *Doc) introduce() {
	if p := d.pages[len(d.pages)-1]; d.held == nil {
		d.held = &hold{len(p.boxes), len(p.texts), len(d.marks), d.y}
	}
}

// follow begins what may: that height of it stands on the page of what introduces it.
func (d *Doc) follow(height float64) {
	d.need(height)
	d.held = nil
}

// few is the height of the first two lines of a text, which stay together.
func few(lines []string, s style) float64 { return float64(min(len(lines), 2)) * s.leading() }

// Space leaves points blank, unless the page begins or ends there.
func (d *Doc) Space(points float64) {
	if d.y > top {
		d.y = min(d.y+points, bottom)
	}
}

// lines draws lines of a style from x on, over as many pages as they need.
func (d *Doc) lines(x float64, lines []string, s style) {
	for _, l := range lines {
		d.need(s.leading())
		d.put(x, d.y, l, s)
		d.y += s.leading()
	}
}

// put draws one line whose top is at y.
func (d *Doc) put(x, y float64, words string, s style) {
	if d.full || words == "" {
		return
	}
	p := &d.pages[len(d.pages)-1]
	p.texts = append(p.texts, text{x, y + s.baseline(), s, words})
}

// fill draws a box.
func (d *Doc) fill(x, y, w, h float64, c colour) {
	if d.full || h <= 0 {
		return
	}
	p := &d.pages[len(d.pages)-1]
	p.boxes = append(p.boxes, box{x, y, w, h, c})
}

// Title writes the title of a document or of a great part of it.
func (d *Doc) Title(words string) {
	d.introduce()
	d.lines(left, wrap(words, width, titleStyle), titleStyle)
	d.Space(8)
}

// headings are the styles of headings, by level.
var headings = []style{
	{face: bold, size: 15, ink: dark}, {face: bold, size: 11.5, ink: dark}, {face: bold, size: 9.5, ink: dark},
}

// Heading begins a part: level 1 is the highest, 3 the lowest. It stands in the outline, and never alone at the end of a page.
func (d *Doc) Heading(level int, words string) {
	level = max(1, min(level, len(headings)))
	s := headings[level-1]
	lines := wrap(words, width, s)
	d.Space(s.size)
	d.need(float64(min(len(lines), 4))*s.leading() + 4*body.leading())
	d.introduce()
	if !d.full {
		d.marks = append(d.marks, mark{len(d.pages), level - 1, d.y, strings.Join(lines, " ")})
	}
	d.lines(left, lines, s)
	d.Space(3)
}

// Paragraph writes a text; a line end in it begins a new line.
func (d *Doc) Paragraph(words string) { d.Toned(Plain, words) }

// Toned is Paragraph in a tone; Muted is also smaller, for remarks.
func (d *Doc) Toned(t Tone, words string) {
	s := t.letters()
	lines := wrap(words, width, s)
	d.follow(few(lines, s))
	d.lines(left, lines, s)
	d.Space(4)
}

// Lead writes a remark on what follows, as Toned does a muted one: it never ends a page.
func (d *Doc) Lead(words string) {
	s := Muted.letters()
	d.label(words, s)
	d.Space(4)
}

// Strong writes a label over what follows, in bold letters and a tone: it never ends a page.
func (d *Doc) Strong(t Tone, words string) {
	d.label(words, style{face: bold, size: body.size, ink: t.ink()})
	d.Space(2)
}

func (d *Doc) label(words string, s style) {
	lines := wrap(words, width, s)
	d.need(few(lines, s))
	d.introduce()
	d.lines(left, lines, s)
}

// Bullets writes a list.
func (d *Doc) Bullets(items ...string) {
	const indent = 12
	for _, item := range items {
		lines := wrap(item, width-indent, body)
		d.follow(few(lines, body))
		d.put(left+2, d.y, "•", body)
		d.lines(left+indent, lines, body)
		d.Space(1.5)
	}
	d.Space(3)
}

// KeyValues writes labels with their values beside them. A pair without value is left out; pairs that are not many stay together.
func (d *Doc) KeyValues(pairs ...[2]string) {
	const indent = 138
	label := style{face: regular, size: body.size, ink: grey}
	type pair struct {
		names, values []string
		letters       style
	}
	var all []pair
	height := 0.0
	for _, p := range pairs {
		if p[1] == "" {
			continue
		}
		letters := body
		if len(p[1]) > 60 && !strings.ContainsAny(p[1], " \n") { // a digest: on one line, if it can be
			letters = code
		}
		one := pair{wrap(p[0], indent-8, label), wrap(p[1], width-indent, letters), letters}
		all = append(all, one)
		height += float64(max(len(one.names), len(one.values)))*body.leading() + 2
	}
	if height <= (bottom-top)/4 && len(all) > 0 {
		d.follow(height - 2)
	}
	for _, p := range all {
		for i := range max(len(p.names), len(p.values)) {
			d.follow(body.leading())
			if i < len(p.names) {
				d.put(left, d.y, p.names[i], label)
			}
			if i < len(p.values) {
				d.put(left+indent, d.y, p.values[i], p.letters)
			}
			d.y += body.leading()
		}
		d.Space(2)
	}
	d.Space(4)
}

// Card writes a box that catches the eye: a label, a word in large letters, and what it means.
func (d *Doc) Card(t Tone, label, word, meaning string) {
	const pad = 10
	parts := []struct {
		words string
		style style
	}{
		{label, style{face: regular, size: 9, ink: grey}}, {word, style{face: bold, size: 20, ink: t.ink()}}, {meaning, body},
	}
	height := 2.0 * pad
	var all [][]string
	for _, p := range parts {
		var lines []string
		if p.words != "" {
			lines = wrap(p.words, width-2*pad, p.style)
		}
		all = append(all, lines[:min(len(lines), 6)])
		height += float64(len(all[len(all)-1])) * p.style.leading()
	}
	d.follow(height)
	d.fill(left, d.y, width, height, t.paper())
	d.fill(left, d.y, 4, height, t.ink())
	y := d.y + pad
	for i, p := range parts {
		for _, l := range all[i] {
			d.put(left+pad+2, y, l, p.style)
			y += p.style.leading()
		}
	}
	d.y += height
	d.Space(8)
}

// Mono writes an extract as it stands, line by line, in letters of one width; a line too long goes on in the next.
func (d *Doc) Mono(words string) {
	const pad = 5
	lines := wrapExact(words, width-2*pad, code)
	d.follow(few(lines, code))
	for _, l := range lines {
		d.need(code.leading())
		d.fill(left, d.y, width, code.leading(), shade)
		d.put(left+pad, d.y, l, code)
		d.y += code.leading()
	}
	d.Space(6)
}

// ErrDate tells that a document has no date of its own.
var ErrDate = errors.New("make document: give Meta.Created: the same content must give the same bytes")

// Bytes returns the document. A document that would have more pages than are ever made ends with a line that says so.
func (d *Doc) Bytes() ([]byte, error) {
	if d.meta.Created.IsZero() {
		return nil, ErrDate
	}
	return emit(d)
}

// own are the document's own words, in French and in English.
var own = map[string][2]string{
	"page": {"Page", "Page"},
	"cut":  {"Document coupé : il ne fait jamais plus de {0} pages.", "Document cut: it never has more than {0} pages."},
}

// word returns one of them.
func (d *Doc) word(key string) string {
	i := 0
	if d.meta.Lang == "en" {
		i = 1
	}
	return strings.ReplaceAll(own[key][i], "{0}", strconv.Itoa(maxPages))
}
