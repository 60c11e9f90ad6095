package ops_test

import (
	"slices"
	"testing"

	"etalon/internal/candidate"
	"etalon/internal/interops"
	"etalon/internal/report"
	"etalon/internal/verdict"
)

// The journey that an operator's traces tell is drawn, and the drawing is evidence of the run.
func TestJourneyIsDrawn(t *testing.T) {
	t.Parallel()
	run := trial{role: candidate.RoleAuthentication, mode: interops.ModeS, selector: []string{"operateur-authentification/S/X10-P"}}.judge(t)
	c := caseOf(t, run, "X10-P")
	at := slices.IndexFunc(c.Exchanges, func(x verdict.Exchange) bool { return x.Label == "journey" })
	if c.Verdict != verdict.Pass || at < 0 {
		t.Fatalf("%s, exchanges %v", c.Verdict, c.Exchanges)
	}
	if !slices.ContainsFunc(run.Evidence, func(e verdict.Evidence) bool {
		return e.Digest == c.Exchanges[at].Request && e.MediaType == report.DrawingType
	}) {
		t.Errorf("no drawing among the evidence %v", run.Evidence)
	}
}
