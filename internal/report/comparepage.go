package report

import (
	"bytes"
	"encoding/json"
	"fmt"
	"io"
	"strings"

	"etalon/internal/legible"
	"etalon/internal/verdict"
)

// comparisonSchema is the name of the format of a comparison.
const comparisonSchema = "etalon/diff/1"

// WriteComparison writes what changed between two runs: as "text" for a terminal, as "markdown" for a comment on a change, or as
// "json". It returns an error for another format.
func WriteComparison(w io.Writer, c Comparison, format string, o Options) error {
	p := comparing{view: newView(&verdict.Run{}, o), c: c, markdown: format == "markdown"}
	switch format {
	case "json":
		e := json.NewEncoder(w)
		e.SetEscapeHTML(false)
		e.SetIndent("", " ")
		if err := e.Encode(struct {
			Schema string `json:"schema"`
			Comparison
		}{comparisonSchema, c}); err != nil {
			return verdict.Tell("écriture de la comparaison : %s", "write comparison: %s", err)
		}
		return nil
	case "text", "markdown":
		p.write()
	default:
		return verdict.Tell("comparaison : format « %s » : il y a text, markdown, json", "write comparison: format %q: there are text, markdown, json", format)
	}
	if _, err := w.Write(p.out.Bytes()); err != nil {
		return verdict.Tell("écriture de la comparaison : %s", "write comparison: %s", err)
	}
	return nil
}

// comparing writes a comparison, as text or as Markdown.
type comparing struct {
	*view
	c        Comparison
	markdown bool
	out      bytes.Buffer
}

func (p *comparing) line(format string, args ...any) {
	p.out.WriteString(strings.TrimRight(fmt.Sprintf(format, args...), " ") + "\n")
}

func (p *comparing) write() {
	p.heading(1, p.w("compare"))
	for _, side := range []struct {
		key string
		of  Compared
	}{{"compare.before", p.c.Earlier}, {"compare.after", p.c.Later}} {
		name := strings.TrimSpace(side.of.Candidate.Name + " " + side.of.Candidate.Version)
		p.item("%s%s%s, %s", p.w(side.key), p.colon(), p.quoted(name), p.instant(side.of.Started))
	}
	for _, word := range p.c.Otherwise() {
		p.item("%s%s%s", p.w("compare.warning"), p.colon(), p.w(word))
	}
	p.figures()
	p.regressions()
	for _, kind := range p.c.Kinds() {
		p.heading(2, fmt.Sprintf("%s (%d)", p.w("compare."+kind.Word), len(kind.Of)))
		if kind.Word == "failing" || kind.Word == "fixed" || kind.Word == "changed" || kind.Word == "evidence" {
			p.changes(kind.Of)
		} else {
			p.gathered(kind.Of)
		}
	}
	p.line("")
	p.line("%s", p.w("compare.same", p.c.Same))
}

// figures are the levels and the counts of both.
func (p *comparing) figures() {
	rows := [][3]string{{"", p.w("compare.before"), p.w("compare.after")}}
	for _, level := range []struct {
		key string
		of  func(verdict.Levels) verdict.Level
	}{
		{"level.standard", func(l verdict.Levels) verdict.Level { return l.Standard }},
		{"level.profile", func(l verdict.Levels) verdict.Level { return l.Profile }},
	} {
		was, now := level.of(p.c.Earlier.Level), level.of(p.c.Later.Level)
		rows = append(rows, [3]string{p.w(level.key), p.w("level." + was.String()), p.w("level." + now.String())})
	}
	was := (&view{run: &verdict.Run{Counts: p.c.Earlier.Counts}}).counts()
	for i, now := range (&view{run: &verdict.Run{Counts: p.c.Later.Counts}}).counts() {
		if was[i].N+now.N > 0 {
			rows = append(rows, [3]string{p.w("verdict." + now.Word), fmt.Sprint(was[i].N), fmt.Sprint(now.N)})
		}
	}
	p.line("")
	for i, row := range rows {
		if p.markdown {
			p.line("| %s | %s | %s |", row[0], row[1], row[2])
			if i == 0 {
				p.line("|---|---|---|")
			}
			continue
		}
		p.line("%s %s %s", padded(row[0], 25), padded(row[1], 25), row[2])
	}
}

func padded(s string, width int) string {
	return s + strings.Repeat(" ", max(width-len([]rune(s)), 0))
}

// regressions are told by requirement.
func (p *comparing) regressions() {
	if len(p.c.Regressions) == 0 && len(p.c.Reopened) == 0 {
		p.line("")
		p.line("%s", p.w("compare.noregression"))
		return
	}
	if len(p.c.Regressions) > 0 {
		p.heading(2, fmt.Sprintf("%s (%d)", p.w("compare.regressions"), len(p.c.Regressions)))
	}
	for i, r := range p.c.Regressions {
		if i > 0 && r.of() == p.c.Regressions[i-1].of() {
			continue // told with the first of its requirement
		}
		var cases []string
		for _, other := range p.c.Regressions[i:] {
			if other.of() == r.of() {
				cases = append(cases, p.quoted(other.Address))
			}
		}
		p.item("[%s] %s %s%s%s (%s)", p.w("severity."+r.Severity.String()), r.Requirement, p.quoted(scopeOf(r.Address)), p.colon(), p.title(r.Requirement), strings.Join(cases, ", "))
	}
	if len(p.c.Reopened) > 0 {
		p.heading(2, fmt.Sprintf("%s (%d)", p.w("compare.reopened"), len(p.c.Reopened)))
	}
	for _, r := range p.c.Reopened {
		p.item("[%s] %s %s%s%s → %s", p.w("severity."+r.Severity.String()), r.Requirement, p.quoted(r.Scope), p.colon(), p.verdict(r.Before), p.verdict(r.After))
	}
}

// changes are told one by one, with why.
func (p *comparing) changes(all []Change) {
	for _, c := range all {
		reason := p.reason(c.Why, c.Reason)
		p.item("%s%s%s → %s. %s", p.quoted(c.Address), p.colon(), p.verdict(c.Before), p.verdict(c.After), p.quoted(reason))
	}
}

// gathered are told together by what they were and are, the first of them named.
func (p *comparing) gathered(all []Change) {
	var order []string
	of := map[string][]string{}
	for _, c := range all {
		key := p.verdict(c.Before) + " → " + p.verdict(c.After)
		if of[key] == nil {
			order = append(order, key)
		}
		of[key] = append(of[key], p.quoted(c.Address))
	}
	for _, key := range order {
		shown := of[key][:min(len(of[key]), maxNamed)]
		more := ""
		if n := len(of[key]) - len(shown); n > 0 {
			more = " " + p.w("notrun.more", n)
		}
		p.item("%s (%d)%s%s%s", key, len(of[key]), p.colon(), strings.Join(shown, ", "), more)
	}
}

// verdict is a verdict in words; of a case that was not played, that it was not.
func (p *comparing) verdict(word string) string {
	if word == "" {
		return p.w("compare.unseen")
	}
	return strings.ToLower(p.w("verdict." + word))
}

// colon is how the language writes it.
func (p *comparing) colon() string {
	if p.o.Lang == "en" {
		return ": "
	}
	return " : "
}

func (p *comparing) heading(level int, text string) {
	if level > 1 {
		p.line("")
	}
	if p.markdown {
		p.line("%s %s", strings.Repeat("#", level+1), text)
		p.line("")
		return
	}
	p.line("%s", text)
}

func (p *comparing) item(format string, args ...any) {
	if p.markdown {
		format = "- " + format
	} else {
		format = "  " + format
	}
	p.line(format, args...)
}

// quoted is what may hold a partner's words, so that it is no markup: a span of code in Markdown.
func (p *comparing) quoted(text string) string {
	text = legible.OneLine(text)
	if !p.markdown || text == "" {
		return text
	}
	fence, run := 1, 0
	for _, r := range text {
		if run++; r != '`' {
			run = 0
		}
		fence = max(fence, run+1)
	}
	ticks, room := strings.Repeat("`", fence), ""
	if fence > 1 {
		room = " "
	}
	return ticks + room + text + room + ticks
}
