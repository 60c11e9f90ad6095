package scenario_test

import (
	"bytes"
	"errors"
	"strings"
	"sync"
	"testing"

	"etalon/features"
	"etalon/internal/report"
	"etalon/internal/scenario"
	"etalon/internal/verdict"
)

// shipped is what the program judges with.
type shipped struct {
	texts     report.Texts
	catalogue scenario.Catalogue
	plan      []scenario.Trial
}

var loadShipped = sync.OnceValues(func() (*shipped, error) {
	s := &shipped{}
	var err error
	if s.texts, err = report.LoadTexts(features.FS); err != nil {
		return nil, err
	}
	if s.catalogue, err = scenario.LoadCatalogue(features.FS); err != nil {
		return nil, err
	}
	s.plan, err = scenario.LoadPlan(features.FS, s.catalogue)
	return s, err
})

func suiteOf(t testing.TB) *shipped {
	t.Helper()
	s, err := loadShipped()
	if err != nil {
		t.Fatal(err)
	}
	return s
}

// What a scenario saw, and what it concludes from it.
func TestConclude(t *testing.T) {
	row := verdict.Requirement{ID: "V10", Severity: verdict.Bloquante}
	own, other := verdict.Finding{Requirement: "V10", Rule: "r", Got: "1"}, verdict.Finding{Requirement: "X02", Rule: "trace-missing"}
	for name, x := range map[string]struct {
		play     func(*scenario.World)
		verdict  verdict.Verdict
		key      string
		findings int
	}{
		"nothing looked at":                {func(*scenario.World) {}, verdict.Inconclusive, verdict.ReasonHarnessError, 0},
		"looked, found nothing":            {func(w *scenario.World) { w.Checked() }, verdict.Pass, verdict.ReasonOK, 0},
		"finding of its own":               {func(w *scenario.World) { w.Checked(); w.Finds(own) }, verdict.Fail, verdict.ReasonFinding, 1},
		"finding of another rule":          {func(w *scenario.World) { w.Checked(); w.Finds(other) }, verdict.Pass, verdict.ReasonOK, 1},
		"found, then trouble":              {func(w *scenario.World) { w.Checked(); w.Finds(own); w.Cannot("timeout") }, verdict.Inconclusive, "timeout", 0},
		"trouble, then found":              {func(w *scenario.World) { w.Cannot("timeout"); w.Checked(); w.Finds(own) }, verdict.Inconclusive, "timeout", 0},
		"seen, then trouble":               {func(w *scenario.World) { w.Checked(); w.Sees(own); w.Cannot("timeout") }, verdict.Fail, verdict.ReasonFinding, 1},
		"seen of another rule, trouble":    {func(w *scenario.World) { w.Checked(); w.Sees(other); w.Cannot("timeout") }, verdict.Inconclusive, "timeout", 1},
		"two troubles: the first":          {func(w *scenario.World) { w.Cannot("timeout"); w.Cannot("no-message") }, verdict.Inconclusive, "timeout", 0},
		"the same finding twice":           {func(w *scenario.World) { w.Checked(); w.Finds(own); w.Finds(own) }, verdict.Fail, verdict.ReasonFinding, 1},
		"a step that could not":            {func(w *scenario.World) { w.Checked(); w.Step("x", errors.New("disk")) }, verdict.Inconclusive, verdict.ReasonHarnessError, 0},
		"put off, and found":               {func(w *scenario.World) { w.Checked(); w.Afterwards(func() { w.Finds(own) }) }, verdict.Fail, verdict.ReasonFinding, 1},
		"put off, and panics":              {func(w *scenario.World) { w.Checked(); w.Finds(own); w.Afterwards(func() { panic("ours") }) }, verdict.Inconclusive, verdict.ReasonPanic, 0},
		"put off, panics, but it was seen": {func(w *scenario.World) { w.Checked(); w.Sees(own); w.Afterwards(func() { panic("ours") }) }, verdict.Fail, verdict.ReasonFinding, 1},
	} {
		w := scenario.NewWorld(row, suiteOf(t).texts)
		x.play(w)
		c := w.Conclude()
		if c.Verdict != x.verdict || c.Why.Key != x.key || len(c.Findings) != x.findings || c.Reason == "" {
			t.Errorf("%s: %s, %v, %d findings; want %s, %s, %d", name, c.Verdict, c.Why, len(c.Findings), x.verdict, x.key, x.findings)
		}
	}
}

// A late check marks the step that asked for it.
func TestLateChecksMarkTheirStep(t *testing.T) {
	w := scenario.NewWorld(verdict.Requirement{ID: "V10"}, suiteOf(t).texts)
	w.Step("envoi", nil)
	w.Afterwards(func() { w.Finds(verdict.Finding{Requirement: "V10", Rule: "r"}) })
	w.Step("refus", nil)
	w.Step("clôture", nil)
	c := w.Conclude()
	if !c.Steps[0].OK || c.Steps[1].OK || !c.Steps[2].OK {
		t.Errorf("steps %+v", c.Steps)
	}
}

// What a candidate says is cut, and cannot act on a terminal; long messages keep both ends and their digest.
func TestWhatIsKept(t *testing.T) {
	if got := scenario.Brief("\x1b[2Jé\u202e" + strings.Repeat("é", 400)); len(got) > 450 || strings.ContainsAny(got, "\x1b\u202e") || !strings.HasSuffix(got, "…") {
		t.Errorf("%d bytes: %q", len(got), got)
	}
	if got := scenario.Brief("HTTP 500, FailedCheck"); got != "HTTP 500, FailedCheck" {
		t.Errorf("got %q", got)
	}
	long := append(bytes.Repeat([]byte("a"), 1<<20), 'z')
	if got := scenario.Abridged(long); len(got) > 257<<10 || got[0] != 'a' || got[len(got)-1] != 'z' || !bytes.Contains(got, []byte("sha256")) {
		t.Errorf("%d bytes", len(got))
	}
}
