package report

import (
	"strings"

	"etalon/internal/legible"
	"etalon/internal/verdict"
)

// item is a line of the référentiel, arranged for a reader.
type item struct {
	verdict.Item
	view *view
}

// items are the lines of the référentiel, in its order.
func (v *view) items() []item {
	all := make([]item, len(v.run.Items))
	for i, x := range v.run.Items {
		all[i] = item{x, v}
	}
	return all
}

// Name is its title.
func (x item) Name() string { return legible.OneLine(x.Title.In(x.view.o.Lang)) }

// Who names the entities that answer for it.
func (x item) Who() string {
	var all []string
	for _, e := range x.Entities {
		all = append(all, x.view.w("item."+e))
	}
	return strings.Join(all, ", ")
}

// How is its kind.
func (x item) How() string { return x.view.w("item." + x.Kind) }

// Word is its verdict; of one that is the business of another entity, whose.
func (x item) Word() string {
	if x.Elsewhere && x.Verdict == verdict.NotApplicable {
		var all []string
		for _, e := range x.Entities {
			all = append(all, x.view.w("item.elsewhere."+e))
		}
		return strings.Join(all, ", ")
	}
	return x.view.w("verdict." + x.Verdict.String())
}

// Rows lists the requirements of the catalogue that decide it.
func (x item) Rows() string { return strings.Join(x.Requirements, ", ") }

// Documents tells each document that is declared for it: its name, its date, its digest.
func (x item) Documents() []paper {
	var all []paper
	for _, d := range x.Evidence {
		p := paper{Name: legible.OneLine(d.File), Date: legible.OneLine(d.Date), Digest: d.Digest, Note: legible.OneLine(d.Note)}
		if d.Digest == "" {
			p.Digest = x.view.w("item.unread")
		}
		all = append(all, p)
	}
	return all
}

// paper is a declared document as a reader sees it.
type paper struct{ Name, Date, Digest, Note string }

// referential lists the lines of the référentiel.
func (t *textPage) referential() {
	if len(t.run.Items) == 0 {
		return
	}
	t.section("items")
	for _, x := range t.items() {
		t.line(1, "%-11s %s", x.ID, x.Name())
		t.line(3, "%s · %s · %s", x.Who(), x.How(), strings.ToUpper(x.Word()))
		for _, d := range x.Documents() {
			t.line(3, "%s", strings.Join(filledOnly(d.Name, d.Date, d.Note), ", "))
			t.line(3, "  %s", d.Digest)
		}
	}
}

// filledOnly leaves out what is empty.
func filledOnly(texts ...string) []string {
	var all []string
	for _, s := range texts {
		if s != "" {
			all = append(all, s)
		}
	}
	return all
}
