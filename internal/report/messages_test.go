package report_test

import (
	"bytes"
	"encoding/json"
	"os"
	"strings"
	"testing"
	"testing/fstest"

	messages "github.com/cucumber/messages/go/v21"

	"etalon/internal/report"
	"etalon/internal/report/reporttest"
	"etalon/internal/verdict"
)

// envelopes reads a stream of messages with the types of Cucumber, which every field must fit.
func envelopes(t *testing.T, raw []byte) []messages.Envelope {
	t.Helper()
	var all []messages.Envelope
	for line := range bytes.Lines(raw) {
		d := json.NewDecoder(bytes.NewReader(line))
		d.DisallowUnknownFields()
		var e messages.Envelope
		if err := d.Decode(&e); err != nil || d.More() {
			t.Fatalf("%s: %v", line, err)
		}
		all = append(all, e)
	}
	return all
}

// TestMessagesLeadToEachOther holds what consumers rely on: nothing is named before it is told, no identifier twice, every
// step of a pickle in a feature that was told, every test finished, the run last.
func TestMessagesLeadToEachOther(t *testing.T) {
	for _, s := range reporttest.Samples {
		dir, run := reporttest.Recorded(t, s.Name)
		l := links{t: t, known: map[string]bool{}, sources: map[string]bool{}}
		all := envelopes(t, render(t, "messages", run, reporttest.Options(t, dir, "fr")))
		for _, e := range all {
			l.follow(e)
		}
		if all[0].Meta == nil || all[0].Meta.ProtocolVersion == "" || all[len(all)-1].TestRunFinished == nil || l.started != len(run.Cases) || l.finished != len(run.Cases) {
			t.Errorf("%s: %d started, %d finished of %d", s.Name, l.started, l.finished, len(run.Cases))
		}
		if success := all[len(all)-1].TestRunFinished.Success; success != (s.Name == "all-pass") {
			t.Errorf("%s: success %t", s.Name, success)
		}
	}
}

// links are the identifiers that a stream has told.
type links struct {
	t                 *testing.T
	known, sources    map[string]bool
	started, finished int
}

func (l *links) tell(id string) {
	if id == "" || l.known[id] {
		l.t.Errorf("identifier %q is told twice, or empty", id)
	}
	l.known[id] = true
}

func (l *links) want(ids ...string) {
	for _, id := range ids {
		if !l.known[id] {
			l.t.Errorf("identifier %q is not told", id)
		}
	}
}

func (l *links) follow(e messages.Envelope) {
	switch {
	case e.Source != nil:
		l.sources[e.Source.Uri] = e.Source.Data != ""
	case e.GherkinDocument != nil:
		l.document(e.GherkinDocument)
	case e.Pickle != nil:
		if !l.sources[e.Pickle.Uri] {
			l.t.Errorf("pickle of %s, which is not told", e.Pickle.Uri)
		}
		l.tell(e.Pickle.Id)
		l.want(e.Pickle.AstNodeIds...)
		for _, step := range e.Pickle.Steps {
			l.tell(step.Id)
			l.want(step.AstNodeIds...)
		}
	case e.TestCase != nil:
		l.tell(e.TestCase.Id)
		l.want(e.TestCase.PickleId)
		for _, step := range e.TestCase.TestSteps {
			l.tell(step.Id)
			l.want(step.PickleStepId)
		}
	case e.TestCaseStarted != nil:
		l.started++
		l.tell(e.TestCaseStarted.Id)
		l.want(e.TestCaseStarted.TestCaseId)
	case e.TestStepStarted != nil:
		l.want(e.TestStepStarted.TestCaseStartedId, e.TestStepStarted.TestStepId)
	case e.TestStepFinished != nil:
		l.want(e.TestStepFinished.TestCaseStartedId, e.TestStepFinished.TestStepId)
	case e.Attachment != nil:
		l.want(e.Attachment.TestCaseStartedId, e.Attachment.TestStepId)
	case e.TestCaseFinished != nil:
		l.finished++
		l.want(e.TestCaseFinished.TestCaseStartedId)
	}
}

func (l *links) document(doc *messages.GherkinDocument) {
	if !l.sources[doc.Uri] {
		l.t.Errorf("document of %s, which is not told", doc.Uri)
	}
	for _, child := range doc.Feature.Children {
		if child.Background != nil {
			for _, step := range child.Background.Steps {
				l.tell(step.Id)
			}
			continue
		}
		l.tell(child.Scenario.Id)
		for _, step := range child.Scenario.Steps {
			l.tell(step.Id)
		}
		for _, examples := range child.Scenario.Examples {
			for _, row := range examples.TableBody {
				l.tell(row.Id)
			}
		}
	}
}

// TestMessagesShowTheScenario: a case that the features hold is shown in its feature, and the finding stands on the step that
// saw it.
func TestMessagesShowTheScenario(t *testing.T) {
	dir, run := reporttest.Recorded(t, "mixed")
	all := envelopes(t, render(t, "messages", run, reporttest.Options(t, dir, "fr")))
	texts, failed := map[string]string{}, ""
	for _, e := range all {
		switch {
		case e.Source != nil && e.Source.Uri == "features/V10-audience.feature":
			want, err := os.ReadFile("testdata/features/V10-audience.feature")
			if err != nil || e.Source.Data != string(want) {
				t.Errorf("another source than the feature (%v)", err)
			}
		case e.Pickle != nil && strings.HasPrefix(e.Pickle.Name, "V10-N1,"):
			for i, step := range e.Pickle.Steps {
				texts[strings.Replace(e.Pickle.Id, "pickle", "case", 1)+"-"+string(rune('1'+i))] = step.Text
			}
		case e.TestStepFinished != nil && texts[e.TestStepFinished.TestStepId] != "" && e.TestStepFinished.TestStepResult.Status == messages.TestStepResultStatus_FAILED:
			failed += texts[e.TestStepFinished.TestStepId] + "; "
		}
	}
	if failed != "le candidat refuse le VI; " {
		t.Errorf("failed at %q", failed)
	}
}

func TestFeaturesThatCannotBeRead(t *testing.T) {
	_, run := reporttest.Recorded(t, "mixed")
	f, err := report.Find("messages")
	if err != nil {
		t.Fatal(err)
	}
	o := report.Options{Features: report.NewFeatures(fstest.MapFS{"a.feature": {Data: []byte("# language: fr\nCeci n'en est pas une\n")}})}
	var out bytes.Buffer
	if err := f.Write(&out, run, o); err == nil || !strings.Contains(err.Error(), "features/a.feature") || out.Len() > 0 {
		t.Errorf("%v, and %d bytes", err, out.Len())
	}
	run.Cases = []verdict.Case{}
	if err := f.Write(&out, run, o); err != nil {
		t.Errorf("a record of no case needs no feature: %v", err)
	}
}
