package report_test

import (
	"encoding/json"
	"slices"
	"strings"
	"testing"

	"etalon/internal/report"
	"etalon/internal/verdict"
)

// trial is a case with a verdict, and what changes of it.
func trial(id string, v verdict.Verdict, change ...func(*verdict.Case)) verdict.Case {
	c := verdict.Case{Address: "fournisseur/A/" + id, Requirement: verdict.RequirementOf(id), Title: "cas " + id, Verdict: v, Why: verdict.Reason{Key: verdict.ReasonOK}}
	for _, f := range change {
		f(&c)
	}
	return c
}

// found has a case carry a finding, answered what was answered to its faulty message.
func found(rule, got string) func(*verdict.Case) {
	return func(c *verdict.Case) {
		c.Findings = append(c.Findings, verdict.Finding{Requirement: c.Requirement, Rule: rule, Got: got, Evidence: []string{"sha256:" + got}})
	}
}

func answered(label string, status int) func(*verdict.Case) {
	return func(c *verdict.Case) {
		c.Exchanges = append(c.Exchanges, verdict.Exchange{Label: label, Status: status, Marker: c.Title, Request: "sha256:x"})
	}
}

func TestCompare(t *testing.T) {
	earlier := &verdict.Run{
		Seed: "one", Scope: []string{"fournisseur/A"}, Complete: true, Suite: verdict.Suite{Catalogue: "sha256:a"}, Level: verdict.Levels{Profile: verdict.NonConformeMajeure},
		Cases: []verdict.Case{
			trial("V10-P", verdict.Pass), trial("V10-N1", verdict.Pass), trial("V10-N2", verdict.Fail), trial("V10-N3", verdict.Fail), trial("V10-N4", verdict.Inconclusive),
			trial("G01-N1", verdict.Fail, found("accepted", "HTTP 200")), trial("G01-N2", verdict.Fail, found("accepted", "HTTP 200")),
			trial("T01-N1", verdict.Pass, answered("faulty", 500), answered("closing", 200)), trial("T01-N2", verdict.Pass, answered("faulty", 500)),
			trial("K01-N1", verdict.Pass), trial("K02-N1", verdict.Pass), trial("F09-N1", verdict.Fail),
		},
		NotRun: []verdict.NotRun{{Address: "fournisseur/A/X01-N1"}, {Address: "fournisseur/A/X01-N2"}},
	}
	later := &verdict.Run{
		Seed: "two", Scope: []string{"fournisseur/A"}, Complete: true, Suite: verdict.Suite{Catalogue: "sha256:b"}, Level: verdict.Levels{Profile: verdict.NonConformeBloquante},
		Cases: []verdict.Case{
			trial("V10-P", verdict.Pass), trial("V10-N1", verdict.Fail), trial("V10-N2", verdict.Pass), trial("V10-N3", verdict.Inconclusive), trial("V10-N4", verdict.Fail),
			trial("G01-N1", verdict.Fail, found("accepted", "HTTP 202 on another port")), trial("G01-N2", verdict.Fail, found("accepted", "HTTP 200"), found("leaked", "x")),
			trial("T01-N1", verdict.Pass, answered("faulty", 500), answered("closing", 500)), trial("T01-N2", verdict.Pass, answered("faulty", 400)),
			trial("X01-N1", verdict.Pass), trial("Z01-N1", verdict.Pass), trial("F09-N1", verdict.Waived),
		},
		NotRun: []verdict.NotRun{{Address: "fournisseur/A/K01-N1"}, {Address: "fournisseur/A/X01-N2"}},
	}
	was, _ := json.Marshal(earlier)
	c := report.Compare(earlier, later)
	for name, x := range map[string]struct {
		got  []report.Change
		want string
	}{
		"failing":   {c.Failing, "V10-N1 pass fail, V10-N4 inconclusive fail"},
		"fixed":     {c.Fixed, "V10-N2 fail pass"},
		"changed":   {c.Changed, "V10-N3 fail inconclusive, F09-N1 fail waived"},
		"evidence":  {c.Evidence, "G01-N2 fail fail, T01-N2 pass pass"},
		"added":     {c.Added, "Z01-N1  pass"},
		"withdrawn": {c.Withdrawn, "K02-N1 pass "},
		"elsewhere": {c.Elsewhere, ""},
		"unplayed":  {c.Unplayed, "X01-N1  pass, K01-N1 pass "},
	} {
		var got []string
		for _, one := range x.got {
			id := strings.TrimPrefix(one.Address, "fournisseur/A/")
			got = append(got, id+" "+one.Before+" "+one.After)
			if one.Requirement != verdict.RequirementOf(id) || one.Title != "cas "+id || one.Why.Key != verdict.ReasonOK {
				t.Errorf("%s: %+v", name, one)
			}
		}
		if strings.Join(got, ", ") != x.want {
			t.Errorf("%s: %q, want %q", name, strings.Join(got, ", "), x.want)
		}
	}
	var broken []string
	for _, r := range c.Regressions {
		broken = append(broken, strings.TrimPrefix(r.Address, "fournisseur/A/")+" "+r.Requirement+" "+r.Before)
	}
	if got := strings.Join(broken, ", "); got != "V10-N1 V10 pass, V10-N4 V10 inconclusive" {
		t.Errorf("regressions %q", got)
	}
	if c.Same != 3 {
		t.Errorf("%d are the same, want V10-P, G01-N1 and T01-N1", c.Same)
	}
	if c.Earlier.Level != earlier.Level || c.Later.Level != later.Level || c.Earlier.Catalogue == c.Later.Catalogue || !c.Later.Complete {
		t.Errorf("%+v %+v", c.Earlier, c.Later)
	}
	if now, _ := json.Marshal(earlier); string(now) != string(was) {
		t.Error("a record was changed")
	}
}

// Against itself a record has no change, and against nothing all of it is new; no list is null.
func TestCompareEnds(t *testing.T) {
	run := &verdict.Run{Cases: []verdict.Case{trial("V10-N1", verdict.Fail, found("a", "b")), trial("V10-N2", verdict.Pass)}}
	if c := report.Compare(run, run); c.Same != 2 || len(slices.Concat(c.Failing, c.Fixed, c.Changed, c.Evidence, c.Added, c.Withdrawn, c.Unplayed)) > 0 {
		t.Errorf("%+v", c)
	}
	if c := report.Compare(&verdict.Run{}, run); len(c.Elsewhere) != 2 || len(c.Regressions) != 1 || c.Same != 0 {
		t.Errorf("%+v", c)
	}
	raw, err := json.Marshal(report.Compare(&verdict.Run{}, &verdict.Run{}))
	if err != nil || strings.Contains(string(raw), ":null") {
		t.Errorf("%v %s", err, raw)
	}
}
