package report

import (
	"slices"
	"strconv"
	"strings"

	"etalon/internal/pdf"
	"etalon/internal/verdict"
)

// undecided tells the cases of a verdict that is neither a success nor a failure, by reason.
func (d *document) undecided(word string) {
	groups, err := d.Judged(word)
	if err != nil || len(groups) == 0 {
		return
	}
	d.pages.Heading(1, d.w("cases."+word))
	for _, g := range groups {
		var all []string
		for _, c := range g.Cases {
			all = append(all, c.Address)
		}
		d.because(g.Reason, all)
	}
}

// because tells a reason, and the cases that it is that of.
func (d *document) because(reason string, cases []string) {
	d.pages.Strong(pdf.Plain, reason+" ("+strconv.Itoa(len(cases))+")")
	d.pages.Toned(pdf.Muted, strings.Join(cases, ", "))
}

// untried tells what was not tried, and why: cases that were not played, and what the catalogue plays nowhere.
func (d *document) untried() {
	d.pages.Heading(1, d.w("untried"))
	silences, untested := d.notRun(), d.Untested()
	if len(silences)+len(untested) == 0 {
		d.pages.Paragraph(d.w("untried.none"))
		return
	}
	if len(silences) > 0 {
		d.pages.Heading(2, d.w("notrun"))
	}
	for _, s := range silences {
		d.because(s.Reason, s.Cases)
	}
	if len(untested) > 0 {
		d.pages.Heading(2, d.w("matrix.untested"))
		var rows [][]string
		for _, u := range untested {
			rows = append(rows, []string{u.Case, u.Why})
		}
		d.pages.Table([]pdf.Column{{Title: d.w("case"), Width: 1, Mono: true}, {Title: d.w("reason"), Width: 3}}, rows)
	}
}

// passed lists the cases that passed, and those that have no object.
func (d *document) passed() {
	for _, of := range []verdict.Verdict{verdict.Pass, verdict.NotApplicable} {
		cases := d.judged(of)
		if len(cases) == 0 {
			continue
		}
		d.pages.Heading(1, d.w("cases."+of.String()))
		var rows [][]string
		for _, c := range cases {
			rows = append(rows, []string{c.Address, d.Line(c.Title), d.Line(c.Fault)})
		}
		d.pages.Table([]pdf.Column{{Title: d.w("case"), Width: 30, Mono: true}, {Title: d.w("requirement.title"), Width: 48}, {Title: d.w("fault"), Width: 26, Mono: true}}, rows)
	}
}

// annexes are the référentiel, what judged and how it was set, and the evidence.
func (d *document) annexes() {
	d.pages.Heading(1, d.w("annexes"))
	d.referential()
	d.pages.Heading(2, d.w("identity"))
	var facts [][2]string
	for _, f := range d.Facts() {
		facts = append(facts, [2]string{d.w(f.Key), f.Value})
	}
	d.pages.KeyValues(facts...)
	if d.pages.Strong(pdf.Plain, d.w("overrides")); len(d.Run.Profile.Overrides) == 0 {
		d.pages.Paragraph(d.w("overrides.none"))
	}
	for _, key := range sortedKeys(d.Run.Profile.Overrides) {
		d.pages.Mono(d.Line(key + " = " + d.Run.Profile.Overrides[key]))
	}
	d.evidence()
}

// referential lists the lines of the référentiel that the candidate is held to.
func (d *document) referential() {
	items := d.items()
	if len(items) == 0 {
		return
	}
	d.pages.Heading(2, d.w("items"))
	d.pages.Lead(d.w("items.hint", len(items)))
	var rows [][]string
	for _, x := range items {
		var handed []string
		for _, p := range x.Documents() {
			handed = append(handed, strings.Join(filledOnly(p.Name, p.Date, p.Note), ", ")+"\n"+p.Digest)
		}
		rows = append(rows, []string{x.ID, x.Name() + "\n" + x.Rows(), x.Who() + "\n" + x.How(), x.Word(), strings.Join(handed, "\n")})
	}
	d.pages.Table([]pdf.Column{
		{Title: d.w("requirement"), Width: 13, Bold: true}, {Title: d.w("item"), Width: 34}, {Title: d.w("item.entity") + ", " + d.w("item.kind"), Width: 17},
		{Title: d.w("verdict"), Width: 16, Tone: d.toned}, {Title: d.w("item.evidence"), Width: 30},
	}, rows)
}

// evidence lists the pieces with their digests, those of failures first.
func (d *document) evidence() {
	if len(d.Run.Evidence) == 0 {
		return
	}
	d.pages.Heading(2, d.w("evidence"))
	d.pages.Lead(d.w("evidence.hint"))
	first := map[string]bool{}
	for _, c := range d.judged(verdict.Fail) {
		for _, x := range c.Exchanges {
			first[x.Request], first[x.Response] = true, true
		}
	}
	all := slices.Clone(d.Run.Evidence)
	slices.SortStableFunc(all, func(a, b verdict.Evidence) int { return -compareBool(first[a.Digest], first[b.Digest]) })
	var rows [][]string
	for _, e := range all[:min(len(all), maxPieces)] {
		rows = append(rows, []string{d.Line(e.Digest), d.Line(e.MediaType), strconv.Itoa(e.Size)})
	}
	d.pages.Table([]pdf.Column{{Title: d.w("digest"), Width: 66, Mono: true}, {Title: d.w("media"), Width: 24}, {Title: d.w("size"), Width: 10}}, rows)
	if more := len(all) - maxPieces; more > 0 {
		d.pages.Toned(pdf.Muted, d.w("evidence.more", more))
	}
}

// sortedKeys are the keys of a table of settings, in order.
func sortedKeys(m map[string]string) []string { return slices.Sorted(keys(m)) }

// number is a number that says something; zero says nothing.
func number(n int) string {
	if n == 0 {
		return ""
	}
	return strconv.Itoa(n)
}
