package report_test

import (
	"bufio"
	"bytes"
	"slices"
	"strings"
	"testing"
)

// gravity is the order in which consumers of Cucumber messages take the worst of the steps of a case.
var gravity = []string{"UNKNOWN", "PASSED", "SKIPPED", "PENDING", "UNDEFINED", "AMBIGUOUS", "FAILED"}

// readMessages takes the worst status of each case's steps, and the verdict attached to it.
func readMessages(t testing.TB, raw []byte) told {
	type message struct {
		Pickle           struct{ ID, Name string }
		TestCase         struct{ ID, PickleID string }
		TestCaseStarted  struct{ ID, TestCaseID string }
		Attachment       struct{ FileName, Body, TestCaseStartedID string }
		TestStepFinished struct {
			TestCaseStartedID string
			TestStepResult    struct{ Status string }
		}
		TestCaseFinished struct{ TestCaseStartedID string }
		TestRunFinished  struct{ Message string }
	}
	out := told{cases: map[string]string{}}
	names, pickles, tests, worst := map[string]string{}, map[string]string{}, map[string]string{}, map[string]string{}
	addresses := map[string]string{}
	lines := bufio.NewScanner(bytes.NewReader(raw))
	lines.Buffer(nil, 16<<20)
	for lines.Scan() {
		var m message
		unmarshal(t, lines.Bytes(), &m)
		switch started := m.TestStepFinished.TestCaseStartedID; {
		case m.Pickle.ID != "":
			names[m.Pickle.ID] = m.Pickle.Name
		case m.TestCase.ID != "":
			pickles[m.TestCase.ID] = m.TestCase.PickleID
		case m.TestCaseStarted.ID != "":
			tests[m.TestCaseStarted.ID] = m.TestCaseStarted.TestCaseID
		case started != "":
			if status := m.TestStepFinished.TestStepResult.Status; slices.Index(gravity, status) > slices.Index(gravity, worst[started]) {
				worst[started] = status
			}
		case m.Attachment.FileName == "verdict.json":
			var v struct{ Address, Verdict string }
			unmarshal(t, []byte(m.Attachment.Body), &v)
			out.cases[v.Address], addresses[m.Attachment.TestCaseStartedID] = v.Verdict, v.Address
		case m.TestRunFinished.Message != "":
			said := strings.Split(m.TestRunFinished.Message, "\n")
			_, standard, _ := strings.Cut(said[0], " : ")
			_, profile, _ := strings.Cut(said[1], " : ")
			out.standard, out.profile = frenchLevels[strings.ToLower(standard)], frenchLevels[strings.ToLower(profile)]
		}
	}
	called := map[string]string{"pass": "PASSED", "fail": "FAILED", "inconclusive": "UNDEFINED", "review": "PENDING", "waived": "SKIPPED", "not_applicable": "SKIPPED"}
	for started, address := range addresses {
		if worst[started] != called[out.cases[address]] {
			t.Errorf("messages: %s is %s and %s", address, worst[started], out.cases[address])
		}
		if id := address[strings.LastIndexByte(address, '/')+1:]; !strings.HasPrefix(names[pickles[tests[started]]], id+",") {
			t.Errorf("messages: %s plays %q", address, names[pickles[tests[started]]])
		}
	}
	if len(worst) != len(out.cases) || len(pickles) != len(out.cases) || len(names) != len(out.cases) {
		t.Errorf("messages: %d pickles, %d test cases, %d played, %d verdicts", len(names), len(pickles), len(worst), len(out.cases))
	}
	out.counts = counted(out.cases)
	return out
}

func readSARIF(t testing.TB, raw []byte) told {
	type line struct{ Address, Requirement, Verdict string }
	var log struct {
		Runs []struct {
			Results []struct {
				RuleID     string
				Properties line
			}
			Properties struct {
				Level  struct{ Standard, Profile string }
				Counts map[string]int
				Cases  []line
			}
		}
	}
	unmarshal(t, raw, &log)
	r := log.Runs[0]
	out := told{cases: map[string]string{}, counts: some(r.Properties.Counts), standard: r.Properties.Level.Standard, profile: r.Properties.Level.Profile, fails: []string{}}
	for _, c := range r.Properties.Cases {
		out.cases[c.Address] = c.Verdict
	}
	for _, result := range r.Results {
		if result.Properties.Verdict == "fail" && result.RuleID == result.Properties.Requirement {
			out.fails = append(out.fails, result.Properties.Address)
		}
	}
	return out
}
