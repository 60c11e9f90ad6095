package report_test

import (
	"bytes"
	"encoding/json"
	"slices"
	"strings"
	"testing"

	"pgregory.net/rapid"

	"etalon/internal/report"
	"etalon/internal/verdict"
)

// gated is a whole run of a catalogue of a blocking, a major and a minor requirement, and of an experimental role.
func gated(cases ...verdict.Case) *verdict.Run {
	run := &verdict.Run{Scope: []string{"fournisseur/A"}, Partial: true, Complete: true, Cases: cases}
	run.Conclude([]verdict.Requirement{
		{ID: "V10", Basis: "S"}, {ID: "F03", Basis: "P", Severity: verdict.Majeure}, {ID: "L01", Basis: "N", Severity: verdict.Mineure}, {ID: "R01", Basis: "P"},
	})
	return run
}

func naming(id string) func(*verdict.Case) {
	return func(c *verdict.Case) {
		c.Findings = append(c.Findings, verdict.Finding{Requirement: id, Rule: "seen"})
	}
}

func placed(address string) func(*verdict.Case) { return func(c *verdict.Case) { c.Address = address } }

func broken(c *verdict.Run) { c.Complete = false }

func TestGate(t *testing.T) {
	const pass, fail, open = verdict.Pass, verdict.Fail, verdict.Inconclusive
	for name, x := range map[string]struct {
		earlier, later []verdict.Case
		change         func(*verdict.Run)
		failOn         verdict.Severity
		want           int
	}{
		"nothing":                {[]verdict.Case{trial("V10-N1", pass)}, []verdict.Case{trial("V10-N1", pass)}, nil, verdict.Majeure, 0},
		"new":                    {[]verdict.Case{trial("V10-N1", pass)}, []verdict.Case{trial("V10-N1", fail)}, nil, verdict.Majeure, 1},
		"known":                  {[]verdict.Case{trial("V10-N1", fail)}, []verdict.Case{trial("V10-N1", fail)}, nil, verdict.Majeure, 0},
		"another case of it":     {[]verdict.Case{trial("V10-N1", fail), trial("V10-N2", pass)}, []verdict.Case{trial("V10-N1", fail), trial("V10-N2", fail)}, nil, verdict.Majeure, 1},
		"one that was not known": {[]verdict.Case{trial("V10-N1", fail)}, []verdict.Case{trial("V10-N1", fail), trial("V10-N2", fail)}, nil, verdict.Majeure, 1},
		"another it names":       {[]verdict.Case{trial("V10-N1", fail)}, []verdict.Case{trial("V10-N1", fail, naming("F03"))}, nil, verdict.Majeure, 1},
		"one that it named":      {[]verdict.Case{trial("V10-N1", fail, naming("F03"))}, []verdict.Case{trial("V10-N1", fail, naming("F03"))}, nil, verdict.Majeure, 0},
		"major, blocking asked":  {[]verdict.Case{trial("F03-N1", pass)}, []verdict.Case{trial("F03-N1", fail)}, nil, verdict.Bloquante, 0},
		"minor":                  {[]verdict.Case{trial("L01-N1", pass)}, []verdict.Case{trial("L01-N1", fail)}, nil, verdict.Majeure, 0},
		"minor asked":            {[]verdict.Case{trial("L01-N1", pass)}, []verdict.Case{trial("L01-N1", fail)}, nil, verdict.Mineure, 1},
		"waived, failing again":  {[]verdict.Case{trial("V10-N1", verdict.Waived, naming("V10"))}, []verdict.Case{trial("V10-N1", fail)}, nil, verdict.Majeure, 1},
		"waived now":             {[]verdict.Case{trial("V10-N1", pass)}, []verdict.Case{trial("V10-N1", verdict.Waived, naming("V10"))}, nil, verdict.Majeure, 0},
		"a waiver too many": {[]verdict.Case{trial("V10-N1", pass)}, []verdict.Case{trial("V10-N1", pass)}, func(r *verdict.Run) {
			r.Waivers = []verdict.Waiver{{Requirement: "V10", State: verdict.WaiverPassing}}
		}, verdict.Majeure, 1},
		"no conclusion any more": {[]verdict.Case{trial("V10-N1", pass)}, []verdict.Case{trial("V10-N1", open)}, nil, verdict.Majeure, 4},
		"never a conclusion":     {[]verdict.Case{trial("V10-N1", open)}, []verdict.Case{trial("V10-N1", open)}, nil, verdict.Majeure, 0},
		"a minor one, open":      {[]verdict.Case{trial("L01-N1", pass)}, []verdict.Case{trial("L01-N1", open)}, nil, verdict.Majeure, 0},
		"experimental":           {[]verdict.Case{trial("R01-N1", pass, placed("fournisseur/R/R01-N1"))}, []verdict.Case{trial("R01-N1", fail, placed("fournisseur/R/R01-N1"))}, nil, verdict.Majeure, 0},
		"not at its end":         {[]verdict.Case{trial("V10-N1", pass)}, []verdict.Case{trial("V10-N1", fail)}, broken, verdict.Majeure, 3},
		"nothing played":         {[]verdict.Case{trial("V10-N1", pass)}, nil, nil, verdict.Majeure, 2},
		"in trouble": {[]verdict.Case{trial("V10-N1", pass)}, []verdict.Case{trial("V10-N1", pass)}, func(r *verdict.Run) {
			r.Trouble = []verdict.Trouble{{Scope: "fournisseur/A"}}
		}, verdict.Majeure, 4},
	} {
		later := gated(x.later...)
		if x.change != nil {
			x.change(later)
		}
		if got := report.Compare(gated(x.earlier...), later).Gate(later, x.failOn); got != x.want {
			t.Errorf("%s: %d, want %d", name, got, x.want)
		}
	}
}

// A level that is lower is worse, even where no case tells of it; those of runs that are not whole say nothing.
func TestWorse(t *testing.T) {
	at := func(level verdict.Level, change ...func(*verdict.Run)) *verdict.Run {
		run := &verdict.Run{Complete: true, Level: verdict.Levels{Standard: level, Profile: level}}
		for _, f := range change {
			f(run)
		}
		return run
	}
	partial := func(r *verdict.Run) { r.Partial = true }
	for name, x := range map[string]struct {
		earlier, later *verdict.Run
		want           bool
	}{
		"same":       {at(verdict.Conforme), at(verdict.Conforme), false},
		"better":     {at(verdict.NonConformeMajeure), at(verdict.Undetermined), false},
		"undecided":  {at(verdict.Conforme), at(verdict.Undetermined), true},
		"graver":     {at(verdict.NonConformeMajeure), at(verdict.NonConformeBloquante), true},
		"partial":    {at(verdict.Conforme), at(verdict.Undetermined, partial), false},
		"incomplete": {at(verdict.Conforme), at(verdict.Undetermined, broken), false},
	} {
		if got := report.Compare(x.earlier, x.later).Worse(); got != x.want {
			t.Errorf("%s: %v", name, got)
		}
	}
	c := report.Compare(at(verdict.Conforme), at(verdict.Conforme, partial, broken, func(r *verdict.Run) {
		r.Candidate, r.Profile.Digest, r.Suite.Catalogue, r.Scope = verdict.Candidate{Name: "x", Config: "y"}, "z", "c", []string{"client/A"}
	}))
	if got := strings.Join(c.Otherwise(), " "); got != "other.candidate other.config other.catalogue other.profile other.scope other.partial other.incomplete" {
		t.Errorf("otherwise: %s", got)
	}
}

func comparison(t rapid.TB, c report.Comparison, format, lang string) string {
	t.Helper()
	texts, err := report.NewTexts()
	if err != nil {
		t.Fatal(err)
	}
	var out bytes.Buffer
	if err := report.WriteComparison(&out, c, format, report.Options{Lang: lang, Texts: texts}); err != nil {
		t.Fatal(err)
	}
	return out.String()
}

func TestWriteComparison(t *testing.T) {
	earlier := gated(trial("V10-N1", verdict.Pass), trial("V10-N2", verdict.Pass), trial("F03-N1", verdict.Fail), trial("L01-N1", verdict.Pass))
	later := gated(trial("V10-N1", verdict.Fail), trial("V10-N2", verdict.Fail), trial("F03-N1", verdict.Pass), trial("L01-N1", verdict.Inconclusive))
	c := report.Compare(earlier, later)
	for _, want := range []string{
		"\nNouvellement enfreint (2)\n  [bloquante] V10 fournisseur/A : V10 (fournisseur/A/V10-N1, fournisseur/A/V10-N2)\n",
		"\nConcluait, et ne conclut plus (1)\n  [mineure] L01 fournisseur/A : réussi → sans conclusion\n",
		"\nNouveaux échecs (2)\n  fournisseur/A/V10-N1 : réussi → échec. ", "\nCorrigés (1)\n  fournisseur/A/F03-N1 : échec → réussi. ",
		"\nRéussi                    3                         1\n",
	} {
		if got := comparison(t, c, "text", "fr"); !strings.Contains(got, want) {
			t.Errorf("no %q in\n%s", want, got)
		}
	}
	if got := comparison(t, c, "markdown", "en"); !strings.Contains(got, "\n### Newly broken (2)\n\n- [blocking] V10 `fournisseur/A`: V10 (`fournisseur/A/V10-N1`, ") || !strings.Contains(got, "\n| Passed | 3 | 1 |\n") {
		t.Error(got)
	}
	var back struct {
		Schema string `json:"schema"`
		report.Comparison
	}
	if err := json.Unmarshal([]byte(comparison(t, c, "json", "fr")), &back); err != nil || back.Schema != "etalon/diff/1" || !slices.Equal(back.Regressions, c.Regressions) {
		t.Errorf("%v %+v", err, back)
	}
	if err := report.WriteComparison(nil, c, "word", report.Options{}); err == nil {
		t.Error("an unknown format is written")
	}
	many := make([]verdict.Case, 0, 12)
	for _, id := range strings.Fields("1 2 3 4 5 6 7 8 9 10") {
		many = append(many, trial("V10-N"+id, verdict.Pass))
	}
	if got := comparison(t, report.Compare(gated(), gated(many...)), "text", "fr"); !strings.Contains(got, "  pas joué → réussi (10) : ") || !strings.Contains(got, "V10-N8 … et 2 autres\n") {
		t.Error(got)
	}
}

// What a partner said is no markup of the comment, nor another line of it.
func TestComparisonIsNoMarkup(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		name := rapid.StringOf(rapid.RuneFrom([]rune("`a \n\r*<@|[]()\x1b\u202e"))).Draw(t, "name")
		run := gated()
		run.Candidate.Name = name + "."
		got := comparison(t, report.Compare(run, gated()), "markdown", "fr")
		line, _, _ := strings.Cut(got[strings.Index(got, "- Avant : ")+len("- Avant : "):], "\n")
		ticks := len(line) - len(strings.TrimLeft(line, "`"))
		if strings.Count(got, "- Avant : ") != 1 || ticks == 0 {
			t.Fatalf("%q", got)
		}
		inner, _, closed := strings.Cut(line[ticks:], strings.Repeat("`", ticks)+", ")
		if !closed || strings.Contains(inner, strings.Repeat("`", ticks)) || strings.ContainsAny(inner, "\r\x1b\u202e") {
			t.Fatalf("%q of %q", line, name)
		}
	})
}
