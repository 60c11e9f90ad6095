package pdf

// Column is one of a table.
type Column struct {
	Title string
	Width float64 // its share of the width, in any unit common to the columns
	Mono  bool    // in letters of one width: for digests and addresses
	Bold  bool
	// Tone returns that of a cell; nil for plain ones.
	Tone func(cell string) Tone
}

// Cells: their letters, and the blank around them.
const (
	cellSize = 8.0
	cellPadX = 4.0
	cellPadY = 2.5
	maxHead  = 4 // lines of a head: it stands on each page, and must leave room for rows
)

// Table writes rows under their columns; the heads stand again on each page. A cell wraps, and a row that is longer than what is
// left of the page goes on over the next. Cells beyond the columns are left out.
func (d *Doc) Table(columns []Column, rows [][]string) {
	t := &table{doc: d, columns: columns}
	t.measure()
	for i, row := range rows {
		t.row(t.cells(row), i == 0)
	}
	if len(rows) > 0 {
		d.fill(left, d.y, width, 0.6, rule)
	}
	d.Space(8)
}

// table is one being written.
type table struct {
	doc     *Doc
	columns []Column
	x, w    []float64
	heads   []cell
}

// cell is the lines of one, and how they are written.
type cell struct {
	lines []string
	style style
}

// measure shares the width out.
func (t *table) measure() {
	sum := 0.0
	for _, c := range t.columns {
		sum += max(c.Width, 0.01)
	}
	x := left
	for _, c := range t.columns {
		w := width * max(c.Width, 0.01) / sum
		t.x, t.w = append(t.x, x), append(t.w, w)
		x += w
	}
	for i, c := range t.columns {
		s := style{face: bold, size: cellSize, ink: grey}
		lines := wrap(c.Title, t.w[i]-2*cellPadX, s)
		t.heads = append(t.heads, cell{lines[:min(len(lines), maxHead)], s})
	}
}

// cells wraps a row.
func (t *table) cells(row []string) []cell {
	out := make([]cell, len(t.columns))
	for i, c := range t.columns {
		words := ""
		if i < len(row) {
			words = row[i]
		}
		s := style{face: regular, size: cellSize, ink: dark}
		switch {
		case c.Mono:
			s.face, s.size = mono, cellSize-1
		case c.Bold:
			s.face = bold
		}
		if c.Tone != nil {
			s.ink = c.Tone(words).ink()
		}
		out[i] = cell{wrap(words, t.w[i]-2*cellPadX, s), s}
	}
	return out
}

// height is that of the highest cell, in points.
func height(cells []cell) float64 {
	h := 0.0
	for _, c := range cells {
		h = max(h, float64(len(c.lines))*c.style.leading())
	}
	return h + 2*cellPadY
}

// row draws one; the first comes with the heads. A row that fits on a page is not cut, unless it is high.
func (t *table) row(cells []cell, first bool) {
	d, h := t.doc, height(cells)
	heads := height(t.heads)
	wanted := min(h, (bottom-top)/4)
	if first {
		wanted += heads
	}
	if d.y+wanted > bottom && !first {
		first, wanted = true, wanted+heads
	}
	d.follow(wanted)
	if first {
		t.head()
	}
	for !d.full {
		rest, drawn := t.part(cells, max(bottom-d.y, 2*cellPadY))
		d.y += drawn
		if rest == nil {
			return
		}
		d.PageBreak()
		t.head()
		cells = rest
	}
}

// head draws the heads.
func (t *table) head() {
	d := t.doc
	h := height(t.heads)
	d.fill(left, d.y, width, h, shade)
	t.part(t.heads, h)
	d.y += h
}

// part draws as many lines of a row as a height holds: it returns what is left, nil when nothing is, and how high it drew.
func (t *table) part(cells []cell, room float64) (rest []cell, drawn float64) {
	d := t.doc
	d.fill(left, d.y, width, 0.6, rule)
	over := false
	rest = make([]cell, len(cells))
	for i, c := range cells {
		n := min(len(c.lines), int((room-2*cellPadY)/c.style.leading()+0.001))
		for k, l := range c.lines[:n] {
			d.put(t.x[i]+cellPadX, d.y+cellPadY+float64(k)*c.style.leading(), l, c.style)
		}
		rest[i] = cell{c.lines[n:], c.style}
		over = over || n < len(c.lines)
		drawn = max(drawn, float64(n)*c.style.leading()+2*cellPadY)
	}
	if !over {
		return nil, drawn
	}
	return rest, drawn
}
