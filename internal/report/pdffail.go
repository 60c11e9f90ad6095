package report

import (
	"slices"
	"strings"

	"etalon/internal/legible"
	"etalon/internal/pdf"
	"etalon/internal/verdict"
)

// failed tells each failure: what is wrong, why it matters, what was seen, what to do.
func (d *document) failed() {
	d.pages.Heading(1, d.w("failures"))
	all := d.failures()
	if len(all) == 0 {
		d.pages.Paragraph(d.w("failures.none"))
		return
	}
	d.pages.Lead(d.w("failures.hint"))
	for _, f := range all {
		d.failure(f)
	}
}

func (d *document) failure(f failure) {
	q := d.Row(f.ID)
	d.pages.Heading(2, f.ID+" · "+d.title(f.ID))
	tone := pdf.Warning
	if f.Severity == verdict.Bloquante {
		tone = pdf.Bad
	}
	d.pages.Strong(tone, d.label(d.w("severity."+f.Severity.String()))+" · "+d.Departure(f.Standard())+" · "+d.Line(f.Role+"/"+f.Mode))
	if why := q.Text.In(d.o.Lang); why != "" {
		d.pages.Paragraph(why)
	}
	d.pages.Toned(pdf.Muted, strings.Join(filledOnly(prefixed(d.w("basis"), d.Basis(q.Basis)), prefixed(d.w("source"), q.Source)), " · "))
	for _, a := range f.Findings[:min(len(f.Findings), maxAccused)] {
		d.accusation(a)
	}
	if more := len(f.Findings) - maxAccused; more > 0 {
		d.pages.Toned(pdf.Muted, d.w("notrun.more", more))
	}
	if c, ok := d.witness(f); ok {
		d.extract(c)
	}
}

// prefixed is a value behind what it is; nothing of an empty one.
func prefixed(what, value string) string {
	if value == "" {
		return ""
	}
	return what + " : " + value
}

func (d *document) accusation(a accusation) {
	rule := d.o.Texts.Rule(a.Finding)
	d.pages.Heading(3, d.Line(rule.Title.In(d.o.Lang)))
	seen := a.Seen[:min(len(a.Seen), maxNamed)]
	places := strings.Join(seen, ", ")
	if more := len(a.Seen) - len(seen); more > 0 {
		places += " " + d.w("notrun.more", more)
	}
	d.pages.KeyValues(
		[2]string{d.label(d.w("want")), shorten(d.Line(a.Want))}, [2]string{d.label(d.w("got")), shorten(d.Line(a.Got))},
		[2]string{d.label(d.w("cause")), rule.Cause.In(d.o.Lang)}, [2]string{d.label(d.w("fix")), rule.Fix.In(d.o.Lang)},
		[2]string{d.label(d.w("seen in")), places})
}

// maxValue bounds what is shown of a value that a partner sent, in characters.
const maxValue = 600

func shorten(s string) string {
	if len(s) <= maxValue {
		return s
	}
	return legible.Cut(s, maxValue) + "…"
}

// witness is the case that shows a failure best: the first that failed on it, else the first where it was seen.
func (d *document) witness(f failure) (verdict.Case, bool) {
	if len(f.Cases) > 0 {
		return f.Cases[0], true
	}
	for _, a := range f.Findings {
		for _, address := range a.Seen {
			if i := slices.IndexFunc(d.Run.Cases, func(c verdict.Case) bool { return c.Address == address }); i >= 0 {
				return d.Run.Cases[i], true
			}
		}
	}
	return verdict.Case{}, false
}

// extract shows what was sent and answered in a case, its first lines.
func (d *document) extract(c verdict.Case) {
	d.pages.Heading(3, d.w("extract")+" : "+c.Address)
	d.pages.Paragraph(d.Line(c.Title))
	i := slices.IndexFunc(c.Exchanges, func(x verdict.Exchange) bool { return exchange{Exchange: x}.Faulty() })
	if i < 0 {
		i = 0
	}
	if i >= len(c.Exchanges) {
		return
	}
	if d.spent > maxExtracts {
		d.pages.Toned(pdf.Muted, d.w("extract.left"))
		return
	}
	x := d.exchange(c.Exchanges[i], false)
	d.pages.Lead(d.Line(strings.Join(filledOnly(x.Name, d.direction(x), prefixed(d.w("status"), number(x.Status)), prefixed(d.w("error"), x.Error)), " · ")))
	if x.Compared && len(x.Changes) > 0 && !x.Same() {
		d.lines(d.w("sent.diff"), changed(x.Changes, d.view))
	} else {
		d.piece("sent", x.Sent)
	}
	d.piece("received", x.Received)
}

func (d *document) direction(x exchange) string { return caseBlock{page: d.page}.Direction(x) }

// changed are the lines of a comparison, each with its sign.
func changed(all []legible.Difference, v *view) []string {
	var out []string
	for _, c := range all {
		switch {
		case c.Skipped > 0:
			out = append(out, v.w("diff.skipped", c.Skipped))
		case c.Sign == "-":
			out = append(out, "− "+c.Before+c.Changed+c.After)
		default:
			out = append(out, c.Sign+" "+c.Before+c.Changed+c.After)
		}
	}
	return out
}

// piece shows one piece of evidence.
func (d *document) piece(key string, x *exhibit) {
	if x == nil {
		return
	}
	caption := d.w(key)
	if x.Text == "" {
		d.pages.Toned(pdf.Muted, caption+" : "+x.Note)
		return
	}
	if x.Dialogue {
		caption = d.w("dialogue")
	}
	d.lines(caption+" ("+x.Member+")", strings.Split(x.Text, "\n"))
}

// lines shows the first lines of an extract.
func (d *document) lines(caption string, all []string) {
	d.pages.Lead(caption)
	n := min(len(all), maxExtract)
	if len(all) == n+1 { // the line that is left out would take as much place
		n++
	}
	shown := slices.Clone(all[:n])
	for i, l := range shown {
		if len(l) > maxExtractRow {
			shown[i] = legible.Cut(l, maxExtractRow) + "…"
		}
		d.spent += len(shown[i])
	}
	if more := len(all) - len(shown); more > 0 {
		shown = append(shown, d.w("extract.more", more))
	}
	d.pages.Mono(strings.Join(shown, "\n"))
}
