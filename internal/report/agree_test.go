package report_test

import (
	"fmt"
	"maps"
	"slices"
	"testing"

	"etalon/internal/report"
	"etalon/internal/report/reporttest"
	"etalon/internal/verdict"
)

// told is what a format says of a record, as somebody else's program reads it. What it does not say is nil or empty.
type told struct {
	cases             map[string]string // verdict by address
	counts            map[string]int    // by verdict
	standard, profile string            // words of files
	fails             []string          // addresses, where the failures alone are told
}

// readers read each format without anything of ours.
var readers = map[string]func(testing.TB, []byte) told{
	"json": readRecord, "text": readText, "junit": readJUnit, "html": readPage, "csv": readTable,
	"gitb": readGITB, "messages": readMessages, "sarif": readSARIF, "badge": readBadge, "pdf": readPages,
}

// TestFormatsAgree holds every format to the record: cases, verdicts, counts and levels (rule 6), of the samples and of a large
// record with every verdict.
func TestFormatsAgree(t *testing.T) {
	for _, s := range reporttest.Samples {
		dir, run := reporttest.Recorded(t, s.Name)
		agree(t, s.Name, run, reporttest.Options(t, dir, "fr"))
	}
	o := reporttest.Options(t, t.TempDir(), "fr")
	o.Evidence = nil
	agree(t, "large", largeRun(400), o)
	_, two := reporttest.Recorded(t, "all-pass")
	two.Cases = append(two.Cases, verdict.Case{Address: "fournisseur/A/V09-N1", Requirement: "V09", Basis: "P", Verdict: verdict.Fail})
	two.Conclude(reporttest.Catalogue)
	if two.Level.Standard == two.Level.Profile {
		t.Fatalf("levels %v: this record is to have two", two.Level)
	}
	two.Evidence = nil
	agree(t, "two levels", two, o)
}

func agree(t *testing.T, name string, run *verdict.Run, o report.Options) {
	t.Helper()
	want := told{cases: map[string]string{}, counts: map[string]int{}, standard: run.Level.Standard.String(), profile: run.Level.Profile.String()}
	for _, c := range run.Cases {
		word := c.Verdict.String()
		want.cases[c.Address] = word
		want.counts[word]++
		if word == "fail" {
			want.fails = append(want.fails, c.Address)
		}
	}
	slices.Sort(want.fails)
	for _, f := range report.Formats {
		read := readers[f.Name]
		if read == nil {
			t.Errorf("%s: no reader holds it to the record: add one", f.Name)
			continue
		}
		got := read(t, render(t, f.Name, run, o))
		if got.cases != nil && !maps.Equal(got.cases, want.cases) {
			t.Errorf("%s %s: cases %v, want %v", name, f.Name, got.cases, want.cases)
		}
		if got.counts != nil && !maps.Equal(got.counts, want.counts) {
			t.Errorf("%s %s: counts %v, want %v", name, f.Name, got.counts, want.counts)
		}
		if got.standard+got.profile != "" && (got.standard != want.standard || got.profile != want.profile) {
			t.Errorf("%s %s: levels %s and %s, want %s and %s", name, f.Name, got.standard, got.profile, want.standard, want.profile)
		}
		if slices.Sort(got.fails); got.fails != nil && !slices.Equal(got.fails, want.fails) {
			t.Errorf("%s %s: failures %v, want %v", name, f.Name, got.fails, want.fails)
		}
		if got.cases == nil && got.counts == nil && got.standard == "" {
			t.Errorf("%s %s: nothing is read of it", name, f.Name)
		}
	}
}

// largeRun is a record of n cases with every verdict, findings and steps, in two roles.
func largeRun(n int) *verdict.Run {
	run := reporttest.Header()
	run.Complete, run.Finished = true, reporttest.At.Add(30e9)
	for i := range n {
		q := reporttest.Catalogue[i%len(reporttest.Catalogue)]
		c := verdict.Case{Address: fmt.Sprintf("%s/A/%s-N%d", q.Roles[0], q.ID, i+1), Requirement: q.ID, Basis: q.Basis, Title: "Un message fautif est refusé",
			Fault: "vi-audience-absent", Verdict: verdict.Verdict(i % 6), Started: reporttest.At.Add(5e7), MS: 40,
			Why:   verdict.Reason{Key: verdict.ReasonTimeout, Args: []string{"une réponse", "10s"}},
			Steps: []verdict.Step{{Text: "un VI honnête accepté par le candidat", OK: true}, {Text: "le candidat refuse le VI", OK: i%6 == 2, Note: "HTTP 200"}}}
		if c.Verdict == verdict.Fail || c.Verdict == verdict.Waived {
			c.Findings = []verdict.Finding{{Requirement: q.ID, Rule: "accepted", Want: "refus", Got: "HTTP 200"}, {Requirement: "F02", Rule: "fault-code-other", Want: "vi:InvalidService", Got: "soap:Server"}}
		}
		run.Cases = append(run.Cases, c)
	}
	run.Conclude(reporttest.Catalogue)
	return run
}
