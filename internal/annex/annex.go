// Package annex prints a convention back as the documents that the parties sign: the tables of annexes 1, 2 and 3.x
// and of the avenants, with the headings that the founding documents give them, in HTML and in OpenDocument.
// It checks nothing and decides nothing: what it prints is what the convention file says.
package annex

import (
	"slices"
	"strings"
	"unicode"

	"etalon/internal/interops"
	"etalon/internal/verdict"
)

// Annex is one document of a convention.
type Annex struct {
	// Name designates it: convention, 1, 2, 3, 3.PROJECT or avenant-N.
	Name  string
	Title string
	Parts []Part
}

// Part is a numbered part of an annex: a table, and what is said under it.
type Part struct {
	Title string
	Table Table
	Note  string
}

// Table has one row of headings. Its rows are grouped by what the first column says once for all of them.
type Table struct {
	Head   []string
	Groups []Group
}

// Group is the rows that share their first cell. A cell is the lines that it holds.
type Group struct {
	First string
	Rows  [][]Cell
}

// Cell is the content of a cell, line by line.
type Cell []string

// All returns every annex of a settled convention, in the order in which the parties read them. The levels are those
// of the profile's ladder, to say in words what a service asks for.
func All(c *interops.Convention, levels []interops.Level) []Annex {
	b := builder{c, levels}
	var all []Annex
	if c.Agreement != nil {
		all = append(all, b.act())
	}
	if c.Sphere != nil {
		all = append(all, b.sphere())
	} else {
		all = append(all, b.conditions())
	}
	all = append(all, b.network())
	if len(c.Projects) > 0 {
		all = append(all, b.projects())
	}
	for i, p := range c.Projects {
		all = append(all, b.project(i, p))
	}
	for _, a := range c.Amendments {
		all = append(all, b.amendment(a))
	}
	for i := range all {
		all[i].clean()
	}
	return all
}

// Select keeps the annexes that a name designates: "all", the name of one, or 3.x with the number of a project. Its
// error lists the names that there are.
func Select(all []Annex, name string) ([]Annex, error) {
	if name == "all" {
		return all, nil
	}
	names := make([]string, len(all))
	projects := 0
	for i, a := range all {
		names[i] = a.Name
		if strings.HasPrefix(a.Name, "3.") {
			projects++
		}
		if a.Name == name {
			return all[i : i+1], nil
		}
	}
	for i, a := range all {
		if strings.HasPrefix(a.Title, "Annexe "+name+" ") && strings.HasPrefix(a.Name, "3.") {
			return all[i : i+1], nil
		}
	}
	return nil, verdict.Tell("annexe « %s » : attendu all, ou l'une de %s", "find annex %q: want all, or one of %s", name, strings.Join(names, ", "))
}

// clean leaves of each text what a reader can see; a line feed begins a line of the cell.
func (a *Annex) clean() {
	a.Title = Visible(a.Title)
	for i := range a.Parts {
		p := &a.Parts[i]
		p.Title, p.Note = Visible(p.Title), Visible(p.Note)
		for j := range p.Table.Groups {
			g := &p.Table.Groups[j]
			g.First = Visible(g.First)
			for _, row := range g.Rows {
				for k, cell := range row {
					row[k] = cell.clean()
				}
			}
		}
	}
}

func (c Cell) clean() Cell {
	var out Cell
	for _, text := range c {
		for line := range strings.SplitSeq(strings.TrimRight(text, "\n"), "\n") {
			out = append(out, Visible(line))
		}
	}
	return out
}

// Visible returns a text of a convention as a reader sees it, on one line: what is not printable, or would turn the
// direction of the text or move a terminal's cursor, becomes a dot.
func Visible(s string) string {
	return strings.Map(func(r rune) rune {
		switch {
		case r == '\n', r == '\t':
			return ' '
		case !unicode.IsPrint(r) && r != '\u00a0' && r != '\u202f':
			return '·'
		}
		return r
	}, s)
}

// one is a cell of one line.
func one(s string) Cell { return Cell{s} }

// row makes cells of one line each.
func row(cells ...string) []Cell {
	out := make([]Cell, len(cells))
	for i, c := range cells {
		out[i] = one(c)
	}
	return out
}

// facts is a table of two columns: what, and which.
func facts(pairs ...[]Cell) Table {
	t := Table{Head: []string{"Rubrique", "Contenu"}}
	for _, p := range pairs {
		t.Groups = append(t.Groups, Group{First: p[0][0], Rows: [][]Cell{p[1:]}})
	}
	return t
}

// fact is one line of facts.
func fact(what string, which ...string) []Cell { return []Cell{one(what), Cell(which)} }

// add puts rows under a first cell; a group without rows is left out.
func (t *Table) add(first string, rows ...[]Cell) {
	if len(rows) > 0 {
		t.Groups = append(t.Groups, Group{first, rows})
	}
}

// names returns the titles of organisms by their names.
func (b builder) names(organisms []string) []string {
	out := slices.Clone(organisms)
	for i, name := range out {
		out[i] = b.title(name)
	}
	return out
}

func (b builder) title(name string) string {
	o, _ := b.c.Organism(name)
	if o.Name == "" {
		return name
	}
	return o.Title()
}
