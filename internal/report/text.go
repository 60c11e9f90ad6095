package report

import (
	"bytes"
	"fmt"
	"io"
	"slices"
	"strconv"
	"strings"

	"etalon/internal/legible"
	"etalon/internal/verdict"
)

// writeText writes the summary for a terminal: the level, then failures first.
func writeText(w io.Writer, run *verdict.Run, o Options) error {
	t := textPage{view: newView(run, o)}
	t.head()
	t.troubles()
	t.accepted()
	t.followUp()
	t.referential()
	t.failing()
	for _, of := range []verdict.Verdict{verdict.Inconclusive, verdict.Review, verdict.Waived} {
		t.cases(of)
	}
	t.silences()
	if _, err := w.Write(t.out.Bytes()); err != nil {
		return verdict.Tell("écriture du rapport : %s", "write text report: %s", err)
	}
	return nil
}

type textPage struct {
	*view
	out bytes.Buffer
}

func (t *textPage) line(indent int, format string, args ...any) {
	t.out.WriteString(strings.TrimRight(strings.Repeat("  ", indent)+fmt.Sprintf(format, args...), " ") + "\n")
}

// field writes a label and its value, aligned; a value may be a partner's words.
func (t *textPage) field(indent int, key, value string) {
	label := t.w(key)
	pad := max(24-2*indent-len([]rune(label)), 1)
	t.line(indent, "%s%s%s", label, strings.Repeat(" ", pad), legible.OneLine(value))
}

func (t *textPage) section(key string) {
	t.line(0, "")
	t.line(0, "%s", t.w(key))
}

func (t *textPage) head() {
	run := t.run
	t.line(0, "%s", t.w("title"))
	t.field(0, "candidate", strings.TrimSpace(run.Candidate.Name+" "+run.Candidate.Version)+" ("+run.Candidate.Vendor+")")
	t.field(0, "scope", strings.Join(run.Scope, ", "))
	t.field(0, "started", t.instant(run.Started))
	t.field(0, "finished", t.instant(run.Finished))
	if !t.o.NotAfter.IsZero() {
		t.field(0, "validity", t.validity())
		t.field(0, "stamp", t.stamp())
	}
	for _, m := range t.marks() {
		t.line(0, "%s", t.w("mark."+m)+" : "+t.w("mark."+m+".why"))
	}
	for _, key := range slices.Sorted(keys(run.Profile.Overrides)) {
		t.field(0, "override", key+" = "+run.Profile.Overrides[key])
	}
	for _, e := range run.Candidate.Excludes {
		t.field(0, "excluded", e.Role+" "+e.Requirement+" : "+e.Reason)
	}
	t.line(0, "")
	t.field(0, "level.standard", strings.ToUpper(t.w("level."+run.Level.Standard.String())))
	t.field(0, "level.profile", strings.ToUpper(t.w("level."+run.Level.Profile.String())))
	var counts []string
	for _, c := range t.counts() {
		if c.N > 0 {
			counts = append(counts, fmt.Sprintf("%d %s", c.N, t.w("count."+c.Word)))
		}
	}
	t.field(0, "cases", fmt.Sprintf("%d", len(run.Cases)))
	if len(counts) > 0 {
		t.field(0, "of which", strings.Join(counts, ", "))
	}
}

func (t *textPage) troubles() {
	if len(t.run.Trouble) == 0 {
		return
	}
	t.section("troubles")
	for _, trouble := range t.run.Trouble {
		t.line(1, "%s : %s", trouble.Scope, t.reason(trouble.Reason, ""))
	}
}

// accepted tells the waivers; first those that must go.
func (t *textPage) accepted() {
	if len(t.run.Waivers) == 0 {
		return
	}
	t.section("waivers")
	for _, w := range t.waivers() {
		t.line(1, "[%s] %s : %s", w.Word, legible.OneLine(w.Subject()), legible.OneLine(w.Said))
		if len(w.Covers) > 0 {
			t.field(2, "waiver.covers", strings.Join(w.Covers, ", "))
		}
		if w.Red() {
			t.line(2, "%s", t.w("waiver."+string(w.State)+".fix"))
		}
	}
}

func (t *textPage) failing() {
	failures := t.failures()
	if len(failures) == 0 {
		return
	}
	t.section("failures")
	for _, f := range failures {
		t.line(1, "[%s] %s %s/%s : %s", t.w("severity."+f.Severity.String()), f.ID, f.Role, f.Mode, t.title(f.ID))
		t.line(2, "%s", t.w(departure(f.Standard())))
		for _, a := range f.Findings {
			rule := t.o.Texts.Rule(a.Finding)
			t.line(2, "- %s", rule.Title.In(t.o.Lang))
			t.field(3, "want", a.Want)
			t.field(3, "got", a.Got)
			t.field(3, "cause", rule.Cause.In(t.o.Lang))
			t.field(3, "fix", rule.Fix.In(t.o.Lang))
			t.field(3, "seen in", strings.Join(a.Seen, ", "))
		}
	}
}

// departure is how a failure is called: never "non conforme" where only general norms or our profile speak (rule 8).
func departure(standard bool) string {
	if standard {
		return "departure.standard"
	}
	return "departure.profile"
}

func (t *textPage) cases(of verdict.Verdict) {
	cases := t.judged(of)
	if len(cases) == 0 {
		return
	}
	t.section("cases." + of.String())
	var reasons []silence // said once each (rule 2)
	for _, c := range cases {
		reason := t.reason(c.Why, c.Reason)
		i := slices.IndexFunc(reasons, func(s silence) bool { return s.Reason == reason })
		if i < 0 {
			i, reasons = len(reasons), append(reasons, silence{Reason: reason})
		}
		reasons[i].Cases = append(reasons[i].Cases, c.Address)
	}
	t.listed(reasons)
}

func (t *textPage) silences() {
	silences := t.notRun()
	if len(silences) == 0 {
		return
	}
	t.section("notrun")
	t.listed(silences)
}

// listed tells each reason once, with the first of its cases.
func (t *textPage) listed(silences []silence) {
	for _, s := range silences {
		t.line(1, "%s (%d)", s.Reason, len(s.Cases))
		shown := s.Cases[:min(len(s.Cases), maxNamed)]
		t.line(2, "%s", strings.Join(shown, ", "))
		if more := len(s.Cases) - len(shown); more > 0 {
			t.line(2, "%s", t.w("notrun.more", strconv.Itoa(more)))
		}
	}
}

// maxNamed is how many cases the summary names under one reason; the other formats name them all.
const maxNamed = 8
