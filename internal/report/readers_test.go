package report_test

import (
	"bytes"
	"encoding/csv"
	"encoding/json"
	"encoding/xml"
	"fmt"
	"maps"
	"os"
	"os/exec"
	"path/filepath"
	"regexp"
	"slices"
	"strconv"
	"strings"
	"testing"

	"golang.org/x/net/html"

	"etalon/internal/bench/benchtest"
)

func unmarshal(t testing.TB, raw []byte, v any) {
	t.Helper()
	if err := json.Unmarshal(raw, v); err != nil {
		t.Fatal(err)
	}
}

// counted counts verdicts; a word told no time is no count.
func counted(cases map[string]string) map[string]int {
	counts := map[string]int{}
	for _, word := range cases {
		counts[word]++
	}
	return counts
}

// some keeps the counts that are not nought.
func some(counts map[string]int) map[string]int {
	maps.DeleteFunc(counts, func(_ string, n int) bool { return n == 0 })
	return counts
}

func readRecord(t testing.TB, raw []byte) told {
	var r struct {
		Level  struct{ Standard, Profile string }
		Counts map[string]int
		Cases  []struct{ Address, Verdict string }
	}
	unmarshal(t, raw, &r)
	out := told{cases: map[string]string{}, counts: some(r.Counts), standard: r.Level.Standard, profile: r.Level.Profile}
	for _, c := range r.Cases {
		out.cases[c.Address] = c.Verdict
	}
	return out
}

// frenchLevels and frenchCounts are the words of the pages.
var (
	frenchLevels = map[string]string{"conforme": "conforme", "non conforme (majeure)": "majeure", "non conforme (bloquante)": "bloquante", "indéterminé": "indetermine"}
	frenchCounts = map[string]string{"réussis": "pass", "en échec": "fail", "sans conclusion": "inconclusive", "à examiner": "review", "dérogés": "waived", "sans objet": "not_applicable"}
	countLine    = regexp.MustCompile(`(\d+) (réussis|en échec|sans conclusion|à examiner|dérogés|sans objet)`)
	levelLine    = regexp.MustCompile(`(?m)^Niveau au (standard|profil de test) +(.+)$`)
)

func readText(t testing.TB, raw []byte) told {
	out := told{counts: map[string]int{}}
	for line := range strings.Lines(string(raw)) {
		if strings.HasPrefix(line, "dont ") {
			for _, m := range countLine.FindAllStringSubmatch(line, -1) {
				out.counts[frenchCounts[m[2]]], _ = strconv.Atoi(m[1])
			}
		}
	}
	for _, m := range levelLine.FindAllStringSubmatch(string(raw), -1) {
		if level := frenchLevels[strings.ToLower(m[2])]; m[1] == "standard" {
			out.standard = level
		} else {
			out.profile = level
		}
	}
	return out
}

func readJUnit(t testing.TB, raw []byte) told {
	type outcome struct {
		Type string `xml:"type,attr"`
	}
	var suites struct {
		Tests    int  `xml:"tests,attr"`
		Failures int  `xml:"failures,attr"`
		Errors   int  `xml:"errors,attr"`
		Beyond   *int `xml:"skipped,attr"` // of suites alone
		Suites   []struct {
			Name       string `xml:"name,attr"`
			Tests      int    `xml:"tests,attr"`
			Skipped    int    `xml:"skipped,attr"`
			Properties []struct {
				Name  string `xml:"name,attr"`
				Value string `xml:"value,attr"`
			} `xml:"properties>property"`
			Cases []struct {
				Name    string   `xml:"name,attr"`
				Failure *outcome `xml:"failure"`
				Error   *outcome `xml:"error"`
				Skipped *outcome `xml:"skipped"`
			} `xml:"testcase"`
		} `xml:"testsuite"`
	}
	if err := xml.Unmarshal(raw, &suites); err != nil {
		t.Fatal(err)
	}
	out, states, tests, skipped := told{cases: map[string]string{}}, map[string]int{}, 0, 0
	for _, s := range suites.Suites {
		tests, skipped = tests+s.Tests, skipped+s.Skipped
		for _, p := range s.Properties {
			switch p.Name {
			case "level.standard":
				out.standard = p.Value
			case "level.profile":
				out.profile = p.Value
			}
		}
		for _, c := range s.Cases {
			word := "pass"
			for state, o := range map[string]*outcome{"failure": c.Failure, "error": c.Error, "skipped": c.Skipped} {
				if o != nil {
					word = o.Type
					states[state]++
				}
			}
			out.cases[s.Name+"/"+c.Name] = word
		}
	}
	out.counts = counted(out.cases)
	if suites.Tests != len(out.cases) || tests != len(out.cases) || states["failure"] != suites.Failures || states["error"] != suites.Errors || states["skipped"] != skipped || suites.Beyond != nil ||
		suites.Failures != out.counts["fail"] || suites.Errors != out.counts["inconclusive"]+out.counts["review"] || skipped != out.counts["waived"]+out.counts["not_applicable"] {
		t.Errorf("junit: totals %+v of states %v and verdicts %v", suites, states, out.counts)
	}
	return out
}

// readPage walks the page as a browser does.
func readPage(t testing.TB, raw []byte) told {
	doc, err := html.Parse(bytes.NewReader(raw))
	if err != nil {
		t.Fatal(err)
	}
	out := told{cases: map[string]string{}}
	var levels []string
	text := func(n *html.Node) string {
		var b strings.Builder
		for d := range n.Descendants() {
			if d.Type == html.TextNode {
				b.WriteString(d.Data)
			}
		}
		return b.String()
	}
	class := func(n *html.Node) string {
		for _, a := range n.Attr {
			if a.Key == "class" {
				return a.Val
			}
		}
		return ""
	}
	for n := range doc.Descendants() {
		switch word, isCase := strings.CutPrefix(class(n), "case "); {
		case n.Data == "details" && isCase:
			for d := range n.Descendants() {
				if class(d) == "address" {
					if _, twice := out.cases[text(d)]; twice {
						t.Errorf("html: %s is told twice", text(d))
					}
					out.cases[text(d)] = word
					break
				}
			}
		case n.Data == "p" && class(n) == "word":
			levels = append(levels, frenchLevels[strings.ToLower(strings.TrimSpace(text(n)))])
		}
	}
	if len(levels) == 2 {
		out.standard, out.profile = levels[0], levels[1]
	}
	return out
}

func readTable(t testing.TB, raw []byte) told {
	lines, err := csv.NewReader(bytes.NewReader(raw)).ReadAll()
	if err != nil {
		t.Fatal(err)
	}
	address, word := slices.Index(lines[0], "address"), slices.Index(lines[0], "verdict")
	out := told{cases: map[string]string{}}
	for _, l := range lines[1:] {
		out.cases[l[address]] = l[word]
	}
	out.counts = counted(out.cases)
	return out
}

// readGITB reads the report as a partner's program does: details, and the overview and the sums that must say the same.
func readGITB(t testing.TB, raw []byte) told {
	type result struct {
		ID       string   `xml:"id,attr"`
		Ref      string   `xml:"ref,attr"`
		Optional bool     `xml:"optional,attr"`
		Disabled bool     `xml:"disabled,attr"`
		Result   string   `xml:"result"`
		Messages []string `xml:"message"`
	}
	var r struct {
		Properties []struct {
			Name  string `xml:"name,attr"`
			Value string `xml:",chardata"`
		} `xml:"overview>definition>party>system>properties>property"`
		Statements []struct {
			Succeeded         int      `xml:"summary>succeeded"`
			Failed            int      `xml:"summary>failed"`
			Incomplete        int      `xml:"summary>incomplete"`
			FailedIgnored     int      `xml:"summary>failedIgnored"`
			IncompleteIgnored int      `xml:"summary>incompleteIgnored"`
			Overviews         []result `xml:"testOverview>testSuite>testCases>testCase"`
			Details           []result `xml:"testDetails>testCase"`
		} `xml:"overview>statementDetails>statement"`
	}
	if err := xml.Unmarshal(raw, &r); err != nil {
		t.Fatal(err)
	}
	out, sums := told{cases: map[string]string{}}, map[string]int{}
	for _, p := range r.Properties {
		switch p.Name {
		case "level.standard":
			out.standard = p.Value
		case "level.profile":
			out.profile = p.Value
		}
	}
	called := map[string]string{"pass": "SUCCESS false", "fail": "FAILURE false", "inconclusive": "UNDEFINED false", "review": "UNDEFINED false", "waived": "FAILURE true", "not_applicable": "UNDEFINED true"}
	for _, s := range r.Statements {
		said := map[string]string{}
		for _, d := range s.Details {
			out.cases[d.ID], said[d.ID] = d.Messages[0], d.Messages[0]
		}
		for _, o := range s.Overviews {
			if o.Disabled {
				continue
			}
			if got := fmt.Sprint(o.Result, " ", o.Optional); got != called[said[o.Ref]] {
				t.Errorf("gitb: %s is %s in the overview, %s in its detail", o.Ref, got, said[o.Ref])
			}
			delete(said, o.Ref)
		}
		if len(said) > 0 {
			t.Errorf("gitb: not in the overview: %v", said)
		}
		sums["pass"] += s.Succeeded
		sums["fail"] += s.Failed
		sums["open"] += s.Incomplete
		sums["waived"] += s.FailedIgnored
		sums["not_applicable"] += s.IncompleteIgnored
	}
	out.counts = counted(out.cases)
	want := map[string]int{"pass": out.counts["pass"], "fail": out.counts["fail"], "open": out.counts["inconclusive"] + out.counts["review"], "waived": out.counts["waived"], "not_applicable": out.counts["not_applicable"]}
	if len(r.Statements) > 0 && !maps.Equal(sums, want) {
		t.Errorf("gitb: sums %v, cases %v", sums, want)
	}
	return out
}

func readBadge(t testing.TB, raw []byte) told {
	var svg struct {
		Standard string   `xml:"data-standard,attr"`
		Profile  string   `xml:"data-profile,attr"`
		Texts    []string `xml:"g>text"`
	}
	if err := xml.Unmarshal(raw, &svg); err != nil {
		t.Fatal(err)
	}
	if len(svg.Texts) < 4 || frenchLevels[strings.ToLower(svg.Texts[1])] != svg.Standard || frenchLevels[strings.ToLower(svg.Texts[3])] != svg.Profile {
		t.Errorf("badge: says %q of %s and %s", svg.Texts, svg.Standard, svg.Profile)
	}
	return told{standard: svg.Standard, profile: svg.Profile}
}

// Lines of the pages: the table of counts, the levels of the cover.
var (
	pageCount = regexp.MustCompile(`(?m)^ *(Réussi|Échec|Sans conclusion|À examiner|Dérogé|Sans objet) +(\d+) +\d+ *$`)
	pageLevel = regexp.MustCompile(`(?m)^ *Niveau au (standard|profil de test)\s+(.+?) *$`)
	pageWords = map[string]string{"Réussi": "pass", "Échec": "fail", "Sans conclusion": "inconclusive", "À examiner": "review", "Dérogé": "waived", "Sans objet": "not_applicable"}
)

// readPages has poppler tell the text of the pages: the counts and the levels.
func readPages(t testing.TB, raw []byte) told {
	benchtest.Needs(t, "pdftotext")
	path := filepath.Join(t.TempDir(), "report.pdf")
	if err := os.WriteFile(path, raw, 0o600); err != nil {
		t.Fatal(err)
	}
	text, err := exec.Command("pdftotext", "-layout", path, "-").Output()
	if err != nil {
		t.Fatal(err)
	}
	out := told{counts: map[string]int{}}
	for _, m := range pageCount.FindAllStringSubmatch(string(text), -1) {
		out.counts[pageWords[m[1]]], _ = strconv.Atoi(m[2])
	}
	some(out.counts)
	for _, m := range pageLevel.FindAllStringSubmatch(string(text), -1) {
		if level := frenchLevels[strings.ToLower(m[2])]; m[1] == "standard" {
			out.standard = level
		} else {
			out.profile = level
		}
	}
	return out
}
