package report

import (
	"bytes"
	"cmp"
	"fmt"
	"io"
	"slices"
	"strings"
	"time"

	messages "github.com/cucumber/messages/go/v21"

	"etalon/internal/legible"
	"etalon/internal/record"
	"etalon/internal/verdict"
)

// messagesProtocol is the version of Cucumber messages that is written.
const messagesProtocol = "21.0.1"

// stepStatus is what a verdict is called in Cucumber messages. What has no conclusion, or waits for a person, has a
// status that no consumer takes for a success; the file verdict.json attached to each case tells waived from sans objet.
var stepStatus = map[verdict.Verdict]messages.TestStepResultStatus{
	verdict.Pass: messages.TestStepResultStatus_PASSED, verdict.Fail: messages.TestStepResultStatus_FAILED,
	verdict.Inconclusive: messages.TestStepResultStatus_UNDEFINED, verdict.Review: messages.TestStepResultStatus_PENDING,
	verdict.Waived: messages.TestStepResultStatus_SKIPPED, verdict.NotApplicable: messages.TestStepResultStatus_SKIPPED,
}

// writeMessages writes Cucumber messages, one JSON object a line: the features that were played, then each case with its
// steps, its verdict and its findings. A case whose scenario is not at hand stands in a feature made from the record.
func writeMessages(w io.Writer, run *verdict.Run, o Options) error {
	s := stream{view: newView(run, o), seen: map[string]bool{}}
	plays, err := s.plays()
	if err != nil {
		return verdict.Tell("écriture des messages : %s", "write messages: %s", err)
	}
	unknown := &messages.Product{Name: "not recorded"}
	s.put(messages.Envelope{Meta: &messages.Meta{ProtocolVersion: messagesProtocol, Implementation: &messages.Product{Name: "conformance", Version: legible.OneLine(s.run.Suite.Version)},
		Runtime: unknown, Os: unknown, Cpu: unknown}})
	for _, p := range plays {
		s.source(p.file)
	}
	for i := range plays {
		s.put(messages.Envelope{Pickle: plays[i].pickle})
	}
	s.put(messages.Envelope{TestRunStarted: &messages.TestRunStarted{Timestamp: timestamp(s.run.Started)}})
	for i := range plays {
		s.put(messages.Envelope{TestCase: plays[i].testCase()})
	}
	for i := range plays {
		s.play(&plays[i])
	}
	s.put(messages.Envelope{TestRunFinished: &messages.TestRunFinished{Success: s.success(), Timestamp: timestamp(s.run.Finished), Message: s.conclusion()}})
	if s.wrong == nil {
		_, s.wrong = w.Write(s.out.Bytes())
	}
	if s.wrong != nil {
		return verdict.Tell("écriture des messages : %s", "write messages: %s", s.wrong)
	}
	return nil
}

// stream is a run of messages that is being written.
type stream struct {
	*view
	out   bytes.Buffer
	seen  map[string]bool // the features written
	wrong error
}

func (s *stream) put(e messages.Envelope) {
	line, err := record.EncodeLine(e)
	s.out.Write(line)
	s.wrong = cmp.Or(s.wrong, err)
}

// source writes a feature, once.
func (s *stream) source(f *feature) {
	if s.seen[f.uri] {
		return
	}
	s.seen[f.uri] = true
	s.put(messages.Envelope{Source: &messages.Source{Uri: f.uri, Data: f.text, MediaType: messages.SourceMediaType_TEXT_X_CUCUMBER_GHERKIN_PLAIN}})
	s.put(messages.Envelope{GherkinDocument: f.doc})
}

// success is what a continuous integration goes by: everything ran to its end, nothing failed or is open, and no waiver must go.
func (s *stream) success() bool {
	c := s.run.Counts
	return s.run.Complete && len(s.run.Cases) > 0 && len(s.run.Trouble) == 0 && len(s.run.RedWaivers()) == 0 && c.Fail+c.Inconclusive+c.Review == 0
}

// conclusion gives the two levels.
func (s *stream) conclusion() string {
	said := []string{s.w("level.standard") + " : " + s.w("level."+s.run.Level.Standard.String()), s.w("level.profile") + " : " + s.w("level."+s.run.Level.Profile.String())}
	for _, m := range s.marks() {
		said = append(said, s.w("mark."+m))
	}
	return strings.Join(said, "\n")
}

// play is a case with the scenario that it played.
type play struct {
	verdict.Case
	file   *feature
	pickle *messages.Pickle
	n      int // the number of the case, from 1
}

// plays finds the scenario of each case, and gives each a pickle of its own: one scenario is a case in several modes.
func (s *stream) plays() ([]play, error) {
	var plays []play
	lost := map[string][]verdict.Case{}
	for i, c := range s.run.Cases {
		found, ok, err := s.o.Features.of(c.Address)
		if err != nil {
			return nil, err
		}
		p := play{Case: c, n: i + 1}
		if ok {
			p.file, p.pickle = found.file, found.pickle
		} else {
			scope, _ := cutAddress(c.Address)
			lost[scope] = append(lost[scope], c)
		}
		plays = append(plays, p)
	}
	made := map[string]scene{}
	for i, scope := range slices.Sorted(keys(lost)) {
		scenes, err := s.retold(scope, lost[scope], fmt.Sprintf("r%d-", i+1))
		if err != nil {
			return nil, err
		}
		for j, c := range lost[scope] {
			made[c.Address] = scenes[j]
		}
	}
	for i := range plays {
		if told, ok := made[plays[i].Address]; ok && plays[i].pickle == nil {
			plays[i].file, plays[i].pickle = told.file, told.pickle
		}
		plays[i].own()
	}
	return plays, nil
}

// retold makes a feature of what the record tells of cases.
func (s *stream) retold(scope string, cases []verdict.Case, prefix string) ([]scene, error) {
	var text strings.Builder
	fmt.Fprintf(&text, "# language: fr\nFonctionnalité: %s\n", legible.OneLine(scope))
	for _, c := range cases {
		_, id := cutAddress(c.Address)
		fmt.Fprintf(&text, "\n  Scénario: %s, %s\n", legible.OneLine(id), legible.OneLine(c.Title))
		for _, step := range c.Steps {
			fmt.Fprintf(&text, "    * %s\n", cmp.Or(strings.TrimSpace(legible.OneLine(step.Text)), "—"))
		}
		if len(c.Steps) == 0 {
			fmt.Fprintf(&text, "    * %s\n", cmp.Or(strings.TrimSpace(legible.OneLine(c.Address)), "—"))
		}
	}
	next := 0
	id := func() string { next++; return fmt.Sprint(prefix, next) }
	scenes, err := readFeature("record/"+strings.ReplaceAll(legible.OneLine(scope), "/", "-")+".feature", []byte(text.String()), id)
	if err == nil && len(scenes) != len(cases) {
		err = fmt.Errorf("%d scenarios made of %d cases of %s", len(scenes), len(cases), scope)
	}
	return scenes, err
}

// own gives the pickle identifiers of the case alone.
func (p *play) own() {
	copied := *p.pickle
	copied.Id = fmt.Sprintf("pickle-%d", p.n)
	copied.Steps = nil
	for i, step := range p.pickle.Steps {
		mine := *step
		mine.Id = fmt.Sprintf("%s-%d", copied.Id, i+1)
		copied.Steps = append(copied.Steps, &mine)
	}
	p.pickle = &copied
}

func (p *play) id() string        { return fmt.Sprintf("case-%d", p.n) }
func (p *play) started() string   { return fmt.Sprintf("case-%d-started", p.n) }
func (p *play) step(i int) string { return fmt.Sprintf("case-%d-%d", p.n, i+1) }
func (p *play) at() time.Time     { return p.Started }
func (p *play) ended() time.Time  { return p.Started.Add(time.Duration(p.MS) * time.Millisecond) }

func (p *play) testCase() *messages.TestCase {
	c := &messages.TestCase{Id: p.id(), PickleId: p.pickle.Id, TestSteps: []*messages.TestStep{}}
	for i, step := range p.pickle.Steps {
		c.TestSteps = append(c.TestSteps, &messages.TestStep{Id: p.step(i), PickleStepId: step.Id})
	}
	return c
}

// play writes what a case did. Its steps have no duration: the record dates the case alone.
func (s *stream) play(p *play) {
	s.put(messages.Envelope{TestCaseStarted: &messages.TestCaseStarted{Id: p.started(), TestCaseId: p.id(), Timestamp: timestamp(p.at())}})
	states, decisive := p.states()
	for i, state := range states {
		s.put(messages.Envelope{TestStepStarted: &messages.TestStepStarted{TestCaseStartedId: p.started(), TestStepId: p.step(i), Timestamp: timestamp(p.at())}})
		result := &messages.TestStepResult{Duration: &messages.Duration{}, Status: state}
		if i == decisive {
			s.attach(p, i)
			if p.Verdict != verdict.Pass {
				result.Message = p.Verdict.String() + ": " + s.reason(p.Why, p.Reason)
			}
		}
		s.put(messages.Envelope{TestStepFinished: &messages.TestStepFinished{TestCaseStartedId: p.started(), TestStepId: p.step(i), TestStepResult: result, Timestamp: timestamp(p.at())}})
	}
	s.put(messages.Envelope{TestCaseFinished: &messages.TestCaseFinished{TestCaseStartedId: p.started(), Timestamp: timestamp(p.ended())}})
}

// states gives each step its status, the worst of which is that of the verdict, and tells which step decides.
func (p *play) states() (states []messages.TestStepResultStatus, decisive int) {
	status, told := stepStatus[p.Verdict], p.told()
	decisive = -1
	for i := range p.pickle.Steps {
		state := messages.TestStepResultStatus_PASSED
		switch {
		case i < told && !p.Steps[i].OK:
			state = status
		case told > 0 && i >= told && p.Verdict != verdict.Pass:
			state = messages.TestStepResultStatus_SKIPPED // the scenario ended before it
		}
		if states = append(states, state); state == status && decisive < 0 && p.Verdict != verdict.Pass {
			decisive = i
		}
	}
	if decisive < 0 {
		if decisive = told - 1; decisive < 0 {
			decisive = len(states) - 1
		}
		states[decisive] = status
	}
	return states, decisive
}

// told is how many steps of the scenario the record tells, none where it tells others.
func (p *play) told() int {
	if len(p.Steps) > len(p.pickle.Steps) {
		return 0
	}
	for i, step := range p.Steps {
		if !strings.HasSuffix(strings.TrimSpace(legible.OneLine(step.Text)), p.pickle.Steps[i].Text) {
			return 0
		}
	}
	return len(p.Steps)
}

// attach writes the verdict of a case for machines, and each of its findings for people.
func (s *stream) attach(p *play, step int) {
	body, err := record.EncodeLine(map[string]string{"address": legible.OneLine(p.Address), "requirement": legible.OneLine(p.Requirement), "basis": legible.OneLine(string(p.Basis)), "verdict": p.Verdict.String()})
	s.wrong = cmp.Or(s.wrong, err)
	all := []messages.Attachment{{FileName: "verdict.json", MediaType: "application/json", Body: strings.TrimSpace(string(body))}}
	for i, f := range p.Findings {
		lines := []string{legible.OneLine(f.Requirement + " : " + s.o.Texts.Rule(f).Title.In(s.o.Lang)), s.w("want") + " : " + legible.OneLine(f.Want), s.w("got") + " : " + legible.OneLine(f.Got)}
		for _, digest := range f.Evidence {
			lines = append(lines, legible.OneLine(digest))
		}
		all = append(all, messages.Attachment{FileName: fmt.Sprintf("finding-%d.txt", i+1), MediaType: "text/plain", Body: strings.Join(lines, "\n")})
	}
	for i := range all {
		all[i].ContentEncoding = messages.AttachmentContentEncoding_IDENTITY
		all[i].TestCaseStartedId, all[i].TestStepId = p.started(), p.step(step)
		s.put(messages.Envelope{Attachment: &all[i]})
	}
}

func timestamp(t time.Time) *messages.Timestamp {
	if t.IsZero() {
		return &messages.Timestamp{}
	}
	return &messages.Timestamp{Seconds: t.Unix(), Nanos: int64(t.Nanosecond())}
}
